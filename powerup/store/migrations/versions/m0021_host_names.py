"""What the host calls customers and objects, as it was last read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "host_names",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "code", name="host_names_one_per_record"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="host_names_belong_to_a_tenant"),
    )
