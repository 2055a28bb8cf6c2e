"""contract.call_off: one work order of a yearly contract, on request, from its balance (rules: Contract types)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from powerup.actions.contract.chain import gone_before
from powerup.actions.contract.not_ended import check_not_ended
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.day_words import days_in_words
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import with_rows
from powerup.contracts.contract import Contract, Spread
from powerup.contracts.effects_of_change import effects_on_visit
from powerup.contracts.series import Series
from powerup.contracts.transitions import called_off
from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.contracts.yearly import contract_year_end, contract_year_of, contract_year_start
from powerup.documents.schema import Code, Day, DocumentSchema
from powerup.texts import counted, text

_NOT_USED = (VisitState.WITHHELD, VisitState.REMOVED)


@dataclass(frozen=True, slots=True)
class CallOffInput:
    """date is when the work is wanted; object is needed where each object has its own orders."""

    date: date
    object: str | None = None


class CallOffSchema(DocumentSchema):
    """Input of contract.call_off."""

    makes = CallOffInput

    date = Day(required=True, metadata={"label": text("Date")})
    object = Code(allow_none=True, metadata={"label": text("Object"), "format": "host:object", "empty": text("none")})


def balance(contract: Contract, ledger: Iterable[LedgerVisit], day: date, object_code: str) -> int:
    """How many work orders are left in the contract year that a day falls in.

    ledger has also the visits of the contracts that this one goes on from: the year that runs is one. A visit whose
    orders are one per address counts once.
    """
    if contract.yearly is None:
        return 0
    counted_from, codes = contract.counted_from, {object_code, *contract.came_before(object_code)}
    first = contract_year_start(counted_from, contract_year_of(counted_from, day))
    last = contract_year_end(counted_from, day)
    used = {
        visit.key.whole
        for visit in ledger
        if (visit.key.visited_as or "") in codes
        and first <= visit.key.nominal_date <= last
        and visit.state not in _NOT_USED
    }
    return contract.yearly.number - len(used)


def possible(scene: ActionScene) -> None:
    """Only a yearly contract on request, while it runs."""
    contract = scene.contract_situation.contract
    if contract.yearly is None or contract.yearly.spread is not Spread.CALL_OFF:
        raise NotPossible(text("Contract {number} has no work orders on request.", number=contract.number))
    check_not_ended(scene)


def decide(scene: ActionScene, wanted: CallOffInput) -> Change:
    """Plans one visit on the date; it is ordered when its days in advance have come."""
    possible(scene)
    before = scene.contract_situation
    contract = before.contract
    object_code = _object(contract, wanted)
    _check_date(scene, contract, wanted.date)
    earlier = gone_before(contract, scene.chain)
    used = [visit for visit in scene.chain_ledger if visit.key.contract in earlier]
    left = balance(contract, [*used, *before.ledger.values()], wanted.date, object_code)
    if left <= 0:
        raise NotPossible(
            counted(
                "The {number} work order of this year is used.",
                "All {number} work orders of this year are used.",
                _number(contract),
            )
        )
    row = _planned(scene, wanted.date, object_code)
    after = replace(before, ledger=with_rows(before.ledger, [row]))
    return Change(
        text("A work order is planned on {day}; left this contract year: {left}.", day=wanted.date, left=left - 1),
        effects_on_visit(before, after, row, scene.today),
        ledger=(row,),
    )


ACTION = Action(
    "contract.call_off",
    text("Call off"),
    decide,
    CallOffSchema,
    possible=possible,
    whole_ledger=True,
    chain_ledger=True,
)


def _number(contract: Contract) -> int:
    return contract.yearly.number if contract.yearly else 0


def _object(contract: Contract, wanted: CallOffInput) -> str:
    if contract.visited_objects() == (None,):
        return ""
    visited = contract.objects_on(wanted.date)
    if wanted.object is None or wanted.object not in visited:
        raise invalid("/input/object", "unknown_object", text("Choose one of: {choices}.", choices=list(visited)))
    return wanted.object


def _check_date(scene: ActionScene, contract: Contract, day: date) -> None:
    last_day = contract.last_day
    if day < max(scene.today, contract.start) or (last_day is not None and day > last_day):
        days = days_in_words(max(scene.today, contract.start), last_day)
        raise invalid("/input/date", "outside_contract", text("Choose a day {days}.", days=days))
    if contract.pause_on(day):
        raise invalid("/input/date", "paused", text("The contract is paused on {day}.", day=day))


def _planned(scene: ActionScene, day: date, object_code: str) -> LedgerVisit:
    """The visit, held on its date as a person wants it; the sequence tells several of one day apart."""
    situation = scene.contract_situation
    plan_ = situation.contract.plans[0]
    taken = [
        key.sequence
        for key in situation.ledger
        if (key.plan, key.nominal_date, key.visited_as or "") == (plan_.name, day, object_code)
    ]
    key = VisitKey(situation.contract.number, plan_.name, day, object_code, max(taken, default=0) + 1)
    occurrence = Series(situation.contract, plan_, situation.calendar, situation.settings).planned_on(key, day)
    return called_off(key, occurrence.planned_date, occurrence.generation_date, occurrence.deadline)
