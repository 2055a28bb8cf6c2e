"""When the host sent the last message that said how an installation stands."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installations", sa.Column("told_at", sa.DateTime(timezone=True)))
