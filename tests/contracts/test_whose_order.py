"""Whose an order is that carries a visit's number (rules: The two ideas, Whose order is it?)."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.contracts.whose_order import Claimant, Whose, best_of, whose

PLANNED, DEADLINE = date(2027, 1, 31), date(2027, 2, 7)
VISIT = LedgerVisit(
    VisitKey("1001", "A", PLANNED), PLANNED, date(2027, 1, 17), DEADLINE, VisitState.ORDERING, workorder_no="C1001-A"
)
CLAIMANT = Claimant("1001", ("CV-1", "CV-2"))


@dataclass(frozen=True)
class Seen:
    row_id: int = 1
    customer_debtor_number: str = "1001"
    work_date: date | None = None
    deadline: date | None = None
    objects: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "order",
    [
        Seen(work_date=PLANNED),
        Seen(deadline=DEADLINE, work_date=date(2027, 3, 1)),
        Seen(objects=("CV-2", "CV-1"), deadline=date(2027, 3, 1)),
        Seen(objects=("CV-1",)),
    ],
)
def test_it_is_ours_when_its_customer_and_its_date_deadline_or_objects_agree(order: Seen) -> None:
    assert whose(order, VISIT, CLAIMANT, outcome_unknown=False) is Whose.OURS
    others = replace(order, customer_debtor_number="1002")
    assert whose(others, VISIT, CLAIMANT, outcome_unknown=False) is Whose.ANOTHER_CUSTOMERS


@pytest.mark.parametrize(
    "order", [Seen(), Seen(work_date=DEADLINE), Seen(deadline=PLANNED), Seen(objects=("CV-1", "CV-9"))]
)
def test_with_the_customer_alone_it_is_ours_only_after_an_attempt_with_unknown_outcome(order: Seen) -> None:
    assert whose(order, VISIT, CLAIMANT, outcome_unknown=False) is Whose.UNLIKE
    assert whose(order, VISIT, CLAIMANT, outcome_unknown=True) is Whose.OURS


def test_an_order_of_one_object_is_known_by_that_object() -> None:
    single = replace(VISIT, key=replace(VISIT.key, object="CV-1"))
    assert whose(Seen(objects=("CV-1",)), single, CLAIMANT, outcome_unknown=False) is Whose.OURS
    assert whose(Seen(objects=("CV-2",)), single, CLAIMANT, outcome_unknown=False) is Whose.UNLIKE


def test_no_objects_on_either_side_agree_about_nothing() -> None:
    assert whose(Seen(), VISIT, Claimant("1001"), outcome_unknown=False) is Whose.UNLIKE


def test_another_customers_order_is_never_ours_by_its_number() -> None:
    attempted = replace(VISIT, attempted_at=datetime(2027, 1, 17, tzinfo=UTC))
    order = Seen(customer_debtor_number="1002", work_date=PLANNED, deadline=DEADLINE)
    assert whose(order, attempted, CLAIMANT, outcome_unknown=True) is Whose.ANOTHER_CUSTOMERS


def test_of_two_orders_of_one_number_the_one_that_agrees_is_taken_then_the_customers_then_the_oldest() -> None:
    agreeing, of_customer, of_others = Seen(9, deadline=DEADLINE), Seen(8), Seen(7, "1002")
    assert best_of([of_others, of_customer, agreeing], VISIT, CLAIMANT) == agreeing
    assert best_of([of_others, of_customer], VISIT, CLAIMANT) == of_customer
    assert best_of([Seen(6, "1003"), of_others], VISIT, CLAIMANT) == Seen(6, "1003")
    assert best_of([], VISIT, CLAIMANT) is None
