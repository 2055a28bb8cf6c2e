"""Tenants, contracts and the ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("id", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sandbox_today", sa.Date()),
        sa.Column("host_tenant_id", CODE),
        sa.Column("api_url", sa.Text(), nullable=False),
        sa.Column("token", sa.Text()),
        sa.Column("software_token", sa.Text()),
        sa.Column("configuration", sa.Text(), nullable=False),
        sa.Column("next_contract_number", sa.Integer(), nullable=False),
        sa.Column("next_cycle_at", MOMENT),
        sa.Column("woken", sa.Boolean(), nullable=False),
        sa.Column("consecutive_failures", sa.Integer(), nullable=False),
        sa.Column("attention", sa.Text()),
        sa.Column("reconciled_at", MOMENT),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_until", MOMENT),
        sa.CheckConstraint("environment IN ('production', 'sandbox')", name="tenants_environment_known"),
        sa.PrimaryKeyConstraint("id", name="tenants_one_row_per_id"),
    )
    op.create_index("tenants_by_host_tenant", "tenants", ["host_tenant_id"])
    op.create_index("tenants_by_name", "tenants", ["name"])
    op.create_index("tenants_by_next_cycle", "tenants", ["next_cycle_at"])
    op.create_table(
        "contracts",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("number", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("customer", CODE, nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date()),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("type_of_work", sa.Text(), nullable=False),
        sa.Column("payment_method", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("employee", CODE),
        sa.Column("start_time", sa.Time()),
        sa.Column("duration_minutes", sa.Integer()),
        sa.Column("project", CODE),
        sa.Column("priority", CODE),
        sa.Column("terms", sa.Text()),
        sa.Column("sla_policy", CODE),
        sa.Column("order_per_object", sa.Boolean(), nullable=False),
        sa.Column("days_in_advance", sa.Integer(), nullable=False),
        sa.Column("days_in_advance_unit", sa.Text(), nullable=False),
        sa.Column("overlap_days", sa.Integer(), nullable=False),
        sa.Column("orders_per_year", sa.Integer()),
        sa.Column("spread", sa.Text()),
        sa.Column("last_day", sa.Date()),
        sa.Column("reason", sa.Text()),
        sa.Column("remark", sa.Text()),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("end_counts_from", sa.Date()),
        sa.Column("restarted_from", CODE),
        sa.Column("restarted_as", CODE),
        sa.Column("deleted_on", sa.Date()),
        sa.Column("settled_through", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wake_on", sa.Date()),
        sa.Column("changed_since_cycle", sa.Boolean(), nullable=False),
        sa.Column("awaiting_release", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.CheckConstraint("(orders_per_year IS NULL) = (spread IS NULL)", name="contracts_yearly_orders_whole"),
        sa.CheckConstraint(
            "last_day IS NOT NULL OR (reason IS NULL AND remark IS NULL)", name="contracts_termination_whole"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="contracts_belong_to_a_tenant"),
        sa.PrimaryKeyConstraint("tenant_id", "number", name="contracts_number_used_once"),
    )
    op.create_index(
        "contracts_changed",
        "contracts",
        ["tenant_id", "number"],
        sqlite_where=sa.text("changed_since_cycle = 1"),
        postgresql_where=sa.text("changed_since_cycle = true"),
    )
    op.create_index(
        "contracts_with_problem",
        "contracts",
        ["tenant_id", "number"],
        sqlite_where=sa.text("problem IS NOT NULL"),
        postgresql_where=sa.text("problem IS NOT NULL"),
    )
    op.create_index("contracts_by_customer", "contracts", ["tenant_id", "customer"])
    op.create_index("contracts_by_wake_on", "contracts", ["tenant_id", "wake_on", "number"])
    op.create_table(
        "contract_objects",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("contract", CODE, nullable=False),
        sa.Column("object", CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contract"],
            ["contracts.tenant_id", "contracts.number"],
            name="contract_objects_have_a_contract",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "contract", "object", name="contract_objects_linked_once"),
    )
    op.create_index("contract_objects_by_object", "contract_objects", ["tenant_id", "object"])
    op.create_table(
        "visit_plans",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("contract", CODE, nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("recurrence", sa.Text(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("window_before", sa.Integer(), nullable=False),
        sa.Column("window_after", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("catch_up", sa.Text()),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Date()),
        sa.Column("anchors", sa.JSON(), nullable=False),
        sa.Column("previous_open", sa.Boolean()),
        sa.Column("next_visit", sa.Date()),
        sa.Column("counts_from", sa.Date()),
        sa.Column("days_in_advance", sa.Integer()),
        sa.Column("days_in_advance_unit", sa.Text()),
        sa.Column("type_of_work", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("employee", CODE),
        sa.Column("start_time", sa.Time()),
        sa.Column("duration_minutes", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contract"], ["contracts.tenant_id", "contracts.number"], name="visit_plans_have_a_contract"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "contract", "name", name="visit_plans_name_unique_in_contract"),
    )
    op.create_table(
        "visits",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("contract", CODE, nullable=False),
        sa.Column("nominal_date", sa.Date(), nullable=False),
        sa.Column("plan", CODE, nullable=False),
        sa.Column("object", CODE, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("planned_date", sa.Date(), nullable=False),
        sa.Column("generation_date", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("workorder_no", CODE),
        sa.Column("try_number", sa.Integer(), nullable=False),
        sa.Column("host_row_id", sa.BigInteger()),
        sa.Column("attempted_at", MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.Text()),
        sa.Column("retry_at", MOMENT),
        sa.Column("completed_on", sa.Date()),
        sa.Column("run_id", CODE),
        sa.Column("changed_at", MOMENT),
        sa.CheckConstraint("state <> 'ordering' OR workorder_no IS NOT NULL", name="visits_ordering_has_a_number"),
        sa.CheckConstraint("state <> 'withheld' OR reason IS NOT NULL", name="visits_withheld_has_a_reason"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contract"], ["contracts.tenant_id", "contracts.number"], name="visits_have_a_contract"
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "contract", "nominal_date", "plan", "object", "sequence", name="visits_written_once"
        ),
    )
    op.create_index(
        "visits_by_host_row",
        "visits",
        ["tenant_id", "host_row_id"],
        sqlite_where=sa.text("host_row_id IS NOT NULL"),
        postgresql_where=sa.text("host_row_id IS NOT NULL"),
    )
    op.create_index("visits_by_planned_date", "visits", ["tenant_id", "contract", "planned_date"])
    op.create_index(
        "visits_in_play",
        "visits",
        ["tenant_id", "state", "contract", "plan", "nominal_date", "object", "sequence"],
        sqlite_where=sa.text(
            "state IN ('planned', 'ordering', 'ordered', 'retracting', 'in_progress', 'completed', 'failed')"
        ),
        postgresql_where=sa.text(
            "state IN ('planned', 'ordering', 'ordered', 'retracting', 'in_progress', 'completed', 'failed')"
        ),
    )
    op.create_index("visits_work_order_number_unique", "visits", ["tenant_id", "workorder_no"], unique=True)
