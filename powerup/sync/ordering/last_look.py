"""The look at a visit right before it is ordered: checked at the moment of creation, not only at planning
(rules: Generation)."""

from dataclasses import dataclass, replace

from powerup.contracts.contract import Contract
from powerup.contracts.reasons import reason_against
from powerup.contracts.series import deadline_if_made
from powerup.contracts.transitions import is_clash, planned_again, tried_again, withheld
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from powerup.outsmart.outgoing import NewWorkOrder
from powerup.sync.kit.context import Cycle
from powerup.sync.kit.outcomes import not_possible
from powerup.sync.ordering.new_orders import new_work_order


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A visit about to be ordered: as the ledger has it, as it goes on, its contract as it was read.

    order is None when it is not ordered after all; visit then says what it becomes.
    """

    written: LedgerVisit
    visit: LedgerVisit
    contract: Contract
    order: NewWorkOrder | None = None


def waits_to_be_sent(cycle: Cycle, visit: LedgerVisit) -> bool:
    """Whether a visit in `ordering` or `failed` goes out in this cycle; one with an unknown outcome does not, nor one
    whose number another order has, nor one that has failed in this cycle already."""
    if visit.attempted_at is not None or is_clash(visit) or visit.key in cycle.tally.failed:
        return False
    if visit.state is VisitState.ORDERING or cycle.wish.by_person:
        return True
    return visit.retry_at is not None and visit.retry_at <= cycle.clock()


def look_again(cycle: Cycle, contract: Contract, visit: LedgerVisit) -> Outgoing:
    """What becomes of the visit by what is known of its contract, customer and objects now."""
    facts = cycle.facts.facts_of(contract)
    reason = reason_against(contract, visit, facts)
    if reason is Reason.CUSTOMER_BLOCKED and visit.planned_date >= cycle.today:
        return Outgoing(visit, planned_again(visit), contract)
    if reason is not None:
        return Outgoing(visit, withheld(visit, reason), contract)
    missing = cycle.facts.missing_for(contract, visit)
    if missing:
        return Outgoing(visit, not_possible(visit, cycle.say(missing), cycle.clock()), contract)
    going = tried_again(visit, cycle.settings.number_prefix) if visit.state is VisitState.FAILED else visit
    deadline = deadline_if_made(contract, going.deadline, cycle.today)
    if deadline != going.deadline:
        going = replace(going, deadline=deadline)
    return Outgoing(visit, going, contract, new_work_order(contract, going, cycle.facts, cycle.settings))
