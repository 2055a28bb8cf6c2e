"""When the timer last did what, until when numbers are looked up after a restored backup; an index of dead messages."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "timekeeping",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("what", name="timekeeping_one_row_each"),
    )
    op.add_column("tenants", sa.Column("look_up_before", MOMENT))
    dead = sa.text("state = 'dead'")
    op.create_index("outbox_dead", "outbox", ["tenant_id"], sqlite_where=dead, postgresql_where=dead)
