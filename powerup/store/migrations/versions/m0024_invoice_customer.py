"""Who gets the invoices of a contract, where that is another one than the host has for its customer."""

import sqlalchemy as sa
from alembic import op

from powerup.store.columns import CODE

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contracts", sa.Column("invoice_customer", CODE))
