"""Tokens that have opened a panel."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "opened_panels",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("installation_id", CODE, nullable=False),
        sa.Column("token_id", CODE, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "installation_id", "token_id", name="opened_panels_opened_once"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="opened_panels_belong_to_a_tenant"),
    )
    op.create_index("opened_panels_by_age", "opened_panels", ["until"])
