"""What ifs: presses that are collected, and what a year would be like with them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "what_ifs",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("actor_id", CODE, nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("entrance", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("looked_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("behind", CODE),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON()),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("next_turn_at", MOMENT),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="what_ifs_one_row_per_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="what_ifs_belong_to_a_tenant"),
    )
    op.create_index("what_ifs_by_next_turn", "what_ifs", ["next_turn_at"])
    op.create_index("what_ifs_by_moment", "what_ifs", ["tenant_id", "changed_at", "id"])
    op.create_table(
        "what_if_steps",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("what_if_id", CODE, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("run_id", CODE, nullable=False),
        sa.Column("document", sa.JSON()),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "what_if_id", "place", name="what_if_steps_one_row_per_place"),
        _of_a_what_if("what_if_steps_belong_to_a_what_if"),
    )
    op.create_index("what_if_steps_by_run", "what_if_steps", ["tenant_id", "run_id"])
    op.create_table(
        "what_if_contracts",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("what_if_id", CODE, nullable=False),
        sa.Column("contract", CODE, nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "what_if_id", "contract", name="what_if_contracts_one_row_per_contract"),
        _of_a_what_if("what_if_contracts_belong_to_a_what_if"),
    )
    op.create_table(
        "what_if_visits",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("what_if_id", CODE, nullable=False),
        sa.Column("contract", CODE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visit", CODE, nullable=False),
        sa.Column("was", sa.JSON()),
        sa.Column("will", sa.JSON()),
        sa.PrimaryKeyConstraint(
            "tenant_id", "what_if_id", "contract", "day", "visit", name="what_if_visits_one_row_per_visit"
        ),
        _of_a_what_if("what_if_visits_belong_to_a_what_if"),
    )


def _of_a_what_if(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", "what_if_id"], ["what_ifs.tenant_id", "what_ifs.id"], name=name)
