"""What a command stands in: its environment and clock, the parts made of them, and the language of its reader."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy import Connection

from powerup.actions.kit.request import Actor, Role
from powerup.commands.kit.group import Finding, WrongUse
from powerup.parts import Parts, build_parts
from powerup.settings import Settings, read_settings
from powerup.store.database import check
from powerup.store.tenants import Tenant, Tenants
from powerup.texts import LANGUAGES, Reader
from powerup.timing import Clock


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Given to every command by the entrance, so that commands neither read the environment nor a clock themselves."""

    environ: Mapping[str, str]
    clock: Clock

    def settings(self) -> Settings:
        """The settings of this environment. Raises SettingsError."""
        return read_settings(self.environ)

    @contextmanager
    def parts(self) -> Iterator[Parts]:
        """The parts of the product, closed afterwards.

        Raises SettingsError, StoreUnavailableError, and Finding when the database has not this version's tables.
        """
        parts = build_parts(self.settings(), self.clock)
        try:
            if not check(parts.settings.database_url).is_current:
                raise Finding("The database does not have this version's tables yet: run `powerup db upgrade`.")
            yield parts
        finally:
            parts.close()

    def reader(self, tenant: Tenant | None = None) -> Reader:
        """Who reads the texts: the language of LANG where it is one of ours, else the tenant's, else English."""
        spoken = self.environ.get("LANG", "")[:2]
        if spoken in LANGUAGES:
            return Reader(spoken)
        return Reader(tenant.locale if tenant else "en")


OPERATOR = Actor("operator", "Operator", Role.ADMIN, "command")
"""Who the audit trail says did what a command did."""

pass_surroundings = click.make_pass_decorator(Surroundings)


def tenant_of(connection: Connection, parts: Parts, wanted: str) -> Tenant:
    """The tenant of our id, the host's id or a unique name, of the kind that this server serves.

    Raises UnknownTenantError, AmbiguousTenantError, WrongUse.
    """
    tenant = Tenants(connection).find(wanted)
    if tenant.environment is not parts.settings.environment:
        raise WrongUse(
            f"Tenant {wanted} is a {tenant.environment.value} tenant, and this server serves "
            f"{parts.settings.environment.value} tenants: set POWERUP_ENVIRONMENT={tenant.environment.value}."
        )
    return tenant


def find_tenant(parts: Parts, wanted: str) -> Tenant:
    """`tenant_of` in a transaction of its own."""
    with parts.database.read() as connection:
        return tenant_of(connection, parts, wanted)
