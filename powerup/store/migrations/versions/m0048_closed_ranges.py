"""The days on which a contract has no visits, beside those of its tenant."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Contracts of before have none."""
    op.add_column("contracts", sa.Column("closed_ranges", sa.JSON, nullable=False, server_default="[]"))
