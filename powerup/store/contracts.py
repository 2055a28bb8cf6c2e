"""The contracts of one tenant."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, bindparam, delete, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from powerup.contracts.contract import Contract, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.held_back import Waits
from powerup.contracts.whose_order import Claimant
from powerup.store.batches import MOST_PARAMETERS, batches
from powerup.store.contract_rows import contract_of, contract_row, listed_columns, object_rows, plan_of, plan_rows
from powerup.store.database import is_duplicate
from powerup.store.errors import ContractExistsError, UnknownContractError, VersionConflictError
from powerup.store.planning_wanted import want_planning
from powerup.store.tables import contract_objects, contracts, is_corrective, tenants, visit_plans

AT_ONCE = date.min
"""A wake_on that the next cycle finds, whatever its day."""

_OF_NUMBER = select(contracts).where(
    contracts.c.tenant_id == bindparam("tenant"), contracts.c.number == bindparam("contract")
)
_OF_NUMBER_LOCKED = _OF_NUMBER.with_for_update(key_share=True)
_STANDING = (
    contracts.c.number,
    contracts.c.version,
    contracts.c.settled_through,
    contracts.c.changed_since_cycle,
    contracts.c.awaiting_release,
)
_STANDING_OF_NUMBER: Select[Any] = _OF_NUMBER.with_only_columns(*_STANDING)
_STANDING_OF_NUMBER_LOCKED = _STANDING_OF_NUMBER.with_for_update(key_share=True)
_OF_CUSTOMER = select(contracts).where(
    contracts.c.tenant_id == bindparam("tenant"),
    contracts.c.customer == bindparam("customer"),
    contracts.c.deleted_on.is_(None),
)
_VERSIONS_OF_CUSTOMER: Select[Any] = _OF_CUSTOMER.with_only_columns(contracts.c.number, contracts.c.version)

_OBJECTS = (
    select(contract_objects.c.contract, contract_objects.c.object)
    .where(
        contract_objects.c.tenant_id == bindparam("tenant"),
        contract_objects.c.contract.in_(bindparam("contracts", expanding=True)),
    )
    .order_by(contract_objects.c.contract, contract_objects.c.position)
)
_PLANS = (
    select(visit_plans)
    .where(
        visit_plans.c.tenant_id == bindparam("tenant"),
        visit_plans.c.contract.in_(bindparam("contracts", expanding=True)),
    )
    .order_by(visit_plans.c.contract, visit_plans.c.position)
)
_PARTS: tuple[tuple[Table, Callable[[Contract], list[dict[str, Any]]]], ...] = (
    (contract_objects, object_rows),
    (visit_plans, plan_rows),
)
_SAVE = update(contracts).where(
    contracts.c.tenant_id == bindparam("of_tenant"),
    contracts.c.number == bindparam("of_number"),
    contracts.c.version == bindparam("of_version"),
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a cycle has come to for one contract: the day through which its ledger is complete, and when it wakes.

    version is the one that the cycle worked with.
    """

    number: str
    version: int
    settled_through: date | None
    wake_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a contract stands: whatever changes of it, changes one of these.

    settled_through moves with cycles, version with every other change. unseen: no cycle has looked at it since its last
    change. held: its orders wait for a person's word.
    """

    version: int
    settled_through: date | None
    unseen: bool
    held: bool


@dataclass(frozen=True, slots=True)
class NamedCodes:
    """What contracts name of the host: customers by debtor number, and objects by code."""

    customers: frozenset[str]
    objects: frozenset[str]


class Contracts:
    """Reads and writes the contracts of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    @property
    def _of_tenant(self) -> ColumnElement[bool]:
        return contracts.c.tenant_id == self._tenant_id

    def get(self, number: str, *, lock: bool = False) -> Contract | None:
        """The contract of that number, or None; lock keeps others from changing it until the transaction ends."""
        return next(iter(self.of_numbers([number], lock=lock)), None)

    def get_standing(self, number: str, *, lock: bool = False) -> tuple[Contract, Standing] | None:
        """The contract of that number and how it stands, or None; lock as in `get`."""
        query = _OF_NUMBER_LOCKED if lock else _OF_NUMBER
        rows = self._connection.execute(query, {"tenant": self._tenant_id, "contract": number}).all()
        return next(((contract, _standing(row)) for contract, row in zip(self._loaded(rows), rows, strict=True)), None)

    def standing(self, number: str, *, lock: bool = False) -> Standing | None:
        """How the contract of that number stands, or None; lock as in `get`."""
        query = _STANDING_OF_NUMBER_LOCKED if lock else _STANDING_OF_NUMBER
        row = self._connection.execute(query, {"tenant": self._tenant_id, "contract": number}).one_or_none()
        return _standing(row) if row else None

    def versions_of_customer(self, customer: str) -> dict[str, int]:
        """The version of each contract of a customer, by debtor number, that is not deleted."""
        rows = self._connection.execute(_VERSIONS_OF_CUSTOMER, {"tenant": self._tenant_id, "customer": customer})
        return {row.number: row.version for row in rows}

    def of_numbers(self, numbers: Sequence[str], *, lock: bool = False) -> list[Contract]:
        """Those of the numbers that exist, sorted by number, in three queries per ten thousand."""
        found: list[Contract] = []
        for some in batches(sorted(set(numbers))):
            found += self._load(self._all().where(contracts.c.number.in_(some)), lock=lock)
        return found

    def versions_of(self, numbers: Sequence[str], *, lock: bool = False) -> dict[str, int]:
        """The version of each of the contracts; lock keeps others from changing them until the transaction ends."""
        found: dict[str, int] = {}
        for some in batches(sorted(set(numbers))):
            query = self._all().where(contracts.c.number.in_(some))
            query = query.with_only_columns(contracts.c.number, contracts.c.version)
            rows = self._connection.execute(query.with_for_update(key_share=True) if lock else query)
            found |= {row.number: row.version for row in rows}
        return found

    def claimants(self, numbers: Iterable[str]) -> dict[str, Claimant]:
        """Customer and objects of each of the contracts, by number; nothing else of them is read."""
        objects: defaultdict[str, list[str]] = defaultdict(list)
        customers: dict[str, str] = {}
        for some in batches(sorted(set(numbers))):
            linked = select(contract_objects.c.contract, contract_objects.c.object).where(
                contract_objects.c.tenant_id == self._tenant_id, contract_objects.c.contract.in_(some)
            )
            for row in self._connection.execute(linked):
                objects[row.contract].append(row.object)
            query = self._all().where(contracts.c.number.in_(some))
            rows = self._connection.execute(query.with_only_columns(contracts.c.number, contracts.c.customer))
            customers |= {row.number: row.customer for row in rows}
        return {number: Claimant(customer, tuple(objects[number])) for number, customer in customers.items()}

    def due(self, today: date, limit: int) -> list[Contract]:
        """Contracts that have to be looked at on that day, the longest waiting first; nothing else is read."""
        return self._load(self._due(today).limit(limit))

    def due_numbers(self, today: date, *, with_terms: bool = False) -> list[str]:
        """The numbers of all contracts to be looked at on that day, or of those with terms and an end, oldest first."""
        query = self._due(today).with_only_columns(contracts.c.number)
        ending = contracts.c.terms.is_not(None) & contracts.c.end_date.is_not(None)
        return list(self._connection.scalars(query.where(ending) if with_terms else query))

    def page(self, after: str | None, limit: int) -> list[Contract]:
        """Contracts sorted by number, those behind the given number, at most limit."""
        query = self._all().limit(limit)
        return self._load(query if after is None else query.where(contracts.c.number > after))

    def with_a_price(self, after: str, limit: int, changed_in: date | None = None) -> list[Contract]:
        """Contracts that have a price and are not deleted, sorted by number, those behind the given one, at most limit;
        without their objects and plans, on which no price depends. changed_in leaves out those of which no amount
        counts from a day of that month, given by its first day."""
        priced = contracts.c.price.is_not(None) & contracts.c.deleted_on.is_(None)
        query = self._all().where(priced, contracts.c.number > after).limit(limit)
        if changed_in is not None:
            query = query.where(contracts.c.price.contains(f'"{changed_in:%Y-%m}-'))  # as its document has days
        return [contract_of(row, (), ()) for row in self._connection.execute(query)]

    def all(self) -> list[Contract]:
        """Every contract of the tenant, deleted ones too, sorted by number."""
        return self._load(self._all())

    def numbers(self) -> list[str]:
        """The number of every contract, deleted ones too."""
        return list(
            self._connection.scalars(select(contracts.c.number).where(contracts.c.tenant_id == self._tenant_id))
        )

    def named_codes(self) -> NamedCodes:
        """The customers, those who get the invoices, and the objects of all contracts."""
        ours = contracts.c.tenant_id == self._tenant_id
        invoiced = select(contracts.c.invoice_customer).where(ours, contracts.c.invoice_customer.is_not(None))
        customers = select(contracts.c.customer).where(ours).union(invoiced)
        objects = select(contract_objects.c.object).where(contract_objects.c.tenant_id == self._tenant_id)
        return NamedCodes(frozenset(self._connection.scalars(customers)), frozenset(self._connection.scalars(objects)))

    def corrective(self) -> list[Contract]:
        """The corrective contracts, sorted by number."""
        return self._load(self._all().where(is_corrective(contracts.c.type)))

    def customers_of_corrective(self) -> frozenset[str]:
        """The customers that have a corrective contract, by debtor number."""
        query = select(contracts.c.customer).where(contracts.c.tenant_id == self._tenant_id)
        return frozenset(self._connection.scalars(query.where(is_corrective(contracts.c.type))))

    def by_customer(self, customer: str) -> list[Contract]:
        """The contracts of a customer, by debtor number, sorted by number."""
        # Sorted here: SQLite would go through all contracts in the order of their numbers to save sorting a few.
        found = self._load(select(contracts).where(self._of_tenant, contracts.c.customer == customer))
        return sorted(found, key=lambda contract: contract.number)

    def without_plans(self, customer: str) -> list[Contract]:
        """The contracts of a customer, by debtor number, that are not deleted, sorted by number; without their visit
        plans, which are most of what is to be read of large ones."""
        named = {"tenant": self._tenant_id, "customer": customer}
        rows = self._connection.execute(_OF_CUSTOMER, named).all()
        objects = self._objects_of([row.number for row in rows])
        found = [contract_of(row, objects[row.number], ()) for row in rows]
        return sorted(found, key=lambda contract: contract.number)  # here for the reason that `by_customer` has

    def naming_customer(self, customer: str) -> list[Contract]:
        """The contracts of a customer and those whose invoices it gets, by debtor number."""
        named = (contracts.c.customer == customer) | (contracts.c.invoice_customer == customer)
        return self._load(self._all().where(named))

    def by_customers(self, customers: Iterable[str]) -> list[Contract]:
        """The contracts of several customers, by debtor number."""
        found: list[Contract] = []
        for some in batches(sorted(set(customers))):
            found += self._load(self._all().where(contracts.c.customer.in_(some)))
        return found

    def by_object(self, code: str) -> list[Contract]:
        """The contracts that an object is linked to."""
        linked = select(contract_objects.c.contract).where(
            contract_objects.c.tenant_id == self._tenant_id, contract_objects.c.object == code
        )
        return self._load(self._all().where(contracts.c.number.in_(linked)))

    def add(self, contract: Contract, wake_on: date | None = AT_ONCE) -> None:
        """Write a new contract; the next cycle looks at it, unless another day is given (None: never by itself).

        Raises ContractExistsError when the number was ever used.
        """
        if self._connection.scalar(self._numbered(contract.number).with_only_columns(contracts.c.number)):
            raise ContractExistsError(contract.number)
        try:
            self._connection.execute(insert(contracts), self._new_row(contract, wake_on))
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
            raise ContractExistsError(contract.number) from error
        for table, rows_of in _PARTS:
            self._add_parts(table, rows_of(contract))
        self._plan_again([contract.number])

    def add_all(self, added: Sequence[Contract]) -> None:
        """Write new contracts in few statements; the next cycle looks at them.

        Raises ContractExistsError when one of their numbers was ever used.
        """
        if not added:
            return
        if used := self.versions_of([each.number for each in added]):
            raise ContractExistsError(min(used))
        self._connection.execute(insert(contracts), [self._new_row(each, AT_ONCE) for each in added])
        for table, rows_of in _PARTS:
            self._add_parts(table, [row for each in added for row in rows_of(each)])
        self._plan_again([each.number for each in added])

    def save(
        self,
        contract: Contract,
        expected_version: int,
        wake_on: date | None = AT_ONCE,
        before: Contract | None = None,
    ) -> Contract:
        """Write a person's change over the version that the change was made from; gives it back with its new version.

        before: the contract of that version, so that of its objects and plans only those that changed are written.

        Raises VersionConflictError when the contract has another version by now, UnknownContractError.
        """
        saved = replace(contract, version=expected_version + 1)
        values = contract_row(saved) | {"wake_on": wake_on, "changed_since_cycle": True}
        which = {"of_tenant": self._tenant_id, "of_number": contract.number, "of_version": expected_version}
        if self._connection.execute(_SAVE, values | which).rowcount == 0:
            raise self._conflict(contract.number, expected_version)
        for table, rows_of in _PARTS:
            if before is not None and rows_of(before) == rows_of(saved):
                continue
            self._connection.execute(
                delete(table).where(table.c.tenant_id == self._tenant_id, table.c.contract == contract.number)
            )
            self._add_parts(table, rows_of(saved))
        self._plan_again([saved.number])
        return saved

    def save_renewal(self, renewed: Contract, expected_version: int) -> None:
        """Write the end that a contract's own terms gave it. It is no person's change, so it does not count as one.

        Raises VersionConflictError when the contract has another version by now, UnknownContractError.
        """
        ours = self._of_tenant & (contracts.c.number == renewed.number) & (contracts.c.version == expected_version)
        values = {"end_date": renewed.end, "renewals": renewed.renewals, "version": renewed.version}
        values |= listed_columns(renewed)
        if self._connection.execute(update(contracts).where(ours).values(values)).rowcount == 0:
            raise self._conflict(renewed.number, expected_version)
        self._plan_again([renewed.number])

    def save_settled(self, settlements: Sequence[Settlement]) -> None:
        """Write what a cycle has come to, which is no change of the contract: its version stays; a problem is cleared.

        Raises VersionConflictError when a person changed one of them since the cycle read it.
        """
        if not settlements:
            return
        statement = (
            update(contracts)
            .where(
                self._of_tenant,
                contracts.c.number == bindparam("number_"),
                contracts.c.version == bindparam("version_"),
            )
            .values(settled_through=bindparam("settled_"), wake_on=bindparam("wake_"), problem=None)
        )
        rows = [
            {"number_": each.number, "version_": each.version, "settled_": each.settled_through, "wake_": each.wake_on}
            for each in settlements
        ]
        if self._connection.execute(statement, rows).rowcount != len(rows):
            raise self._settlement_conflict(settlements)

    def wake(self, numbers: Sequence[str], on: date = AT_ONCE) -> None:
        """Have the contracts looked at no later than on that day, also those that were to sleep."""
        later = contracts.c.wake_on.is_(None) | (contracts.c.wake_on > on)
        self._mark(numbers, later, {"wake_on": on})
        self._plan_again(numbers)

    def decide_again_from(self, number: str, day: date) -> None:
        """Have a contract's visits from that day on be decided again, where its ledger was complete further than that;
        those that are written stay."""
        before = day - A_DAY
        self._mark([number], contracts.c.settled_through > before, {"settled_through": before})
        self._plan_again([number])

    def next_number(self) -> str:
        """A number that no contract of the tenant ever had; the tenant's counter moves on."""
        count = (
            update(tenants)
            .where(tenants.c.id == self._tenant_id)
            .values(next_contract_number=tenants.c.next_contract_number + 1)
            .returning(tenants.c.next_contract_number - 1)
        )
        while True:
            number = str(self._connection.scalar(count))
            if self._connection.scalar(self._numbered(number).with_only_columns(contracts.c.number)) is None:
                return number

    def count_on_from(self, first: int) -> None:
        """Give out no number below this one from now on; a counter that is further stays."""
        ours = (tenants.c.id == self._tenant_id, tenants.c.next_contract_number < first)
        self._connection.execute(update(tenants).where(*ours).values(next_contract_number=first))

    def next_numbers(self, count: int, taken: Collection[str] = ()) -> list[str]:
        """So many numbers as `next_number` gives them, none of those taken; in few statements."""
        found: list[str] = []
        while wanted := count - len(found):
            counter = (
                update(tenants)
                .where(tenants.c.id == self._tenant_id)
                .values(next_contract_number=tenants.c.next_contract_number + wanted)
                .returning(tenants.c.next_contract_number)
            )
            behind: int = self._connection.scalars(counter).one()
            numbers = list(map(str, range(behind - wanted, behind)))
            used = self.versions_of(numbers)
            found += [number for number in numbers if number not in used and number not in taken]
        return found

    def coming_number(self, *, lock: bool = False) -> str:
        """The number that `next_number` will give; lock keeps others from taking it until the transaction ends."""
        query = select(tenants.c.next_contract_number).where(tenants.c.id == self._tenant_id)
        coming: int = self._connection.scalars(query.with_for_update() if lock else query).one()
        at_once = 1
        while True:  # most often the first is free; a firm that took its numbers along can have very many
            numbers = list(map(str, range(coming, coming + at_once)))
            used = self.versions_of(numbers)
            if free := next((number for number in numbers if number not in used), None):
                return free
            coming += at_once
            at_once = min(10 * at_once, MOST_PARAMETERS)

    def set_aside(self, number: str, problem: str, until: date) -> None:
        """Put a failure on the contract, and have it looked at again on that day, not before."""
        self._mark([number], true(), {"problem": problem, "wake_on": until})

    def problems(self, among: Sequence[str] | None = None) -> dict[str, str]:
        """The failures that stand on contracts now, by contract number.

        among: of these only; at most as many as one statement takes.
        """
        query = self._all().where(contracts.c.problem.is_not(None))
        query = query.with_only_columns(contracts.c.number, contracts.c.problem)
        rows = self._connection.execute(query if among is None else query.where(contracts.c.number.in_(among)))
        return {row.number: row.problem for row in rows}

    def changed_numbers(self, among: Sequence[str] | None = None) -> frozenset[str]:
        """The contracts that are new or were changed since the last cycle, held ones included (rules: Generation).

        among: of these only; at most as many as one statement takes.
        """
        query = self._all().where(contracts.c.changed_since_cycle == true()).with_only_columns(contracts.c.number)
        return frozenset(
            self._connection.scalars(query if among is None else query.where(contracts.c.number.in_(among)))
        )

    def count_as_changed(self, numbers: Sequence[str]) -> None:
        """Have the next cycle count the orders of these contracts under the change cap, too."""
        self._mark(numbers, true(), {"changed_since_cycle": True})

    def held_numbers(self, among: Sequence[str] | None = None) -> frozenset[str]:
        """The changed contracts whose orders wait for a person's word.

        among: of these only; at most as many as one statement takes.
        """
        query = self._all().where(is_held()).with_only_columns(contracts.c.number)
        return frozenset(
            self._connection.scalars(query if among is None else query.where(contracts.c.number.in_(among)))
        )

    def waiting(self) -> dict[str, Waits]:
        """What waits for a person's word as of the last cycle that looked, by contract number."""
        columns = contracts.c.number, contracts.c.waiting_orders, contracts.c.waiting_missed
        rows = self._connection.execute(self._all().where(is_held()).with_only_columns(*columns))
        return {row.number: Waits(row.waiting_orders, row.waiting_missed) for row in rows}

    def hold(self, waits: Mapping[str, Waits]) -> None:
        """Have the orders of these contracts wait for a person's word; they stay changed until released."""
        if not waits:
            return
        statement = (
            update(contracts)
            .where(self._of_tenant, contracts.c.number == bindparam("number_"))
            .values(
                awaiting_release=True,
                changed_since_cycle=True,
                waiting_orders=bindparam("orders_"),
                waiting_missed=bindparam("missed_"),
            )
        )
        rows = [{"number_": number, "orders_": each.orders, "missed_": each.missed} for number, each in waits.items()]
        self._connection.execute(statement, rows)

    def release(self, numbers: Sequence[str]) -> None:
        """Let the orders of these contracts through, and count them as changed no longer."""
        nothing = {"waiting_orders": 0, "waiting_missed": 0}
        self._mark(numbers, true(), {"awaiting_release": False, "changed_since_cycle": False} | nothing)

    def _all(self) -> Select[Any]:
        return select(contracts).where(self._of_tenant).order_by(contracts.c.number)

    def _numbered(self, number: str) -> Select[Any]:
        return select(contracts).where(self._of_tenant, contracts.c.number == number)

    def _due(self, today: date) -> Select[Any]:
        due = select(contracts).where(self._of_tenant, contracts.c.wake_on <= today)
        return due.order_by(contracts.c.wake_on, contracts.c.number)

    def _load(self, query: Select[Any], *, lock: bool = False) -> list[Contract]:
        return self._loaded(self._connection.execute(query.with_for_update(key_share=True) if lock else query).all())

    def _loaded(self, rows: Sequence[Row[Any]]) -> list[Contract]:
        numbers = [row.number for row in rows]
        objects, plans = self._objects_of(numbers), self._plans_of(numbers)
        return [contract_of(row, objects[row.number], plans[row.number]) for row in rows]

    def _objects_of(self, numbers: Sequence[str]) -> defaultdict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for some in batches(numbers):
            named = {"tenant": self._tenant_id, "contracts": some}
            for contract, code in self._connection.execute(_OBJECTS, named):
                found[contract].append(code)
        return found

    def _plans_of(self, numbers: Sequence[str]) -> defaultdict[str, list[VisitPlan]]:
        found: defaultdict[str, list[VisitPlan]] = defaultdict(list)
        for some in batches(numbers):
            for row in self._connection.execute(_PLANS, {"tenant": self._tenant_id, "contracts": some}):
                found[row.contract].append(plan_of(row))
        return found

    def _new_row(self, contract: Contract, wake_on: date | None) -> dict[str, Any]:
        return contract_row(contract) | {
            "tenant_id": self._tenant_id,
            "wake_on": wake_on,
            "changed_since_cycle": True,
            "awaiting_release": False,
            "waiting_orders": 0,
            "waiting_missed": 0,
        }

    def _add_parts(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), [row | {"tenant_id": self._tenant_id} for row in rows])

    def _plan_again(self, numbers: Iterable[str]) -> None:
        want_planning(self._connection, self._tenant_id, numbers)

    def _mark(self, numbers: Iterable[str], condition: ColumnElement[bool], values: dict[str, Any]) -> None:
        for some in batches(sorted(set(numbers))):
            self._connection.execute(
                update(contracts).where(self._of_tenant, contracts.c.number.in_(some), condition).values(values)
            )

    def _version_of(self, number: str) -> int:
        version = self._connection.scalar(self._numbered(number).with_only_columns(contracts.c.version))
        if version is None:
            raise UnknownContractError(number)
        return int(version)

    def _conflict(self, number: str, expected_version: int) -> VersionConflictError:
        return VersionConflictError(number, expected_version, self._version_of(number))

    def _settlement_conflict(self, settlements: Sequence[Settlement]) -> VersionConflictError:
        for each in settlements:
            current = self._version_of(each.number)
            if current != each.version:
                return VersionConflictError(each.number, each.version, current)
        raise AssertionError("Fewer contracts were settled than given, though each has its version.")


def _standing(row: Row[Any]) -> Standing:
    unseen = row.changed_since_cycle
    return Standing(row.version, row.settled_through, unseen, held=unseen and row.awaiting_release)


def is_held() -> ColumnElement[bool]:
    """The condition that a contract's orders wait for a person's word."""
    return (contracts.c.changed_since_cycle == true()) & (contracts.c.awaiting_release == true())
