"""Messages of hosts as an entrance of presses: what is pressed belongs to one installing of the power-up."""

from sqlalchemy import Connection

from powerup.actions.kit.answer import AnswerStatus, Refusal
from powerup.actions.kit.request import Request
from powerup.presses.entrance import Entrance
from powerup.store.installations import Installations, InstallationState
from powerup.texts import text
from powerup.webhooks.kit.message_parts import SOURCE


class Overtaken(Refusal):
    """The power-up was installed anew, or removed, after the button was pressed."""

    status = AnswerStatus.IGNORED

    def __init__(self) -> None:
        super().__init__(text("The power-up was removed or installed anew meanwhile; nothing was done."))


def binding_of(installation_id: str, generation: int) -> str:
    """What a press is bound to, beside who pressed: one installing."""
    return f"{installation_id}:{generation}"


def _overtaken(connection: Connection, tenant_id: str, request: Request) -> Refusal | None:
    """Unless the installing in which the button was pressed still is the present one."""
    present = next(iter(Installations(connection).of_tenant(tenant_id)), None)
    if present is None or present.state is InstallationState.UNINSTALLED:
        return Overtaken()
    return None if request.binding == binding_of(present.id, present.generation) else Overtaken()


def _turn_of_installation(_: str, request: Request) -> str:
    """The turn that all messages of its installation take, also one that removes it."""
    return request.binding.rpartition(":")[0]


BY_HOSTS = Entrance(SOURCE, _overtaken, _turn_of_installation)
