"""What came of a press that goes on in the background, for who pressed."""

from sqlalchemy import Connection

from powerup.actions.kit.request import Actor
from powerup.presses.press import Document
from powerup.store.runs import Run, Runs


def result_of(connection: Connection, tenant_id: str, asker: Actor, run_id: str) -> Document | None:
    """The last answer of a run: `accepted` while it goes on, else what it ended with. None where this actor began no
    such run by this entrance: nobody reads another one's answer."""
    run = run_of(connection, tenant_id, asker, run_id)
    return dict(run.answer) if run else None


def run_of(connection: Connection, tenant_id: str, asker: Actor, run_id: str) -> Run | None:
    """The run itself, for the same people alone."""
    run = Runs(connection, tenant_id).get(run_id)
    return run if run and (run.entrance, run.actor_id) == (asker.source, asker.id) else None
