"""What stood in the way at the host when a cycle last looked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "host_facts",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "code", name="host_facts_one_per_record"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="host_facts_belong_to_a_tenant"),
    )
