"""What is too large is refused with its number, and what stands may become smaller (rules: Sizes)."""

from dataclasses import replace

import pytest

from powerup.actions.form.contract_check import contract_problems
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from tests.actions.scenes import the_contract


def refused(contract: Contract, before: Contract | None = None) -> list[tuple[str, str]]:
    found = contract_problems(contract, TenantConfiguration(), before)
    return [(problem.pointer, problem.code) for problem in found]


def with_plans(number: int, objects: int = 0, unit: Unit = Unit.YEAR) -> Contract:
    plans = tuple(VisitPlan(f"P{place}", Recurrence(unit)) for place in range(number))
    codes = tuple(f"O-{place}" for place in range(objects))
    return the_contract(plans=plans, objects=codes, order_per_object=True)


LONG_TEXT = replace(the_contract(), template=replace(the_contract().template, description="x" * 4001))


@pytest.mark.parametrize(
    ("contract", "flaw"),
    [
        (the_contract(name="x" * 256), ("/input/name", "too_long")),
        (LONG_TEXT, ("/input/template/description", "too_long")),
        (with_plans(51), ("/input/plans", "too_many")),
        (with_plans(15, 4, Unit.DAY), ("/input/plans", "too_many")),
    ],
)
def test_what_is_too_large_is_refused_unless_it_stood_so(contract: Contract, flaw: tuple[str, str]) -> None:
    assert refused(contract) == [flaw]
    assert refused(contract, before=contract) == []


def test_what_is_as_large_as_may_be_is_taken() -> None:
    assert refused(the_contract(name="x" * 255)) == []
    assert refused(with_plans(50)) == []
    assert refused(with_plans(1, 54, Unit.DAY)) == []


def test_what_stood_above_the_most_may_become_smaller_and_not_larger() -> None:
    assert refused(with_plans(55), before=with_plans(60)) == []
    assert refused(with_plans(61), before=with_plans(60)) == [("/input/plans", "too_many")]
