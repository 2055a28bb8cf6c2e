"""What needs a person, of one tenant: what its cycles raised, its contracts, failed visits, latest dates that come near
addresses that take nothing, and messages that were given up."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.answer_document import latest_date_document
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.visit import VisitState
from powerup.readings.cards import CARDS_CHANGED
from powerup.readings.failures import Failures, failed_visit_documents, failures_of
from powerup.readings.latest_dates import LatestDates, NearLatest, near_in_words
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostNames
from powerup.store.ledger import Ledger
from powerup.store.outbox import Outbox, OutgoingState
from powerup.store.tenants import Tenant
from powerup.store.webhook_addresses import WEBHOOK_TEST, AddressState, WebhookAddresses
from powerup.texts import Reader, Text, in_a_row, text

MOST_VISITS = 10_000
"""Failed visits that are looked at; nobody reads on after that."""


_NOT_MISSED = (CARDS_CHANGED, WEBHOOK_TEST)
"""Whoever looks at a card next sees it as it is; of a test the page of its address says how it ended."""


class NeedKind(StrEnum):
    """Where the need comes from."""

    TENANT = "tenant"
    CONTRACT = "contract"
    VISITS = "visits"
    LATEST = "latest_date"
    CALLBACK = "callback"
    ADDRESS = "webhook_address"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing for a person to look at. words that were kept are in the language of then; failures are the visits that
    failed, latest the contract whose latest dates come near."""

    kind: NeedKind
    words: str | Text
    contracts: tuple[str, ...] = ()
    failures: Failures | None = None
    latest: NearLatest | None = None
    customer_name: str = ""

    @property
    def customer(self) -> str | None:
        """Whose it is, where it is about one customer."""
        if self.latest is not None:
            return self.latest.contract.customer
        return self.failures.customer if self.failures else None

    @property
    def number(self) -> int:
        """How many visits it is about, or 1."""
        return len(self.failures.visits) if self.failures else 1


class Attention:
    """What needs a person, of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant: Tenant, around: TenantCircumstances) -> None:
        self._connection = connection
        self._tenant = tenant
        self._around = around
        self._contracts = Contracts(connection, tenant.id)
        self._ledger = Ledger(connection, tenant.id)
        self._outbox = Outbox(connection)
        self._addresses = WebhookAddresses(connection, tenant.id)

    def needs(self) -> list[Need]:
        """All that needs a person now; the largest heaps of failed visits first."""
        return [
            *(Need(NeedKind.TENANT, words) for words in (self._tenant.attention or "").split("\n") if words),
            *self._of_contracts(),
            *self._of_visits(),
            *self._of_latest_dates(),
            *self._of_messages(),
        ]

    def _of_contracts(self) -> Iterator[Need]:
        for number, problem in self._contracts.problems().items():
            yield Need(NeedKind.CONTRACT, problem, contracts=(number,))

    def _of_visits(self) -> Iterator[Need]:
        failed = self._ledger.in_states([VisitState.FAILED], MOST_VISITS)
        for failures in failures_of(self._connection, self._tenant.id, failed):
            named = failures.customer_name
            yield Need(NeedKind.VISITS, failures.words, failures.contracts, failures, customer_name=named)

    def _of_latest_dates(self) -> Iterator[Need]:
        found = LatestDates(self._connection, self._around).needing()
        names = HostNames(self._connection, self._tenant.id).of_customers(each.contract.customer for each in found)
        for near in found:
            words = in_a_row(near_in_words(near.dates, self._around.today))
            name = names.get(near.contract.customer, "")
            yield Need(NeedKind.LATEST, words, (near.contract.number,), latest=near, customer_name=name)

    def _of_messages(self) -> Iterator[Need]:
        """Addresses that were switched off, and messages to others that were given up."""
        off = {each.id: each for each in self._addresses.all() if each.state is AddressState.OFF}
        for each in off.values():
            told = text(
                "{url} is told of nothing any more: {why}.",
                url=each.url.partition("?")[0],
                why=each.last_failure or "-",
            )
            yield Need(NeedKind.ADDRESS, told)
        for message in self._outbox.of_tenant(self._tenant.id, OutgoingState.DEAD):
            if message.type in _NOT_MISSED or message.address_id in off:
                continue
            yield Need(NeedKind.CALLBACK, f"{message.type} {message.id}: {message.last_failure or ''}".rstrip(": "))


def need_document(tenant_id: str, need: Need, reader: Reader) -> dict[str, Any]:
    """A need as JSON values (commands page): of failed visits the first ten, with how many there are."""
    return {
        "tenant": tenant_id,
        "kind": need.kind.value,
        "number": need.number,
        "customer": need.customer,
        "customer_name": need.customer_name or None,
        "contracts": list(need.contracts),
        "visits": failed_visit_documents([need.failures]) if need.failures else [],
        "latest_dates": [latest_date_document(each) for each in need.latest.dates] if need.latest else [],
        "message": need_in_words(need, reader),
    }


def need_in_words(need: Need, reader: Reader) -> str:
    """What it says, in the reader's language where it was not kept in another."""
    return reader.say(need.words) if isinstance(need.words, Text) else need.words
