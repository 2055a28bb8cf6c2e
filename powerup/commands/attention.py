"""`powerup attention`: what needs a person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Connection

from powerup.commands.kit.group import FINDING
from powerup.commands.kit.options import json_option
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import Surroundings, pass_surroundings, tenant_of
from powerup.readings.attention import Attention, Need, NeedKind, need_document
from powerup.readings.failures import first_and_more
from powerup.store.errors import UnknownZoneError
from powerup.store.tenants import Tenant, Tenants, TenantState
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, sentence_of, text

_COLUMNS = ("tenant", "kind", "number", "customer", "contracts", "days", "message")


@click.command("attention")
@click.argument("tenant", required=False)
@json_option
@pass_surroundings
@click.pass_context
def attention(context: click.Context, surroundings: Surroundings, tenant: str | None, as_json: bool) -> None:
    """List what needs a person, of one TENANT or of all. Exit code 1 when there is anything."""
    rows = []
    now = surroundings.clock()
    with surroundings.parts() as parts, parts.database.read() as connection:
        if tenant:
            found = [tenant_of(connection, parts, tenant)]
        else:
            served = Tenants(connection).all(open_tokens=False)
            found = [each for each in served if each.environment is parts.settings.environment]
        for each in found:
            if each.state is not TenantState.UNINSTALLED:
                rows += [(each.id, need) for need in _needs(connection, each, now)]
    reader = surroundings.reader
    if as_json:
        print_json({"rows": [need_document(tenant_id, need, reader) for tenant_id, need in rows]})
    elif rows:
        print_table(_COLUMNS, [_shown(tenant_id, need, reader) for tenant_id, need in rows], surroundings.reader)
    else:
        surroundings.say(text("Nothing needs a person."))
    if rows:
        context.exit(FINDING)


def _needs(connection: Connection, tenant: Tenant, now: datetime) -> Iterable[Need]:
    """What a tenant needs a person for; one whose day nobody can tell here keeps the others from nothing."""
    try:
        around = circumstances_of(connection, tenant, now)
    except UnknownZoneError as error:
        return [Need(NeedKind.TENANT, sentence_of(error))]
    return Attention(connection, tenant, around).needs()


def _shown(tenant_id: str, need: Need, reader: Reader) -> dict[str, Any]:
    """A need as people read it: with the customer's name, the first of its contracts and days, and how many more."""
    failures = need.failures
    return need_document(tenant_id, need, reader) | {
        "customer": f"{need.customer} {need.customer_name}".strip() if need.customer else None,
        "contracts": first_and_more(need.contracts) if need.contracts else None,
        "days": first_and_more(failures.days) if failures else None,
    }
