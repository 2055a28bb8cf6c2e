"""Visits that are due and not written yet get their ledger rows: withheld, or the intent to order (architecture:
How a work order comes to be, steps 2 and 3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.held_back import Waits, still_waits, waits_of
from powerup.contracts.notice import terms_wake_on
from powerup.contracts.schedule import due, wake_on
from powerup.contracts.settling import after_settling
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.errors import PowerupError
from powerup.store.batches import batches
from powerup.store.contracts import Settlement
from powerup.store.errors import LedgerConflictError
from powerup.store.statistics import note_growth
from powerup.sync.kit.context import Cycle, stamped
from powerup.sync.kit.outcomes import not_possible
from powerup.sync.ordering.by_address import at_several_addresses
from powerup.sync.ordering.change_cap import Held, held_contracts

PAGE = 200
"""Contracts per transaction."""


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What was decided for a contract on what was written of it, or what that raised."""

    ledger: Mapping[VisitKey, LedgerVisit]
    decision: "Decision | Exception"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is written for one contract: new visits, those written before and decided only now, and when it is looked
    at again. waits: what waits of it for a person's word, None where nothing does; released: what waited until now.
    """

    added: tuple[LedgerVisit, ...]
    written_before: tuple[LedgerVisit, ...]
    states_before: Mapping[VisitKey, VisitState]
    settlement: Settlement
    waits: Waits | None
    released: Waits | None

    @property
    def visits(self) -> tuple[LedgerVisit, ...]:
        """All that is written."""
        return (*self.added, *self.written_before)


def generate(cycle: Cycle) -> None:
    """Write what is due for every contract that has to be looked at today. Raises OutsmartError, StoreError."""
    cycle.tally.woken = False
    held = held_contracts(cycle)
    with cycle.read() as connection:
        contracts = cycle.contracts(connection)
        numbers = contracts.due_numbers(cycle.today)
        if cycle.wish.by_person:
            numbers += contracts.problems()
    numbers += sorted(held.changed - held.waiting)
    written = 0
    for page in batches(list(dict.fromkeys(numbers)), PAGE):
        with cycle.read() as connection:
            found = cycle.contracts(connection).of_numbers(page)
        cycle.facts.learn(found)
        if cycle.wish.dry_run:
            _tell_page(cycle, found, held)
        else:
            written = _write_page(cycle, found, held, written)


def _tell_page(cycle: Cycle, found: Sequence[Contract], held: Held) -> None:
    with cycle.read() as connection:
        for contract, decision in _decisions(cycle, connection, found, held, {}):
            if isinstance(decision, Decision):
                cycle.tell(_by_address(cycle, contract, decision.visits))
                _note_waits(cycle, decision, held)


def _write_page(cycle: Cycle, found: Sequence[Contract], held: Held, written_before: int) -> int:
    """Decide and write a page of contracts; gives the number of visits written by now, those before among them.

    What can take long is worked out before the transaction that writes, which keeps everybody else waiting on SQLite.
    """
    with cycle.read() as connection:
        ledgers = cycle.ledger(connection).for_schedule(found)
    worked_out = {each.number: _worked_out(cycle, each, ledgers[each.number], held) for each in found}
    with cycle.write() as connection:
        contracts = cycle.contracts(connection)
        decisions: list[Decision] = []
        for contract, decision in _decisions(cycle, connection, found, held, worked_out):
            if isinstance(decision, Decision):
                decisions.append(decision)
            else:
                contracts.set_aside(contract.number, _in_words(decision), cycle.today + A_DAY)
        written = _write(cycle, connection, decisions)
        restarted = {contract.number for contract in found if contract.restarted_as}
        passed = [visit for each in written for visit in each.visits if visit.key.contract in restarted]
        if passed:
            cycle.wake_followers(connection, passed)
        contracts.save_settled([decision.settlement for decision in written])
        contracts.hold({each.settlement.number: each.waits for each in written if each.waits})
        done = {decision.settlement.number for decision in written if decision.waits is None}
        contracts.release(sorted(done & held.changed))
        written_by_now = written_before + sum(len(decision.visits) for decision in written)
        note_growth(connection, written_by_now)
    for decision in written:
        cycle.count(decision.visits)
        _note_waits(cycle, decision, held)
    return written_by_now


def _note_waits(cycle: Cycle, decision: Decision, held: Held) -> None:
    """Keep in mind what waits; a card looks otherwise when it begins and when it ends."""
    number = decision.settlement.number
    cycle.tally.waits[number] = decision.waits
    if decision.released is not None:
        cycle.tally.released += decision.released
        cycle.tally.released_contracts += 1
    if (decision.waits is not None) != (number in held.waiting | held.let_go):
        cycle.tally.changed.add(number)
    if decision.waits is not None and number not in held.waiting:
        cycle.tally.newly_held = True


def _write(cycle: Cycle, connection: Connection, decisions: Sequence[Decision]) -> list[Decision]:
    """Write the visits of all contracts; where that fails, each by itself, and what stands in the way on its contract.

    Returns those that were written.
    """
    try:
        _write_visits(cycle, connection, decisions)
    except LedgerConflictError as conflict:
        if len(decisions) > 1:
            return [written for each in decisions for written in _write(cycle, connection, [each])]
        number = decisions[0].settlement.number
        cycle.contracts(connection).set_aside(number, _in_words(conflict), cycle.today + A_DAY)
        return []
    return list(decisions)


def _write_visits(cycle: Cycle, connection: Connection, decisions: Sequence[Decision]) -> None:
    ledger, now = cycle.ledger(connection), cycle.clock()
    with connection.begin_nested():
        ledger.add(stamped((visit for decision in decisions for visit in decision.added), now))
        for decision in decisions:
            for visit in stamped(decision.written_before, now):
                ledger.update(visit, decision.states_before[visit.key])


def _decisions(
    cycle: Cycle,
    connection: Connection,
    found: Sequence[Contract],
    held: Held,
    worked_out: Mapping[str, WorkedOut],
) -> Iterator[tuple[Contract, Decision | Exception]]:
    """What is due for each contract, or what it raised. One that was changed or released a moment ago waits for the
    next cycle; one of whose visits something else is written by now is decided anew."""
    contracts = cycle.contracts(connection)
    numbers = [contract.number for contract in found]
    versions = contracts.versions_of(numbers, lock=not cycle.wish.dry_run)
    unheard = contracts.changed_numbers(numbers) - held.changed
    unheard |= (held.waiting & set(numbers)) - contracts.held_numbers(numbers)
    unchanged = [each for each in found if versions.get(each.number) == each.version and each.number not in unheard]
    ledgers = cycle.ledger(connection).for_schedule(unchanged)
    for contract in unchanged:
        known = worked_out.get(contract.number)
        if known is None or known.ledger != ledgers[contract.number]:
            known = _worked_out(cycle, contract, ledgers[contract.number], held)
        yield contract, known.decision


def _worked_out(cycle: Cycle, contract: Contract, ledger: Mapping[VisitKey, LedgerVisit], held: Held) -> WorkedOut:
    try:
        return WorkedOut(ledger, _decide(cycle, contract, ledger, held))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one contract, the others go on
        return WorkedOut(ledger, error)


def _decide(cycle: Cycle, contract: Contract, ledger: Mapping[VisitKey, LedgerVisit], held: Held) -> Decision:
    facts = cycle.facts.facts_of(contract)
    situation = ContractSituation(contract, cycle.calendar, cycle.settings, ledger, facts)
    visits = due(situation, cycle.today)
    waits = _waits(situation, visits, held)
    released = waits_of(visits) if contract.number in held.let_go else None
    if waits is not None:
        situation = replace(situation, awaiting_release=True)
        visits = due(situation, cycle.today)
    visits = [_possible(cycle, contract, visit) for visit in visits]
    before = tuple(visit for visit in visits if visit.key in ledger)
    after = after_settling(situation, visits, cycle.today)
    return Decision(
        added=tuple(visit for visit in visits if visit.key not in ledger),
        written_before=before,
        states_before={visit.key: ledger[visit.key].state for visit in before},
        settlement=Settlement(
            contract.number, contract.version, after.contract.settled_through, _wakes_on(cycle, after)
        ),
        waits=waits,
        released=released,
    )


def _waits(situation: ContractSituation, visits: Sequence[LedgerVisit], held: Held) -> Waits | None:
    """What waits of a contract for a person's word, where these visits would be written without; None for nothing."""
    number, waits = situation.contract.number, waits_of(visits)
    if number in held.capped and waits.orders:
        return waits
    return waits if number in held.waiting and still_waits(situation, visits) else None


def _by_address(cycle: Cycle, contract: Contract, visits: Sequence[LedgerVisit]) -> Iterator[LedgerVisit]:
    """As they will be sent: one order per address, each with what is against it."""
    for visit in visits:
        for each in at_several_addresses(cycle, contract, visit):
            yield _possible(cycle, contract, each)


def _possible(cycle: Cycle, contract: Contract, visit: LedgerVisit) -> LedgerVisit:
    """The visit, failed when its customer or object is not at the host (architecture: Exactly). One that is to be split
    by address is not looked at yet, so that what one address lacks keeps no other from its order."""
    if visit.state is not VisitState.ORDERING or len(at_several_addresses(cycle, contract, visit)) > 1:
        return visit
    missing = cycle.facts.missing_for(contract, visit)
    return not_possible(visit, cycle.say(missing), cycle.clock()) if missing else visit


def _wakes_on(cycle: Cycle, after: ContractSituation) -> date | None:
    """The next day on which a visit is due, or the terms renew the contract or remind of it."""
    by_terms = terms_wake_on(after.contract, cycle.settings.reminder_days, cycle.today)
    return min(filter(None, (wake_on(after, cycle.today), by_terms)), default=None)


def _in_words(failure: Exception) -> str:
    return str(failure) if isinstance(failure, PowerupError) else f"{type(failure).__name__}: {failure}"
