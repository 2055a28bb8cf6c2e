"""Which objects an order carries where those of one date lie at several addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("carries", sa.Text()))
