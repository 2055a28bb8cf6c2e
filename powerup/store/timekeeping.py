"""When something that is of no tenant was last done, by whichever process, for all to see."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from powerup.store.traffic_tables import timekeeping


class Done(StrEnum):
    """What is kept time of."""

    TICK = "tick"


def note_done(connection: Connection, what: Done, now: datetime) -> None:
    """Write that it was done now; now is aware. Of two processes that write the very first at once, one may fail."""
    written = connection.execute(update(timekeeping).where(timekeeping.c.what == what.value).values(at=now))
    if written.rowcount == 0:
        connection.execute(insert(timekeeping), {"what": what.value, "at": now})


def last_done(connection: Connection, what: Done) -> datetime | None:
    """When it was last done (UTC), or None when it never was."""
    at: datetime | None = connection.scalar(select(timekeeping.c.at).where(timekeeping.c.what == what.value))
    return at
