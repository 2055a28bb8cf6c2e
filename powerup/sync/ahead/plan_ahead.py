"""Planned work, worked out of contracts that are new or were changed, in turns beside everything else.

What comes of it is read by people alone: no cycle and no action looks at it (architecture: What lists read).
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
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
            marks = _of_one_turn(connection, tenant_id, PlannedDays(connection, tenant_id).wanted(_AT_ONCE))
            shares = _shares(connection, around, marks, reach)
        with self.database.write() as connection:
            PlannedDays(connection, tenant_id).put(shares, marks)


def _of_one_turn(connection: Connection, tenant_id: str, marks: Marks) -> Marks:
    """As many of them as are worked out at once, by their size; one at least."""
    taken: dict[str, frozenset[str]] = {}
    visits = 0
    sizes = {each.number: visits_of_a_year(each) for each in Contracts(connection, tenant_id).of_numbers(list(marks))}
    for number, mark in marks.items():
        visits += sizes.get(number, 0)
        if taken and visits > _VISITS_AT_ONCE:
            break
        taken[number] = mark
    return taken


def _shares(connection: Connection, around: TenantCircumstances, marks: Marks, reach: Reach) -> dict[str, Share]:
    """All together; where one of them cannot be worked out, one by one, and that one has none."""
    try:
        return _together(connection, around, list(marks), reach)
    except StoreUnavailableError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, it is of one of them
        return {number: _alone(connection, around, number, reach) for number in marks}


def _alone(connection: Connection, around: TenantCircumstances, number: str, reach: Reach) -> Share:
    try:
        return _together(connection, around, [number], reach).get(number, {})
    except StoreUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - its cycle says what is wrong with it, and others must not wait for it
        _log.warning("contract_not_planned", tenant=around.tenant_id, contract=number, error=type(error).__name__)
        return {}


def _together(
    connection: Connection, around: TenantCircumstances, numbers: list[str], reach: Reach
) -> dict[str, Share]:
    found = Contracts(connection, around.tenant_id).of_numbers(numbers)
    return {number: {} for number in numbers} | planned_shares(connection, around, found, reach.since, reach.until)
