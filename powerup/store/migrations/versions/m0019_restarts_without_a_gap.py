"""From which contract's start a restarted one counts on, and for which visits an order of the old one stands."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("contracts", sa.Column("goes_on_from", sa.Date()))
    op.add_column("visits", sa.Column("covered_by", CODE))
    is_covered = sa.text("covered_by IS NOT NULL")
    op.create_index(
        "visits_by_covering_contract",
        "visits",
        ["tenant_id", "covered_by"],
        sqlite_where=is_covered,
        postgresql_where=is_covered,
    )
