"""What came of a press that goes on in the background, for who pressed."""

from sqlalchemy import Connection

from powerup.actions.kit.request import Actor
from powerup.presses.press import Document
from powerup.store.runs import Runs


def result_of(connection: Connection, tenant_id: str, asker: Actor, run_id: str) -> Document | None:
    """The last answer of a run: `accepted` while it goes on, else what it ended with. None where this actor began no
    such run by this entrance: nobody reads another one's answer."""
    run = Runs(connection, tenant_id).get(run_id)
    if run is None or (run.entrance, run.actor_id) != (asker.source, asker.id):
        return None
    return dict(run.answer)
