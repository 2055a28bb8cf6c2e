"""Writing a new tenant, with what rules.md has by default."""

from sqlalchemy import Connection

from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.store.tenants import Tenant, Tenants


def add_tenant(connection: Connection, tenant: Tenant, *, back_again: bool) -> None:
    """Write the tenant. back_again: its host knew us before, and may hold work orders with our numbers, so that the
    new ones get a prefix of their own (rules: The two ideas)."""
    settings = TenantSettings(number_prefix=_own_prefix(tenant.id)) if back_again else TenantSettings()
    Tenants(connection).add(tenant, TenantConfiguration(settings=settings))


def _own_prefix(tenant_id: str) -> str:
    own = "".join(character for character in tenant_id if character.isalnum())[-5:].upper()
    return f"C{own}_"
