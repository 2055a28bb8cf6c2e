"""When mails of the day are due: in the morning of the tenant, each day once."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(7)
"""By the clock of the tenant."""

NOON = time(12)
"""After it a mail that could not be handed over is given up for the day."""

_A_DAY = timedelta(days=1)


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """The first 07:00 of a zone after a moment (aware), in UTC."""
    day = now.astimezone(zone).date()
    today = _at(day, zone)
    return today if today > now else _at(day + _A_DAY, zone)


def told_since(due_at: datetime, zone: ZoneInfo) -> datetime:
    """From when on (UTC) a mail tells what was done, that is due since a moment (aware): the morning of the day before
    that one's, so that days on which none could be sent are told of, too."""
    day = due_at.astimezone(zone).date()
    last = day if _at(day, zone) <= due_at else day - _A_DAY
    return _at(last - _A_DAY, zone)


def is_before_noon(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether it is still morning in a zone at a moment (aware)."""
    return moment.astimezone(zone).time() < NOON


def _at(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)
