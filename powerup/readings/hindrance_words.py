"""What stands in the way of a contract's work orders, here or at the host, in words for its card."""

from collections.abc import Iterable, Iterator

from powerup.contracts.contract import Contract
from powerup.store.host_facts import FactKind, HostFact
from powerup.store.marks import Marked, MarkKind
from powerup.texts import Text, text


def hindrances(contract: Contract, kept: Iterable[HostFact], marks: Marked) -> Iterator[Text]:
    """A sentence for each; kept is what cycles saw at the host, marks what was marked here."""
    at_host = {(fact.kind, fact.code): fact for fact in kept}
    customer = contract.customer
    if inactive := at_host.get((FactKind.CUSTOMER_INACTIVE, customer)):
        yield text(
            "Customer {customer} is inactive at the host, seen on {day}: no work order is made while that is so.",
            customer=customer,
            day=inactive.since,
        )
    if (MarkKind.CUSTOMER_BLOCKED, customer) in marks:
        yield text("Customer {customer} is marked as blocked here: no work order is made.", customer=customer)
    if missing := at_host.get((FactKind.CUSTOMER_MISSING, customer)):
        yield text(
            "Customer {customer} is not at the host, seen on {day}: work orders cannot be made.",
            customer=customer,
            day=missing.since,
        )
    for code in contract.lasting_objects:
        gone = at_host.get((FactKind.OBJECT_MISSING, code))
        if gone and (MarkKind.OBJECT_RETIRED, code) not in marks:
            yield text(
                "Object {object} is not at the host, seen on {day}: work orders with it cannot be made.",
                object=code,
                day=gone.since,
            )
