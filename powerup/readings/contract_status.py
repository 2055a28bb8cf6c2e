"""How a contract stands, and what comes next of it, in words (rules: Status)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from powerup.contracts.contract import Contract, ContractType, Status
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import OPEN, Reason, Visit, VisitState
from powerup.readings.period_words import time_left_in_words
from powerup.texts import Text, counted, text

_LOOKED_AHEAD = (timedelta(days=45), timedelta(days=370), timedelta(days=800))
"""Looked at one after the other: most contracts have something to come soon."""


@dataclass(frozen=True, slots=True)
class ContractStatus:
    """The status as people see it: code is that of `Status`, or deleted, or paused, which stands beside active."""

    code: str
    words: Text


def status_of(contract: Contract, today: date) -> ContractStatus:
    """How the contract stands on a day, with the date that belongs to it."""
    if contract.deleted_on is not None:
        return ContractStatus("deleted", text("Deleted on {day}", day=contract.deleted_on))
    status, last_day = contract.status(today), contract.last_day
    match status:
        case Status.NOT_STARTED:
            return ContractStatus(status.value, text("Starts on {day}", day=contract.start))
        case Status.ENDED:
            return ContractStatus(status.value, text("Ended on {day}", day=last_day))
        case Status.TERMINATED:
            return ContractStatus(status.value, text("Ended early on {day}", day=last_day))
        case Status.ACTIVE:
            return _active(contract, today)


def _active(contract: Contract, today: date) -> ContractStatus:
    pause = contract.pause_on(today)
    if pause is not None and pause.until is None:
        return ContractStatus("paused", text("Paused until further notice"))
    if pause is not None:
        return ContractStatus("paused", text("Paused until {day}", day=pause.until))
    if contract.last_day is None:
        return ContractStatus(Status.ACTIVE.value, text("Active"))
    return ContractStatus(Status.ACTIVE.value, text("Active until {day}", day=contract.last_day))


def next_step(
    situation: ContractSituation, today: date, known: Iterable[Visit] = (), sla: Sequence[Mapping[str, object]] = ()
) -> Text | None:
    """What comes next, or what somebody has to do first; None where nothing does.

    known are visits of a period that today lies in, as far as they were worked out already. sla are the open work
    orders under the contract, the most urgent first.
    """
    contract = situation.contract
    if contract.deleted_on is not None:
        return None
    failed = sum(row.state is VisitState.FAILED for row in situation.ledger.values())
    if failed:
        return counted(
            "{number} visit could not be ordered: correct what is wrong and try again.",
            "{number} visits could not be ordered: correct what is wrong and try again.",
            failed,
        )
    if situation.awaiting_release:
        return text("Work orders wait for your word: release them, or change the contract.")
    if contract.type is ContractType.CORRECTIVE:
        return _most_urgent(sla)
    return _next_visit(situation, today, known)


def _most_urgent(sla: Sequence[Mapping[str, object]]) -> Text:
    left = sla[0]["time_left_minutes"] if sla else None
    if not sla:
        return text("No work order is open under this contract.")
    number = sla[0]["workorder_no"]
    if not isinstance(left, int):
        return text("Work order {number} is open, and nothing is promised for it.", number=number)
    return text("Work order {number}: {left}.", number=number, left=time_left_in_words(left))


def _next_visit(situation: ContractSituation, today: date, known: Iterable[Visit]) -> Text | None:
    if (coming := _first_coming(known, today)) is not None:
        return _of_visit(coming, today)
    since = today
    for ahead in _LOOKED_AHEAD:
        coming = _first_coming(visits(situation, since, today + ahead, today), today)
        if coming is not None:
            return _of_visit(coming, today)
        since = today + ahead
    return None if situation.contract.has_ended(today) else text("No visit comes in the next two years.")


def _first_coming(found: Iterable[Visit], today: date) -> Visit | None:
    comes = (VisitState.PLANNED, *OPEN)
    return next((visit for visit in found if visit.planned_date >= today and visit.state in comes), None)


def _of_visit(visit: Visit, today: date) -> Text:
    day = visit.planned_date
    if visit.state is not VisitState.PLANNED:
        number = visit.written.workorder_no if visit.written else None
        return text("Next visit {day}, work order {number}: {state}.", day=day, number=number, state=visit.state)
    if visit.reason is not None:
        return text("Next visit {day}: {reason}.", day=day, reason=Reason(visit.reason))
    if visit.generation_date <= today:
        return text("Next visit {day}; its work order is made by the next cycle.", day=day)
    return text("Next visit {day}; its work order is made on {made}.", day=day, made=visit.generation_date)
