"""Planned work by day, for the planning; it is worked out of all contracts once a server of this version runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "planned_days",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("type_of_work", sa.Text, nullable=False),
        sa.Column("employee", CODE, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("visits", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("guessed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "day", "type_of_work", "employee", "region", name="planned_days_one_sum_each"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="planned_days_belong_to_a_tenant"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "planned_shares",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("contract", CODE, nullable=False),
        sa.Column("share", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "contract", name="planned_shares_one_of_a_contract"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="planned_shares_belong_to_a_tenant"),
    )
    op.create_table(
        "planning_wanted",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("contract", CODE, nullable=False),
        sa.Column("mark", CODE, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "contract", "mark", name="planning_wanted_once_per_change"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="planning_wanted_belongs_to_a_tenant"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "planning_reach",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name="planning_reach_one_of_a_tenant"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="planning_reach_belongs_to_a_tenant"),
    )
