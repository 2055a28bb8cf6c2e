"""What needs a person, of one tenant: what its cycles raised, its contracts, failed visits and dead callbacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from powerup.contracts.visit import VisitState
from powerup.readings.cards import CARDS_CHANGED
from powerup.readings.failures import Failures, failed_visit_documents, failures_of
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
    """One thing for a person to look at. words are in the language in which they were kept; failures are the visits
    that failed."""

    kind: NeedKind
    words: str
    contracts: tuple[str, ...] = ()
    failures: Failures | None = None

    @property
    def number(self) -> int:
        """How many visits it is about, or 1."""
        return len(self.failures.visits) if self.failures else 1


class Attention:
    """What needs a person, of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant: Tenant) -> None:
        self._connection = connection
        self._tenant = tenant
        self._contracts = Contracts(connection, tenant.id)
        self._ledger = Ledger(connection, tenant.id)
        self._outbox = Outbox(connection)

    def needs(self) -> list[Need]:
        """All that needs a person now; the largest heaps of failed visits first."""
        return [
            *(Need(NeedKind.TENANT, words) for words in (self._tenant.attention or "").split("\n") if words),
            *self._of_contracts(),
            *self._of_visits(),
            *self._of_callbacks(),
        ]

    def _of_contracts(self) -> Iterator[Need]:
        for number, problem in self._contracts.problems().items():
            yield Need(NeedKind.CONTRACT, problem, contracts=(number,))

    def _of_visits(self) -> Iterator[Need]:
        failed = self._ledger.in_states([VisitState.FAILED], MOST_VISITS)
        for failures in failures_of(self._connection, self._tenant.id, failed):
            yield Need(NeedKind.VISITS, failures.words, failures.contracts, failures)

    def _of_callbacks(self) -> Iterator[Need]:
        for message in self._outbox.of_tenant(self._tenant.id, OutgoingState.DEAD):
            if message.type == CARDS_CHANGED:
                continue  # nobody misses it: whoever looks at a card next sees it as it is
            yield Need(NeedKind.CALLBACK, f"{message.type} {message.id}: {message.last_failure or ''}".rstrip(": "))


def need_document(tenant_id: str, need: Need) -> dict[str, Any]:
    """A need as JSON values (commands page): of failed visits the first ten, with how many there are."""
    failures = need.failures
    return {
        "tenant": tenant_id,
        "kind": need.kind.value,
        "number": need.number,
        "customer": failures.customer if failures else None,
        "customer_name": failures.customer_name or None if failures else None,
        "contracts": list(need.contracts),
        "visits": failed_visit_documents([failures]) if failures else [],
        "message": need.words,
    }
