"""What becomes of the day that a floating plan names and that was ignored until now (rules: Upgrading).

Only its first visit ever fell on that day; all others came the interval after a completion, whatever day that was. The
plan loses the day, and where its first visit is still to come, an anchor names the date that this had.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Integer,
    Row,
    TableClause,
    Text,
    column,
    insert,
    or_,
    select,
    table,
    update,
)

from powerup.contracts.calendar import Calendar
from powerup.contracts.contract import Contract, ContractType, Schedule, Template, VisitPlan
from powerup.contracts.floating import FIRST_VISIT_WITHIN
from powerup.contracts.recurrence import Recurrence, nominal_dates
from powerup.contracts.series import anchor_of, counts_from_of
from powerup.documents.configuration import configuration_from_document
from powerup.documents.contract import recurrence_document
from powerup.store.identifiers import new_id
from powerup.store.recurrence_text import recurrence_from_text, recurrence_text

_tenants = table("tenants", column("id", Text), column("configuration", Text))
_contracts = table(
    "contracts",
    column("tenant_id", Text),
    column("number", Text),
    column("type", Text),
    column("start_date", Date),
    column("entered_on", Date),
    column("order_per_object", Boolean),
    column("version", Integer),
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
    column("position", Integer),
    column("name", Text),
    column("recurrence", Text),
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
    column("state", Text),
    column("reason", Text),
    column("pinned", Boolean),
)
_audit_lines = table(
    "audit_lines",
    column("tenant_id", Text),
    column("id", Text),
    column("at", DateTime(timezone=True)),
    column("actor_id", Text),
    column("actor_name", Text),
    column("role", Text),
    column("source", Text),
    column("action", Text),
    column("target_type", Text),
    column("target_id", Text),
    column("before", JSON),
    column("after", JSON),
)


def drop_ignored_days(connection: Connection) -> None:
    """Rewrite the floating plans that name a day, with a line of history per contract."""

    @cache
    def calendar_of(tenant_id: str) -> Calendar:
        text = connection.scalar(select(_tenants.c.configuration).where(_tenants.c.id == tenant_id))
        return Calendar(configuration_from_document(json.loads(text or "{}")).calendar)

    floating = select(_plans).where(_plans.c.schedule == Schedule.FLOATING.value)
    changed: dict[tuple[str, str], list[tuple[VisitPlan, VisitPlan]]] = {}
    in_order = floating.order_by(_plans.c.tenant_id, _plans.c.contract, _plans.c.position)
    for row in connection.execute(in_order).all():
        plan = _plan(row)
        if _without_day(plan.recurrence) == plan.recurrence:
            continue
        contract = _contract(connection, row)
        if contract.type is not ContractType.PREVENTIVE:
            continue
        kept = without_ignored_day(contract, plan, calendar_of(row.tenant_id), _begun(connection, row))
        connection.execute(update(_plans).where(*_of(_plans, row), _plans.c.name == row.name).values(**_values(kept)))
        changed.setdefault((row.tenant_id, row.contract), []).append((plan, kept))
    for (tenant_id, number), plans in changed.items():
        _write_history(connection, tenant_id, number, plans)


def without_ignored_day(contract: Contract, plan: VisitPlan, calendar: Calendar, begun: Collection[str]) -> VisitPlan:
    """The plan that gives, by the rules of now, the dates that it gave when the day it names was ignored.

    begun has the objects that had visits from which the next one counts; the object is empty for one order for all.
    """
    plain = _without_day(plan.recurrence)
    anchors = dict(plan.anchors)
    usual = plan.anchor
    for code in contract.visited_objects():
        if _has_begun(contract, plan, code, begun):
            continue
        first = _first(plan.recurrence, contract, plan, code, calendar)
        if first is None or first == _first(plain, contract, plan, code, calendar):
            continue
        if code is None:
            usual = first
        else:
            anchors[code] = first
    return replace(plan, recurrence=plain, anchor=usual, anchors=tuple(sorted(anchors.items())))


def _without_day(rule: Recurrence) -> Recurrence:
    return replace(rule, weekdays=(), month_day=None, moment=None)


def _has_begun(contract: Contract, plan: VisitPlan, code: str | None, begun: Collection[str]) -> bool:
    """Whether an object goes on from a visit that it had, or begins with its next visit, whatever the rule says."""
    named = plan.next_visit_named(code)
    return (code or "") in begun or (named is not None and named >= _first_day(contract, plan, code))


def _first(rule: Recurrence, contract: Contract, plan: VisitPlan, code: str | None, calendar: Calendar) -> date | None:
    since = _first_day(contract, plan, code)
    return next(nominal_dates(rule, anchor_of(contract, plan, code), calendar, since, since + FIRST_VISIT_WITHIN), None)


def _first_day(contract: Contract, plan: VisitPlan, code: str | None) -> date:
    return max(contract.start, counts_from_of(plan, code) or contract.start)


def _of(rows: TableClause, row: Row[Any]) -> tuple[Any, Any]:
    return rows.c.tenant_id == row.tenant_id, rows.c.contract == row.contract


def _begun(connection: Connection, row: Row[Any]) -> set[str]:
    """The objects with visits of the plan; of those that were taken back because the rule changed nothing counts."""
    stands = or_(
        _visits.c.state != "withheld", _visits.c.reason.is_(None), _visits.c.reason != "changed", _visits.c.pinned
    )
    of_plan = select(_visits.c.object).where(*_of(_visits, row), _visits.c.plan == row.name, stands).distinct()
    return set(connection.scalars(of_plan))


def _contract(connection: Connection, row: Row[Any]) -> Contract:
    """The plan's contract, as far as the first date of a plan depends on it."""
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
        order_per_object=of.order_per_object,
    )


def _plan(row: Row[Any]) -> VisitPlan:
    return VisitPlan(
        row.name,
        recurrence_from_text(row.recurrence),
        schedule=Schedule(row.schedule),
        anchor=row.anchor,
        anchors=_days(row.anchors),
        next_visit=row.next_visit,
        next_visits=_days(row.next_visits),
        counts_from=row.counts_from,
        objects_from=_days(row.objects_from),
    )


def _values(plan: VisitPlan) -> dict[str, Any]:
    return {
        "recurrence": recurrence_text(plan.recurrence),
        "anchor": plan.anchor,
        "anchors": [[code, day.isoformat()] for code, day in plan.anchors],
    }


def _days(pairs: Iterable[Iterable[str]]) -> tuple[tuple[str, date], ...]:
    return tuple((code, date.fromisoformat(day)) for code, day in pairs)


def _write_history(
    connection: Connection, tenant_id: str, number: str, plans: Iterable[tuple[VisitPlan, VisitPlan]]
) -> None:
    """Tell what was changed of the contract, and let whoever is editing it hear that it was."""
    of = _contracts.c.tenant_id == tenant_id, _contracts.c.number == number
    connection.execute(update(_contracts).where(*of).values(version=_contracts.c.version + 1))
    before, after = ([_document(each[place]) for each in plans] for place in (0, 1))
    connection.execute(
        insert(_audit_lines).values(
            tenant_id=tenant_id,
            id=new_id("aud"),
            at=datetime.now(UTC),
            actor_id="upgrade",
            actor_name="Upgrade",
            role="admin",
            source="command",
            action="contract.upgrade",
            target_type="contract",
            target_id=number,
            before={"plans": before},
            after={"plans": after},
        )
    )


def _document(plan: VisitPlan) -> dict[str, Any]:
    """What the migration may change of a plan, with the member names of the contract's document."""
    anchors = {code: day.isoformat() for code, day in plan.anchors}
    anchor = plan.anchor.isoformat() if plan.anchor else None
    return {"name": plan.name, **recurrence_document(plan.recurrence), "anchor": anchor, "anchors": anchors}
