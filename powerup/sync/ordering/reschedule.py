"""Scheduled work orders that a person moved or gave to another employee are changed at the host (rules: Actions)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from powerup.actions.catalogue import waits_for
from powerup.actions.kit.action import WaitsFor
from powerup.contracts.contract import Contract
from powerup.contracts.transitions import removed
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.contracts.who_goes import WhoGoes, who_goes
from powerup.contracts.whose_order import Claimant, Whose, whose
from powerup.outsmart.errors import Decision, OutsmartError
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.store.runs import Runs
from powerup.sync.kit.context import Cycle
from powerup.sync.kit.outcomes import RETRY_AFTER, as_seen
from powerup.sync.kit.whose import claimants_of

_OF_ONE_ORDER = (WaitsFor.NEW_DATE, WaitsFor.EMPLOYEE)


def reschedule(cycle: Cycle) -> None:
    """Tell the host the new date or employee of every order that a run waits for. Raises OutsmartError, StoreError."""
    with cycle.read() as connection:
        ledger = cycle.ledger(connection)
        waiting = [run for run in Runs(connection, cycle.tenant.id).waiting() if waits_for(run.action) in _OF_ONE_ORDER]
        visits = [visit for run in waiting for visit in to_be_told(ledger.of_run(run.id))]
        contracts = _contracts(cycle.contracts(connection).of_numbers([visit.key.contract for visit in visits]))
    claimants = claimants_of(cycle, [visit for visit in visits if visit.doubt])
    for visit in visits:
        if visit.retry_at is None or visit.retry_at <= cycle.clock() or cycle.wish.by_person:
            goes = who_goes(contracts[visit.key.contract], visit) if visit.untold else None
            _write(cycle, visit, _told(cycle, visit, claimants.get(visit.key.contract), goes))


def _contracts(found: Sequence[Contract]) -> Mapping[str, Contract]:
    return {contract.number: contract for contract in found}


def to_be_told(visits: Sequence[LedgerVisit]) -> list[LedgerVisit]:
    """Those whose order the host has on another date than the planned one, or for another employee."""
    return [
        visit
        for visit in visits
        if visit.state is VisitState.ORDERED
        and visit.told_date is not None
        and (visit.told_date != visit.planned_date or visit.untold)
    ]


def _told(cycle: Cycle, visit: LedgerVisit, claimant: Claimant | None, goes: WhoGoes | None) -> LedgerVisit:
    """What becomes of the visit, by what the host says of its order at this moment; one that was started stays.

    claimant is wanted where the order is seen for the first time: somebody else's is left to reconcile.
    goes is who does the visit, where the host is to be told of it.
    """
    order = cycle.host.work_order(row_id=visit.host_row_id)
    if visit.doubt and claimant:
        if order is None or whose(order, visit, claimant, outcome_unknown=True) is not Whose.OURS:
            return visit
        visit = replace(visit, doubt=None)
    if order is None:
        return removed(visit)
    if order.status is not WorkOrderStatus.KLAARGEZET:
        return as_seen(_as_told(visit), order, cycle.today)
    if order.work_date == visit.planned_date and _has(order, goes):
        return _as_told(visit)
    return _updated(cycle, visit, order.row_id, goes)


def _has(order: WorkOrder, goes: WhoGoes | None) -> bool:
    """Whether the order is for that employee at that time already; where no time is named, any will do."""
    if goes is None:
        return True
    return order.employee_number == goes.employee and goes.start_time in (None, order.work_time)


def _as_told(visit: LedgerVisit) -> LedgerVisit:
    return replace(visit, told_date=visit.planned_date, untold=False, refusal=None, retry_at=None)


def _updated(cycle: Cycle, visit: LedgerVisit, row_id: int, goes: WhoGoes | None) -> LedgerVisit:
    """Change date, employee and time; with an unknown outcome, or refused, it is looked at again later."""
    cycle.before_change()
    try:
        cycle.host.update_work_order(
            row_id,
            work_date=visit.planned_date,
            work_time=goes.start_time if goes else None,
            employee_number=goes.employee if goes else None,
        )
    except OutsmartError as error:
        match error.decision:
            case Decision.RETRY | Decision.STOP:
                raise
            case Decision.LOOK_UP:
                return replace(visit, retry_at=cycle.clock() + cycle.pace.look_up_after)
            case Decision.CORRECT:
                return replace(visit, refusal=error.host_words, retry_at=cycle.clock() + RETRY_AFTER.after(1))
            case Decision.NONE:  # code 1503: it already is as was asked
                pass
    return _as_told(visit)


def _write(cycle: Cycle, before: LedgerVisit, after: LedgerVisit) -> None:
    """Nothing where a person moved it once more while the host was told: the next cycle tells it that."""
    with cycle.write() as connection:
        cycle.contracts(connection).versions_of([before.key.contract], lock=True)
        ledger = cycle.ledger(connection)
        if ledger.get(before.key) == before:
            ledger.update(replace(after, changed_at=cycle.clock()), before.state)
            cycle.wake_followers(connection, [after])
