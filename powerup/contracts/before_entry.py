"""What lies before the day on which a contract came into this product (rules: Generation).

None of it comes, so nobody goes through it one by one: it is counted by arithmetic. The last visit of each plan and
object alone is written down as any other, since periods and floating plans go on from it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from powerup.contracts.contract import Schedule
from powerup.contracts.days import A_DAY
from powerup.contracts.floating import floating_dates, number_of_floating_dates
from powerup.contracts.series import Series
from powerup.contracts.visit import LedgerVisit

_LOOKED_BACK_FIRST = timedelta(days=32)


class BeforeEntry:
    """Visits of one plan and object that surely lie before the day of entry: whatever the calendar does to them, they
    are planned before it, and come before the next visit that the plan names.

    Those between `until` and the day of entry are looked at one by one, as what follows.
    """

    def __init__(
        self, series: Series, object_code: str | None, rows: Iterable[LedgerVisit], others: Iterable[LedgerVisit]
    ) -> None:
        """rows are the written visits of the object, others of those in whose place it came."""
        self._series = series
        self._object = object_code
        self._floats = series.plan.schedule is Schedule.FLOATING
        self._rows = [*rows, *others]
        self.until = _surely_before(series, object_code)

    def looked_at(self, today: date) -> list[date]:
        """The nominal dates that are looked at all the same: the last one, and those of which something is written."""
        found = set() if self._floats else {row.key.nominal_date for row in self._rows}
        last = self._last(today)
        found |= {last} if last is not None else set()
        return sorted(nominal for nominal in found if nominal <= self.until)

    def number(self, planned_until: date, today: date) -> int:
        """How many there are that are planned until a day, inclusive; those of `looked_at` among them."""
        days = self._series.open_days
        surely = min(self.until, days.previous(planned_until))
        perhaps = min(self.until, days.next(planned_until + A_DAY))
        return self._number(surely, today) + sum(
            planned <= planned_until for nominal, planned in self._between(surely, perhaps, today)
        )

    def _number(self, until: date, today: date) -> int:
        series, code = self._series, self._object
        if self._floats:
            return number_of_floating_dates(series, code, self._rows, until, today)
        return series.number_of_nominal_dates(code, series.contract.start, until)

    def _between(self, after: date, until: date, today: date) -> Iterator[tuple[date, date]]:
        """Nominal and planned dates of those with a nominal date behind a day, until another, inclusive."""
        if until <= after:
            return
        series, code = self._series, self._object
        if self._floats:
            dates = floating_dates(series, code, self._rows, after, until, today)
            yield from ((nominal, planned) for nominal, planned in dates if after < nominal <= until)
        else:
            for nominal, _ in series.nominal_dates(code, after + A_DAY, until):
                yield nominal, series.planned_date(code, nominal)

    def _last(self, today: date) -> date | None:
        """The last nominal date, of those that the contract still had."""
        series, termination = self._series, self._series.contract.termination
        until = self.until
        if termination is not None:
            until = min(until, series.open_days.previous(termination.last_day))
        if self._floats:
            dates = floating_dates(series, self._object, self._rows, until, until, today)
            return max((nominal for nominal, _ in dates if nominal <= until), default=None)
        return _last_nominal(series, self._object, until)


def _surely_before(series: Series, object_code: str | None) -> date:
    day = series.contract.entered_on
    named = series.next_visit(object_code)
    if named is not None:
        day = min(day, named.nominal_date, named.day)
    return series.open_days.previous(day - A_DAY)


def _last_nominal(series: Series, object_code: str | None, until: date) -> date | None:
    """The last nominal date until a day: looked for further and further back."""
    first, reach = series.first_day_of(object_code), _LOOKED_BACK_FIRST
    while until >= first:
        since = max(first, until - reach)
        found = max((nominal for nominal, _ in series.nominal_dates(object_code, since, until)), default=None)
        if found is not None or since == first:
            return found
        until, reach = since - A_DAY, reach * 4
    return None
