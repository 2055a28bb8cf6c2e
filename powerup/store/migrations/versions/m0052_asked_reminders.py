"""Reminders that a person asked for, beside those that come by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reminders", sa.Column("asked", sa.Boolean(), nullable=False, server_default=sa.false()))
