"""What a change of a contract does to visits and work orders; the situations before and after are given
(rules: Actions)."""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta

from powerup.contracts.effects import Effect, EffectKind, Effects, in_order
from powerup.contracts.schedule import due, visits, written_from
from powerup.contracts.situation import ContractSituation, last_due_day
from powerup.contracts.visit import (
    LedgerVisit,
    Reason,
    Visit,
    VisitState,
    is_undecided,
    work_order_number,
)

LISTED_AHEAD = timedelta(days=60)
"""Visits with a generation date within these days from today are named one by one (rules: Actions)."""


def effects_of(
    before: ContractSituation | None, after: ContractSituation, today: date, existing: Collection[Effect] = ()
) -> Effects:
    """The effects of going from one situation to the other, as people confirm them.

    existing are the lines of work orders that are at the host and that the action concerns; after.ledger holds what
    the change itself writes. What was taken back may be ordered again, and is named twice then.
    """
    return _effects(before, after, today, existing, today + LISTED_AHEAD)


def effects_on_visit(
    before: ContractSituation,
    after: ContractSituation,
    visit: LedgerVisit,
    today: date,
    existing: Collection[Effect] = (),
) -> Effects:
    """The effects of an action on one visit: that one, however far ahead it lies, and others that it changes.

    visit is as the action writes it; before, after and existing are as in `effects_of`.
    """
    earlier = before.ledger.get(visit.key, visit)
    horizon = max(today + LISTED_AHEAD, visit.planned_date, earlier.planned_date, visit.key.nominal_date)
    coming_anyway = set(_effects(before, before, today, (), horizon).listed)
    found = _effects(before, after, today, existing, horizon).listed
    return Effects(tuple(effect for effect in found if effect.key == visit.key or effect not in coming_anyway))


def _effects(
    before: ContractSituation | None, after: ContractSituation, today: date, existing: Collection[Effect], horizon: date
) -> Effects:
    """Visits with a generation date up to the horizon are named."""
    overdue = [visit for visit in due(after, today) if visit.planned_date < today]
    beyond = Counter(visit.reason for visit in overdue if visit.state is VisitState.WITHHELD and visit.reason)
    named = {effect.key for effect in existing}
    upcoming = [visit for visit in _upcoming(after, today, horizon) if visit.key not in named or visit.reason is None]
    earlier = {visit.key: visit for visit in _upcoming(before, today, horizon)} if before else {}
    found = [_of_overdue(after, visit) for visit in overdue if visit.state is VisitState.ORDERING]
    found += [_of_upcoming(after, visit, earlier.get(visit.key)) for visit in upcoming]
    found += [_of_gone(after, visit) for visit in _gone(earlier.values(), after, today)]
    return Effects(in_order([*found, *existing]), dict(beyond))


def of_existing(visit: LedgerVisit, kind: EffectKind, reason: str | None, told: VisitState | None = None) -> Effect:
    """The line of a work order that is at the host: kept or retracted, in the state it has now, or in the one told."""
    return Effect(kind, visit.key, visit.planned_date, visit.workorder_no, told or visit.state, reason)


def _upcoming(situation: ContractSituation, today: date, horizon: date) -> list[Visit]:
    """Visits planned from today on that will be looked at by the timer within the horizon."""
    found = visits(situation, today, last_due_day(situation, horizon), today)
    return [visit for visit in found if visit.generation_date <= horizon and _is_open_question(visit)]


def _is_open_question(visit: Visit) -> bool:
    row = visit.written
    return row is None or row.state is VisitState.ORDERING or is_undecided(row)


def _of_upcoming(situation: ContractSituation, visit: Visit, earlier: Visit | None) -> Effect:
    kind = EffectKind.WITHHELD if visit.state is VisitState.WITHHELD else EffectKind.CREATED
    if kind is EffectKind.CREATED and earlier and earlier.planned_date != visit.planned_date:
        kind = EffectKind.MOVED
    number = _number(situation, written_from(visit))
    return Effect(kind, visit.key, visit.planned_date, number, visit.state, visit.reason)


def _of_overdue(situation: ContractSituation, row: LedgerVisit) -> Effect:
    number = _number(situation, row)
    return Effect(EffectKind.CREATED, row.key, row.planned_date, number, VisitState.PLANNED, row.reason)


def _gone(earlier: Collection[Visit], after: ContractSituation, today: date) -> list[Visit]:
    """Visits that were to come and are none any more, wherever they would be planned now."""
    lost = [visit for visit in earlier if visit.state is VisitState.PLANNED and visit.key not in after.ledger]
    if not lost:
        return []
    nominal = [visit.key.nominal_date for visit in lost]
    since = after.calendar.previous_working_day(min(nominal))
    until = after.calendar.next_working_day(max(nominal))
    still = {visit.key for visit in visits(after, min(since, today), until, today)}
    return [visit for visit in lost if visit.key not in still]


def _of_gone(situation: ContractSituation, visit: Visit) -> Effect:
    last_day = situation.contract.last_day
    ended = last_day is not None and visit.planned_date > last_day
    reason = Reason.CONTRACT_ENDED if ended else Reason.CHANGED
    number = work_order_number(situation.settings.number_prefix, visit.key)
    return Effect(EffectKind.WITHHELD, visit.key, visit.planned_date, number, VisitState.WITHHELD, reason)


def _number(situation: ContractSituation, row: LedgerVisit) -> str:
    """The number that the work order has, or would get."""
    return row.workorder_no or work_order_number(situation.settings.number_prefix, row.key, row.try_number)
