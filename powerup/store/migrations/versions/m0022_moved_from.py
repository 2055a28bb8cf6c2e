"""The day that the rule gave a visit which a person moved."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A visit that was moved before is said to come from its nominal date: where a shift had put it is not known."""
    op.add_column("visits", sa.Column("moved_from", sa.Date()))
    visits = sa.table(
        "visits",
        sa.column("moved_from", sa.Date()),
        sa.column("nominal_date", sa.Date()),
        sa.column("planned_date", sa.Date()),
        sa.column("pinned", sa.Boolean()),
        sa.column("asked_for", sa.Boolean()),
    )
    by_hand = visits.c.pinned & visits.c.asked_for & (visits.c.planned_date != visits.c.nominal_date)
    op.execute(visits.update().where(by_hand).values(moved_from=visits.c.nominal_date))
