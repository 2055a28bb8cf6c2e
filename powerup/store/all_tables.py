"""All tables together, for what goes through every one of them, whatever else was imported."""

from typing import Any

from sqlalchemy import Column, Table

from powerup.store.planning_tables import planned_days
from powerup.store.service_tables import reminders
from powerup.store.sign_in_tables import users
from powerup.store.tables import tenants
from powerup.store.traffic_tables import erasures, installations, refused_installings
from powerup.store.what_if_tables import what_ifs

_OF_EACH_MODULE = (tenants, installations, reminders, users, planned_days, what_ifs)
"""Tables register where they belong when their module is imported."""

METADATA = tenants.metadata

_WITHOUT_TENANT = (erasures, refused_installings)
"""Their tenants are gone, or never came to be."""


def tables_of_tenant() -> list[tuple[Table, Column[Any]]]:
    """The tables with rows of tenants, each after those that it refers to, with the column of whose they are."""
    found: list[tuple[Table, Column[Any]]] = []
    for table in METADATA.sorted_tables:
        if table is tenants:
            found.append((table, table.c.id))
        elif "tenant_id" in table.c and table not in _WITHOUT_TENANT:
            found.append((table, table.c.tenant_id))
    return found
