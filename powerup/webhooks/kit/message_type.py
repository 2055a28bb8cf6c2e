"""A type of message as one row: its name, the schema that makes its data, an example of it, and who handles it.

A new type is a row beside its handler, and a line in `all_messages.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from powerup.store.installations import Installation
from powerup.webhooks.kit.answers import AnswerDocument
from powerup.webhooks.kit.envelope import Envelope, loaded
from powerup.webhooks.kit.message_fields import MessageSchema
from powerup.webhooks.kit.prepared_message import Delivery, Message, Prepared, PreparedForNewcomer
from powerup.webhooks.kit.signature import Flaw, InvalidWebhookError
from powerup.webhooks.kit.webhook_parts import WebhookParts

Data = TypeVar("Data")

Handler = Callable[[WebhookParts, Message[Data], Installation], Prepared]
"""Prepares a message outside its transaction, where the host may be read, and gives what is to be done inside it."""

HandlerOfNewcomer = Callable[[WebhookParts, Message[Data]], PreparedForNewcomer]
"""The same for a host that may have no installation yet."""

Reader = Callable[[Connection, Message[Data], Installation], AnswerDocument]
"""Answers a message that only asks."""


@dataclass(frozen=True, slots=True)
class MessageType(ABC, Generic[Data]):
    """What every type of message has.

    example is what a host might send as its data; the published schema shows it. after_the_end: it still means
    something to an installation that was uninstalled; others come too late then. changes_hands: it leaves an
    installation with another tenant than before, or with none. with_present_key: an old key that is still valid does
    not sign it, so that who has got hold of one cannot take the installation over (webhooks page, 3).
    """

    name: str
    schema: type[MessageSchema[Data]]
    example: Mapping[str, Any]
    after_the_end: bool = field(default=False, kw_only=True)
    changes_hands: bool = field(default=False, kw_only=True)
    with_present_key: bool = field(default=False, kw_only=True)

    @abstractmethod
    def prepare(
        self, parts: WebhookParts, delivery: Delivery, installation: Installation | None
    ) -> PreparedForNewcomer:
        """A message of this type, prepared outside its transaction.

        Raises InvalidMessageError with pointers from the data, and InvalidWebhookError where there is no installation
        and there has to be one.
        """

    def message(self, delivery: Delivery) -> Message[Data]:
        """The message with its data. Raises InvalidMessageError with pointers from the data."""
        return Message(delivery.envelope, delivery.kinds, self.read(delivery.envelope), delivery.now, delivery.listing)

    def read(self, envelope: Envelope) -> Data:
        """The data of a message as the class of its type. Raises InvalidMessageError with pointers from the data."""
        data: Data = loaded(_built(self.schema), envelope.data)
        return data


@dataclass(frozen=True, slots=True)
class Installing(MessageType[Data]):
    """Makes an installation; there may be none yet."""

    handler: HandlerOfNewcomer[Data]

    def prepare(self, parts: WebhookParts, delivery: Delivery, _: Installation | None) -> PreparedForNewcomer:
        """Whoever is let in may install."""
        return self.handler(parts, self.message(delivery))


@dataclass(frozen=True, slots=True)
class Changing(MessageType[Data]):
    """Changes something of an installation that is there, also in the moment in which that is done."""

    handler: Handler[Data]

    def prepare(
        self, parts: WebhookParts, delivery: Delivery, installation: Installation | None
    ) -> PreparedForNewcomer:
        """By its handler."""
        message = self.message(delivery)
        return _OfInstallation(self.handler(parts, message, _known(installation)))


@dataclass(frozen=True, slots=True)
class Asking(MessageType[Data]):
    """Only asks: it gets no inbox row and writes nothing."""

    reader: Reader[Data]

    def prepare(self, _: WebhookParts, __: Delivery, ___: Installation | None) -> PreparedForNewcomer:
        """Nothing: it is answered at once, unless there is no installation to ask for."""
        raise InvalidWebhookError(Flaw.UNKNOWN_INSTALLATION)

    def answer(self, connection: Connection, delivery: Delivery, installation: Installation) -> AnswerDocument:
        """The answer. Raises InvalidMessageError with pointers from the data."""
        return self.reader(connection, self.message(delivery), installation)


@dataclass(frozen=True, slots=True)
class _OfInstallation:
    """What counts only while there is an installation."""

    prepared: Prepared

    def carry_out(self, connection: Connection, current: Installation | None) -> AnswerDocument:
        """Raises InvalidWebhookError when it was erased since the signature was checked."""
        return self.prepared.carry_out(connection, _known(current))


def _known(installation: Installation | None) -> Installation:
    if installation is None:
        raise InvalidWebhookError(Flaw.UNKNOWN_INSTALLATION)
    return installation


@cache
def _built(schema: type[MessageSchema[Any]]) -> MessageSchema[Any]:
    """The one schema of a class: building it costs more than reading a message with it."""
    return schema()
