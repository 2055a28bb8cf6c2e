"""What an action answers, and the refusals that lead to it (webhooks page, section 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from powerup.actions.kit.request import Target
from powerup.contracts.effects import Effects
from powerup.contracts.latest import LatestDate
from powerup.contracts.shown_schedule import ShownSchedule
from powerup.errors import PowerupError
from powerup.texts import Text


class AnswerStatus(StrEnum):
    """How an action ended."""

    SUCCEEDED = "succeeded"
    ACCEPTED = "accepted"
    NEEDS_CONFIRMATION = "needs_confirmation"
    INVALID = "invalid"
    CONFLICT = "conflict"
    DENIED = "denied"
    FAILED = "failed"
    EXPIRED = "expired"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field: an RFC 6901 pointer such as /input/plans/0/every, a code, and a sentence."""

    pointer: str
    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The token that confirms exactly the effects it came with, and the moment (UTC) at which it lapses."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a contract costs before and from a day on, and why; without VAT."""

    contract: str
    old: Decimal
    new: Decimal
    since: date
    why: Text | str


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one press, in terms that every entrance can show. warnings do not stop an action.

    schedule is what results for the contract, and counts_from from when changed rules count, where the action says it.
    latest_dates are those that visits pass by it; prices are those that change.
    """

    status: AnswerStatus
    message: Text
    target: Target | None = None
    effects: Effects = field(default_factory=Effects)
    problems: tuple[FieldProblem, ...] = ()
    warnings: tuple[Text, ...] = ()
    confirmation: Confirmation | None = None
    run_id: str | None = None
    refresh: tuple[Target, ...] = ()
    schedule: ShownSchedule | None = None
    counts_from: Mapping[str, date] | None = None
    latest_dates: tuple[LatestDate, ...] = ()
    prices: tuple[PriceChange, ...] = ()


class Refusal(PowerupError):
    """An action that is not done; it becomes the answer with that status."""

    status = AnswerStatus.FAILED

    def __init__(self, message: Text, problems: Sequence[FieldProblem] = ()) -> None:
        super().__init__(str(message))
        self.message = message
        self.problems = tuple(problems)


class InvalidInput(Refusal):
    """The input or the target is not what the action takes; problems name each field."""

    status = AnswerStatus.INVALID


class NotPossible(Refusal):
    """The input is fine, but the contract's state or the host does not allow the action."""


def invalid(pointer: str, code: str, message: Text) -> InvalidInput:
    """The refusal of one field."""
    return InvalidInput(message, (FieldProblem(pointer, code, message),))
