"""Every type of message that a host may send, and the envelope that all of them have (webhooks page, 2 to 5)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from powerup.webhooks.kit.envelope import Envelope, EnvelopeSchema
from powerup.webhooks.kit.message_type import MessageType
from powerup.webhooks.messages.cards_requested import CARDS_REQUESTED
from powerup.webhooks.messages.events import EVENT_MESSAGES
from powerup.webhooks.messages.installing import CREATED, CREDENTIALS_CHANGED
from powerup.webhooks.messages.invoking import INVOKED
from powerup.webhooks.messages.lifecycle import ERASED, KEY_ROTATED, RESUMED, SUSPENDED, UNINSTALLED, UPDATED

ALL: tuple[MessageType[Any], ...] = (
    CREATED,
    SUSPENDED,
    RESUMED,
    KEY_ROTATED,
    CREDENTIALS_CHANGED,
    UPDATED,
    UNINSTALLED,
    ERASED,
    INVOKED,
    CARDS_REQUESTED,
    *EVENT_MESSAGES,
)
"""In the order in which they are published."""

MESSAGES: Mapping[str, MessageType[Any]] = MappingProxyType({each.name: each for each in ALL})
"""By name; what the published schema, the checks and the handling of messages are made from."""

_ENVELOPE = EnvelopeSchema(MESSAGES)


def read_envelope(message: Mapping[str, Any]) -> Envelope:
    """The envelope of a parsed message. Raises InvalidMessageError with pointers from its root."""
    return _ENVELOPE.read(message)
