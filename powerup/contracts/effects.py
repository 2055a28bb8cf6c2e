"""What an action does to work orders, as plain facts that are shown first and then done (rules: Actions)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from powerup.contracts.schedule import Coming
from powerup.contracts.visit import VisitKey, VisitState


class EffectKind(StrEnum):
    """What happens to one work order or visit."""

    CREATED = "created"
    KEPT = "kept"
    WITHHELD = "withheld"
    RETRACTED = "retracted"
    MOVED = "moved"


STARTED = "started"
"""Why a work order is kept that would else be retracted: it is no longer Klaargezet."""

Counted = tuple[EffectKind, str | None]
"""What effects are counted by: what happens, and why, where that is withheld."""


def total_of(kind: EffectKind, reason: str | None) -> Counted:
    """Under which total an effect counts."""
    return kind, reason if kind is EffectKind.WITHHELD else None


@dataclass(frozen=True, slots=True)
class Effect:
    """One line of the list a person confirms: the visit, and what becomes of it. reason is a code, or None.

    workorder_no is that of the order that exists or would be made, None where none comes. moved_from is the day that
    the rule gave a visit which a person moved.
    """

    kind: EffectKind
    key: VisitKey
    planned_date: date | None
    workorder_no: str | None
    state: VisitState | None
    reason: str | None = None
    moved_from: date | None = None

    @property
    def counted_as(self) -> Counted:
        """Under which total it counts."""
        return total_of(self.kind, self.reason)


@dataclass(frozen=True, slots=True)
class Effects:
    """The list of an action, and how many effects there are beyond it.

    counted_until is the last day whose visits are counted, None where the action is about single visits. at_once are
    the orders that become due today by the action, sooner those of them that would have come later without it. coming
    are the visits as they are then, where somebody wants to show them.
    """

    listed: tuple[Effect, ...] = ()
    beyond: Mapping[Counted, int] = field(default_factory=dict)
    counted_until: date | None = None
    at_once: int = 0
    sooner: int = 0
    coming: Coming | None = field(default=None, compare=False, repr=False)

    def counts(self) -> dict[str, int | dict[str, int]]:
        """Totals per effect, those of withheld per reason, in the list and beyond it (webhooks page, section 4)."""
        totals = Counter(effect.counted_as for effect in self.listed)
        totals.update(self.beyond)
        kinds: dict[str, int | dict[str, int]] = {
            kind.value: number
            for (kind, _), number in sorted(totals.items(), key=_by_name)
            if kind is not EffectKind.WITHHELD
        }
        withheld = {
            str(reason or ""): number for (kind, reason), number in totals.items() if kind is EffectKind.WITHHELD
        }
        return kinds | ({"withheld": dict(sorted(withheld.items()))} if withheld else {})

    def retracted_keys(self) -> tuple[VisitKey, ...]:
        """The visits whose work order this action takes back."""
        return tuple(effect.key for effect in self.listed if effect.kind is EffectKind.RETRACTED)


def cut_to(most: int, effects: Iterable[Effect]) -> Effects:
    """These effects, of which so many are listed at most and all are counted."""
    found = in_order(effects)
    return Effects(found[:most], counted(found[most:]))


def counted(effects: Iterable[Effect]) -> dict[Counted, int]:
    """How many there are of each kind."""
    return dict(Counter(effect.counted_as for effect in effects))


def in_order(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Sorted by planned date, key and number: the same list whoever computes it, so that it can be confirmed."""
    return tuple(sorted(effects, key=_place))


def _place(effect: Effect) -> tuple[date, VisitKey, str]:
    return effect.planned_date or effect.key.nominal_date, effect.key, effect.workorder_no or ""


def _by_name(entry: tuple[Counted, int]) -> tuple[str, str]:
    (kind, reason), _ = entry
    return kind.value, reason or ""
