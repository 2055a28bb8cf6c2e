"""The checks of a delivery up to its envelope, in the order of the webhooks page, section 2, as pure functions.

Each takes what came (headers by lower-case name, raw bytes) and the moment, and raises the refusal of its row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from math import inf
from typing import Any

from werkzeug.http import parse_options_header

from powerup.documents.strict_json import MalformedJsonError, parse_object
from powerup.webhooks.kit.envelope import Envelope, InvalidMessageError
from powerup.webhooks.kit.keys import KeyKind, KeyRing
from powerup.webhooks.kit.refusal import (
    invalid_message,
    malformed,
    too_large,
    unsupported_media_type,
    wrong_recipient,
)
from powerup.webhooks.kit.signature import Flaw, InvalidWebhookError, SignedHeaders
from powerup.webhooks.messages.all_messages import MESSAGES, read_envelope
from powerup.webhooks.messages.installing import CREATED

MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Authentic:
    """A message that proved where it comes from. document is None where malformed says what is wrong with its JSON.
    listing is the name of the host whose listing key signed it.

    flaw says why its key does not sign such a message any more: it may only get again the answer that it has.
    """

    headers: SignedHeaders
    kinds: frozenset[KeyKind]
    document: Mapping[str, Any] | None = field(repr=False)
    malformed: MalformedJsonError | None
    body_hash: str
    flaw: Flaw | None = None
    listing: str = ""

    @property
    def installs(self) -> bool:
        """Whether it is a message with which hosts install."""
        return _type_of(self.document) == CREATED.name

    def content(self) -> Mapping[str, Any]:
        """The parsed message. Raises DeliveryRefused, 400 with the offset."""
        if self.document is None:
            flaw = self.malformed or MalformedJsonError(0, "The body is empty.")
            raise malformed(flaw.offset, str(flaw))
        return self.document


def check_content_type(headers: Mapping[str, str]) -> None:
    """JSON in UTF-8, not packed. Raises DeliveryRefused, 415."""
    content_type, options = parse_options_header(headers.get("content-type"))
    is_json = content_type.lower() == "application/json" and options.get("charset", "utf-8").lower() == "utf-8"
    if not is_json or headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise unsupported_media_type()


def check_declared_size(headers: Mapping[str, str]) -> None:
    """What the header says about the length. Raises DeliveryRefused, 413."""
    length = headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 12 or int(length) > MOST_BYTES):
        raise too_large(MOST_BYTES)


def check_size(body: bytes) -> None:
    """What was read, which may be one byte more than may come. Raises DeliveryRefused, 413."""
    if len(body) > MOST_BYTES:
        raise too_large(MOST_BYTES)


def authenticate(signed: SignedHeaders, body: bytes, keys: KeyRing) -> Authentic:
    """The message, when a key signed it that fits its type. Raises InvalidWebhookError.

    A body that cannot be read has no type; it is authentic, and refused later for what it is.
    """
    signers = keys.signers(signed, body)
    kinds = signers.kinds
    if not kinds:
        raise InvalidWebhookError(Flaw.NO_MATCHING_SIGNATURE if keys.generation else Flaw.UNKNOWN_INSTALLATION)
    document, flaw = None, None
    try:
        document = parse_object(body)
    except MalformedJsonError as error:
        flaw = error
    _check_key_fits(kinds, document)
    if len(signers.listings) > 1:
        raise InvalidWebhookError(Flaw.ANOTHER_LISTING)  # nobody could say whose installation it becomes
    former = _outdated(kinds, document, keys.generation)
    return Authentic(signed, kinds, document, flaw, sha256(body).hexdigest(), former, next(iter(signers.listings), ""))


def read_message(message: Authentic) -> Envelope:
    """The envelope. Raises DeliveryRefused, 400, when the body is no JSON or no message of this contract."""
    try:
        return read_envelope(message.content())
    except InvalidMessageError as error:
        raise invalid_message(error.problems) from error


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message has to be for. tenant_id is the host's, None where it is not known yet."""

    audience: str
    environment: str
    installation_id: str
    tenant_id: str | None

    def check(self, envelope: Envelope) -> None:
        """Raises DeliveryRefused, 403, when the signed body names another one."""
        differing = [
            name
            for name, expected, given in (
                ("audience", self.audience.rstrip("/"), envelope.audience.rstrip("/")),
                ("environment", self.environment, envelope.environment.value),
                ("installation", self.installation_id, envelope.installation_id),
                ("tenant", self.tenant_id or envelope.tenant_id, envelope.tenant_id),
            )
            if expected != given
        ]
        if differing:
            raise wrong_recipient(f"The message is for another {' and '.join(differing)}.")


def _check_key_fits(kinds: frozenset[KeyKind], document: Mapping[str, Any] | None) -> None:
    """A message without a readable type passes here, and is refused for that."""
    message_type = _type_of(document)
    if message_type is None:
        return
    fitting = {KeyKind.LISTING} if message_type == CREATED.name else {KeyKind.INSTALLATION, KeyKind.FORMER}
    if not kinds & fitting:
        raise InvalidWebhookError(Flaw.WRONG_KEY_FOR_TYPE)


def _outdated(kinds: frozenset[KeyKind], document: Mapping[str, Any] | None, generation: int) -> Flaw | None:
    """The flaw of a message whose key counts no more for it; one of an earlier generation is only ignored."""
    message_type = _type_of(document)
    if document is None or message_type is None:
        return Flaw.FORMER_KEY if kinds == {KeyKind.FORMER} else None
    if message_type == CREATED.name:
        return None
    if KeyKind.INSTALLATION not in kinds:
        return Flaw.FORMER_KEY if _generation_of(document) >= generation else None
    known = MESSAGES.get(message_type)
    needs_present = known is not None and known.with_present_key
    return Flaw.FORMER_KEY if needs_present and KeyKind.PRESENT not in kinds else None


def _type_of(document: Mapping[str, Any] | None) -> str | None:
    message_type = document.get("type") if document is not None else None
    return message_type if isinstance(message_type, str) else None


def _generation_of(document: Mapping[str, Any]) -> float:
    """The generation that a message names; beyond all others where it names none."""
    installation = document.get("installation")
    given = installation.get("generation") if isinstance(installation, Mapping) else None
    return given if isinstance(given, int | float) else inf
