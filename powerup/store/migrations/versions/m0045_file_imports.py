"""Imports of files: the file for a while, what was understood of it, and how far each of its contracts is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "file_imports",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("actor_id", CODE, nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("entrance", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("mapping", sa.JSON()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("understood", sa.JSON()),
        sa.Column("problems", sa.JSON()),
        sa.Column("counts", sa.JSON()),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("next_turn_at", MOMENT),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="file_imports_one_row_per_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="file_imports_belong_to_a_tenant"),
    )
    op.create_index("file_imports_by_next_turn", "file_imports", ["next_turn_at"])
    op.create_index("file_imports_by_moment", "file_imports", ["tenant_id", "created_at", "id"])
    op.create_table(
        "file_import_contracts",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("import_id", CODE, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("number", CODE, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("coming", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("same_as", CODE),
        sa.Column("seen", sa.Integer()),
        sa.Column("version", sa.Integer()),
        sa.Column("former", sa.Text()),
        sa.Column("orders_before", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "import_id", "place", name="file_import_contracts_one_row_per_place"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "import_id"],
            ["file_imports.tenant_id", "file_imports.id"],
            name="file_import_contracts_belong_to_an_import",
        ),
    )
