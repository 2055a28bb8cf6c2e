"""Keys of calendars that people follow by an address."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "calendar_keys",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="calendar_keys_one_row_per_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="calendar_keys_belong_to_a_tenant"),
    )
    op.create_index("calendar_keys_hash_unique", "calendar_keys", ["hash"], unique=True)
    op.create_index("calendar_keys_by_calendar", "calendar_keys", ["tenant_id", "kind", "code"])
