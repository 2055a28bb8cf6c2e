"""Days that come back every year, from day and month to day and month (rules: Actions, pause; Closed ranges)."""

from datetime import date, timedelta

from powerup.contracts.days import A_DAY

_FEBRUARY = 2


def time_from(first: date, last: date, day: date) -> tuple[date, date]:
    """First and last day of the time that runs on a day, or else of the next one that comes; first and last are those
    of the first time. A last day of 28 or 29 February is the end of that month in every year."""
    later = max(0, day.year - last.year)
    if _in(last, last.year + later) < day:
        later += 1
    return time_after(first, last, later)


def time_after(first: date, last: date, years: int) -> tuple[date, date]:
    """First and last day of the time so many years after the first one."""
    return first.replace(year=first.year + years), _in(last, last.year + years)


def comes_back(first: date, last: date) -> bool:
    """Whether these days can come back every year: they do not begin on 29 February, and leave a day between one time
    and the next."""
    if (first.month, first.day) == (_FEBRUARY, 29):
        return False
    return last + A_DAY < first.replace(year=first.year + 1)


def times_meet(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether two that come back every year have a day in common."""
    since = max(one[0], other[0])
    return any(
        begins <= last and first <= ends
        for first, last in _two_times(one, since)
        for begins, ends in _two_times(other, since)
    )


def _two_times(days: tuple[date, date], since: date) -> list[tuple[date, date]]:
    years = max(0, since.year - days[0].year - 1)
    return [time_after(*days, years + more) for more in range(4)]


def _in(last: date, year: int) -> date:
    if last.month == _FEBRUARY and last.day in (28, 29):
        return date(year, _FEBRUARY + 1, 1) - timedelta(days=1)
    return last.replace(year=year)
