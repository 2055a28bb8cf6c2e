"""`powerup tenant export`, `erase`, `restored`: care of a tenant's data (operations page)."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import click
from sqlalchemy import Column, Connection, Table

from powerup.commands.kit.group import Finding, WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.contracts.days import MOST_DAYS
from powerup.parts import Parts
from powerup.store import leases
from powerup.store.all_tables import tables_of_tenant
from powerup.store.erasure import ErasureLine, erase_tenant
from powerup.store.export import rows_of_tenant
from powerup.store.tenants import Tenant, Tenants
from powerup.texts import Text, counted, text

DAYS_OF_LOOKING_UP = 400
"""A visit can be ordered a year ahead; after that none is left that a lost database had ordered."""


@click.command("export")
@tenant_argument
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@pass_surroundings
def export(surroundings: Surroundings, tenant: str, file: Path, as_json: bool) -> None:
    """Write everything that is kept of a tenant into a ZIP file: one JSON document for each table, no secrets."""
    if file.exists():
        raise WrongUse(text("{file} is there already; name a new file.", file=file))
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        try:
            counts = _write_zip(connection, found, file)
        except (OSError, BadZipFile) as error:
            file.unlink(missing_ok=True)
            words = getattr(error, "strerror", None) or str(error)
            raise Finding(text("{file} could not be written: {words}.", file=file, words=words)) from error
    if as_json:
        print_json({"tenant": found.id, "file": str(file), "rows": counts})
    else:
        written = counted(
            "{number} row of {tenant} is in {file}.",
            "{number} rows of {tenant} are in {file}.",
            sum(counts.values()),
            tenant=found.name,
            file=file,
        )
        surroundings.say(written)


@click.command("erase")
@tenant_argument
@click.option("--yes", is_flag=True, help="Do it: nothing of the tenant can be brought back.")
@json_option
@pass_surroundings
def erase(surroundings: Surroundings, tenant: str, yes: bool, as_json: bool) -> None:
    """Remove everything of a tenant for good. Its work orders at the host stay there."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = tenant_of(connection, parts, tenant)
        if not yes:
            raise WrongUse(
                text(
                    "This removes all contracts, visits and the audit trail of {tenant} for good: say --yes. `powerup "
                    "tenant export` keeps a copy.",
                    tenant=found.name,
                )
            )
        leases.revoke(connection, found.id)
        kept = erase_tenant(connection, found.id, surroundings.clock())
    if as_json:
        print_json({"tenant": found.id, "erased": True, "kept": asdict(kept)})
    else:
        surroundings.say(_erased_in_words(found, kept))


def _erased_in_words(tenant: Tenant, kept: ErasureLine) -> Text:
    return text(
        "Everything of {tenant} is erased. What stays is one line, so that whoever comes back with this account gets "
        "other numbers: the moment, our ids, the number prefixes that it used ({prefixes}), and keyed hashes (HMAC) of "
        "the host's tenant id and of its API token, from which neither can be read. The security page says more.",
        tenant=tenant.name,
        prefixes=list(kept.prefixes),
    )


@click.command("restored")
@click.argument("tenant", required=False)
@click.option("--all", "every", is_flag=True, help="All tenants of this server.")
@click.option(
    "--days",
    type=click.IntRange(0, MOST_DAYS),
    default=DAYS_OF_LOOKING_UP,
    show_default=True,
    help="For so long; 0 ends it.",
)
@json_option
@pass_surroundings
def restored(surroundings: Surroundings, tenant: str | None, every: bool, days: int, as_json: bool) -> None:
    """Say that the database was restored from a backup: every number is looked up at the host before it is sent."""
    if bool(tenant) == every:
        raise WrongUse(text("Name one TENANT, or --all."))
    now = surroundings.clock()
    with surroundings.parts() as parts, parts.database.write() as connection:
        marked = [tenant_of(connection, parts, tenant)] if tenant else _served(connection, parts)
        for each in marked:
            Tenants(connection).look_up_until(each.id, now + timedelta(days=days))
            Tenants(connection).reconcile_soon(each.id, now)
            leases.revoke(connection, each.id)
    if as_json:
        print_json({"rows": [{"tenant": each.id, "look_up_before": now + timedelta(days=days)} for each in marked]})
    else:
        surroundings.say(_looked_up(len(marked), days))


def _looked_up(number: int, days: int) -> Text:
    tenants = counted("{number} tenant", "{number} tenants", number)
    if not days:
        return text("{tenants}: numbers are no more looked up before being sent.", tenants=tenants)
    return counted(
        "{tenants}: for {number} day every number is looked up before being sent.",
        "{tenants}: for {number} days every number is looked up before being sent.",
        days,
        tenants=tenants,
    )


def _served(connection: Connection, parts: Parts) -> list[Tenant]:
    return [
        each for each in Tenants(connection).all(open_tokens=False) if each.environment is parts.settings.environment
    ]


def _write_zip(connection: Connection, tenant: Tenant, file: Path) -> dict[str, int]:
    """Row by row, so that a tenant of any size goes in; returns how many rows of each table."""
    counts = {}
    with ZipFile(file, "x", ZIP_DEFLATED) as archive:
        for table, owner in tables_of_tenant():
            with archive.open(f"{table.name}.json", "w") as document:
                counts[table.name] = 0
                for row in _documents(connection, table, owner, tenant):
                    document.write(b"[\n" if counts[table.name] == 0 else b",\n")
                    document.write(row.encode())
                    counts[table.name] += 1
                document.write(b"\n]\n" if counts[table.name] else b"[]\n")
    return counts


def _documents(connection: Connection, table: Table, owner: Column[Any], tenant: Tenant) -> Iterator[str]:
    for row in rows_of_tenant(connection, table, owner, tenant.id):
        yield json.dumps(row, ensure_ascii=False)
