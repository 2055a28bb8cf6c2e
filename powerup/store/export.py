"""Everything that is kept of one tenant, as JSON values, without secrets."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from powerup.store.columns import HASH, SealedText

_ROWS_AT_ONCE = 1000

Row = dict[str, Any]


def rows_of_tenant(connection: Connection, table: Table, owner: Column[Any], tenant_id: str) -> Iterator[Row]:
    """The tenant's rows of a table in the order of its key, read as they are asked for; owner says whose they are."""
    columns = [column for column in table.c if not _is_secret(column)]
    query = select(*columns).where(owner == tenant_id).order_by(*table.primary_key)
    for row in connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query):
        yield {name: _json_value(value) for name, value in row._mapping.items()}


def _is_secret(column: Column[Any]) -> bool:
    return isinstance(column.type, SealedText) or column.info == HASH


def _json_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else value
