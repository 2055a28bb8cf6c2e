"""The clock of an SLA, exact over clock changes, holidays and stand-stills (rules: SLA)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.sla import SlaClock, SlaTime, SlaUnit
from powerup.contracts.sla_clock import ServiceClock, Stop

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DUTCH = Calendar(CalendarRules())
BUSINESS = ServiceClock(SlaClock.BUSINESS_HOURS, DUTCH, AMSTERDAM)
EVERY_HOUR = ServiceClock(SlaClock.CALENDAR_HOURS, DUTCH, AMSTERDAM)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    """Local time in Amsterdam; 2026 unless said."""
    return datetime(year, month, day, hour, minute, tzinfo=AMSTERDAM)


def minutes(number: int) -> SlaTime:
    return SlaTime(number, SlaUnit.MINUTE)


def hours(number: int) -> SlaTime:
    return SlaTime(number, SlaUnit.HOUR)


def days(number: int) -> SlaTime:
    return SlaTime(number, SlaUnit.DAY)


def local(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(AMSTERDAM)


class TestBusinessHours:
    def test_hours_of_one_working_day(self) -> None:
        assert BUSINESS.deadline(at(9, 1, 9), hours(4)) == at(9, 1, 13).astimezone(UTC)

    def test_a_deadline_at_closing_time_stays_on_that_day(self) -> None:
        assert local(BUSINESS.deadline(at(9, 1, 13), hours(4))) == at(9, 1, 17)

    def test_what_does_not_fit_runs_on_the_next_working_day(self) -> None:
        assert local(BUSINESS.deadline(at(9, 1, 16, 30), hours(4))) == at(9, 2, 11, 30)

    def test_weekends_do_not_count(self) -> None:
        assert local(BUSINESS.deadline(at(9, 4, 16), hours(2))) == at(9, 7, 9)

    def test_public_holidays_do_not_count(self) -> None:
        good_friday = at(4, 3, 16)
        assert local(BUSINESS.deadline(good_friday, hours(2))) == at(4, 7, 9)

    def test_the_tenants_closed_days_do_not_count(self) -> None:
        closed = Calendar(CalendarRules(closed_days=(ClosedDay(date(2026, 9, 2), "Studiedag"),)))
        clock = ServiceClock(SlaClock.BUSINESS_HOURS, closed, AMSTERDAM)
        assert local(clock.deadline(at(9, 1, 16), hours(2))) == at(9, 3, 9)

    def test_the_tenants_own_hours_count(self) -> None:
        calendar = Calendar(CalendarRules(works_from=time(7, 30), works_until=time(16, 15)))
        clock = ServiceClock(SlaClock.BUSINESS_HOURS, calendar, AMSTERDAM)
        assert local(clock.deadline(at(9, 1, 16), minutes(30))) == at(9, 2, 7, 45)

    @pytest.mark.parametrize("came_in", [at(9, 5, 11), at(9, 6, 23, 59), at(9, 7, 3), at(9, 7, 8), at(9, 4, 19)])
    def test_what_comes_in_when_closed_starts_when_work_starts(self, came_in: datetime) -> None:
        assert local(BUSINESS.deadline(came_in, minutes(90))) == at(9, 7, 9, 30)

    def test_a_day_is_one_working_day_long(self) -> None:
        assert local(BUSINESS.deadline(at(9, 4, 10), days(1))) == at(9, 7, 10)
        assert local(BUSINESS.deadline(at(9, 4, 20), days(1))) == at(9, 7, 17)

    @pytest.mark.parametrize("month_and_day", [(3, 27), (10, 23)])
    def test_working_hours_stay_local_after_the_clocks_change(self, month_and_day: tuple[int, int]) -> None:
        month, day = month_and_day
        deadline = BUSINESS.deadline(at(month, day, 16), hours(2))
        assert local(deadline) == at(month, day, 9) + timedelta(days=3)

    def test_a_working_night_in_which_the_clocks_change_is_an_hour_shorter_or_longer(self) -> None:
        nights = Calendar(CalendarRules(working_weekdays=(6,), works_from=time(0), works_until=time(6)))
        clock = ServiceClock(SlaClock.BUSINESS_HOURS, nights, AMSTERDAM)
        assert clock.elapsed(at(3, 29, 0), at(3, 30, 0)) == timedelta(hours=5)
        assert clock.elapsed(at(10, 25, 0), at(10, 26, 0)) == timedelta(hours=7)
        assert local(clock.deadline(at(3, 29, 0), hours(3))) == at(3, 29, 4)


class TestEveryHour:
    def test_nights_weekends_and_holidays_count(self) -> None:
        assert local(EVERY_HOUR.deadline(at(4, 3, 16), hours(72))) == at(4, 6, 16)

    def test_hours_are_real_hours_when_the_clocks_go_forward(self) -> None:
        assert local(EVERY_HOUR.deadline(at(3, 29, 0), hours(4))) == at(3, 29, 5)

    def test_hours_are_real_hours_when_the_clocks_go_back(self) -> None:
        assert local(EVERY_HOUR.deadline(at(10, 25, 0), hours(4))) == at(10, 25, 3)

    def test_the_hour_that_comes_twice_is_told_apart(self) -> None:
        first, second = (at(10, 25, 2, 30).replace(fold=fold) for fold in (0, 1))
        assert EVERY_HOUR.elapsed(first, second) == timedelta(hours=1)

    @pytest.mark.parametrize(("month", "day", "expected"), [(3, 28, 23), (10, 24, 25), (6, 6, 24)])
    def test_a_day_leads_to_the_same_local_time(self, month: int, day: int, expected: int) -> None:
        start = at(month, day, 12)
        assert local(EVERY_HOUR.deadline(start, days(1))) == start + timedelta(days=1)
        assert EVERY_HOUR.allowed(start, days(1)) == timedelta(hours=expected)


class TestStops:
    def test_a_stop_moves_the_deadline_by_the_working_time_that_it_took(self) -> None:
        stop = Stop(at(9, 1, 10), at(9, 1, 12))
        assert local(BUSINESS.deadline(at(9, 1, 9), hours(4), [stop])) == at(9, 1, 15)
        over_night = Stop(at(9, 1, 16), at(9, 2, 9))
        assert local(BUSINESS.deadline(at(9, 1, 15), hours(4), [over_night])) == at(9, 2, 12)

    def test_overlapping_stops_in_any_order_count_once(self) -> None:
        stops = [Stop(at(9, 1, 11), at(9, 1, 13)), Stop(at(9, 1, 10), at(9, 1, 12))]
        assert BUSINESS.elapsed(at(9, 1, 9), at(9, 1, 17), stops) == timedelta(hours=5)

    def test_a_stop_inside_another_adds_nothing(self) -> None:
        stops = [Stop(at(9, 1, 10), at(9, 1, 16)), Stop(at(9, 1, 11), at(9, 1, 12))]
        assert EVERY_HOUR.elapsed(at(9, 1, 9), at(9, 1, 17), stops) == timedelta(hours=2)

    def test_while_a_stop_is_not_over_nobody_knows_the_deadline(self) -> None:
        waiting = [Stop(at(9, 1, 10), None)]
        assert BUSINESS.deadline(at(9, 1, 9), hours(4), waiting) is None
        assert EVERY_HOUR.deadline(at(9, 1, 9), hours(4), waiting) is None
        assert BUSINESS.elapsed(at(9, 1, 9), at(9, 9, 9), waiting) == timedelta(hours=1)

    def test_a_stop_after_the_deadline_changes_nothing(self) -> None:
        assert local(BUSINESS.deadline(at(9, 1, 9), hours(4), [Stop(at(9, 1, 14), None)])) == at(9, 1, 13)

    def test_a_clock_that_stood_still_from_the_start_has_not_run(self) -> None:
        assert BUSINESS.elapsed(at(9, 1, 9), at(9, 1, 12), [Stop(at(9, 1, 8), None)]) == timedelta()


def test_the_warning_comes_at_three_quarters_of_the_promised_time() -> None:
    assert local(BUSINESS.warning_at(at(9, 1, 9), hours(4))) == at(9, 1, 12)
    assert local(BUSINESS.warning_at(at(9, 1, 16), hours(4))) == at(9, 2, 10)


def test_nothing_has_elapsed_before_the_start() -> None:
    assert EVERY_HOUR.elapsed(at(9, 1, 9), at(9, 1, 8)) == timedelta()
    assert BUSINESS.elapsed(at(9, 1, 9), at(8, 31, 8)) == timedelta()


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        EVERY_HOUR.deadline(datetime(2026, 9, 1, 9), hours(1))  # noqa: DTZ001  # that is what is refused


moments = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda passed: (at(1, 1, 0) + timedelta(minutes=passed)).astimezone(UTC).astimezone(AMSTERDAM)
)
stops = st.lists(
    st.tuples(moments, st.timedeltas(timedelta(), timedelta(days=5))).map(
        lambda pair: Stop(pair[0], pair[0].astimezone(UTC) + pair[1])
    ),
    max_size=4,
)


@given(
    clock=st.sampled_from([BUSINESS, EVERY_HOUR]),
    start=moments,
    promised=st.builds(SlaTime, st.integers(1, 30), st.sampled_from(SlaUnit)),
    stops=stops,
)
def test_at_the_deadline_exactly_the_promised_time_has_elapsed(
    clock: ServiceClock, start: datetime, promised: SlaTime, stops: list[Stop]
) -> None:
    deadline = clock.deadline(start, promised, stops)
    assert deadline is not None
    assert clock.elapsed(start, deadline, stops) == clock.allowed(start, promised)
    assert clock.elapsed(start, deadline - timedelta(seconds=1), stops) < clock.allowed(start, promised)


@given(clock=st.sampled_from([BUSINESS, EVERY_HOUR]), moments=st.lists(moments, min_size=3, max_size=3), stops=stops)
def test_elapsed_time_adds_up(clock: ServiceClock, moments: list[datetime], stops: list[Stop]) -> None:
    first, second, third = sorted(moments, key=lambda moment: moment.astimezone(UTC))
    halves = clock.elapsed(first, second, stops) + clock.elapsed(second, third, stops)
    assert halves == clock.elapsed(first, third, stops)
