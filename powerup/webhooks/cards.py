"""What to show beside a record: a read, answered from the store, taken into no inbox (webhooks page, section 4)."""

from sqlalchemy import Connection

from powerup.actions.cards import cards_beside
from powerup.store.installations import Installation
from powerup.store.tenants import Tenants
from powerup.sync.circumstances import circumstances_of
from powerup.texts import Reader
from powerup.webhooks.answers import AnswerDocument
from powerup.webhooks.entrance import Delivery
from powerup.webhooks.messages import CardsRequested


def cards_requested(connection: Connection, delivery: Delivery, installation: Installation) -> AnswerDocument:
    """cards.requested: the contracts that concern the target, and which of their buttons can be pressed."""
    data: CardsRequested = delivery.data
    around = circumstances_of(connection, Tenants(connection).get(installation.tenant_id), delivery.now)
    return cards_beside(connection, around, data.target, data.actor.as_actor(), Reader(data.locale))
