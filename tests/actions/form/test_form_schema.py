"""How the contract form is drawn: what is asked first, when, and from which lists (webhooks page, section 1)."""

from collections.abc import Iterator
from typing import Any

import pytest

from powerup.actions.catalogue import ACTIONS
from powerup.actions.form.contract_form import ContractForm
from powerup.actions.form.form_schema import form_schema
from powerup.documents.json_schema import JsonSchema
from powerup.texts import LANGUAGES

MEMBERS = form_schema(ContractForm)["properties"]
PLAN = MEMBERS["plans"]["items"]["properties"]
ORDER = MEMBERS["template"]["properties"]


def _all_members(described: JsonSchema, path: str = "") -> Iterator[tuple[str, JsonSchema]]:
    for name, member in described.get("items", described).get("properties", {}).items():
        yield f"{path}/{name}", member
        yield from _all_members(member, f"{path}/{name}")


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_member_has_a_label_in_every_language(action: Any) -> None:
    unnamed = [path for path, member in _all_members(form_schema(action.input)) if {*member["label"]} != {*LANGUAGES}]
    assert unnamed == []


def test_hints_and_choices_are_there_in_every_language() -> None:
    for path, member in _all_members(form_schema(ContractForm)):
        assert {*member.get("hint", LANGUAGES)} == {*LANGUAGES}, path
        assert {*member.get("labels", ())} == {value for value in member.get("enum", ()) if value is not None}, path
        assert all({*said} == {*LANGUAGES} for said in member.get("labels", {}).values()), path


def test_records_of_the_host_are_chosen_from_its_lists() -> None:
    formats = {path: member["format"] for path, member in _all_members(form_schema(ContractForm)) if "format" in member}
    chosen = {path: format_ for path, format_ in formats.items() if format_.startswith("host:")}
    assert chosen == {
        "/customer": "host:relation",
        "/invoice_customer": "host:relation",
        "/address": "host:address",
        "/contact": "host:contact",
        "/objects": "host:object",
        "/template/type_of_work": "host:type_of_work",
        "/template/payment_method": "host:payment_method",
        "/template/employee": "host:employee",
        "/template/project": "host:project",
        "/template/priority": "host:priority",
        "/template/forms": "host:form",
        "/template/materials/code": "host:material",
        "/plans/type_of_work": "host:type_of_work",
        "/plans/employee": "host:employee",
        "/plans/forms": "host:form",
        "/plans/materials/code": "host:material",
    }


def test_what_few_contracts_need_is_asked_last() -> None:
    assert [name for name, member in PLAN.items() if not member.get("advanced")] == [
        *("name", "unit", "every", "weekdays", "month_day", "moment", "shift")
    ]
    assert [name for name, member in MEMBERS.items() if member.get("advanced")] == [
        *("address", "contact", "reference", "days_in_advance_unit", "overlap_days", "closed_ranges"),
        *("invoice_customer", "contract_template", "price"),
    ]
    assert not any(member.get("advanced") for member in ORDER.values())


def test_a_member_of_a_rule_is_asked_only_for_the_units_that_have_it() -> None:
    assert {name: member["when"] for name, member in PLAN.items() if "when" in member} == {
        "weekdays": {"unit": ["week"]},
        "month_day": {"unit": ["month", "year"]},
        "moment": {"unit": ["month", "year"]},
        "at_short_month": {"unit": ["month", "year"]},
    }


def test_a_member_is_asked_only_for_the_contract_types_that_have_it() -> None:
    assert {name: member["when"]["type"] for name, member in MEMBERS.items() if "when" in member} == {
        "sla_policy": ["corrective"],
        "order_per_object": ["preventive", "yearly"],
        "days_in_advance": ["preventive", "yearly"],
        "days_in_advance_unit": ["preventive", "yearly"],
        "overlap_days": ["preventive"],
        "closed_ranges": ["preventive", "yearly"],
        "plans": ["preventive"],
        "orders_per_year": ["yearly"],
        "spread": ["yearly"],
    }


def _may_be_emptied(members: dict[str, JsonSchema]) -> list[str]:
    return [name for name, member in members.items() if "null" in member.get("type", ())]


def test_what_falls_back_on_something_else_may_be_emptied_and_nothing_else() -> None:
    assert _may_be_emptied(MEMBERS) == [
        *("address", "contact", "reference", "end", "terms", "sla_policy", "days_in_advance", "days_in_advance_unit"),
        *("invoice_customer", "contract_template", "price", "orders_per_year"),
    ]
    assert _may_be_emptied(ORDER) == ["employee", "start_time", "duration_minutes", "project", "priority"]
    assert _may_be_emptied(PLAN) == [
        *("month_day", "moment", "catch_up", "anchor", "previous_open", "next_visit", "latest_after"),
        *("days_in_advance", "days_in_advance_unit"),
        *("type_of_work", "description", "employee", "start_time", "duration_minutes", "forms", "materials"),
    ]
