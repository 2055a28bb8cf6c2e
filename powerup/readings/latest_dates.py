"""Latest dates that come near, or are past, without a work order: which contracts need a person for them (rules:
Recurrence, latest).

A first look finds out in the database whose day can be near at all, from when each plan and object was done last; only
those are worked out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, func, select

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.latest_words import by_in_words, plan_in_words
from powerup.contracts.contract import Contract
from powerup.contracts.latest import TOLD_BEFORE, LatestDate, latest_after, latest_dates, needs_person
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import VisitState
from powerup.documents.words import period_from_text
from powerup.store.contracts import Contracts
from powerup.store.host_facts import known_hindrances
from powerup.store.ledger import Ledger
from powerup.store.marks import facts_from
from powerup.store.tables import contract_objects, contracts, visit_plans, visits
from powerup.texts import Text, text

MOST_WORKED_OUT = 300
"""Contracts that are worked out, those whose day may be the earliest first; of more it is said that there are."""

_DONE = (VisitState.COMPLETED, VisitState.SETTLED)


@dataclass(frozen=True, slots=True)
class NearLatest:
    """A contract with its latest dates that need a person, the earliest first."""

    contract: Contract
    dates: tuple[LatestDate, ...]

    @property
    def place(self) -> tuple[bool, date, str]:
        """The order in which people read them: where no visit comes in time first, then by day."""
        return all(not each.is_passed for each in self.dates), self.dates[0].day, self.contract.number


class LatestDates:
    """The latest dates of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around

    def needing(self) -> list[NearLatest]:
        """The contracts that need a person for a latest date; of very many those whose day may be the earliest."""
        numbers = self._possibly_near()[:MOST_WORKED_OUT]
        if not numbers:
            return []
        tenant_id, today = self._around.tenant_id, self._around.today
        known = known_hindrances(self._connection, tenant_id)
        ledgers = Ledger(self._connection, tenant_id).of_contracts(numbers)
        found = []
        for contract in Contracts(self._connection, tenant_id).of_numbers(numbers):
            situation = ContractSituation(
                contract,
                self._around.calendar,
                self._around.configuration.settings,
                ledgers[contract.number],
                facts_from(known, contract),
            )
            near = [each for each in latest_dates(situation, today) if needs_person(each, situation, today)]
            if near:
                found.append(NearLatest(contract, tuple(near)))
        return sorted(found, key=lambda each: each.place)

    def _possibly_near(self) -> list[str]:
        """The numbers of the contracts whose latest date may be near or past, the earliest first."""
        horizon = self._around.today + TOLD_BEFORE
        earliest: dict[str, date] = {}
        for number, day in self._rough():
            if day <= horizon:
                earliest[number] = min(day, earliest.get(number, day))
        return sorted(earliest, key=lambda number: (earliest[number], number))

    def _rough(self) -> Iterator[tuple[str, date]]:
        """Of each plan of each contract a day before which no latest date of it can lie."""
        done = self._done_last()
        objects = self._numbers_of_objects()
        columns = visit_plans.c
        query = (
            select(
                *(columns.contract, columns.name, columns.latest_after, columns.anchor, columns.anchors),
                *(contracts.c.start_date, contracts.c.goes_on_from, contracts.c.order_per_object),
            )
            .join(contracts, and_(contracts.c.tenant_id == columns.tenant_id, contracts.c.number == columns.contract))
            .where(
                columns.tenant_id == self._around.tenant_id,
                columns.latest_after.is_not(None),
                contracts.c.deleted_on.is_(None),
            )
        )
        for row in self._connection.execute(query):
            days = done.get((row.contract, row.name), [])
            expected = max(1, objects.get(row.contract, 0)) if row.order_per_object else 1
            since = [*days]
            if len(days) < expected:
                anchors = [date.fromisoformat(day) for _, day in row.anchors]
                since += [*anchors, row.anchor or row.goes_on_from or row.start_date]
            yield row.contract, latest_after(min(since), period_from_text(row.latest_after))

    def _done_last(self) -> dict[tuple[str, str], list[date]]:
        """The days on which the objects of each contract and plan were done last, in any order."""
        columns = visits.c
        day = func.max(func.coalesce(columns.completed_on, columns.planned_date))
        with_latest = select(visit_plans.c.contract).where(
            visit_plans.c.tenant_id == self._around.tenant_id, visit_plans.c.latest_after.is_not(None)
        )
        query = (
            select(columns.contract, columns.plan, columns.object, day.label("day"))
            .where(
                columns.tenant_id == self._around.tenant_id,
                columns.contract.in_(with_latest),
                columns.state.in_([each.value for each in _DONE]) | columns.completed_on.is_not(None),
            )
            .group_by(columns.contract, columns.plan, columns.object)
        )
        found: dict[tuple[str, str], list[date]] = {}
        for row in self._connection.execute(query):
            found.setdefault((row.contract, row.plan), []).append(row.day)
        return found

    def _numbers_of_objects(self) -> dict[str, int]:
        """How many objects the contracts have that have a plan with a latest date."""
        columns = contract_objects.c
        with_latest = select(visit_plans.c.contract).where(
            visit_plans.c.tenant_id == self._around.tenant_id, visit_plans.c.latest_after.is_not(None)
        )
        query = (
            select(columns.contract, func.count().label("number"))
            .where(columns.tenant_id == self._around.tenant_id, columns.contract.in_(with_latest))
            .group_by(columns.contract)
        )
        return {row.contract: row.number for row in self._connection.execute(query)}


def near_in_words(near: Sequence[LatestDate], today: date) -> Iterator[Text]:
    """A sentence for each latest date that needs a person: by when, on what basis, and what comes."""
    for each in near:
        yield _sentence(each, today)


def _sentence(latest: LatestDate, today: date) -> Text:
    called = plan_in_words(latest.plan, [latest.object] if latest.object else [])
    by = by_in_words(latest.day, latest.basis)
    if latest.day < today and latest.comes_on is not None:
        return text(
            "{plan}: had to be done by {latest} at the latest, and comes on {day}.",
            plan=called,
            latest=by,
            day=latest.comes_on,
        )
    if latest.day < today:
        return text("{plan}: had to be done by {latest} at the latest, and no visit comes.", plan=called, latest=by)
    if latest.comes_on is None:
        return text(
            "{plan}: has to be done by {latest} at the latest, and no visit comes by then.", plan=called, latest=by
        )
    if latest.is_passed:
        return text(
            "{plan}: has to be done by {latest} at the latest, and comes on {day}.",
            plan=called,
            latest=by,
            day=latest.comes_on,
        )
    return text(
        "{plan}: has to be done by {latest} at the latest; the visit of {day} has no work order yet.",
        plan=called,
        latest=by,
        day=latest.comes_on,
    )
