"""Contract templates: what a contract gives to one, and new contracts that begin as a copy of it (rules: Actions)."""

from dataclasses import replace
from typing import Any

import pytest

from powerup.actions.contract.edit import prefilled
from powerup.actions.form.template_form import as_template, template_flaws
from powerup.actions.kit.answer import InvalidInput
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, ContractType
from powerup.contracts.contract_template import ContractTemplate
from powerup.contracts.terms import Renewal
from tests.actions.scenes import FORM, decide, scene, situation, terms_of_a_year, the_contract

OF_ONE = {"customer": "1001", "start": "2027-02-01"}


def templated(**contract: Any) -> TenantConfiguration:
    """A tenant with one template, CV, of the contract of FORM with other members where they are given."""
    content = as_template(prefilled(the_contract())) | contract
    return TenantConfiguration(
        terms=(terms_of_a_year(Renewal.AUTOMATIC),),
        contract_templates=(ContractTemplate("CV", "CV-ketel", "", content),),
    )


def created(entered: dict[str, Any], configuration: TenantConfiguration) -> Contract:
    return decide("contract.create", scene(configuration=configuration), entered).added[0]


def flaws(**contract: Any) -> list[tuple[str, str]]:
    return [(flaw.pointer, flaw.code) for flaw in template_flaws(templated(**contract))]


def test_customer_objects_and_days_are_never_part_of_a_template() -> None:
    form = prefilled(the_contract()) | {"address": "A1", "invoice_customer": "1002", "end": "2028-01-31"}
    form["plans"][0] |= {"anchor": "2026-01-31", "next_visits": {"CV-1": "2027-03-01"}, "extra_dates": ["2027-05-01"]}
    kept = as_template(form)
    assert {"name", "customer", "objects", "address", "start", "end", "invoice_customer"} & kept.keys() == set()
    assert {"anchor", "next_visits", "extra_dates"} & kept["plans"][0].keys() == set()
    assert kept["plans"][0]["month_day"] == 31
    assert (kept["type"], kept["template"]["type_of_work"]) == ("preventive", FORM["template"]["type_of_work"])


def test_a_contract_begins_as_a_copy_and_keeps_the_code() -> None:
    contract = created({"contract_template": "CV", **OF_ONE}, templated())
    plain = created(FORM | OF_ONE | {"name": "CV-ketel", "objects": []}, TenantConfiguration())
    assert contract.contract_template == "CV"
    assert replace(contract, contract_template=None) == plain


def test_what_is_entered_goes_before_the_template() -> None:
    entered = {"contract_template": "CV", **OF_ONE, "name": "Anders", "template": {"employee": "12"}, "terms": None}
    contract = created(entered, templated(terms="T"))
    assert (contract.name, contract.terms) == ("Anders", None)
    assert contract.template.employee == "12"
    assert contract.template.type_of_work == FORM["template"]["type_of_work"]


def test_another_type_takes_no_visit_plans_of_the_template() -> None:
    configuration = templated()
    entered = {"contract_template": "CV", **OF_ONE, "type": "yearly", "orders_per_year": 4}
    change = decide("contract.create", scene(configuration=configuration), entered)
    assert (change.added[0].type, change.warnings) == (ContractType.YEARLY, ())


def test_a_template_that_changes_later_changes_no_contract() -> None:
    contract = created({"contract_template": "CV", **OF_ONE}, templated())
    gone = TenantConfiguration()
    changed = decide("contract.edit", scene(situation(contract), configuration=gone), {"name": "Zelfde"}).contract
    assert changed is not None
    assert (changed.contract_template, changed.plans) == ("CV", contract.plans)


@pytest.mark.parametrize("action", ["contract.create", "contract.edit"])
def test_a_template_that_is_not_there_is_refused(action: str) -> None:
    about = situation(the_contract()) if action == "contract.edit" else None
    with pytest.raises(InvalidInput) as refusal:
        decide(action, scene(about, configuration=templated()), {"contract_template": "GAS"})
    assert [problem.code for problem in refusal.value.problems] == ["unknown_contract_template"]


def test_a_template_may_leave_anything_to_its_contracts() -> None:
    nothing = TenantConfiguration(contract_templates=(ContractTemplate("LEEG", "Leeg"),))
    assert template_flaws(nothing) == []


def test_what_is_wrong_with_a_template_is_told_at_its_place() -> None:
    at = "/contract_templates/0/contract"
    assert flaws() == []
    assert flaws(customer="1001") == [(f"{at}/customer", "unknown")]
    assert flaws(plans=[{"name": "A", "unit": "month", "every": 0}]) == [(f"{at}/plans/0/every", "must_be_1_to_999")]
    assert flaws(plans=[{"unit": "month"}]) == [(f"{at}/plans/0/name", "required")]
    assert flaws(terms="WEG") == [(f"{at}/terms", "unknown_terms")]


def test_what_was_wrong_already_stops_no_other_change() -> None:
    present = templated(terms="WEG")
    assert template_flaws(replace(present, reasons=()), present) == []
