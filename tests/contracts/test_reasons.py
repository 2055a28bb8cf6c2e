"""Whether a visit may be ordered is one rule, whoever asks: the plan, the last look, a person (rules: Generation)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from powerup.contracts.contract import Pause, Termination
from powerup.contracts.reasons import reason_against
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation, Facts
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from tests.contracts.cycles import contract, plan
from tests.contracts.generated_contracts import FIRST_DAY, situations

DAY = date(2026, 3, 10)
NOTHING_KNOWN = Facts()
ALWAYS_AGAINST = {Reason.TERMINATED, Reason.CONTRACT_ENDED, Reason.PAUSED, Reason.OBJECT_RETIRED}


@settings(deadline=None, max_examples=60)
@given(situations())
def test_what_the_plan_says_of_a_visit_the_last_look_says_too(start: ContractSituation) -> None:
    for visit in visits(start, FIRST_DAY, FIRST_DAY + timedelta(days=300), FIRST_DAY):
        against = reason_against(start.contract, visit, start.facts)
        if visit.reason is None or visit.reason in ALWAYS_AGAINST:
            assert against is visit.reason


@pytest.mark.parametrize(
    ("fields", "facts", "reason"),
    [
        ({}, NOTHING_KNOWN, None),
        ({"deleted_on": DAY, "end": DAY - timedelta(days=1)}, NOTHING_KNOWN, Reason.CONTRACT_DELETED),
        ({"end": DAY}, NOTHING_KNOWN, None),
        ({"end": DAY - timedelta(days=1)}, NOTHING_KNOWN, Reason.CONTRACT_ENDED),
        ({"termination": Termination(DAY - timedelta(days=1), "MOVED")}, NOTHING_KNOWN, Reason.TERMINATED),
        ({"pauses": (Pause(DAY, DAY),)}, NOTHING_KNOWN, Reason.PAUSED),
        ({"objects": ("CV-1",)}, Facts(retired_objects=frozenset({"CV-1"})), Reason.OBJECT_RETIRED),
        ({"objects": ("CV-1", "CV-2")}, Facts(retired_objects=frozenset({"CV-1"})), None),
        ({}, Facts(customer_blocked=True), Reason.CUSTOMER_BLOCKED),
    ],
)
def test_the_first_reason_that_holds_is_told(fields: dict[str, object], facts: Facts, reason: Reason | None) -> None:
    assert reason_against(contract(plan(), start=date(2026, 1, 1), **fields), _on_the_day(), facts) is reason


def test_of_the_objects_of_one_order_each_only_its_own_counts() -> None:
    of = contract(plan(), start=date(2026, 1, 1), objects=("CV-1", "CV-2"))
    facts = Facts(retired_objects=frozenset({"CV-2"}))
    assert reason_against(of, _on_the_day("CV-1"), facts) is None
    assert reason_against(of, _on_the_day("CV-2"), facts) is Reason.OBJECT_RETIRED


def test_an_order_of_one_address_goes_on_for_those_of_its_objects_that_are_in_use() -> None:
    of = contract(plan(), start=date(2026, 1, 1), objects=("CV-1", "CV-2", "CV-3"))
    facts = Facts(retired_objects=frozenset({"CV-1"}))
    assert reason_against(of, _on_the_day("@A", "CV-1", "CV-2"), facts) is None
    assert reason_against(of, _on_the_day("@A", "CV-1"), facts) is Reason.OBJECT_RETIRED


def test_an_order_of_one_address_whose_objects_left_the_contract_does_not_come() -> None:
    of = contract(plan(), start=date(2026, 1, 1), objects=("CV-1", "CV-2"))
    assert reason_against(of, _on_the_day("@A", "CV-9"), NOTHING_KNOWN) is Reason.OBJECT_RETIRED


def _on_the_day(object_code: str = "", *carries: str) -> LedgerVisit:
    key = VisitKey("1001", "A", DAY, object_code)
    return LedgerVisit(key, DAY, DAY, DAY, VisitState.ORDERING, carries=carries)
