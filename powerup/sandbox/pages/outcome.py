"""Answers of the power-up as pages show them (webhooks page 4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from powerup.sandbox.pages.schedule import Schedule, schedule_of

_PARTS_OF_A_FIELD = 2
"""Of its pointer: the form as a whole is `/input`, its fields are below it."""

# Effects in the order in which they matter to a person who decides.
_ORDER = ("retracted", "moved", "created", "kept", "withheld")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer.

    Args:
        status: of webhooks page 4, or `no_answer`.
        effects: as the contract has them, those that change something first.
        counts: how many per effect, and of what is withheld per reason.
        counted_until: the last day that the counts reach to; empty where none is said.
        counts_from: from which day the new rule counts, per plan that an edit changes.
        schedule: the dates of the coming twelve months; None where the answer carries none.
        errors: pointer, code and message each.
        run_id: of what goes on in the background; empty when nothing does.
        press: number of the try that brought it, where a person may go on from there; else 0.
    """

    status: str
    message: str = ""
    effects: Sequence[Mapping[str, Any]] = ()
    counts: Mapping[str, Any] = field(default_factory=dict)
    counted_until: str = ""
    counts_from: Mapping[str, str] = field(default_factory=dict)
    schedule: Schedule | None = None
    errors: Sequence[Mapping[str, str]] = ()
    warnings: Sequence[str] = ()
    run_id: str = ""
    expires_at: str = ""
    press: int = 0

    @property
    def is_good(self) -> bool:
        """Whether what was asked for is done, or will be."""
        return self.status in ("succeeded", "accepted")

    @property
    def totals(self) -> list[tuple[str, int]]:
        """How many of each effect, listed or beyond the list."""
        return [(effect, _sum(self.counts[effect])) for effect in _ORDER if effect in self.counts]


def _sum(count: Any) -> int:
    return sum(count.values()) if isinstance(count, Mapping) else int(count)


def outcome_of(answer: Mapping[str, Any], press: int = 0) -> Outcome:
    """An answer, or the data of `run.finished`, with the number of the try that brought it."""
    effects = sorted(answer.get("effects") or (), key=_importance)
    return Outcome(
        status=str(answer.get("status", "failed")),
        message=str(answer.get("message") or ""),
        effects=effects,
        counts=answer.get("counts") or {},
        counted_until=str(answer.get("counted_until") or ""),
        counts_from=answer.get("counts_from") or {},
        schedule=schedule_of(answer),
        errors=answer.get("errors") or (),
        warnings=answer.get("warnings") or (),
        run_id=str((answer.get("run") or {}).get("id", "")) if answer.get("status") == "accepted" else "",
        expires_at=str((answer.get("confirmation") or {}).get("expires_at", "")),
        press=press,
    )


def _importance(effect: Mapping[str, Any]) -> int:
    name = effect.get("effect")
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def problems_of(outcome: Outcome | None, drawn: Collection[str]) -> dict[str, list[str]]:
    """The errors of an answer in words, by the JSON pointer of the field beside which they stand.

    Args:
        drawn: the pointers of all fields. What is about a part of one stands beside it, such as a word of a list; what
            is about none is under the empty pointer.
    """
    found: dict[str, list[str]] = {}
    for error in outcome.errors if outcome else ():
        pointer = error.get("pointer", "").replace("~1", "/").replace("~0", "~")
        while pointer and (pointer not in drawn or pointer.count("/") < _PARTS_OF_A_FIELD):
            pointer = pointer.rpartition("/")[0]
        found.setdefault(pointer, []).append(error.get("message") or error.get("code", ""))
    return found
