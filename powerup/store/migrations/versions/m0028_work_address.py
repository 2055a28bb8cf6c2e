"""The address at which the work of a contract is."""

import sqlalchemy as sa
from alembic import op

from powerup.store.columns import CODE

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Contracts of before have none: their work is where their objects are, else with the customer."""
    op.add_column("contracts", sa.Column("address", CODE))
