"""The employee and start time that a person gave to one visit, and whether the host has still to be told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("employee", sa.Text()))
    op.add_column("visits", sa.Column("start_time", sa.Time()))
    op.add_column("visits", sa.Column("untold", sa.Boolean(), nullable=False, server_default=sa.false()))
