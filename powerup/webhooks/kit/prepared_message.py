"""What one message is while it is handled: as it was delivered, with its data, and prepared to be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

from powerup.store.installations import Installation
from powerup.webhooks.kit.answers import AnswerDocument
from powerup.webhooks.kit.envelope import Envelope
from powerup.webhooks.kit.keys import KeyKind

Data_co = TypeVar("Data_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that came in through all checks; now (aware) is when it is handled. listing is the name of the host
    whose listing key signed it, as the settings have it."""

    envelope: Envelope
    kinds: frozenset[KeyKind]
    now: datetime
    listing: str = ""


@dataclass(frozen=True, slots=True)
class Message(Generic[Data_co]):
    """A message with its data, read as the class of its type; now is aware."""

    envelope: Envelope
    kinds: frozenset[KeyKind]
    data: Data_co
    now: datetime
    listing: str = ""


class Prepared(Protocol):
    """A message for which all is read that has to be: what is left is done inside its one transaction, in which current
    is the installation as it stands then."""

    def carry_out(self, connection: Connection, current: Installation) -> AnswerDocument:
        """Do it, and give the answer."""


class PreparedForNewcomer(Protocol):
    """The same for a host that may have no installation yet."""

    def carry_out(self, connection: Connection, current: Installation | None) -> AnswerDocument:
        """Do it, and give the answer."""


@dataclass(frozen=True, slots=True)
class PreparedAnswer:
    """Nothing is to be done: this is the answer."""

    document: AnswerDocument

    def carry_out(self, _: Connection, __: Installation | None) -> AnswerDocument:
        """Nothing is done."""
        return self.document
