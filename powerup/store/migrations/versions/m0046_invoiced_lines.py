"""Lines of the invoice list that were exported, so that none is taken along twice unasked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "invoiced_lines",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("contract", CODE, nullable=False),
        sa.Column("line", CODE, nullable=False),
        sa.Column("amount", sa.Text, nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exported_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "contract", "line", name="invoiced_lines_exported_once"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contract"],
            ["contracts.tenant_id", "contracts.number"],
            name="invoiced_lines_have_a_contract",
        ),
    )
