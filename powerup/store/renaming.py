"""A customer or object that has another code at the host by now: the code changes here, in contracts and the ledger."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, exists, select, update

from powerup.contracts.visit import VisitState
from powerup.store.batches import batches
from powerup.store.tables import visits


def rename_object_of_visits(connection: Connection, tenant_id: str, contract: str, old: str, new: str) -> None:
    """Let all visits of an object of a contract, past ones too, be those of its new code.

    A visit that the new code has already stays as it is.
    """
    other = visits.alias("other")
    same_key = [
        other.c[name] == visits.c[name] for name in ("tenant_id", "contract", "plan", "nominal_date", "sequence")
    ]
    taken = exists(select(other.c.tenant_id).where(and_(*same_key, other.c.object == new)))
    ours = (visits.c.tenant_id == tenant_id) & (visits.c.contract == contract) & (visits.c.object == old)
    connection.execute(update(visits).where(ours, ~taken).values(object=new))


def retry_visits_never_sent(connection: Connection, tenant_id: str, contracts: Sequence[str], now: datetime) -> None:
    """Have failed visits of these contracts tried in the next cycle, where nothing of them was ever sent; now is aware.

    Those are the ones whose customer or object was not at the host.
    """
    for some in batches(contracts):
        failed = (visits.c.state == VisitState.FAILED.value) & visits.c.workorder_no.is_(None)
        ours = (visits.c.tenant_id == tenant_id) & visits.c.contract.in_(some)
        connection.execute(update(visits).where(ours, failed).values(retry_at=now))
