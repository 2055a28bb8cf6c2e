"""Signatures of webhooks and callbacks, by Standard Webhooks, and keys for them (webhooks page 2)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import jwt
from standardwebhooks import Webhook, WebhookVerificationError

_KEY_BYTES = 32
_PANEL_SECONDS = 30


class BadSignatureError(Exception):
    """A callback that does not come from the power-up, or not any more."""


def new_key() -> str:
    """A fresh signing key, `whsec_` and base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def signed_headers(
    webhook_id: str, installation_id: str, body: bytes, keys: Iterable[str], at: datetime
) -> dict[str, str]:
    """The headers of a delivery.

    Args:
        webhook_id: the same on every try of one message.
        body: exactly the bytes that are sent, UTF-8.
        keys: each gives one signature.
        at: real time, aware.
    """
    signatures = [Webhook(key).sign(webhook_id, at, body.decode()) for key in keys]
    return {
        "Content-Type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
        "powerup-installation": installation_id,
    }


def panel_token(key: str, claims: Mapping[str, Any], at: datetime) -> str:
    """A token that opens a panel once, within half a minute (webhooks page 7).

    Args:
        claims: whom it is for, who is sent, and where to.
        at: real time, aware.
    """
    lasting = {"jti": secrets.token_urlsafe(16), "exp": int(at.timestamp()) + _PANEL_SECONDS}
    return jwt.encode({**claims, **lasting}, base64.b64decode(key.removeprefix("whsec_")), algorithm="HS256")


def verify(body: bytes, headers: Mapping[str, str], keys: Iterable[str]) -> None:
    """Whether one of the keys signed this body within the last five minutes.

    Raises:
        BadSignatureError: none did, or the headers cannot be read.
    """
    wanted = {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    for key in keys:
        try:
            Webhook(key).verify(body, wanted, json_parse=False)
        # The library lets errors of the decoding of whatever a stranger sends through; all are ValueErrors.
        except (WebhookVerificationError, ValueError):
            continue
        return
    raise BadSignatureError("no valid signature of a key of this installation")


def expected_proof(key: str, challenge: str) -> str:
    """What the power-up answers to prove that it has the new key: base64 of HMAC-SHA256(key, challenge)."""
    secret = base64.b64decode(key.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(secret, challenge.encode(), hashlib.sha256).digest()).decode()


def proof_is_right(key: str, challenge: str, proof: object) -> bool:
    """Whether the proof in an answer belongs to the key and challenge that were sent."""
    return hmac.compare_digest(expected_proof(key, challenge).encode(), str(proof).encode())
