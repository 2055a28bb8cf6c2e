"""`powerup config`: what belongs to a tenant rather than to a contract, as one JSON document."""

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

import click

from powerup.actions.configuration_difference import Difference, differences
from powerup.actions.configure import configure
from powerup.commands.circumstances import OPERATOR, circumstances_of
from powerup.commands.group import Finding
from powerup.commands.options import json_option, tenant_argument
from powerup.commands.output import print_json
from powerup.commands.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.documents.configuration import configuration_document, merge_configuration
from powerup.documents.configuration_schema import configuration_schema_text
from powerup.store.tenants import Tenants
from powerup.texts import Reader, text


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


@config.command("schema")
@json_option
def schema(as_json: bool) -> None:
    """Show the JSON Schema of that document."""
    del as_json  # it is JSON either way
    click.echo(configuration_schema_text(), nl=False)


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
            found = tenant_of(connection, parts, tenant)
            around = circumstances_of(connection, found, now)
            wanted = merge_configuration(around.configuration, document)
            if not dry_run:
                configure(connection, around, wanted, OPERATOR, now)
    _show_differences(differences(around.configuration, wanted), dry_run, surroundings.reader(found), as_json)


def _parsed(file: BinaryIO) -> Any:
    try:
        return json.loads(file.read())
    except (ValueError, RecursionError) as error:
        raise Finding(f"{file.name} is no JSON document: {error}. Nothing was changed.") from error


def _show_differences(found: Sequence[Difference], dry_run: bool, reader: Reader, as_json: bool) -> None:
    if as_json:
        rows = [
            {"part": each.part, "before": each.before, "after": each.after, "line": reader.say(each.line)}
            for each in found
        ]
        print_json({"dry_run": dry_run, "rows": rows})
        return
    if not found:
        click.echo(reader.say(text("Nothing changes.")))
        return
    click.echo(reader.say(text("This would change:") if dry_run else text("Changed:")))
    for each in found:
        click.echo(f"  {reader.say(each.line)}")
