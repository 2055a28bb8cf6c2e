"""Work orders under an SLA are found by when they came in, for the figures of a month."""

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("sla_orders_by_arrival", "sla_orders", ["tenant_id", "came_in_at"])
