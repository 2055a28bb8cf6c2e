"""Events: records changed at the host. They wake the sync, which reads and decides (webhooks page, section 5)."""

from sqlalchemy import Connection

from powerup.store.installations import Installation, InstallationState
from powerup.store.tenants import Tenants
from powerup.webhooks.answers import done
from powerup.webhooks.entrance import Answered, Delivery, Entrance, Work


def records_changed(_: Entrance, delivery: Delivery, __: Installation) -> Work:
    """Any event: the tenant's next cycle comes now, and compares its open work orders with the host."""

    def wake(connection: Connection, current: Installation) -> Answered:
        if current.state is InstallationState.ACTIVE:
            Tenants(connection).reconcile_soon(current.tenant_id, delivery.now)
        return Answered(done())

    return wake
