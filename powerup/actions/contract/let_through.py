"""Letting through what the change cap holds back, of one contract or of all (rules: Generation)."""

from collections.abc import Iterable, Sequence
from datetime import date

from powerup.actions.kit.change import Change
from powerup.contracts.effects import Effect, EffectKind, cut_to
from powerup.contracts.held_back import Waits, released, waits_of
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.texts import Text, counted, text

MOST_LINES = 200
"""Of the list of effects; the counts have them all."""


def waiting_in_words(waits: Waits) -> Text:
    """What a person has to know of orders that wait."""
    waiting = counted(
        "{number} work order waits to be released, because a change made too many at once.",
        "{number} work orders wait to be released, because a change made too many at once.",
        waits.orders,
    )
    return text("{waiting} {missed}", waiting=waiting, missed=missed_then(waits)) if waits.missed else waiting


def missed_then(waits: Waits) -> Text:
    """What releasing does to visits that waited for too long."""
    return counted(
        "{number} visit has passed meanwhile and is missed then.",
        "{number} visits have passed meanwhile and are missed then.",
        waits.missed,
    )


def let_through(waiting: Sequence[ContractSituation], today: date) -> Change:
    """The change that releases these contracts; the next cycle makes their orders."""
    rows = [row for situation in waiting for row in released(situation, today)]
    waits = waits_of(rows)
    return Change(
        text("Released. {outcome}", outcome=_outcome(waits)),
        cut_to(MOST_LINES, _effects(rows)),
        released=tuple(situation.contract.number for situation in waiting),
        question=text("If you release them: {outcome} Please confirm.", outcome=_outcome(waits)),
    )


def _outcome(waits: Waits) -> Text:
    made = counted("{number} work order is made now.", "{number} work orders are made now.", waits.orders)
    missed = counted(
        "{number} visit has passed and is missed.", "{number} visits have passed and are missed.", waits.missed
    )
    return text("{made} {missed}", made=made, missed=missed) if waits.missed else made


def _effects(rows: Iterable[LedgerVisit]) -> Iterable[Effect]:
    for row in rows:
        if row.state is VisitState.ORDERING:
            yield Effect(EffectKind.CREATED, row.key, row.planned_date, row.workorder_no, VisitState.PLANNED)
        elif row.state is VisitState.WITHHELD:
            yield Effect(EffectKind.WITHHELD, row.key, row.planned_date, None, row.state, row.reason)
