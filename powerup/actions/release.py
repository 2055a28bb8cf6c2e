"""contract.release and tenant.release: a person lets through what the change cap holds back (rules: Generation)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from powerup.actions.answer import NotPossible
from powerup.actions.change import Change, Scene
from powerup.actions.input import NoInput
from powerup.contracts.effects import Effect, EffectKind, cut_to
from powerup.contracts.release import Waits, released, waits_of
from powerup.contracts.schedule import Situation
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.texts import Text, text

MOST_LINES = 200
"""Of the list of effects; the counts have them all."""


def possible(scene: Scene) -> None:
    """Only what waits is released, also after the contract's end."""
    situation = scene.contract_situation
    contract = situation.contract
    if contract.deleted_on is not None:
        raise NotPossible(text("Contract {number} is deleted; undo that first.", number=contract.number))
    if not situation.awaiting_release:
        raise NotPossible(
            text("Contract {number} has no work orders that wait to be released.", number=contract.number)
        )


def plan(scene: Scene, _: NoInput) -> Change:
    """Lets one contract's orders through; the next cycle makes them."""
    possible(scene)
    return _change([scene.contract_situation], scene.today)


def tenant_possible(waiting: Collection[object]) -> None:
    """Only where something waits: contracts, or their numbers."""
    if not waiting:
        raise NotPossible(text("No work orders wait to be released."))


def plan_all(scene: Scene, _: NoInput) -> Change:
    """Lets the orders of all contracts through that wait; the next cycle makes them."""
    tenant_possible(scene.waiting)
    return _change(scene.waiting, scene.today)


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


def _change(waiting: Sequence[Situation], today: date) -> Change:
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
