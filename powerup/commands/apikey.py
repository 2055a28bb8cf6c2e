"""`powerup apikey`: keys with which other software reads or changes a tenant's contracts."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import click

from powerup.commands.kit.group import WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of
from powerup.store.api_keys import ApiKey, ApiKeys, Scope
from powerup.tenants.keys import make_key, revoke_key
from powerup.texts import Text, text

_MAY: Mapping[Scope, Text] = {
    Scope.READ: text("Keep it: it is not shown again. With it contracts can be read."),
    Scope.WRITE: text("Keep it: it is not shown again. With it contracts can be read and changed."),
    Scope.ADMIN: text("Keep it: it is not shown again. With it contracts can be read, changed and deleted."),
}

_COLUMNS = ("key", "name", "scope", "created_at", "last_used_at", "revoked_at")


@click.group()
def apikey() -> None:
    """Keys for other software."""


@apikey.command("add")
@tenant_argument
@click.option("--scope", type=click.Choice([each.value for each in Scope]), required=True, help="What it may do.")
@click.option("--name", default="", help="What people call it; the history of a contract says so of what it changes.")
@json_option
@pass_surroundings
def add(surroundings: Surroundings, tenant: str, scope: str, name: str, as_json: bool) -> None:
    """Make a key. It is shown this once, and cannot be read again."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = tenant_of(connection, parts, tenant)
        key, secret = make_key(connection, found.id, Scope(scope), name, OPERATOR, surroundings.clock())
    if as_json:
        print_json({"key": secret.reveal(), "id": key.id, "scope": key.scope.value})
    else:
        click.echo(secret.reveal())
        surroundings.say(_MAY[key.scope])


@apikey.command("list")
@tenant_argument
@json_option
@pass_surroundings
def list_(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """Show the keys of a tenant, never with what is secret; when one was last used is exact to the hour."""
    with surroundings.parts() as parts, parts.database.read() as connection:
        found = tenant_of(connection, parts, tenant)
        keys = ApiKeys(connection).of_tenant(found.id)
    rows = [_document(key, found.zone) for key in keys]
    if as_json:
        print_json({"rows": rows})
    else:
        print_table(_COLUMNS, [row | {"key": row["id"]} for row in rows], surroundings.reader)


@apikey.command("remove")
@tenant_argument
@click.argument("key")
@json_option
@pass_surroundings
def remove(surroundings: Surroundings, tenant: str, key: str, as_json: bool) -> None:
    """Let KEY, by the id that list shows, count no longer, from this moment on."""
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = tenant_of(connection, parts, tenant)
        if not revoke_key(connection, found.id, key, OPERATOR, surroundings.clock()):
            raise WrongUse(text("Tenant {tenant} has no key {key} that counts.", tenant=tenant, key=key))
    if as_json:
        print_json({"removed": key})
    else:
        surroundings.say(text("Key {key} is removed.", key=key))


def _document(key: ApiKey, zone: ZoneInfo) -> dict[str, Any]:
    moments = {name: getattr(key, name) for name in ("created_at", "last_used_at", "revoked_at")}
    return {"id": key.id, "name": key.name, "scope": key.scope.value} | {
        name: moment.astimezone(zone).isoformat(timespec="seconds") if moment else None
        for name, moment in moments.items()
    }
