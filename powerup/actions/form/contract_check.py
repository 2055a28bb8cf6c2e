"""Whether a contract as somebody entered it can be: its own fields, the tenant's lists, and what the host knows.

Used alike by create, edit and import, so that each says the same of the same flaw.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from powerup.actions.form.closed_range_form import closed_range_problems
from powerup.actions.form.next_visit_check import next_visit_problems
from powerup.actions.form.price_form import price_problems
from powerup.actions.form.size_check import size_problems
from powerup.actions.form.text_check import text_problems
from powerup.actions.kit.answer import FieldProblem
from powerup.actions.kit.host_questions import HostQuestions, HostReadings
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, ContractType, OrderMaterial, Schedule, Spread, Status, VisitPlan
from powerup.contracts.floating import problems as floating_problems
from powerup.contracts.recurrence import problems as recurrence_problems
from powerup.contracts.series import anchor_of
from powerup.contracts.visit import ADDRESS_MARK
from powerup.texts import Text, counted, text

LONGEST_NAME = 20
"""Characters of a plan's name, which is part of every work order's number."""

MOST_AT_START = 100
"""Orders of one object on the first day of a contract year."""

MOST_ON_ONE_DAY = 1000
"""Orders of one contract on the first day of a contract year, those of all its objects together."""


def host_questions(contract: Contract) -> HostQuestions:
    """What has to be read at the host to know whether the contract can be."""
    template = contract.template
    employees = [template.employee, *(plan.override.employee for plan in contract.plans)]
    return HostQuestions(
        relations=tuple(dict.fromkeys(filter(None, (contract.customer, contract.invoice_customer)))),
        objects=contract.lasting_objects,
        addresses=((contract.customer, contract.address),) if contract.address else (),
        contacts=((contract.customer, contract.contact),) if contract.contact else (),
        employees=any(employees),
        projects=template.project is not None,
        priorities=template.priority is not None,
        work_types=True,
        payment_methods=True,
        forms=bool(template.forms) or any(plan.override.forms for plan in contract.plans),
        materials=bool(template.materials) or any(plan.override.materials for plan in contract.plans),
    )


def contract_problems(
    contract: Contract, configuration: TenantConfiguration, before: Contract | None = None
) -> Iterator[FieldProblem]:
    """What is wrong with the contract by itself and by the tenant's lists. before is the contract that it changes."""
    if too_large := list(size_problems(contract, before)):
        yield from too_large
        return  # the other checks work dates out
    if contract.end and contract.end < contract.start:
        yield _problem("/end", "before_start", text("The end lies before the start, {start}.", start=contract.start))
    if len(set(contract.objects)) < len(contract.objects):
        yield _problem("/objects", "twice", text("An object is named twice."))
    for code in contract.objects:
        if code[:1] == ADDRESS_MARK and (before is None or code not in before.objects):
            yield _problem("/objects", "invalid_code", text("{code}: an object's code cannot begin with @.", code=code))
    yield from closed_range_problems(contract.closed_ranges)
    yield from _doubled_forms(contract)
    yield from _type_problems(contract, configuration)
    yield from _plan_problems(contract, before)
    yield from next_visit_problems(contract, configuration, before)
    yield from text_problems(contract, before)
    yield from price_problems(contract, configuration, before)


def _doubled_forms(contract: Contract) -> Iterator[FieldProblem]:
    named = [("/template/forms", contract.template.forms)]
    named += [(f"/plans/{place}/forms", plan.override.forms) for place, plan in enumerate(contract.plans)]
    for pointer, forms in named:
        if len(set(forms)) < len(forms):
            yield _problem(pointer, "twice", text("A form is named twice."))


def _type_problems(contract: Contract, configuration: TenantConfiguration) -> Iterator[FieldProblem]:
    match contract.type:
        case ContractType.PREVENTIVE:
            if not contract.plans:
                yield _problem("/plans", "required", text("A preventive contract needs at least one visit plan."))
        case ContractType.YEARLY:
            yield from _yearly_problems(contract)
        case ContractType.CORRECTIVE:
            known = [policy.code for policy in configuration.sla_policies]
            if contract.sla_policy not in known:
                yield _problem(
                    "/sla_policy",
                    "unknown_sla_policy" if contract.sla_policy else "required",
                    text("A corrective contract needs an SLA policy; known are: {known}.", known=known or "-"),
                )


def _yearly_problems(contract: Contract) -> Iterator[FieldProblem]:
    if contract.yearly is None:
        yield _problem("/orders_per_year", "required", text("A yearly contract needs a number of orders per year."))
    elif not 1 <= contract.yearly.number <= 366:
        yield _problem("/orders_per_year", "out_of_range", text("A number from 1 to 366 is expected."))
    elif contract.yearly.spread is Spread.AT_START:
        yield from _too_many_at_start(contract, contract.yearly.number)


def _too_many_at_start(contract: Contract, number: int) -> Iterator[FieldProblem]:
    objects = len(contract.visited_objects())
    if number > MOST_AT_START:
        message = text("At most {most} orders can come on the first day of a year: spread them.", most=MOST_AT_START)
        yield _problem("/orders_per_year", "too_many_a_day", message)
    elif number * objects > MOST_ON_ONE_DAY:
        message = counted(
            "{number} order for each of {objects} would come on one day; at most {most} can.",
            "{number} orders for each of {objects} would all come on one day; at most {most} can.",
            number,
            objects=counted("{number} object", "{number} objects", objects),
            most=MOST_ON_ONE_DAY,
        )
        yield _problem("/orders_per_year", "too_many_a_day", message)


def _plan_problems(contract: Contract, before: Contract | None) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for position, plan in enumerate(contract.plans):
        pointer = f"/plans/{position}"
        if plan.name in seen:
            yield _problem(f"{pointer}/name", "twice", text("There are two visit plans called {name}.", name=plan.name))
        seen.add(plan.name)
        if len(plan.name) > LONGEST_NAME or ":" in plan.name:
            message = text("A name of at most {most} characters without a colon is expected.", most=LONGEST_NAME)
            yield _problem(f"{pointer}/name", "invalid_name" if ":" in plan.name else "too_long", message)
        for field, code in (*_recurrence_problems(contract, plan), *_floating_problems(contract, plan, before)):
            yield _problem(f"{pointer}/{field}", code, RECURRENCE_TEXTS[code])


def _recurrence_problems(contract: Contract, plan: VisitPlan) -> list[tuple[str, str]]:
    """A rule that yields no date for some objects, by their own anchors, is one for the others."""
    if contract.type is not ContractType.PREVENTIVE:
        return []
    anchors = {anchor_of(contract, plan, code) for code in contract.visited_objects()}
    return min((recurrence_problems(plan.recurrence, anchor) for anchor in sorted(anchors)), key=len)


def _floating_problems(contract: Contract, plan: VisitPlan, before: Contract | None) -> list[tuple[str, str]]:
    """A rule that stands already since it was accepted before is no reason to refuse another change."""
    known = before.plan(plan.name) if before else None
    stands = known is not None and (known.schedule, known.recurrence) == (plan.schedule, plan.recurrence)
    if contract.type is not ContractType.PREVENTIVE or plan.schedule is Schedule.FIXED or stands:
        return []
    return floating_problems(plan.recurrence)


RECURRENCE_TEXTS: dict[str, Text] = {
    "must_be_1_to_999": text("A number from 1 to 999 is expected."),
    "unknown_weekday": text("A day of the week is expected."),
    "only_for_week": text("Days of the week belong to the unit week."),
    "must_be_1_to_12": text("A month from 1 to 12 is expected."),
    "must_be_1_to_31": text("A day from 1 to 31 is expected."),
    "only_for_month_and_year": text("This belongs to the units month and year."),
    "unknown_moment": text("A moment such as the first Monday or the last working day is expected."),
    "day_and_moment": text("Choose a day of the month or a moment, not both."),
    "floating_counts_from_one": text(
        "A plan that counts from the last completion names one: at most one day of the week, or one month of the year."
    ),
    "never_met": text("This rule never meets the chosen months."),
    "never_in_these_months": text("This day does not exist in the chosen months."),
}
"""What each reason code of a recurrence means, in words."""


def host_problems(contract: Contract, readings: HostReadings) -> Iterator[FieldProblem]:
    """What the contract names and the host does not know."""
    if readings.relations.get(contract.customer) is None:
        yield _problem(
            "/customer",
            "unknown_customer",
            text("Customer {number} is not known at the host.", number=contract.customer),
        )
    if contract.invoice_customer and readings.relations.get(contract.invoice_customer) is None:
        yield _problem(
            "/invoice_customer",
            "unknown_customer",
            text("Customer {number} is not known at the host.", number=contract.invoice_customer),
        )
    if contract.address and (contract.customer, contract.address) not in readings.addresses:
        yield _problem(
            "/address",
            "unknown_address",
            text(
                "Customer {customer} has no address {code} at the host.",
                customer=contract.customer,
                code=contract.address,
            ),
        )
    if contract.contact and (contract.customer, contract.contact) not in readings.contacts:
        yield _problem(
            "/contact",
            "unknown_contact",
            text(
                "Customer {customer} has no contact person {code} at the host.",
                customer=contract.customer,
                code=contract.contact,
            ),
        )
    for position, code in enumerate(contract.objects):
        if code in contract.lasting_objects:
            yield from object_problems(contract, code, f"/objects/{position}", readings)
    template = contract.template
    yield from unknown_at_host("/input/template/type_of_work", template.type_of_work, readings.work_types)
    yield from unknown_at_host("/input/template/payment_method", template.payment_method, readings.payment_methods)
    yield from unknown_at_host("/input/template/employee", template.employee, readings.employees)
    yield from unknown_at_host("/input/template/project", template.project, readings.projects)
    yield from unknown_at_host("/input/template/priority", template.priority, readings.priorities)
    yield from _unknown_forms("/input/template/forms", template.forms, readings)
    yield from _unknown_materials("/input/template/materials", template.materials, readings)
    for position, plan in enumerate(contract.plans):
        yield from unknown_at_host(
            f"/input/plans/{position}/type_of_work", plan.override.type_of_work, readings.work_types
        )
        yield from unknown_at_host(f"/input/plans/{position}/employee", plan.override.employee, readings.employees)
        yield from _unknown_forms(f"/input/plans/{position}/forms", plan.override.forms, readings)
        yield from _unknown_materials(f"/input/plans/{position}/materials", plan.override.materials, readings)


def _unknown_materials(
    pointer: str, materials: tuple[OrderMaterial, ...], readings: HostReadings
) -> Iterator[FieldProblem]:
    """A host has thousands of them, so that they are not told."""
    for position, material in enumerate(materials):
        if readings.materials is not None and material.code not in readings.materials:
            yield FieldProblem(
                f"{pointer}/{position}/code",
                "unknown_material",
                text("Material {code} is not known at the host.", code=material.code),
            )


def _unknown_forms(pointer: str, forms: tuple[str, ...], readings: HostReadings) -> Iterator[FieldProblem]:
    for position, name in enumerate(forms):
        yield from unknown_at_host(f"{pointer}/{position}", name, readings.forms)


def object_problems(contract: Contract, code: str, pointer: str, readings: HostReadings) -> Iterator[FieldProblem]:
    """What is wrong with an object of a contract by what the host said of it."""
    found = readings.objects.get(code)
    if found is None:
        yield _problem(pointer, "unknown_object", text("Object {code} is not known at the host.", code=code))
    elif found.debtor_number and found.debtor_number != contract.customer:
        yield _problem(
            pointer,
            "object_of_another_customer",
            text("Object {code} belongs to customer {other}.", code=code, other=found.debtor_number),
        )


def unknown_at_host(pointer: str, value: str | None, known: Collection[str] | None) -> Iterator[FieldProblem]:
    """What is wrong with a value that has to be in a list of the host.

    A list that was not asked for, or that the tenant does not keep at the host, refuses nothing.
    """
    if value is not None and known and value not in known:
        yield FieldProblem(
            pointer,
            "unknown_choice",
            text("The host does not know {value}; it knows: {known}.", value=value, known=sorted(known)),
        )


def same_work(contract: Contract, others: Iterable[Contract], today: date) -> list[Contract]:
    """Other contracts of the same type that run or will, whose period overlaps, and that have an object in common: a
    person is warned of them (rules: Actions, create)."""
    return [
        other
        for other in others
        if other.number != contract.number
        and other.deleted_on is None
        and other.type is contract.type
        and other.status(today) in (Status.ACTIVE, Status.NOT_STARTED)
        and set(other.objects) & set(contract.objects)
        and _overlap(contract, other)
    ]


def _overlap(one: Contract, other: Contract) -> bool:
    """Whether the periods of two contracts have a day in common; both days of a period are inclusive."""
    return one.start <= (other.last_day or date.max) and other.start <= (one.last_day or date.max)


def _problem(pointer: str, code: str, message: Text) -> FieldProblem:
    return FieldProblem(f"/input{pointer}", code, message)
