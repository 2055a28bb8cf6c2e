"""The three contract types, row by row, and changing from one to another (rules: Contract types)."""

from datetime import date
from typing import Any

import pytest

from powerup.actions.form.contract_form import YEARLY_PLAN
from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.change import Change
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, ContractType, Spread, YearlyOrders
from powerup.contracts.effects import EffectKind
from powerup.contracts.schedule import visits
from powerup.contracts.sla import SlaPolicy, SlaPriority, SlaTime, SlaUnit
from powerup.texts import Reader
from tests.actions.scenes import FORM, TODAY, decide, ordered, scene, situation, the_contract

GOLD = SlaPolicy("GOLD", "Goud", priorities=(SlaPriority("1", response=SlaTime(4, SlaUnit.HOUR)),))
WITH_GOLD = TenantConfiguration(sla_policies=(GOLD,))
NO_WORK_YET = "2027-01-01"


def created(**entered: Any) -> Contract:
    """The contract that the form makes with these members in place of its own; None leaves one out."""
    form = {name: value for name, value in (FORM | {"start": NO_WORK_YET} | entered).items() if value is not None}
    (contract,) = decide("contract.create", scene(configuration=WITH_GOLD), form).added
    return contract


def edited(contract: Contract, **entered: Any) -> Change:
    """The contract with its due orders made, edited."""
    return decide("contract.edit", scene(ordered(contract), configuration=WITH_GOLD), entered)


def after(change: Change) -> Contract:
    assert change.contract is not None
    return change.contract


def warnings(change: Change) -> list[str]:
    return [str(warning) for warning in change.warnings]


def planned(contract: Contract, year: int = 2027) -> list[date]:
    """When the first object of the contract is visited in a year."""
    of_year = visits(situation(contract), date(year, 1, 1), date(year, 12, 31), TODAY)
    return [visit.planned_date for visit in of_year if visit.key.object in ("", "CV-1")]


def test_preventive_is_driven_by_its_visit_plans_with_days_in_advance() -> None:
    contract = created(days_in_advance=14)
    first = visits(situation(contract), date(2027, 1, 1), date(2027, 1, 31), TODAY)[0]
    assert (first.planned_date, first.generation_date) == (date(2027, 1, 31), date(2027, 1, 17))


@pytest.mark.parametrize(
    ("entered", "warning"),
    [
        (
            {"type": "corrective", "sla_policy": "GOLD", "plans": FORM["plans"]},
            "A corrective contract has no visit plans; those given are not used.",
        ),
        (
            {"type": "yearly", "orders_per_year": 2, "plans": FORM["plans"]},
            "A yearly contract goes by its number of orders; when its visit plans recur is not used.",
        ),
        ({"orders_per_year": 4}, "Only a yearly contract has a number of orders per year; it is not used."),
        ({"sla_policy": "GOLD"}, "Only a corrective contract has an SLA policy; it is not used."),
    ],
)
def test_what_the_type_does_not_use_is_dropped_with_a_warning(entered: dict[str, Any], warning: str) -> None:
    form = FORM | {"start": NO_WORK_YET} | entered
    assert warnings(decide("contract.create", scene(configuration=WITH_GOLD), form)) == [warning]
    assert warnings(edited(created(**entered), **entered | {"name": "Another name"})) == [warning]


def test_a_plan_of_a_yearly_contract_that_says_nothing_of_when_needs_no_warning() -> None:
    form = FORM | {"type": "yearly", "orders_per_year": 2, "plans": [{"name": "Y", "unit": "day", "every": 1}]}
    assert warnings(decide("contract.create", scene(), form)) == []


def test_preventive_has_no_sla_policy() -> None:
    assert created(sla_policy="GOLD").sla_policy is None


def test_preventive_needs_a_visit_plan() -> None:
    with pytest.raises(InvalidInput) as refused:
        created(plans=[])
    assert [problem.pointer for problem in refused.value.problems] == ["/input/plans"]


def test_corrective_is_driven_by_its_sla_policy_and_has_no_schedule() -> None:
    contract = created(type="corrective", sla_policy="GOLD")
    assert (contract.sla_policy, contract.plans, planned(contract)) == ("GOLD", (), [])


@pytest.mark.parametrize(("policy", "code"), [(None, "required"), ("LEAD", "unknown_sla_policy")])
def test_corrective_needs_a_policy_of_the_tenant(policy: str | None, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        created(type="corrective", sla_policy=policy)
    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [("/input/sla_policy", code)]


def test_yearly_orders_are_spread_over_the_contract_year_by_default() -> None:
    contract = created(type="yearly", plans=None, orders_per_year=7)
    assert planned(contract)[:3] == [date(2027, 1, 1), date(2027, 2, 21), date(2027, 4, 13)]


def test_yearly_orders_count_from_no_completion() -> None:
    plan = {"name": "Y", "schedule": "floating"}
    form = FORM | {"type": "yearly", "start": NO_WORK_YET, "orders_per_year": 2, "plans": [plan]}
    change = decide("contract.create", scene(), form)
    assert planned(change.added[0]) == [date(2027, 1, 1), date(2027, 7, 1)]
    assert "when its visit plans recur is not used" in " ".join(warnings(change))


def test_yearly_orders_at_start_come_together_with_the_years_end_as_deadline() -> None:
    contract = created(type="yearly", plans=None, orders_per_year=3, spread="at_start", order_per_object=False)
    found = visits(situation(contract), date(2027, 1, 1), date(2027, 12, 31), TODAY)
    assert [(visit.planned_date, visit.key.sequence, visit.deadline) for visit in found] == [
        (date(2027, 1, 1), sequence, date(2027, 12, 31)) for sequence in (1, 2, 3)
    ]


def test_yearly_orders_on_request_come_only_when_somebody_asks() -> None:
    assert planned(created(type="yearly", plans=None, orders_per_year=3, spread="call_off")) == []


def test_yearly_orders_count_per_object_when_each_has_its_own() -> None:
    contract = created(type="yearly", plans=None, orders_per_year=2)
    found = visits(situation(contract), date(2027, 1, 1), date(2027, 12, 31), TODAY)
    assert sorted(visit.key.object for visit in found) == ["CV-1", "CV-1", "CV-2", "CV-2"]


def test_yearly_needs_a_number() -> None:
    with pytest.raises(InvalidInput) as refused:
        created(type="yearly", plans=None)
    assert [problem.pointer for problem in refused.value.problems] == ["/input/orders_per_year"]


@pytest.mark.parametrize(
    ("number", "objects", "english", "dutch"),
    [
        (
            101,
            ["CV-1"],
            "At most 100 orders can come on the first day of a year: spread them.",
            "Er kunnen hoogstens 100 werkbonnen op de eerste dag van een jaar komen: spreid ze.",
        ),
        (
            100,
            [f"CV-{position}" for position in range(1, 12)],
            "100 orders for each of 11 objects would all come on one day; at most 1,000 can.",
            "100 werkbonnen voor elk van 11 objecten zouden alle op één dag komen; hoogstens 1.000 kan.",
        ),
    ],
)
def test_more_orders_on_one_day_than_anybody_means_are_refused(
    number: int, objects: list[str], english: str, dutch: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        created(type="yearly", plans=None, orders_per_year=number, spread="at_start", objects=objects)
    (problem,) = [each for each in refused.value.problems if each.code != "unknown_object"]
    assert (problem.pointer, problem.code) == ("/input/orders_per_year", "too_many_a_day")
    assert (Reader("en").say(problem.message), Reader("nl").say(problem.message)) == (english, dutch)


def test_a_hundred_orders_at_the_start_of_the_year_are_taken() -> None:
    assert created(type="yearly", plans=None, orders_per_year=100, spread="at_start").yearly is not None


def test_from_preventive_to_corrective_the_visit_plans_go_and_orders_that_exist_stay() -> None:
    change = edited(the_contract(), type="corrective", sla_policy="GOLD")
    assert (after(change).plans, after(change).sla_policy) == ((), "GOLD")
    assert warnings(change) == ["The visit plans are no longer used."]
    kept = [effect for effect in change.effects.listed if effect.kind is EffectKind.KEPT]
    assert {effect.key.nominal_date for effect in kept} == {date(2026, 12, 31), date(2027, 1, 31)}
    assert all(effect.kind in (EffectKind.KEPT, EffectKind.WITHHELD) for effect in change.effects.listed)


def test_from_preventive_to_yearly_the_number_drives_and_not_the_old_plans() -> None:
    change = edited(the_contract(), type="yearly", orders_per_year=2)
    assert [plan.name for plan in after(change).plans] == [YEARLY_PLAN]
    assert after(change).yearly == YearlyOrders(2, Spread.SPREAD)
    assert warnings(change) == ["The visit plans are no longer used."]


def test_from_yearly_to_preventive_the_number_goes_and_plans_must_be_given() -> None:
    yearly = created(type="yearly", plans=None, orders_per_year=2)
    with pytest.raises(InvalidInput) as refused:
        edited(yearly, type="preventive")
    assert [problem.pointer for problem in refused.value.problems] == ["/input/plans"]
    change = edited(yearly, type="preventive", plans=FORM["plans"])
    assert (after(change).yearly, [plan.name for plan in after(change).plans]) == (None, ["A"])
    assert warnings(change) == ["The number of orders per year is no longer used."]


def test_from_yearly_to_corrective_the_number_goes() -> None:
    yearly = created(type="yearly", plans=None, orders_per_year=2)
    change = edited(yearly, type="corrective", sla_policy="GOLD")
    assert (after(change).yearly, after(change).plans) == (None, ())


@pytest.mark.parametrize(
    ("type_", "needed"), [("preventive", {"plans": FORM["plans"]}), ("yearly", {"orders_per_year": 4})]
)
def test_from_corrective_the_sla_policy_goes(type_: str, needed: dict[str, Any]) -> None:
    corrective = created(type="corrective", sla_policy="GOLD")
    change = edited(corrective, type=type_, **needed)
    assert (after(change).type, after(change).sla_policy) == (ContractType(type_), None)
    assert warnings(change) == ["The SLA policy is no longer used."]


@pytest.mark.parametrize("type_", ["corrective", "yearly"])
def test_what_the_new_type_needs_must_be_given(type_: str) -> None:
    with pytest.raises(InvalidInput):
        edited(the_contract(), type=type_)
