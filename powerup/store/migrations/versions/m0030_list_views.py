"""Lists that people gave a name, and indexes for what lists are filtered by."""

import sqlalchemy as sa
from alembic import op

from powerup.store.columns import CODE

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_views",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("list", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("owner", CODE, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="list_views_one_row_per_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="list_views_belong_to_a_tenant"),
    )
    named = sa.column("employee").is_not(None)
    for table in ("contracts", "visit_plans"):
        columns = ["tenant_id", "employee"]
        op.create_index(f"{table}_by_employee", table, columns, sqlite_where=named, postgresql_where=named)
