"""Messages to a tenant's own addresses, written in the transaction of what they tell of, and sent by the outbox.

They are thin: which record changed, and how it is called by the API. Whoever wants the rest reads it there.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from powerup.contracts.contract import Contract
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from powerup.store.identifiers import new_id
from powerup.store.outbox import Outbox, OutgoingMessage
from powerup.store.webhook_addresses import ChangeEvent, WebhookAddresses

_UNDER_WAY = frozenset({VisitState.ORDERING, VisitState.RETRACTING})
"""States that pass within a cycle: what comes of them is told."""

_NOTHING_HAPPENED = frozenset({Reason.BEFORE_ENTRY, Reason.CONTRACT_NOT_STARTED})
"""Why visits were never to come: those of years before a contract was entered, which are no news."""


class ChangesOut:
    """Tells the addresses of one tenant, on a connection that a transaction of Database has given. Which of them want
    what is read once, and not before there is something to tell."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._wanting: Mapping[str, frozenset[str]] | None = None

    def tell(self, event: ChangeEvent, bodies: Iterable[Mapping[str, Any]], now: datetime) -> None:
        """Write a message of each body for each address that wants this event; now is aware."""
        if self._wanting is None:
            self._wanting = WebhookAddresses(self._connection, self._tenant_id).wanting()
        listening = [address_id for address_id, events in self._wanting.items() if event in events]
        if listening:
            messages = [self._message(each, event, body, now) for body in bodies for each in listening]
            Outbox(self._connection).add_all(messages)

    def tell_of_contract(self, event: ChangeEvent, contract: Contract, action: str, now: datetime) -> None:
        """Tell of a contract as it is now, and of what was done to it; now is aware."""
        self.tell(event, [contract_body(contract, action)], now)

    def tell_of_visits(self, written: Sequence[LedgerVisit]) -> None:
        """Tell of visits that were written, but of those that are under way or were never to come; the moment is that
        of their change."""
        for moment in dict.fromkeys(visit.changed_at for visit in written):
            if moment is not None:
                changed = [each for each in written if each.changed_at == moment and _is_news(each)]
                if changed:
                    self.tell(ChangeEvent.VISIT_CHANGED, map(visit_body, changed), moment)

    def _message(self, address_id: str, event: ChangeEvent, body: Mapping[str, Any], now: datetime) -> OutgoingMessage:
        return OutgoingMessage(
            tenant_id=self._tenant_id,
            id=new_id("msg"),
            installation_id="",
            type=event.value,
            data=body,
            created_at=now,
            next_attempt_at=now,
            address_id=address_id,
        )


def contract_body(contract: Contract, action: str) -> dict[str, Any]:
    """What is told of a contract: its number, its version, and the action that was done to it."""
    return {
        "contract": contract.number,
        "version": contract.version,
        "customer": contract.customer,
        "action": action,
    }


def visit_body(visit: LedgerVisit) -> dict[str, Any]:
    """What is told of a visit: its id, and how it is by now."""
    return {
        "visit": str(visit.key),
        "contract": visit.key.contract,
        "state": visit.state.value,
        "reason": visit.reason.value if visit.reason else None,
        "planned_date": visit.planned_date.isoformat(),
        "workorder_no": visit.workorder_no,
    }


def _is_news(visit: LedgerVisit) -> bool:
    return visit.state not in _UNDER_WAY and visit.reason not in _NOTHING_HAPPENED
