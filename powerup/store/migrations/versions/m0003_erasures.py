"""What is left of tenants that were erased, and answers to hosts whose installing was refused."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("installation_id", CODE),
        sa.Column("generation", sa.Integer()),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name="erasures_one_per_tenant"),
    )
    op.create_index("erasures_by_installation", "erasures", ["installation_id"])
    op.create_table(
        "refused_installings",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("installation_id", CODE, nullable=False),
        sa.Column("message_id", CODE, nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "installation_id", "message_id", name="refused_installings_one_row_per_message"
        ),
    )
    op.create_index("refused_installings_by_age", "refused_installings", ["received_at"])
