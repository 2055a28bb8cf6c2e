"""Visits that a cycle could not order: named in its report, and told to the host when it is news (webhooks page,
section 6). That they have failed stands on themselves, so nothing of it is kept elsewhere."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.readings.failures import MOST_NAMED, failed_visit_documents, failures_in_words, failures_of
from powerup.store.database import Database
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenant
from powerup.sync.kit.context import Cycle, Tally
from powerup.tenants.tell_host import raise_attention
from powerup.texts import Reader, Text, in_a_row

MOST_LOOKED_AT = 10_000
"""Failed visits that are looked at; nobody reads on after that."""


def failed_by_now(cycle: Cycle) -> Mapping[VisitKey, str | None]:
    """The visits that have failed when the cycle begins, each with its words. Raises StoreError."""
    with cycle.read() as connection:
        return {visit.key: visit.refusal for visit in _failed(connection, cycle.tenant.id)}


def failures_told(database: Database, tenant_id: str, tally: Tally) -> list[Text]:
    """What the report says of the visits that failed in this cycle. In a dry run they are among its rows."""
    if not tally.failed:
        return []
    with database.read() as connection:
        failed = [*_failed(connection, tenant_id), *tally.rows]
        of_this_cycle = {visit.key: visit for visit in failed if visit.key in tally.failed}
        return [failures_in_words(each) for each in failures_of(connection, tenant_id, of_this_cycle.values())]


def tell_of_failures(connection: Connection, tenant: Tenant, tally: Tally, now: datetime) -> None:
    """Have the host told of visits that failed in this cycle and had not before, or not for this. now is aware."""
    if not tally.failed:
        return
    fresh = [
        visit
        for visit in _failed(connection, tenant.id)
        if visit.key in tally.failed and tally.failed_before.get(visit.key) != visit.refusal
    ]
    if not fresh:
        return
    failures, reader = failures_of(connection, tenant.id, fresh), Reader(tenant.locale)
    contracts = sorted({visit.key.contract for visit in fresh})
    data = {
        "message": reader.say(in_a_row(failures_in_words(each) for each in failures[:MOST_NAMED])),
        "kind": "visits",
        "number": len(fresh),
        "contracts": contracts[:MOST_NAMED],
        "visits": failed_visit_documents(failures),
    }
    raise_attention(connection, tenant.id, data, now)


def _failed(connection: Connection, tenant_id: str) -> list[LedgerVisit]:
    return Ledger(connection, tenant_id).in_states([VisitState.FAILED], MOST_LOOKED_AT)
