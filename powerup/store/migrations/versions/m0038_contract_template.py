"""The template of the tenant that a contract was begun from."""

import sqlalchemy as sa
from alembic import op

from powerup.store.columns import CODE

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contracts", sa.Column("contract_template", CODE))
