"""How long after its last completion a visit of a plan has to be done again, and on what basis."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit_plans", sa.Column("latest_after", sa.Text))
    op.add_column("visit_plans", sa.Column("basis", sa.Text, nullable=False, server_default=""))
    op.create_index(
        "visit_plans_with_latest",
        "visit_plans",
        ["tenant_id", "contract"],
        sqlite_where=sa.text("latest_after IS NOT NULL"),
        postgresql_where=sa.text("latest_after IS NOT NULL"),
    )
