"""A customer or object that has another code at the host by now: the code changes here, in contracts and the ledger."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, exists, select, update

from powerup.contracts.visit import VisitState
from powerup.store.batches import batches
from powerup.store.tables import visits
from powerup.store.visit_rows import carries_text


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
    _rename_carried(connection, tenant_id, contract, old, new)


def _rename_carried(connection: Connection, tenant_id: str, contract: str, old: str, new: str) -> None:
    of_contract = (visits.c.tenant_id == tenant_id) & (visits.c.contract == contract)
    split = select(visits.c.carries).where(of_contract, visits.c.carries.is_not(None)).distinct()
    for written in list(connection.scalars(split)):
        codes = json.loads(written)
        if old in codes:
            renamed = carries_text(tuple(dict.fromkeys(new if code == old else code for code in codes)))
            same = of_contract & (visits.c.carries == written)
            connection.execute(update(visits).where(same).values(carries=renamed))


def retry_visits_never_sent(connection: Connection, tenant_id: str, contracts: Sequence[str], now: datetime) -> None:
    """Have failed visits of these contracts tried in the next cycle, where nothing of them was ever sent; now is aware.

    Those are the ones whose customer or object was not at the host.
    """
    for some in batches(contracts):
        failed = (visits.c.state == VisitState.FAILED.value) & visits.c.workorder_no.is_(None)
        ours = (visits.c.tenant_id == tenant_id) & visits.c.contract.in_(some)
        connection.execute(update(visits).where(ours, failed).values(retry_at=now))
