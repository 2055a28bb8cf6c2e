"""What is known of the host's customers, objects and employees without asking it: codes and names as last read."""

from typing import Any

from sqlalchemy import Connection

from powerup.store.host_names import HostName, HostNames, NameKind


class KnownRecords:
    """Of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._names = HostNames(connection, tenant_id)

    def named(self, kind: NameKind, words: str, after: str, limit: int) -> list[dict[str, Any]]:
        """Those whose code begins with the words, or who are found by them, whatever their capitals; by code, behind
        the code given."""
        return [{"code": code} | _shown(kind, name) for code, name in self._names.search(kind, words, after, limit)]


def _shown(kind: NameKind, known: HostName) -> dict[str, Any]:
    match kind:
        case NameKind.CUSTOMER:
            names: tuple[str, ...] = ("name", "place", "postal_code", "house_number")
        case NameKind.OBJECT:
            names = ("name", "place", "serial_number")
        case NameKind.EMPLOYEE:
            names = ("name",)
    return {name: getattr(known, name) for name in names}
