"""What an action does to work orders, as plain facts that are shown first and then done (rules: Actions)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from powerup.contracts.visit import Reason, VisitKey, VisitState


class EffectKind(StrEnum):
    """What happens to one work order or visit."""

    CREATED = "created"
    KEPT = "kept"
    WITHHELD = "withheld"
    RETRACTED = "retracted"
    MOVED = "moved"


STARTED = "started"
"""Why a work order is kept that would else be retracted: it is no longer Klaargezet."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One line of the list a person confirms: the visit, and what becomes of it. reason is a code, or None."""

    kind: EffectKind
    key: VisitKey
    planned_date: date | None
    workorder_no: str | None
    state: VisitState | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Effects:
    """The list of an action, how many visits beyond the list share a reason (past ones, such as before entry), and how
    many orders beyond it are created."""

    listed: tuple[Effect, ...] = ()
    beyond: dict[Reason, int] = field(default_factory=dict)
    created_beyond: int = 0

    def counts(self) -> dict[str, int | dict[str, int]]:
        """Totals per effect, those of withheld per reason, and beyond the list (webhooks page, section 4)."""
        kinds = Counter(effect.kind.value for effect in self.listed if effect.kind is not EffectKind.WITHHELD)
        if self.created_beyond:
            kinds[EffectKind.CREATED.value] += self.created_beyond
        reasons = Counter(effect.reason or "" for effect in self.listed if effect.kind is EffectKind.WITHHELD)
        reasons.update({reason.value: number for reason, number in self.beyond.items()})
        totals: dict[str, int | dict[str, int]] = dict(sorted(kinds.items()))
        if reasons:
            totals["withheld"] = dict(sorted(reasons.items()))
        return totals

    def retracted_keys(self) -> tuple[VisitKey, ...]:
        """The visits whose work order this action takes back."""
        return tuple(effect.key for effect in self.listed if effect.kind is EffectKind.RETRACTED)


def cut_to(most: int, effects: Iterable[Effect]) -> Effects:
    """These effects, created and withheld, of which so many are listed at most and all are counted."""
    found = in_order(effects)
    rest = found[most:]
    withheld = Counter(Reason(effect.reason) for effect in rest if effect.kind is EffectKind.WITHHELD and effect.reason)
    created = sum(effect.kind is EffectKind.CREATED for effect in rest)
    return Effects(found[:most], dict(withheld), created)


def in_order(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Sorted by planned date, key and number: the same list whoever computes it, so that it can be confirmed."""
    return tuple(sorted(effects, key=_place))


def _place(effect: Effect) -> tuple[date, VisitKey, str]:
    return effect.planned_date or effect.key.nominal_date, effect.key, effect.workorder_no or ""
