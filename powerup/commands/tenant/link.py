"""`powerup tenant link`: a tenant that was added by command becomes an installation's (rules: The two ideas)."""

import click
from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.commands.kit.group import Finding
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of, uninstalled
from powerup.parts import Parts
from powerup.store.audit_trail import AuditTrail
from powerup.store.installations import Installations, InstallationState
from powerup.store.tenants import Tenant, Tenants, TenantState
from powerup.texts import text


@click.command("link")
@tenant_argument
@click.argument("installation")
@json_option
@pass_surroundings
def link(surroundings: Surroundings, tenant: str, installation: str, as_json: bool) -> None:
    """Have the host's INSTALLATION go on with a tenant that was added by command, as soon as it installs.

    Its contracts, its visits and the numbers of its work orders stay; the tokens are then those that the host brings.
    """
    with surroundings.parts() as parts, parts.database.write() as connection:
        found = _linkable(connection, parts, tenant, installation)
        Tenants(connection).link(found.id, installation)
        line = audit_line(
            OPERATOR,
            surroundings.clock(),
            "tenant.link",
            ("tenant", found.id),
            after={"installation": installation},
        )
        AuditTrail(connection, found.id).add(line)
    if as_json:
        print_json({"tenant": found.id, "installation": installation})
    else:
        surroundings.say(
            text(
                "Tenant {tenant} becomes that of installation {installation} when the host installs it.",
                tenant=found.name,
                installation=installation,
            )
        )


def _linkable(connection: Connection, parts: Parts, wanted: str, installation: str) -> Tenant:
    found = tenant_of(connection, parts, wanted)
    if found.state is TenantState.UNINSTALLED:
        raise Finding(uninstalled(wanted))
    if found.host_tenant_id is not None:
        raise Finding(text("Tenant {tenant} was not added by command: it is an installation's already.", tenant=wanted))
    present = Installations(connection).find(installation)
    if present is not None and present.state is not InstallationState.UNINSTALLED:
        raise Finding(
            text(
                "Installation {installation} is that of tenant {tenant}; it has to be removed first.",
                installation=installation,
                tenant=present.tenant_id,
            )
        )
    other = Tenants(connection).linked_to(installation)
    if other is not None and other.id != found.id:
        raise Finding(
            text(
                "Installation {installation} is linked to tenant {tenant} already.",
                installation=installation,
                tenant=other.id,
            )
        )
    return found
