"""What is asked of the database while something runs, to hold that it does not grow with the data."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event


@contextmanager
def counted_queries(connection: Connection | type[Engine] = Engine) -> Iterator[list[str]]:
    """The statements that run on the connection, or on any, in a list that grows."""
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", note)
