"""The reading copy of planned work: what the planning is read from, so that very many contracts are not worked out
while somebody waits. It is derived; it may be thrown away at any time (architecture: What lists read).

Every key starts with the tenant (architecture: How fast).
"""

from sqlalchemy import Column, Date, Integer, PrimaryKeyConstraint, Table, Text

from powerup.store.columns import CODE
from powerup.store.tables import metadata
from powerup.store.traffic_tables import of_a_tenant

planned_days = Table(
    "planned_days",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("day", Date, nullable=False),
    Column("type_of_work", Text, nullable=False),
    Column("employee", CODE, nullable=False),
    Column("region", Text, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("guessed", Integer, nullable=False),
    # The sum of what all contracts have of a day: two rows of it would be two truths.
    PrimaryKeyConstraint("tenant_id", "day", "type_of_work", "employee", "region", name="planned_days_one_sum_each"),
    of_a_tenant("planned_days_belong_to_a_tenant"),
    # A year is read as one piece of the table.
    sqlite_with_rowid=False,
)

planned_shares = Table(
    "planned_shares",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("contract", CODE, nullable=False),
    # What the contract has in the sums, to be taken out of them again.
    Column("share", Text, nullable=False),
    PrimaryKeyConstraint("tenant_id", "contract", name="planned_shares_one_of_a_contract"),
    of_a_tenant("planned_shares_belong_to_a_tenant"),
)

planning_wanted = Table(
    "planning_wanted",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("contract", CODE, nullable=False),
    # Of each change its own, so that one that comes while the contract is worked out is not lost, and waits for nobody.
    Column("mark", CODE, nullable=False),
    PrimaryKeyConstraint("tenant_id", "contract", "mark", name="planning_wanted_once_per_change"),
    of_a_tenant("planning_wanted_belongs_to_a_tenant"),
    sqlite_with_rowid=False,
)

planning_reach = Table(
    "planning_reach",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    PrimaryKeyConstraint("tenant_id", name="planning_reach_one_of_a_tenant"),
    of_a_tenant("planning_reach_belongs_to_a_tenant"),
)
