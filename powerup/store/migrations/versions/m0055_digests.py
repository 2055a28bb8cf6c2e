"""Users may want a mail a day: when the next one is due."""

import sqlalchemy as sa
from alembic import op

from powerup.store.columns import Moment

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("digest_at", Moment))
    op.create_index("users_of_all_tenants_by_digest", "users", ["digest_at"])
