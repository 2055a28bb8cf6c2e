"""Tokens that have opened a panel: each does so once."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert
from sqlalchemy.exc import IntegrityError

from powerup.store.database import is_duplicate
from powerup.store.sign_in_tables import opened_panels


class OpenedPanels:
    """The tokens that were used for one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def add(self, installation_id: str, token_id: str, until: datetime) -> bool:
        """Write that a token of an installation was used, good until then (aware); false where it was before."""
        row = {"installation_id": installation_id, "token_id": token_id, "until": until}
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(opened_panels), row | {"tenant_id": self._tenant_id})
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
            return False
        return True


def forget_opened_panels(connection: Connection, before: datetime) -> int:
    """Remove the tokens of all tenants that lapsed before a moment (aware); gives how many there were."""
    return connection.execute(delete(opened_panels).where(opened_panels.c.until < before)).rowcount
