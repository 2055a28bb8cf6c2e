"""Planned work, worked out of contracts that are new or were changed, in turns beside everything else.

What comes of it is read by people alone: no cycle and no action looks at it (architecture: What lists read).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract
from powerup.contracts.planned_work import Share
from powerup.contracts.size import visits_of_a_year
from powerup.readings.planned_shares import planned_shares
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.errors import StoreUnavailableError, UnknownTenantError
from powerup.store.planned_days import Marks, PlannedDays, Reach, tenants_with_planning_wanted
from powerup.store.tenants import Environment, Tenants
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.timing import Clock

_AT_ONCE = 100
"""Contracts of one turn: some tenths of a second, and much less of it writing."""

_VISITS_AT_ONCE = 5_000
"""Visits of a year of the contracts of one turn, so that it lasts no longer where they are large."""

_log = structlog.get_logger(__name__)


def reach_on(today: date) -> Reach:
    """What is worked out on a day: the weeks of the year before it, of its own and of the next."""
    first, last = date(today.year - 1, 1, 1), date(today.year + 1, 12, 31)
    return Reach(first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday()))


@dataclass(frozen=True, slots=True)
class PlanningAhead:
    """What works it out for all tenants of its environment. clock gives aware moments in UTC."""

    database: Database
    environment: Environment
    clock: Clock

    def look_ahead(self) -> None:
        """Begin anew with all contracts of the tenants for which a new year has begun, or of which nothing was ever
        worked out. For the timer."""
        with self.database.read() as connection:
            found = [
                each.id for each in Tenants(connection).all(open_tokens=False) if each.environment is self.environment
            ]
        for tenant_id in found:
            with suppress(UnknownTenantError):
                self._reach(tenant_id)

    def take_turn(self) -> bool:
        """Work out some contracts of each tenant that has such; says whether there was one. For the timer.

        Several at once do no harm: what was worked out from an older state than is there is not written.
        """
        with self.database.read() as connection:
            found = tenants_with_planning_wanted(connection, self.environment)
        for tenant_id in found:
            with suppress(UnknownTenantError):  # erased meanwhile
                self._work_out_some(tenant_id, self._reach(tenant_id))
        return bool(found)

    def _reach(self, tenant_id: str) -> Reach:
        with self.database.read() as connection:
            _, around = tenant_in_circumstances(connection, tenant_id, self.clock(), open_tokens=False)
            reach = reach_on(around.today)
            is_there = PlannedDays(connection, tenant_id).reach() == reach
        if not is_there:
            with self.database.write() as connection:
                PlannedDays(connection, tenant_id).begin_anew(reach)
        return reach

    def _work_out_some(self, tenant_id: str, reach: Reach) -> None:
        with self.database.read() as connection:
            _, around = tenant_in_circumstances(connection, tenant_id, self.clock(), open_tokens=False)
            wanted = PlannedDays(connection, tenant_id).wanted(_AT_ONCE)
            contracts = {each.number: each for each in Contracts(connection, tenant_id).of_numbers(list(wanted))}
            marks = _of_one_turn(wanted, contracts)
            shares = _shares(connection, around, {number: contracts.get(number) for number in marks}, reach)
        with self.database.write() as connection:
            PlannedDays(connection, tenant_id).put(shares, marks)


def _of_one_turn(marks: Marks, contracts: Mapping[str, Contract]) -> Marks:
    """As many of them as are worked out at once, by their size; one at least."""
    taken: dict[str, frozenset[str]] = {}
    visits = 0
    for number, mark in marks.items():
        visits += visits_of_a_year(contracts[number]) if number in contracts else 0
        if taken and visits > _VISITS_AT_ONCE:
            break
        taken[number] = mark
    return taken


def _shares(
    connection: Connection, around: TenantCircumstances, contracts: Mapping[str, Contract | None], reach: Reach
) -> dict[str, Share]:
    """All together, by their numbers; where one of them cannot be worked out, one by one, and that one has none. One
    that is not there any more has none either."""
    found = [each for each in contracts.values() if each is not None]
    try:
        shares = planned_shares(connection, around, found, reach.since, reach.until)
    except StoreUnavailableError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, it is of one of them
        shares = {each.number: _alone(connection, around, each, reach) for each in found}
    return {number: {} for number in contracts} | shares


def _alone(connection: Connection, around: TenantCircumstances, contract: Contract, reach: Reach) -> Share:
    try:
        return planned_shares(connection, around, [contract], reach.since, reach.until)[contract.number]
    except StoreUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - its cycle says what is wrong with it, and others must not wait for it
        told = {"tenant": around.tenant_id, "contract": contract.number, "error": type(error).__name__}
        _log.warning("contract_not_planned", **told)
        return {}
