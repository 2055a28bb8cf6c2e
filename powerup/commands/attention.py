"""`powerup attention`: what needs a person."""

import click

from powerup.commands.kit.group import FINDING
from powerup.commands.kit.options import json_option
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.readings.attention import Attention, need_document
from powerup.store.tenants import Tenants, TenantState
from powerup.texts import text

_COLUMNS = ("tenant", "kind", "number", "customer", "contracts", "message")


@click.command("attention")
@click.argument("tenant", required=False)
@json_option
@pass_surroundings
@click.pass_context
def attention(context: click.Context, surroundings: Surroundings, tenant: str | None, as_json: bool) -> None:
    """List what needs a person, of one TENANT or of all. Exit code 1 when there is anything."""
    rows = []
    with surroundings.parts() as parts, parts.database.read() as connection:
        if tenant:
            found = [tenant_of(connection, parts, tenant)]
        else:
            served = Tenants(connection).all(open_tokens=False)
            found = [each for each in served if each.environment is parts.settings.environment]
        for each in found:
            if each.state is not TenantState.UNINSTALLED:
                rows += [need_document(each.id, need) for need in Attention(connection, each).needs()]
    if as_json:
        print_json({"rows": rows})
    elif rows:
        print_table(_COLUMNS, [row | {"contracts": ", ".join(row["contracts"])} for row in rows], surroundings.reader)
    else:
        surroundings.say(text("Nothing needs a person."))
    if rows:
        context.exit(FINDING)
