"""`powerup attention`: what needs a person."""

from typing import Any

import click

from powerup.commands.kit.group import FINDING
from powerup.commands.kit.options import json_option
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.store.tenants import Tenant, Tenants, TenantState
from powerup.sync.attention import Need, needs_of

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
                rows += [_document(each, need) for need in needs_of(connection, each)]
    if as_json:
        print_json({"rows": rows})
    elif rows:
        print_table(_COLUMNS, [row | {"contracts": ", ".join(row["contracts"])} for row in rows])
    else:
        click.echo("Nothing needs a person.")
    if rows:
        context.exit(FINDING)


def _document(tenant: Tenant, need: Need) -> dict[str, Any]:
    return {
        "tenant": tenant.id,
        "kind": need.kind.value,
        "number": need.number,
        "customer": need.customer,
        "contracts": list(need.contracts),
        "message": need.words,
    }
