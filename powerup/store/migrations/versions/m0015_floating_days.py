"""The day that a floating plan names counts from now on; where it was ignored until then it goes (rules: Upgrading)."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plans = sa.table("visit_plans", sa.column("schedule", sa.Text()))
    connection = op.get_bind()
    if connection.scalar(sa.select(sa.exists().where(plans.c.schedule == "floating"))):
        # Only where there is one: a calendar takes its time to load.
        from powerup.store.migrations.earlier_floating_plans import drop_ignored_days

        drop_ignored_days(connection)
