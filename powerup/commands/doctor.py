"""`powerup doctor`: what is wrong with settings, database, mail server, hosts and clock, and how to mend it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from socket import create_connection
from ssl import cert_time_to_seconds, create_default_context
from typing import Any
from urllib.parse import urlsplit

import click
import requests

from powerup.commands.kit.group import FINDING
from powerup.commands.kit.options import json_option
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings
from powerup.errors import PowerupError
from powerup.mail.mail_server import MailServerError, greet
from powerup.outsmart.public_ranges import is_this_machine
from powerup.outsmart.way_out import WayOut
from powerup.parts import Parts, build_parts
from powerup.settings import SETTINGS, Settings, SettingsError
from powerup.store.database import check
from powerup.store.errors import UnknownZoneError
from powerup.store.server_clock import clock_difference, is_too_far
from powerup.store.tenants import Environment, Tenant, Tenants, TenantState
from powerup.texts import Reader, Text, counted, sentence_of, text

_MOST_CLOCK_DIFFERENCE = timedelta(seconds=60)
_TIMEOUT_SECONDS = 5
_FEWEST_DIFFERENT = 8
"""Different characters of a secret; 16 drawn from hexadecimal digits have 10 on the average."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; cure is there where something is wrong."""

    check: Text
    ok: bool
    found: Text
    cure: Text | None = None

    def in_words(self, reader: Reader) -> dict[str, Any]:
        """The check as JSON values; what was looked at has its English name, for programs."""
        cure = reader.say(self.cure) if self.cure else ""
        return {"check": str(self.check), "ok": self.ok, "found": reader.say(self.found), "cure": cure}


@click.command("doctor")
@json_option
@pass_surroundings
@click.pass_context
def doctor(context: click.Context, surroundings: Surroundings, as_json: bool) -> None:
    """Look at settings, keys, database, hosts and clock; exit code 1 when something has to be mended."""
    settings, checks = _settings(surroundings)
    if settings:
        checks += _of_parts(settings, surroundings)
    reader = surroundings.reader
    rows = [each.in_words(reader) for each in checks]
    shown = [
        {
            "setting": each.name,
            "value": reader.say(each.shown(settings)),
            "default": each.default,
            "what_for": reader.say(each.description),
        }
        for each in SETTINGS
        if settings
    ]
    if as_json:
        print_json({"ok": all(each.ok for each in checks), "rows": rows, "settings": shown})
    else:
        told = [
            each.in_words(reader) | {"check": each.check, "ok": text("yes") if each.ok else text("NO")}
            for each in checks
        ]
        print_table(("check", "ok", "found", "cure"), told, reader)
        print_table(("setting", "value", "default", "what_for"), shown, reader)
    if not all(each.ok for each in checks):
        context.exit(FINDING)


def _settings(surroundings: Surroundings) -> tuple[Settings | None, list[Check]]:
    try:
        settings = surroundings.settings()
    except SettingsError as error:
        return None, [
            Check(text("settings"), False, problem, text("Set it in the environment.")) for problem in error.problems
        ]
    return settings, [
        Check(
            text("settings"),
            True,
            counted(
                "{number} setting, environment {environment}",
                "{number} settings, environment {environment}",
                len(SETTINGS),
                environment=str(settings.environment),
            ),
        ),
        *_weak_settings(settings),
    ]


def _weak_settings(settings: Settings) -> Iterator[Check]:
    """What works, and should not be left so."""
    if len(set(settings.secret_key)) < _FEWEST_DIFFERENT:
        cure = text("Make one by: python -c 'import secrets; print(secrets.token_urlsafe(32))'")
        yield Check(
            text("settings"), False, text("POWERUP_SECRET_KEY can be guessed: few of its characters differ"), cure
        )
    if settings.environment is Environment.PRODUCTION and is_this_machine(urlsplit(settings.base_url).hostname or ""):
        found = text(
            "POWERUP_BASE_URL is {address}, where no host outside this machine can reach it", address=settings.base_url
        )
        yield Check(text("settings"), False, found, text("Set it to the address at which hosts reach this server."))


def _of_parts(settings: Settings, surroundings: Surroundings) -> list[Check]:
    """Database first: without it nothing else can be asked."""
    try:
        parts = build_parts(settings, surroundings.clock)
    except PowerupError as error:
        cure = text("Make {directory} a directory one can write to.", directory=settings.data_dir)
        return [Check(text("data directory"), False, sentence_of(error), cure)]
    try:
        database = _database(settings)
        if not database.ok:
            return [database]
        now = surroundings.clock()
        way_out = checks_of_way_out(settings.way_out, now)
        return [database, *_database_clock(parts), *way_out, _mail(settings), *_hosts(parts, now)]
    finally:
        parts.close()


def checks_of_way_out(way_out: WayOut, now: datetime) -> Iterator[Check]:
    """What calls to hosts go by, before each of them fails by it: one cause, told once."""
    if way_out.proxy:
        yield _proxy(way_out.proxy)
    if way_out.ca_bundle:
        yield _certificates(way_out.ca_bundle, now)


def _proxy(proxy: str) -> Check:
    address = urlsplit(proxy)
    port = address.port or (443 if address.scheme == "https" else 80)
    name = f"{address.scheme}://{address.hostname}:{port}"  # without its password
    try:
        create_connection((address.hostname, port), timeout=_TIMEOUT_SECONDS).close()
    except OSError as error:
        found = text("no connection to {address}: {words}", address=name, words=error.strerror or str(error))
        return Check(text("proxy"), False, found, text("Check POWERUP_PROXY, and whether the proxy runs."))
    return Check(text("proxy"), True, text("connections are taken at {address}", address=name))


def _certificates(file: str, now: datetime) -> Check:
    """Whether any certificate of the file still counts; that it can be read was looked at with the settings."""
    ends = [cert_time_to_seconds(str(each["notAfter"])) for each in create_default_context(cafile=file).get_ca_certs()]
    if all(end < now.timestamp() for end in ends):
        found = text("every certificate has run out, in {file}", file=file)
        return Check(text("certificates"), False, found, text("Put those that count now into POWERUP_CA_BUNDLE."))
    counting = sum(end >= now.timestamp() for end in ends)
    found = counted("{number} certificate in {file}", "{number} certificates in {file}", counting, file=file)
    return Check(text("certificates"), True, found)


def _mail(settings: Settings) -> Check:
    """As far as name and password; nothing is sent."""
    if settings.post is None:
        return Check(text("mail server"), True, text("none: nobody gets a mail of the day"))
    try:
        greet(settings.post, _TIMEOUT_SECONDS)
    except MailServerError as error:
        cure = text("Check POWERUP_SMTP_URL, and whether the mail server runs.")
        return Check(text("mail server"), False, sentence_of(error), cure)
    return Check(text("mail server"), True, text("answers and takes name and password"))


def _database(settings: Settings) -> Check:
    try:
        revision = check(settings.database_url, pooled=settings.pooled)
    except PowerupError as error:
        cure = text("Check POWERUP_DATABASE_URL, and whether the database runs.")
        return Check(text("database"), False, sentence_of(error), cure)
    if not revision.is_current:
        found = text("revision {current}, needed is {head}", current=revision.current or "-", head=revision.head)
        return Check(text("database"), False, found, text("Run `powerup db upgrade`."))
    return Check(text("database"), True, text("revision {current}", current=revision.head))


def _database_clock(parts: Parts) -> Iterator[Check]:
    """Leases hold only while the clocks of all machines agree; where the database is a file there is only one."""
    try:
        difference = clock_difference(parts.database, parts.clock)
    except PowerupError as error:
        yield Check(text("clock"), False, sentence_of(error), text("See what it says."))
        return
    if difference is not None:
        found = text("{seconds} s from the database's server", seconds=round(abs(difference).total_seconds()))
        cure = text("Set the clocks of this machine and of the database's server (NTP); no cycle begins before that.")
        yield Check(text("clock"), not is_too_far(difference), found, cure if is_too_far(difference) else None)


def _hosts(parts: Parts, now: datetime) -> Iterator[Check]:
    try:
        with parts.database.read() as connection:
            tenants = Tenants(connection).all()
    except PowerupError as error:
        yield Check(
            text("keys"), False, sentence_of(error), text("Put the missing key back into POWERUP_ENCRYPTION_KEYS.")
        )
        return
    yield Check(text("keys"), True, text("the tokens in the database can be opened"))
    yield from _accounts(tenants)
    served = [each for each in tenants if each.environment is parts.settings.environment]
    for tenant in served:
        if tenant.state is not TenantState.UNINSTALLED:
            yield from _zone(tenant)
            yield _host(parts, tenant)
    for origin in sorted({_origin(each) for each in served}):
        yield _clock(origin, parts, now)


def _accounts(tenants: Sequence[Tenant]) -> Iterator[Check]:
    """Two tenants of one host account, as an earlier release allowed them, make each work order twice."""
    seen: dict[object, Tenant] = {}
    for tenant in tenants:
        known_by = [each for each in (tenant.host_tenant_id, tenant.token) if each is not None]
        if tenant.state is not TenantState.ACTIVE:
            continue
        other = next((seen[each] for each in known_by if each in seen), None)
        if other is not None:
            found = text(
                "{one} ({one_id}) and {other} ({other_id}) have the same account",
                one=other.name,
                one_id=other.id,
                other=tenant.name,
                other_id=tenant.id,
            )
            cure = text("Suspend one of them with `powerup tenant suspend`.")
            yield Check(text("host account"), False, found, cure)
        seen |= dict.fromkeys(known_by, tenant)


def _zone(tenant: Tenant) -> Iterator[Check]:
    """Only where this machine does not know it: another one, where the tenant was made, may."""
    try:
        _ = tenant.zone
    except UnknownZoneError as error:
        name = text("time zone of {tenant} ({id})", tenant=tenant.name, id=tenant.id)
        cure = text("Run `pip install --upgrade tzdata`, and start what runs anew.")
        yield Check(name, False, sentence_of(error), cure)


def _host(parts: Parts, tenant: Tenant) -> Check:
    name = text("host of {tenant} ({id})", tenant=tenant.name, id=tenant.id)
    try:
        with parts.open_host(tenant) as host:
            host.work_types()
    except PowerupError as error:
        cure = text("See what it says; then `powerup tenant resume` or install again.")
        return Check(name, False, sentence_of(error), cure)
    return Check(name, True, text("answers and takes the tokens"))


def _origin(tenant: Tenant) -> str:
    address = urlsplit(tenant.api_url)
    return f"{address.scheme}://{address.netloc}/"


def _clock(origin: str, parts: Parts, now: datetime) -> Check:
    """The clock of this machine beside the Date header of a host: signatures are refused when they differ much."""
    try:
        with parts.host_session() as session:
            answer = session.head(origin, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
        theirs = parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (requests.exceptions.RequestException, KeyError, ValueError):
        return Check(text("clock"), True, text("{origin} does not tell its time; not compared", origin=origin))
    difference = abs(now - theirs)
    found = text("{seconds} s from {origin}", seconds=round(difference.total_seconds()), origin=origin)
    ok = difference <= _MOST_CLOCK_DIFFERENCE
    return Check(text("clock"), ok, found, None if ok else text("Set this machine's clock (NTP)."))
