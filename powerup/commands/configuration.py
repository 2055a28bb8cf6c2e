"""`powerup config`: what belongs to a tenant rather than to a contract, as one JSON document."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import click

from powerup.actions.configure import configure
from powerup.commands.circumstances import OPERATOR, circumstances_of
from powerup.commands.group import Finding
from powerup.commands.options import json_option, tenant_argument
from powerup.commands.output import print_json, print_table
from powerup.commands.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.configuration import configuration_document, merge_configuration
from powerup.store.tenants import Tenants


@click.group()
def config() -> None:
    """A tenant's settings, calendar, terms, reasons and SLA policies."""


@config.command("show")
@tenant_argument
@json_option
@pass_surroundings
def show(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """Show the whole document, which `config apply` takes."""
    del as_json  # it is JSON either way
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        configuration = Tenants(connection).configuration(found.id)
    print_json(configuration_document(configuration))


@config.command("apply")
@tenant_argument
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@json_option
@pass_surroundings
def apply(surroundings: Surroundings, tenant: str, file: BinaryIO, dry_run: bool, as_json: bool) -> None:
    """Take over the parts of a document that are there; absent parts stay as they are."""
    document = _parsed(file)
    with surroundings.parts() as parts:
        now = surroundings.clock()
        with parts.database.read() if dry_run else parts.database.write() as connection:
            around = circumstances_of(connection, tenant_of(connection, parts, tenant), now)
            wanted = merge_configuration(around.configuration, document)
            if not dry_run:
                configure(connection, around, wanted, OPERATOR, now)
    rows = list(_differences(around.configuration, wanted))
    if as_json:
        print_json({"dry_run": dry_run, "rows": rows})
    elif rows:
        print_table(("part", "before", "after"), rows, "Would change" if dry_run else "Changed")
    else:
        click.echo("Nothing changes.")


def _parsed(file: BinaryIO) -> Any:
    try:
        return json.loads(file.read())
    except (ValueError, RecursionError) as error:
        raise Finding(f"{file.name} is no JSON document: {error}. Nothing was changed.") from error


def _differences(before: TenantConfiguration, after: TenantConfiguration) -> Iterator[dict[str, Any]]:
    """What differs, by member: of settings and calendar each member, of the lists each entry by its code."""
    old, new = configuration_document(before), configuration_document(after)
    for part in new:
        was, becomes = _members(old[part]), _members(new[part])
        for name in sorted(was.keys() | becomes.keys()):
            if was.get(name) != becomes.get(name):
                yield {"part": f"{part}.{name}", "before": was.get(name), "after": becomes.get(name)}


def _members(part: Any) -> Mapping[str, Any]:
    return part if isinstance(part, Mapping) else {entry["code"]: entry for entry in part}
