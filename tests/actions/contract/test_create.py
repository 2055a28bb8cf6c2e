"""Creating a contract (rules: Actions; webhooks page, section 9, the example)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.actions.form.contract_check import host_problems, host_questions
from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.host_questions import HostReadings
from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import Contract, ContractType, Lead, LeadUnit, TemplateOverride, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import Reason
from powerup.outsmart.records import HostObject, Relation
from powerup.texts import Reader
from tests.actions.scenes import AT_HOST, FORM, decide, scene, the_contract


def refused(entered: dict[str, Any], readings: HostReadings = AT_HOST) -> list[tuple[str, str]]:
    """Pointer and code of each flaw with which the action is refused."""
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.create", scene(readings=readings), entered)
    return sorted((problem.pointer, problem.code) for problem in refusal.value.problems)


def with_plan(**members: Any) -> dict[str, Any]:
    return FORM | {"plans": [{"name": "A", "unit": "month"} | members]}


def test_all_that_is_wrong_with_the_form_is_said_at_once() -> None:
    plan = {"name": "A", "unit": "month", "month_day": 42, "moment": "first mon"}
    entered = FORM | {"end": "2026-01-30", "days_in_advance": -3, "plans": [plan]}
    assert refused(entered) == [
        ("/input/days_in_advance", "out_of_range"),
        ("/input/end", "before_start"),
        ("/input/plans/0/moment", "day_and_moment"),
        ("/input/plans/0/month_day", "must_be_1_to_31"),
    ]


def test_what_is_not_filled_in_hides_nothing_else_and_is_not_blamed_twice() -> None:
    entered = FORM | {"start": None, "end": "2026-01-30", "plans": [{"unit": "month", "every": 0, "months": [2]}] * 2}
    assert refused(entered) == [
        ("/input/plans/0/every", "must_be_1_to_999"),
        ("/input/plans/0/name", "required"),
        ("/input/plans/1/every", "must_be_1_to_999"),
        ("/input/plans/1/name", "required"),
        ("/input/start", "null"),
    ]


def test_without_a_start_nobody_says_that_a_rule_never_meets_its_months() -> None:
    plan = {"name": "A", "unit": "month", "every": 12, "months": [2]}
    assert refused(FORM | {"start": None, "plans": [plan]}) == [("/input/start", "null")]


def test_effects_name_what_comes_and_count_what_was_before_entry() -> None:
    change = decide("contract.create", scene(), FORM)
    assert change.effects.counts() == {"created": 24, "withheld": {"before_entry": 22}}
    assert change.effects.counted_until == date(2027, 12, 27)
    assert [effect.workorder_no for effect in change.effects.listed][:2] == [
        "C1042-A-20261231-CV-1",
        "C1042-A-20261231-CV-2",
    ]
    assert change.added[0].number == "1042"


def test_customer_and_objects_must_be_at_the_host() -> None:
    readings = replace(AT_HOST, relations={"1001": None}, objects={"CV-1": None, "CV-2": HostObject("CV-2", "9")})
    assert refused(FORM, readings) == [
        ("/input/customer", "unknown_customer"),
        ("/input/objects/0", "unknown_object"),
        ("/input/objects/1", "object_of_another_customer"),
    ]


def test_who_gets_the_invoices_must_be_at_the_host() -> None:
    readings = replace(AT_HOST, relations={**AT_HOST.relations, "1004": None})
    assert refused(FORM | {"invoice_customer": "1004"}, readings) == [("/input/invoice_customer", "unknown_customer")]


def test_the_work_address_must_be_one_of_the_customer_at_the_host() -> None:
    readings = replace(AT_HOST, addresses=frozenset({("1001", "LOODS"), ("1002", "KANTOOR")}))
    assert refused(FORM | {"address": "KANTOOR"}, readings) == [("/input/address", "unknown_address")]
    assert decide("contract.create", scene(readings=readings), FORM | {"address": "LOODS"})


def test_a_contact_person_must_be_one_of_the_customer_at_the_host() -> None:
    readings = replace(AT_HOST, contacts=frozenset({("1001", "JV"), ("1002", "MB")}))
    assert refused(FORM | {"contact": "MB"}, readings) == [("/input/contact", "unknown_contact")]
    assert decide("contract.create", scene(readings=readings), FORM | {"contact": "JV", "reference": "PO-1"})


def test_forms_must_be_at_the_host_and_are_named_once() -> None:
    readings = replace(AT_HOST, forms=frozenset({"Checklist CV-ketel"}))
    template = FORM["template"] | {"forms": ["Checklist CV-ketel", "Logboek"]}
    plan = FORM["plans"][0] | {"forms": ["Weg"]}
    assert refused(FORM | {"template": template, "plans": [plan]}, readings) == [
        ("/input/plans/0/forms/0", "unknown_choice"),
        ("/input/template/forms/1", "unknown_choice"),
    ]
    twice = FORM["template"] | {"forms": ["Checklist CV-ketel", "Checklist CV-ketel"]}
    assert refused(FORM | {"template": twice}, readings) == [("/input/template/forms", "twice")]


def test_a_material_that_is_not_chosen_yet_is_told_beside_all_else() -> None:
    template = FORM["template"] | {"materials": [{"number": "2"}]}
    plan = FORM["plans"][0] | {"materials": [{}]}
    assert refused(FORM | {"template": template, "plans": [plan]}) == [
        ("/input/plans/0/materials/0/code", "required"),
        ("/input/template/materials/0/code", "required"),
    ]


def test_materials_must_be_at_the_host_and_have_numbers_that_are_exact() -> None:
    readings = replace(AT_HOST, materials=frozenset({"FILTER-G4"}))
    materials = [{"code": "FILTER-G4", "number": "2", "price": "18.505"}, {"code": "WEG"}]
    template = FORM["template"] | {"materials": materials}
    assert refused(FORM | {"template": template}, readings) == [
        ("/input/template/materials/1/code", "unknown_material")
    ]
    inexact = FORM["template"] | {"materials": [{"code": "FILTER-G4", "number": 1.5, "price": "-1"}]}
    assert refused(FORM | {"template": inexact}, readings) == [
        ("/input/template/materials/0/number", "invalid"),
        ("/input/template/materials/0/price", "invalid_unit_price"),
    ]


def test_template_must_name_what_the_host_knows() -> None:
    template = FORM["template"] | {"type_of_work": "Toveren", "employee": "99", "project": "P1", "priority": "9"}
    readings = replace(AT_HOST, employees={"7": "Jan Smit"}, projects=frozenset({"P2"}), priorities=frozenset({"1"}))
    assert refused(FORM | {"template": template}, readings) == [
        ("/input/template/employee", "unknown_choice"),
        ("/input/template/priority", "unknown_choice"),
        ("/input/template/project", "unknown_choice"),
        ("/input/template/type_of_work", "unknown_choice"),
    ]


def test_a_list_that_the_tenant_does_not_keep_at_the_host_refuses_nothing() -> None:
    readings = replace(AT_HOST, work_types=frozenset(), payment_methods=frozenset())
    assert decide("contract.create", scene(readings=readings), FORM).added


@pytest.mark.parametrize(
    ("entered", "pointer", "code"),
    [
        (FORM | {"end": "2026-01-30"}, "/input/end", "before_start"),
        (FORM | {"terms": "GOLD"}, "/input/terms", "unknown_terms"),
        (FORM | {"objects": ["CV-1", "CV-1"]}, "/input/objects", "twice"),
        (FORM | {"plans": []}, "/input/plans", "required"),
        (FORM | {"plans": [{"name": "A"}]}, "/input/plans/0/unit", "required"),
        (FORM | {"plans": [FORM["plans"][0]] * 2}, "/input/plans/1/name", "twice"),
        (FORM | {"days_in_advance": -1}, "/input/days_in_advance", "out_of_range"),
        (FORM | {"days_in_advance": 10**30}, "/input/days_in_advance", "out_of_range"),
        (FORM | {"overlap_days": 10**6}, "/input/overlap_days", "out_of_range"),
        (
            FORM | {"template": FORM["template"] | {"duration_minutes": 10**30}},
            "/input/template/duration_minutes",
            "out_of_range",
        ),
        (FORM | {"type": "magic"}, "/input/type", "unknown_choice"),
        (FORM | {"start": "31-31-2026"}, "/input/start", "invalid"),
        (FORM | {"start": "0001-01-01"}, "/input/start", "day_out_of_range"),
        (FORM | {"end": "9999-12-31"}, "/input/end", "day_out_of_range"),
        (FORM | {"surprise": 1}, "/input/surprise", "unknown"),
        (FORM | {"type": "yearly", "plans": []}, "/input/orders_per_year", "required"),
        (FORM | {"type": "yearly", "plans": [], "orders_per_year": 10000}, "/input/orders_per_year", "out_of_range"),
        (FORM | {"type": "corrective", "plans": []}, "/input/sla_policy", "required"),
        (with_plan(every=0, month_day=31), "/input/plans/0/every", "must_be_1_to_999"),
        (with_plan(month_day=31, moment="first mon"), "/input/plans/0/moment", "day_and_moment"),
        (with_plan(month_day=31, months=[2]), "/input/plans/0/month_day", "never_in_these_months"),
        (with_plan(name="A:B"), "/input/plans/0/name", "invalid_name"),
        (with_plan(moment="fifth mon"), "/input/plans/0/moment", "unknown_moment"),
        (with_plan(month_day=31, rank=10**30), "/input/plans/0/rank", "out_of_range"),
        (with_plan(month_day=31, window_after=10**9), "/input/plans/0/window_after", "out_of_range"),
        (with_plan(month_day=31, window_before=-1), "/input/plans/0/window_before", "out_of_range"),
        (
            with_plan(month_day=31, anchors={"CV-1": "9999-12-31"}),
            "/input/plans/0/anchors/CV-1/value",
            "day_out_of_range",
        ),
    ],
)
def test_bad_input_is_refused_with_field_and_reason(entered: dict[str, Any], pointer: str, code: str) -> None:
    assert (pointer, code) in refused(entered)


@pytest.mark.parametrize(("member", "most"), [("days_in_advance", 3660), ("overlap_days", 3660)])
def test_lead_and_overlap_are_at_most_3660_days(member: str, most: int) -> None:
    assert decide("contract.create", scene(), FORM | {member: most}).added
    assert refused(FORM | {member: most + 1}) == [(f"/input/{member}", "out_of_range")]


@pytest.mark.parametrize(
    ("member", "least", "most"), [("window_before", 0, 3660), ("window_after", 0, 3660), ("rank", -999, 999)]
)
def test_a_window_has_at_most_3660_days_and_ranks_go_from_minus_999_to_999(member: str, least: int, most: int) -> None:
    for value in (least, most):
        assert decide("contract.create", scene(), with_plan(month_day=31, **{member: value})).added
    for value in (least - 1, most + 1):
        assert refused(with_plan(month_day=31, **{member: value})) == [(f"/input/plans/0/{member}", "out_of_range")]


def test_a_rule_that_only_the_anchors_of_objects_meet_is_taken() -> None:
    """Counted from the start in January it never meets April, from both boilers' installation in October it does."""
    in_october = {"CV-1": "2020-10-05", "CV-2": "2021-10-07"}
    rule = {"every": 6, "months": [4]}
    assert refused(with_plan(**rule)) == [("/input/plans/0/months", "never_met")]
    assert decide("contract.create", scene(), with_plan(**rule, anchors=in_october)).added


def test_every_flaw_is_told_at_once_in_dutch() -> None:
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.create", scene(), {"name": "", "type": "preventive"})
    dutch = {problem.pointer: Reader("nl").say(problem.message) for problem in refusal.value.problems}
    assert dutch["/input/customer"] == "Dit moet worden ingevuld."
    assert {"/input/start", "/input/template", "/input/customer"} <= dutch.keys()


def test_the_days_and_numbers_that_are_taken_are_named() -> None:
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.create", scene(), with_plan(month_day=31, rank=-1000) | {"start": "9999-12-31"})
    dutch = {problem.pointer: Reader("nl").say(problem.message) for problem in refusal.value.problems}
    assert dutch == {
        "/input/start": "Vul een datum van 1 januari 1900 tot en met 31 december 2999 in.",
        "/input/plans/0/rank": "Vul een getal van -999 tot en met 999 in.",
    }


def test_a_tenant_without_terms_is_told_so() -> None:
    with pytest.raises(InvalidInput, match="known are: -"):
        decide("contract.create", scene(), FORM | {"terms": "GOLD"})


@pytest.mark.parametrize(
    ("changed", "dutch"),
    [
        ({"start": "2027-02-31"}, "Vul een datum in zoals 2027-01-31."),
        ({"name": " "}, "Vul een tekst in, zonder spaties aan het begin of het einde."),
        ({"objects": "CV-1"}, "Vul een lijst in."),
        ({"order_per_object": "ja"}, "Vul ja of nee in (true of false)."),
        ({"days_in_advance": "ten"}, "Vul een heel getal in."),
        ({"template": FORM["template"] | {"start_time": "25:00"}}, "Vul een tijd in zoals 08:30."),
        ({"template": FORM["template"] | {"description": 5}}, "Vul een tekst in."),
        ({"template": 5}, "Hier wordt een ander soort waarde verwacht."),
        (with_plan(moment="fifth mon"), "Kies een moment, zoals de eerste maandag of de laatste werkdag."),
    ],
)
def test_what_cannot_be_read_is_told_in_dutch(changed: dict[str, Any], dutch: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.create", scene(), FORM | changed)
    assert dutch in [Reader("nl").say(problem.message) for problem in refusal.value.problems]


def test_an_empty_end_with_terms_is_computed() -> None:
    terms = Terms("STD", "Standaard", duration=Period(1, PeriodUnit.YEAR))
    configured = scene(configuration=TenantConfiguration(terms=(terms,)))
    contract = decide("contract.create", configured, FORM | {"terms": "STD", "end": None}).added[0]
    assert contract.end == date(2027, 1, 30)
    assert contract.terms == terms


def test_a_given_end_wins_and_starts_the_count_anew() -> None:
    terms = Terms("STD", "Standaard", duration=Period(1, PeriodUnit.YEAR))
    configured = scene(configuration=TenantConfiguration(terms=(terms,)))
    contract = decide("contract.create", configured, FORM | {"terms": "STD", "end": "2028-12-31"}).added[0]
    assert (contract.end, contract.end_counts_from) == (date(2028, 12, 31), date(2029, 1, 1))


def test_a_second_contract_for_the_same_work_on_the_same_object_warns() -> None:
    other = the_contract(number="900")
    change = decide("contract.create", scene(related=(other,)), FORM)
    assert [str(warning) for warning in change.warnings] == ["Contract 900 already does the same kind of work there."]


def test_a_contract_may_be_created_already_ended() -> None:
    change = decide("contract.create", scene(), FORM | {"end": "2026-06-30"})
    assert "created" not in change.effects.counts()


@pytest.mark.parametrize(
    "entered", [{}, {"days_in_advance": None}, {"days_in_advance": None, "days_in_advance_unit": None}]
)
def test_days_in_advance_left_empty_are_the_tenants(entered: dict[str, Any]) -> None:
    form = {name: value for name, value in FORM.items() if name != "days_in_advance"}
    change = decide("contract.create", scene(), form | entered)
    assert change.added[0].lead is None
    assert change.added[0].plans[0].lead is None
    assert not change.warnings


def test_number_and_unit_of_the_days_in_advance_come_from_the_same_place() -> None:
    in_working_days = TenantConfiguration(settings=TenantSettings(days_in_advance_unit=LeadUnit.WORKING))
    plan = {"name": "A", "unit": "month", "days_in_advance": 3, "days_in_advance_unit": "calendar"}
    change = decide("contract.create", scene(configuration=in_working_days), FORM | {"plans": [plan]})
    assert change.added[0].lead == Lead(60, LeadUnit.WORKING)  # a number without a unit counts in the tenant's
    assert change.added[0].plans[0].lead == Lead(3, LeadUnit.CALENDAR)


def test_a_unit_without_a_number_is_not_used_and_that_is_said() -> None:
    change = decide("contract.create", scene(), FORM | {"days_in_advance": None, "days_in_advance_unit": "working"})
    assert change.added[0].lead is None
    assert [Reader("en").say(warning) for warning in change.warnings] == [
        "Without a number of days in advance its unit is not used; those of the settings hold."
    ]


def test_a_description_left_empty_becomes_the_contracts_name() -> None:
    empty = FORM["template"] | {"description": ""}
    absent = {name: value for name, value in FORM["template"].items() if name != "description"}
    for template in (empty, absent):
        (made,) = decide("contract.create", scene(), FORM | {"template": template}).added
        assert made.template.description == "CV-ketel"


def test_a_customer_who_is_inactive_at_the_host_is_said_before_the_contract_is_made() -> None:
    inactive = replace(AT_HOST, relations={"1001": Relation("1001", "Voorbeeld BV", active=False)})
    change = decide("contract.create", scene(readings=inactive), FORM)
    assert [Reader("en").say(warning) for warning in change.warnings] == [
        "Customer 1001 is inactive at the host: no work order is made while that is so."
    ]
    assert change.effects.listed[0].reason is Reason.CUSTOMER_BLOCKED  # due, and waits
    assert change.effects.counts() == decide("contract.create", scene(), FORM).effects.counts()


def test_the_employees_of_the_host_are_asked_for_where_one_plan_alone_names_one() -> None:
    first, second = VisitPlan("A", Recurrence(Unit.MONTH)), VisitPlan("B", Recurrence(Unit.MONTH))
    own = replace(second, override=TemplateOverride(employee="2"))
    assert not host_questions(the_contract(plans=(first, second))).employees
    named = the_contract(plans=(first, own))
    assert host_questions(named).employees
    (problem,) = host_problems(named, replace(AT_HOST, employees={"1": ""}))
    assert (problem.pointer, problem.code) == ("/input/plans/1/employee", "unknown_choice")


@pytest.mark.parametrize(
    "other",
    [
        the_contract(number="900", start=date(2025, 1, 1), end=date(2026, 1, 30)),
        the_contract(number="900", objects=("CV-3",)),
        the_contract(number="900", objects=()),
        the_contract(number="900", type=ContractType.CORRECTIVE),
    ],
    ids=["ended before", "another object", "without objects", "another type"],
)
def test_what_does_other_work_or_at_another_time_does_not_warn(other: Contract) -> None:
    assert not decide("contract.create", scene(related=(other,)), FORM).warnings


def test_contracts_without_objects_do_not_warn_of_each_other() -> None:
    other = the_contract(number="900", objects=())
    assert not decide("contract.create", scene(related=(other,)), FORM | {"objects": []}).warnings


def test_all_that_do_the_same_work_are_warned_of_in_one_line() -> None:
    others = tuple(the_contract(number=str(number)) for number in range(900, 924))
    change = decide("contract.create", scene(related=others), FORM)
    assert [str(warning) for warning in change.warnings] == [
        "Contracts 900, 901, 902, 903, 904 … already do the same kind of work there."
    ]


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"template": FORM["template"] | {"description": "Beurt {objekt}"}}, "/input/template/description"),
        ({"plans": [FORM["plans"][0] | {"description": "Beurt {}"}]}, "/input/plans/0/description"),
    ],
)
def test_an_unknown_name_in_braces_is_refused_with_those_that_there_are(form: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.create", scene(), FORM | form)
    (problem,) = refusal.value.problems
    assert (problem.pointer, problem.code) == (pointer, "unknown_placeholder")
    assert "{contract}, {visit}, {planned_date}, {object}" in str(problem.message)


def test_a_brace_written_twice_is_a_brace() -> None:
    template = FORM["template"] | {"description": "{{x} {object}"}
    change = decide("contract.create", scene(), FORM | {"template": template})
    assert change.added[0].template.description == "{{x} {object}"


@pytest.mark.parametrize(
    ("relation", "private"),
    [
        (Relation("1001", "Zij", debtor_type="Particulier", kvk_number="1"), True),
        (Relation("1001", "Zij", debtor_type="zakelijk"), False),
        (Relation("1001", "Zij"), True),
        (Relation("1001", "Zij", kvk_number="12345678", debtor_type="A"), False),
    ],
)
def test_a_private_customer_on_terms_that_are_not_meant_for_one_warns(relation: Relation, private: bool) -> None:
    readings = replace(AT_HOST, relations={"1001": relation})
    year = Period(1, PeriodUnit.YEAR)
    terms = Terms("STD", "Standaard", duration=year, renewal=Renewal.AUTOMATIC, renewal_period=year)
    meant = Terms("PART", "Particulier", duration=year, renewal=Renewal.INDEFINITE, consumer=True)
    configuration = TenantConfiguration(terms=(terms, meant))

    def warned(of: str | None) -> list[str]:
        about = scene(readings=readings, configuration=configuration)
        return [Reader("en").say(each) for each in decide("contract.create", about, FORM | {"terms": of}).warnings]

    sentence = "Customer 1001 is private at the host; these terms are not meant for that: STD."
    assert warned("STD") == ([sentence] if private else [])
    assert warned("PART") == []
    assert warned(None) == []
