"""Why nothing is ordered for a tenant for now, or what is known of its host is old: told wherever its future is read
(rules: Generation)."""

from collections.abc import Iterator
from datetime import datetime

from powerup.contracts.configuration import Mode
from powerup.contracts.days import A_DAY
from powerup.store.tenants import Tenant, TenantState
from powerup.texts import Text, text


def why_resting(tenant: Tenant, mode: Mode) -> Text | None:
    """Why no cycle does anything for the tenant, or None."""
    match tenant.state:
        case TenantState.SUSPENDED:
            return text("The power-up is suspended for this tenant; nothing is done.")
        case TenantState.UNINSTALLED:
            return text("The power-up is not installed any more for this tenant; nothing is done.")
        case TenantState.ACTIVE if mode is Mode.STOPPED:
            return text("This tenant is stopped in its settings; nothing is done.")
        case TenantState.ACTIVE:
            return None


def standstill(tenant: Tenant, mode: Mode, now: datetime) -> Iterator[Text]:
    """What whoever reads what is planned has to know of the tenant's cycles; now is aware."""
    resting = why_resting(tenant, mode)
    if resting is not None:
        yield resting
    elif mode is Mode.DRY_RUN:
        yield text("Cycles of this tenant only say what they would do (dry_run); no work order is made.")
    elif tenant.consecutive_failures:
        words = (tenant.attention or "-").split("\n")[0]
        yield text("The last cycle could not be finished, and work orders wait for the next one: {words}", words=words)
    if tenant.reconciled_at is not None and tenant.reconciled_at + A_DAY < now:
        day = tenant.reconciled_at.astimezone(tenant.zone).date()
        yield text("What is said here of the host was last seen on {day}.", day=day)
