"""One delivery is one transaction: what it does, its answer and its inbox row are there together, or not at all."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from powerup.store.inbox import Inbox, TakenMessage
from powerup.store.installations import Installation, Installations, InstallationState
from powerup.store.refused_installings import RefusedInstallings
from powerup.store.turns import take_turn
from powerup.texts import text
from powerup.webhooks.kit import refusal
from powerup.webhooks.kit.answers import ignored, invalid
from powerup.webhooks.kit.envelope import Envelope, InvalidMessageError
from powerup.webhooks.kit.message_type import Asking
from powerup.webhooks.kit.prepared_message import Delivery, PreparedAnswer, PreparedForNewcomer
from powerup.webhooks.kit.refusal import Reply
from powerup.webhooks.kit.webhook_parts import WebhookParts
from powerup.webhooks.messages.all_messages import MESSAGES
from powerup.webhooks.messages.installing import CREATED
from powerup.webhooks.way_in.admission import Authentic

_EARLIER_GENERATION = text("This is of an earlier installing; nothing was done.")
_THIS_GENERATION = text("This installing was answered before; nothing was done.")
_UNINSTALLED = text("The power-up is not installed any more; nothing was done.")


def stored_answer(
    connection: Connection, message: Authentic, envelope: Envelope, installation: Installation | None
) -> Reply | None:
    """The answer that this message already has, byte for byte. Raises DeliveryRefused when its id had another body."""
    taken = None
    if installation is not None:
        taken = _taken(connection, message, installation)
    if taken is None and envelope.type == CREATED.name:
        taken = _refused(connection, envelope).get(message.headers.id)
    if taken is None:
        return None
    if taken.body_hash != message.body_hash:
        raise refusal.id_reused()
    return _again(taken)


def same_message_answered(connection: Connection, message: Authentic, installation: Installation) -> Reply | None:
    """The answer that this id and this body already have; None for any other body."""
    taken = _taken(connection, message, installation)
    return _again(taken) if taken is not None and taken.body_hash == message.body_hash else None


def _taken(connection: Connection, message: Authentic, installation: Installation) -> TakenMessage | None:
    return Inbox(connection, installation.tenant_id, installation.id).get(message.headers.id)


def _again(taken: TakenMessage) -> Reply:
    return Reply(200, taken.answer.encode(), {"powerup-replayed": "true"})


def handle(
    parts: WebhookParts, message: Authentic, envelope: Envelope, installation: Installation | None, now: datetime
) -> Reply:
    """Prepare outside the transaction, where the host may be read; do and answer inside it. now is aware.

    Of two deliveries of one message at the same moment one is done, the other waits and gets its answer.
    """
    kind, delivery = MESSAGES[envelope.type], Delivery(envelope, message.kinds, now, message.listing)
    prepared = _out_of_time(envelope, installation)
    if prepared is None and installation is not None and isinstance(kind, Asking):
        return _shown(parts, kind, delivery, installation)
    prepared = prepared or _prepared(parts, delivery, installation)
    with parts.database.write() as connection:
        take_turn(connection, envelope.installation_id)
        current = Installations(connection).find(envelope.installation_id)
        if stored := stored_answer(connection, message, envelope, current):
            return stored
        body = refusal.json_bytes((_out_of_time(envelope, current) or prepared).carry_out(connection, current))
        _keep(connection, message, envelope, current, body, now)
    return Reply(200, body)


def _out_of_time(envelope: Envelope, installation: Installation | None) -> PreparedForNewcomer | None:
    """The answer to what was sent before, or after, its time; None for what is to be done.

    Raises DeliveryRefused, 403, for a generation that we have not heard of.
    """
    if installation is None:
        return None
    if envelope.generation < installation.generation:
        return PreparedAnswer(ignored(_EARLIER_GENERATION))
    if envelope.type == CREATED.name:
        return PreparedAnswer(ignored(_THIS_GENERATION)) if envelope.generation == installation.generation else None
    if envelope.generation > installation.generation:
        raise refusal.unknown_generation()
    if installation.state is InstallationState.UNINSTALLED and not MESSAGES[envelope.type].after_the_end:
        return PreparedAnswer(ignored(_UNINSTALLED))
    return None


def _shown(parts: WebhookParts, kind: Asking[Any], delivery: Delivery, installation: Installation) -> Reply:
    try:
        with parts.database.read() as connection:
            shown = kind.answer(connection, delivery, installation)
    except InvalidMessageError as error:
        shown = invalid(error.problems)
    return Reply(200, refusal.json_bytes(shown))


def _prepared(parts: WebhookParts, delivery: Delivery, installation: Installation | None) -> PreparedForNewcomer:
    try:
        return MESSAGES[delivery.envelope.type].prepare(parts, delivery, installation)
    except InvalidMessageError as error:
        return PreparedAnswer(invalid(error.problems))


def _keep(
    connection: Connection,
    message: Authentic,
    envelope: Envelope,
    current: Installation | None,
    body: bytes,
    now: datetime,
) -> None:
    """The inbox row; a refused installing has no inbox, and an erased one none any more."""
    taken = TakenMessage(message.headers.id, message.body_hash, body.decode(), now)
    if MESSAGES[envelope.type].changes_hands:
        current = Installations(connection).find(envelope.installation_id)
    if current is not None:
        Inbox(connection, current.tenant_id, current.id).add(taken)
    elif envelope.type == CREATED.name:
        _refused(connection, envelope).add(taken)


def _refused(connection: Connection, envelope: Envelope) -> RefusedInstallings:
    return RefusedInstallings(connection, envelope.tenant_id, envelope.installation_id)
