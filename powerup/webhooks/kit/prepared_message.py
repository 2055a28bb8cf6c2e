"""What one message is while it is handled: its delivery, the work that it asks for, and the answer to it."""

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
class Arrival:
    """A message that came in through all checks; now (aware) is when it is handled."""

    envelope: Envelope
    kinds: frozenset[KeyKind]
    now: datetime


@dataclass(frozen=True, slots=True)
class Delivery(Generic[Data_co]):
    """A message with its data, read as the class of its type; now is aware."""

    envelope: Envelope
    kinds: frozenset[KeyKind]
    data: Data_co
    now: datetime


class Work(Protocol):
    """What is done for a message inside its one transaction; the installation is as it stands then."""

    def carry_out(self, connection: Connection, current: Installation) -> AnswerDocument:
        """Do it, and give the answer."""


class WorkOfNewcomer(Protocol):
    """The same for a host that may have no installation yet."""

    def carry_out(self, connection: Connection, current: Installation | None) -> AnswerDocument:
        """Do it, and give the answer."""


@dataclass(frozen=True, slots=True)
class Answering:
    """The work that is nothing but this answer."""

    document: AnswerDocument

    def carry_out(self, _: Connection, __: Installation | None) -> AnswerDocument:
        """Nothing is done."""
        return self.document
