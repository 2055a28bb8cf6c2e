"""Scheduled work orders that a person moved get their new date at the host (rules: Actions)."""

from collections.abc import Sequence
from dataclasses import replace

from powerup.actions.catalogue import waits_for
from powerup.actions.kit.action import WaitsFor
from powerup.contracts.transitions import removed
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.contracts.whose_order import Claimant, Whose, whose
from powerup.outsmart.errors import Decision, OutsmartError
from powerup.outsmart.records import WorkOrderStatus
from powerup.store.runs import Runs
from powerup.sync.kit.context import Cycle
from powerup.sync.kit.outcomes import RETRY_AFTER, as_seen
from powerup.sync.kit.whose import claimants_of


def reschedule(cycle: Cycle) -> None:
    """Tell the host the new date of every order that a run of a move waits for. Raises OutsmartError, StoreError."""
    with cycle.read() as connection:
        ledger = cycle.ledger(connection)
        waiting = [
            run for run in Runs(connection, cycle.tenant.id).waiting() if waits_for(run.action) is WaitsFor.NEW_DATE
        ]
        visits = [visit for run in waiting for visit in to_be_told(ledger.of_run(run.id))]
    claimants = claimants_of(cycle, [visit for visit in visits if visit.doubt])
    for visit in visits:
        if visit.retry_at is None or visit.retry_at <= cycle.clock() or cycle.wish.by_person:
            _write(cycle, visit, _told(cycle, visit, claimants.get(visit.key.contract)))


def to_be_told(visits: Sequence[LedgerVisit]) -> list[LedgerVisit]:
    """Those whose order the host has on another date than the planned one."""
    return [
        visit
        for visit in visits
        if visit.state is VisitState.ORDERED and visit.told_date is not None and visit.told_date != visit.planned_date
    ]


def _told(cycle: Cycle, visit: LedgerVisit, claimant: Claimant | None) -> LedgerVisit:
    """What becomes of the visit, by what the host says of its order at this moment; one that was started stays.

    claimant is wanted where the order is seen for the first time: somebody else's is left to reconcile.
    """
    order = cycle.host.work_order(row_id=visit.host_row_id)
    if visit.doubt and claimant:
        if order is None or whose(order, visit, claimant, outcome_unknown=True) is not Whose.OURS:
            return visit
        visit = replace(visit, doubt=None)
    if order is None:
        return removed(visit)
    if order.status is not WorkOrderStatus.KLAARGEZET:
        return as_seen(replace(visit, told_date=visit.planned_date), order, cycle.today)
    if order.work_date == visit.planned_date:
        return replace(visit, told_date=visit.planned_date, refusal=None, retry_at=None)
    return _updated(cycle, visit, order.row_id)


def _updated(cycle: Cycle, visit: LedgerVisit, row_id: int) -> LedgerVisit:
    """Change the date; with an unknown outcome, or refused, it is looked at again later."""
    cycle.before_change()
    try:
        cycle.host.update_work_order(row_id, work_date=visit.planned_date)
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
    return replace(visit, told_date=visit.planned_date, refusal=None, retry_at=None)


def _write(cycle: Cycle, before: LedgerVisit, after: LedgerVisit) -> None:
    """Nothing where a person moved it once more while the host was told: the next cycle tells it that."""
    with cycle.write() as connection:
        cycle.contracts(connection).versions_of([before.key.contract], lock=True)
        ledger = cycle.ledger(connection)
        if ledger.get(before.key) == before:
            ledger.update(replace(after, changed_at=cycle.clock()), before.state)
            cycle.wake_followers(connection, [after])
