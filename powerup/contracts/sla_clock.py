"""The clock of an SLA: when promised time is over, exact over clock changes, holidays and stand-stills (rules: SLA).

All moments that come in are aware, in any zone; all that go out are in UTC, where two moments can be compared and
subtracted without regard to the hour that comes twice in October.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from powerup.contracts.calendar import Calendar
from powerup.contracts.sla import SlaClock, SlaTime, SlaUnit

WARNING_SHARE = 0.75
"""The part of the promised time after which people are warned (rules: SLA)."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stretch in which the clock stands still; until None is not over yet. Both moments aware."""

    start: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """One tenant's clock of one kind; the calendar gives working days and hours, in local time of the zone."""

    kind: SlaClock
    calendar: Calendar
    timezone: tzinfo

    def allowed(self, start: datetime, promised: SlaTime) -> timedelta:
        """How long the clock may run for what was promised at a moment.

        Minutes and hours are exact. A day of business hours is as long as one working day. A day on every hour leads
        to the same local time of the next day: 23 or 25 hours where the clocks change (as in RFC 5545, 3.3.6).
        """
        match promised.unit:
            case SlaUnit.MINUTE:
                return timedelta(minutes=promised.number)
            case SlaUnit.HOUR:
                return timedelta(hours=promised.number)
            case SlaUnit.DAY:
                return self._days(start, promised.number)

    def _days(self, start: datetime, number: int) -> timedelta:
        match self.kind:
            case SlaClock.BUSINESS_HOURS:
                rules = self.calendar.rules
                works_from, works_until = (
                    datetime.combine(date.min, at) for at in (rules.works_from, rules.works_until)
                )
                return number * (works_until - works_from)
            case SlaClock.CALENDAR_HOURS:
                local = _utc(start).astimezone(self.timezone)
                return _utc(local + timedelta(days=number)) - _utc(start)

    def deadline(self, start: datetime, promised: SlaTime, stops: Sequence[Stop] = ()) -> datetime | None:
        """The moment at which the promised time is over; None while a stop that is not over holds it up."""
        return self._after(start, self.allowed(start, promised), stops)

    def warning_at(self, start: datetime, promised: SlaTime, stops: Sequence[Stop] = ()) -> datetime | None:
        """The moment at which WARNING_SHARE of the promised time is over; None as for the deadline."""
        return self._after(start, self.allowed(start, promised) * WARNING_SHARE, stops)

    def elapsed(self, start: datetime, until: datetime, stops: Sequence[Stop] = ()) -> timedelta:
        """How long the clock ran between two moments; nothing when until is not after start."""
        stretches = self._running(_utc(start), _utc(until), stops)
        return sum((end - begin for begin, end in stretches), timedelta())

    def _after(self, start: datetime, length: timedelta, stops: Sequence[Stop]) -> datetime | None:
        for begin, end in self._running(_utc(start), _END_OF_TIME, stops):
            if length <= end - begin:
                return begin + length
            length -= end - begin
        return None

    def _running(self, start: datetime, until: datetime, stops: Iterable[Stop]) -> Iterator[tuple[datetime, datetime]]:
        """The stretches, in order, in which the clock runs."""
        over = sorted((_utc(stop.start), _utc(stop.until)) for stop in stops if stop.until is not None)
        until = min([until, *(_utc(stop.start) for stop in stops if stop.until is None)])
        stretches = self._working_hours(start, until) if self.kind is SlaClock.BUSINESS_HOURS else [(start, until)]
        for begin, end in stretches:
            yield from _without(over, max(begin, start), min(end, until))

    def _working_hours(self, start: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        rules = self.calendar.rules
        day = self.calendar.next_working_day(start.astimezone(self.timezone).date())
        while (begin := self._moment(day, rules.works_from)) < until:
            yield begin, self._moment(day, rules.works_until)
            day = self.calendar.add_working_days(day, 1)

    def _moment(self, day: date, local_time: time) -> datetime:
        return datetime.combine(day, local_time, self.timezone).astimezone(UTC)


_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def _without(
    stops: Iterable[tuple[datetime, datetime]], begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """What is left of a stretch when the stops, sorted, are taken out of it."""
    for stopped, resumed in stops:
        if begin < min(stopped, end):
            yield begin, min(stopped, end)
        begin = max(begin, resumed)
    if begin < end:
        yield begin, end


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"Expected a moment with a time zone, got {moment.isoformat()}: say in which zone it is.")
    return moment.astimezone(UTC)
