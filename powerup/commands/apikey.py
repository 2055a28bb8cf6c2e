"""`powerup apikey`: keys with which other software reads or changes a tenant's contracts."""

from collections.abc import Mapping

import click

from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.store.api_keys import ApiKeys, Scope
from powerup.texts import Text, text

_MAY: Mapping[Scope, Text] = {
    Scope.READ: text("Keep it: it is not shown again. With it contracts can be read."),
    Scope.WRITE: text("Keep it: it is not shown again. With it contracts can be read and changed."),
}


@click.group()
def apikey() -> None:
    """Keys for other software."""


@apikey.command("add")
@tenant_argument
@click.option("--scope", type=click.Choice([each.value for each in Scope]), required=True, help="What it may do.")
@json_option
@pass_surroundings
def add(surroundings: Surroundings, tenant: str, scope: str, as_json: bool) -> None:
    """Make a key. It is shown this once, and cannot be read again."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = tenant_of(connection, parts, tenant)
        key, secret = ApiKeys(connection).make(found.id, Scope(scope), surroundings.clock())
    if as_json:
        print_json({"key": secret.reveal(), "id": key.id, "scope": key.scope.value})
    else:
        click.echo(secret.reveal())
        surroundings.say(_MAY[key.scope])
