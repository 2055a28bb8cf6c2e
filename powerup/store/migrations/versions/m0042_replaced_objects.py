"""Objects of a contract in whose place another one came."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contracts", sa.Column("replaced", sa.JSON, nullable=False, server_default="[]"))
