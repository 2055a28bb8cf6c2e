"""Whom the work of a contract is for at the customer, and what the customer wants to read on its orders."""

import sqlalchemy as sa
from alembic import op

from powerup.store.columns import CODE

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Contracts of before have neither: their orders name whom the host has for the customer."""
    op.add_column("contracts", sa.Column("contact", CODE))
    op.add_column("contracts", sa.Column("reference", sa.Text))
