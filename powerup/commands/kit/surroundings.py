"""What a command stands in: its environment and clock, the parts made of them, and the language of its reader."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy import Connection

from powerup.actions.kit.request import Actor, Role
from powerup.commands.kit.group import Finding, WrongUse
from powerup.commands.kit.language import operator_reader
from powerup.parts import Parts, build_parts
from powerup.presses.entrance import COMMAND
from powerup.settings import Settings, read_settings
from powerup.store.database import check
from powerup.store.tenants import Tenant, Tenants
from powerup.texts import Reader, Text, text
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
            if not check(parts.settings.database_url, pooled=parts.settings.pooled).is_current:
                raise Finding(text("The database does not have this version's tables yet: run `powerup db upgrade`."))
            yield parts
        finally:
            parts.close()

    @property
    def reader(self) -> Reader:
        """The operator, who reads what commands say; a file for the tenant is in the tenant's language."""
        return operator_reader(self.environ.get("LANG", ""))

    def say(self, sentence: Text, *, err: bool = False) -> None:
        """Show the operator a sentence, on standard output or on standard error."""
        click.echo(self.reader.say(sentence), err=err)


def uninstalled(tenant: str) -> Text:
    """What is said where a tenant that has uninstalled is to go on."""
    return text("Tenant {tenant} has uninstalled the power-up; only installing it again brings it back.", tenant=tenant)


OPERATOR = Actor("operator", "Operator", Role.ADMIN, COMMAND.name)
"""Who the audit trail says did what a command did."""

pass_surroundings = click.make_pass_decorator(Surroundings)


def tenant_of(connection: Connection, parts: Parts, wanted: str) -> Tenant:
    """The tenant of our id, the host's id or a unique name, of the kind that this server serves.

    Raises UnknownTenantError, AmbiguousTenantError, WrongUse.
    """
    tenant = Tenants(connection).find(wanted)
    if tenant.environment is not parts.settings.environment:
        raise WrongUse(
            text(
                "Tenant {tenant} is one of the environment {environment}, and this server serves {served}: set "
                "POWERUP_ENVIRONMENT={environment}.",
                tenant=wanted,
                environment=str(tenant.environment),
                served=str(parts.settings.environment),
            )
        )
    return tenant


def find_tenant(parts: Parts, wanted: str) -> Tenant:
    """`tenant_of` in a transaction of its own."""
    with parts.database.read() as connection:
        return tenant_of(connection, parts, wanted)
