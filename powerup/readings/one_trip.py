"""Visits of different contracts at one address that could be one trip."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.visit.target_visit import is_not_started
from powerup.contracts.best_days import may_be_moved_to, to_place
from powerup.contracts.contract import Contract
from powerup.contracts.days import last_of_month
from powerup.contracts.latest import has_latest_dates, kept_by, latest_dates
from powerup.contracts.one_trip import AtAddress, trips
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Visit, VisitState
from powerup.readings.forecast import Forecast
from powerup.readings.planning import PlanningFilter
from powerup.readings.planning_month import visits_between
from powerup.readings.visit_list import VisitList, VisitSort
from powerup.store.host_names import HostName, HostNames, NameKind

USUAL_DAYS_APART = 7

_MOST_VISITS = 5_000

_MOST_NEAR = 200
"""So many visits that follow one are compared with it."""

_COMES = (VisitState.PLANNED, VisitState.ORDERING, VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.FAILED)

Planned = tuple[Contract, Visit]
_Place = tuple[str, str]
"""A customer, and the code of the address of a contract, empty for the customer's own."""


@dataclass(frozen=True, slots=True)
class OneTrip:
    """Visits at one address that could be on one day. where is what people know it by; stay and move are the visits
    that are on that day and those that would move to it."""

    customer: str
    where: str
    day: date
    stay: Sequence[Planned]
    move: Sequence[Planned]

    @property
    def targets(self) -> list[str]:
        """The visits to move, as a press of many names them, with the version of their contract that was seen."""
        return [f"{visit.key}@{contract.version}" for contract, visit in self.move]

    @property
    def visits(self) -> list[Planned]:
        """All of them, by the day that they have."""
        return sorted((*self.stay, *self.move), key=lambda each: (each[1].planned_date, str(each[1].key)))


class TripsOfMonth(TypedDict):
    """The trips of a month; through is the last day that could be looked at, of those until the last."""

    trips: list[OneTrip]
    within: int
    through: date | None
    until: date


def trips_among(
    connection: Connection, around: TenantCircumstances, planned: Iterable[Planned], within: int
) -> list[OneTrip]:
    """The trips that these visits could be put together to, at most so many days moved, the earliest first."""
    coming = [each for each in planned if each[1].state in _COMES and each[1].planned_date >= around.today]
    places: defaultdict[_Place, list[Planned]] = defaultdict(list)
    for contract, visit in coming:
        places[contract.customer, visit.key.address or contract.address or ""].append((contract, visit))
    shared = {place: here for place, here in places.items() if _are_near(here, within)}
    if not shared:
        return []
    codes = {customer for customer, _ in shared}
    customers = HostNames(connection, around.tenant_id).of(NameKind.CUSTOMER, codes)
    situations = _situations(connection, around, [contract for here in shared.values() for contract, _ in here])
    found = [
        _named(place, trip.day, trip.stay, trip.move, here, customers)
        for place, here in shared.items()
        for trip in trips(_at_address(here, situations, around.today, within), within)
    ]
    return sorted(found, key=lambda each: (each.day, each.customer, each.where))


def trips_of_month(
    connection: Connection,
    around: TenantCircumstances,
    wanted: PlanningFilter,
    first: date,
    within: int = USUAL_DAYS_APART,
) -> TripsOfMonth:
    """The trips of which a visit lies in the month that begins on a day, or in the days after it that are near."""
    since, until = max(first, around.today), last_of_month(first) + timedelta(days=within)
    if since > until:
        return {"trips": [], "within": within, "through": until, "until": until}
    asked = visits_between(wanted, since, until)
    page = VisitList(connection, around).page(asked, VisitSort.DAY, _MOST_VISITS)
    found = trips_among(connection, around, ((row.contract, row.visit) for row in page.rows), within)
    return {"trips": found, "within": within, "through": page.through, "until": until}


def _are_near(here: Sequence[Planned], within: int) -> bool:
    """Whether visits of two contracts lie on two days that are near each other."""
    days = sorted((visit.planned_date, contract.number) for contract, visit in here)
    return any(
        0 < (later - earlier).days <= within and one != other
        for place, (earlier, one) in enumerate(days)
        for later, other in days[place + 1 : place + 1 + _MOST_NEAR]
    )


def _situations(
    connection: Connection, around: TenantCircumstances, contracts: Sequence[Contract]
) -> Mapping[str, ContractSituation]:
    once = {each.number: each for each in contracts}
    forecast = Forecast(connection, around)
    dated = [each for each in once.values() if has_latest_dates(each)]
    others = [each for each in once.values() if not has_latest_dates(each)]
    found = [*forecast.situations_of(dated), *forecast.situations_of(others, around.today)]
    return {each.contract.number: each for each in found}


def _at_address(
    here: Sequence[Planned], situations: Mapping[str, ContractSituation], today: date, within: int
) -> list[AtAddress]:
    days = sorted({visit.planned_date for _, visit in here})
    found = []
    for contract, visit in here:
        near = [day for day in days if abs(day - visit.planned_date) <= timedelta(days=within)]
        allowed = _allowed(situations[contract.number], visit, near, today) if is_not_started(visit) else ()
        ordered = visit.state is VisitState.ORDERED
        found.append(
            AtAddress(
                str(visit.key), contract.number, visit.planned_date, frozenset((visit.planned_date, *allowed)), ordered
            )
        )
    return found


def _allowed(situation: ContractSituation, visit: Visit, days: Sequence[date], today: date) -> list[date]:
    contract = situation.contract
    latest = kept_by(visit, latest_dates(situation, today, visit.planned_date))
    last = latest.day if latest is not None and not latest.is_passed else None
    placed = to_place(contract, visit, last)
    return [
        day
        for day in days
        if may_be_moved_to(contract, visit, placed, situation.open_days, day, today)
        and (not placed.has_window or placed.is_within(day))
    ]


def _named(
    place: _Place,
    day: date,
    stay: Sequence[AtAddress],
    move: Sequence[AtAddress],
    here: Sequence[Planned],
    customers: Mapping[str, HostName],
) -> OneTrip:
    by_id = {str(visit.key): (contract, visit) for contract, visit in here}
    customer, address = place
    known = customers.get(customer, HostName(customer))
    where = ", ".join(filter(None, (known.name or customer, address or known.place)))
    return OneTrip(customer, where, day, [by_id[each.id] for each in stay], [by_id[each.id] for each in move])
