"""Letting through what the change cap holds back, of one contract or of all (rules: Generation)."""

from collections.abc import Iterable, Sequence
from datetime import date

from powerup.actions.change import Change
from powerup.contracts.effects import Effect, EffectKind, cut_to
from powerup.contracts.release import Waits, released, waits_of
from powerup.contracts.schedule import Situation
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.texts import Text, text

MOST_LINES = 200
"""Of the list of effects; the counts have them all."""


def waiting_in_words(waits: Waits) -> Text:
    """What a person has to know of orders that wait."""
    if waits.missed:
        return text(
            "Work orders wait to be released, because a change made too many at once: {orders}. Visits that have "
            "passed meanwhile and are missed then: {missed}.",
            orders=waits.orders,
            missed=waits.missed,
        )
    return text(
        "Work orders wait to be released, because a change made too many at once: {orders}.", orders=waits.orders
    )


def let_through(waiting: Sequence[Situation], today: date) -> Change:
    """The change that releases these contracts; the next cycle makes their orders."""
    rows = [row for situation in waiting for row in released(situation, today)]
    waits = waits_of(rows)
    known = {"orders": waits.orders, "missed": waits.missed}
    return Change(
        text("Released. Work orders that are made now: {orders}. Visits that are missed: {missed}.", **known),
        cut_to(MOST_LINES, _effects(rows)),
        released=tuple(situation.contract.number for situation in waiting),
        question=text(
            "Work orders that releasing makes now: {orders}. Visits that have passed and are missed: {missed}. Please "
            "confirm.",
            **known,
        ),
    )


def _effects(rows: Iterable[LedgerVisit]) -> Iterable[Effect]:
    for row in rows:
        if row.state is VisitState.ORDERING:
            yield Effect(EffectKind.CREATED, row.key, row.planned_date, row.workorder_no, VisitState.PLANNED)
        elif row.state is VisitState.WITHHELD:
            yield Effect(EffectKind.WITHHELD, row.key, row.planned_date, None, row.state, row.reason)
