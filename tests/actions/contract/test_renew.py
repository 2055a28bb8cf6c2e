"""Renewing by hand (rules: Actions, renew; Terms)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from powerup.actions.catalogue import find_action
from powerup.actions.kit.answer import InvalidInput, NotPossible
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import due
from powerup.contracts.terms import Renewal
from powerup.contracts.visit import VisitState
from tests.actions.scenes import TODAY, decide, ordered, scene, situation, terms_of_a_year, the_contract
from tests.contracts.cycles import plan


def test_renewing_by_hand_moves_the_end_by_the_terms() -> None:
    about = ordered(the_contract(terms=terms_of_a_year(Renewal.BY_HAND), end=date(2027, 1, 30)))
    change = decide("contract.renew", scene(about))
    assert change.contract is not None
    assert (change.contract.end, change.contract.renewals) == (date(2028, 1, 30), 1)


@pytest.mark.parametrize(
    ("renewal", "why"),
    [
        (Renewal.AUTOMATIC, "renews by itself, on"),
        (Renewal.INDEFINITE, "goes on without an end after"),
        (Renewal.NONE, "do not renew"),
        (None, "no contract terms"),
    ],
)
def test_only_terms_that_renew_by_hand_are_renewed_and_the_button_says_why(renewal: Renewal | None, why: str) -> None:
    of = the_contract(terms=terms_of_a_year(renewal) if renewal else None, end=date(2027, 1, 30))
    action = find_action("contract.renew")
    assert action is not None
    assert action.possible is not None
    with pytest.raises(NotPossible, match=why):
        action.possible(scene(ordered(of)))
    for entered in ({}, {"until": "2027-06-30"}):
        with pytest.raises(NotPossible, match=why):
            decide("contract.renew", scene(ordered(of)), entered)


def test_a_new_end_lies_after_the_present_one_and_at_most_one_renewal_period_further() -> None:
    about = ordered(the_contract(terms=terms_of_a_year(Renewal.BY_HAND), end=date(2027, 1, 30)))
    with pytest.raises(InvalidInput, match="after the present one"):
        decide("contract.renew", scene(about), {"until": "2027-01-30"})
    with pytest.raises(InvalidInput, match="one renewal period further") as refusal:
        decide("contract.renew", scene(about), {"until": "2028-01-31"})
    assert [(problem.pointer, problem.code) for problem in refusal.value.problems] == [
        ("/input/until", "more_than_one_period")
    ]
    sooner = decide("contract.renew", scene(about), {"until": "2027-06-30"}).contract
    assert sooner is not None
    assert (sooner.end, sooner.renewals, sooner.end_counts_from) == (date(2027, 6, 30), 0, date(2027, 7, 1))


def test_the_end_that_the_terms_give_is_a_renewal_also_when_a_person_names_it() -> None:
    about = ordered(the_contract(terms=terms_of_a_year(Renewal.BY_HAND), end=date(2027, 1, 30)))
    named = decide("contract.renew", scene(about), {"until": "2028-01-30"}).contract
    assert named == decide("contract.renew", scene(about)).contract


def test_renewing_leaves_what_is_planned_from_today_on_to_the_next_cycle() -> None:
    """Of a contract that no cycle has looked at nothing is ordered by the press itself."""
    of = the_contract(terms=terms_of_a_year(Renewal.BY_HAND), end=date(2027, 1, 30), plans=(plan(unit=Unit.DAY),))
    change = decide("contract.renew", scene(situation(of), unseen=True))
    assert change.contract is not None
    assert change.contract.settled_through == TODAY - timedelta(days=1)
    renewed = replace(situation(change.contract), ledger={row.key: row for row in change.ledger})
    orders = [row.planned_date for row in due(renewed, TODAY) if row.state is VisitState.ORDERING]
    assert TODAY in orders
    assert TODAY + timedelta(days=1) in orders


def test_renewing_writes_first_what_the_old_end_left() -> None:
    by_hand = {
        "terms": terms_of_a_year(Renewal.BY_HAND),
        "end": date(2026, 11, 30),
        "end_counts_from": date(2026, 12, 1),
    }
    about = situation(the_contract(entered_on=date(2026, 1, 31), order_per_object=False, **by_hand))
    change = decide("contract.renew", scene(about), {"until": "2027-11-30"})
    assert change.contract is not None
    assert change.contract.settled_through == date(2026, 11, 30)
    assert max(visit.planned_date for visit in change.ledger) == date(2026, 11, 30)
