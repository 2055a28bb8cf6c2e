"""Refusals of a delivery as such: 4xx and 503, with one shape of body (webhooks page, section 2)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from powerup.documents.errors import DocumentError
from powerup.errors import PowerupError


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: HTTP status, headers beside the content type, and the body's bytes."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class DeliveryRefused(PowerupError):
    """A delivery that is not taken in; reply is what its sender is told."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        problems: Sequence[DocumentError] = (),
        offset: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        content: dict[str, object] = {"code": code, "message": message}
        if problems:
            content["errors"] = [asdict(problem) for problem in problems]
        if offset is not None:
            content["offset"] = offset
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.reply = Reply(status, json_bytes(content), headers)


def json_bytes(content: Mapping[str, object]) -> bytes:
    """A body as this product writes it: UTF-8, no superfluous spaces."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def unsupported_media_type() -> DeliveryRefused:
    """415: not JSON, or packed."""
    return DeliveryRefused(415, "unsupported_media_type", "Send application/json in UTF-8, without content encoding.")


def too_large(most_bytes: int) -> DeliveryRefused:
    """413: longer than a message may be."""
    return DeliveryRefused(413, "too_large", f"A message has at most {most_bytes} bytes; send less in one.")


def unauthorized() -> DeliveryRefused:
    """401: the same for every reason, which only the operator's log has."""
    return DeliveryRefused(401, "unauthorized", "The message is not signed as agreed, or not now.")


def too_many_requests(retry_after: int) -> DeliveryRefused:
    """429: the installation sends faster than it may; retry_after in seconds."""
    return DeliveryRefused(
        429, "too_many_requests", "Too many messages of this installation; wait.", retry_after=retry_after
    )


def malformed(offset: int, message: str) -> DeliveryRefused:
    """400: no JSON as it has to be; offset in bytes from the start of the body."""
    return DeliveryRefused(400, "malformed", message, offset=offset)


def invalid_message(problems: Sequence[DocumentError]) -> DeliveryRefused:
    """400: JSON, but not a message of this contract."""
    return DeliveryRefused(400, "invalid_message", "This is no message of version 1.", problems=problems)


def wrong_recipient(message: str) -> DeliveryRefused:
    """403: genuine, but meant for another power-up, environment, installation or tenant."""
    return DeliveryRefused(403, "wrong_recipient", message)


def id_reused() -> DeliveryRefused:
    """400: this id was taken by another body."""
    return DeliveryRefused(
        400, "id_reused", "This webhook-id came with another body before; give each message its own."
    )


def unknown_generation() -> DeliveryRefused:
    """403: of an installing that we have not heard of."""
    return wrong_recipient("This generation is not installed here; send installation.created first.")


def unavailable() -> DeliveryRefused:
    """503: nothing was done, and the same message may be sent again."""
    return DeliveryRefused(503, "unavailable", "Nothing was done; send the message again.", retry_after=5)
