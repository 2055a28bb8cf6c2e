"""The answer to a press as pages show it: what becomes of each work order, in the order in which it matters."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from powerup.actions.kit.answer import AnswerStatus
from powerup.contracts.effects import EffectKind

FIRST_ROWS = 12
"""So many dates of a resulting schedule are shown before confirming."""

_ORDER = [kind.value for kind in (
    EffectKind.RETRACTED, EffectKind.MOVED, EffectKind.CREATED, EffectKind.KEPT, EffectKind.WITHHELD,
)]  # fmt: skip

TONES = {
    EffectKind.RETRACTED.value: "bad",
    EffectKind.MOVED.value: "wait",
    EffectKind.CREATED.value: "good",
    EffectKind.KEPT.value: "quiet",
    EffectKind.WITHHELD.value: "quiet",
}
"""How an effect is coloured, beside its word."""

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer (webhooks page, section 4). Days are ISO texts.

    effects are its lines, those first that cost most; totals how many there are of each kind, those beyond the list
    too. dates are the first of the schedule that results, of so many in all. counts_from has the day from which a
    changed rule counts, by plan.
    """

    status: str
    message: str = ""
    effects: Sequence[Line] = ()
    totals: Sequence[tuple[str, int]] = ()
    counted_until: str = ""
    counts_from: Mapping[str, str] = field(default_factory=dict)
    dates: Sequence[Line] = ()
    dates_in_all: int = 0
    warnings: Sequence[str] = ()
    problems: Sequence[Mapping[str, Any]] = ()
    token: str = ""
    run_id: str = ""

    @property
    def beyond(self) -> int:
        """How many effects there are beyond those that are listed."""
        return sum(number for _, number in self.totals) - len(self.effects)

    @property
    def takes_back(self) -> bool:
        """Whether work orders are taken back."""
        return any(kind == EffectKind.RETRACTED.value for kind, _ in self.totals)


def outcome_of(document: Mapping[str, Any]) -> Outcome:
    """The answer of a press, or what came of a run."""
    schedule = document.get("schedule") or {}
    return Outcome(
        status=str(document["status"]),
        message=str(document.get("message") or ""),
        effects=sorted(document.get("effects") or (), key=lambda line: _ORDER.index(line["effect"])),
        totals=totals_of(document.get("counts") or {}),
        counted_until=str(document.get("counted_until") or ""),
        counts_from=document.get("counts_from") or {},
        dates=(schedule.get("rows") or ())[:FIRST_ROWS],
        dates_in_all=int(schedule.get("total") or 0),
        warnings=document.get("warnings") or (),
        problems=document.get("errors") or (),
        token=str((document.get("confirmation") or {}).get("token", "")),
        run_id=str((document.get("run") or {}).get("id", "")),
    )


def totals_of(counts: Mapping[str, Any]) -> list[tuple[str, int]]:
    """How many of each kind of effect, whatever their reasons."""
    numbers = {kind: sum(each.values()) if isinstance(each, Mapping) else int(each) for kind, each in counts.items()}
    return [(kind, numbers[kind]) for kind in _ORDER if numbers.get(kind)]


def what_is_shown(document: Mapping[str, Any]) -> str:
    """A mark of all that a person is shown before they confirm: the same for the same, whatever token came with it."""
    if document["status"] != AnswerStatus.NEEDS_CONFIRMATION.value:
        return ""
    shown = {
        name: document.get(name) for name in ("message", "warnings", "effects", "counts", "counts_from", "schedule")
    }
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
