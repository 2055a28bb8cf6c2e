"""`powerup tenant`: the customer accounts of the host that this server works for."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from powerup.actions.kit.audit_lines import audit_line
from powerup.commands.kit.group import Finding, WrongUse
from powerup.commands.kit.lazy_group import Elsewhere, LazyGroup
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table, show_members
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of, uninstalled
from powerup.commands.tenant.token import tokens_given, tokens_options, try_tokens
from powerup.outsmart.address import api_address
from powerup.parts import Parts
from powerup.store.audit_trail import AuditTrail
from powerup.store.encryption import Secret
from powerup.store.errors import UnknownZoneError
from powerup.store.host_profiles import HostProfiles
from powerup.store.tenants import Environment, Tenant, Tenants, TenantState
from powerup.tenants.new_tenant import add_tenant, claim_account
from powerup.tenants.today import today_of
from powerup.texts import text
from powerup.timing import time_zones
from powerup.webhooks.messages.installation_changes import stop_at_once

_LONGEST_NAME = 255
_SHOWN_IN_LIST = ("tenant", "name", "state", "host_tenant_id", "api_url", "today", "next_cycle_at", "attention")


_ELSEWHERE = {
    "stop": Elsewhere("tenant.care", "stop", "Stop a tenant at once: a cycle that runs ends before its next call."),
    "go": Elsewhere("tenant.care", "go", "Let a tenant that was stopped go on, by its catch-up policy."),
    "rename-customer": Elsewhere(
        "tenant.care",
        "rename_customer_command",
        "Give contracts of customer OLD the debtor number NEW, which the host has changed or merged it into.",
    ),
    "rename-object": Elsewhere(
        "tenant.care",
        "rename_object_command",
        "Give object OLD the code NEW in all contracts and visits, as the host has changed or merged it.",
    ),
    "export": Elsewhere(
        "tenant.export_and_erase",
        "export",
        "Write everything that is kept of a tenant into a ZIP file: one JSON document for each table, no secrets.",
    ),
    "erase": Elsewhere("tenant.export_and_erase", "erase", "Remove everything of a tenant for good."),
    "restored": Elsewhere(
        "tenant.export_and_erase",
        "restored",
        "Say that the database was restored from a backup: every number is looked up at the host before it is sent.",
    ),
    "link": Elsewhere(
        "tenant.link",
        "link",
        "Have the host's INSTALLATION go on with a tenant that was added by command, as soon as it installs.",
    ),
    "token": Elsewhere(
        "tenant.token", "token", "Give a tenant whose host sends no webhooks new tokens, and let it go on."
    ),
}


@click.group(cls=LazyGroup, elsewhere=_ELSEWHERE)
def tenant() -> None:
    """Tenants: customer accounts of the host."""


@tenant.command("add")
@click.argument("name")
@click.option("--api-url", required=True, metavar="URL", help="Address of the host's API.")
@tokens_options
@click.option("--environment", type=click.Choice([each.value for each in Environment]), help="Must be this server's.")
@click.option("--timezone", default="Europe/Amsterdam", show_default=True, metavar="TZ", help="An IANA time zone.")
@json_option
@pass_surroundings
def add(
    surroundings: Surroundings, /, name: str, as_json: bool, token: str | None, software_token: str | None, **given: Any
) -> None:
    """Add a tenant whose host sends no webhooks. Its tokens are tried first."""
    tokens = tokens_given(surroundings, token, software_token)
    with surroundings.parts() as parts:
        new = _new_tenant(parts, name.strip(), tokens, **given)
        try_tokens(parts, new, text("The tenant is not added."))
        with parts.database.write() as connection:
            add_tenant(connection, replace(new, next_cycle_at=surroundings.clock()))
    if as_json:
        print_json({"tenant": new.id})
    else:
        surroundings.say(text("Tenant {tenant} is added: {id}.", tenant=new.name, id=new.id))


@tenant.command("list")
@json_option
@pass_surroundings
def list_(surroundings: Surroundings, as_json: bool) -> None:
    """List the tenants that this server serves."""
    with surroundings.parts() as parts:
        with parts.database.read() as connection:
            found = Tenants(connection).all(open_tokens=False)
        now = surroundings.clock()
        rows = [_document(each, now) for each in found if each.environment is parts.settings.environment]
    if as_json:
        print_json({"rows": rows})
    else:
        print_table(_SHOWN_IN_LIST, rows, surroundings.reader)


@tenant.command("show")
@tenant_argument
@json_option
@pass_surroundings
def show(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """Show one tenant; tokens are never shown."""
    with surroundings.parts() as parts:
        with parts.database.read() as connection:
            found = tenant_of(connection, parts, tenant)
            probed = HostProfiles(connection, found.id).all()
        probed_at = max((each.seen_at for each in probed), default=None)
        document = _document(found, surroundings.clock()) | {"host_probed_at": probed_at}
    if as_json:
        print_json(document)
    else:
        show_members(document, surroundings.reader)


@tenant.command("suspend")
@tenant_argument
@json_option
@pass_surroundings
def suspend(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """Stop making work orders for a tenant; reading stays possible."""
    _set_state(surroundings, tenant, TenantState.SUSPENDED, as_json)


@tenant.command("resume")
@tenant_argument
@json_option
@pass_surroundings
def resume(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """Go on making work orders for a tenant, by its catch-up policy."""
    _set_state(surroundings, tenant, TenantState.ACTIVE, as_json)


def _new_tenant(
    parts: Parts, name: str, tokens: tuple[Secret, Secret], api_url: str, environment: str | None, timezone: str
) -> Tenant:
    served = parts.settings.environment
    if environment not in (None, served):
        raise WrongUse(
            text(
                "This server serves tenants of the environment {served} (POWERUP_ENVIRONMENT), not of {environment}.",
                served=str(served),
                environment=environment,
            )
        )
    if not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
        raise WrongUse(text("A tenant needs a name: one line of at most {most} characters.", most=_LONGEST_NAME))
    address = api_address(api_url)
    if served is Environment.PRODUCTION and not address.startswith("https://"):
        raise WrongUse(text("The API address of a production tenant begins with https://."))
    return Tenant(
        id=f"t_{secrets.token_hex(6)}",
        name=name,
        environment=served,
        timezone=_timezone(timezone),
        api_url=address,
        token=tokens[0],
        software_token=tokens[1],
    )


def _timezone(name: str) -> str:
    if name not in time_zones():
        raise WrongUse(text("{name} is no IANA time zone such as Europe/Amsterdam.", name=repr(name)))
    return name


def _set_state(surroundings: Surroundings, wanted: str, state: TenantState, as_json: bool) -> None:
    with surroundings.parts() as parts, parts.database.write() as connection:
        tenants, now = Tenants(connection), surroundings.clock()
        found = tenant_of(connection, parts, wanted)
        if found.state is TenantState.UNINSTALLED:
            raise Finding(uninstalled(wanted))
        if state is TenantState.ACTIVE:
            claim_account(connection, found, besides_suspended=True)
        tenants.save(replace(found, state=state))
        if state is TenantState.ACTIVE:
            tenants.restart_cycles(found.id, now)
        else:
            stop_at_once(connection, found)
        told = {"before": {"state": found.state.value}, "after": {"state": state.value}}
        AuditTrail(connection, found.id).add(audit_line(OPERATOR, now, "tenant.state", ("tenant", found.id), **told))
    if as_json:
        print_json({"tenant": found.id, "state": state.value})
    else:
        surroundings.say(text("Tenant {tenant} is now: {mode}.", tenant=found.name, mode=state))


def _document(tenant: Tenant, now: datetime) -> dict[str, Any]:
    today, attention = None, tenant.attention
    try:
        today = today_of(tenant, now)
    except UnknownZoneError as error:
        attention = str(error)
    return {
        "tenant": tenant.id,
        "name": tenant.name,
        "environment": tenant.environment.value,
        "state": tenant.state.value,
        "host_tenant_id": tenant.host_tenant_id,
        "timezone": tenant.timezone,
        "locale": tenant.locale,
        "api_url": tenant.api_url,
        "today": today,
        "next_cycle_at": tenant.next_cycle_at,
        "consecutive_failures": tenant.consecutive_failures,
        "attention": attention,
        "reconciled_at": tenant.reconciled_at,
    }
