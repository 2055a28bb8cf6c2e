"""The dates of the coming twelve months, as an answer of the power-up carries them (webhooks page 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MOST_OPEN = 12
"""Dates that are shown at once; more stand behind a summary that tells their number."""

_MADE = ("ordered", "in_progress", "completed", "settled")


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One plan on one day. Dates are ISO 8601.

    Args:
        holiday: of the day that it was shifted off, else of the one that it lies on; empty where that has no name.
        shifted_by: the policy that gave it its day; empty when none did.
        moved_from: the day of the rule, where a person gave it another; else empty.
        generation_date: on which its order is made by its rule.
    """

    plan: str
    objects: Sequence[str]
    nominal_date: str
    planned_date: str
    holiday: str
    shifted_by: str
    moved_from: str
    generation_date: str
    state: str
    reason: str

    def order(self, today: date) -> str:
        """What to say of its order: `already` made, made `at_once` or on a `day` to come, or `none`."""
        if self.state in _MADE:
            return "already"
        if self.state == "ordering" or (self.state == "planned" and self.generation_date <= today.isoformat()):
            return "at_once"
        return "day" if self.state == "planned" else "none"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The first rows by planned date, how many there are in all, and the last day that they reach to."""

    rows: Sequence[ScheduleRow]
    total: int
    until: str

    @property
    def is_long(self) -> bool:
        """Whether it would push away what else is on the page."""
        return len(self.rows) > MOST_OPEN


def schedule_of(answer: Mapping[str, Any]) -> Schedule | None:
    """The schedule of an answer; None where it carries none."""
    said = answer.get("schedule")
    if not said:
        return None
    rows = [_row(row) for row in said.get("rows") or ()]
    return Schedule(rows, int(said.get("total", len(rows))), str(said.get("until") or ""))


def _row(said: Mapping[str, Any]) -> ScheduleRow:
    return ScheduleRow(
        plan=str(said.get("plan") or ""),
        objects=[str(code) for code in said.get("objects") or ()],
        nominal_date=str(said.get("nominal_date") or ""),
        planned_date=str(said.get("planned_date") or ""),
        holiday=str(said.get("holiday") or ""),
        shifted_by=str(said.get("shifted_by") or ""),
        moved_from=str(said.get("moved_from") or ""),
        generation_date=str(said.get("generation_date") or ""),
        state=str(said.get("state") or ""),
        reason=str(said.get("reason") or ""),
    )
