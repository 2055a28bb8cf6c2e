"""The materials that come with work orders, with the prices that were agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Contracts and visit plans of before have none."""
    for table in ("contracts", "visit_plans"):
        op.add_column(table, sa.Column("materials", sa.JSON, nullable=False, server_default="[]"))
