"""What to show beside a record: a read, answered from the store, taken into no inbox (webhooks page, section 4)."""

from dataclasses import dataclass

from marshmallow import fields
from sqlalchemy import Connection

from powerup.actions.kit.request import Target
from powerup.readings.cards import Cards
from powerup.store.installations import Installation
from powerup.store.tenants import Tenants
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader
from powerup.webhooks.kit.answers import AnswerDocument
from powerup.webhooks.kit.message_fields import Language, MessageSchema
from powerup.webhooks.kit.message_parts import EXAMPLE_PERSON, Person, PersonSchema, TargetSchema
from powerup.webhooks.kit.message_type import Asking
from powerup.webhooks.kit.prepared_message import Message


@dataclass(frozen=True, slots=True)
class CardsRequested:
    """Data of cards.requested: what is to be shown beside a record."""

    target: Target
    actor: Person
    locale: str = "nl"


class CardsRequestedSchema(MessageSchema[CardsRequested]):
    """cards.requested."""

    makes = CardsRequested

    target = fields.Nested(TargetSchema, required=True)
    actor = fields.Nested(PersonSchema, required=True)
    locale = Language()


def cards_requested(
    connection: Connection, message: Message[CardsRequested], installation: Installation
) -> AnswerDocument:
    """The contracts that concern the target, and which of their buttons can be pressed."""
    data = message.data
    around = circumstances_of(connection, Tenants(connection).get(installation.tenant_id), message.now)
    return Cards(connection, around).beside(data.target, data.actor.as_actor(), Reader(data.locale))


CARDS_REQUESTED = Asking(
    "cards.requested",
    CardsRequestedSchema,
    {"target": {"type": "relation", "id": "1001"}, "actor": EXAMPLE_PERSON, "locale": "nl"},
    cards_requested,
)
