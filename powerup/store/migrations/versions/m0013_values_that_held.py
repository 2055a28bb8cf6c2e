"""What held until now is written as a value where a new default would decide otherwise (rules: Upgrading).

Days in advance may be empty from now on, and are then the tenant's; those of contracts that exist are numbers, also 0,
and stay. A notice period after renewal that is not given is that before the first end from now on: where none was
given, none held, and that is number 0. Stored descriptions that are empty stay.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NO_NOTICE = {"number": 0, "unit": "day"}


def upgrade() -> None:
    _allow_empty("contracts", sa.Column("days_in_advance", sa.Integer()))
    _allow_empty("contracts", sa.Column("days_in_advance_unit", sa.Text()))
    _rewrite("contracts", "terms", _with_notice)
    _rewrite("tenants", "configuration", _with_notices)


def _allow_empty(table: str, column: sa.Column[Any]) -> None:
    """SQLite takes no constraint off a column: the values move into one that has none."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column(table, column.name, nullable=True)
        return
    before = f"{column.name}_before"
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {column.name} TO {before}")
    op.add_column(table, column)
    op.execute(f"UPDATE {table} SET {column.name} = {before}")  # noqa: S608 - names of ours
    op.drop_column(table, before)


def _rewrite(table: str, name: str, rewritten: Any) -> None:
    """Change the JSON texts of a column; many contracts have the same terms, so each text is changed once."""
    of = sa.table(table, sa.column(name, sa.Text()))
    column, connection = of.c[name], op.get_bind()
    for text in connection.scalars(sa.select(column).where(column.is_not(None)).distinct()).all():
        document = json.loads(text)
        changed = rewritten(document)
        if changed != document:
            values = {name: json.dumps(changed, ensure_ascii=False)}
            connection.execute(sa.update(of).where(column == text).values(values))


def _with_notice(terms: dict[str, Any]) -> dict[str, Any]:
    return terms if terms.get("notice_after_renewal") else terms | {"notice_after_renewal": NO_NOTICE}


def _with_notices(configuration: dict[str, Any]) -> dict[str, Any]:
    if not configuration.get("terms"):
        return configuration
    return configuration | {"terms": [_with_notice(terms) for terms in configuration["terms"]]}
