"""What can go wrong at the host, one type per thing to do about it (host page 4.3).

Every error carries the endpoint, the host's code and its own words. No error holds an address with tokens in it.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from powerup.errors import PowerupError
from powerup.texts import Text, text


class Decision(StrEnum):
    """What the caller does next."""

    RETRY = "retry"  # nothing was done at the host: the same call may be made again later
    LOOK_UP = "look_up"  # it may have been done: look at the host before sending anything again
    CORRECT = "correct"  # the record must be corrected first; other records are not affected
    STOP = "stop"  # no call of this tenant can succeed until a person mends its account or address
    NONE = "none"  # an answer rather than a fault: nothing to repeat


class InvalidApiAddress(PowerupError):
    """The API address of a tenant cannot be used."""


class OutsmartError(PowerupError):
    """A call that did not end in the host's "ok".

    endpoint is the name in the host's documentation; code the host's code, None when there was no envelope;
    messages the host's own words; detail what was seen when the host said nothing.
    """

    summary: ClassVar[Text] = text("The host did not do what was asked")
    cure: ClassVar[Text] = text("Read the host's words.")
    decision: ClassVar[Decision] = Decision.NONE

    def __init__(
        self, endpoint: str, *, code: int | None = None, messages: Sequence[str] = (), detail: str = ""
    ) -> None:
        super().__init__(endpoint)
        self.endpoint = endpoint
        self.code = code
        self.messages = tuple(messages)
        self.detail = detail

    @property
    def host_words(self) -> str:
        """What the host said, in one line; what was seen instead when it said nothing."""
        return "; ".join(self.messages) or self.detail

    @property
    def sentence(self) -> Text:
        """What happened, where, in the host's words, and what to do."""
        place = text("{endpoint}", endpoint=self.endpoint)
        if self.code is not None:
            place = text("{endpoint}, code {code}", endpoint=self.endpoint, code=str(self.code))
        if not self.host_words:
            return text("{summary} ({place}). {cure}", summary=self.summary, place=place, cure=self.cure)
        words = self.host_words
        return text(
            "{summary} ({place}): {words}. {cure}", summary=self.summary, place=place, words=words, cure=self.cure
        )

    def __str__(self) -> str:
        return str(self.sentence)


class HostUnavailable(OutsmartError):
    """A read that got no usable answer: time-out, dropped connection, 5xx, not the envelope."""

    summary = text("The host gave no usable answer")
    cure = text("Nothing was changed; try again later, and check the API address if it stays so.")
    decision = Decision.RETRY


class HostUnreachable(HostUnavailable):
    """No connection could be made, so nothing was sent, not even of a write."""

    summary = text("The host could not be reached")
    cure = text("Nothing was sent; check the API address and the network, or try again later.")


class HostFault(HostUnavailable):
    """The host answered a read with a fault of its own: code 1007, an undocumented code, unreadable records."""

    summary = text("The host answered with a fault of its own")
    cure = text("Nothing was changed; try again later, and tell the host's support if it stays so.")


class OutcomeUnknown(OutsmartError):
    """A write of which the host did not say whether it was done. Never sent again without looking first."""

    summary = text("The host did not say whether it was done")
    cure = text("Look the record up at the host before sending it again.")
    decision = Decision.LOOK_UP


class TokenRefused(OutsmartError):
    """Codes 1002 to 1005: the tokens are missing, not authorised, or do not belong together."""

    summary = text("The host refused the tokens")
    cure = text("Enter the token and the software token again; both must belong to the same software package.")
    decision = Decision.STOP


class AddressRefused(OutsmartError):
    """Codes 1000, 1001 and 1006: the API address is not the one of API 8, or not https."""

    summary = text("The host does not know this address")
    cure = text("Check the API address: it must be https and end in /openapi/8.")
    decision = Decision.STOP


class CallRefused(OutsmartError):
    """Codes 1008 and 1009: the host could not read the body that was sent; nothing was done."""

    summary = text("The host could not read the call")
    cure = text("Check whether something between here and the host changes requests; report it otherwise.")
    decision = Decision.STOP


class RecordRefused(OutsmartError):
    """A record was not saved, not changed or not deleted, for a reason that lies in the record."""

    summary = text("The host refused the record")
    cure = text("Correct what the host names, then try again.")
    decision = Decision.CORRECT


class NotFound(OutsmartError):
    """Code 1500 (work order) and 1400 (location): the host has no such record."""

    summary = text("The host does not have this record")
    cure = text("It was removed at the host, or never created.")


class NothingChanged(OutsmartError):
    """Code 1503: the work order already is as was asked."""

    summary = text("The host changed nothing")
    cure = text("The work order already was as asked.")


_SAVE_CODES = {
    thousand + offset: RecordRefused
    for thousand in range(1100, 2900, 100)
    if thousand not in (1400, 1500, 1600)
    for offset in (0, 1)
}

ERROR_OF_CODE: Mapping[int, type[OutsmartError]] = MappingProxyType(
    _SAVE_CODES
    | {
        1000: AddressRefused,
        1001: AddressRefused,
        1002: TokenRefused,
        1003: TokenRefused,
        1004: TokenRefused,
        1005: TokenRefused,
        1006: AddressRefused,
        1007: HostFault,
        1008: CallRefused,
        1009: CallRefused,
        1051: RecordRefused,
        1400: NotFound,
        1500: NotFound,
        1501: RecordRefused,
        1502: RecordRefused,
        1503: NothingChanged,
        1504: RecordRefused,
        1600: RecordRefused,
    }
)
"""Every documented code but 200. A code that is not here says nothing reliable (`exchange.result_of`)."""
