"""What contracts have in the planned work of a period, worked out of their visits."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract
from powerup.contracts.planned_work import Share, region_of, share_of
from powerup.contracts.visit import Visit
from powerup.readings.forecast import Forecast
from powerup.store.host_names import HostNames, NameKind


def planned_shares(
    connection: Connection, around: TenantCircumstances, found: Sequence[Contract], since: date, until: date
) -> dict[str, Share]:
    """The share of each of these contracts in the work from since to until, both inclusive, by its number."""
    of_contracts: defaultdict[str, list[Visit]] = defaultdict(list)
    running = [each for each in found if each.deleted_on is None]
    for contract, visit in Forecast(connection, around).visits_of(running, since, until, before_entry=False):
        of_contracts[contract.number].append(visit)
    customers = HostNames(connection, around.tenant_id).of(NameKind.CUSTOMER, {each.customer for each in found})
    regions = {code: region_of(name.postal_code) for code, name in customers.items()}
    return {each.number: share_of(each, of_contracts[each.number], regions.get(each.customer, "")) for each in found}
