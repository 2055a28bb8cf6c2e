"""Writing what has come of visits over what they were, also where a person's action was quicker."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.store.errors import LedgerConflictError
from powerup.store.ledger import Ledger

Merge = Callable[[LedgerVisit, LedgerVisit], LedgerVisit | None]
"""From the visit as it was meant to be written and as it is by now: what to write, or None to leave it."""

WriteAll = Callable[[Sequence[LedgerVisit]], None]
"""Writes visits that were all in one state, or raises LedgerConflictError."""


def write_over(
    connection: Connection,
    ledger: Ledger,
    visits: Sequence[LedgerVisit],
    expected: VisitState,
    merge: Merge,
    at_once: WriteAll | None = None,
) -> list[LedgerVisit]:
    """Write visits that were all in one state; where some no longer are, each by itself, and those by the merge.

    at_once is a quicker way for all of them than `Ledger.update_all`, where there is one. Returns the visits as they
    were written.
    """
    try:
        with connection.begin_nested():
            if at_once:
                at_once(visits)
            else:
                ledger.update_all(visits, expected)
    except LedgerConflictError:
        written = [_write_one(ledger, visit, expected, merge) for visit in visits]
        return [visit for visit in written if visit]
    return list(visits)


def _write_one(ledger: Ledger, visit: LedgerVisit, expected: VisitState, merge: Merge) -> LedgerVisit | None:
    present = ledger.get(visit.key)
    if present is None:
        return None
    wanted = visit if present.state is expected else merge(visit, present)
    if wanted is not None:
        ledger.update(wanted, present.state)
    return wanted


def keep_present(_: LedgerVisit, __: LedgerVisit) -> None:
    """The merge of what can be found out again: the quicker one wins, the next cycle looks anew."""


def keep_host_facts(found: LedgerVisit, present: LedgerVisit) -> LedgerVisit:
    """The merge of what must not be lost: an action decided about a visit while its order was made.

    The visit stays as the action has it, and learns what was found at the host.
    """
    return replace(present, host_row_id=found.host_row_id, attempted_at=found.attempted_at, doubt=found.doubt)
