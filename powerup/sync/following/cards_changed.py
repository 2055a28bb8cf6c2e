"""The host is told beside which customers it shows cards that a cycle has changed (webhooks page, section 6)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.kit.request import TargetType
from powerup.readings.cards import CARDS_CHANGED
from powerup.store.batches import batches
from powerup.store.customers import customers_of
from powerup.tenants.tell_host import is_listening, tell_host

MOST_TARGETS = 500
"""Of one message, as a host may name in one (webhooks page, section 5)."""


def tell_of_cards(connection: Connection, tenant_id: str, numbers: Collection[str], now: datetime) -> None:
    """Write what tells of the cards of these contracts, if any; now is aware."""
    if not numbers or not is_listening(connection, tenant_id):
        return
    customers = customers_of(connection, tenant_id, sorted(numbers))
    for some in batches(customers, MOST_TARGETS):
        targets = [{"type": TargetType.RELATION.value, "id": customer} for customer in some]
        tell_host(connection, tenant_id, CARDS_CHANGED, {"targets": targets}, now)
