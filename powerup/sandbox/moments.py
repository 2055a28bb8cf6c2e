"""The host's formats of dates and times (host page 4.5), and the sandbox's own today."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from powerup.sandbox.state import Store

Clock = Callable[[], datetime]

DATE_MESSAGE = "Date invalid. Format: 20-02-2016"
TIME_MESSAGE = "Time invalid. Format: 07:08"
_STAMP = "%Y-%m-%d %H:%M:%S"
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOST_DAY = re.compile(r"\d{2}-\d{2}-\d{4}")
_HOST_TIME = re.compile(r"\d{2}:\d{2}")


def real_clock() -> datetime:
    """The real time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The sandbox's own date, which a person can move, kept in its file. The time of day stays real.

    Args:
        zone: the firm's, whose clocks the host's records carry (host page 4.5).
    """

    store: Store
    clock: Clock
    zone: Callable[[], ZoneInfo]

    def today(self) -> date:
        """The date that stands for today; the real one in the firm's zone as long as nobody set another."""
        kept = self.store.setting("today")
        return date.fromisoformat(kept) if kept else self.clock().astimezone(self.zone()).date()

    def set_today(self, today: date) -> None:
        """Let another date stand for today."""
        self.store.keep_setting("today", today.isoformat())

    def now(self) -> datetime:
        """The sandbox's date with the real time of day, both of the firm's zone, as the host's records carry them."""
        zone = self.zone()
        return datetime.combine(self.today(), self.clock().astimezone(zone).time(), zone)

    def stamp(self) -> str:
        """Now, as the host writes it on a record."""
        return f"{self.now():{_STAMP}}"

    def in_utc(self, stamp: str) -> str:
        """A moment that was written on a record, as clocks in UTC show it."""
        moment = datetime.strptime(stamp, _STAMP).replace(tzinfo=self.zone())
        return f"{moment.astimezone(UTC):{_STAMP}}"


def parse_day(text: str) -> date | None:
    """A date in the host's format d-m-Y, None when it is not one."""
    return _parsed_date(text, _HOST_DAY, "%d-%m-%Y")


def parse_iso_day(text: str) -> date | None:
    """A date in the format Y-m-d, None when it is not one."""
    return _parsed_date(text, _ISO_DAY, "%Y-%m-%d")


def _parsed_date(text: str, shape: re.Pattern[str], layout: str) -> date | None:
    if not shape.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, layout).date()  # noqa: DTZ007 - a plain date has no zone
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """A time in the host's format H:i, None when it is not one."""
    if not _HOST_TIME.fullmatch(text):
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def day_text(day: date) -> str:
    """A date as the host writes it on work orders, d-m-Y."""
    return f"{day:%d-%m-%Y}"
