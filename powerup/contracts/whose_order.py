"""Whose a work order is that carries a visit's number at the host (rules: The two ideas, Whose order is it?).

The one rule, for every way on which an order is found. An order that is known by its row id is the visit's own,
whatever people changed on it, and is not asked about here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from powerup.contracts.visit import Doubt, LedgerVisit

LAST_TRY = 9
"""Up to this try's number a visit looks for one that nobody has; after that a person has to look."""


class OrderSeen(Protocol):
    """What the rule looks at of a work order as the host has it."""

    @property
    def row_id(self) -> int:
        """The host's own id."""

    @property
    def customer_debtor_number(self) -> str:
        """Whose work it is."""

    @property
    def work_date(self) -> date | None:
        """The day on which the work is planned."""

    @property
    def deadline(self) -> date | None:
        """The day by which it is to be done."""

    @property
    def objects(self) -> tuple[str, ...]:
        """The codes of its objects."""


Order = TypeVar("Order", bound=OrderSeen)


@dataclass(frozen=True, slots=True)
class Claimant:
    """What a contract has to say about whose an order is: its customer, by debtor number, and its object codes."""

    customer: str
    objects: tuple[str, ...] = ()


class Whose(StrEnum):
    """OURS: it is the visit's own. ANOTHER_CUSTOMERS and UNLIKE are clashes: it is of another customer, or of the
    same one with nothing else in common."""

    OURS = "ours"
    ANOTHER_CUSTOMERS = "another_customers"
    UNLIKE = "unlike"


def is_lost(visit: LedgerVisit) -> bool:
    """Whether an earlier attempt under the visit's number never had an outcome, so that its order may be there."""
    return visit.doubt is Doubt.LOST


def is_attempted(visit: LedgerVisit) -> bool:
    """Whether a visit that waits to be ordered has ever left for the host under its number."""
    return visit.attempted_at is not None or visit.doubt is not None


def whose(order: OrderSeen, visit: LedgerVisit, claimant: Claimant, *, outcome_unknown: bool) -> Whose:
    """Whose an order is that carries the visit's number.

    outcome_unknown: an attempt of ours under that number may have made it, so that people may have changed it before
    it was seen; its customer alone decides then.
    """
    if order.customer_debtor_number != claimant.customer:
        return Whose.ANOTHER_CUSTOMERS
    return Whose.OURS if outcome_unknown or agrees(order, visit, claimant) else Whose.UNLIKE


def agrees(order: OrderSeen, visit: LedgerVisit, claimant: Claimant) -> bool:
    """Whether customer, and date, deadline or objects, are the visit's: then the order is its own in any case."""
    if order.customer_debtor_number != claimant.customer:
        return False
    days = (order.work_date == visit.planned_date, order.deadline == visit.deadline)
    return any(days) or _carries_its_objects(order, visit, claimant)


def best_of(orders: Iterable[Order], visit: LedgerVisit, claimant: Claimant) -> Order | None:
    """Of several orders that carry the visit's number: the likeliest to be its own, of equals the oldest."""
    return min(
        orders,
        key=lambda order: (
            not agrees(order, visit, claimant),
            order.customer_debtor_number != claimant.customer,
            order.row_id,
        ),
        default=None,
    )


def _carries_its_objects(order: OrderSeen, visit: LedgerVisit, claimant: Claimant) -> bool:
    """Whether it carries objects, and all of them are the visit's; one that carries none says nothing by that."""
    named = visit.key.visited_as
    own = {named} if named else set(visit.carries or claimant.objects)
    return bool(order.objects) and own.issuperset(order.objects)
