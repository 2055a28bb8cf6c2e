"""What a person asked for while the host was slow, kept with its run until the host has answered."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("wish", sa.JSON()))
    op.add_column("runs", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("next_attempt_at", sa.DateTime(timezone=True)))
    op.create_index("runs_by_next_attempt", "runs", ["next_attempt_at"])
