"""`powerup tenant link`: a tenant that was added by command becomes an installation's (rules: The two ideas)."""

import click
from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.commands.kit.group import Finding
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, pass_surroundings, tenant_of
from powerup.parts import Parts
from powerup.store.audit_trail import AuditTrail
from powerup.store.installations import Installations, InstallationState
from powerup.store.tenants import Tenant, Tenants, TenantState


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
        click.echo(f"Tenant {found.name} becomes that of installation {installation} when the host installs it.")


def _linkable(connection: Connection, parts: Parts, wanted: str, installation: str) -> Tenant:
    found = tenant_of(connection, parts, wanted)
    if found.state is TenantState.UNINSTALLED:
        raise Finding(f"Tenant {wanted} has uninstalled the power-up; only installing it again brings it back.")
    if found.host_tenant_id is not None:
        raise Finding(f"Tenant {wanted} was not added by command: it is an installation's already.")
    present = Installations(connection).find(installation)
    if present is not None and present.state is not InstallationState.UNINSTALLED:
        raise Finding(f"Installation {installation} is that of tenant {present.tenant_id}; it has to be removed first.")
    other = Tenants(connection).linked_to(installation)
    if other is not None and other.id != found.id:
        raise Finding(f"Installation {installation} is linked to tenant {other.id} already.")
    return found
