"""What of a contract's form a template of the tenant can have, and new contracts that begin as a copy of one.

Every member of the form is part of it but what is of one contract alone: its customer and whatever belongs to that
(objects, addresses, contacts), days, and members that say so themselves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from marshmallow import Schema, fields

from powerup.actions.form.contract_form import ContractForm, entered_contract
from powerup.actions.form.incomplete_form import problems_so_far
from powerup.actions.kit.answer import FieldProblem, Refusal, invalid
from powerup.actions.kit.input import load_input
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, ContractType
from powerup.contracts.contract_template import ContractTemplate
from powerup.texts import Text, text

_OF_A_CUSTOMER = ("host:relation", "host:object", "host:address", "host:contact")
"""Formats of members that name a record of one customer."""

_SOME_DAY = date(2000, 1, 1)
"""A start for the rules of a template, which has none: what only the start decides is not said of it."""

_LEFT_OPEN = frozenset({"required", "before_start", "never_met", "never_in_these_months"})
"""Codes of what a template may leave to the contracts that begin from it."""


class TemplateContractForm(ContractForm):
    """The members of a new contract that a template can have; each may be left to the contract."""

    def __init__(self, **options: Any) -> None:
        """Nothing is required at the top or in the work order; a plan still has its name, by which it is known."""
        super().__init__(exclude=_own_members(), partial=_not_required(), **options)


def as_template(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a contract gives to a template, of its form filled in (see `contract.edit.prefilled`); what is empty is
    left out."""
    kept = _without_own(ContractForm(), document)
    order = kept.get("template", {})
    if order.get("description") == document.get("name"):
        order.pop("description", None)  # it was left empty, and became the name of that contract
    return kept


def with_template(entered: Mapping[str, Any], configuration: TenantConfiguration) -> Mapping[str, Any]:
    """The input of a new contract, with what its template says of members that it leaves out.

    What the type that was entered does not use is not taken from the template. Raises InvalidInput for a template that
    the tenant does not have.
    """
    code = entered.get("contract_template")
    if not code or not isinstance(code, str):
        return entered
    template = configuration.contract_template(code)
    if template is None:
        raise invalid("/input/contract_template", "unknown_contract_template", _unknown(code, configuration))
    begun = begun_from(template)
    if "days_in_advance" in entered:
        begun.pop("days_in_advance_unit", None)  # number and unit come from the same place
    together = {**begun, **entered}
    for name, value in entered.items():
        if isinstance(value, Mapping) and isinstance(begun.get(name), Mapping) and not _empties(name, value):
            together[name] = {**begun[name], **value}
    return {name: value for name, value in together.items() if name in entered or _has_a_use(name, together)}


def begun_from(template: ContractTemplate) -> dict[str, Any]:
    """What the form of a new contract begins with."""
    return {"name": template.name, **template.contract, "contract_template": template.code}


def unknown_template(
    contract: Contract, configuration: TenantConfiguration, before: Contract | None
) -> Iterator[FieldProblem]:
    """That the tenant has no template of the contract's code; a contract that had it before keeps it."""
    code = contract.contract_template
    if code is None or (before is not None and before.contract_template == code):
        return
    if configuration.contract_template(code) is None:
        yield FieldProblem("/input/contract_template", "unknown_contract_template", _unknown(code, configuration))


def template_flaws(
    configuration: TenantConfiguration, present: TenantConfiguration | None = None
) -> list[FieldProblem]:
    """What is wrong with the contracts of the tenant's templates, with pointers into the configuration document.

    What is so already in the present configuration is no reason to refuse another change of it.
    """
    stood = template_flaws(present) if present is not None else []
    found = [
        replace(problem, pointer=_pointer(place, problem))
        for place, template in enumerate(configuration.contract_templates)
        for problem in template_problems(template, configuration)
    ]
    return [flaw for flaw in found if flaw not in stood]


def template_problems(template: ContractTemplate, configuration: TenantConfiguration) -> list[FieldProblem]:
    """What is wrong with the contract of a template, as far as it can be said without one; pointers below /input."""
    try:
        readable = load_input(TemplateContractForm, template.contract)
    except Refusal as refusal:
        return list(refusal.problems)
    order = {"type_of_work": "", "payment_method": "", **readable.get("template", {})}
    filled = {
        "name": template.name,
        "type": ContractType.PREVENTIVE,
        "customer": "",
        "start": _SOME_DAY,
        **readable,
        "template": order,
    }
    found = problems_so_far(
        filled, lambda members: entered_contract(members, "", _SOME_DAY, configuration), configuration
    )
    return [problem for problem in found if problem.code not in _LEFT_OPEN]


def _pointer(place: int, problem: FieldProblem) -> str:
    return f"/contract_templates/{place}/contract{problem.pointer.removeprefix('/input')}"


def _unknown(code: str, configuration: TenantConfiguration) -> Text:
    known = [template.code for template in configuration.contract_templates]
    return text("There is no contract template {code}; known are: {known}.", code=code, known=known or "-")


@cache
def _own_members() -> tuple[str, ...]:
    return tuple(_own(ContractForm()))


@cache
def _not_required() -> tuple[str, ...]:
    return tuple(_required(ContractForm()))


def _own(schema: Schema) -> Iterator[str]:
    """Paths of the members that are of one contract alone."""
    for name, field in schema.declared_fields.items():
        below = _schema_below(field)
        if _is_of_one(field):
            yield name
        elif below is not None:
            yield from (f"{name}.{path}" for path in _own(below))


def _required(schema: Schema) -> Iterator[str]:
    """Paths of the members that have to be there in every contract."""
    for name, field in schema.declared_fields.items():
        if field.required:
            yield name
            if isinstance(field, fields.Nested):
                yield from (f"{name}.{path}" for path in _required(field.schema))


def _is_of_one(field: fields.Field[Any]) -> bool:
    return bool(field.metadata.get("of_one")) or field.metadata.get("format") in _OF_A_CUSTOMER or _is_a_day(field)


def _is_a_day(field: Any) -> bool:
    inner = field.inner if isinstance(field, fields.List) else field
    inner = inner.value_field if isinstance(inner, fields.Dict) else inner
    return isinstance(inner, fields.Date)


def _schema_below(field: Any) -> Schema | None:
    inner = field.inner if isinstance(field, fields.List) else field
    return inner.schema if isinstance(inner, fields.Nested) else None


def _without_own(schema: Schema, document: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, field in schema.declared_fields.items():
        value, below = document.get(name), _schema_below(field)
        if _is_of_one(field) or value in (None, "", [], {}):
            continue
        if below is None:
            kept[name] = value
        elif isinstance(value, Mapping):
            kept[name] = _without_own(below, value)
        else:
            kept[name] = [_without_own(below, one) for one in value]
    return kept


def _empties(name: str, value: Mapping[str, Any]) -> bool:
    """Whether what was entered takes the whole member away: a price is none without its amount."""
    return name == "price" and "amount" in value and value["amount"] is None


def _has_a_use(name: str, entered: Mapping[str, Any]) -> bool:
    """Whether the type of the contract calls for the member."""
    return all(entered.get(beside) in values for beside, values in _uses().get(name, {}).items())


@cache
def _uses() -> Mapping[str, Mapping[str, list[str]]]:
    """The values of neighbours that members belong to."""
    return {name: field.metadata.get("when", {}) for name, field in ContractForm().declared_fields.items()}
