"""Where a host shows its records on pages of its own, so that pages of ours can lead there."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installations", sa.Column("links", sa.JSON))
