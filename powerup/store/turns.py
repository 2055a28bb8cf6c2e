"""One transaction at a time for a name that has no row yet to be locked, such as a host that is just installing."""

from sqlalchemy import Connection, Text, bindparam, func, select

_TURN = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=Text), 0)))


def take_turn(connection: Connection, name: str) -> None:
    """Wait until no other write transaction has this name's turn, and keep it until this one ends.

    SQLite has one writer at a time anyway. What the others wrote is seen by the statements that follow.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN, {"name": name})
