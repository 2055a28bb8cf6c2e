"""Whether a person still may what they might when they pressed, for what is carried out later."""

from sqlalchemy import Connection

from powerup.actions.kit.answer import AnswerStatus, Refusal
from powerup.actions.kit.request import Actor, Request, Role
from powerup.store.installations import Installations, InstallationState
from powerup.store.users import Users
from powerup.texts import text
from powerup.visitors.invitations import USER_IDS


class NoAccessAnyMore(Refusal):
    """Whoever pressed was removed since, or has a smaller role."""

    status = AnswerStatus.DENIED

    def __init__(self) -> None:
        super().__init__(text("Your access was taken away or made smaller meanwhile; nothing was done."))


def hindrance(connection: Connection, tenant_id: str, request: Request) -> Refusal | None:
    """Why a press of somebody on the pages is not carried out any more, or None."""
    return None if _may_still(connection, tenant_id, request.actor) else NoAccessAnyMore()


def _may_still(connection: Connection, tenant_id: str, actor: Actor) -> bool:
    """A user has to be there yet with that role or more; whom a host sent, as long as it has the power-up installed."""
    if not actor.id.startswith(f"{USER_IDS}_"):
        installed = Installations(connection).of_tenant(tenant_id)
        return any(each.state is not InstallationState.UNINSTALLED for each in installed)
    user = Users(connection, tenant_id).get(actor.id)
    return user is not None and Role(user.role).may(actor.role)
