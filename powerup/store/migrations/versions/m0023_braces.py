"""A brace that is to be printed is written twice in a work order's text: those that were there are printed as ever."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_PRINTED_UNTIL_NOW = re.compile(r"\{+(?=\{(?:contract|visit|planned_date|object)\})|\{\{+")
"""Braces right before a placeholder, also a single one, and elsewhere those of which there are two or more."""


def upgrade() -> None:
    _double_braces("contracts", "tenant_id", "number")
    _double_braces("visit_plans", "tenant_id", "contract", "name")


def _double_braces(name: str, *key: str) -> None:
    table = sa.table(name, sa.column("description", sa.Text()), *(sa.column(each, sa.Text()) for each in key))
    description = table.c.description
    with_braces = sa.select(description, *(table.c[each] for each in key)).where(description.contains("{{"))
    connection = op.get_bind()
    for written, *values in connection.execute(with_braces).all():
        its_row = (table.c[each] == value for each, value in zip(key, values, strict=True))
        kept = _PRINTED_UNTIL_NOW.sub(lambda braces: braces[0] * 2, written)
        connection.execute(table.update().where(*its_row).values(description=kept))
