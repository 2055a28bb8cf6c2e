"""Which buttons the visits and work orders of a card have, and in which order (webhooks page, section 4)."""

from dataclasses import replace

import pytest

from powerup.actions.kit.order_on_card import OrderOnCard
from powerup.actions.work_order.attach import MOST_CHOICES, beside_order
from powerup.contracts.contract import Contract, ContractType
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Reason, VisitState
from powerup.readings.card_visits import coming_visits, last_orders
from tests.actions.scenes import TODAY, ordered, the_contract


def in_state(state: VisitState, reason: Reason | None = None) -> ContractSituation:
    """The contract with its first work order in that state, and nothing else that is written."""
    about = ordered(the_contract())
    first = next(visit for visit in about.ledger.values() if visit.workorder_no)
    row = replace(first, state=state, reason=reason, planned_date=TODAY)
    return replace(about, ledger={row.key: row})


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (VisitState.ORDERING, []),
        (VisitState.ORDERED, ["visit.move", "visit.assign", "visit.skip"]),
        (VisitState.FAILED, ["visit.retry", "visit.move", "visit.assign", "visit.skip"]),
        (VisitState.RETRACTING, []),
        (VisitState.REMOVED, ["visit.order_now"]),
        (VisitState.IN_PROGRESS, []),
        (VisitState.COMPLETED, []),
        (VisitState.SETTLED, []),
    ],
)
def test_a_work_order_has_the_buttons_of_its_state(state: VisitState, buttons: list[str]) -> None:
    ((_, actions),) = last_orders(in_state(state))
    assert [action.id for action in actions] == buttons


@pytest.mark.parametrize(("reason", "buttons"), [(Reason.SKIPPED, ["visit.unskip"]), (Reason.MISSED, [])])
def test_only_a_visit_that_was_skipped_can_be_brought_back(reason: Reason, buttons: list[str]) -> None:
    about = in_state(VisitState.WITHHELD, reason)
    ((_, actions),) = [each for each in coming_visits(about, TODAY) if each[0]["planned_date"] == TODAY.isoformat()]
    assert [action.id for action in actions] == buttons


def corrective(number: int) -> Contract:
    return the_contract(number=str(number), type=ContractType.CORRECTIVE, plans=(), sla_policy="GOLD")


@pytest.mark.parametrize(("more", "listed"), [(0, MOST_CHOICES), (1, 0)])
def test_contracts_are_listed_unless_there_are_too_many_to_choose_from(more: int, listed: int) -> None:
    contracts = [corrective(number) for number in range(1000, 1000 + MOST_CHOICES + more)]
    offered = beside_order(OrderOnCard(None, frozenset(), contracts), TODAY)
    assert len(offered.get("contract", ())) == listed
