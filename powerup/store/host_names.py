"""What the host calls customers, objects and employees and where they are, as it was last read, so that people read and
search them without asking it each time (architecture: What lists read). Nothing is decided by a name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select

from powerup.contracts.planned_work import region_of
from powerup.store.batches import batches
from powerup.store.planning_wanted import want_planning_of_customers
from powerup.store.search_text import search_text, search_words
from powerup.store.service_tables import host_names


class NameKind(StrEnum):
    """Whose name it is."""

    CUSTOMER = "customer"
    OBJECT = "object"
    EMPLOYEE = "employee"


@dataclass(frozen=True, slots=True)
class HostName:
    """What a customer, object or employee is known by. place is a customer's city, or where at the customer an object
    stands; an object has no street, postal code and language, a customer no serial number, an employee a name alone;
    language is as the host writes it. Empty is what the host does not say."""

    name: str
    place: str = ""
    postal_code: str = ""
    house_number: str = ""
    serial_number: str = ""
    language: str = ""
    street: str = ""

    @property
    def search_text(self) -> str:
        """What it is found by, folded; a postal code with and without its blank."""
        together = "".join(self.postal_code.split())
        spaced = self.postal_code if together != self.postal_code else ""
        return search_text((self.name, self.place, together, spaced, self.house_number, self.serial_number))


Names = Mapping[tuple[NameKind, str], HostName]
"""Names by kind and code: a debtor number, an object code or the number of an employee."""


class HostNames:
    """The names kept for one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._of_tenant = host_names.c.tenant_id == tenant_id

    def all(self) -> Names:
        """Every name that is known."""
        rows = self._connection.execute(select(host_names).where(self._of_tenant))
        return {(NameKind(row.kind), row.code): _name_of(row) for row in rows}

    def of(self, kind: NameKind, codes: Iterable[str]) -> dict[str, HostName]:
        """Those of these customers or objects, by code; those that are not known are left out."""
        found: dict[str, HostName] = {}
        for some in batches(sorted(set(codes))):
            same = (host_names.c.kind == kind.value) & host_names.c.code.in_(some)
            rows = self._connection.execute(select(host_names).where(self._of_tenant, same))
            found |= {row.code: _name_of(row) for row in rows}
        return found

    def of_customers(self, codes: Iterable[str]) -> dict[str, str]:
        """The names of these customers, by debtor number; those that are not known are left out."""
        return {code: each.name for code, each in self.of(NameKind.CUSTOMER, codes).items()}

    def of_employees(self, numbers: Iterable[str | None] | None = None) -> dict[str, str]:
        """The names of these employees, or of all that are known, by number; those that have none are left out."""
        if numbers is not None:
            found = self.of(NameKind.EMPLOYEE, filter(None, numbers))
            return {code: each.name for code, each in found.items() if each.name}
        query = select(host_names.c.code, host_names.c.name).where(
            self._of_tenant, host_names.c.kind == NameKind.EMPLOYEE.value, host_names.c.name != ""
        )
        return {row.code: row.name for row in self._connection.execute(query)}

    def search(self, kind: NameKind, words: str, after: str, limit: int) -> list[tuple[str, HostName]]:
        """Those that have each of the words in what they are found by, or at the beginning of their code; by code,
        behind the code given."""
        code, text = func.lower(host_names.c.code), host_names.c.search_text
        found = [
            or_(text.contains(word, autoescape=True), code.startswith(word, autoescape=True))
            for word in search_words(words)
        ]
        which = (self._of_tenant, host_names.c.kind == kind.value, host_names.c.code > after, *found)
        query = select(host_names).where(*which).order_by(host_names.c.code).limit(limit)
        return [(row.code, _name_of(row)) for row in self._connection.execute(query)]

    def keep(self, names: Names) -> None:
        """Write what is new or known otherwise than before."""
        for kind, named in _by_kind(self.news(names)).items():
            if kind is NameKind.CUSTOMER:
                self._plan_again(named)
            self._write(kind, named)

    def news(self, names: Names) -> Names:
        """Those of the names that are not kept yet, or are others than those that are."""
        news: dict[tuple[NameKind, str], HostName] = {}
        for kind, named in _by_kind(names).items():
            known = self.of(kind, named)
            news |= {(kind, code): name for code, name in named.items() if known.get(code) != name}
        return news

    def _plan_again(self, customers: Mapping[str, HostName]) -> None:
        """Those of whom the planning would say another region."""
        known = self.of(NameKind.CUSTOMER, customers)
        before = {code: region_of(known[code].postal_code) if code in known else "" for code in customers}
        moved = [code for code, name in customers.items() if region_of(name.postal_code) != before[code]]
        want_planning_of_customers(self._connection, self._tenant_id, moved)

    def _write(self, kind: NameKind, named: Mapping[str, HostName]) -> None:
        for some in batches(sorted(named)):
            same = (host_names.c.kind == kind.value) & host_names.c.code.in_(some)
            self._connection.execute(delete(host_names).where(self._of_tenant, same))
            rows = [
                {"tenant_id": self._tenant_id, "kind": kind.value, "code": code, "search_text": named[code].search_text}
                | asdict(named[code])
                for code in some
            ]
            self._connection.execute(insert(host_names), rows)


def _name_of(row: Row[Any]) -> HostName:
    return HostName(row.name, row.place, row.postal_code, row.house_number, row.serial_number, row.language, row.street)


def _by_kind(names: Names) -> Mapping[NameKind, dict[str, HostName]]:
    by_kind: defaultdict[NameKind, dict[str, HostName]] = defaultdict(dict)
    for (kind, code), name in names.items():
        by_kind[kind][code] = name
    return by_kind
