"""Working days of a tenant: weekdays, public holidays, its own closed days (rules: Recurrence)."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache
from types import MappingProxyType

import holidays
from dateutil.easter import easter

from powerup.contracts.closed_days import ClosedAtCustomer, ClosedDay
from powerup.contracts.days import A_DAY
from powerup.errors import PowerupError

LIBERATION_DAY = ("every_fifth_year", "always", "never")
"""In which years 5 May is a holiday in the Netherlands."""

WEEKEND = "weekend"
"""The reason of a weekday on which the tenant never works."""


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """What makes a day a working day for one tenant; country and region are ISO 3166 codes.

    good_friday and liberation_day (one of LIBERATION_DAY) count for the Netherlands only. customer_closed_days are days
    on which single customers are not visited; they are working days all the same.
    """

    country: str = "NL"
    region: str | None = None
    working_weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    works_from: time = time(8, 0)
    works_until: time = time(17, 0)
    good_friday: bool = False
    liberation_day: str = "every_fifth_year"
    closed_days: tuple[ClosedDay, ...] = ()
    customer_closed_days: tuple[ClosedAtCustomer, ...] = ()

    @property
    def for_all(self) -> "CalendarRules":
        """What of them counts for every contract."""
        return replace(self, customer_closed_days=()) if self.customer_closed_days else self

    def closed_otherwise(self, other: "CalendarRules") -> frozenset[str]:
        """The customers whose closed days are others there."""
        if self.customer_closed_days == other.customer_closed_days:
            return frozenset()
        return frozenset(each.customer for each in {*self.customer_closed_days} ^ {*other.customer_closed_days})


class CalendarError(PowerupError):
    """The calendar rules cannot be used; field and reason are codes that a form can show beside its input."""

    def __init__(self, field: str, reason: str, advice: str) -> None:
        super().__init__(f"Calendar, {field}: {reason}. {advice}")
        self.field = field
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True, slots=True)
class _Year:
    """One year worked out: why days are closed, and the working days in order, as a whole and per month."""

    closed: Mapping[date, str]
    working: tuple[date, ...]
    months: tuple[tuple[date, ...], ...]


class Calendar:
    """Which days one tenant works. Years are worked out when they are first asked for, and kept."""

    def __init__(self, rules: CalendarRules, language: str = "nl") -> None:
        """Take the rules; language (nl or en) is that of holiday names, where the country has it.

        Raises CalendarError for an unknown country, region or setting, and for rules that leave no day or hour to work.
        """
        _check(rules)
        self.rules = rules
        self._language = language
        at_customers: defaultdict[str, list[ClosedDay]] = defaultdict(list)
        for each in rules.customer_closed_days:
            at_customers[each.customer].append(each.closed)
        self._at_customers = {customer: tuple(several) for customer, several in at_customers.items()}
        self._years: dict[int, _Year] = {}
        self._counted = {_FIRST_COUNTED_YEAR: 0}
        if not any(
            day.weekday() in rules.working_weekdays for day in _days_of(2024) if day not in self.holidays_of(2024)
        ):
            raise CalendarError("working_weekdays", "no_working_day", "Choose weekdays that are not always holidays.")
        each_year = [closed.last_day.year for closed in rules.closed_days if closed.every_year]
        if each_year and not self._year(max(each_year) + 1).working:
            raise CalendarError("closed_days", "never_worked", "Leave days that are worked in each year.")

    def is_working_day(self, day: date) -> bool:
        """Whether the tenant works on a day."""
        return day not in (self._years.get(day.year) or self._year(day.year)).closed

    def reason_closed(self, day: date) -> str | None:
        """Why a day is not a working day: the closed day's name, the holiday's name or WEEKEND; None if it is one."""
        return self._year(day.year).closed.get(day)

    def closed_at(self, customer: str) -> tuple[ClosedDay, ...]:
        """The closed days of one customer, by its debtor number."""
        return self._at_customers.get(customer, ())

    def next_working_day(self, day: date) -> date:
        """The first working day on or after a day."""
        while not self.is_working_day(day):
            day += A_DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """The last working day on or before a day."""
        while not self.is_working_day(day):
            day -= A_DAY
        return day

    def add_working_days(self, day: date, number: int) -> date:
        """The number-th working day after a day, or before it when negative; 0 gives the day itself, working or not."""
        if number == 0:
            return day
        year = day.year
        working = self._year(year).working
        place = bisect_left(working, day) + number
        if number > 0 and not self.is_working_day(day):
            place -= 1
        while place >= len(working):
            place -= len(working)
            year += 1
            working = self._year(year).working
        while place < 0:
            year -= 1
            working = self._year(year).working
            place += len(working)
        return working[place]

    def working_day_index(self, day: date) -> int:
        """How many working days lie before a day, counted from a fixed one: only differences mean something."""
        return self._counted_before(day.year) + bisect_left(self._year(day.year).working, day)

    def working_days_of_month(self, year: int, month: int) -> tuple[date, ...]:
        """The working days of a month, in order."""
        return self._year(year).months[month - 1]

    def holidays_of(self, year: int) -> dict[date, str]:
        """The public holidays of a year as the settings have them, by date, with their names; no closed days."""
        rules = self.rules
        found = dict(_public_holidays(rules.country, rules.region or None, self._language, year))
        if rules.country == "NL":
            self._apply_dutch_settings(year, found)
        return dict(sorted(found.items()))

    def _apply_dutch_settings(self, year: int, found: dict[date, str]) -> None:
        if not self.rules.good_friday:
            found.pop(easter(year) - 2 * A_DAY, None)
        liberation_day, name = date(year, 5, 5), _liberation_day_name(self._language)
        if self.rules.liberation_day == "always":
            found.setdefault(liberation_day, name)
        elif self.rules.liberation_day == "never" and found.get(liberation_day) == name:
            del found[liberation_day]

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = self._worked_out(year)
        return self._years[year]

    def _worked_out(self, year: int) -> _Year:
        names = self.holidays_of(year)
        names |= {day: closed.name for closed in self.rules.closed_days for day in closed.days_in(year)}
        weekdays = self.rules.working_weekdays
        closed = {
            day: names.get(day, WEEKEND) for day in _days_of(year) if day in names or day.weekday() not in weekdays
        }
        working = tuple(day for day in _days_of(year) if day not in closed)
        months = tuple(tuple(day for day in working if day.month == month) for month in range(1, 13))
        return _Year(closed, working, months)

    def _counted_before(self, year: int) -> int:
        """The working days from the first of January of the first counted year to that of a year; negative before."""
        counted = self._counted
        known = [*counted]  # at once: others may be counting on
        for passed in range(max(known), year):
            counted[passed + 1] = counted[passed] + len(self._year(passed).working)
        for passed in range(min(known) - 1, year - 1, -1):
            counted[passed] = counted[passed + 1] - len(self._year(passed).working)
        return counted[year]


@lru_cache(maxsize=256)
def calendar_of(rules: CalendarRules) -> Calendar:
    """The calendar of these rules, the same one as long as it is kept, with the years that are worked out already.

    Several threads may use it at once. Raises CalendarError as `Calendar` does.
    """
    return Calendar(rules)


_FIRST_COUNTED_YEAR = 2020
_LIBRARY_LANGUAGES = {"en": "en_US"}


def _days_of(year: int) -> list[date]:
    return [date.fromordinal(day) for day in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)]


@lru_cache(maxsize=1024)
def _public_holidays(country: str, region: str | None, language: str, year: int) -> Mapping[date, str]:
    library_language = _LIBRARY_LANGUAGES.get(language, language)
    found = holidays.country_holidays(country, subdiv=region, years=year, language=library_language)
    return MappingProxyType({day: found[day] for day in found})


def _liberation_day_name(language: str) -> str:
    return _public_holidays("NL", None, language, 2030)[date(2030, 5, 5)]


_CODE_LENGTH = 2
"""Letters of an ISO 3166 code."""


@lru_cache(maxsize=1024)
def _regions(country: str) -> tuple[str, ...] | None:
    """The regions of a country, or None when there is no country of that code; asking for all loads them all."""
    if len(country) != _CODE_LENGTH or not country.isupper():
        return None  # the library takes names of countries, too, and of whatever else it has
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return None
    return tuple(known.subdivisions) if known.country == country else None


def _check(rules: CalendarRules) -> None:
    regions = _regions(rules.country)
    if regions is None:
        raise CalendarError("country", "unknown_country", "Give an ISO 3166 code of two capitals, such as NL.")
    if rules.region and rules.region not in regions:
        expected = ", ".join(regions) or "none"
        raise CalendarError("region", "unknown_region", f"Leave it empty or give one of these: {expected}.")
    if rules.liberation_day not in LIBERATION_DAY:
        raise CalendarError("liberation_day", "unknown_choice", f"Give one of these: {', '.join(LIBERATION_DAY)}.")
    if not rules.working_weekdays:
        raise CalendarError("working_weekdays", "no_working_day", "Choose at least one weekday.")
    if not set(rules.working_weekdays) <= set(range(7)):
        raise CalendarError("working_weekdays", "unknown_weekday", "Weekdays are 0 (Monday) to 6 (Sunday).")
    if rules.works_from >= rules.works_until:
        raise CalendarError("works_until", "not_after_works_from", "The working day has to end after it has begun.")
