"""Giving a host account to a tenant: to one at a time, and to who comes back with a number prefix of its own
(rules: The two ideas)."""

from collections.abc import Iterator

from sqlalchemy import Connection

from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.store.accounts import Account, Accounts, AccountTakenError
from powerup.store.tenants import Tenant, Tenants

_SHORTEST_OWN, _LONGEST_OWN = 5, 8
"""Characters; a prefix has at most ten, and C before them and _ behind."""


def claim_account(connection: Connection, tenant: Tenant, *, besides_suspended: bool = False) -> None:
    """Make sure that no other tenant has the host account that this one has or is to have.

    besides_suspended: one that is suspended may have it, too; only one of them goes on. Until the transaction ends no
    other tenant can get the account. Raises AccountTakenError.
    """
    accounts = Accounts(connection)
    accounts.lock()
    holder = accounts.holder(account_of(tenant), tenant.id, active_only=besides_suspended)
    if holder is not None:
        raise AccountTakenError(holder)


def add_tenant(connection: Connection, tenant: Tenant, *, back_again: bool = False) -> None:
    """Write a new tenant, with what rules.md has by default.

    One whose account was here before gets a number prefix of its own, since its host may hold work orders with the
    numbers of then; back_again: so it is said. Raises AccountTakenError.
    """
    claim_account(connection, tenant)
    account, accounts = account_of(tenant), Accounts(connection)
    settings = TenantSettings()
    if back_again or accounts.was_here(account, tenant.id):
        used = accounts.prefixes_of_others(account, tenant.id)
        settings = TenantSettings(number_prefix=next(each for each in _own_prefixes(tenant.id) if each not in used))
    Tenants(connection).add(tenant, TenantConfiguration(settings=settings))


def account_of(tenant: Tenant) -> Account:
    """By what the tenant's host account is known."""
    return Account(tenant.host_tenant_id, tenant.token)


def _own_prefixes(tenant_id: str) -> Iterator[str]:
    """Prefixes that are the tenant's alone, made of its id: the last five of its letters and digits, then more."""
    own = "".join(character for character in tenant_id if character.isalnum()).upper()
    for length in range(_SHORTEST_OWN, _LONGEST_OWN + 1):
        yield f"C{own[-length:]}_"
