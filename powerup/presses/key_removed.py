"""What became of a key of other software since it pressed."""

from sqlalchemy import Connection

from powerup.actions.kit.answer import AnswerStatus, Refusal
from powerup.actions.kit.request import Request
from powerup.store.api_keys import ApiKeys
from powerup.texts import text


class KeyRemoved(Refusal):
    """The key was removed after the press."""

    status = AnswerStatus.DENIED

    def __init__(self) -> None:
        super().__init__(text("The key was removed meanwhile; nothing was done."))


def key_removed(connection: Connection, tenant_id: str, request: Request) -> Refusal | None:
    """Unless the key that pressed still counts."""
    key = ApiKeys(connection).get(tenant_id, request.actor.id)
    return None if key is not None and key.revoked_at is None else KeyRemoved()
