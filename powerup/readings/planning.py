"""The planning: how much work there is on each day of a period, told apart by one thing, past and future alike.

It is read from the sums that are worked out beside everything else (`PlannedDays`), so that it costs the same however
many contracts there are. Contracts that were changed since are worked out here and take the place of what they had
there, as long as they are few; where they are many, the sums are given as they are, and how many contracts they lack.
Work of one customer is worked out of that customer's contracts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, func, select

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.planned_work import NO_WORK, Share, Work, WorkKey
from powerup.readings.planned_shares import planned_shares
from powerup.store.contracts import Contracts
from powerup.store.planned_days import PlannedDays
from powerup.store.planning_tables import planned_days
from powerup.store.tables import contracts

Place = TypeVar("Place")

MOST_WORKED_OUT = 150
"""So many contracts that were changed are worked out for one answer."""

MOST_OF_CUSTOMER = 1_000
"""So many contracts of one customer are; of more the first are, and it is said."""


class PlanningBy(StrEnum):
    """What planned work is told apart by."""

    TYPE_OF_WORK = "type_of_work"
    EMPLOYEE = "employee"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class PlanningFilter:
    """Which work is counted; what is empty asks for nothing. region is the first figures of a postal code."""

    type_of_work: str = ""
    employee: str = ""
    region: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """Work by day and by what it is told apart by.

    lacking: so many contracts of all were changed and are not worked out yet, so that the sums have them as they were.
    unread: so many contracts of the one customer were too many to be worked out here.
    """

    work: Mapping[tuple[date, str], Work]
    lacking: int = 0
    all: int = 0
    unread: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether all contracts are in it as they are now."""
        return self.lacking == 0 and self.unread == 0

    @property
    def groups(self) -> list[str]:
        """What it is told apart by, most work first."""
        minutes: defaultdict[str, int] = defaultdict(int)
        for (_, group), work in self.work.items():
            minutes[group] += work.minutes
        return sorted(minutes, key=lambda group: (-minutes[group], group))

    def by_week(self) -> Mapping[tuple[date, str], Work]:
        """The work by the Monday of its week."""
        return _summed(((day - timedelta(days=day.weekday()), group), work) for (day, group), work in self.work.items())

    def by_day(self) -> Mapping[date, Work]:
        """The work of each day, all together."""
        return _summed((day, work) for (day, _), work in self.work.items())


class Planning:
    """The planned work of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around
        self._days = PlannedDays(connection, around.tenant_id)
        self._contracts = Contracts(connection, around.tenant_id)

    @property
    def around(self) -> TenantCircumstances:
        """The tenant whose work it is."""
        return self._around

    def period(self, wanted: PlanningFilter, by: PlanningBy, since: date, until: date) -> PlannedPeriod:
        """The work planned from since to until, both inclusive."""
        if wanted.customer:
            return self._of_customer(wanted, by, since, until)
        lacking = self._lacking()
        if len(lacking) > MOST_WORKED_OUT:
            number = max(self._days.how_many_wanted(), len(lacking))
            return PlannedPeriod(self._sums(wanted, by, since, until), number, self._how_many())
        changed = self._contracts.of_numbers(lacking)
        now = planned_shares(self._connection, self._around, changed, since, until)
        before = self._days.shares(lacking) if self._days.reach() else {}
        found = defaultdict(lambda: NO_WORK, self._sums(wanted, by, since, until))
        for key, work in _chosen(now.values(), wanted, since, until):
            found[key.day, _group(key, by)] += work
        for key, work in _chosen(before.values(), wanted, since, until):
            found[key.day, _group(key, by)] -= work
        return PlannedPeriod({place: work for place, work in found.items() if work.visits > 0})

    def _of_customer(self, wanted: PlanningFilter, by: PlanningBy, since: date, until: date) -> PlannedPeriod:
        theirs = self._contracts.by_customer(wanted.customer)
        shares = planned_shares(self._connection, self._around, theirs[:MOST_OF_CUSTOMER], since, until)
        work = _summed(
            ((key.day, _group(key, by)), work) for key, work in _chosen(shares.values(), wanted, since, until)
        )
        return PlannedPeriod(work, unread=max(0, len(theirs) - MOST_OF_CUSTOMER))

    def _lacking(self) -> Sequence[str]:
        """The contracts that the sums do not have as they are: those that were changed, or all before the first
        time; some more than can be worked out here where they are many."""
        if self._days.reach() is not None:
            return list(self._days.wanted(MOST_WORKED_OUT + 1))
        ours = select(contracts.c.number).where(contracts.c.tenant_id == self._around.tenant_id)
        return list(self._connection.scalars(ours.order_by(contracts.c.number).limit(MOST_WORKED_OUT + 1)))

    def _how_many(self) -> int:
        number = select(func.count()).where(contracts.c.tenant_id == self._around.tenant_id)
        return int(self._connection.scalar(number) or 0)

    def _sums(self, wanted: PlanningFilter, by: PlanningBy, since: date, until: date) -> dict[tuple[date, str], Work]:
        table = planned_days.c
        group = _column_of(by)
        sums = func.sum(table.visits), func.sum(table.minutes), func.sum(table.guessed)
        query = (
            select(table.day, group, *sums)
            .where(table.tenant_id == self._around.tenant_id, table.day.between(since, until), *_conditions(wanted))
            .group_by(table.day, group)
        )
        return {
            (day, name): Work(int(visits), int(minutes), int(guessed))
            for day, name, visits, minutes, guessed in self._connection.execute(query)
        }


def _column_of(by: PlanningBy) -> ColumnElement[str]:
    match by:
        case PlanningBy.TYPE_OF_WORK:
            return planned_days.c.type_of_work
        case PlanningBy.EMPLOYEE:
            return planned_days.c.employee
        case PlanningBy.REGION:
            return planned_days.c.region


def _conditions(wanted: PlanningFilter) -> Iterator[ColumnElement[bool]]:
    table = planned_days.c
    if wanted.type_of_work:
        yield table.type_of_work == wanted.type_of_work
    if wanted.employee:
        yield table.employee == wanted.employee
    if wanted.region:
        yield table.region.startswith(wanted.region, autoescape=True)


def _chosen(
    shares: Iterable[Share], wanted: PlanningFilter, since: date, until: date
) -> Iterator[tuple[WorkKey, Work]]:
    """What the database leaves of the sums by `_conditions`, of shares."""
    for share in shares:
        for key, work in share.items():
            if (
                since <= key.day <= until
                and (not wanted.type_of_work or key.type_of_work == wanted.type_of_work)
                and (not wanted.employee or key.employee == wanted.employee)
                and key.region.startswith(wanted.region)
            ):
                yield key, work


def _group(key: WorkKey, by: PlanningBy) -> str:
    match by:
        case PlanningBy.TYPE_OF_WORK:
            return key.type_of_work
        case PlanningBy.EMPLOYEE:
            return key.employee
        case PlanningBy.REGION:
            return key.region


def _summed(found: Iterable[tuple[Place, Work]]) -> dict[Place, Work]:
    sums: defaultdict[Place, Work] = defaultdict(lambda: NO_WORK)
    for place, work in found:
        sums[place] += work
    return dict(sums)
