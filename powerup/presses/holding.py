"""What waits for the background is held before it is worked on, so that of several processes one has it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy import Connection

from powerup.store.database import Database

_Waiting = TypeVar("_Waiting")


def first_held(
    database: Database,
    due: Callable[[Connection], Iterable[tuple[str, _Waiting]]],
    hold: Callable[[Connection, str, _Waiting], bool],
) -> tuple[str, _Waiting] | None:
    """The first of what is due, each with its tenant's id, that could be held; None where there is none.

    hold says whether it is this process's now. Of several processes that look at once one gets it, and the others the
    next.
    """
    with database.read() as connection:
        waiting = list(due(connection))
    for tenant_id, each in waiting:
        with database.write() as connection:
            is_ours = hold(connection, tenant_id, each)
        if is_ours:
            return tenant_id, each
    return None
