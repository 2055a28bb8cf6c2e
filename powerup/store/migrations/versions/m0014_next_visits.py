"""Next visits of single objects; and one that was named until now keeps the dates that it gave (rules: Upgrading)."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit_plans", sa.Column("next_visits", sa.JSON(), nullable=False, server_default="[]"))
    plans = sa.table("visit_plans", sa.column("next_visit", sa.Date()))
    connection = op.get_bind()
    if connection.scalar(sa.select(sa.exists().where(plans.c.next_visit.is_not(None)))):
        # Only where there is one: a calendar takes its time to load.
        from powerup.store.migrations.earlier_next_visits import keep_dates

        keep_dates(connection)
