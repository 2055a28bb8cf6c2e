"""Visits in `ordering` become work orders at the host (architecture: How a work order comes to be, steps 4 and 5).

The attempts of a page are committed, its batches are sent, and the answers are committed with the next attempts.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from sqlalchemy import Connection

from powerup.contracts.transitions import attempted, not_attempted
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.contracts.whose_order import Claimant, is_lost
from powerup.outsmart.errors import Decision, OutsmartError
from powerup.sync.kit import outcomes
from powerup.sync.kit.context import Cycle, stamped
from powerup.sync.kit.pace import ATTEMPT_HOLDS
from powerup.sync.kit.single_reads import OrderUnclearError
from powerup.sync.kit.whose import numbered_orders, settled_by
from powerup.sync.kit.written_over import WriteAll, keep_host_facts, keep_present, write_over
from powerup.sync.ordering.by_address import by_address
from powerup.sync.ordering.last_look import Outgoing, look_again, waits_to_be_sent
from powerup.sync.ordering.missed import without_missed
from powerup.sync.ordering.restored import known_at_host

MOST_UNANSWERED = 3
"""After so many calls in a row without a usable answer, the host counts as unavailable."""


def send(cycle: Cycle) -> None:
    """Order every visit that waits for it and of which no outcome is unknown. Raises OutsmartError, StoreError."""
    sender = Sender(cycle)
    try:
        for visits in cycle.visits_in(VisitState.ORDERING, VisitState.FAILED):
            page = [visit for visit in visits if waits_to_be_sent(cycle, visit)]
            with cycle.read() as connection:
                found = cycle.contracts(connection).of_numbers([visit.key.contract for visit in page])
            contracts = {contract.number: contract for contract in found}
            cycle.facts.learn(found)
            split = by_address(cycle, page, contracts)
            outgoing = [look_again(cycle, contracts[visit.key.contract], visit) for visit in split.page]
            if cycle.looks_up_all:
                outgoing = [known_at_host(cycle, each) for each in outgoing]
            outgoing += split.stood_for
            outgoing = without_missed(cycle, outgoing)
            if cycle.wish.dry_run:
                cycle.tell(each.visit for each in outgoing)
            else:
                sender.turn_down([each for each in outgoing if each.order is None])
                sender.send([each for each in outgoing if each.order])
    finally:
        sender.finish()


class Sender:
    """Sends visits, and keeps the outcomes until the next transaction writes them."""

    def __init__(self, cycle: Cycle) -> None:
        self._cycle = cycle
        self._outcomes: list[LedgerVisit] = []
        self._unanswered = 0

    def send(self, page: Sequence[Outgoing]) -> None:
        """Order these visits, batch by batch; where the host refuses a batch, each visit by itself."""
        size = self._cycle.settings.batch_size
        going = self._attempt(page)
        for place in range(0, len(going), size):
            try:
                self._call(self._still_fresh(going[place : place + size]))
            except OutsmartError:
                self._outcomes += [not_attempted(each.visit) for each in going[place + size :]]
                raise

    def finish(self) -> None:
        """Write the outcomes that are not written yet."""
        if self._outcomes:
            with self._cycle.write() as connection:
                self._write_outcomes(connection)

    def turn_down(self, rejected: Sequence[Outgoing]) -> None:
        """Write that these visits are not ordered, now or at all."""
        if not rejected:
            return
        with self._cycle.write() as connection:
            now = self._cycle.clock()
            changed = [replace(each, visit=replace(each.visit, changed_at=now)) for each in rejected]
            written = self._write(connection, self._unchanged(connection, changed))
            waiting = [visit.key.contract for visit in written if visit.state is VisitState.PLANNED]
            self._cycle.contracts(connection).wake(waiting)
            self._cycle.wake_followers(connection, written)
        self._cycle.count(written)

    def _attempt(self, page: Sequence[Outgoing]) -> list[Outgoing]:
        """Commit that these visits go out now; those whose contract was changed since it was read are left out."""
        if not page:
            return []
        with self._cycle.write() as connection:
            self._write_outcomes(connection)
            now = self._cycle.clock()
            going = [
                Outgoing(each.written, attempted(each.visit, now), each.contract, each.order)
                for each in self._unchanged(connection, page)
            ]
            first = [each for each in going if _changes_by_its_attempt_alone(each)]
            again = [each for each in going if not _changes_by_its_attempt_alone(each)]
            ledger = self._cycle.ledger(connection)
            written = {visit.key for visit in self._write(connection, first, ledger.mark_attempted)}
            written |= {visit.key for visit in self._write(connection, again)}
        return [each for each in going if each.visit.key in written]

    def _still_fresh(self, batch: list[Outgoing]) -> list[Outgoing]:
        """The batch, attempted anew when its attempt has become too old to tell from when on to look it up.

        The tenant's turn is awaited first, since that may take its time.
        """
        self._cycle.await_turn()
        attempted_at = batch[0].visit.attempted_at
        if attempted_at and attempted_at + ATTEMPT_HOLDS > self._cycle.clock():
            return batch
        return self._attempt([replace(each, written=each.visit, visit=not_attempted(each.visit)) for each in batch])

    def _unchanged(self, connection: Connection, batch: Sequence[Outgoing]) -> list[Outgoing]:
        """Those whose contract, locked from now on, is as it was looked at."""
        numbers = [each.contract.number for each in batch]
        versions = self._cycle.contracts(connection).versions_of(numbers, lock=True)
        return [each for each in batch if versions.get(each.contract.number) == each.contract.version]

    def _write(
        self, connection: Connection, batch: Sequence[Outgoing], at_once: WriteAll | None = None
    ) -> list[LedgerVisit]:
        """Write what the visits become, but for those that were changed since they were read."""
        written: list[LedgerVisit] = []
        ledger = self._cycle.ledger(connection)
        for state in (VisitState.ORDERING, VisitState.FAILED):
            visits = [each.visit for each in batch if each.written.state is state]
            if visits:
                written += write_over(connection, ledger, visits, state, keep_present, at_once)
        return written

    def _call(self, going: Sequence[Outgoing]) -> None:
        if not going:
            return
        if self._cycle.lease:
            self._cycle.lease.ensure()
        try:
            posted = self._cycle.host.post_work_orders([each.order for each in going if each.order])
        except OutsmartError as error:
            self._not_ordered(going, error)
            return
        self._unanswered = 0
        now, row_ids = self._cycle.clock(), {each.workorder_no: each.row_id for each in posted}
        for each in going:  # one that is missing in the answer keeps its attempt, and is looked up
            if each.order and each.order.workorder_no in row_ids:
                row_id = row_ids[each.order.workorder_no]
                self._outcomes.append(outcomes.ordered(each.visit, row_id, each.order.when, now))

    def _not_ordered(self, going: Sequence[Outgoing], error: OutsmartError) -> None:
        match error.decision:
            case Decision.LOOK_UP:
                self._unanswered += 1
                if self._unanswered >= MOST_UNANSWERED:
                    raise error
            case Decision.RETRY | Decision.STOP:  # nothing was done at the host
                self._outcomes += [not_attempted(each.visit) for each in going]
                raise error
            case Decision.CORRECT | Decision.NONE if len(going) == 1:
                self._refused(going[0], error)
            case Decision.CORRECT | Decision.NONE:
                for each in going:
                    self._send_alone(each)

    def _send_alone(self, each: Outgoing) -> None:
        """One of a refused batch; no word of the host says that it made nothing of it."""
        with suppress(OrderUnclearError):  # it keeps its attempt, and is looked up
            found = self._at_host(each)
            if found:
                self._outcomes += stamped([found], self._cycle.clock())
            else:
                self._call(self._still_fresh([each]))

    def _refused(self, each: Outgoing, error: OutsmartError) -> None:
        """A refused record; the host may have refused it because it has that number already."""
        with suppress(OrderUnclearError):
            now = self._cycle.clock()
            found = self._at_host(each) or outcomes.refused(each.visit, error.host_words, now)
            self._outcomes += stamped([found], now)

    def _at_host(self, each: Outgoing) -> LedgerVisit | None:
        """The visit by the orders that the host has under its number, or None when it has none."""
        cycle, visit = self._cycle, each.visit
        claimant = Claimant(each.contract.customer, each.contract.objects)
        orders = numbered_orders(cycle, visit, claimant)
        if not orders:
            return None
        found = settled_by(cycle, visit, claimant, orders, outcome_unknown=is_lost(visit))
        cycle.tally.woken |= found.state is VisitState.ORDERING  # under another number, it can go out at once
        return found

    def _write_outcomes(self, connection: Connection) -> None:
        if not self._outcomes:
            return
        visits, self._outcomes = self._outcomes, []
        ordered = [visit for visit in visits if visit.state is VisitState.ORDERED]
        others = [visit for visit in visits if visit.state is not VisitState.ORDERED]
        ledger = self._cycle.ledger(connection)
        write_over(connection, ledger, ordered, VisitState.ORDERING, keep_host_facts, ledger.mark_ordered)
        write_over(connection, ledger, others, VisitState.ORDERING, keep_host_facts)
        self._cycle.wake_followers(connection, others)
        self._cycle.count(visits)


def _changes_by_its_attempt_alone(each: Outgoing) -> bool:
    """Whether nothing of a visit but its first attempt is to be written: it goes out with the deadline it was given."""
    written = each.written
    return written.state is VisitState.ORDERING and not written.attempts and written.deadline == each.visit.deadline
