"""Lists that people gave a name: filters, order and columns, as they stand in an address."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from powerup.store.errors import StoreError
from powerup.store.service_tables import list_views
from powerup.texts import text

MOST_VIEWS = 100
"""Of one person, of all lists together."""


class TooManyViewsError(StoreError):
    """A person has as many views as one may have."""

    def __init__(self) -> None:
        super().__init__(text("No more lists can be kept, at most {most}: remove one first.", most=MOST_VIEWS))


@dataclass(frozen=True, slots=True)
class ListView:
    """A list under a name. list says which one, such as contracts; query is what stands behind the question mark of its
    address. owner is the id of who saved it; a shared one is for all people of the tenant."""

    id: str
    list: str
    name: str
    query: str
    owner: str
    shared: bool = False


class ListViews:
    """The views of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._of_tenant = list_views.c.tenant_id == tenant_id

    def for_person(self, person: str, which: str) -> list[ListView]:
        """Those of a list that a person has, and those that others share, by name."""
        theirs = (list_views.c.owner == person) | list_views.c.shared
        query = select(list_views).where(self._of_tenant, list_views.c.list == which, theirs)
        rows = self._connection.execute(query)
        found = [ListView(row.id, row.list, row.name, row.query, row.owner, row.shared) for row in rows]
        return sorted(found, key=lambda view: (view.name.casefold(), view.id))

    def save(self, view: ListView) -> None:
        """Write a view, in the place of one of that name of the same person. Raises TooManyViewsError."""
        of_owner = self._of_tenant & (list_views.c.owner == view.owner)
        same = (list_views.c.list == view.list) & (list_views.c.name == view.name)
        self._connection.execute(delete(list_views).where(of_owner, same))
        if (self._connection.scalar(select(func.count()).where(of_owner)) or 0) >= MOST_VIEWS:
            raise TooManyViewsError
        row = {
            "id": view.id,
            "list": view.list,
            "name": view.name,
            "query": view.query,
            "owner": view.owner,
            "shared": view.shared,
        }
        self._connection.execute(insert(list_views), {"tenant_id": self._tenant_id} | row)

    def remove(self, view_id: str, owner: str | None) -> bool:
        """Take a view away, whosever it is where no owner is given; whether there was one."""
        ours = self._of_tenant & (list_views.c.id == view_id)
        whose = ours if owner is None else ours & (list_views.c.owner == owner)
        return self._connection.execute(delete(list_views).where(whose)).rowcount > 0
