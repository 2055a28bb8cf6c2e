"""What lists filter and sort by, worked out for the contracts and names that are there when the columns come."""

import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, Date, Integer, Row, TableClause, Text, bindparam, column, select, table, update

from powerup.contracts.terms import Terms, horizon_end, last_notice_date
from powerup.documents.terms import terms_from_document
from powerup.store.host_names import HostName
from powerup.store.search_text import folded, search_text

_ROWS_AT_ONCE = 1000

_contracts = table(
    "contracts",
    column("tenant_id", Text),
    column("number", Text),
    column("name", Text),
    column("customer", Text),
    column("end_date", Date),
    column("last_day", Date),
    column("terms", Text),
    column("renewals", Integer),
    column("sort_name", Text),
    column("search_text", Text),
    column("terms_code", Text),
    column("ends_on", Date),
    column("last_notice_date", Date),
)
_objects = table("contract_objects", column("tenant_id", Text), column("contract", Text), column("object", Text))
_names = table(
    "host_names",
    column("tenant_id", Text),
    column("kind", Text),
    column("code", Text),
    column("name", Text),
    column("search_text", Text),
)


def fill_in(connection: Connection) -> None:
    """Fill the columns of all tenants."""
    objects: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in connection.execute(select(_objects)):
        objects[row.tenant_id, row.contract].append(row.object)
    listed = ("sort_name", "search_text", "terms_code", "ends_on", "last_notice_date")
    query = select(*(each for each in _contracts.c if each.name not in listed))
    rows = [_of_contract(row, objects[row.tenant_id, row.number]) for row in connection.execute(query)]
    _write(connection, _contracts, ("tenant_id", "number"), listed, rows)
    named = connection.execute(select(_names.c.tenant_id, _names.c.kind, _names.c.code, _names.c.name))
    found = [{**row._mapping, "search_text": HostName(row.name).search_text} for row in named]
    _write(connection, _names, ("tenant_id", "kind", "code"), ("search_text",), found)


def _of_contract(row: Row[Any], objects: list[str]) -> dict[str, Any]:
    terms = _terms(row.terms) if row.terms else None
    stops = terms is not None and terms.goes_on and row.end_date and row.last_day is None
    return {
        "tenant_id": row.tenant_id,
        "number": row.number,
        "sort_name": folded(row.name),
        "search_text": search_text((row.number, row.name, row.customer, *objects)),
        "terms_code": terms.code if terms else None,
        "ends_on": horizon_end(row.end_date, terms, None),
        "last_notice_date": last_notice_date(row.end_date, terms, row.renewals > 0) if stops and terms else None,
    }


def _write(
    connection: Connection, where: TableClause, key: tuple[str, ...], names: tuple[str, ...], rows: list[dict[str, Any]]
) -> None:
    same = [where.c[name] == bindparam(f"{name}_") for name in key]
    statement = update(where).where(*same).values({name: bindparam(f"{name}_") for name in names})
    for some in _slices(rows):
        connection.execute(statement, [{f"{name}_": row[name] for name in (*key, *names)} for row in some])


def _slices(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        yield rows[start : start + _ROWS_AT_ONCE]


@cache
def _terms(text: str) -> Terms:
    return terms_from_document(json.loads(text))
