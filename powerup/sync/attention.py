"""What needs a person, of one tenant: what its cycles raised, its contracts, failed visits and dead callbacks."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from powerup.store.outbox import Outbox, OutgoingState
from powerup.store.tenants import Tenant
from powerup.sync.following.cards_changed import CARDS_CHANGED

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


def needs_of(connection: Connection, tenant: Tenant) -> list[Need]:
    """All that needs a person now; the largest heaps of failed visits first."""
    return [
        *(Need(NeedKind.TENANT, words) for words in (tenant.attention or "").split("\n") if words),
        *_contracts(connection, tenant.id),
        *sorted(_visits(connection, tenant.id), key=lambda need: -need.number),
        *_callbacks(connection, tenant.id),
    ]


def _contracts(connection: Connection, tenant_id: str) -> Iterator[Need]:
    for number, problem in Contracts(connection, tenant_id).problems().items():
        yield Need(NeedKind.CONTRACT, problem, contracts=(number,))


def _visits(connection: Connection, tenant_id: str) -> Iterator[Need]:
    failed = Ledger(connection, tenant_id).in_states([VisitState.FAILED], MOST_VISITS)
    contracts = Contracts(connection, tenant_id).of_numbers(list({visit.key.contract for visit in failed}))
    customers = {contract.number: contract.customer for contract in contracts}
    heaps: defaultdict[tuple[str, str], list[LedgerVisit]] = defaultdict(list)
    for visit in failed:
        heaps[customers[visit.key.contract], visit.refusal or ""].append(visit)
    for (customer, words), visits in heaps.items():
        numbers = tuple(sorted({visit.key.contract for visit in visits}))
        yield Need(NeedKind.VISITS, words, customer, numbers, len(visits))


def _callbacks(connection: Connection, tenant_id: str) -> Iterator[Need]:
    for message in Outbox(connection).of_tenant(tenant_id, OutgoingState.DEAD):
        if message.type == CARDS_CHANGED:
            continue  # nobody misses it: whoever looks at a card next sees it as it is
        yield Need(NeedKind.CALLBACK, f"{message.type} {message.id}: {message.last_failure or ''}".rstrip(": "))
