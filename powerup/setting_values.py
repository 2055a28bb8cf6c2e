"""What settings are as texts, read as values: each reader raises ValueError with what was expected."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from ssl import create_default_context
from urllib.parse import unquote, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from powerup.mail.mail_server import Encryption, MailServer
from powerup.outsmart.address import web_address
from powerup.outsmart.public_ranges import is_this_machine
from powerup.store.encryption import Cipher, Secret
from powerup.store.errors import EncryptionKeyError
from powerup.store.tenants import Environment
from powerup.texts import sentence_of, text
from powerup.webhooks.kit.signature import KEY_PREFIX, InvalidSigningKeyError, decoded_key

_SHORTEST_SECRET = 16
_HOSTS_FOR_EXAMPLE = '{"outsmart": {"api_urls": ["https://host.example/api/"], "origins": ["https://host.example"]}}'
_NAME = re.compile(r"[a-z0-9-]{1,50}")
_PORTS = {Encryption.TLS: 465, Encryption.STARTTLS: 587, Encryption.NONE: 25}
_NO_FILE = (None, "", ":memory:")
_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class ListedHost:
    """What one host may bring: addresses under which its API may be, and origins of its pages and callbacks."""

    api_urls: tuple[str, ...]
    origins: tuple[str, ...]


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


def read_pooler(given: str) -> str:
    """The mode of a pooler before the database, or none."""
    if given not in ("", "transaction"):
        raise ValueError(text("expected transaction, or nothing: a pooler in session mode needs no setting."))
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


def read_ca_bundle(given: str) -> str:
    """The name of a file with certificates, or none."""
    if not given:
        return ""
    try:
        create_default_context(cafile=given)
    except OSError as error:  # also what is wrong with a certificate
        raise ValueError(text("expected a file with certificates (PEM): {words}.", words=error.strerror)) from None
    return given


def read_proxy(given: str) -> str:
    """The address of a proxy, which may hold a name and a password; or none."""
    parts = urlsplit(given)
    try:
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if given and (not usable or parts.path not in ("", "/") or parts.query or parts.fragment):
        raise ValueError(text("expected an address such as http://proxy.example:3128."))
    return given.rstrip("/")


def read_mail_server(given: str) -> MailServer | None:
    """Where mail is handed over, with a name and a password where the server asks for them; or none."""
    if not given:
        return None
    try:
        parts = urlsplit(given)
        encryption, port = Encryption(parts.scheme), parts.port
    except ValueError:
        encryption, port = None, None
    if encryption is None or not parts.hostname or port == 0 or parts.path not in ("", "/") or parts.query:
        raise ValueError(
            text("expected smtps://user:password@mail.example or smtp+starttls://… with a port or without.")
        )
    if encryption is Encryption.NONE and not is_this_machine(parts.hostname):
        raise ValueError(text("expected smtps:// or smtp+starttls://; smtp:// is for this machine alone."))
    password = Secret(unquote(parts.password)) if parts.password else None
    return MailServer(parts.hostname, port or _PORTS[encryption], encryption, unquote(parts.username or ""), password)


def read_mail_sender(given: str) -> Address | None:
    """Whom mail is from, with a name or without; or none."""
    if not given:
        return None
    name, address = parseaddr(given)
    try:
        sender = Address(display_name=name, addr_spec=address)
    except (HeaderParseError, ValueError, IndexError):
        sender = None
    plain = address.isascii() and address in given and given.isprintable()
    if sender is None or not plain or not sender.username or "." not in sender.domain:
        raise ValueError(text("expected an e-mail address, such as Contracts <contracts@firm.example>."))
    return sender


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


def read_listing_keys(given: str) -> tuple[tuple[str, str], ...]:
    """Keys that sign webhooks, each with the name of its host, which may be empty."""
    keys = tuple(_named_key(each) for each in _listed(given))
    try:
        for _, key in keys:
            decoded_key(key)
    except InvalidSigningKeyError as error:
        raise ValueError(sentence_of(error)) from None
    return keys


def _named_key(given: str) -> tuple[str, str]:
    """A key may have `=` at its end; a name stands before the first one."""
    if given.startswith(KEY_PREFIX):
        return "", given
    name, _, key = given.partition("=")
    if not _NAME.fullmatch(name.strip()):
        raise ValueError(text("expected whsec_… or name=whsec_…, a name of small letters, digits and -."))
    return name.strip(), key.strip()


def read_listing_hosts(given: str) -> Mapping[str, ListedHost]:
    """The addresses of each host by its name, as a JSON object."""
    expected = text("expected {example}, each name with both lists.", example=_HOSTS_FOR_EXAMPLE)
    if not given:
        return {}
    try:
        document = json.loads(given)
        hosts = {name: _listed_host(listed) for name, listed in document.items()}
    except (AttributeError, KeyError, TypeError, json.JSONDecodeError):
        raise ValueError(expected) from None
    if not all(map(_NAME.fullmatch, hosts)):
        raise ValueError(expected)
    return hosts


def _listed_host(listed: Mapping[str, list[str]]) -> ListedHost:
    """Raises KeyError, TypeError, and ValueError with what is wrong with an address."""
    if set(listed) != {"api_urls", "origins"} or not all(isinstance(each, list) for each in listed.values()):
        raise TypeError
    return ListedHost(
        tuple(read_web_address(str(each)) for each in listed["api_urls"]),
        tuple(read_origin(str(each)) for each in listed["origins"]),
    )


def _listed(given: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in given.split(",") if part.strip())


def read_list(read: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """A reader for a list with commas of what read reads."""
    return lambda given: tuple(read(part) for part in _listed(given))
