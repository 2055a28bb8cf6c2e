"""When a tenant's completed work orders were last compared with the host, which is done once a day."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tenants", sa.Column("completed_compared_at", sa.DateTime(timezone=True)))
