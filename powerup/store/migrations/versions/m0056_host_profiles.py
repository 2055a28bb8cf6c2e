"""What hosts were seen to do when they were probed, and the numbers of work orders that a probe may have left.

Whose clock a host is on is left to that from now on, where it was the usual one: nobody could say otherwise until now
that it is the tenant's, and until a probe it is.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "host_profiles",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "name", name="host_profiles_one_per_assumption"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="host_profiles_belong_to_a_tenant"),
    )
    op.create_table(
        "probe_numbers",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("workorder_no", CODE, nullable=False),
        sa.Column("posted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "workorder_no", name="probe_numbers_once"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="probe_numbers_belong_to_a_tenant"),
    )
    tenants = sa.table("tenants", sa.column("configuration", sa.Text()))
    usual, found = '"host_clock": "tenant"', '"host_clock": "found"'
    op.execute(tenants.update().values(configuration=sa.func.replace(tenants.c.configuration, usual, found)))
