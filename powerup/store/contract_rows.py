"""A contract as rows of three tables, and back. Written out by hand: a cycle loads ten thousand of them."""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from powerup.contracts.contract import (
    CatchUp,
    Contract,
    ContractType,
    Lead,
    LeadUnit,
    Pause,
    ReplacedObject,
    Schedule,
    Shift,
    Spread,
    Template,
    TemplateOverride,
    Termination,
    VisitPlan,
    YearlyOrders,
)
from powerup.contracts.notice import act_by, at_end, last_day_to_stop
from powerup.contracts.terms import Terms, horizon_end
from powerup.documents.closed_days import closed_ranges_document, closed_ranges_of
from powerup.documents.materials import materials_document, materials_of
from powerup.documents.price import price_document, price_of
from powerup.documents.terms import terms_document, terms_from_document
from powerup.documents.words import period_from_text, period_text
from powerup.store.recurrence_text import recurrence_from_text, recurrence_text
from powerup.store.search_text import folded, search_text


def contract_row(contract: Contract) -> dict[str, Any]:
    """The contract's own row, but for the tenant."""
    template, termination, yearly = contract.template, contract.termination, contract.yearly
    return {
        "number": contract.number,
        "name": contract.name,
        "type": contract.type.value,
        "customer": contract.customer,
        "address": contract.address,
        "contact": contract.contact,
        "reference": contract.reference,
        "contract_template": contract.contract_template,
        "start_date": contract.start,
        "end_date": contract.end,
        "entered_on": contract.entered_on,
        "type_of_work": template.type_of_work,
        "payment_method": template.payment_method,
        "description": template.description,
        "employee": template.employee,
        "start_time": template.start_time,
        "duration_minutes": template.duration_minutes,
        "project": template.project,
        "priority": template.priority,
        "forms": list(template.forms),
        "materials": materials_document(template.materials),
        "terms": _terms_text(contract.terms) if contract.terms else None,
        "sla_policy": contract.sla_policy,
        "invoice_customer": contract.invoice_customer,
        "price": json.dumps(price_document(contract.price)) if contract.price else None,
        "order_per_object": contract.order_per_object,
        **_lead_columns(contract.lead),
        "overlap_days": contract.overlap_days,
        "orders_per_year": yearly.number if yearly else None,
        "spread": yearly.spread.value if yearly else None,
        "last_day": termination.last_day if termination else None,
        "reason": termination.reason if termination else None,
        "remark": termination.remark if termination else None,
        "replaced": [[each.old, each.new, each.since.isoformat()] for each in contract.replaced],
        "closed_ranges": closed_ranges_document(contract.closed_ranges),
        "pauses": [_pause_document(pause) for pause in contract.pauses],
        "renewals": contract.renewals,
        "end_counts_from": contract.end_counts_from,
        "restarted_from": contract.restarted_from,
        "restarted_as": contract.restarted_as,
        "goes_on_from": contract.goes_on_from,
        "deleted_on": contract.deleted_on,
        "settled_through": contract.settled_through,
        "version": contract.version,
        **listed_columns(contract),
    }


def listed_columns(contract: Contract) -> dict[str, Any]:
    """What lists filter and sort by, worked out of the contract."""
    return {
        "sort_name": folded(contract.name),
        "search_text": search_text((contract.number, contract.name, contract.customer, *contract.objects)),
        "terms_code": contract.terms.code if contract.terms else None,
        "ends_on": horizon_end(contract.end, contract.terms, None),
        "last_notice_date": last_day_to_stop(contract),
        "act_by": act_by(contract),
        "at_end": at_end(contract),
    }


def object_rows(contract: Contract) -> list[dict[str, Any]]:
    """One row per linked object."""
    return [
        {"contract": contract.number, "object": code, "position": position}
        for position, code in enumerate(contract.objects)
    ]


def plan_rows(contract: Contract) -> list[dict[str, Any]]:
    """One row per visit plan."""
    return [
        {"contract": contract.number, "position": position, **_plan_row(plan)}
        for position, plan in enumerate(contract.plans)
    ]


def contract_of(row: Row[Any], objects: Iterable[str], plans: Iterable[VisitPlan]) -> Contract:
    """The contract of its row, its objects' codes and its visit plans, both in their order."""
    return Contract(
        number=row.number,
        name=row.name,
        type=ContractType(row.type),
        customer=row.customer,
        start=row.start_date,
        entered_on=row.entered_on,
        template=_template(row),
        objects=tuple(objects),
        replaced=tuple(ReplacedObject(old, new, date.fromisoformat(since)) for old, new, since in row.replaced),
        address=row.address,
        contact=row.contact,
        reference=row.reference,
        contract_template=row.contract_template,
        end=row.end_date,
        terms=_terms(row.terms) if row.terms else None,
        sla_policy=row.sla_policy,
        invoice_customer=row.invoice_customer,
        price=price_of(json.loads(row.price)) if row.price else None,
        order_per_object=row.order_per_object,
        lead=_lead(row),
        overlap_days=row.overlap_days,
        plans=tuple(plans),
        yearly=YearlyOrders(row.orders_per_year, Spread(row.spread)) if row.spread else None,
        termination=Termination(row.last_day, row.reason, row.remark or "") if row.last_day else None,
        pauses=pauses_of(row.pauses),
        closed_ranges=closed_ranges_of(row.closed_ranges),
        renewals=row.renewals,
        end_counts_from=row.end_counts_from,
        restarted_from=row.restarted_from,
        restarted_as=row.restarted_as,
        goes_on_from=row.goes_on_from,
        deleted_on=row.deleted_on,
        settled_through=row.settled_through,
        version=row.version,
    )


def plan_of(row: Row[Any]) -> VisitPlan:
    """The visit plan of its row."""
    return VisitPlan(
        name=row.name,
        recurrence=recurrence_from_text(row.recurrence),
        shift=Shift(row.shift),
        window_before=row.window_before,
        window_after=row.window_after,
        rank=row.rank,
        catch_up=CatchUp(row.catch_up) if row.catch_up else None,
        schedule=Schedule(row.schedule),
        anchor=row.anchor,
        anchors=_days_per_object(row.anchors),
        previous_open=row.previous_open,
        next_visit=row.next_visit,
        next_visits=_days_per_object(row.next_visits),
        counts_from=row.counts_from,
        objects_from=_days_per_object(row.objects_from),
        lead=_lead(row),
        override=TemplateOverride(
            row.type_of_work,
            row.description,
            row.employee,
            row.start_time,
            row.duration_minutes,
            tuple(row.forms),
            materials_of(row.materials),
        ),
        latest_after=period_from_text(row.latest_after) if row.latest_after else None,
        basis=row.basis,
    )


def _template(row: Row[Any]) -> Template:
    return Template(
        type_of_work=row.type_of_work,
        payment_method=row.payment_method,
        description=row.description,
        employee=row.employee,
        start_time=row.start_time,
        duration_minutes=row.duration_minutes,
        project=row.project,
        priority=row.priority,
        forms=tuple(row.forms),
        materials=materials_of(row.materials),
    )


def _plan_row(plan: VisitPlan) -> dict[str, Any]:
    override = plan.override
    return {
        "name": plan.name,
        "recurrence": recurrence_text(plan.recurrence),
        "shift": plan.shift.value,
        "window_before": plan.window_before,
        "window_after": plan.window_after,
        "rank": plan.rank,
        "catch_up": plan.catch_up.value if plan.catch_up else None,
        "schedule": plan.schedule.value,
        "anchor": plan.anchor,
        "anchors": _day_pairs(plan.anchors),
        "previous_open": plan.previous_open,
        "next_visit": plan.next_visit,
        "next_visits": _day_pairs(plan.next_visits),
        "counts_from": plan.counts_from,
        "objects_from": _day_pairs(plan.objects_from),
        **_lead_columns(plan.lead),
        "type_of_work": override.type_of_work,
        "description": override.description,
        "employee": override.employee,
        "start_time": override.start_time,
        "duration_minutes": override.duration_minutes,
        "forms": list(override.forms),
        "materials": materials_document(override.materials),
        "latest_after": period_text(plan.latest_after) if plan.latest_after else None,
        "basis": plan.basis,
    }


def _lead_columns(lead: Lead | None) -> dict[str, Any]:
    return {
        "days_in_advance": lead.days if lead else None,
        "days_in_advance_unit": lead.unit.value if lead else None,
    }


def _lead(row: Row[Any]) -> Lead | None:
    return Lead(row.days_in_advance, LeadUnit(row.days_in_advance_unit)) if row.days_in_advance_unit else None


def _day_pairs(days: Iterable[tuple[str, date]]) -> list[list[str]]:
    return [[code, day.isoformat()] for code, day in days]


def _days_per_object(pairs: Iterable[Iterable[str]]) -> tuple[tuple[str, date], ...]:
    return tuple((code, date.fromisoformat(day)) for code, day in pairs)


def _pause_document(pause: Pause) -> dict[str, Any]:
    return {
        "from": pause.start.isoformat(),
        "until": pause.until.isoformat() if pause.until else None,
        "reason": pause.reason,
        "extends_end": pause.extends_end,
        "every_year": pause.every_year,
    }


def pauses_of(documents: Iterable[dict[str, Any]]) -> tuple[Pause, ...]:
    """The pauses that stand in a row."""
    return tuple(_pause(document) for document in documents)


def _pause(document: dict[str, Any]) -> Pause:
    until = document["until"]
    return Pause(
        date.fromisoformat(document["from"]),
        date.fromisoformat(until) if until else None,
        document["reason"],
        document["extends_end"],
        document.get("every_year", False),  # those of older rows do not come back
    )


@lru_cache(maxsize=1024)
def _terms_text(terms: Terms) -> str:
    return json.dumps(terms_document(terms), ensure_ascii=False)


@lru_cache(maxsize=1024)
def _terms(text: str) -> Terms:
    return terms_from_document(json.loads(text))
