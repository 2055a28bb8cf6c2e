"""The tables of tenants, contracts and the ledger; every key starts with the tenant (architecture: How fast).

Names of columns are those of the domain's fields. `number` of a contract is its id for ever.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Time,
    column,
    false,
    literal,
    true,
)
from sqlalchemy.sql.elements import ColumnElement

from powerup.contracts.contract import ContractType
from powerup.contracts.visit import VisitState
from powerup.store.columns import CODE, Moment, SealedText

metadata = MetaData()

tenants = Table(
    "tenants",
    metadata,
    Column("id", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("sandbox_today", Date),
    Column("host_tenant_id", CODE),
    Column("api_url", Text, nullable=False),
    Column("token", SealedText),
    Column("software_token", SealedText),
    # As the document of `config show`.
    Column("configuration", Text, nullable=False),
    Column("next_contract_number", Integer, nullable=False),
    Column("next_cycle_at", Moment),
    Column("woken", Boolean, nullable=False),
    Column("consecutive_failures", Integer, nullable=False),
    Column("attention", Text),
    # What only the comparison with the host finds, so that it stands until the next one.
    Column("found_at_host", Text),
    Column("reconciled_at", Moment),
    Column("completed_compared_at", Moment),
    Column("look_up_before", Moment),
    Column("fence", BigInteger, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", Moment),
    # An HMAC of the token, by which the account is known again; it stays when the token is destroyed.
    Column("token_mark", Text),
    # All number prefixes that it ever used.
    Column("prefixes", JSON, nullable=False, server_default="[]"),
    # The installation that makes this tenant its own when it installs.
    Column("linked_installation", CODE),
    PrimaryKeyConstraint("id", name="tenants_one_row_per_id"),
    # A misspelt environment would let a sandbox server work on real work orders.
    CheckConstraint("environment IN ('production', 'sandbox')", name="tenants_environment_known"),
    # The tick asks for what is due, and for nothing else.
    Index("tenants_by_next_cycle", "next_cycle_at"),
    Index("tenants_by_host_tenant", "host_tenant_id"),
    Index("tenants_by_name", "name"),
    Index("tenants_by_token_mark", "token_mark"),
    Index("tenants_by_linked_installation", "linked_installation"),
)

# Of the server, and of no tenant: the key that host accounts are marked with. It is never rotated.
account_keys = Table(
    "account_keys",
    metadata,
    Column("name", Text, nullable=False),
    Column("key", SealedText, nullable=False),
    PrimaryKeyConstraint("name", name="account_keys_one_each"),
)


def is_corrective(type_: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition of the partial index, spelt the same wherever it is used, so that both databases recognise it."""
    return type_ == literal(ContractType.CORRECTIVE.value, literal_execute=True)


contracts = Table(
    "contracts",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("number", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("customer", CODE, nullable=False),
    Column("address", CODE),
    Column("contact", CODE),
    Column("reference", Text),
    Column("contract_template", CODE),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date),
    Column("entered_on", Date, nullable=False),
    Column("type_of_work", Text, nullable=False),
    Column("payment_method", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("employee", CODE),
    Column("start_time", Time),
    Column("duration_minutes", Integer),
    Column("project", CODE),
    Column("priority", CODE),
    Column("forms", JSON, nullable=False, server_default="[]"),
    Column("materials", JSON, nullable=False, server_default="[]"),
    # As they were agreed: the document form of the terms, so that the tenant's list may change without this contract.
    Column("terms", Text),
    Column("sla_policy", CODE),
    Column("invoice_customer", CODE),
    # The document form of the price, with the amounts that were asked before.
    Column("price", Text),
    Column("order_per_object", Boolean, nullable=False),
    # Both empty: as the tenant's settings say.
    Column("days_in_advance", Integer),
    Column("days_in_advance_unit", Text),
    Column("overlap_days", Integer, nullable=False),
    Column("orders_per_year", Integer),
    Column("spread", Text),
    Column("last_day", Date),
    Column("reason", Text),
    Column("remark", Text),
    Column("replaced", JSON, nullable=False, server_default="[]"),
    Column("pauses", JSON, nullable=False),
    Column("closed_ranges", JSON, nullable=False, server_default="[]"),
    Column("renewals", Integer, nullable=False),
    Column("end_counts_from", Date),
    Column("restarted_from", CODE),
    Column("restarted_as", CODE),
    Column("goes_on_from", Date),
    Column("deleted_on", Date),
    Column("settled_through", Date),
    Column("version", Integer, nullable=False),
    Column("wake_on", Date),
    Column("changed_since_cycle", Boolean, nullable=False),
    Column("awaiting_release", Boolean, nullable=False),
    # What waits with it, as of the last cycle that looked: a sum of very many contracts is asked in every cycle.
    Column("waiting_orders", Integer, nullable=False, server_default="0"),
    Column("waiting_missed", Integer, nullable=False, server_default="0"),
    Column("problem", Text),
    # Worked out of the other columns whenever they are written, for lists to filter and sort by.
    Column("sort_name", CODE, nullable=False, server_default=""),
    Column("search_text", Text, nullable=False, server_default=""),
    Column("terms_code", CODE),
    Column("ends_on", Date),
    Column("last_notice_date", Date),
    Column("act_by", Date),
    Column("at_end", Text),
    # A number names one contract for ever: work orders at the host carry it.
    PrimaryKeyConstraint("tenant_id", "number", name="contracts_number_used_once"),
    # A contract without its tenant would be reached by nobody, and removed by nobody.
    ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="contracts_belong_to_a_tenant"),
    # A termination has its last day; a remark alone would be half of one.
    CheckConstraint("last_day IS NOT NULL OR (reason IS NULL AND remark IS NULL)", name="contracts_termination_whole"),
    CheckConstraint("(orders_per_year IS NULL) = (spread IS NULL)", name="contracts_yearly_orders_whole"),
    Index("contracts_by_wake_on", "tenant_id", "wake_on", "number"),
    Index("contracts_by_customer", "tenant_id", "customer"),
    # The list of renewals: what has no end is no part of it.
    Index(
        "contracts_by_act_by",
        "tenant_id",
        "act_by",
        "number",
        sqlite_where=column("act_by").is_not(None),
        postgresql_where=column("act_by").is_not(None),
    ),
    # Lists offer who is named anywhere, and what is theirs.
    Index(
        "contracts_by_employee",
        "tenant_id",
        "employee",
        sqlite_where=column("employee").is_not(None),
        postgresql_where=column("employee").is_not(None),
    ),
    # What is new and what has failed is asked in every cycle: a few among very many.
    Index(
        "contracts_changed",
        "tenant_id",
        "number",
        sqlite_where=column("changed_since_cycle", Boolean) == true(),
        postgresql_where=column("changed_since_cycle", Boolean) == true(),
    ),
    Index(
        "contracts_with_problem",
        "tenant_id",
        "number",
        sqlite_where=column("problem").is_not(None),
        postgresql_where=column("problem").is_not(None),
    ),
    # Work orders are matched with corrective contracts in every comparison with the host.
    Index(
        "contracts_corrective",
        "tenant_id",
        "number",
        sqlite_where=is_corrective(column("type", Text)),
        postgresql_where=is_corrective(column("type", Text)),
    ),
)

contract_objects = Table(
    "contract_objects",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("contract", CODE, nullable=False),
    Column("object", CODE, nullable=False),
    Column("position", Integer, nullable=False),
    # An object linked twice would get every visit twice.
    PrimaryKeyConstraint("tenant_id", "contract", "object", name="contract_objects_linked_once"),
    ForeignKeyConstraint(
        ["tenant_id", "contract"], ["contracts.tenant_id", "contracts.number"], name="contract_objects_have_a_contract"
    ),
    Index("contract_objects_by_object", "tenant_id", "object"),
)

visit_plans = Table(
    "visit_plans",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("contract", CODE, nullable=False),
    Column("name", CODE, nullable=False),
    Column("position", Integer, nullable=False),
    # In the words of RFC 5545, as JSON (rules: Recurrence).
    Column("recurrence", Text, nullable=False),
    Column("shift", Text, nullable=False),
    Column("window_before", Integer, nullable=False),
    Column("window_after", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("catch_up", Text),
    Column("schedule", Text, nullable=False),
    Column("anchor", Date),
    Column("anchors", JSON, nullable=False),
    Column("previous_open", Boolean),
    Column("next_visit", Date),
    Column("next_visits", JSON, nullable=False, server_default="[]"),
    Column("counts_from", Date),
    Column("objects_from", JSON, nullable=False, server_default="[]"),
    Column("days_in_advance", Integer),
    Column("days_in_advance_unit", Text),
    Column("type_of_work", Text),
    Column("description", Text),
    Column("employee", CODE),
    Column("start_time", Time),
    Column("duration_minutes", Integer),
    Column("forms", JSON, nullable=False, server_default="[]"),
    Column("materials", JSON, nullable=False, server_default="[]"),
    # As documents spell it, such as `12 month` (rules: Recurrence, latest).
    Column("latest_after", Text),
    Column("basis", Text, nullable=False, server_default=""),
    # The plan's name is part of the visit's key: two of one name would share their visits.
    PrimaryKeyConstraint("tenant_id", "contract", "name", name="visit_plans_name_unique_in_contract"),
    ForeignKeyConstraint(
        ["tenant_id", "contract"], ["contracts.tenant_id", "contracts.number"], name="visit_plans_have_a_contract"
    ),
    # What needs a person is asked all day; plans with a latest date are few among very many.
    Index(
        "visit_plans_with_latest",
        "tenant_id",
        "contract",
        sqlite_where=column("latest_after").is_not(None),
        postgresql_where=column("latest_after").is_not(None),
    ),
    Index(
        "visit_plans_by_employee",
        "tenant_id",
        "employee",
        sqlite_where=column("employee").is_not(None),
        postgresql_where=column("employee").is_not(None),
    ),
)

STATES_AT_REST = (VisitState.SETTLED, VisitState.WITHHELD, VisitState.REMOVED)
"""States in which nothing more happens to a visit by itself; all history ends here."""

STATES_IN_PLAY = tuple(state for state in VisitState if state not in STATES_AT_REST)


def in_play(state: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition of the partial index, spelt the same wherever it is used, so that both databases recognise it."""
    return state.in_([literal(each.value, literal_execute=True) for each in STATES_IN_PLAY])


visits = Table(
    "visits",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("contract", CODE, nullable=False),
    Column("nominal_date", Date, nullable=False),
    Column("plan", CODE, nullable=False),
    Column("object", CODE, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("planned_date", Date, nullable=False),
    Column("generation_date", Date, nullable=False),
    Column("deadline", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("pinned", Boolean, nullable=False),
    Column("workorder_no", CODE),
    Column("try_number", Integer, nullable=False),
    Column("host_row_id", BigInteger),
    Column("attempted_at", Moment),
    Column("attempts", Integer, nullable=False),
    Column("refusal", Text),
    Column("retry_at", Moment),
    Column("completed_on", Date),
    Column("run_id", CODE),
    Column("changed_at", Moment),
    Column("told_date", Date),
    Column("asked_for", Boolean, nullable=False, server_default=false()),
    Column("doubt", Text),
    Column("covered_by", CODE),
    Column("moved_from", Date),
    Column("employee", Text),
    Column("start_time", Time),
    Column("untold", Boolean, nullable=False, server_default=false()),
    Column("carries", Text),  # a JSON list of object codes, of a visit whose date was split by address
    Column("worked_minutes", Integer),
    # The heart of "exactly once": a visit is written once, so it is ordered once (rules: The two ideas). The date
    # comes before the plan, so that recent visits of a contract are read without its history.
    PrimaryKeyConstraint(
        "tenant_id", "contract", "nominal_date", "plan", "object", "sequence", name="visits_written_once"
    ),
    ForeignKeyConstraint(
        ["tenant_id", "contract"], ["contracts.tenant_id", "contracts.number"], name="visits_have_a_contract"
    ),
    # Two visits with one number would share a work order at the host.
    Index("visits_work_order_number_unique", "tenant_id", "workorder_no", unique=True),
    # No visit may wait for an order that nobody could find again at the host.
    CheckConstraint("state <> 'ordering' OR workorder_no IS NOT NULL", name="visits_ordering_has_a_number"),
    # Silence is not an answer: who is not visited is told why.
    CheckConstraint("state <> 'withheld' OR reason IS NOT NULL", name="visits_withheld_has_a_reason"),
    Index("visits_by_planned_date", "tenant_id", "contract", "planned_date"),
    # What the cycle still has to do with, however much history lies beside it.
    Index(
        "visits_in_play",
        "tenant_id",
        "state",
        "contract",
        "plan",
        "nominal_date",
        "object",
        "sequence",
        sqlite_where=in_play(column("state", Text)),
        postgresql_where=in_play(column("state", Text)),
    ),
    # Visits of a restarted contract that wait for what becomes of the old contract's order.
    Index(
        "visits_by_covering_contract",
        "tenant_id",
        "covered_by",
        sqlite_where=column("covered_by").is_not(None),
        postgresql_where=column("covered_by").is_not(None),
    ),
    Index(
        "visits_by_host_row",
        "tenant_id",
        "host_row_id",
        sqlite_where=column("host_row_id").is_not(None),
        postgresql_where=column("host_row_id").is_not(None),
    ),
)
