"""The form of a contract: what a person enters to create one, and what of it changes in an edit.

Field names are those of the import columns (architecture) and of the example in the webhooks page, section 9.
`when_empty` of a field says from the tenant's settings what it comes to when it is left empty; a card tells it.
`of_one` marks what is of one contract alone and no part of a template, beside records that belong to a customer and
days, which are known by themselves.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from powerup.actions.form.closed_range_form import AT_MOST as AT_MOST_RANGES
from powerup.actions.form.closed_range_form import MOST_RANGES, ClosedRangeForm, entered_ranges
from powerup.actions.form.entered_terms import with_terms_and_end
from powerup.actions.form.material_form import AT_MOST, MOST_MATERIALS, MaterialForm, entered_materials
from powerup.actions.form.price_form import PriceForm, with_price
from powerup.actions.kit.answer import FieldProblem, InvalidInput
from powerup.actions.kit.day_words import lead_in_words
from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import (
    CatchUp,
    Contract,
    ContractType,
    Lead,
    LeadUnit,
    Schedule,
    Shift,
    Spread,
    Template,
    TemplateOverride,
    VisitPlan,
    YearlyOrders,
)
from powerup.contracts.recurrence import Recurrence, ShortMonth, Unit, months_of
from powerup.contracts.size import MOST_NAME, MOST_PLANS, MOST_TEXT
from powerup.contracts.work_text import placeholders_in_words
from powerup.documents.schema import DAYS, Choice, Code, Day, TimeOfDay, Truth, Whole, from_to
from powerup.documents.words import LengthOfTime, MomentOfMonth, Weekday
from powerup.texts import Text, text

YEARLY_PLAN = "Y"
"""Name of the visit plan of a yearly contract whose entry names none."""

_NO_SERIES = Recurrence(Unit.DAY)
"""What stands in the place of a recurrence where a number per year decides: its period is the day of the visit."""

MOST_FORMS = 20
"""Forms that one work order may carry."""

_MINUTES = from_to(0, 99_999)
_FORMS = validate.Length(max=MOST_FORMS, error="too_many: At most {max} forms are expected.")
_RANK = from_to(-999, 999)

_RECURRENCE = tuple(field.name for field in dataclass_fields(Recurrence))
_OVERRIDE = tuple(field.name for field in dataclass_fields(TemplateOverride))
_PLAN = (
    "shift",
    "window_before",
    "window_after",
    "rank",
    "catch_up",
    "schedule",
    "anchor",
    "previous_open",
    "next_visit",
    "latest_after",
    "basis",
)
_PER_OBJECT = ("anchors", "next_visits")
_CONTRACT = (
    *("name", "type", "customer", "objects", "address", "start", "sla_policy", "order_per_object", "overlap_days"),
    *("invoice_customer", "contact", "reference", "contract_template"),
)


_BY_MONTH = [unit.value for unit in Unit if months_of(unit) is not None]
_BY_DATE = {"type": ["preventive", "yearly"]}
"""Members that mean something only where visits are planned: a corrective contract waits for a call."""


_NONE = text("none")
_AS_CONTRACT = text("as the contract has it")
_AS_SETTINGS = text("as your firm's settings say")


def _lead_of_settings(settings: TenantSettings) -> Text:
    return text("Empty: as your firm's settings say, now {lead}.", lead=lead_in_words(settings.lead))


class FormSchema(Schema):
    """A part of the form; gives the members that were entered, and refuses unknown ones."""

    class Meta:
        unknown = RAISE


class TemplateForm(FormSchema):
    """What the work orders look like."""

    type_of_work = Code(required=True, metadata={"label": text("Type of work"), "format": "host:type_of_work"})
    payment_method = Code(required=True, metadata={"label": text("Payment method"), "format": "host:payment_method"})
    description = fields.String(
        metadata={
            "label": text("Description"),
            "format": "text",
            "maxLength": MOST_TEXT,
            "hint": text(
                "Empty in a new contract: its name. These are filled in: {placeholders}.",
                placeholders=placeholders_in_words(),
            ),
        }
    )
    employee = Code(
        allow_none=True,
        metadata={
            "label": text("Employee"),
            "format": "host:employee",
            "empty": text("nobody yet"),
        },
    )
    start_time = TimeOfDay(allow_none=True, metadata={"label": text("Start time"), "format": "time"})
    duration_minutes = Whole(allow_none=True, validate=_MINUTES, metadata={"label": text("Duration in minutes")})
    project = Code(allow_none=True, metadata={"label": text("Project"), "format": "host:project", "empty": _NONE})
    priority = Code(allow_none=True, metadata={"label": text("Priority"), "format": "host:priority", "empty": _NONE})
    forms = fields.List(
        Code(),
        validate=_FORMS,
        metadata={
            "label": text("Forms"),
            "format": "host:form",
            "hint": text("Forms of the host, such as checklists, that come with the work order."),
            "maxItems": MOST_FORMS,
        },
    )
    materials = fields.List(
        fields.Nested(MaterialForm, metadata={"label": text("Material")}),
        validate=AT_MOST,
        metadata={"label": text("Materials"), "maxItems": MOST_MATERIALS},
    )


class PlanForm(FormSchema):
    """One visit plan: its recurrence, and what it has otherwise than the contract."""

    name = Code(
        required=True,
        metadata={
            "label": text("Short name"),
            "hint": text("Such as A or Quarter: it tells visit plans apart and stands in the work orders' numbers."),
        },
    )
    unit = Choice(Unit, metadata={"label": text("Recurs per"), "default": "month"})
    every = Whole(metadata={"label": text("Each"), "default": 1})
    weekdays = fields.List(Weekday(), metadata={"label": text("Days of the week"), "when": {"unit": ["week"]}})
    month_day = Whole(allow_none=True, metadata={"label": text("Day of the month"), "when": {"unit": _BY_MONTH}})
    moment = MomentOfMonth(
        allow_none=True,
        metadata={"label": text("Or a moment in the month"), "when": {"unit": _BY_MONTH}, "empty": _NONE},
    )
    months = fields.List(
        Whole(), metadata={"label": text("Only in these months"), "choices": "months", "advanced": True}
    )
    extra_dates = fields.List(Day(), metadata={"label": text("Extra dates"), "advanced": True})
    excluded_dates = fields.List(Day(), metadata={"label": text("Excluded dates"), "advanced": True})
    at_short_month = Choice(
        ShortMonth,
        metadata={
            "label": text("In a month that is too short"),
            "when": {"unit": _BY_MONTH},
            "advanced": True,
            "empty": text("on its last day"),
        },
    )
    shift = Choice(Shift, metadata={"label": text("On a day that is not worked"), "default": Shift.AS_IS.value})
    window_before = Whole(validate=DAYS, metadata={"label": text("Days that it may be earlier"), "advanced": True})
    window_after = Whole(validate=DAYS, metadata={"label": text("Days that it may be later"), "advanced": True})
    rank = Whole(
        validate=_RANK, metadata={"label": text("Rank (a larger visit replaces a smaller one)"), "advanced": True}
    )
    catch_up = Choice(
        CatchUp,
        allow_none=True,
        metadata={"label": text("After a stand-still"), "advanced": True, "empty": _AS_SETTINGS},
    )
    schedule = Choice(
        Schedule,
        metadata={
            "label": text("Next date counts from"),
            "hint": text(
                "From the last completion: the interval later, on the nearest such day. The rule then names at most "
                "one day of the week, or one month of the year."
            ),
            "advanced": True,
            "empty": text("the rule alone"),
        },
    )
    anchor = Day(allow_none=True, metadata={"label": text("Counts from"), "advanced": True})
    anchors = fields.Dict(
        keys=Code(), values=Day(), metadata={"label": text("Counts from, per object"), "advanced": True}
    )
    previous_open = Truth(
        allow_none=True,
        metadata={"label": text("Wait while the previous one is open"), "advanced": True, "empty": _AS_SETTINGS},
    )
    next_visit = Day(
        allow_none=True,
        metadata={
            "label": text("Next visit"),
            "hint": text("For work that goes on from elsewhere: the plan begins with it, and has no orders before it."),
            "advanced": True,
        },
    )
    next_visits = fields.Dict(
        keys=Code(), values=Day(), metadata={"label": text("Next visit, per object"), "advanced": True}
    )
    latest_after = LengthOfTime(
        allow_none=True,
        metadata={
            "label": text("Done again within"),
            "format": "period",
            "hint": text(
                "Such as 12 months or 1 year: the latest date counts from the last completion; until a visit was done "
                "here from the plan's own date (Counts from), else from the start of the contract."
            ),
            "advanced": True,
        },
    )
    basis = fields.String(
        metadata={
            "label": text("Basis of the latest date"),
            "maxLength": MOST_NAME,
            "hint": text("The law, the norm or the agreement that asks for it; it stands in every warning."),
            "advanced": True,
        }
    )
    days_in_advance = Whole(
        allow_none=True,
        validate=DAYS,
        metadata={
            "label": text("Days in advance that an order is made"),
            "hint": text("Empty: as the contract has it."),
            "advanced": True,
        },
    )
    days_in_advance_unit = Choice(
        LeadUnit,
        allow_none=True,
        metadata={"label": text("Days in advance are counted in"), "advanced": True, "empty": _AS_CONTRACT},
    )
    type_of_work = Code(
        allow_none=True,
        metadata={
            "label": text("Type of work"),
            "format": "host:type_of_work",
            "advanced": True,
            "empty": _AS_CONTRACT,
        },
    )
    description = fields.String(
        allow_none=True,
        metadata={
            "label": text("Description"),
            "format": "text",
            "maxLength": MOST_TEXT,
            "hint": text(
                "Empty: as the contract has it. These are filled in: {placeholders}.",
                placeholders=placeholders_in_words(),
            ),
            "advanced": True,
        },
    )
    employee = Code(
        allow_none=True,
        metadata={"label": text("Employee"), "format": "host:employee", "advanced": True, "empty": _AS_CONTRACT},
    )
    start_time = TimeOfDay(allow_none=True, metadata={"label": text("Start time"), "format": "time", "advanced": True})
    duration_minutes = Whole(
        allow_none=True, validate=_MINUTES, metadata={"label": text("Duration in minutes"), "advanced": True}
    )
    forms = fields.List(
        Code(),
        allow_none=True,
        validate=_FORMS,
        metadata={
            "label": text("Forms"),
            "format": "host:form",
            "hint": text("None: as the contract has it."),
            "maxItems": MOST_FORMS,
            "advanced": True,
        },
    )
    materials = fields.List(
        fields.Nested(MaterialForm, metadata={"label": text("Material")}),
        allow_none=True,
        validate=AT_MOST,
        metadata={
            "label": text("Materials"),
            "hint": text("None: as the contract has it."),
            "maxItems": MOST_MATERIALS,
            "advanced": True,
        },
    )


class ContractForm(FormSchema):
    """The whole form."""

    name = Code(required=True, metadata={"label": text("Name"), "maxLength": MOST_NAME, "of_one": True})
    type = Choice(ContractType, required=True, metadata={"label": text("Contract type"), "default": "preventive"})
    customer = Code(required=True, metadata={"label": text("Customer"), "format": "host:relation"})
    objects = fields.List(Code(), metadata={"label": text("Objects"), "format": "host:object"})
    address = Code(
        allow_none=True,
        metadata={
            "label": text("Work address"),
            "format": "host:address",
            "hint": text("Objects that share an address at the host go before it."),
            "advanced": True,
            "empty": text("that of the customer"),
        },
    )
    contact = Code(
        allow_none=True,
        metadata={
            "label": text("Contact person"),
            "format": "host:contact",
            "advanced": True,
            "empty": text("that of the work address, else that of the customer"),
        },
    )
    reference = Code(
        allow_none=True,
        validate=validate.Length(max=MOST_NAME),
        metadata={
            "label": text("Customer's reference"),
            "hint": text("Such as an order number of the customer: it stands on every work order."),
            "maxLength": MOST_NAME,
            "advanced": True,
            "of_one": True,
        },
    )
    start = Day(required=True, metadata={"label": text("Start")})
    end = Day(
        allow_none=True,
        metadata={"label": text("End"), "hint": text("Empty: as the contract terms say, without terms open-ended.")},
    )
    terms = Code(
        allow_none=True,
        metadata={"label": text("Contract terms"), "choices": "terms", "empty": text("none: it does not renew")},
    )
    sla_policy = Code(
        allow_none=True,
        metadata={
            "label": text("SLA policy"),
            "choices": "sla_policies",
            "when": {"type": ["corrective"]},
            "needed": True,
        },
    )
    order_per_object = Truth(metadata={"label": text("A work order per object"), "default": False, "when": _BY_DATE})
    days_in_advance = Whole(
        allow_none=True,
        validate=DAYS,
        metadata={
            "label": text("Days in advance that an order is made"),
            "hint": text("Empty: as your firm's settings say, also when they change."),
            "when_empty": _lead_of_settings,
            "when": _BY_DATE,
        },
    )
    days_in_advance_unit = Choice(
        LeadUnit,
        allow_none=True,
        metadata={
            "label": text("Days in advance are counted in"),
            "advanced": True,
            "when": _BY_DATE,
            "empty": _AS_SETTINGS,
        },
    )
    overlap_days = Whole(
        validate=DAYS,
        metadata={
            "label": text("Days that a larger visit covers"),
            "advanced": True,
            "when": {"type": ["preventive"]},
        },
    )
    closed_ranges = fields.List(
        fields.Nested(ClosedRangeForm, metadata={"label": text("Closed range")}),
        validate=AT_MOST_RANGES,
        metadata={
            "label": text("Closed ranges"),
            "hint": text("Days without visits: they shift as on other days that are not worked."),
            "maxItems": MOST_RANGES,
            "advanced": True,
            "when": _BY_DATE,
            "of_one": True,
        },
    )
    invoice_customer = Code(
        allow_none=True,
        metadata={
            "label": text("Invoice customer"),
            "format": "host:relation",
            "advanced": True,
            "empty": text("as the host has it for the customer"),
        },
    )
    contract_template = Code(
        allow_none=True,
        metadata={
            "label": text("Contract template"),
            "hint": text("A new contract begins as a copy of it: what is left out is as the template has it."),
            "choices": "contract_templates",
            "advanced": True,
            "empty": _NONE,
            "of_one": True,
        },
    )
    price = fields.Nested(PriceForm, allow_none=True, metadata={"label": text("Price"), "advanced": True})
    template = fields.Nested(TemplateForm, required=True, metadata={"label": text("Work order")})
    plans = fields.List(
        fields.Nested(PlanForm, metadata={"label": text("Visit plan")}),
        metadata={"label": text("Visit plans"), "when": {"type": ["preventive"]}, "maxItems": MOST_PLANS},
    )
    orders_per_year = Whole(
        allow_none=True, metadata={"label": text("Work orders per year"), "when": {"type": ["yearly"]}, "needed": True}
    )
    spread = Choice(
        Spread,
        metadata={"label": text("Spread over the year"), "when": {"type": ["yearly"]}, "default": Spread.SPREAD.value},
    )


def entered_contract(
    entered: Mapping[str, Any], number: str, today: date, configuration: TenantConfiguration
) -> Contract:
    """The new contract that a whole form describes; an empty description becomes its name (rules: Generation).

    Raises InvalidInput for terms that the tenant does not have.
    """
    blank = Contract(
        number=number,
        name=entered["name"],
        type=entered["type"],
        customer=entered["customer"],
        start=entered["start"],
        entered_on=today,
        template=Template(**_of_template(entered["template"])),
        lead=None,
    )
    contract = with_entries(blank, entered, configuration)
    template = contract.template
    return replace(contract, template=replace(template, description=template.description or contract.name))


def with_entries(contract: Contract, entered: Mapping[str, Any], configuration: TenantConfiguration) -> Contract:
    """The contract with the members that were entered; what is absent stays as it is, but for what its type does not
    use (rules: Contract types)."""
    values = {name: _frozen(entered[name]) for name in _CONTRACT if name in entered}
    changed = replace(
        contract,
        **values,
        template=replace(contract.template, **_of_template(entered.get("template", {}))),
        lead=_lead(contract.lead, entered, configuration.settings.days_in_advance_unit),
        yearly=_yearly(contract, entered),
    )
    if "closed_ranges" in entered:
        changed = replace(changed, closed_ranges=entered_ranges(entered["closed_ranges"]))
    if changed.type is ContractType.CORRECTIVE:
        changed = replace(changed, closed_ranges=())
    if changed.type is not contract.type:
        changed = replace(changed, plans=())
    if changed.start != contract.start:
        changed = replace(changed, goes_on_from=None)
    if changed.type is not ContractType.CORRECTIVE:
        changed = replace(changed, sla_policy=None)
    gone = set(contract.objects) - set(changed.objects)
    plans = _plans(changed, entered, configuration)
    changed = replace(changed, plans=tuple(_without_objects(plan, gone) for plan in plans) if gone else plans)
    changed = replace(changed, replaced=tuple(each for each in contract.replaced if each.new not in gone))
    changed = with_terms_and_end(contract, changed, entered, configuration)
    return replace(changed, price=with_price(contract, changed, entered))


def _without_objects(plan: VisitPlan, gone: Collection[str]) -> VisitPlan:
    """The plan without the next visits of objects that leave the contract."""
    return replace(plan, next_visits=tuple(named for named in plan.next_visits if named[0] not in gone))


def _plans(contract: Contract, entered: Mapping[str, Any], configuration: TenantConfiguration) -> tuple[VisitPlan, ...]:
    """The list of plans that was entered is the whole list; a plan of a known name keeps what is not named."""
    plans = contract.plans
    if "plans" in entered and contract.type is not ContractType.CORRECTIVE:
        unit = (contract.lead or configuration.settings.lead).unit
        plans = tuple(_plan(contract, plan, f"/plans/{place}", unit) for place, plan in enumerate(entered["plans"]))
    match contract.type:
        case ContractType.CORRECTIVE:
            return ()
        case ContractType.PREVENTIVE:
            return plans
        case ContractType.YEARLY:
            plans = plans or (VisitPlan(YEARLY_PLAN, _NO_SERIES),)
            return tuple(replace(plan, recurrence=_NO_SERIES, schedule=Schedule.FIXED) for plan in plans)


def _plan(contract: Contract, entered: Mapping[str, Any], pointer: str, unit: LeadUnit) -> VisitPlan:
    plan = contract.plan(entered["name"]) or _new_plan(contract, entered, pointer)
    values = {name: entered[name] for name in _PLAN if name in entered}
    for name in _PER_OBJECT:
        if name in entered:
            values[name] = tuple(sorted(entered[name].items()))
    override = {name: _frozen(entered[name]) for name in _OVERRIDE if name in entered}
    if "forms" in override:
        override["forms"] = override["forms"] or ()
    if "materials" in override:
        override["materials"] = entered_materials(override["materials"])
    return replace(
        plan,
        **values,
        lead=_lead(plan.lead, entered, unit),
        recurrence=_recurrence(plan.recurrence, entered),
        override=replace(plan.override, **override),
    )


def _new_plan(contract: Contract, entered: Mapping[str, Any], pointer: str) -> VisitPlan:
    if "unit" not in entered and contract.type is ContractType.PREVENTIVE:
        problem = FieldProblem(f"/input{pointer}/unit", "required", text("This must be filled in."))
        raise InvalidInput(problem.message, (problem,))
    return VisitPlan(entered["name"], Recurrence(entered.get("unit", Unit.DAY)))


def _recurrence(known: Recurrence, entered: Mapping[str, Any]) -> Recurrence:
    """The rule with the members that were entered. Another unit begins a rule anew; of a day of the month and a
    moment the one that was entered replaces the other."""
    values = {name: _frozen(entered[name]) for name in _RECURRENCE if name in entered}
    if values.get("unit", known.unit) is not known.unit:
        return Recurrence(**values)
    if values.get("moment") is not None:
        values.setdefault("month_day", None)
    if values.get("month_day") is not None:
        values.setdefault("moment", None)
    return replace(known, **values)


def _lead(known: Lead | None, entered: Mapping[str, Any], unit: LeadUnit) -> Lead | None:
    """Days in advance of a contract or a plan; None where no number is given. unit counts where none is given."""
    days = entered.get("days_in_advance", known and known.days)
    if days is None:
        return None
    return Lead(days, entered.get("days_in_advance_unit", known and known.unit) or unit)


def _yearly(contract: Contract, entered: Mapping[str, Any]) -> YearlyOrders | None:
    number = entered.get("orders_per_year", contract.yearly and contract.yearly.number)
    if number is None or entered.get("type", contract.type) is not ContractType.YEARLY:
        return None
    spread = entered.get("spread") or (contract.yearly and contract.yearly.spread) or Spread.SPREAD
    return YearlyOrders(number, spread)


def _of_template(entered: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: _frozen(value) for name, value in entered.items()}
    if "materials" in values:
        values["materials"] = entered_materials(values["materials"])
    return values


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
