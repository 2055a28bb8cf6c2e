"""No token in any text, log line or traceback."""

import io
import logging

import pytest

from powerup.outsmart.redaction import REDACTED, RedactingFilter, redact, redact_event

LEAKS = [
    "GET /openapi/8/relations/?token=S3CRET&software_token=S3CRET HTTP/1.1",
    "https://host/openapi/8/?a=1&software_token=S3CRET",
    "(url='/openapi/8/objects/?TOKEN=S3CRET')",
    "next=https%3A%2F%2Fhost%2F%3Ftoken%3DS3CRET%26x",
    '{"token": "S3CRET", "software_token":"S3CRET"}',
    '{\\"token\\":\\"S3CRET\\"}',
    "{'token': 'S3CRET'}",
    "Authorization: Bearer S3CRET",
    "authorization: bearer S3CRET==",
    "key whsec_S3CRET+/=",
]


@pytest.mark.parametrize("text", LEAKS)
def test_known_places_of_secrets_are_emptied(text: str) -> None:
    assert "S3CRET" not in redact(text)
    assert REDACTED in redact(text)


def test_the_rest_of_an_address_stays_readable() -> None:
    assert redact("/GetWorkorder/?row_id=7&token=abc&update_status=false") == (
        f"/GetWorkorder/?row_id=7&token={REDACTED}&update_status=false"
    )


@pytest.mark.parametrize("text", ["a token of thanks", "key=debtor_number", "tokens: 3"])
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text


def test_a_known_secret_is_found_anywhere_also_quoted() -> None:
    assert "a/b" not in redact("token a/b refused", "a/b")
    assert "a%2Fb" not in redact("x=a%2Fb", "a/b")


def test_an_empty_secret_changes_nothing() -> None:
    assert redact("text", "") == "text"


def test_a_structlog_event_is_emptied_at_every_depth() -> None:
    event = {
        "event": "GET /?token=S3CRET",
        "token": "S3CRET",
        "Authorization": "S3CRET",
        "details": {"software_token": "S3CRET", "urls": ["/?token=S3CRET", {"secret": "S3CRET"}]},
        "count": 3,
    }
    redacted = redact_event(None, "info", event)
    assert "S3CRET" not in str(redacted)
    assert redacted["count"] == 3


def test_a_log_record_loses_secrets_in_arguments_and_tracebacks() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        raise ValueError("/?token=S3CRET")
    except ValueError:
        logger.exception("asked %s", "/?software_token=S3CRET")
    assert "S3CRET" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()
