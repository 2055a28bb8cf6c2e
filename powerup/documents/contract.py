"""A contract as a JSON document: what the audit trail keeps, and what commands show.

Member names are those of the import columns (architecture); dates are ISO 8601.
"""

from dataclasses import fields
from datetime import date, time
from enum import StrEnum
from typing import Any

from powerup.contracts.contract import Contract, OrderMaterial, Pause, Template, TemplateOverride, VisitPlan
from powerup.contracts.recurrence import Moment, Recurrence
from powerup.documents.closed_days import closed_ranges_document
from powerup.documents.materials import materials_document
from powerup.documents.price import price_document
from powerup.documents.words import WEEKDAYS, moment_text, period_text

Document = dict[str, Any]

_OF_TEMPLATE = tuple(field.name for field in fields(Template))
_OF_OVERRIDE = tuple(field.name for field in fields(TemplateOverride))
_OF_RECURRENCE = tuple(field.name for field in fields(Recurrence))


def contract_document(contract: Contract) -> Document:
    """Everything that was agreed, and what has happened to the contract since. Status is computed, so not in it."""
    return {
        "contract_no": contract.number,
        "name": contract.name,
        "type": contract.type.value,
        "customer": contract.customer,
        "objects": list(contract.objects),
        "replaced_objects": [
            {"old": each.old, "new": each.new, "from": _plain(each.since)} for each in contract.replaced
        ],
        "address": contract.address,
        "contact": contract.contact,
        "reference": contract.reference,
        "contract_template": contract.contract_template,
        "start": _plain(contract.start),
        "end": _plain(contract.end),
        "terms": contract.terms.code if contract.terms else None,
        "sla_policy": contract.sla_policy,
        "invoice_customer": contract.invoice_customer,
        "price": price_document(contract.price) if contract.price else None,
        "order_per_object": contract.order_per_object,
        "days_in_advance": contract.lead.days if contract.lead else None,
        "days_in_advance_unit": contract.lead.unit.value if contract.lead else None,
        "overlap_days": contract.overlap_days,
        "template": {name: _plain(getattr(contract.template, name)) for name in _OF_TEMPLATE},
        "plans": [_plan_document(plan) for plan in contract.plans],
        "orders_per_year": contract.yearly.number if contract.yearly else None,
        "spread": contract.yearly.spread.value if contract.yearly else None,
        "last_day": _plain(contract.termination.last_day) if contract.termination else None,
        "reason": contract.termination.reason if contract.termination else None,
        "remark": contract.termination.remark if contract.termination else None,
        "closed_ranges": closed_ranges_document(contract.closed_ranges),
        "pauses": [_pause_document(pause) for pause in contract.pauses],
        "renewals": contract.renewals,
        "restarted_from": contract.restarted_from,
        "restarted_as": contract.restarted_as,
        "goes_on_from": _plain(contract.goes_on_from),
        "entered_on": _plain(contract.entered_on),
        "deleted_on": _plain(contract.deleted_on),
        "version": contract.version,
    }


def _plan_document(plan: VisitPlan) -> Document:
    document: Document = {"name": plan.name} | recurrence_document(plan.recurrence)
    for name in ("shift", "window_before", "window_after", "rank", "catch_up", "schedule", "anchor", "previous_open"):
        document[name] = _plain(getattr(plan, name))
    document["anchors"] = {code: _plain(day) for code, day in plan.anchors}
    document["next_visit"] = _plain(plan.next_visit)
    document["next_visits"] = {code: _plain(day) for code, day in plan.next_visits}
    document["counts_from"] = _plain(plan.counts_from)
    document["objects_from"] = {code: _plain(day) for code, day in plan.objects_from}
    document["latest_after"] = period_text(plan.latest_after) if plan.latest_after else None
    document["basis"] = plan.basis
    document["days_in_advance"] = plan.lead.days if plan.lead else None
    document["days_in_advance_unit"] = plan.lead.unit.value if plan.lead else None
    overrides = {name: _plain(getattr(plan.override, name)) for name in _OF_OVERRIDE}
    return document | overrides


def recurrence_document(recurrence: Recurrence) -> Document:
    """The rule of a visit plan, in the words of the import columns."""
    document: Document = {}
    for name in _OF_RECURRENCE:
        value = getattr(recurrence, name)
        if name == "weekdays":
            document["weekdays"] = [WEEKDAYS[day] for day in value]
        elif isinstance(value, Moment):
            document["moment"] = moment_text(value)
        elif isinstance(value, tuple):
            document[name] = [_plain(item) for item in value]
        else:
            document[name] = _plain(value)
    return document


def _pause_document(pause: Pause) -> Document:
    return {
        "from": _plain(pause.start),
        "until": _plain(pause.until),
        "reason": pause.reason,
        "extend_end": pause.extends_end,
        "every_year": pause.every_year,
    }


def _plain(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case tuple():
            return [_plain(each) for each in value]
        case OrderMaterial():
            return materials_document([value])[0]
        case _:
            return value
