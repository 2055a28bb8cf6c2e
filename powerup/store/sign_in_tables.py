"""The tables of who may come in: users of tenants, sessions, and tries to sign in.

Keys of what belongs to a tenant start with it (architecture: How fast); moments are in UTC. Secrets that are only
compared are kept as hashes, and marked as such, so that no export has them.
"""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table, Text

from powerup.store.columns import CODE, HASH, Moment, SealedText
from powerup.store.tables import metadata
from powerup.store.traffic_tables import of_a_tenant

users = Table(
    "users",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("email", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    # Empty until the invitation was taken up.
    Column("password_hash", Text, info=HASH),
    Column("invitation_hash", Text, info=HASH),
    Column("invitation_until", Moment),
    Column("code_key", SealedText),
    # The last thirty seconds whose code was used: none is taken twice.
    Column("code_used", BigInteger),
    # When the next mail of the day is due; empty where none is wanted.
    Column("digest_at", Moment),
    PrimaryKeyConstraint("tenant_id", "id", name="users_one_row_per_id"),
    of_a_tenant("users_belong_to_a_tenant"),
    Index("users_by_email", "tenant_id", "email", unique=True),
    # Who signs in names no tenant, and an invitation neither.
    Index("users_of_all_tenants_by_email", "email"),
    Index("users_by_invitation", "invitation_hash", unique=True),
    # Each look asks of all tenants whose is due.
    Index("users_of_all_tenants_by_digest", "digest_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("secret_hash", Text, nullable=False, info=HASH),
    Column("browser", Text, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("lasts_until", Moment, nullable=False),
    # Of a user who has signed in here.
    Column("user_id", CODE),
    # Of somebody whom a host has sent, as it said who that is.
    Column("installation_id", CODE),
    Column("generation", Integer),
    Column("actor_id", CODE),
    Column("name", Text),
    Column("role", Text),
    Column("locale", Text),
    PrimaryKeyConstraint("tenant_id", "id", name="sessions_one_row_per_id"),
    of_a_tenant("sessions_belong_to_a_tenant"),
    ForeignKeyConstraint(["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name="sessions_have_a_user"),
    ForeignKeyConstraint(
        ["tenant_id", "installation_id"],
        ["installations.tenant_id", "installations.id"],
        name="sessions_have_an_installation",
    ),
    # A cookie names no tenant.
    Index("sessions_by_secret", "secret_hash", unique=True),
    Index("sessions_of_user", "tenant_id", "user_id"),
    Index("sessions_by_end", "lasts_until"),
)

# Of the server: whoever tries to sign in may be of no tenant.
sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("id", CODE, nullable=False),
    # Marks (HMAC) of the e-mail and of the address that it came from.
    Column("email", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("tried_at", Moment, nullable=False),
    PrimaryKeyConstraint("id", name="sign_in_tries_one_row_each"),
    Index("sign_in_tries_by_email", "email", "tried_at"),
    Index("sign_in_tries_by_address", "address", "tried_at"),
    Index("sign_in_tries_by_age", "tried_at"),
)

opened_panels = Table(
    "opened_panels",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("installation_id", CODE, nullable=False),
    Column("token_id", CODE, nullable=False),
    Column("until", Moment, nullable=False),
    # A token opens a panel once (webhooks page, section 7).
    PrimaryKeyConstraint("tenant_id", "installation_id", "token_id", name="opened_panels_opened_once"),
    of_a_tenant("opened_panels_belong_to_a_tenant"),
    Index("opened_panels_by_age", "until"),
)
