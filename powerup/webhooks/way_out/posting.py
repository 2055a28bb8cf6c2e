"""One try of a callback over HTTP: no redirect is followed, and of an answer only its status is read (section 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import requests
from werkzeug.http import parse_date

from powerup.outsmart.punctual import ending_within

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 10.0
"""Until all headers of an answer have come."""

_LONGEST_RETRY_AFTER = timedelta(days=1)


class Outcome(StrEnum):
    """How a try ended."""

    DELIVERED = "delivered"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Posted:
    """How a try ended, in a few words why, for people to see, and how long the receiver asks to wait at least."""

    outcome: Outcome
    words: str
    retry_after: timedelta = timedelta()


def post(session: requests.Session, url: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Posted:
    """Post the body; now is aware."""
    try:
        with (
            ending_within(_CONNECT_SECONDS + _ANSWER_SECONDS),
            session.post(
                url,
                data=body,
                headers=dict(headers),
                timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS),
                allow_redirects=False,
                stream=True,  # the body stays unread: nothing in it matters, and it may be without end
            ) as response,
        ):
            return _posted(response.status_code, response.headers.get("Retry-After", ""), now)
    except requests.RequestException as error:
        return Posted(Outcome.FAILED, f"no answer ({type(error).__name__})")


def _posted(status: int, retry_after: str, now: datetime) -> Posted:
    if 200 <= status < 300:
        return Posted(Outcome.DELIVERED, f"answered {status}")
    if status == requests.codes.gone:
        return Posted(Outcome.GONE, "answered 410: no more messages are wanted there")
    return Posted(Outcome.FAILED, f"answered {status}", _wait(retry_after.strip(), now))


def _wait(retry_after: str, now: datetime) -> timedelta:
    """What a Retry-After asks for, in seconds or until a date (RFC 9110, 10.2.3); nothing where it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        wait = timedelta(seconds=int(retry_after[:9]))
    else:
        until = parse_date(retry_after)
        wait = until - now if until else timedelta()
    return min(max(wait, timedelta()), _LONGEST_RETRY_AFTER)
