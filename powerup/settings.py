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
from dataclasses import dataclass, field, replace
from email.headerregistry import Address
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from powerup.errors import PowerupError
from powerup.mail.mail_server import MailServer, Post
from powerup.outsmart.way_out import WayOut
from powerup.setting_values import (
    ListedHost,
    read_ca_bundle,
    read_database_url,
    read_encryption_keys,
    read_environment,
    read_list,
    read_listing_hosts,
    read_listing_keys,
    read_mail_sender,
    read_mail_server,
    read_origin,
    read_pooler,
    read_port,
    read_positive,
    read_proxy,
    read_secret_key,
    read_secret_or_none,
    read_web_address,
)
from powerup.store.tenants import Environment
from powerup.texts import Text, in_a_row, sentence_of, text
from powerup.webhooks.kit.signature import KEY_PREFIX

_DATA_DIR = "powerup-data"

DEMO_DIR = f"{_DATA_DIR}/demo"
"""Where `powerup demo` keeps what is its own, unless it is told otherwise."""

_OWN_KEYS_FILE = "keys.json"


class SettingsError(PowerupError):
    """One or more settings cannot be used; problems has a sentence for each."""

    def __init__(self, problems: tuple[Text, ...]) -> None:
        super().__init__(in_a_row(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; what each is for is in SETTINGS. Addresses end in a slash, origins do not."""

    environment: Environment
    data_dir: Path
    port: int
    database_url: str = field(repr=False)  # may hold a password
    database_pooler: str
    base_url: str
    secret_key: str = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)
    listing_keys: tuple[tuple[str, str], ...] = field(repr=False)  # the name of the host, or none, and its key
    listing_hosts: Mapping[str, ListedHost]
    host_api_urls: tuple[str, ...]
    host_origins: tuple[str, ...]
    tick_seconds: float
    reconcile_minutes: float
    lease_seconds: float
    host_timeout_seconds: float
    ca_bundle: str
    proxy: str = field(repr=False)  # may hold a password
    metrics_token: str = field(repr=False)
    smtp_url: MailServer | None
    mail_from: Address | None

    @property
    def pooled(self) -> bool:
        """Whether a pooler stands before the database that gives each transaction another connection."""
        return self.database_pooler == "transaction"

    @property
    def way_out(self) -> WayOut:
        """How calls to hosts leave this network."""
        return WayOut(self.ca_bundle, self.proxy)

    @property
    def post(self) -> Post | None:
        """What mail goes out by; None where none is sent."""
        if self.smtp_url is None or self.mail_from is None:
            return None
        return Post(replace(self.smtp_url, ca_bundle=self.ca_bundle), self.mail_from)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in the environment, its default as text (None: it has to be given), and what it is for.

    read turns the text into the value and raises ValueError with what was expected. platform_name is honoured where
    a platform sets it and the name itself is not set.
    """

    name: str
    default: str | None
    description: Text
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

    def shown(self, settings: Settings) -> Text:
        """The value for people; of a secret only whether it is set."""
        value = getattr(settings, self.attribute)
        if self.secret:
            return text("set") if value else text("not set")
        if value is None:
            return text("not set")
        if isinstance(value, Mapping):
            return text("{words}", words=", ".join(value))
        return text("{words}", words=",".join(value) if isinstance(value, tuple) else str(value))


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
            problems.append(_problem(setting, given, sentence_of(error)))
    unknown = sorted(values.get("listing_hosts", {}).keys() - {name for name, _ in values.get("listing_keys", ())})
    if unknown:
        problems.append(
            text(
                "POWERUP_LISTING_HOSTS names {names}, and no key of POWERUP_LISTING_KEYS has that name.",
                names=", ".join(unknown),
            )
        )
    if bool(values.get("smtp_url")) != bool(values.get("mail_from")) and {"smtp_url", "mail_from"} <= values.keys():
        problems.append(
            text("POWERUP_SMTP_URL and POWERUP_MAIL_FROM go together: give both, or neither where no mail is sent.")
        )
    if problems:
        raise SettingsError((*problems, *_of_a_trial(environ)))
    return Settings(**values)


def read_way_out(environ: Mapping[str, str]) -> WayOut:
    """How calls leave this network, for who needs no other setting. Raises SettingsError."""
    values, problems = {}, []
    for setting in SETTINGS:
        if setting.attribute in ("ca_bundle", "proxy"):
            given = setting.given_in(environ)
            try:
                values[setting.attribute] = _value(setting, given, {})
            except ValueError as error:
                problems.append(_problem(setting, given, sentence_of(error)))
    if problems:
        raise SettingsError(tuple(problems))
    return WayOut(**values)


def make_data_dir(directory: Path) -> None:
    """Make the data directory where it is not there yet. Raises SettingsError."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = text(
            "POWERUP_DATA_DIR is {value}: it cannot be made ({words}): name a directory that this process may write "
            "to.",
            value=repr(str(directory)),
            words=error.strerror,
        )
        raise SettingsError((sentence,)) from error


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
        sentence = text(
            "{file} cannot be used ({words}): name a directory (POWERUP_DATA_DIR) that this process may read and "
            "write.",
            file=kept,
            words=error.strerror,
        )
        raise SettingsError((sentence,)) from error
    except (ValueError, KeyError, TypeError) as error:
        sentence = text(
            "{file} does not hold the keys that were made here: put the file back as it was; without its keys the "
            "tokens in the database cannot be opened.",
            file=kept,
        )
        raise SettingsError((sentence,)) from error


def _new_keys() -> dict[str, str]:
    return {
        "POWERUP_SECRET_KEY": secrets.token_urlsafe(32),
        "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "POWERUP_LISTING_KEYS": KEY_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _write_once(path: Path, content: str) -> None:
    """Write the file whole, or leave the one that another process wrote at the same moment."""
    descriptor, new = tempfile.mkstemp(dir=path.parent)  # only its owner may read it
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    with suppress(FileExistsError):
        os.link(new, path)
    Path(new).unlink()


def _value(setting: Setting, given: str | None, read_before: Mapping[str, Any]) -> Any:
    if given is not None:
        return setting.read(given)
    if setting.default is None:
        if "environment" not in read_before:
            raise KeyError("environment")  # which decides whether it is needed
        raise ValueError(text("it is needed in the production environment: {what_for}", what_for=setting.description))
    return setting.read(setting.default.format(**read_before))


def _of_a_trial(environ: Mapping[str, str]) -> tuple[Text, ...]:
    """What somebody who has just tried the demo has to know: commands are for production unless told otherwise."""
    needed = [setting for setting in SETTINGS if setting.default is None]
    if environ.get("POWERUP_ENVIRONMENT") or all(setting.given_in(environ) for setting in needed):
        return ()
    words = text(
        "POWERUP_ENVIRONMENT is not set, so it is production: to look at a demo or a trial set it to sandbox, and "
        "POWERUP_DATA_DIR to its directory (of `powerup demo`: {directory}).",
        directory=DEMO_DIR,
    )
    return (words,)


def _problem(setting: Setting, given: str | None, expected: Text) -> Text:
    if given is None:
        return text("{setting} is not set: {expected}", setting=setting.name, expected=expected)
    if setting.secret:
        return text(
            "{setting} cannot be used (its value is not shown): {expected}", setting=setting.name, expected=expected
        )
    return text("{setting} is {value}: {expected}", setting=setting.name, value=repr(given), expected=expected)


SETTINGS = (
    Setting(
        "POWERUP_ENVIRONMENT",
        "production",
        text("production or sandbox: the kind of tenants served."),
        read_environment,
    ),
    Setting(
        "POWERUP_DATA_DIR",
        _DATA_DIR,
        text("Directory of what is not in the database."),
        lambda given: Path(given).expanduser(),
    ),
    Setting("PORT", "8000", text("Port to listen on."), read_port),
    Setting(
        "POWERUP_DATABASE_URL",
        "sqlite:///{data_dir}/powerup.db",
        text("Database: sqlite:///path or postgresql://user:password@server/name."),
        read_database_url,
        secret=True,
        platform_name="DATABASE_URL",
    ),
    Setting(
        "POWERUP_DATABASE_POOLER",
        "",
        text("transaction where a pooler such as PgBouncer stands before PostgreSQL in that mode; else empty."),
        read_pooler,
    ),
    Setting(
        "POWERUP_BASE_URL",
        "http://127.0.0.1:{port}/",
        text("Address at which hosts reach this server."),
        read_web_address,
    ),
    Setting(
        "POWERUP_SECRET_KEY",
        None,
        text("Signs confirmations; 16 random characters or more."),
        read_secret_key,
        secret=True,
    ),
    Setting(
        "POWERUP_ENCRYPTION_KEYS",
        None,
        text("Fernet keys for tokens in the database, with commas, newest first."),
        read_encryption_keys,
        secret=True,
    ),
    Setting(
        "POWERUP_LISTING_KEYS",
        "",
        text(
            "Keys (whsec_…, or name=whsec_…) agreed with hosts, with commas; they sign installation.created. Without "
            "one, none can install."
        ),
        read_listing_keys,
        secret=True,
    ),
    Setting(
        "POWERUP_LISTING_HOSTS",
        "",
        text(
            "Addresses of hosts whose listing keys have a name, as JSON by name: api_urls and origins. Names that are "
            "not in it share the two lists below."
        ),
        read_listing_hosts,
    ),
    Setting(
        "POWERUP_HOST_API_URLS",
        "https://app.out-smart.com/openapi/8/,https://www.out-smart.com/openapi/8/,https://www.werkbonapp.nl/openapi/8/",
        text("Addresses under which the API of an installing host may be, with commas."),
        read_list(read_web_address),
    ),
    Setting(
        "POWERUP_HOST_ORIGINS",
        "https://app.out-smart.com,https://www.out-smart.com,https://www.werkbonapp.nl",
        text("Origins that a host's pages and callbacks may have, with commas."),
        read_list(read_origin),
    ),
    Setting(
        "POWERUP_TICK_SECONDS", "60", text("Seconds between two looks of the timer for due tenants."), read_positive
    ),
    Setting(
        "POWERUP_RECONCILE_MINUTES",
        "30",
        text("Minutes between two readings of a tenant's open orders."),
        read_positive,
    ),
    Setting(
        "POWERUP_LEASE_SECONDS",
        "60",
        text("Seconds for which a worker holds a tenant unless it renews."),
        read_positive,
    ),
    Setting(
        "POWERUP_HOST_TIMEOUT_SECONDS", "15", text("Seconds of silence after which a call is given up."), read_positive
    ),
    Setting(
        "POWERUP_CA_BUNDLE",
        "",
        text("File with the certificates (PEM) that hosts are known by, in place of the public ones."),
        read_ca_bundle,
    ),
    Setting(
        "POWERUP_PROXY",
        "",
        text("Address of the proxy by which hosts are called, such as http://proxy.example:3128; none without it."),
        read_proxy,
        secret=True,
    ),
    Setting(
        "POWERUP_METRICS_TOKEN",
        "",
        text("What reads /metrics shows it as a bearer; without one a production server has no metrics."),
        read_secret_or_none,
        secret=True,
    ),
    Setting(
        "POWERUP_SMTP_URL",
        "",
        text("Mail server, such as smtps://user:password@mail.example; without one no mail is sent."),
        read_mail_server,
        secret=True,
    ),
    Setting("POWERUP_MAIL_FROM", "", text("Whom that mail is from."), read_mail_sender),
)
"""All settings there are, in the order in which `powerup doctor` shows them."""
