"""The clock of the database's server, beside which those of all machines are held (decision 6)."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from powerup.store.database import Database
from powerup.timing import Clock

MOST_DIFFERENCE = timedelta(seconds=5)
"""Between a machine that takes leases and the database's server."""

_AGREED = timedelta()


def clock_difference(database: Database, clock: Clock) -> timedelta | None:
    """How far the clock is ahead of the server's, or behind where it is negative; None where the database is a file.

    It is what the way to the server and back does not explain: a slow network is no wrong clock. Raises
    StoreUnavailableError.
    """
    with database.read() as connection:
        if connection.dialect.name != "postgresql":
            return None
        asked_at = clock()
        theirs: datetime = connection.scalars(select(func.clock_timestamp())).one()
        answered_at = clock()
    if theirs < asked_at:
        return asked_at - theirs
    return min(answered_at - theirs, _AGREED)


def is_too_far(difference: timedelta | None) -> bool:
    """Whether a machine with such a clock may take no lease."""
    return difference is not None and abs(difference) > MOST_DIFFERENCE
