"""Which visits a person asked for by their date; those that were moved or called off until now are."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("asked_for", sa.Boolean(), nullable=False, server_default=sa.false()))
    visits = sa.table("visits", sa.column("asked_for", sa.Boolean()), sa.column("pinned", sa.Boolean()))
    op.execute(visits.update().where(visits.c.pinned).values(asked_for=True))
