"""Many visits written at once, by the quickest way that each database has.

A cycle writes a hundred thousand visits three times; row by row through SQLAlchemy that is most of its time. Here rows
go as plain values straight to the driver, and new rows to PostgreSQL as one array per column.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    Dialect,
    Insert,
    Update,
    bindparam,
    column,
    func,
    insert,
    null,
    select,
    update,
)

from powerup.store.tables import visits
from powerup.store.visit_rows import ALL_COLUMNS, KEY_COLUMNS

Rows = Sequence[tuple[Any, ...]]
"""Values in the order of ALL_COLUMNS."""

OUTCOME_COLUMNS = (
    visits.c.workorder_no,
    visits.c.state,
    visits.c.host_row_id,
    visits.c.told_date,
    visits.c.changed_at,
    visits.c.doubt,
)
"""What an answer of the host tells of the visit with that work order number; nothing else of its row changes."""

_NAMES = [each.name for each in ALL_COLUMNS]
_GIVEN = [f"given_{name}" for name in _NAMES]
_TENANT = bindparam("tenant", type_=visits.c.tenant_id.type)
_EXPECTED_STATE = bindparam("expected_state", type_=visits.c.state.type)


def insert_visits(connection: Connection, tenant_id: str, rows: Rows) -> None:
    """Write new rows of one tenant. Raises SQLAlchemy's IntegrityError where the table refuses one."""
    if connection.dialect.name == "postgresql":
        arrays = dict(zip(_GIVEN, map(list, zip(*rows, strict=True)), strict=True))
        connection.execute(_INSERT_ARRAYS, {"tenant": tenant_id, **arrays})
    else:
        _insert_rows(connection.dialect).run(connection, [(*row, tenant_id) for row in rows])


def update_visits(connection: Connection, tenant_id: str, expected_state: str, rows: Rows) -> int:
    """Write rows over those of the same keys that are in that state; gives the number of rows written.

    One by one on PostgreSQL, too: joined with a table that has no statistics yet, arrays can take minutes.
    """
    values = [(*row, tenant_id, expected_state) for row in rows]
    return _update_rows(connection.dialect).run(connection, values)


def write_outcomes(connection: Connection, tenant_id: str, expected_state: str, rows: Rows) -> int:
    """Write outcomes, values in the order of OUTCOME_COLUMNS, of visits in that state whose attempt has ended well;
    gives the number of rows written."""
    values = [(*row, tenant_id, expected_state) for row in rows]
    return _update_outcomes(connection.dialect).run(connection, values)


def _insert_arrays() -> Insert:
    arrays = (bindparam(name, type_=ARRAY(each.type)) for name, each in zip(_GIVEN, ALL_COLUMNS, strict=True))
    columns = (column(each.name, each.type) for each in ALL_COLUMNS)
    given = func.unnest(*arrays).table_valued(*columns).render_derived(name="given")
    return insert(visits).from_select(["tenant_id", *_NAMES], select(_TENANT, *given.c))


_INSERT_ARRAYS = _insert_arrays()


@dataclass(frozen=True, slots=True)
class _DriverStatement:
    """A statement as the driver takes it, with the order of its values and converters of those it does not know."""

    text: str
    in_order: Callable[[Sequence[Any]], Any]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]

    def run(self, connection: Connection, rows: Rows) -> int:
        """Runs it for each row, and gives the number of rows that it touched."""
        converted = [list(row) for row in rows]
        for place, convert in self.converters:
            for row in converted:
                row[place] = convert(row[place])
        return connection.exec_driver_sql(self.text, [self.in_order(row) for row in converted]).rowcount


def _driver_statement(
    statement: Insert | Update, dialect: Dialect, columns: Sequence[Column[Any]] = ALL_COLUMNS
) -> _DriverStatement:
    compiled: Any = statement.compile(dialect=dialect)
    names = [*(f"given_{each.name}" for each in columns), "tenant", "expected_state"]
    processors = [each.type.dialect_impl(dialect).bind_processor(dialect) for each in columns]
    positions = [names.index(name) for name in compiled.positiontup or ()]
    return _DriverStatement(
        text=str(compiled),
        in_order=itemgetter(*positions) if positions else lambda row: dict(zip(names, row, strict=True)),
        converters=tuple((place, convert) for place, convert in enumerate(processors) if convert),
    )


def _given_values(columns: Sequence[Column[Any]] = ALL_COLUMNS) -> dict[str, Any]:
    return {each.name: bindparam(f"given_{each.name}", type_=each.type) for each in columns}


@lru_cache(maxsize=16)
def _insert_rows(dialect: Dialect) -> _DriverStatement:
    return _driver_statement(insert(visits).values(tenant_id=_TENANT, **_given_values()), dialect)


@lru_cache(maxsize=16)
def _update_rows(dialect: Dialect) -> _DriverStatement:
    given = _given_values()
    same_key = [each == given.pop(each.name) for each in KEY_COLUMNS]
    ours = visits.c.tenant_id == _TENANT
    return _driver_statement(
        update(visits).where(ours, visits.c.state == _EXPECTED_STATE, *same_key).values(given), dialect
    )


@lru_cache(maxsize=16)
def _update_outcomes(dialect: Dialect) -> _DriverStatement:
    given = _given_values(OUTCOME_COLUMNS)
    same_number = visits.c.workorder_no == given.pop("workorder_no")
    ours = visits.c.tenant_id == _TENANT
    statement = update(visits).where(ours, visits.c.state == _EXPECTED_STATE, same_number)
    return _driver_statement(statement.values(**given, reason=null(), attempted_at=null()), dialect, OUTCOME_COLUMNS)
