"""From when a visit plan counts for single objects, such as one that was added to its contract later."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit_plans", sa.Column("objects_from", sa.JSON(), nullable=False, server_default="[]"))
