"""What becomes of a next visit that was named while that only hid what the rule has before it (rules: Upgrading).

One that has passed becomes the day from which the rule counts, one to come the rule's first date on or after it. The
dates are found with the rules of this version, because these are the ones that go on giving them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, Integer, Row, TableClause, Text, column, func, select, table

from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import (
    Contract,
    ContractType,
    Schedule,
    Shift,
    Spread,
    Template,
    VisitPlan,
    YearlyOrders,
)
from powerup.contracts.days import A_DAY
from powerup.contracts.floating import advanced
from powerup.contracts.next_visit import rule_dates
from powerup.contracts.series import Series
from powerup.contracts.shift import shifted
from powerup.documents.configuration import configuration_from_document
from powerup.documents.terms import terms_from_document
from powerup.store.recurrence_text import recurrence_from_text

_FAR = timedelta(days=36_525)
"""How far the first date of a rule is looked for."""

_tenants = table("tenants", column("id", Text), column("configuration", Text))
_contracts = table(
    "contracts",
    column("tenant_id", Text),
    column("number", Text),
    column("type", Text),
    column("start_date", Date),
    column("end_date", Date),
    column("entered_on", Date),
    column("terms", Text),
    column("order_per_object", Boolean),
    column("orders_per_year", Integer),
    column("spread", Text),
    column("settled_through", Date),
)
_objects = table(
    "contract_objects",
    column("tenant_id", Text),
    column("contract", Text),
    column("object", Text),
    column("position", Integer),
)
_plans = table(
    "visit_plans",
    column("tenant_id", Text),
    column("contract", Text),
    column("name", Text),
    column("recurrence", Text),
    column("shift", Text),
    column("schedule", Text),
    column("anchor", Date),
    column("anchors", JSON),
    column("next_visit", Date),
    column("next_visits", JSON),
    column("counts_from", Date),
    column("objects_from", JSON),
)
_visits = table(
    "visits",
    column("tenant_id", Text),
    column("contract", Text),
    column("plan", Text),
    column("object", Text),
    column("nominal_date", Date),
)


def keep_dates(connection: Connection) -> None:
    """Rewrite the plans that name a next visit, so that each visit keeps the date that it had."""

    @cache
    def calendar_of(tenant_id: str) -> Calendar:
        text = connection.scalar(select(_tenants.c.configuration).where(_tenants.c.id == tenant_id))
        return Calendar(configuration_from_document(json.loads(text or "{}")).calendar)

    for row in connection.execute(select(_plans).where(_plans.c.next_visit.is_not(None))).all():
        contract = _contract(connection, row)
        kept = with_dates_kept(contract, _plan(row), calendar_of(row.tenant_id), _last_written(connection, row))
        connection.execute(_plans.update().where(*_of(_plans, row), _plans.c.name == row.name).values(**_values(kept)))


def with_dates_kept(contract: Contract, plan: VisitPlan, calendar: Calendar, last: Mapping[str, date]) -> VisitPlan:
    """The plan that gives, by the rules of now, the dates that its next visit gave until now.

    last is the last written nominal date per object; the object is empty for one order for all.
    """
    named = plan.next_visit
    if named is None or not _has_series(contract):
        return replace(plan, next_visit=None)
    rule = replace(plan, next_visit=None)
    begins = _Beginnings(contract, rule, calendar, named, last)
    to_come = {code: begins.to_come(code) for code in contract.visited_objects()}
    coming = {code: day for code, day in to_come.items() if day is not None}
    passed = {code: begins.passed(code) for code, day in to_come.items() if day is None}
    usual = None if passed else min(coming.values())
    return replace(
        _counting_from(rule, passed, alone=not coming),
        next_visit=usual,
        next_visits=tuple((code, day) for code, day in coming.items() if code is not None and day != usual),
    )


def _has_series(contract: Contract) -> bool:
    on_request = contract.yearly is not None and contract.yearly.spread is Spread.CALL_OFF
    return contract.type is not ContractType.CORRECTIVE and not on_request


def _counting_from(plan: VisitPlan, days: Mapping[str | None, date], *, alone: bool) -> VisitPlan:
    """The plan counting from these days, where it does not count from later ones already; alone: no object has a next
    visit that is still to come."""
    if not days:
        return plan
    objects = dict(plan.objects_from)
    usual = plan.counts_from
    if alone:
        usual = max(usual or date.min, min(days.values()))
    for code, day in days.items():
        if code is not None and (code in objects or day != usual):
            objects[code] = max(day, objects.get(code) or plan.counts_from or day)
    return replace(plan, counts_from=usual, objects_from=tuple(objects.items()))


class _Beginnings:
    """Where the visits of one plan began until now, per object."""

    def __init__(
        self, contract: Contract, plan: VisitPlan, calendar: Calendar, named: date, last: Mapping[str, date]
    ) -> None:
        self._contract = contract
        self._plan = plan
        self._calendar = calendar
        self._series = Series(contract, plan, calendar, TenantSettings())
        self._named = named
        self._last = last

    def to_come(self, code: str | None) -> date | None:
        """The date of the rule with which an object still has to begin; None where that has passed, or where no next
        visit may lie."""
        if self._plan.schedule is Schedule.FLOATING:
            return self._floating(code)
        first = self._first(code)
        if first is None or self._has_passed or self._is_at_start:
            return None
        return None if self._series.end is not None and first > self._series.end else first

    def passed(self, code: str | None) -> date:
        """The day from which the rule counts for an object."""
        if self._plan.schedule is Schedule.FLOATING:
            return self._named
        first = self._first(code)
        return min(self._named, first or self._named) if first is None or self._has_passed else first

    @property
    def _has_passed(self) -> bool:
        """What lies from it to the day of entry was not ordered either, so that it has passed at the entry too."""
        settled = self._contract.settled_through
        return self._named < self._contract.entered_on or (settled is not None and self._named <= settled)

    @property
    def _is_at_start(self) -> bool:
        return self._contract.yearly is not None and self._contract.yearly.spread is Spread.AT_START

    def _first(self, code: str | None) -> date | None:
        """The first nominal date that was not before the next visit, by itself or by its planned date."""
        since = max(self._series.first_day_of(code), self._calendar.previous_working_day(self._named - A_DAY))
        return next(
            (
                nominal
                for nominal in self._dates(code, since, since + _FAR)
                if max(nominal, self._planned(nominal) or nominal) >= self._named
            ),
            None,
        )

    def _floating(self, code: str | None) -> date | None:
        """A floating plan began with the day that was named, wherever its shift put that: a day that is worked, so that
        it stays there whether the rule has it or not."""
        end = self._series.end
        has_begun = self._last.get(code or "", date.min) >= self._named
        if has_begun or self._named < self._series.first_day_of(code) or (end is not None and self._named > end):
            return None
        day, planned = self._named, self._planned(self._named)
        while planned is None or planned < self._contract.entered_on:
            day = advanced(self._plan.recurrence, planned or day, self._calendar)
            planned = self._planned(day)
        return planned

    def _planned(self, nominal: date) -> date | None:
        return shifted(nominal, self._plan.shift, self._series.open_days, self._contract.start, self._series.end)

    def _dates(self, code: str | None, since: date, until: date) -> Iterable[date]:
        anchor = self._plan.anchor_named(code) or self._contract.start
        found = rule_dates(self._contract, self._plan, anchor, self._calendar, since, until)
        return (nominal for nominal, _ in found)


def _of(rows: TableClause, row: Row[Any]) -> tuple[Any, Any]:
    return rows.c.tenant_id == row.tenant_id, rows.c.contract == row.contract


def _last_written(connection: Connection, row: Row[Any]) -> dict[str, date]:
    found = connection.execute(
        select(_visits.c.object, func.max(_visits.c.nominal_date).label("last"))
        .where(*_of(_visits, row), _visits.c.plan == row.name)
        .group_by(_visits.c.object)
    )
    return {each.object: each.last for each in found}


def _contract(connection: Connection, row: Row[Any]) -> Contract:
    """The plan's contract, as far as dates depend on it."""
    of = connection.execute(
        select(_contracts).where(_contracts.c.tenant_id == row.tenant_id, _contracts.c.number == row.contract)
    ).one()
    codes = connection.scalars(select(_objects.c.object).where(*_of(_objects, row)).order_by(_objects.c.position))
    return Contract(
        number=of.number,
        name="",
        type=ContractType(of.type),
        customer="",
        start=of.start_date,
        entered_on=of.entered_on,
        template=Template("", ""),
        objects=tuple(codes),
        end=of.end_date,
        terms=terms_from_document(json.loads(of.terms)) if of.terms else None,
        order_per_object=of.order_per_object,
        yearly=YearlyOrders(of.orders_per_year, Spread(of.spread)) if of.spread else None,
        settled_through=of.settled_through,
    )


def _plan(row: Row[Any]) -> VisitPlan:
    return VisitPlan(
        row.name,
        recurrence_from_text(row.recurrence),
        shift=Shift(row.shift),
        schedule=Schedule(row.schedule),
        anchor=row.anchor,
        anchors=_days(row.anchors),
        next_visit=row.next_visit,
        counts_from=row.counts_from,
        objects_from=_days(row.objects_from),
    )


def _values(plan: VisitPlan) -> dict[str, Any]:
    return {
        "next_visit": plan.next_visit,
        "next_visits": [[code, day.isoformat()] for code, day in plan.next_visits],
        "counts_from": plan.counts_from,
        "objects_from": [[code, day.isoformat()] for code, day in plan.objects_from],
    }


def _days(pairs: Iterable[Iterable[str]]) -> tuple[tuple[str, date], ...]:
    return tuple((code, date.fromisoformat(day)) for code, day in pairs)
