"""Each work order that a restarted contract still has stands for a visit of the contract that follows it, until it is
taken back (rules: Actions, restart)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from powerup.contracts.succession import followed
from powerup.contracts.visit import LedgerVisit, VisitState, is_computed_again
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from powerup.sync.kit.written_over import keep_present, write_over


def tell_successors(
    connection: Connection, ledger: Ledger, contracts: Contracts, over: Sequence[LedgerVisit], now: datetime
) -> None:
    """Have the visits that these stood for be decided again, or counted from; these are over now. now is aware."""
    pairs = ((row, followed(row, covering)) for row, covering in ledger.covered_by(over))
    changed = [replace(after, changed_at=now) for before, after in pairs if before != after]
    if not changed:
        return
    written = write_over(connection, ledger, changed, VisitState.WITHHELD, keep_present)
    for visit in written:
        decide_again(contracts, visit)
    contracts.wake(sorted({visit.key.contract for visit in written}))


def decide_again(contracts: Contracts, visit: LedgerVisit) -> None:
    """A visit that is back in the plan is found also where its day has passed since: its contract's ledger is not
    complete from there on."""
    if is_computed_again(visit):
        contracts.decide_again_from(visit.key.contract, min(visit.planned_date, visit.key.nominal_date))
