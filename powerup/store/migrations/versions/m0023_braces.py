"""A brace that is to be printed is written twice in a work order's text: those that were there are printed as ever."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("contracts", "visit_plans"):
        table = sa.table(name, sa.column("description", sa.Text()))
        description = table.c.description
        op.execute(
            table.update()
            .where(description.contains("{{", autoescape=True))
            .values(description=sa.func.replace(description, "{{", "{{{{"))
        )
