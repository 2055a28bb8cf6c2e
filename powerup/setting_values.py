"""What settings are as texts, read as values: each reader raises ValueError with what was expected."""

from collections.abc import Callable
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from powerup.outsmart.address import web_address
from powerup.outsmart.public_ranges import is_this_machine
from powerup.store.encryption import Cipher
from powerup.store.errors import EncryptionKeyError
from powerup.store.tenants import Environment
from powerup.webhooks.signature import InvalidSigningKeyError, decoded_key

_SHORTEST_SECRET = 16
_NO_FILE = (None, "", ":memory:")
_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")


def read_environment(text: str) -> Environment:
    """production or sandbox. Raises ValueError, as all readers do, with what was expected."""
    if text not in set(Environment):
        raise ValueError("expected production or sandbox")
    return Environment(text)


def read_port(text: str) -> int:
    """A port number."""
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise ValueError("expected a port number from 0 to 65535")
    return int(text)


def read_positive(text: str) -> float:
    """A number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError("expected a number above 0, such as 60")
    return number


def read_database_url(text: str) -> str:
    """The address of a SQLite or PostgreSQL database, as it was given."""
    try:
        url = make_url(text)
        usable = url.database not in _NO_FILE if url.drivername == "sqlite" else url.drivername in _POSTGRESQL
    except (ArgumentError, ValueError):
        usable = False
    if not usable:
        raise ValueError("expected sqlite:///path or postgresql://user:password@server/name")
    return text


def read_web_address(text: str) -> str:
    """An address with its final slash: https, or plain http on this machine."""
    parts = web_address(text)
    if parts is None:
        raise ValueError("expected an address such as https://contracts.example/")
    if parts.scheme == "http" and not is_this_machine(parts.hostname or ""):
        raise ValueError("expected https; plain http is for this machine alone")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}/"


def read_origin(text: str) -> str:
    """An address without a path and without its final slash."""
    address = read_web_address(text)
    if urlsplit(address).path != "/":
        raise ValueError("expected an origin without a path, such as https://app.out-smart.com")
    return address.rstrip("/")


def read_secret_key(text: str) -> str:
    """A secret that is long enough."""
    if len(text) < _SHORTEST_SECRET:
        raise ValueError(f"expected at least {_SHORTEST_SECRET} random characters")
    return text


def read_secret_or_none(text: str) -> str:
    """A secret that is long enough, or none."""
    return read_secret_key(text) if text else ""


def read_encryption_keys(text: str) -> tuple[str, ...]:
    """Fernet keys, at least one."""
    keys = _listed(text)
    try:
        Cipher(keys)
    except EncryptionKeyError as error:
        raise ValueError(str(error)) from None
    return keys


def read_listing_keys(text: str) -> tuple[str, ...]:
    """Keys that sign webhooks."""
    keys = _listed(text)
    try:
        for key in keys:
            decoded_key(key)
    except InvalidSigningKeyError as error:
        raise ValueError(str(error)) from None
    return keys


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def read_list(read: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """A reader for a list with commas of what read reads."""
    return lambda text: tuple(read(part) for part in _listed(text))
