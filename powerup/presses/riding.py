"""Visits that ride together, begun as one run of moves to one day (rules: Planning, Ride together)."""

from collections.abc import Sequence
from datetime import date

from powerup.actions.kit.request import Actor, Target, TargetType
from powerup.actions.visit import move
from powerup.presses.bulk import Bulks
from powerup.presses.bulk_actions import BULK_ACTIONS
from powerup.store.contracts import Contracts

_MOVE = next(each for each in BULK_ACTIONS if each.id == move.ACTION.id)


def begin_ride(
    bulks: Bulks,
    tenant_id: str,
    actor: Actor,
    day: date,
    visits: Sequence[str],
    *,
    locale: str,
    intent_id: str | None = None,
) -> str:
    """Begin to find out exactly what moving these visits, by their public ids, to a day does; gives the id of the bulk
    run. Raises InvalidInput for none or too many."""
    contracts = {visit: visit.partition(":")[0] for visit in visits}
    with bulks.presses.database.read() as connection:
        versions = Contracts(connection, tenant_id).versions_of(sorted(set(contracts.values())))
    targets = [Target(TargetType.VISIT, visit, versions.get(contract)) for visit, contract in contracts.items()]
    entered = {"to": day.isoformat()}
    return bulks.begin(tenant_id, actor, _MOVE, entered, targets, locale=locale, intent_id=intent_id)
