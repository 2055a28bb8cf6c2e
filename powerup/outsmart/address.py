"""Web addresses, from what people enter and hosts bring; among them that of API 8 (host page 4.1)."""

from urllib.parse import SplitResult, urlsplit

from powerup.outsmart.errors import InvalidApiAddress
from powerup.texts import text

_PATH = "/openapi/8"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ODD_MARKS = ("?", "#", "\\", "%", " ")


def web_address(entered: str) -> SplitResult | None:
    """The parts of an http(s) address that names no person, password, query or fragment; None for what is none."""
    try:
        parts = urlsplit(entered.strip())
        usable = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    return parts if usable and plain else None


def unmistakable_address(brought: str) -> SplitResult | None:
    """`web_address` of a text that no two programs read differently: no `@`, `..`, backslash, blank or encoded mark.

    For addresses that strangers bring.
    """
    parts = web_address(brought)
    if parts is None or "@" in parts.netloc or ".." in parts.path or any(mark in brought for mark in _ODD_MARKS):
        return None
    return parts


def origin_of(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port of a web address, the port also where it goes without saying."""
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]


def api_address(entered: str) -> str:
    """The base address with `/openapi/8` and no final slash, such as https://app.out-smart.com/openapi/8.

    Takes it with or without `/openapi/8`, final slash or not. Raises InvalidApiAddress for another version of
    the API, and for what is no plain http(s) address; whether plain http is allowed is the settings' to say.
    """
    parts = web_address(entered)
    if parts is None:
        raise InvalidApiAddress(
            text(
                "The API address must look like https://app.out-smart.com/openapi/8, without name, password or tokens."
            )
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{_api_path(parts.path)}"


def _api_path(path: str) -> str:
    path = path.rstrip("/")
    root, found, version = path.rpartition("/openapi")
    if not found:
        return path + _PATH
    if version not in ("", "/8"):
        raise InvalidApiAddress(
            text("The API address ends in /openapi{version}; this product speaks /openapi/8.", version=version)
        )
    return root + _PATH
