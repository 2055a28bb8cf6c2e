"""What a browser is told about a page, and what it has to show before something is changed.

Every answer says who may frame it. A request that changes something comes from our own pages and carries a token of its
person; all others are refused before a view sees them (webhooks page, section 7).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hmac import compare_digest
from secrets import token_bytes
from urllib.parse import urlsplit

from flask import Request, Response

from powerup.pages.visitor import Visitor

SECRET_BYTES = 32

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"

READING = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that change nothing."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)


def page_headers(visitor: Visitor | None) -> dict[str, str]:
    """The headers of a page that differ from those of other answers; Bootstrap draws its ticks by `data:`.

    Without the referrer policy a browser would send `Origin: null` with the page's own forms.
    """
    framing = " ".join(visitor.frame_ancestors) if visitor and visitor.framed else ""
    return {"Content-Security-Policy": _POLICY + (framing or "'none'"), "Referrer-Policy": "same-origin"}


def framed_by(response: Response, origins: Sequence[str]) -> Response:
    """Let a page that belongs to no visitor be framed by these hosts; by none where there are none."""
    response.headers["Content-Security-Policy"] = _POLICY + (" ".join(origins) or "'none'")
    return response


def csrf_token(visitor: Visitor) -> str:
    """The token for one answer: another one each time, so that its length when packed tells nothing of the secret."""
    mask = token_bytes(SECRET_BYTES)
    return urlsafe_b64encode(mask + _masked(visitor.csrf_secret, mask)).decode()


def is_our_own(request: Request, base_url: str) -> bool:
    """Whether a browser sent it from a page of ours; what tells neither site nor origin is not taken as that."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if origin is None:
        return site == "same-origin"
    address = urlsplit(base_url)
    return origin == f"{address.scheme}://{address.netloc}" and site in (None, "same-origin")


def has_token(request: Request, visitor: Visitor) -> bool:
    """Whether the request carries the visitor's token, in its form or in a header."""
    token = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    try:
        shown = urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        return False
    mask, masked = shown[:SECRET_BYTES], shown[SECRET_BYTES:]
    return len(masked) == SECRET_BYTES and compare_digest(_masked(masked, mask), visitor.csrf_secret)


def _masked(secret: bytes, mask: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(secret, mask, strict=True))
