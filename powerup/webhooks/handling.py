"""One delivery is one transaction: what it does, its answer and its inbox row are there together, or not at all."""

from datetime import datetime

from sqlalchemy import Connection

from powerup.store.inbox import Inbox, TakenMessage
from powerup.store.installations import Installation, Installations, InstallationState
from powerup.store.refused_installings import RefusedInstallings
from powerup.store.turns import take_turn
from powerup.texts import text
from powerup.webhooks import refusal
from powerup.webhooks.admission import INSTALLING, Authentic
from powerup.webhooks.answers import ignored, invalid
from powerup.webhooks.dispatch import AFTER_THE_END, CHANGING_HANDS, HANDLERS, READERS
from powerup.webhooks.entrance import Answered, Delivery, Entrance, Installing, Work, answering
from powerup.webhooks.installing import created
from powerup.webhooks.message_schemas import InvalidMessageError, read_data
from powerup.webhooks.messages import Envelope
from powerup.webhooks.refusal import Reply
from powerup.webhooks.signature import Flaw, InvalidWebhookError

_EARLIER_GENERATION = text("This is of an earlier installing; nothing was done.")
_THIS_GENERATION = text("This installing was answered before; nothing was done.")
_UNINSTALLED = text("The power-up is not installed any more; nothing was done.")


def stored_answer(
    connection: Connection, message: Authentic, envelope: Envelope, installation: Installation | None
) -> Reply | None:
    """The answer that this message already has, byte for byte. Raises DeliveryRefused when its id had another body."""
    taken = None
    if installation is not None:
        taken = Inbox(connection, installation.tenant_id, installation.id).get(message.headers.id)
    if taken is None and envelope.type == INSTALLING:
        taken = _refused(connection, envelope).get(message.headers.id)
    if taken is None:
        return None
    if taken.body_hash != message.body_hash:
        raise refusal.id_reused()
    return Reply(200, taken.answer.encode(), {"powerup-replayed": "true"})


def handle(
    entrance: Entrance, message: Authentic, envelope: Envelope, installation: Installation | None, now: datetime
) -> Reply:
    """Prepare outside the transaction, where the host may be read; do and answer inside it. now is aware.

    Of two deliveries of one message at the same moment one does the work, the other waits and gets its answer.
    """
    work = _out_of_time(envelope, installation)
    if work is None and installation is not None and envelope.type in READERS:
        return _shown(entrance, _delivery(message, envelope, now), installation)
    work = work or _prepared(entrance, _delivery(message, envelope, now), installation)
    with entrance.database.write() as connection:
        take_turn(connection, envelope.installation_id)
        current = Installations(connection).find(envelope.installation_id)
        if stored := stored_answer(connection, message, envelope, current):
            return stored
        answered = (_out_of_time(envelope, current) or work)(connection, current)
        body = refusal.json_bytes(answered.document)
        _keep(connection, message, envelope, current, answered, body, now)
    return Reply(200, body)


def _out_of_time(envelope: Envelope, installation: Installation | None) -> Installing | None:
    """The answer to what was sent before, or after, its time; None for what is to be done.

    Raises DeliveryRefused, 403, for a generation that we have not heard of.
    """
    if installation is None:
        return None
    if envelope.generation < installation.generation:
        return answering(ignored(_EARLIER_GENERATION))
    if envelope.type == INSTALLING:
        return answering(ignored(_THIS_GENERATION)) if envelope.generation == installation.generation else None
    if envelope.generation > installation.generation:
        raise refusal.unknown_generation()
    if installation.state is InstallationState.UNINSTALLED and envelope.type not in AFTER_THE_END:
        return answering(ignored(_UNINSTALLED))
    return None


def _delivery(message: Authentic, envelope: Envelope, now: datetime) -> Delivery | InvalidMessageError:
    try:
        return Delivery(envelope, message.kinds, read_data(envelope), now)
    except InvalidMessageError as error:
        return error


def _prepared(
    entrance: Entrance, delivery: Delivery | InvalidMessageError, installation: Installation | None
) -> Installing:
    if isinstance(delivery, InvalidMessageError):
        return answering(invalid(delivery.problems))
    if delivery.envelope.type == INSTALLING:
        return created(entrance, delivery)
    if installation is None:
        raise InvalidWebhookError(Flaw.UNKNOWN_INSTALLATION)
    return _of_existing(HANDLERS[delivery.envelope.type](entrance, delivery, installation))


def _of_existing(work: Work) -> Installing:
    def checked(connection: Connection, current: Installation | None) -> Answered:
        if current is None:  # erased since its signature was checked
            raise InvalidWebhookError(Flaw.UNKNOWN_INSTALLATION)
        return work(connection, current)

    return checked


def _shown(entrance: Entrance, delivery: Delivery | InvalidMessageError, installation: Installation) -> Reply:
    if isinstance(delivery, InvalidMessageError):
        return Reply(200, refusal.json_bytes(invalid(delivery.problems)))
    with entrance.database.read() as connection:
        shown = READERS[delivery.envelope.type](connection, delivery, installation)
    return Reply(200, refusal.json_bytes(shown))


def _keep(
    connection: Connection,
    message: Authentic,
    envelope: Envelope,
    current: Installation | None,
    answered: Answered,
    body: bytes,
    now: datetime,
) -> None:
    """The inbox row; a refused installing has no inbox, and an erased one none any more."""
    intent = answered.intent
    taken = TakenMessage(
        message_id=message.headers.id,
        body_hash=message.body_hash,
        answer=body.decode(),
        received_at=now,
        intent_id=intent.id if intent else None,
        intent_hash=f"{intent.asked}.{intent.confirmation}" if intent else None,
        intent_ended=intent.ended if intent else True,
    )
    if envelope.type in CHANGING_HANDS:
        current = Installations(connection).find(envelope.installation_id)
    if current is not None:
        Inbox(connection, current.tenant_id, current.id).add(taken)
    elif envelope.type == INSTALLING:
        _refused(connection, envelope).add(taken)


def _refused(connection: Connection, envelope: Envelope) -> RefusedInstallings:
    return RefusedInstallings(connection, envelope.tenant_id, envelope.installation_id)
