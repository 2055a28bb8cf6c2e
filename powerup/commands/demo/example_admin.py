"""Somebody of the example firm who signs in to the pages without a host, as people of tenants without webhooks do."""

from powerup.actions.kit.request import Role
from powerup.commands.demo.world import World
from powerup.commands.kit.surroundings import OPERATOR
from powerup.store.users import Users
from powerup.visitors import invitations
from powerup.visitors.passwords import Passwords

EXAMPLE_ADMIN = "beheer@voorbeeld.example"
EXAMPLE_PASSWORD = "vier-woorden-als-voorbeeld"  # noqa: S105  # of a demo, which is on this machine alone


def let_example_admin_in(world: World) -> None:
    """Make the user where it is not there yet."""
    tenant_id, now = world.tenant().id, world.parts.clock()
    with world.parts.database.write() as connection:
        if Users(connection, tenant_id).of_email(EXAMPLE_ADMIN) is not None:
            return
        invited = invitations.invite(connection, tenant_id, EXAMPLE_ADMIN, Role.ADMIN, OPERATOR, now)
        invitations.take_up(connection, invited.user, "Beheer", Passwords().hash(EXAMPLE_PASSWORD), now)
