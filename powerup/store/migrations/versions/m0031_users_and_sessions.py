"""Users of tenants, sessions, and tries to sign in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("email", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("invitation_hash", sa.Text()),
        sa.Column("invitation_until", MOMENT),
        sa.Column("code_key", sa.Text()),
        sa.Column("code_used", sa.BigInteger()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="users_one_row_per_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="users_belong_to_a_tenant"),
    )
    op.create_index("users_by_email", "users", ["tenant_id", "email"], unique=True)
    op.create_index("users_of_all_tenants_by_email", "users", ["email"])
    op.create_index("users_by_invitation", "users", ["invitation_hash"], unique=True)
    op.create_table(
        "sessions",
        sa.Column("tenant_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("lasts_until", MOMENT, nullable=False),
        sa.Column("user_id", CODE),
        sa.Column("installation_id", CODE),
        sa.Column("generation", sa.Integer()),
        sa.Column("actor_id", CODE),
        sa.Column("name", sa.Text()),
        sa.Column("role", sa.Text()),
        sa.Column("locale", sa.Text()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="sessions_one_row_per_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="sessions_belong_to_a_tenant"),
        sa.ForeignKeyConstraint(["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name="sessions_have_a_user"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "installation_id"],
            ["installations.tenant_id", "installations.id"],
            name="sessions_have_an_installation",
        ),
    )
    op.create_index("sessions_by_secret", "sessions", ["secret_hash"], unique=True)
    op.create_index("sessions_of_user", "sessions", ["tenant_id", "user_id"])
    op.create_index("sessions_by_end", "sessions", ["lasts_until"])
    op.create_table(
        "sign_in_tries",
        sa.Column("id", CODE, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="sign_in_tries_one_row_each"),
    )
    op.create_index("sign_in_tries_by_email", "sign_in_tries", ["email", "tried_at"])
    op.create_index("sign_in_tries_by_address", "sign_in_tries", ["address", "tried_at"])
    op.create_index("sign_in_tries_by_age", "sign_in_tries", ["tried_at"])
