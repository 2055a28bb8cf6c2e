"""The invariant, proved for one tenant: what is due is written, and what is written is at the host (rules: The two
ideas). Reads only."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from powerup.contracts.calendar import calendar_of
from powerup.contracts.schedule import due
from powerup.contracts.situation import ContractSituation, from_the_start
from powerup.contracts.visit import LedgerVisit, has_come, number_start
from powerup.outsmart.host import Host
from powerup.outsmart.listed import ListedOrder
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.ledger import Ledger
from powerup.store.marks import marked_by
from powerup.store.tenants import Tenant, Tenants
from powerup.sync.kit.facts import HostFacts, codes_named
from powerup.sync.proof.audit_host import HostAudit, beginnings
from powerup.sync.proof.differences import Difference, DifferenceKind
from powerup.texts import text

PAGE = 200
"""Contracts that are read together."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """due: visits whose day to be ordered or written off has come, computed from the contracts. ledger: written visits
    by state. host: work orders at the host that carry our numbers."""

    today: date
    due: int
    ledger: Mapping[str, int]
    host: int
    differences: tuple[Difference, ...]

    @property
    def ok(self) -> bool:
        """Whether contracts, ledger and host agree."""
        return not self.differences


def audit(database: Database, host: Host, tenant: Tenant, today: date) -> AuditReport:
    """Compare contracts, ledger and host as they should be on that day.

    Raises OutsmartError when the host cannot be read, and StoreError.
    """
    facts = HostFacts(host, lambda: marked_by(database, tenant.id), lambda: codes_named(database, tenant.id))
    host_audit = HostAudit(host, _numbers_of_ours(database, tenant))
    states: Counter[str] = Counter()
    differences: list[Difference] = []
    due_visits = 0
    for situations in _pages(database, tenant):
        found = [due(each, today) for each in situations]
        facts.learn(each.contract for each, missing in zip(situations, found, strict=True) if missing)
        for situation, with_no_facts in zip(situations, found, strict=True):
            contract, written = situation.contract, situation.ledger.values()
            known = facts.facts_of(contract)
            missing = due(replace(situation, facts=known), today) if known != situation.facts else with_no_facts
            due_visits += sum(has_come(visit, today) for visit in written) + len(missing)
            states.update(visit.state.value for visit in written)
            differences += [_missing(visit) for visit in missing]
            differences += host_audit.of_contract(contract, situation.settings.number_prefix, written)
    differences += host_audit.left_over()
    differences += _problems(database, tenant)
    return AuditReport(today, due_visits, dict(sorted(states.items())), host_audit.ours, tuple(differences))


def _numbers_of_ours(database: Database, tenant: Tenant) -> Callable[[Sequence[ListedOrder]], Iterator[ListedOrder]]:
    """Tells which orders carry a number that a visit has, or that begins as those of one of the contracts do."""
    with database.read() as connection:
        prefix = Tenants(connection).configuration(tenant.id).settings.number_prefix
        starts = {number_start(prefix, number) for number in Contracts(connection, tenant.id).numbers()}

    def ours(orders: Sequence[ListedOrder]) -> Iterator[ListedOrder]:
        with database.read() as connection:
            known = Ledger(connection, tenant.id).known_numbers([order.workorder_no for order in orders])
        for order in orders:
            if order.workorder_no in known or not starts.isdisjoint(beginnings(order.workorder_no)):
                yield order

    return ours


def _pages(database: Database, tenant: Tenant) -> Iterator[list[ContractSituation]]:
    """All contracts with their whole ledger, as if none of it were settled: each due visit has to be in it."""
    with database.read() as connection:
        configuration = Tenants(connection).configuration(tenant.id)
        waiting = Contracts(connection, tenant.id).held_numbers()
    calendar = calendar_of(configuration.calendar)
    last: str | None = None
    while True:
        with database.read() as connection:
            page = Contracts(connection, tenant.id).page(last, PAGE)
            ledgers = Ledger(connection, tenant.id).of_contracts([contract.number for contract in page])
        if not page:
            return
        last = page[-1].number
        yield [
            from_the_start(
                ContractSituation(
                    contract,
                    calendar,
                    configuration.settings,
                    ledgers[contract.number],
                    awaiting_release=contract.number in waiting,
                )
            )
            for contract in page
        ]


def _missing(visit: LedgerVisit) -> Difference:
    return Difference(
        DifferenceKind.NOT_WRITTEN,
        text("This visit is due and not in the ledger. Run `powerup sync`."),
        contract=visit.key.contract,
        visit=visit.key,
    )


def _problems(database: Database, tenant: Tenant) -> Iterator[Difference]:
    with database.read() as connection:
        problems = Contracts(connection, tenant.id).problems()
    for number, problem in problems.items():
        words = text("The contract cannot be worked out: {problem}. Correct it.", problem=problem)
        yield Difference(DifferenceKind.CONTRACT_PROBLEM, words, contract=number)
