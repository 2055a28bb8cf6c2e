"""`powerup doctor`: what is wrong with settings, database, hosts and clock, and how to mend it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import click
import requests

from powerup.commands.kit.group import FINDING
from powerup.commands.kit.options import json_option
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings
from powerup.errors import PowerupError
from powerup.parts import Parts, build_parts
from powerup.settings import SETTINGS, Settings, SettingsError
from powerup.store.database import check
from powerup.store.server_clock import clock_difference, is_too_far
from powerup.store.tenants import Tenant, Tenants, TenantState

_MOST_CLOCK_DIFFERENCE = timedelta(seconds=60)
_TIMEOUT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; cure is empty where nothing is wrong."""

    check: str
    ok: bool
    found: str
    cure: str = ""


@click.command("doctor")
@json_option
@pass_surroundings
@click.pass_context
def doctor(context: click.Context, surroundings: Surroundings, as_json: bool) -> None:
    """Look at settings, keys, database, hosts and clock; exit code 1 when something has to be mended."""
    settings, checks = _settings(surroundings)
    if settings:
        checks += _of_parts(settings, surroundings)
    rows = [asdict(each) for each in checks]
    shown = [
        {"setting": each.name, "value": each.shown(settings), "default": each.default, "what_for": each.description}
        for each in SETTINGS
        if settings
    ]
    if as_json:
        print_json({"ok": all(each.ok for each in checks), "rows": rows, "settings": shown})
    else:
        print_table(("check", "ok", "found", "cure"), [row | {"ok": "yes" if row["ok"] else "NO"} for row in rows])
        print_table(("setting", "value", "default", "what_for"), shown)
    if not all(each.ok for each in checks):
        context.exit(FINDING)


def _settings(surroundings: Surroundings) -> tuple[Settings | None, list[Check]]:
    try:
        settings = surroundings.settings()
    except SettingsError as error:
        return None, [Check("settings", False, problem, "Set it in the environment.") for problem in error.problems]
    return settings, [Check("settings", True, f"{len(SETTINGS)} settings, {settings.environment.value}")]


def _of_parts(settings: Settings, surroundings: Surroundings) -> list[Check]:
    """Database first: without it nothing else can be asked."""
    try:
        parts = build_parts(settings, surroundings.clock)
    except PowerupError as error:
        return [Check("data directory", False, str(error), f"Make {settings.data_dir} a directory one can write to.")]
    try:
        database = _database(settings)
        if not database.ok:
            return [database]
        return [database, *_database_clock(parts), *_hosts(parts, surroundings.clock())]
    finally:
        parts.close()


def _database(settings: Settings) -> Check:
    try:
        revision = check(settings.database_url)
    except PowerupError as error:
        return Check("database", False, str(error), "Check POWERUP_DATABASE_URL, and whether the database runs.")
    if not revision.is_current:
        found = f"revision {revision.current or 'none'}, needed is {revision.head}"
        return Check("database", False, found, "Run `powerup db upgrade`.")
    return Check("database", True, f"revision {revision.head}")


def _database_clock(parts: Parts) -> Iterator[Check]:
    """Leases hold only while the clocks of all machines agree; where the database is a file there is only one."""
    try:
        difference = clock_difference(parts.database, parts.clock)
    except PowerupError as error:
        yield Check("clock", False, str(error), "See what it says.")
        return
    if difference is not None:
        found = f"{abs(difference).total_seconds():.0f} s from the database's server"
        cure = "Set the clocks of this machine and of the database's server (NTP); no cycle begins before that."
        yield Check("clock", not is_too_far(difference), found, cure if is_too_far(difference) else "")


def _hosts(parts: Parts, now: datetime) -> Iterator[Check]:
    try:
        with parts.database.read() as connection:
            tenants = Tenants(connection).all()
    except PowerupError as error:
        yield Check("keys", False, str(error), "Put the missing key back into POWERUP_ENCRYPTION_KEYS.")
        return
    yield Check("keys", True, "the tokens in the database can be opened")
    yield from _accounts(tenants)
    served = [each for each in tenants if each.environment is parts.settings.environment]
    for tenant in served:
        if tenant.state is not TenantState.UNINSTALLED:
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
            found = f"{other.name} ({other.id}) and {tenant.name} ({tenant.id}) have the same account"
            yield Check("host account", False, found, "Suspend one of them with `powerup tenant suspend`.")
        seen |= dict.fromkeys(known_by, tenant)


def _host(parts: Parts, tenant: Tenant) -> Check:
    name = f"host of {tenant.name} ({tenant.id})"
    try:
        with parts.open_host(tenant) as host:
            host.work_types()
    except PowerupError as error:
        return Check(name, False, str(error), "See what it says; then `powerup tenant resume` or install again.")
    return Check(name, True, "answers and takes the tokens")


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
        return Check("clock", True, f"{origin} does not tell its time; not compared")
    difference = abs(now - theirs)
    found = f"{difference.total_seconds():.0f} s from {origin}"
    ok = difference <= _MOST_CLOCK_DIFFERENCE
    return Check("clock", ok, found, "" if ok else "Set this machine's clock (NTP).")
