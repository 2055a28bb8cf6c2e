"""The work order of one visit at once (rules: Actions, Generation)."""

import pytest

from powerup.actions.kit.answer import NotPossible
from powerup.contracts.schedule import due
from powerup.contracts.visit import Reason, VisitState
from tests.actions.scenes import TODAY, ordered, the_contract
from tests.actions.visit.visit_scenes import DECEMBER, FEBRUARY, decide, row


def test_a_visit_that_was_withheld_for_what_no_longer_holds_can_be_ordered_now() -> None:
    """What holds now decides, not what was written down when its day passed."""
    blocked = row(ordered(the_contract()), DECEMBER, state=VisitState.WITHHELD, reason=Reason.CUSTOMER_BLOCKED)
    assert decide("visit.order_now", blocked, DECEMBER).ledger[0].state is VisitState.ORDERING


def test_a_visit_that_is_not_due_yet_can_be_ordered_now() -> None:
    about = ordered(the_contract())
    change = decide("visit.order_now", about, FEBRUARY)
    assert [(visit.state, visit.workorder_no) for visit in change.ledger] == [
        (VisitState.ORDERING, "C1042-A-20270228-CV-1")
    ]


def test_a_removed_order_is_made_again_only_by_a_person_and_under_its_next_number() -> None:
    about = row(ordered(the_contract()), DECEMBER, state=VisitState.REMOVED)
    assert DECEMBER not in {found.key for found in due(about, TODAY)}
    change = decide("visit.order_now", about, DECEMBER)
    assert change.ledger[0].workorder_no == "C1042-A-20261231-CV-1.r2"


def test_what_has_its_work_order_is_not_ordered_twice() -> None:
    about = ordered(the_contract())
    with pytest.raises(NotPossible, match="already has its work order"):
        decide("visit.order_now", about, DECEMBER)


@pytest.mark.parametrize(
    ("state", "words"), [(VisitState.FAILED, "“Try again”"), (VisitState.RETRACTING, "being taken back")]
)
def test_a_visit_that_has_no_order_yet_is_not_said_to_have_one(state: VisitState, words: str) -> None:
    about = row(ordered(the_contract()), DECEMBER, state=state)
    with pytest.raises(NotPossible, match=words):
        decide("visit.order_now", about, DECEMBER)
