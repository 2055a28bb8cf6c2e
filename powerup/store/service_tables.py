"""The tables of what goes on beside a contract's visits: reminders of its notice date, marks made here, and work orders
under an SLA.

Every key starts with the tenant (architecture: How fast); moments are in UTC.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    column,
    false,
)

from powerup.store.columns import CODE, Moment
from powerup.store.tables import metadata
from powerup.store.traffic_tables import of_a_tenant


def _of_a_contract(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "contract"], ["contracts.tenant_id", "contracts.number"], name=name)


invoiced_lines = Table(
    "invoiced_lines",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("contract", CODE, nullable=False),
    Column("line", CODE, nullable=False),
    # Euros as a text: exact on both databases.
    Column("amount", Text, nullable=False),
    Column("exported_at", Moment, nullable=False),
    Column("exported_by", Text, nullable=False),
    # A line that was taken along is not taken along again unless somebody asks (rules: Terms, Invoice list).
    PrimaryKeyConstraint("tenant_id", "contract", "line", name="invoiced_lines_exported_once"),
    _of_a_contract("invoiced_lines_have_a_contract"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("contract", CODE, nullable=False),
    Column("last_notice_date", Date, nullable=False),
    Column("days", Integer, nullable=False),
    Column("reference", CODE, nullable=False),
    Column("attempted_at", Moment),
    Column("retry_at", Moment),
    Column("sent_at", Moment),
    # A person wanted it; the others come by themselves.
    Column("asked", Boolean, nullable=False, server_default=false()),
    # People are reminded once of each date, however often the cycle is interrupted (rules: Terms).
    PrimaryKeyConstraint("tenant_id", "contract", "last_notice_date", "days", name="reminders_sent_once"),
    _of_a_contract("reminders_have_a_contract"),
    # What is still to be sent: a few among all that ever were.
    Index(
        "reminders_waiting",
        "tenant_id",
        "contract",
        sqlite_where=column("sent_at").is_(None),
        postgresql_where=column("sent_at").is_(None),
    ),
)

marks = Table(
    "marks",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", CODE, nullable=False),
    Column("remark", Text, nullable=False),
    Column("marked_at", Moment, nullable=False),
    PrimaryKeyConstraint("tenant_id", "kind", "code", name="marks_one_per_record"),
    of_a_tenant("marks_belong_to_a_tenant"),
)

host_facts = Table(
    "host_facts",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("seen_at", Moment, nullable=False),
    PrimaryKeyConstraint("tenant_id", "kind", "code", name="host_facts_one_per_record"),
    of_a_tenant("host_facts_belong_to_a_tenant"),
)

host_profiles = Table(
    "host_profiles",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("name", CODE, nullable=False),
    Column("value", JSON, nullable=False),
    Column("seen_at", Moment, nullable=False),
    PrimaryKeyConstraint("tenant_id", "name", name="host_profiles_one_per_assumption"),
    of_a_tenant("host_profiles_belong_to_a_tenant"),
)

probe_numbers = Table(
    "probe_numbers",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("workorder_no", CODE, nullable=False),
    Column("posted_at", Moment),
    PrimaryKeyConstraint("tenant_id", "workorder_no", name="probe_numbers_once"),
    of_a_tenant("probe_numbers_belong_to_a_tenant"),
)

host_names = Table(
    "host_names",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("postal_code", Text, nullable=False, server_default=""),
    Column("house_number", Text, nullable=False, server_default=""),
    Column("serial_number", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default=""),
    Column("street", Text, nullable=False, server_default=""),
    # Begins with the name, so that lists sort by it, too.
    Column("search_text", CODE, nullable=False, server_default=""),
    PrimaryKeyConstraint("tenant_id", "kind", "code", name="host_names_one_per_record"),
    of_a_tenant("host_names_belong_to_a_tenant"),
)

list_views = Table(
    "list_views",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("list", CODE, nullable=False),
    Column("name", Text, nullable=False),
    # As it stands in the address of the list.
    Column("query", Text, nullable=False),
    Column("owner", CODE, nullable=False),
    Column("shared", Boolean, nullable=False),
    PrimaryKeyConstraint("tenant_id", "id", name="list_views_one_row_per_id"),
    of_a_tenant("list_views_belong_to_a_tenant"),
)

work_order_links = Table(
    "work_order_links",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("row_id", BigInteger, nullable=False),
    # Empty: a person said that the work order falls under none.
    Column("contract", CODE),
    # A work order falls under one contract.
    PrimaryKeyConstraint("tenant_id", "row_id", name="work_order_links_one_per_order"),
    of_a_tenant("work_order_links_belong_to_a_tenant"),
    _of_a_contract("work_order_links_have_a_contract"),
)

sla_orders = Table(
    "sla_orders",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("row_id", BigInteger, nullable=False),
    Column("workorder_no", CODE, nullable=False),
    Column("contract", CODE, nullable=False),
    Column("priority", CODE),
    # As it was promised when the work order came in: the document form of the policy.
    Column("policy", Text, nullable=False),
    Column("came_in_at", Moment, nullable=False),
    # The statuses that were seen, each with its moment.
    Column("facts", JSON, nullable=False),
    Column("response_due_at", Moment),
    Column("resolution_due_at", Moment),
    Column("responded_at", Moment),
    Column("resolved_at", Moment),
    Column("response_told", Text),
    Column("resolution_told", Text),
    Column("next_alarm_at", Moment),
    Column("closed_at", Moment),
    PrimaryKeyConstraint("tenant_id", "row_id", name="sla_orders_one_per_order"),
    _of_a_contract("sla_orders_have_a_contract"),
    Index(
        "sla_orders_open",
        "tenant_id",
        "row_id",
        sqlite_where=column("closed_at").is_(None),
        postgresql_where=column("closed_at").is_(None),
    ),
    # Figures of a month are asked for by when the orders came in.
    Index("sla_orders_by_arrival", "tenant_id", "came_in_at"),
    # The cycle asks which warning comes first, and for nothing else.
    Index(
        "sla_orders_by_alarm",
        "tenant_id",
        "next_alarm_at",
        sqlite_where=column("next_alarm_at").is_not(None),
        postgresql_where=column("next_alarm_at").is_not(None),
    ),
)
