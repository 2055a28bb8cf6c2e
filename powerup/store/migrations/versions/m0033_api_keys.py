"""What a key for other software is called, and when it was last used."""

import sqlalchemy as sa
from alembic import op

from powerup.store.columns import Moment

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("name", sa.Text, nullable=False, server_default=""))
    op.add_column("api_keys", sa.Column("last_used_at", Moment))
