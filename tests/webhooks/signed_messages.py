"""Messages for tests of the webhooks, signed by the library that hosts would use, not by our own code."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

NOW = datetime(2026, 12, 28, 10, 0, tzinfo=UTC)
AUDIENCE = "https://contracts.example/"
LISTING_KEY = "whsec_" + b64encode(b"l" * 32).decode()
KEY = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER_KEY = "whsec_" + b64encode(b"o" * 32).decode()


def headers_for(
    body: bytes,
    *,
    keys: Sequence[str] = (KEY,),
    message_id: str = "msg_1",
    installation_id: str = "ins_7Q",
    at: datetime = NOW,
) -> dict[str, str]:
    """Headers by lower-case name; body has to be UTF-8, as the library signs text."""
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(message_id, at, body.decode()) for key in keys),
        "powerup-installation": installation_id,
    }


def envelope(message_type: str, data: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A message as the webhooks page has it, with members replaced."""
    return {
        "type": message_type,
        "api_version": "1",
        "sent_at": "2026-12-28T10:00:00Z",
        "audience": AUDIENCE,
        "environment": "sandbox",
        "installation": {"id": "ins_7Q", "generation": 1},
        "tenant": {"id": "t_42"},
        "data": dict(data or {}),
    } | changes


def body_of(message: Mapping[str, Any]) -> bytes:
    """The message as bytes."""
    return json.dumps(message).encode()
