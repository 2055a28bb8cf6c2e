"""Who handles which message. A new type is one line here, the schema of its data, and its handler."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from powerup.store.installations import Installation
from powerup.webhooks import installing, invoking, lifecycle
from powerup.webhooks.answers import AnswerDocument
from powerup.webhooks.cards import cards_requested
from powerup.webhooks.entrance import Delivery, Handler
from powerup.webhooks.events import records_changed
from powerup.webhooks.messages import EVENTS

HANDLERS: Mapping[str, Handler] = {
    "installation.suspended": lifecycle.suspended,
    "installation.resumed": lifecycle.resumed,
    "installation.key_rotated": lifecycle.key_rotated,
    "installation.credentials_changed": installing.credentials_changed,
    "installation.updated": lifecycle.updated,
    "installation.uninstalled": lifecycle.uninstalled,
    "installation.erased": lifecycle.erased,
    "action.invoked": invoking.invoked,
    **dict.fromkeys(EVENTS, records_changed),
}
"""What changes something, by type; installing itself is apart, since it has no installation yet."""

READERS: Mapping[str, Callable[[Connection, Delivery, Installation], AnswerDocument]] = {
    "cards.requested": cards_requested,
}
"""What only asks: no inbox row, and no write."""

AFTER_THE_END = frozenset({"installation.uninstalled", "installation.erased"})
"""What still means something to an installation that was uninstalled; the rest came too late."""

CHANGING_HANDS = frozenset({"installation.created", "installation.erased"})
"""What leaves an installation with another tenant than before, or with none."""
