"""The forms of the host, such as checklists, that come with work orders."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Contracts and visit plans of before have none."""
    for table in ("contracts", "visit_plans"):
        op.add_column(table, sa.Column("forms", sa.JSON, nullable=False, server_default="[]"))
