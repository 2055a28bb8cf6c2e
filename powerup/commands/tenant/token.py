"""`powerup tenant token`: new tokens for a tenant whose host sends no webhooks."""

from dataclasses import replace
from datetime import datetime

import click
from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.commands.kit.group import Finding
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


@click.command("token")
@tenant_argument
@click.option("--token", required=True, help="The account's new token.")
@click.option("--software-token", required=True, help="The token of the software package.")
@json_option
@pass_surroundings
def token(surroundings: Surroundings, tenant: str, token: str, software_token: str, as_json: bool) -> None:
    """Give a tenant whose host sends no webhooks new tokens, and let it go on. They are tried first."""
    with surroundings.parts() as parts:
        with parts.database.read() as connection:
            found = _without_webhooks(connection, parts, tenant)
        new, of_software = Secret(token.strip()), Secret(software_token.strip())
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
