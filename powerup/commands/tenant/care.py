"""`powerup tenant stop`, `go`, `rename-customer`, `rename-object`: care of people's work (operations page)."""

from collections.abc import Callable
from datetime import datetime

import click
from sqlalchemy import Connection

from powerup.actions.kit.request import Actor
from powerup.commands.kit.group import Finding, WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, find_tenant, pass_surroundings, tenant_of
from powerup.contracts.configuration import Mode
from powerup.outsmart.client import OutsmartClient
from powerup.tenants.mode import set_mode
from powerup.tenants.rename import rename_customer, rename_object
from powerup.texts import counted, text

Rename = Callable[[Connection, str, str, str, Actor, datetime], list[str]]
Exists = Callable[[OutsmartClient, str], bool]


@click.command("stop")
@tenant_argument
@json_option
@pass_surroundings
def stop(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """Stop a tenant at once: a cycle that runs ends before its next call. `tenant go` lets it go on."""
    _set_mode(surroundings, tenant, Mode.STOPPED, as_json)


@click.command("go")
@tenant_argument
@click.option("--dry-run", is_flag=True, help="Only say what cycles would do, in their reports.")
@json_option
@pass_surroundings
def go(surroundings: Surroundings, tenant: str, dry_run: bool, as_json: bool) -> None:
    """Let a tenant that was stopped go on, by its catch-up policy."""
    _set_mode(surroundings, tenant, Mode.DRY_RUN if dry_run else Mode.LIVE, as_json)


@click.command("rename-customer")
@tenant_argument
@click.argument("old")
@click.argument("new")
@json_option
@pass_surroundings
def rename_customer_command(surroundings: Surroundings, tenant: str, old: str, new: str, as_json: bool) -> None:
    """Give contracts of customer OLD the debtor number NEW, which the host has changed or merged it into."""
    _rename(
        surroundings, tenant, old, new, as_json, rename_customer, lambda host, code: host.relation(code) is not None
    )


@click.command("rename-object")
@tenant_argument
@click.argument("old")
@click.argument("new")
@json_option
@pass_surroundings
def rename_object_command(surroundings: Surroundings, tenant: str, old: str, new: str, as_json: bool) -> None:
    """Give object OLD the code NEW in all contracts and visits, as the host has changed or merged it."""
    _rename(surroundings, tenant, old, new, as_json, rename_object, lambda host, code: host.object(code) is not None)


def _set_mode(surroundings: Surroundings, wanted: str, mode: Mode, as_json: bool) -> None:
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = tenant_of(connection, parts, wanted)
        set_mode(connection, found.id, mode, OPERATOR, surroundings.clock())
    if as_json:
        print_json({"tenant": found.id, "mode": mode.value})
    else:
        surroundings.say(text("Tenant {tenant} is now: {mode}.", tenant=found.name, mode=mode))


def _rename(
    surroundings: Surroundings, wanted: str, old: str, new: str, as_json: bool, rename: Rename, is_there: Exists
) -> None:
    if old == new:
        raise WrongUse(text("OLD and NEW are the same."))
    with surroundings.parts() as parts:
        tenant = find_tenant(parts, wanted)
        with parts.open_host(tenant) as host:
            if not is_there(host, new):
                raise Finding(text("{code} is not at the host; nothing was changed.", code=new))
        with parts.database.write() as connection:
            numbers = rename(connection, tenant.id, old, new, OPERATOR, surroundings.clock())
            if not numbers:
                raise Finding(text("No contract has {code}; nothing was changed.", code=old))
    if as_json:
        print_json({"rows": [{"contract": number} for number in numbers]})
    else:
        renamed = counted(
            "{number} contract has {new} instead of {old}: {contracts}.",
            "{number} contracts have {new} instead of {old}: {contracts}.",
            len(numbers),
            new=new,
            old=old,
            contracts=numbers,
        )
        surroundings.say(renamed)
