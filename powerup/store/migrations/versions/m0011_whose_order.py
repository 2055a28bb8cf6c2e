"""Why a visit's work order is not known to be its own yet. One that was made before stays known by its row id."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("doubt", sa.Text()))
