"""What was agreed in a contract, and what its work orders look like, as pairs of a label and a value in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from powerup.actions.form.contract_form import ContractForm, TemplateForm
from powerup.actions.kit.closed_words import range_in_words
from powerup.actions.kit.day_words import lead_in_words
from powerup.contracts.agreed_terms import has_gone_on
from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import Contract, OrderMaterial, Schedule, Shift, TemplateOverride, VisitPlan
from powerup.contracts.notice import notice_until, regular_last_day, renews_on
from powerup.contracts.sla import SlaPriority
from powerup.contracts.terms import Renewal
from powerup.readings.card_words import going_on
from powerup.readings.employee_names import employee_called
from powerup.readings.period_words import period_in_words, sla_time_in_words
from powerup.readings.price_words import price_facts
from powerup.readings.rule_words import rule_in_words, yearly_in_words
from powerup.texts import Euros, Text, counted, text

Fact = tuple[Text, object]
"""A label, and what stands behind it."""


def agreed_facts(contract: Contract, today: date) -> Iterator[Fact]:
    """From when to when the contract runs, under which terms, and until when it can be ended."""
    yield text("Start"), contract.start
    yield text("End"), contract.end or text("none: it runs on")
    if contract.termination is not None:
        yield text("Ends early on"), contract.termination.last_day
    if contract.terms is None:
        yield text("Terms"), text("none: it does not renew")
        yield from price_facts(contract)
        return
    yield text("Terms"), contract.terms.name
    if not contract.has_ended(today) and contract.termination is None:
        if (notice := notice_until(contract)) is not None and renews_on(contract) is not None:
            yield text("Last day for notice"), notice
        if (last_day := regular_last_day(contract, today)) is not None:
            yield text("With notice today it ends on"), last_day
    if contract.renewals:
        yield text("Times renewed"), contract.renewals
    if contract.terms.invoice_period is not None:
        yield text("Invoice period"), period_in_words(contract.terms.invoice_period)
    yield from price_facts(contract)


def notice_sentence(contract: Contract, today: date) -> Text | None:
    """How the contract goes on, and what notice does to that, as one sentence; None where neither can be said."""
    notice, terms = notice_until(contract), contract.terms
    if notice is None or terms is None or contract.termination or contract.has_ended(today) or has_gone_on(contract):
        return going_on(contract, today)
    if today > notice or renews_on(contract) is None or contract.end is None:
        return going_on(contract, today)
    if terms.renewal is Renewal.INDEFINITE:
        return text(
            "Notice by {notice} ends it on {end}; without notice it goes on without an end",
            notice=notice,
            end=contract.end,
        )
    return text(
        "Notice by {notice} ends it on {end}; without notice it renews for {period}",
        notice=notice,
        end=contract.end,
        period=period_in_words(terms.renewal_period) if terms.renewal_period else text("another period"),
    )


def order_facts(contract: Contract, configuration: TenantConfiguration, employees: Mapping[str, str]) -> Iterator[Fact]:
    """What the contract's work orders look like, and when they are made; what is not given is left out. employees are
    names by number."""
    labels = {name: field.metadata["label"] for name, field in TemplateForm().load_fields.items()}
    for name, label in labels.items():
        value = getattr(contract.template, name)
        if value not in (None, "", ()):
            yield label, _in_template(name, value, employees)
    yield text("Days in advance"), _lead(contract, configuration.settings)
    of_contract = {name: field.metadata["label"] for name, field in ContractForm().load_fields.items()}
    if contract.objects:
        yield of_contract["order_per_object"], text("yes") if contract.order_per_object else text("no")
    for name in ("address", "contact", "reference", "invoice_customer"):
        if (value := getattr(contract, name)) is not None:
            yield of_contract[name], value
    if contract.contract_template is not None:
        yield of_contract["contract_template"], _template_name(contract.contract_template, configuration)
    if contract.closed_ranges:
        yield of_contract["closed_ranges"], text("{several}", several=[*map(range_in_words, contract.closed_ranges)])
    if contract.overlap_days:
        yield of_contract["overlap_days"], contract.overlap_days


def _template_name(code: str, configuration: TenantConfiguration) -> str:
    template = configuration.contract_template(code)
    return f"{template.name} ({code})" if template is not None else code


def _in_template(name: str, value: Any, employees: Mapping[str, str]) -> object:
    if name == "employee":
        return employee_called(value, employees)
    if name == "duration_minutes":
        return counted("{number} minute", "{number} minutes", value)
    if name == "start_time":
        return f"{value:%H:%M}"
    if name == "materials":
        return materials_in_words(value)
    return ", ".join(value) if isinstance(value, tuple) else value


def materials_in_words(materials: Sequence[OrderMaterial]) -> Text:
    """Each with its number, and its price where that is the contract's own."""
    said = [
        text("{number} × {code}", number=each.number, code=each.code)
        if each.price is None
        else text("{number} × {code} at {price}", number=each.number, code=each.code, price=Euros(each.price))
        for each in materials
    ]
    return text("{several}", several=said)


def _lead(contract: Contract, settings: TenantSettings) -> Text:
    if contract.lead is None:
        return text("{lead}, as your firm's settings say", lead=lead_in_words(settings.lead))
    return lead_in_words(contract.lead)


def plan_facts(contract: Contract, employees: Mapping[str, str]) -> Iterator[tuple[str, Text]]:
    """Each visit plan by its name, with its rule and what it has otherwise than others, in words; employees are names
    by number."""
    for plan in contract.plans:
        rule = yearly_in_words(contract.yearly) if contract.yearly is not None else rule_in_words(plan.recurrence)
        for more in _particulars(plan, employees):
            rule = text("{rule}; {more}", rule=rule, more=more)
        yield plan.name, rule


def _particulars(plan: VisitPlan, employees: Mapping[str, str]) -> Iterator[Text]:
    if plan.schedule is Schedule.FLOATING:
        yield text("counted from the last completion")
    if plan.shift is not Shift.AS_IS:
        yield text("on a day that is not worked: {shift}", shift=_shifted(plan.shift))
    if plan.window_before or plan.window_after:
        yield text(
            "window: before it {before}, after it {after}",
            before=counted("{number} day", "{number} days", plan.window_before),
            after=counted("{number} day", "{number} days", plan.window_after),
        )
    if plan.latest_after is not None:
        after = text("done again within {period}", period=period_in_words(plan.latest_after))
        yield text("{rule} ({basis})", rule=after, basis=plan.basis) if plan.basis else after
    if plan.lead is not None:
        yield text("order {lead} in advance", lead=lead_in_words(plan.lead))
    yield from _otherwise(plan.override, employees)


def _otherwise(own: TemplateOverride, employees: Mapping[str, str]) -> Iterator[Text]:
    if own.employee is not None:
        yield text("by {employee}", employee=employee_called(own.employee, employees))
    if own.type_of_work is not None:
        yield text("as {type_of_work}", type_of_work=own.type_of_work)
    if own.duration_minutes is not None:
        yield counted("{number} minute", "{number} minutes", own.duration_minutes)
    if own.materials:
        yield text("with {forms}", forms=materials_in_words(own.materials))
    if own.forms:
        yield text("with {forms}", forms=own.forms)


def _shifted(shift: Shift) -> Text:
    match shift:
        case Shift.AS_IS:
            return text("it stays there")
        case Shift.PREVIOUS_WORKING_DAY:
            return text("the working day before")
        case Shift.NEXT_WORKING_DAY:
            return text("the working day after")
        case Shift.NEAREST:
            return text("the nearest working day")
        case Shift.SKIP:
            return text("no visit")


def promises(contract: Contract, configuration: TenantConfiguration) -> Iterator[tuple[str, Text]]:
    """What the contract's SLA policy promises, per priority of the host."""
    policy = next((each for each in configuration.sla_policies if each.code == contract.sla_policy), None)
    for priority in policy.priorities if policy else ():
        yield priority.priority, _promise(priority)


def _promise(priority: SlaPriority) -> Text:
    response = sla_time_in_words(priority.response) if priority.response else None
    resolution = sla_time_in_words(priority.resolution) if priority.resolution else None
    if response and resolution:
        return text("response within {response}, solved within {resolution}", response=response, resolution=resolution)
    if response:
        return text("response within {response}", response=response)
    return text("solved within {resolution}", resolution=resolution) if resolution else text("nothing is promised")
