"""Terminating early (rules: Actions)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.actions.kit.answer import InvalidInput, NotPossible
from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.effects import EffectKind
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import Reason, VisitState
from powerup.texts import Reader
from tests.actions.scenes import TODAY, at_host, decide, ordered, scene, situation, the_contract

MOVED = {"last_day": "2026-12-30", "reason": "MOVED"}


def test_visits_after_the_last_day_are_withheld_and_the_rest_is_told() -> None:
    about = ordered(the_contract())
    change = decide(
        "contract.terminate",
        scene(about, readings=at_host(about, started=[1])),
        MOVED | {"existing_orders": "retract"},
    )
    assert change.effects.counts() == {"kept": 1, "retracted": 3, "withheld": {"terminated": 20}}
    assert change.at_host
    retracting = [visit for visit in change.ledger if visit.state is VisitState.RETRACTING]
    assert {visit.reason for visit in retracting} == {Reason.TERMINATED}
    assert len(retracting) == 3


def test_work_orders_after_the_last_day_are_kept_unless_asked() -> None:
    about = ordered(the_contract())
    change = decide("contract.terminate", scene(about), MOVED)
    assert change.effects.counts() == {"kept": 4, "withheld": {"terminated": 20}}
    assert not change.at_host
    assert change.ledger == ()


def test_an_order_that_has_been_started_is_kept_and_says_so() -> None:
    about = ordered(the_contract())
    change = decide(
        "contract.terminate",
        scene(about, readings=at_host(about, started=[1])),
        MOVED | {"existing_orders": "retract"},
    )
    kept = [effect for effect in change.effects.listed if effect.kind is EffectKind.KEPT]
    assert [(effect.state, effect.reason) for effect in kept] == [(VisitState.IN_PROGRESS, "started")]


def test_an_intent_that_never_left_is_withheld() -> None:
    about = ordered(the_contract())
    unsent = {
        key: replace(visit, state=VisitState.ORDERING, host_row_id=None, attempts=0) if visit.host_row_id else visit
        for key, visit in about.ledger.items()
    }
    change = decide("contract.terminate", scene(replace(about, ledger=unsent)), MOVED)
    assert {visit.state for visit in change.ledger} == {VisitState.WITHHELD}
    assert change.effects.counts() == {"withheld": {"terminated": 24}}


def test_a_reason_is_required_and_must_be_on_the_list() -> None:
    about = ordered(the_contract())
    with pytest.raises(InvalidInput) as refused:
        decide("contract.terminate", scene(about), {"last_day": "2026-12-30"})
    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [("/input/reason", "required")]
    with pytest.raises(InvalidInput, match="no reason BORED"):
        decide("contract.terminate", scene(about), {"last_day": "2026-12-30", "reason": "BORED"})


def test_a_tenant_can_do_without_reasons() -> None:
    lenient = TenantConfiguration(settings=TenantSettings(reason_required=False))
    change = decide(
        "contract.terminate", scene(ordered(the_contract()), configuration=lenient), {"last_day": "2026-12-30"}
    )
    assert change.contract is not None
    assert change.contract.termination is not None
    assert change.contract.termination.reason is None


@pytest.mark.parametrize(
    ("last_day", "code"),
    [("2026-01-30", "before_start"), ("2027-12-31", "not_before_end"), ("2028-01-01", "not_before_end")],
)
def test_the_last_day_lies_within_the_contract_and_before_its_end(last_day: str, code: str) -> None:
    about = situation(the_contract(end=date(2027, 12, 31)))
    with pytest.raises(InvalidInput) as refused:
        decide("contract.terminate", scene(about), {"last_day": last_day, "reason": "MOVED"})
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_last_day_in_the_past_ends_the_contract_at_once() -> None:
    about = ordered(the_contract())
    change = decide("contract.terminate", scene(about), {"last_day": "2026-06-30", "reason": "SOLD"})
    assert change.contract is not None
    assert change.contract.status(TODAY).value == "terminated"


def test_earlier_than_the_agreed_notice_is_allowed_and_marked() -> None:
    terms = Terms(
        "STD",
        "Standaard",
        duration=Period(1, PeriodUnit.YEAR),
        renewal=Renewal.AUTOMATIC,
        renewal_period=Period(1, PeriodUnit.YEAR),
        notice_before_end=Period(3, PeriodUnit.MONTH),
    )
    about = ordered(the_contract(terms=terms, end=date(2027, 1, 30)))
    change = decide("contract.terminate", scene(about), MOVED)
    assert "30 January 2028" in str(change.warnings[0]) or "January 30, 2028" in str(change.warnings[0])


def test_an_ended_contract_is_not_terminated_again() -> None:
    about = situation(the_contract(end=date(2026, 6, 30)))
    with pytest.raises(NotPossible, match="already ended"):
        decide("contract.terminate", scene(about), MOVED)


def test_a_missing_last_day_does_not_hide_a_missing_reason() -> None:
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.terminate", scene(ordered(the_contract())), {"last_day": None})
    assert sorted(problem.pointer for problem in refusal.value.problems) == ["/input/last_day", "/input/reason"]


@pytest.mark.parametrize(("last_day", "early"), [("2027-07-14", True), ("2027-07-15", False), ("2028-03-09", False)])
def test_after_the_first_end_indefinite_terms_end_by_the_notice_period(last_day: str, early: bool) -> None:
    month = Period(1, PeriodUnit.MONTH)
    terms = Terms("P", "P", duration=Period(1, PeriodUnit.YEAR), renewal=Renewal.INDEFINITE, notice_before_end=month)
    contract = the_contract(start=date(2026, 3, 10), terms=terms, end=None, renewals=1)
    change = decide(
        "contract.terminate",
        scene(situation(contract), today=date(2027, 6, 15)),
        {"last_day": last_day, "reason": "MOVED"},
    )
    assert any("on July 15, 2027 at the earliest" in Reader("en").say(each) for each in change.warnings) is early
    assert change.effects.counted_until is not None
