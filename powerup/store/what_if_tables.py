"""The tables of what ifs: presses that are collected, and what a year would be like with them."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from powerup.store.columns import CODE, Moment
from powerup.store.tables import metadata
from powerup.store.traffic_tables import of_a_tenant

what_ifs = Table(
    "what_ifs",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("actor_id", CODE, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("entrance", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    # It is kept for a while from then on.
    Column("changed_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Date),
    Column("looked_at", Moment),
    Column("ended_at", Moment),
    # The last contract that was looked at, None before the first.
    Column("behind", CODE),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("figures", JSON(none_as_null=True)),
    Column("message", Text, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("next_turn_at", Moment),
    PrimaryKeyConstraint("tenant_id", "id", name="what_ifs_one_row_per_id"),
    of_a_tenant("what_ifs_belong_to_a_tenant"),
    # Whoever works on them asks for those that have something to do, and for nothing else.
    Index("what_ifs_by_next_turn", "next_turn_at"),
    Index("what_ifs_by_moment", "tenant_id", "changed_at", "id"),
)


def _of_a_what_if(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "what_if_id"], ["what_ifs.tenant_id", "what_ifs.id"], name=name)


what_if_steps = Table(
    "what_if_steps",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("what_if_id", CODE, nullable=False),
    Column("place", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    # The bulk run or the import that it is; empty for a change of the configuration.
    Column("run_id", CODE, nullable=False),
    Column("document", JSON(none_as_null=True)),
    Column("called", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("message", Text, nullable=False),
    PrimaryKeyConstraint("tenant_id", "what_if_id", "place", name="what_if_steps_one_row_per_place"),
    _of_a_what_if("what_if_steps_belong_to_a_what_if"),
    Index("what_if_steps_by_run", "tenant_id", "run_id"),
)

what_if_contracts = Table(
    "what_if_contracts",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("what_if_id", CODE, nullable=False),
    Column("contract", CODE, nullable=False),
    Column("is_new", Boolean, nullable=False),
    Column("document", JSON, nullable=False),
    PrimaryKeyConstraint("tenant_id", "what_if_id", "contract", name="what_if_contracts_one_row_per_contract"),
    _of_a_what_if("what_if_contracts_belong_to_a_what_if"),
)

what_if_visits = Table(
    "what_if_visits",
    metadata,
    Column("tenant_id", CODE, nullable=False),
    Column("what_if_id", CODE, nullable=False),
    Column("contract", CODE, nullable=False),
    Column("day", Date, nullable=False),
    Column("visit", CODE, nullable=False),
    Column("was", JSON(none_as_null=True)),
    Column("will", JSON(none_as_null=True)),
    PrimaryKeyConstraint(
        "tenant_id", "what_if_id", "contract", "day", "visit", name="what_if_visits_one_row_per_visit"
    ),
    _of_a_what_if("what_if_visits_belong_to_a_what_if"),
)
