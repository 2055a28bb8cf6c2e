"""What needs a person, of one tenant: what its cycles raised, its contracts, failed visits and dead callbacks."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.readings.cards import CARDS_CHANGED
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from powerup.store.outbox import Outbox, OutgoingState
from powerup.store.tenants import Tenant

MOST_VISITS = 10_000
"""Failed visits that are looked at; nobody reads on after that."""


class NeedKind(StrEnum):
    """Where the need comes from."""

    TENANT = "tenant"
    CONTRACT = "contract"
    VISITS = "visits"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing for a person to look at. words are in the tenant's language, as they were kept.

    customer and contracts say whose visits failed, number how many: those that failed with the same words for the same
    customer are one need, so that a customer who is gone at the host is told once.
    """

    kind: NeedKind
    words: str
    customer: str | None = None
    contracts: tuple[str, ...] = ()
    number: int = 1


class Attention:
    """What needs a person, of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant: Tenant) -> None:
        self._tenant = tenant
        self._contracts = Contracts(connection, tenant.id)
        self._ledger = Ledger(connection, tenant.id)
        self._outbox = Outbox(connection)

    def needs(self) -> list[Need]:
        """All that needs a person now; the largest heaps of failed visits first."""
        return [
            *(Need(NeedKind.TENANT, words) for words in (self._tenant.attention or "").split("\n") if words),
            *self._of_contracts(),
            *sorted(self._of_visits(), key=lambda need: -need.number),
            *self._of_callbacks(),
        ]

    def _of_contracts(self) -> Iterator[Need]:
        for number, problem in self._contracts.problems().items():
            yield Need(NeedKind.CONTRACT, problem, contracts=(number,))

    def _of_visits(self) -> Iterator[Need]:
        failed = self._ledger.in_states([VisitState.FAILED], MOST_VISITS)
        contracts = self._contracts.of_numbers(list({visit.key.contract for visit in failed}))
        customers = {contract.number: contract.customer for contract in contracts}
        heaps: defaultdict[tuple[str, str], list[LedgerVisit]] = defaultdict(list)
        for visit in failed:
            heaps[customers[visit.key.contract], visit.refusal or ""].append(visit)
        for (customer, words), visits in heaps.items():
            numbers = tuple(sorted({visit.key.contract for visit in visits}))
            yield Need(NeedKind.VISITS, words, customer, numbers, len(visits))

    def _of_callbacks(self) -> Iterator[Need]:
        for message in self._outbox.of_tenant(self._tenant.id, OutgoingState.DEAD):
            if message.type == CARDS_CHANGED:
                continue  # nobody misses it: whoever looks at a card next sees it as it is
            yield Need(NeedKind.CALLBACK, f"{message.type} {message.id}: {message.last_failure or ''}".rstrip(": "))


def need_document(tenant_id: str, need: Need) -> dict[str, Any]:
    """A need as JSON values (commands page)."""
    return {
        "tenant": tenant_id,
        "kind": need.kind.value,
        "number": need.number,
        "customer": need.customer,
        "contracts": list(need.contracts),
        "message": need.words,
    }
