"""`powerup contracts history`: what was done to a contract, by whom and why."""

import click

from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.readings.contract_history import (
    ContractHistory,
    TrailNames,
    action_in_words,
    changes_in_words,
    history_document,
    through_in_words,
    trail_names,
)
from powerup.store.audit_trail import AuditLine
from powerup.store.tenants import Tenant, Tenants
from powerup.texts import Reader

_COLUMNS = ("when", "by", "through", "action", "change")


@click.command("history")
@tenant_argument
@click.argument("number")
@json_option
@pass_surroundings
def history(surroundings: Surroundings, tenant: str, number: str, as_json: bool) -> None:
    """Show what was done to contract NUMBER and its visits, the oldest first: when, by whom, and what changed."""
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        lines = ContractHistory(connection, found.id).lines(number)
        names = trail_names(connection, found.id, Tenants(connection).configuration(found.id))
    reader = surroundings.reader
    if as_json:
        print_json({"rows": [history_document(line, found, reader, names) for line in lines]})
    else:
        print_table(_COLUMNS, [_shown(line, found, reader, names) for line in lines], reader)


def _shown(line: AuditLine, tenant: Tenant, reader: Reader, names: TrailNames) -> dict[str, object]:
    return {
        "when": reader.moment(line.at.astimezone(tenant.zone)),
        "by": line.actor_name,
        "through": through_in_words(line),
        "action": action_in_words(line),
        "change": "\n".join(reader.say(each) for each in changes_in_words(line, names)),
    }
