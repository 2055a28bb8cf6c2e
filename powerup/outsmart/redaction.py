"""The one place that takes secrets out of texts: the host's tokens travel in addresses (host page 4.2)."""

import logging
import re
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"

_TOKEN_FIELD = r"(?:software_token|token)"  # noqa: S105 - the name of a field, not a secret
_PATTERNS = (
    # in an address, also one that is itself a parameter of an address
    (re.compile(rf"(?i)(?:\b|(?<=%3F)|(?<=%26))({_TOKEN_FIELD}(?:=|%3D))[^&\s\"'<>)\]]+"), rf"\1{REDACTED}"),
    # in JSON, in JSON inside JSON, and in the repr of a dictionary
    (re.compile(rf"(?i)(\\*[\"']{_TOKEN_FIELD}\\*[\"']\s*:\s*\\*[\"'])[^\"'\\]*"), rf"\1{REDACTED}"),
    (re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]+"), rf"\1{REDACTED}"),
    (re.compile(r"\b(whsec_)[\w+/=-]+"), rf"\1{REDACTED}"),
)
_SECRET_KEYS = frozenset({"token", "software_token", "authorization", "secret", "password", "api_key"})
_HTTP_LOGGERS = ("urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry", "urllib3.connection")


def redact(text: str, *secrets: str) -> str:
    """The text without tokens, bearer credentials and webhook keys, and without the given secrets as such."""
    for secret in secrets:
        for form in {secret, quote(secret, safe=""), quote_plus(secret)} - {""}:
            text = text.replace(form, REDACTED)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redact_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: the event with every text in it redacted, and secret keys emptied."""
    for key, value in event.items():
        event[key] = _redacted_value(key, value)
    return event


class RedactingFilter(logging.Filter):
    """A logging filter for handlers and loggers: message, arguments and traceback without secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place and let it through."""
        record.msg = redact(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = redact("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
        return True


def redact_http_logs() -> None:
    """Keep tokens out of what the HTTP library logs itself; may be called any number of times."""
    for name in _HTTP_LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(present, RedactingFilter) for present in logger.filters):
            logger.addFilter(RedactingFilter())


def _redacted_value(key: object, value: object) -> object:
    if isinstance(key, str) and key.lower() in _SECRET_KEYS and value:
        return REDACTED
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {inner: _redacted_value(inner, item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted_value(None, item) for item in value]
    return value
