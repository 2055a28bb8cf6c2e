"""The tables of what passes between a tenant and the world: installations, messages, runs, audit, reports, keys.

Every key starts with the tenant (architecture: How fast); moments are in UTC.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    column,
    literal,
)

from powerup.store.columns import CODE, HASH, Moment, SealedText
from powerup.store.tables import metadata


def of_a_tenant(name: str) -> ForeignKeyConstraint:
    """A row without its tenant would be reached by nobody, and erased by nobody."""
    return ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=name)


installations = Table(
    "installations",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("keys", SealedText, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("callback_url", Text),
    Column("uninstalled_at", Moment),
    Column("told_at", Moment),
    Column("links", JSON),
    Column("listing", CODE),
    PrimaryKeyConstraint("tenant_id", "id", name="installations_one_row_per_id"),
    of_a_tenant("installations_belong_to_a_tenant"),
    # A webhook names its installation and nothing else before its signature is known.
    Index("installations_by_id", "id", "generation"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("installation_id", CODE, nullable=False),
    Column("message_id", CODE, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    # A message does its work once, however often it comes (webhooks page, section 2).
    PrimaryKeyConstraint("tenant_id", "installation_id", "message_id", name="inbox_message_taken_once"),
    of_a_tenant("inbox_belongs_to_a_tenant"),
    Index("inbox_by_age", "received_at"),
)

presses = Table(
    "presses",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("entrance", Text, nullable=False),
    Column("actor_id", CODE, nullable=False),
    Column("intent_id", CODE, nullable=False),
    Column("asked", Text, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("ended_at", Moment, nullable=False),
    # A press is done once, however often and by whichever message it is sent (webhooks page, section 4).
    PrimaryKeyConstraint("tenant_id", "entrance", "actor_id", "intent_id", name="presses_done_once"),
    of_a_tenant("presses_belong_to_a_tenant"),
    Index("presses_by_age", "ended_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("installation_id", CODE, nullable=False),
    Column("type", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("next_attempt_at", Moment),
    Column("last_failure", Text),
    Column("address_id", CODE),
    PrimaryKeyConstraint("tenant_id", "id", name="outbox_one_row_per_message"),
    of_a_tenant("outbox_belongs_to_a_tenant"),
    # The sender asks for what is due, and for nothing else.
    Index("outbox_by_next_attempt", "next_attempt_at"),
    # What was given up waits for a person, however many were sent.
    Index(
        "outbox_dead",
        "tenant_id",
        sqlite_where=column("state", Text) == literal("dead", literal_execute=True),
        postgresql_where=column("state", Text) == literal("dead", literal_execute=True),
    ),
)

runs = Table(
    "runs",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("action", Text, nullable=False),
    Column("contract", CODE),
    Column("locale", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("press", JSON(none_as_null=True)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", Moment),
    Column("entrance", Text),
    Column("actor_id", CODE),
    PrimaryKeyConstraint("tenant_id", "id", name="runs_one_row_per_id"),
    of_a_tenant("runs_belong_to_a_tenant"),
    Index("runs_by_state", "tenant_id", "state"),
    # Whoever carries deferred presses out asks for those whose time has come, and for nothing else.
    Index("runs_by_next_attempt", "next_attempt_at"),
)

bulk_runs = Table(
    "bulk_runs",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("action", Text, nullable=False),
    Column("input", JSON, nullable=False),
    Column("actor_id", CODE, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("entrance", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("shown_at", Moment),
    Column("ended_at", Moment),
    Column("turns", Integer, nullable=False, server_default="0"),
    Column("next_turn_at", Moment),
    PrimaryKeyConstraint("tenant_id", "id", name="bulk_runs_one_row_per_id"),
    of_a_tenant("bulk_runs_belong_to_a_tenant"),
    # Whoever works on them asks for those that have something to do, and for nothing else.
    Index("bulk_runs_by_next_turn", "next_turn_at"),
)

bulk_presses = Table(
    "bulk_presses",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("bulk_id", CODE, nullable=False),
    Column("place", Integer, nullable=False),
    Column("target_id", CODE, nullable=False),
    Column("version", Integer),
    Column("state", Text, nullable=False),
    Column("called", Text, nullable=False, server_default=""),
    Column("input", JSON(none_as_null=True)),
    Column("answer", JSON(none_as_null=True)),
    Column("counts", JSON(none_as_null=True)),
    PrimaryKeyConstraint("tenant_id", "bulk_id", "place", name="bulk_presses_one_row_per_place"),
    ForeignKeyConstraint(
        ["tenant_id", "bulk_id"], ["bulk_runs.tenant_id", "bulk_runs.id"], name="bulk_presses_belong_to_a_bulk_run"
    ),
    Index("bulk_presses_by_state", "tenant_id", "bulk_id", "state", "place"),
)

audit_lines = Table(
    "audit_lines",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor_id", CODE, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target_type", Text, nullable=False),
    Column("target_id", CODE, nullable=False),
    Column("input", JSON),
    Column("before", JSON),
    Column("after", JSON),
    Column("counts", JSON),
    PrimaryKeyConstraint("tenant_id", "id", name="audit_lines_one_row_per_id"),
    of_a_tenant("audit_lines_belong_to_a_tenant"),
    Index("audit_lines_by_target", "tenant_id", "target_type", "target_id", "at"),
    Index("audit_lines_by_moment", "tenant_id", "at"),
)

cycle_reports = Table(
    "cycle_reports",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("today", Date, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("ordered", Integer, nullable=False),
    Column("withheld", JSON, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("retracted", Integer, nullable=False),
    Column("status_changes", Integer, nullable=False),
    Column("ended_early", Text),
    Column("attention", JSON, nullable=False),
    # A fencing number belongs to one cycle: a worker that was taken over cannot report in its successor's place.
    PrimaryKeyConstraint("tenant_id", "fence", name="cycle_reports_one_per_cycle"),
    of_a_tenant("cycle_reports_belong_to_a_tenant"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("hash", Text, nullable=False, info=HASH),
    Column("scope", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("revoked_at", Moment),
    PrimaryKeyConstraint("tenant_id", "id", name="api_keys_one_row_per_id"),
    of_a_tenant("api_keys_belong_to_a_tenant"),
    # A key is looked up by its hash alone: two tenants can never share one.
    Index("api_keys_hash_unique", "hash", unique=True),
)

calendar_keys = Table(
    "calendar_keys",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("hash", Text, nullable=False, info=HASH),
    Column("kind", Text, nullable=False),
    Column("code", CODE, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    PrimaryKeyConstraint("tenant_id", "id", name="calendar_keys_one_row_per_id"),
    of_a_tenant("calendar_keys_belong_to_a_tenant"),
    # As of API keys: whoever follows a calendar names no tenant.
    Index("calendar_keys_hash_unique", "hash", unique=True),
    Index("calendar_keys_by_calendar", "tenant_id", "kind", "code"),
)

webhook_addresses = Table(
    "webhook_addresses",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("keys", SealedText, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("tested_at", Moment),
    Column("failing_since", Moment),
    Column("last_failure", Text),
    PrimaryKeyConstraint("tenant_id", "id", name="webhook_addresses_one_row_per_id"),
    of_a_tenant("webhook_addresses_belong_to_a_tenant"),
)

host_snapshots = Table(
    "host_snapshots",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", CODE, nullable=False),
    Column("document", JSON, nullable=False),
    Column("read_at", Moment, nullable=False),
    # What was read last of a record stands in one place, so that refresh compares with that.
    PrimaryKeyConstraint("tenant_id", "kind", "code", name="host_snapshots_one_per_record"),
    of_a_tenant("host_snapshots_belong_to_a_tenant"),
)

# Without a tenant: it has none any more. Ids alone, so that nothing about people stays.
erasures = Table(
    "erasures",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("installation_id", CODE),
    Column("generation", Integer),
    Column("erased_at", Moment, nullable=False),
    # So that whoever comes back gets other numbers than those that are at the host (webhooks page, 3).
    Column("prefixes", JSON, nullable=False, server_default="[]"),
    Column("host_tenant_mark", Text),
    Column("token_mark", Text),
    PrimaryKeyConstraint("tenant_id", name="erasures_one_per_tenant"),
    Index("erasures_by_installation", "installation_id"),
    Index("erasures_by_host_tenant_mark", "host_tenant_mark"),
    Index("erasures_by_token_mark", "token_mark"),
)

# Of the server, and of no tenant.
timekeeping = Table(
    "timekeeping",
    metadata,
    Column("what", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("what", name="timekeeping_one_row_each"),
)

# Of tenants that never came to be: tenant_id is the host's, as its message has it.
refused_installings = Table(
    "refused_installings",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("installation_id", CODE, nullable=False),
    Column("message_id", CODE, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    # A message gets one answer, also when that is a refusal (webhooks page, section 2).
    PrimaryKeyConstraint("tenant_id", "installation_id", "message_id", name="refused_installings_one_row_per_message"),
    Index("refused_installings_by_age", "received_at"),
)

file_imports = Table(
    "file_imports",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("content", LargeBinary),
    Column("actor_id", CODE, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("entrance", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("mapping", JSON(none_as_null=True)),
    Column("state", Text, nullable=False),
    Column("understood", JSON(none_as_null=True)),
    Column("problems", JSON(none_as_null=True)),
    Column("counts", JSON(none_as_null=True)),
    Column("again", Boolean, nullable=False),
    Column("at_once", Boolean, nullable=False),
    Column("message", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("ended_at", Moment),
    Column("turns", Integer, nullable=False),
    Column("next_turn_at", Moment),
    PrimaryKeyConstraint("tenant_id", "id", name="file_imports_one_row_per_id"),
    of_a_tenant("file_imports_belong_to_a_tenant"),
    # Whoever works on them asks for those that have something to do, and for nothing else.
    Index("file_imports_by_next_turn", "next_turn_at"),
    Index("file_imports_by_moment", "tenant_id", "created_at", "id"),
)

file_import_contracts = Table(
    "file_import_contracts",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("import_id", CODE, nullable=False),
    Column("place", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    Column("number", CODE, nullable=False),
    Column("result", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("coming", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("same_as", CODE),
    Column("seen", Integer),
    Column("version", Integer),
    Column("former", Text),
    Column("orders_before", Integer, nullable=False),
    Column("message", Text, nullable=False),
    PrimaryKeyConstraint("tenant_id", "import_id", "place", name="file_import_contracts_one_row_per_place"),
    ForeignKeyConstraint(
        ["tenant_id", "import_id"],
        ["file_imports.tenant_id", "file_imports.id"],
        name="file_import_contracts_belong_to_an_import",
    ),
)
