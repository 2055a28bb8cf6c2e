"""How much waits of a contract for a person's word, and what the comparison with the host found of a tenant."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contracts", sa.Column("waiting_orders", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("contracts", sa.Column("waiting_missed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("tenants", sa.Column("found_at_host", sa.Text()))
    contracts = sa.table("contracts", sa.column("awaiting_release", sa.Boolean()), sa.column("wake_on", sa.Date()))
    # What waits already is counted by the next cycle.
    op.execute(contracts.update().where(contracts.c.awaiting_release).values(wake_on=date.min))
