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
from powerup.webhooks.kit.prepared_message import Arrival, Delivery, Work, WorkOfNewcomer
from powerup.webhooks.kit.signature import Flaw, InvalidWebhookError
from powerup.webhooks.kit.webhook_parts import Entrance

Data = TypeVar("Data")

Handler = Callable[[Entrance, Delivery[Data], Installation], Work]
"""Prepares a message outside its transaction, where the host may be read, and gives the work to be done inside it."""

HandlerOfNewcomer = Callable[[Entrance, Delivery[Data]], WorkOfNewcomer]
"""The same for a host that may have no installation yet."""

Reader = Callable[[Connection, Delivery[Data], Installation], AnswerDocument]
"""Answers a message that only asks."""


@dataclass(frozen=True, slots=True)
class MessageType(ABC, Generic[Data]):
    """What every type of message has.

    example is what a host might send as its data; the published schema shows it. after_the_end: it still means
    something to an installation that was uninstalled; others come too late then. changes_hands: it leaves an
    installation with another tenant than before, or with none.
    """

    name: str
    schema: type[MessageSchema[Data]]
    example: Mapping[str, Any]
    after_the_end: bool = field(default=False, kw_only=True)
    changes_hands: bool = field(default=False, kw_only=True)

    @abstractmethod
    def prepare(self, entrance: Entrance, arrival: Arrival, installation: Installation | None) -> WorkOfNewcomer:
        """The work that a message of this type asks for, prepared outside its transaction.

        Raises InvalidMessageError with pointers from the data, and InvalidWebhookError where there is no installation
        and there has to be one.
        """

    def delivery(self, arrival: Arrival) -> Delivery[Data]:
        """The message with its data. Raises InvalidMessageError with pointers from the data."""
        return Delivery(arrival.envelope, arrival.kinds, self.read(arrival.envelope), arrival.now)

    def read(self, envelope: Envelope) -> Data:
        """The data of a message as the class of its type. Raises InvalidMessageError with pointers from the data."""
        data: Data = loaded(_built(self.schema), envelope.data)
        return data


@dataclass(frozen=True, slots=True)
class Installing(MessageType[Data]):
    """Makes an installation; there may be none yet."""

    handler: HandlerOfNewcomer[Data]

    def prepare(self, entrance: Entrance, arrival: Arrival, _: Installation | None) -> WorkOfNewcomer:
        """Whoever is let in may install."""
        return self.handler(entrance, self.delivery(arrival))


@dataclass(frozen=True, slots=True)
class Changing(MessageType[Data]):
    """Changes something of an installation that is there, also in the moment in which the work is done."""

    handler: Handler[Data]

    def prepare(self, entrance: Entrance, arrival: Arrival, installation: Installation | None) -> WorkOfNewcomer:
        """By its handler."""
        delivery = self.delivery(arrival)
        return _OfInstallation(self.handler(entrance, delivery, _known(installation)))


@dataclass(frozen=True, slots=True)
class Asking(MessageType[Data]):
    """Only asks: it gets no inbox row and writes nothing."""

    reader: Reader[Data]

    def prepare(self, _: Entrance, __: Arrival, ___: Installation | None) -> WorkOfNewcomer:
        """Nothing: it is answered at once, unless there is no installation to ask for."""
        raise InvalidWebhookError(Flaw.UNKNOWN_INSTALLATION)

    def answer(self, connection: Connection, arrival: Arrival, installation: Installation) -> AnswerDocument:
        """The answer. Raises InvalidMessageError with pointers from the data."""
        return self.reader(connection, self.delivery(arrival), installation)


@dataclass(frozen=True, slots=True)
class _OfInstallation:
    """Work that counts only while there is an installation."""

    work: Work

    def carry_out(self, connection: Connection, current: Installation | None) -> AnswerDocument:
        """Raises InvalidWebhookError when it was erased since the signature was checked."""
        return self.work.carry_out(connection, _known(current))


def _known(installation: Installation | None) -> Installation:
    if installation is None:
        raise InvalidWebhookError(Flaw.UNKNOWN_INSTALLATION)
    return installation


@cache
def _built(schema: type[MessageSchema[Any]]) -> MessageSchema[Any]:
    """The one schema of a class: building it costs more than reading a message with it."""
    return schema()
