"""`powerup tenant token`: new tokens for a tenant whose host sends no webhooks."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import click
from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.commands.kit.group import Finding, WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of, uninstalled
from powerup.outsmart.errors import OutsmartError
from powerup.parts import Parts
from powerup.store import leases
from powerup.store.audit_trail import AuditTrail
from powerup.store.encryption import Secret
from powerup.store.tenants import Tenant, Tenants, TenantState
from powerup.tenants.new_tenant import claim_account
from powerup.texts import Text, in_a_row, sentence_of, text

VARIABLES = ("POWERUP_TENANT_TOKEN", "POWERUP_TENANT_SOFTWARE_TOKEN")
"""Where both tokens may stand for these commands alone; they are no settings of a server."""

Command = TypeVar("Command", bound=Callable[..., object])


def tokens_options(command: Command) -> Command:
    """Both tokens of an account as options, which a command had better not be given: others see them in its list of
    processes, and the shell keeps them."""
    for name, what in (("--software-token", "The token of the software package."), ("--token", "The account's token.")):
        option = click.option(name, help=f"{what} Left out: from the environment, or asked for.")
        command = option(command)
    return command


def tokens_given(surroundings: Surroundings, token: str | None, software_token: str | None) -> tuple[Secret, Secret]:
    """The tokens as options, else as POWERUP_TENANT_TOKEN and POWERUP_TENANT_SOFTWARE_TOKEN, else asked for without
    showing them, or where nobody sits at a terminal a line of standard input for each.

    Raises WrongUse where one is empty.
    """
    return (
        _token_given(surroundings, token, VARIABLES[0], text("Token of the account")),
        _token_given(surroundings, software_token, VARIABLES[1], text("Token of the software package")),
    )


def _token_given(surroundings: Surroundings, option: str | None, setting: str, question: Text) -> Secret:
    given = option if option is not None else surroundings.environ.get(setting)
    if given is None:
        if sys.stdin.isatty():
            given = str(click.prompt(surroundings.reader.say(question), hide_input=True, err=True))
        else:
            given = sys.stdin.readline()
    if not given.strip():
        raise WrongUse(
            text("{what}: expected as an option, as {setting}, or when asked.", what=question, setting=setting)
        )
    return Secret(given.strip())


@click.command("token")
@tenant_argument
@tokens_options
@json_option
@pass_surroundings
def token(
    surroundings: Surroundings, tenant: str, token: str | None, software_token: str | None, as_json: bool
) -> None:
    """Give a tenant whose host sends no webhooks new tokens, and let it go on. They are tried first."""
    new, of_software = tokens_given(surroundings, token, software_token)
    with surroundings.parts() as parts:
        with parts.database.read() as connection:
            found = _without_webhooks(connection, parts, tenant)
        try_tokens(parts, replace(found, token=new, software_token=of_software), text("Its tokens stay as they were."))
        with parts.database.write() as connection:
            current = _without_webhooks(connection, parts, found.id)
            _replace_tokens(connection, replace(current, token=new, software_token=of_software), surroundings.clock())
    if as_json:
        print_json({"tenant": found.id, "state": current.state.value})
    else:
        surroundings.say(text("Tenant {tenant} has its new tokens.", tenant=found.name))


def try_tokens(parts: Parts, tenant: Tenant, otherwise: Text) -> None:
    """One small read: whether the host is there and takes the tokens; otherwise is said where it does not.

    Raises Finding.
    """
    try:
        with parts.open_host(tenant) as host:
            host.work_types()
    except OutsmartError as error:
        raise Finding(in_a_row([otherwise, sentence_of(error)])) from error


def _without_webhooks(connection: Connection, parts: Parts, wanted: str) -> Tenant:
    found = tenant_of(connection, parts, wanted)
    if found.state is TenantState.UNINSTALLED:
        raise Finding(uninstalled(wanted))
    if found.host_tenant_id is not None:
        raise Finding(
            text(
                "The host of tenant {tenant} sends its tokens itself: enter them there, or install again.",
                tenant=wanted,
            )
        )
    return found


def _replace_tokens(connection: Connection, tenant: Tenant, now: datetime) -> None:
    """A cycle that runs has the old tokens, and its end would stop the tenant: its lease is taken away."""
    claim_account(connection, tenant)
    tenants = Tenants(connection)
    tenants.save(tenant)
    if tenant.state is TenantState.ACTIVE:
        leases.revoke(connection, tenant.id)
        tenants.restart_cycles(tenant.id, now)
    line = audit_line(OPERATOR, now, "tenant.token", ("tenant", tenant.id), after={"state": tenant.state.value})
    AuditTrail(connection, tenant.id).add(line)
