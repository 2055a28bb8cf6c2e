"""Installations, messages both ways, runs, the audit trail, reports of cycles, API keys, snapshots."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="api_keys_belong_to_a_tenant"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="api_keys_one_row_per_id"),
    )
    op.create_index("api_keys_hash_unique", "api_keys", ["hash"], unique=True)
    op.create_table(
        "audit_lines",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", CODE, nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target_type", sa.Text(), nullable=False),
        sa.Column("target_id", CODE, nullable=False),
        sa.Column("input", sa.JSON()),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.Column("counts", sa.JSON()),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="audit_lines_belong_to_a_tenant"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="audit_lines_one_row_per_id"),
    )
    op.create_index("audit_lines_by_moment", "audit_lines", ["tenant_id", "at"])
    op.create_index("audit_lines_by_target", "audit_lines", ["tenant_id", "target_type", "target_id", "at"])
    op.create_table(
        "cycle_reports",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("today", sa.Date(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.JSON(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("retracted", sa.Integer(), nullable=False),
        sa.Column("status_changes", sa.Integer(), nullable=False),
        sa.Column("ended_early", sa.Text()),
        sa.Column("attention", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="cycle_reports_belong_to_a_tenant"),
        sa.PrimaryKeyConstraint("tenant_id", "fence", name="cycle_reports_one_per_cycle"),
    )
    op.create_table(
        "host_snapshots",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="host_snapshots_belong_to_a_tenant"),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "code", name="host_snapshots_one_per_record"),
    )
    op.create_table(
        "inbox",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("installation_id", CODE, nullable=False),
        sa.Column("message_id", CODE, nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("intent_id", CODE),
        sa.Column("intent_hash", sa.Text()),
        sa.Column("intent_ended", sa.Integer(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="inbox_belongs_to_a_tenant"),
        sa.PrimaryKeyConstraint("tenant_id", "installation_id", "message_id", name="inbox_message_taken_once"),
    )
    op.create_index("inbox_by_age", "inbox", ["received_at"])
    op.create_index("inbox_by_intent", "inbox", ["tenant_id", "installation_id", "intent_id"])
    op.create_table(
        "installations",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("callback_url", sa.Text()),
        sa.Column("uninstalled_at", MOMENT),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="installations_belong_to_a_tenant"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="installations_one_row_per_id"),
    )
    op.create_index("installations_by_id", "installations", ["id", "generation"])
    op.create_table(
        "outbox",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("installation_id", CODE, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_attempt_at", MOMENT),
        sa.Column("last_failure", sa.Text()),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="outbox_belongs_to_a_tenant"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="outbox_one_row_per_message"),
    )
    op.create_index("outbox_by_next_attempt", "outbox", ["next_attempt_at"])
    op.create_table(
        "runs",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("contract", CODE),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="runs_belong_to_a_tenant"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="runs_one_row_per_id"),
    )
    op.create_index("runs_by_state", "runs", ["tenant_id", "state"])
