"""Which host made an installation, by the name of its listing key."""

import sqlalchemy as sa
from alembic import op

from powerup.store.columns import CODE

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installations", sa.Column("listing", CODE))
