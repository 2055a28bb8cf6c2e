"""Asking the host for one work order: an answer that nobody can use stops that visit alone, not the whole tenant."""

from datetime import datetime, timedelta

from powerup.contracts.visit import LedgerVisit
from powerup.errors import PowerupError
from powerup.outsmart.errors import HostFault
from powerup.outsmart.records import WorkOrder
from powerup.sync.kit.context import Cycle
from powerup.texts import text
from powerup.timing import GrowingWaits

MOST_FAULTS = 10
"""After so many unusable answers in a row the host itself counts as at fault."""

LONGEST_WAIT = timedelta(hours=1)


class OrderUnclearError(PowerupError):
    """The host answered, but not whether it has this work order; words are its own."""

    def __init__(self, words: str) -> None:
        super().__init__(f"The host does not say whether it has the work order: {words}. It is asked again.")
        self.words = words


def ask_again_at(cycle: Cycle, visit: LedgerVisit) -> datetime:
    """When the host is asked again about an order that is unclear: soon, and after waits that double up to an hour."""
    shortest, now = cycle.pace.look_up_after, cycle.clock()
    waited = now - visit.changed_at if visit.changed_at else shortest
    return now + GrowingWaits(shortest, LONGEST_WAIT).after_waiting(waited)


def order_of(
    cycle: Cycle, visit: LedgerVisit, *, row_id: int | None = None, workorder_no: str | None = None
) -> WorkOrder | None:
    """The order of the visit as the host has it, by row id or else by number; None when it has none.

    Raises OrderUnclearError, which a person is told of; OutsmartError when the host is away or at fault altogether.
    """
    try:
        order = cycle.host.work_order(row_id=row_id, workorder_no=workorder_no)
    except HostFault as fault:
        cycle.tally.faults += 1
        if cycle.tally.faults >= MOST_FAULTS:
            raise
        words = text(
            "The host gives no usable answer when it is asked for work order {number}: {words}. It is asked again.",
            number=visit.workorder_no or str(row_id),
            words=fault.host_words or str(fault.code),
        )
        cycle.tally.attention.append(words)
        raise OrderUnclearError(fault.host_words) from fault
    cycle.tally.faults = 0
    return order
