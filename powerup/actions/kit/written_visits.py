"""What a change does with visits that are already written: keep, take back, withhold, or bring back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from powerup.contracts import transitions
from powerup.contracts.effects import STARTED, Effect, EffectKind
from powerup.contracts.effects_of_change import of_existing
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from powerup.outsmart.records import WorkOrder, WorkOrderStatus

STATE_OF_STATUS = {
    WorkOrderStatus.KLAARGEZET: VisitState.ORDERED,
    WorkOrderStatus.OPGEHAALD: VisitState.IN_PROGRESS,
    WorkOrderStatus.COMPLEET: VisitState.COMPLETED,
    WorkOrderStatus.AFGEHANDELD: VisitState.SETTLED,
}
"""The state of a visit whose work order has that status at the host."""


class ExistingOrders(StrEnum):
    """What becomes of work orders that exist already and that a change would not make."""

    KEEP = "keep"
    RETRACT = "retract"


@dataclass(frozen=True, slots=True)
class Written:
    """Visits to write, and the lines that tell of them."""

    ledger: tuple[LedgerVisit, ...] = ()
    effects: tuple[Effect, ...] = ()

    @property
    def at_host(self) -> bool:
        """Whether the sync has something to take back at the host."""
        return any(visit.state is VisitState.RETRACTING for visit in self.ledger)


def open_orders(
    ledger: Iterable[LedgerVisit], concerned: Callable[[LedgerVisit], bool] = lambda _: True
) -> tuple[int, ...]:
    """Host row ids of the work orders that are not started as far as known, to be read at the host."""
    rows = (visit for visit in ledger if visit.state is VisitState.ORDERED and concerned(visit))
    return tuple(sorted(visit.host_row_id for visit in rows if visit.host_row_id is not None))


def given_up(
    ledger: Iterable[LedgerVisit],
    reason: Reason,
    existing: ExistingOrders,
    at_host: Mapping[int, WorkOrder | None],
) -> Written:
    """What becomes of these visits when their contract no longer wants them.

    Intents that never left become withheld. Work orders are kept, or taken back when they are still Klaargezet;
    at_host is what the host said a moment ago, and the sync reads it once more before it deletes.
    """
    rows: list[LedgerVisit] = []
    effects: list[Effect] = []
    for visit in ledger:
        match visit.state:
            case VisitState.ORDERING if visit.attempted_at is None:
                rows.append(transitions.given_up(visit, reason))
                effects.append(of_existing(rows[-1], EffectKind.WITHHELD, reason))
            case VisitState.FAILED:
                rows.append(transitions.given_up(visit, reason))
                effects.append(of_existing(rows[-1], EffectKind.WITHHELD, reason))
            case VisitState.ORDERED | VisitState.ORDERING if existing is ExistingOrders.RETRACT and not started(
                visit, at_host
            ):
                rows.append(transitions.retracting(visit, reason))
                effects.append(of_existing(visit, EffectKind.RETRACTED, reason))
            case VisitState.ORDERED | VisitState.ORDERING:
                effects.append(_kept(visit, at_host))
            case VisitState.IN_PROGRESS | VisitState.COMPLETED | VisitState.SETTLED:
                effects.append(of_existing(visit, EffectKind.KEPT, STARTED))
            case VisitState.PLANNED | VisitState.RETRACTING | VisitState.WITHHELD | VisitState.REMOVED:
                pass
    return Written(tuple(rows), tuple(effects))


def _kept(visit: LedgerVisit, at_host: Mapping[int, WorkOrder | None]) -> Effect:
    """In the state that the host has it in, so that the list stays the same when the ledger hears of it too."""
    order = at_host.get(visit.host_row_id or 0)
    if order is None or not started(visit, at_host):
        return of_existing(visit, EffectKind.KEPT, None)
    state = STATE_OF_STATUS.get(order.status, visit.state) if order.status else visit.state
    return of_existing(visit, EffectKind.KEPT, STARTED, state)


def started(visit: LedgerVisit, at_host: Mapping[int, WorkOrder | None]) -> bool:
    """Whether the host says that somebody has begun with the visit's work order."""
    order = at_host.get(visit.host_row_id or 0)
    return order is not None and order.status is not WorkOrderStatus.KLAARGEZET


def brought_back(ledger: Iterable[LedgerVisit], reason: Reason, since: date) -> tuple[LedgerVisit, ...]:
    """Visits planned from a day on that were withheld for a reason that no longer holds, back in the plan.

    An order that is being taken back for it at this moment is deleted all the same, and then made again.
    """
    found = (visit for visit in ledger if visit.reason is reason and visit.planned_date >= since)
    return tuple(
        transitions.planned_again(visit) if visit.state is VisitState.WITHHELD else transitions.ordered_anew(visit)
        for visit in found
        if visit.state in (VisitState.WITHHELD, VisitState.RETRACTING)
    )


def as_if_done(situation: ContractSituation) -> ContractSituation:
    """The situation after the sync has taken back what it was asked to: such visits may be ordered again."""
    done = [
        transitions.taken_back(visit)
        for visit in situation.ledger.values()
        if visit.state is VisitState.RETRACTING and visit.reason is Reason.CHANGED
    ]
    return replace(situation, ledger=with_rows(situation.ledger, done))


def with_rows(ledger: Mapping[VisitKey, LedgerVisit], rows: Iterable[LedgerVisit]) -> dict[VisitKey, LedgerVisit]:
    """The ledger as it is after these rows are written."""
    return {**ledger, **{visit.key: visit for visit in rows}}
