"""Every setting of the product, read once from the environment (architecture: What others may rely on).

Nothing else reads the environment. An unusable setting is an error that names it, what came, and what to do; the value
of a secret is in no error and no `repr`.
"""

import base64
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from powerup.errors import PowerupError
from powerup.store.encryption import Cipher
from powerup.store.errors import EncryptionKeyError
from powerup.store.tenants import Environment
from powerup.webhooks.signature import KEY_PREFIX, InvalidSigningKeyError, decoded_key

_SHORTEST_SECRET = 16
_DATA_DIR = "powerup-data"
_OWN_KEYS_FILE = "keys.json"
_NO_FILE = (None, "", ":memory:")
_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")


class SettingsError(PowerupError):
    """One or more settings cannot be used; problems has a sentence for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; what each is for is in SETTINGS. Addresses end in a slash, origins do not."""

    environment: Environment
    data_dir: Path
    port: int
    database_url: str = field(repr=False)  # may hold a password
    base_url: str
    secret_key: str = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)
    listing_keys: tuple[str, ...] = field(repr=False)
    host_api_urls: tuple[str, ...]
    host_origins: tuple[str, ...]
    tick_seconds: float
    reconcile_minutes: float
    lease_seconds: float
    host_timeout_seconds: float
    metrics_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in the environment, its default as text (None: it has to be given), and what it is for.

    read turns the text into the value and raises ValueError with what was expected. platform_name is honoured where
    a platform sets it and the name itself is not set.
    """

    name: str
    default: str | None
    description: str
    read: Callable[[str], Any]
    secret: bool = False
    platform_name: str | None = None

    @property
    def attribute(self) -> str:
        """The field of Settings that holds it."""
        return self.name.removeprefix("POWERUP_").lower()

    def given_in(self, environ: Mapping[str, str]) -> str | None:
        """What the environment says; an empty value counts as not set."""
        return environ.get(self.name) or environ.get(self.platform_name or "") or None

    def shown(self, settings: Settings) -> str:
        """The value for people; of a secret only whether it is set."""
        value = getattr(settings, self.attribute)
        if self.secret:
            return "set" if value else "not set"
        return ",".join(value) if isinstance(value, tuple) else str(value)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in this environment; raises SettingsError with everything that is wrong with them.

    In the sandbox environment keys that are not set are made once and kept in the data directory.
    """
    if environ.get("POWERUP_ENVIRONMENT") == Environment.SANDBOX:
        data_dir = Path(environ.get("POWERUP_DATA_DIR") or _DATA_DIR).expanduser()
        environ = own_keys(data_dir) | {name: value for name, value in environ.items() if value}
    values: dict[str, Any] = {}
    problems = []
    for setting in SETTINGS:
        given = setting.given_in(environ)
        try:
            values[setting.attribute] = _value(setting, given, values)
        except KeyError:
            continue  # its default is made of a setting that is at fault itself
        except ValueError as error:
            problems.append(_problem(setting, given, str(error)))
    if problems:
        raise SettingsError(tuple(problems))
    return Settings(**values)


def make_data_dir(directory: Path) -> None:
    """Make the data directory where it is not there yet. Raises SettingsError."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        cure = f"it cannot be made ({error.strerror}): name a directory that this process may write to"
        raise SettingsError((f"POWERUP_DATA_DIR is {str(directory)!r}: {cure}.",)) from error


def own_keys(directory: Path) -> dict[str, str]:
    """Keys by the names of their settings, made once and kept in this directory, readable by their owner alone.

    For sandbox servers: where real work orders are at stake, the operator holds the keys, not the server's disk.
    Raises SettingsError for a directory that cannot be made, and for keys that cannot be read or written.
    """
    make_data_dir(directory)
    kept = directory / _OWN_KEYS_FILE
    try:
        if not kept.exists():
            _write_once(kept, json.dumps(_new_keys(), indent=2))
        keys: dict[str, str] = json.loads(kept.read_text())
        return {name: keys[name] for name in _new_keys()}
    except OSError as error:
        cure = "name a directory (POWERUP_DATA_DIR) that this process may read and write"
        raise SettingsError((f"{kept} cannot be used ({error.strerror}): {cure}.",)) from error
    except (ValueError, KeyError, TypeError) as error:
        cure = "put the file back as it was; without its keys the tokens in the database cannot be opened"
        raise SettingsError((f"{kept} does not hold the keys that were made here: {cure}.",)) from error


def _new_keys() -> dict[str, str]:
    return {
        "POWERUP_SECRET_KEY": secrets.token_urlsafe(32),
        "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "POWERUP_LISTING_KEYS": KEY_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _write_once(path: Path, text: str) -> None:
    """Write the file whole, or leave the one that another process wrote at the same moment."""
    descriptor, new = tempfile.mkstemp(dir=path.parent)  # only its owner may read it
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    with suppress(FileExistsError):
        os.link(new, path)
    Path(new).unlink()


def _value(setting: Setting, given: str | None, read_before: Mapping[str, Any]) -> Any:
    if given is not None:
        return setting.read(given)
    if setting.default is None:
        raise ValueError(f"it is needed in the production environment: {setting.description}")
    return setting.read(setting.default.format(**read_before))


def _problem(setting: Setting, given: str | None, expected: str) -> str:
    if given is None:
        came = "is not set"
    elif setting.secret:
        came = "cannot be used (its value is not shown)"
    else:
        came = f"is {given!r}"
    return f"{setting.name} {came}: {expected.removesuffix('.')}."


def _environment(text: str) -> Environment:
    if text not in set(Environment):
        raise ValueError("expected production or sandbox")
    return Environment(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise ValueError("expected a port number from 0 to 65535")
    return int(text)


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError("expected a number above 0, such as 60")
    return number


def _database_url(text: str) -> str:
    try:
        url = make_url(text)
        usable = url.database not in _NO_FILE if url.drivername == "sqlite" else url.drivername in _POSTGRESQL
    except (ArgumentError, ValueError):
        usable = False
    if not usable:
        raise ValueError("expected sqlite:///path or postgresql://user:password@server/name")
    return text


def _web_address(text: str) -> str:
    """An address with its final slash: https, or plain http on this machine."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("expected an address such as https://contracts.example/")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
        raise ValueError("expected https; plain http is for this machine alone")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}/"


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origin(text: str) -> str:
    address = _web_address(text)
    if urlsplit(address).path != "/":
        raise ValueError("expected an origin without a path, such as https://app.out-smart.com")
    return address.rstrip("/")


def _secret_key(text: str) -> str:
    if len(text) < _SHORTEST_SECRET:
        raise ValueError(f"expected at least {_SHORTEST_SECRET} random characters")
    return text


def _secret_or_none(text: str) -> str:
    return _secret_key(text) if text else ""


def _encryption_keys(text: str) -> tuple[str, ...]:
    keys = _listed(text)
    try:
        Cipher(keys)
    except EncryptionKeyError as error:
        raise ValueError(str(error)) from None
    return keys


def _listing_keys(text: str) -> tuple[str, ...]:
    keys = _listed(text)
    try:
        for key in keys:
            decoded_key(key)
    except InvalidSigningKeyError as error:
        raise ValueError(str(error)) from None
    return keys


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _list_of(read: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    return lambda text: tuple(read(part) for part in _listed(text))


SETTINGS = (
    Setting("POWERUP_ENVIRONMENT", "production", "production or sandbox: the kind of tenants served.", _environment),
    Setting(
        "POWERUP_DATA_DIR", _DATA_DIR, "Directory of what is not in the database.", lambda text: Path(text).expanduser()
    ),
    Setting("PORT", "8000", "Port to listen on.", _port),
    Setting(
        "POWERUP_DATABASE_URL",
        "sqlite:///{data_dir}/powerup.db",
        "Database: sqlite:///path or postgresql://user:password@server/name.",
        _database_url,
        secret=True,
        platform_name="DATABASE_URL",
    ),
    Setting("POWERUP_BASE_URL", "http://127.0.0.1:{port}/", "Address at which hosts reach this server.", _web_address),
    Setting("POWERUP_SECRET_KEY", None, "Signs confirmations; 16 random characters or more.", _secret_key, secret=True),
    Setting(
        "POWERUP_ENCRYPTION_KEYS",
        None,
        "Fernet keys for tokens in the database, with commas, newest first.",
        _encryption_keys,
        secret=True,
    ),
    Setting(
        "POWERUP_LISTING_KEYS",
        "",
        "Keys (whsec_…) agreed with hosts, with commas; they sign installation.created. Without one, none can install.",
        _listing_keys,
        secret=True,
    ),
    Setting(
        "POWERUP_HOST_API_URLS",
        "https://app.out-smart.com/openapi/8/,https://www.out-smart.com/openapi/8/,https://www.werkbonapp.nl/openapi/8/",
        "Addresses under which the API of an installing host may be, with commas.",
        _list_of(_web_address),
    ),
    Setting(
        "POWERUP_HOST_ORIGINS",
        "https://app.out-smart.com,https://www.out-smart.com,https://www.werkbonapp.nl",
        "Origins that a host's pages and callbacks may have, with commas.",
        _list_of(_origin),
    ),
    Setting("POWERUP_TICK_SECONDS", "60", "Seconds between two looks of the timer for due tenants.", _positive),
    Setting("POWERUP_RECONCILE_MINUTES", "30", "Minutes between two readings of a tenant's open orders.", _positive),
    Setting("POWERUP_LEASE_SECONDS", "60", "Seconds for which a worker holds a tenant unless it renews.", _positive),
    Setting("POWERUP_HOST_TIMEOUT_SECONDS", "15", "Seconds of silence after which a call is given up.", _positive),
    Setting(
        "POWERUP_METRICS_TOKEN",
        "",
        "What reads /metrics shows it as a bearer; without one a production server has no metrics.",
        _secret_or_none,
        secret=True,
    ),
)
"""All settings there are, in the order in which `powerup doctor` shows them."""
