"""Events: records changed at the host. They wake the sync, which reads and decides (webhooks page, section 5)."""

from dataclasses import dataclass
from datetime import datetime

from marshmallow import fields, validate
from sqlalchemy import Connection

from powerup.store.installations import Installation, InstallationState
from powerup.store.tenants import Tenants
from powerup.webhooks.kit.answers import AnswerDocument, done
from powerup.webhooks.kit.message_fields import Line, MessageSchema
from powerup.webhooks.kit.message_type import Changing
from powerup.webhooks.kit.prepared_message import Message, Prepared
from powerup.webhooks.kit.webhook_parts import WebhookParts

MOST_IDS = 500


@dataclass(frozen=True, slots=True)
class RecordsChanged:
    """Data of an event: the ids of records that changed or were deleted at the host."""

    ids: tuple[str, ...]


class RecordsChangedSchema(MessageSchema[RecordsChanged]):
    """An event."""

    makes = RecordsChanged

    ids = fields.List(Line(), required=True, validate=validate.Length(1, MOST_IDS))


@dataclass(frozen=True, slots=True)
class _Wake:
    """The tenant's next cycle comes now, and compares its open work orders with the host."""

    now: datetime

    def carry_out(self, connection: Connection, current: Installation) -> AnswerDocument:
        if current.state is InstallationState.ACTIVE:
            Tenants(connection).reconcile_soon(current.tenant_id, self.now)
        return done()


def records_changed(_: WebhookParts, message: Message[RecordsChanged], __: Installation) -> Prepared:
    """Any event: whichever records it names, the cycle looks for itself."""
    return _Wake(message.now)


def _event(name: str, example_id: str) -> Changing[RecordsChanged]:
    return Changing(name, RecordsChangedSchema, {"ids": [example_id]}, records_changed)


EVENT_MESSAGES = (
    _event("work_order.changed", "169824"),
    _event("work_order.deleted", "169824"),
    _event("relation.changed", "1001"),
    _event("object.changed", "CV-1"),
    _event("object.deleted", "CV-1"),
    _event("employee.changed", "7"),
)

EVENTS = tuple(each.name for each in EVENT_MESSAGES)
"""What may change at the host, by the type of the message that says so."""
