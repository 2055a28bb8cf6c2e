"""Reminders of notice dates, marks made here, and work orders under an SLA."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _reminders()
    _marks()
    _sla()


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("contract", CODE, nullable=False),
        sa.Column("last_notice_date", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reference", CODE, nullable=False),
        sa.Column("attempted_at", MOMENT),
        sa.Column("retry_at", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.PrimaryKeyConstraint("tenant_id", "contract", "last_notice_date", "days", name="reminders_sent_once"),
        _of_a_contract("reminders_have_a_contract"),
    )
    _create_partial_index("reminders_waiting", "reminders", ["tenant_id", "contract"], "sent_at IS NULL")


def _marks() -> None:
    op.create_table(
        "marks",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "code", name="marks_one_per_record"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="marks_belong_to_a_tenant"),
    )


def _sla() -> None:
    op.create_table(
        "work_order_links",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", CODE),
        sa.PrimaryKeyConstraint("tenant_id", "row_id", name="work_order_links_one_per_order"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="work_order_links_belong_to_a_tenant"),
        _of_a_contract("work_order_links_have_a_contract"),
    )
    op.create_table(
        "sla_orders",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("workorder_no", CODE, nullable=False),
        sa.Column("contract", CODE, nullable=False),
        sa.Column("priority", CODE),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("came_in_at", MOMENT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("response_due_at", MOMENT),
        sa.Column("resolution_due_at", MOMENT),
        sa.Column("responded_at", MOMENT),
        sa.Column("resolved_at", MOMENT),
        sa.Column("response_told", sa.Text()),
        sa.Column("resolution_told", sa.Text()),
        sa.Column("next_alarm_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.PrimaryKeyConstraint("tenant_id", "row_id", name="sla_orders_one_per_order"),
        _of_a_contract("sla_orders_have_a_contract"),
    )
    _create_partial_index("sla_orders_open", "sla_orders", ["tenant_id", "row_id"], "closed_at IS NULL")
    _create_partial_index(
        "sla_orders_by_alarm", "sla_orders", ["tenant_id", "next_alarm_at"], "next_alarm_at IS NOT NULL"
    )
    _create_partial_index("contracts_corrective", "contracts", ["tenant_id", "number"], "type = 'corrective'")


def _of_a_contract(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", "contract"], ["contracts.tenant_id", "contracts.number"], name=name)


def _create_partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
