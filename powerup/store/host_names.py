"""What the host calls customers and objects, as it was last read, so that people read names without asking it each
time (architecture: The reading copy). Nothing is decided by a name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from powerup.store.batches import batches
from powerup.store.service_tables import host_names


class NameKind(StrEnum):
    """Whose name it is."""

    CUSTOMER = "customer"
    OBJECT = "object"


Names = Mapping[tuple[NameKind, str], str]
"""Names by kind and code: a debtor number or an object code."""


class HostNames:
    """The names kept for one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._of_tenant = host_names.c.tenant_id == tenant_id

    def all(self) -> Names:
        """Every name that is known."""
        rows = self._connection.execute(select(host_names).where(self._of_tenant))
        return {(NameKind(row.kind), row.code): row.name for row in rows}

    def of_customers(self, codes: Iterable[str]) -> dict[str, str]:
        """The names of these customers, by debtor number; those that are not known are left out."""
        return self._of(NameKind.CUSTOMER, codes)

    def keep(self, names: Names) -> None:
        """Write what is new or called otherwise than before."""
        for kind, named in _by_kind(self.news(names)).items():
            self._write(kind, named)

    def news(self, names: Names) -> Names:
        """Those of the names that are not kept yet, or are others than those that are."""
        news: dict[tuple[NameKind, str], str] = {}
        for kind, named in _by_kind(names).items():
            known = self._of(kind, named)
            news |= {(kind, code): name for code, name in named.items() if known.get(code) != name}
        return news

    def _of(self, kind: NameKind, codes: Iterable[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for some in batches(sorted(set(codes))):
            same = (host_names.c.kind == kind.value) & host_names.c.code.in_(some)
            query = select(host_names.c.code, host_names.c.name).where(self._of_tenant, same)
            found |= {row.code: row.name for row in self._connection.execute(query)}
        return found

    def _write(self, kind: NameKind, named: Mapping[str, str]) -> None:
        for some in batches(sorted(named)):
            same = (host_names.c.kind == kind.value) & host_names.c.code.in_(some)
            self._connection.execute(delete(host_names).where(self._of_tenant, same))
            rows = [
                {"tenant_id": self._tenant_id, "kind": kind.value, "code": code, "name": named[code]} for code in some
            ]
            self._connection.execute(insert(host_names), rows)


def _by_kind(names: Names) -> Mapping[NameKind, dict[str, str]]:
    by_kind: defaultdict[NameKind, dict[str, str]] = defaultdict(dict)
    for (kind, code), name in names.items():
        by_kind[kind][code] = name
    return by_kind
