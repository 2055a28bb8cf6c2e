"""How long was worked on the order of a visit, by the host's word."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("worked_minutes", sa.Integer()))
