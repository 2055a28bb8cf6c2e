"""Many presses that a person asks for as one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bulk_runs",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("input", sa.JSON(), nullable=False),
        sa.Column("actor_id", CODE, nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("entrance", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("shown_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("turns", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_turn_at", MOMENT),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="bulk_runs_one_row_per_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="bulk_runs_belong_to_a_tenant"),
    )
    op.create_index("bulk_runs_by_next_turn", "bulk_runs", ["next_turn_at"])
    op.create_table(
        "bulk_presses",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("bulk_id", CODE, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("target_id", CODE, nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False, server_default=""),
        sa.Column("input", sa.JSON()),
        sa.Column("answer", sa.JSON()),
        sa.Column("counts", sa.JSON()),
        sa.PrimaryKeyConstraint("tenant_id", "bulk_id", "place", name="bulk_presses_one_row_per_place"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "bulk_id"],
            ["bulk_runs.tenant_id", "bulk_runs.id"],
            name="bulk_presses_belong_to_a_bulk_run",
        ),
    )
    op.create_index("bulk_presses_by_state", "bulk_presses", ["tenant_id", "bulk_id", "state", "place"])
