"""Signatures of messages in both directions, by Standard Webhooks (webhooks page, section 2).

The library's own `verify` takes one key, reads the clock, and lets through whatever its decoding of a stranger's
headers raises. So it computes the signatures here, and all that a stranger decides is checked around it.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from standardwebhooks.webhooks import hmac_data

from powerup.errors import PowerupError
from powerup.texts import text

KEY_PREFIX = "whsec_"
TOLERANCE = timedelta(seconds=300)
"""How far a message's timestamp may be from now, both ways."""

_KEY_BYTES = range(24, 65)
_SIGNATURE_BYTES = 32
_MOST_SIGNATURES = 16
_ID = re.compile(r"[\x21-\x7e]{1,255}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_INSTALLATION = re.compile(r"[A-Za-z0-9._:-]{1,128}")


class Flaw(StrEnum):
    """Why a message was not let in: for the operator's log alone, never for the sender."""

    HEADER_MISSING = "header_missing"
    HEADER_MALFORMED = "header_malformed"
    TOO_OLD = "too_old"
    TOO_NEW = "too_new"
    UNKNOWN_INSTALLATION = "unknown_installation"
    NO_MATCHING_SIGNATURE = "no_matching_signature"
    WRONG_KEY_FOR_TYPE = "wrong_key_for_type"
    FORMER_KEY = "former_key"
    ANOTHER_LISTING = "another_listing"


class InvalidWebhookError(PowerupError):
    """A message that does not prove where it comes from, whatever is wrong with it."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(f"The webhook was not let in: {flaw.value}")
        self.flaw = flaw


class InvalidSigningKeyError(PowerupError):
    """A signing key that is not `whsec_` and base64 of 24 to 64 bytes."""


@dataclass(frozen=True, slots=True)
class SignedHeaders:
    """What the headers of a message say, well formed; nothing of it is proved yet. timestamp is in Unix seconds."""

    id: str
    timestamp: int
    installation_id: str
    signatures: tuple[bytes, ...]


def decoded_key(key: str) -> bytes:
    """The bytes of a `whsec_` key. Raises InvalidSigningKeyError, which does not hold the key."""
    try:
        secret = base64.b64decode(key.removeprefix(KEY_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not key.startswith(KEY_PREFIX) or len(secret) not in _KEY_BYTES:
        raise InvalidSigningKeyError(text("A signing key is `whsec_` and base64 of 24 to 64 bytes; this one is not."))
    return secret


def sign(key: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature `v1,…` of a message; timestamp in Unix seconds. Raises InvalidSigningKeyError."""
    return "v1," + base64.b64encode(_digest(decoded_key(key), message_id, timestamp, body)).decode()


def signed_headers(
    keys: Iterable[str], message_id: str, installation_id: str | None, body: bytes, now: datetime
) -> dict[str, str]:
    """The headers of a message that we send, with a signature of each key; now is aware. Without an installation it is
    for who knows of none."""
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(key, message_id, timestamp, body) for key in keys),
    }
    return headers | ({"powerup-installation": installation_id} if installation_id is not None else {})


def read_headers(headers: Mapping[str, str], now: datetime) -> SignedHeaders:
    """The four headers of a delivery, their names in lower case; now is aware.

    Raises InvalidWebhookError when one is missing or malformed, or the timestamp is more than 300 s from now.
    """
    timestamp = int(_header(headers, "webhook-timestamp", _TIMESTAMP))
    signed = SignedHeaders(
        _header(headers, "webhook-id", _ID),
        timestamp,
        _header(headers, "powerup-installation", _INSTALLATION),
        _signatures(headers.get("webhook-signature", "")),
    )
    distance = timestamp - now.timestamp()
    if abs(distance) > TOLERANCE.total_seconds():
        raise InvalidWebhookError(Flaw.TOO_OLD if distance < 0 else Flaw.TOO_NEW)
    return signed


def matching_keys(signed: SignedHeaders, body: bytes, keys: Sequence[bytes]) -> frozenset[int]:
    """The places of the decoded keys that signed this body; every key is tried, whatever the others gave."""
    matching = set()
    for place, key in enumerate(keys):
        expected = _digest(key, signed.id, signed.timestamp, body)
        # A list, not a generator: `any` must not stop at the first that fits.
        if any([hmac.compare_digest(expected, given) for given in signed.signatures]):  # noqa: C419
            matching.add(place)
    return frozenset(matching)


def proof(key: str, challenge: str) -> str:
    """What shows that we hold a new key: base64 of HMAC-SHA256(decoded key, challenge) (webhooks page, section 3)."""
    return base64.b64encode(hmac_data(decoded_key(key), challenge.encode())).decode()


def _digest(key: bytes, message_id: str, timestamp: int, body: bytes) -> bytes:
    return hmac_data(key, f"{message_id}.{timestamp}.".encode() + body)


def _header(headers: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
    value = headers.get(name, "")
    if not value:
        raise InvalidWebhookError(Flaw.HEADER_MISSING)
    if not form.fullmatch(value):
        raise InvalidWebhookError(Flaw.HEADER_MALFORMED)
    return value


def _signatures(header: str) -> tuple[bytes, ...]:
    """The decoded `v1` signatures; what else is there is left aside, since one good one is enough."""
    if not header:
        raise InvalidWebhookError(Flaw.HEADER_MISSING)
    listed = header.split(" ")
    if len(listed) > _MOST_SIGNATURES:
        raise InvalidWebhookError(Flaw.HEADER_MALFORMED)
    signatures = [_signature(each.removeprefix("v1,")) for each in listed if each.startswith("v1,")]
    return tuple(each for each in signatures if len(each) == _SIGNATURE_BYTES)


def _signature(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
