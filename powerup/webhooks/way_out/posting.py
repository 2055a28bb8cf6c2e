"""One try of a callback over HTTP: no redirect is followed, and of an answer only its status is read (section 6)."""

from collections.abc import Mapping
from enum import StrEnum

import requests

_CONNECT_SECONDS = 5.0
_SILENCE_SECONDS = 10.0


class Outcome(StrEnum):
    """How a try ended."""

    DELIVERED = "delivered"
    GONE = "gone"
    FAILED = "failed"


def post(session: requests.Session, url: str, headers: Mapping[str, str], body: bytes) -> tuple[Outcome, str]:
    """Post the body; how it ended, and in a few words why, for people to see."""
    try:
        with session.post(
            url,
            data=body,
            headers=dict(headers),
            timeout=(_CONNECT_SECONDS, _SILENCE_SECONDS),
            allow_redirects=False,
            stream=True,  # the body stays unread: nothing in it matters, and it may be without end
        ) as response:
            return _outcome(response.status_code)
    except requests.RequestException as error:
        return Outcome.FAILED, f"no answer ({type(error).__name__})"


def _outcome(status: int) -> tuple[Outcome, str]:
    if 200 <= status < 300:
        return Outcome.DELIVERED, f"answered {status}"
    if status == requests.codes.gone:
        return Outcome.GONE, "answered 410: the host wants no more callbacks"
    return Outcome.FAILED, f"answered {status}"
