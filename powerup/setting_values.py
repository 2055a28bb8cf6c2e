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
from powerup.texts import sentence_of, text
from powerup.webhooks.kit.signature import InvalidSigningKeyError, decoded_key

_SHORTEST_SECRET = 16
_NO_FILE = (None, "", ":memory:")
_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")


def read_environment(given: str) -> Environment:
    """production or sandbox. Raises ValueError, as all readers do, with what was expected."""
    if given not in set(Environment):
        raise ValueError(text("expected production or sandbox."))
    return Environment(given)


def read_port(given: str) -> int:
    """A port number."""
    if not (given.isascii() and given.isdigit() and int(given) <= 65535):
        raise ValueError(text("expected a port number from 0 to 65535."))
    return int(given)


def read_positive(given: str) -> float:
    """A number above 0."""
    try:
        number = float(given)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError(text("expected a number above 0, such as 60."))
    return number


def read_database_url(given: str) -> str:
    """The address of a SQLite or PostgreSQL database, as it was given."""
    try:
        url = make_url(given)
        usable = url.database not in _NO_FILE if url.drivername == "sqlite" else url.drivername in _POSTGRESQL
    except (ArgumentError, ValueError):
        usable = False
    if not usable:
        raise ValueError(text("expected sqlite:///path or postgresql://user:password@server/name."))
    return given


def read_web_address(given: str) -> str:
    """An address with its final slash: https, or plain http on this machine."""
    parts = web_address(given)
    if parts is None:
        raise ValueError(text("expected an address such as https://contracts.example/."))
    if parts.scheme == "http" and not is_this_machine(parts.hostname or ""):
        raise ValueError(text("expected https; plain http is for this machine alone."))
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}/"


def read_origin(given: str) -> str:
    """An address without a path and without its final slash."""
    address = read_web_address(given)
    if urlsplit(address).path != "/":
        raise ValueError(text("expected an origin without a path, such as https://app.out-smart.com."))
    return address.rstrip("/")


def read_secret_key(given: str) -> str:
    """A secret that is long enough."""
    if len(given) < _SHORTEST_SECRET:
        raise ValueError(text("expected at least {least} random characters.", least=_SHORTEST_SECRET))
    return given


def read_secret_or_none(given: str) -> str:
    """A secret that is long enough, or none."""
    return read_secret_key(given) if given else ""


def read_encryption_keys(given: str) -> tuple[str, ...]:
    """Fernet keys, at least one."""
    keys = _listed(given)
    try:
        Cipher(keys)
    except EncryptionKeyError as error:
        raise ValueError(sentence_of(error)) from None
    return keys


def read_listing_keys(given: str) -> tuple[str, ...]:
    """Keys that sign webhooks."""
    keys = _listed(given)
    try:
        for key in keys:
            decoded_key(key)
    except InvalidSigningKeyError as error:
        raise ValueError(sentence_of(error)) from None
    return keys


def _listed(given: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in given.split(",") if part.strip())


def read_list(read: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """A reader for a list with commas of what read reads."""
    return lambda given: tuple(read(part) for part in _listed(given))
