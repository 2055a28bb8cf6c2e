"""What a person looks for by a few words, of whatever kind: customers, objects, contracts and work orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.readings.contract_list import ContractFilter, ContractList, ContractOrder, ContractRow
from powerup.readings.object_cover import ObjectCover, ObjectCovers
from powerup.store.host_names import NameKind
from powerup.store.search_text import search_words
from powerup.store.service_tables import host_names, sla_orders
from powerup.store.tables import contract_objects, contracts, visits

MOST_SHOWN = 10
"""Of each kind; who gets more types on."""

MOST_OBJECTS = 5
"""Of each of them it is worked out whether it is covered."""

_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer, with what the host calls it, empty where that was never read."""

    code: str
    name: str
    place: str
    postal_code: str
    house_number: str


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """A work order by its number: of a visit of a contract, or one that came in under it; planned_date and state are
    those of the visit, None where it is none."""

    workorder_no: str
    contract: str
    name: str
    planned_date: date | None
    state: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found, the first of each kind; more says that there are more objects or contracts than are shown."""

    customers: tuple[FoundCustomer, ...]
    objects: tuple[ObjectCover, ...]
    contracts: tuple[ContractRow, ...]
    orders: tuple[FoundOrder, ...]
    more_customers: bool
    more_objects: bool
    more_contracts: bool

    @property
    def nothing(self) -> bool:
        """Whether nothing was found."""
        return not (self.customers or self.objects or self.contracts or self.orders)


class Search:
    """The search of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around
        self._tenant_id = around.tenant_id

    def find(self, typed: str) -> Found:
        """What has all the words, or a number or code that begins with what was typed as a whole."""
        if not search_words(typed):
            return Found((), (), (), (), False, False, False)
        customers = self._customers(typed)
        objects = self._objects(typed)
        listed = ContractList(self._connection, self._around).page(
            ContractFilter(search=typed), ContractOrder(), MOST_SHOWN
        )
        return Found(
            tuple(customers[:MOST_SHOWN]),
            tuple(self._covers(objects[:MOST_OBJECTS])),
            listed.rows,
            tuple(self._orders(typed.strip())),
            len(customers) > MOST_SHOWN,
            len(objects) > MOST_OBJECTS,
            listed.next is not None,
        )

    def _customers(self, typed: str) -> list[FoundCustomer]:
        """Those that the host was seen to have, then those that only a contract names."""
        names = host_names.c
        query = select(names.code, names.name, names.place, names.postal_code, names.house_number).where(
            self._is_named(NameKind.CUSTOMER, typed)
        )
        exact = names.code != typed.strip()
        rows = self._connection.execute(query.order_by(exact, names.search_text, names.code).limit(MOST_SHOWN + 1))
        found = [FoundCustomer(*row) for row in rows]
        unnamed = select(contracts.c.customer).where(
            contracts.c.tenant_id == self._tenant_id, contracts.c.customer == typed.strip()
        )
        if all(each.code != typed.strip() for each in found) and (code := self._connection.scalar(unnamed.limit(1))):
            found.insert(0, FoundCustomer(code, "", "", "", ""))
        return found

    def _objects(self, typed: str) -> list[str]:
        by_name = select(host_names.c.code).where(self._is_named(NameKind.OBJECT, typed))
        in_contracts = select(contract_objects.c.object).where(
            contract_objects.c.tenant_id == self._tenant_id, _begins_with(contract_objects.c.object, typed.strip())
        )
        exact = [typed.strip()] if self._connection.scalar(
            in_contracts.where(contract_objects.c.object == typed.strip()).limit(1)
        ) else []  # fmt: skip
        found = [
            *exact,
            *self._connection.scalars(by_name.order_by(host_names.c.search_text).limit(MOST_OBJECTS + 1)),
            *self._connection.scalars(in_contracts.distinct().limit(MOST_OBJECTS + 1)),
        ]
        return list(dict.fromkeys(found))

    def _covers(self, codes: list[str]) -> Iterator[ObjectCover]:
        covers = ObjectCovers(self._connection, self._around)
        return (cover for code in codes if (cover := covers.find(code)) is not None)

    def _is_named(self, kind: NameKind, typed: str) -> ColumnElement[bool]:
        """All words are in its name, place, postal code, house number or serial number, or its code begins so."""
        has_all = and_(*(host_names.c.search_text.contains(word, autoescape=True) for word in search_words(typed)))
        of_kind = and_(host_names.c.tenant_id == self._tenant_id, host_names.c.kind == kind.value)
        return and_(of_kind, or_(has_all, _begins_with(host_names.c.code, typed.strip())))

    def _orders(self, typed: str) -> Iterator[FoundOrder]:
        """By the whole number, or by how one of ours begins; capitals do not matter."""
        for number in dict.fromkeys((typed, typed.upper())):
            yield from self._of_visits(number)
        under = (
            select(sla_orders.c.workorder_no, sla_orders.c.contract, contracts.c.name)
            .join(contracts, _same_contract(sla_orders))
            .where(sla_orders.c.tenant_id == self._tenant_id, sla_orders.c.workorder_no == typed)
        )
        for row in self._connection.execute(under.limit(MOST_SHOWN)):
            yield FoundOrder(row.workorder_no, row.contract, row.name, None, None)

    def _of_visits(self, number: str) -> Iterator[FoundOrder]:
        columns = visits.c.workorder_no, visits.c.contract, contracts.c.name, visits.c.planned_date, visits.c.state
        query = (
            select(*columns)
            .join(contracts, _same_contract(visits))
            .where(visits.c.tenant_id == self._tenant_id, _begins_with(visits.c.workorder_no, number))
            .order_by(visits.c.workorder_no)
        )
        return (FoundOrder(*row) for row in self._connection.execute(query.limit(MOST_SHOWN)))


def _same_contract(table: Any) -> ColumnElement[bool]:
    return and_(contracts.c.tenant_id == table.c.tenant_id, contracts.c.number == table.c.contract)


def _begins_with(column: ColumnElement[Any], typed: str) -> ColumnElement[bool]:
    """As a range, so that an index finds it."""
    return and_(column >= typed, column < typed + _LAST_CHARACTER)
