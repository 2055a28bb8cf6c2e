"""What PostgreSQL knows of the sizes of tables, by which it chooses an index."""

from sqlalchemy import Connection, text

_MANY = 1000
"""Visits; so many more or fewer do no harm to a plan."""

_BY_FAR = 5

_KNOWN_VISITS = text("SELECT reltuples FROM pg_class WHERE oid = CAST('visits' AS regclass)")
_LOOK_ANEW = text("ANALYZE (SKIP_LOCKED) visits, contracts, visit_plans")


def note_growth(connection: Connection, written: int) -> None:
    """Let PostgreSQL look at its tables anew when it takes the ledger for far smaller than what a cycle has written.

    It does so by itself a minute later, and until then reads all visits in play for each that is to be changed. SQLite
    chooses its indexes without sizes.
    """
    if written < _MANY or connection.dialect.name != "postgresql":
        return
    known = connection.scalar(_KNOWN_VISITS) or 0
    if known * _BY_FAR < written:
        connection.execute(_LOOK_ANEW)
