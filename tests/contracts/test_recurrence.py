"""The nominal dates of a recurrence (rules: Recurrence; host pages 1.6 and 1.17)."""

import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.recurrence import (
    LeftOut,
    Moment,
    Recurrence,
    ShortMonth,
    Unit,
    explain,
    nominal_dates,
    problems,
)
from tests.contracts.generated_recurrences import DUTCH, days, recurrences

MONDAY, TUESDAY, THURSDAY, FRIDAY = 0, 1, 3, 4
THIRD_FRIDAY = Moment(3, FRIDAY)


def dates(rule: Recurrence, anchor: date, since: date, until: date, calendar: Calendar = DUTCH) -> list[date]:
    return list(nominal_dates(rule, anchor, calendar, since, until))


def in_year(rule: Recurrence, anchor: date, year: int) -> list[str]:
    """Month and day of the dates in one year, such as 02-28."""
    return [f"{day:%m-%d}" for day in dates(rule, anchor, date(year, 1, 1), date(year, 12, 31))]


class TestDay:
    def test_every_10_days_is_ten_days_apart_and_begins_on_the_anchor(self) -> None:
        found = dates(Recurrence(Unit.DAY, 10), date(2026, 1, 1), date(2026, 1, 1), date(2026, 2, 1))
        assert found == [date(2026, 1, day) for day in (1, 11, 21, 31)]


class TestWorkday:
    EVERY_TEN = Recurrence(Unit.WORKDAY, 10)

    def test_counting_starts_on_the_first_working_day_on_or_after_the_anchor(self) -> None:
        saturday = date(2026, 1, 3)
        assert dates(self.EVERY_TEN, saturday, saturday, date(2026, 1, 31)) == [date(2026, 1, 5), date(2026, 1, 19)]

    def test_holidays_and_closed_days_are_not_counted(self) -> None:
        thursday_before_easter = date(2026, 4, 2)
        until = date(2026, 4, 20)
        assert dates(self.EVERY_TEN, thursday_before_easter, thursday_before_easter, until)[1] == date(2026, 4, 17)
        closed = Calendar(CalendarRules(closed_days=(ClosedDay(date(2026, 4, 15), "Studiedag"),)))
        found = dates(self.EVERY_TEN, thursday_before_easter, thursday_before_easter, until, closed)
        assert found[1] == date(2026, 4, 20)

    def test_a_season_filters_the_series_and_the_counting_runs_on(self) -> None:
        anchor, until = date(2026, 1, 5), date(2026, 12, 31)
        whole = dates(self.EVERY_TEN, anchor, anchor, until)
        in_summer = dates(replace(self.EVERY_TEN, months=(6, 7)), anchor, anchor, until)
        assert in_summer == [day for day in whole if day.month in (6, 7)]
        assert in_summer[0] == date(2026, 6, 12)

    @given(anchor=days, every=st.integers(1, 40), length=st.integers(0, 120))
    def test_each_date_is_that_many_working_days_after_the_one_before(
        self, anchor: date, every: int, length: int
    ) -> None:
        until = anchor + timedelta(days=length)
        worked = [day for passed in range(length + 1) if DUTCH.is_working_day(day := anchor + timedelta(days=passed))]
        assert dates(Recurrence(Unit.WORKDAY, every), anchor, anchor, until) == worked[::every]


class TestWeek:
    def test_every_second_week_on_monday_and_thursday_from_a_wednesday(self) -> None:
        rule = Recurrence(Unit.WEEK, 2, weekdays=(MONDAY, THURSDAY))
        wednesday = date(2025, 1, 1)
        assert dates(rule, wednesday, wednesday, date(2025, 1, 31)) == [
            date(2025, 1, day) for day in (2, 13, 16, 27, 30)
        ]

    def test_weeks_begin_on_monday_so_sunday_belongs_to_the_week_before(self) -> None:
        rule = Recurrence(Unit.WEEK, 2, weekdays=(6, 0))
        sunday = date(2026, 1, 4)
        assert dates(rule, sunday, sunday, date(2026, 1, 31)) == [
            date(2026, 1, 4),
            date(2026, 1, 12),
            date(2026, 1, 18),
            date(2026, 1, 26),
        ]

    def test_a_week_without_weekdays_takes_the_anchors_weekday(self) -> None:
        tuesday = date(2026, 1, 6)
        assert dates(Recurrence(Unit.WEEK), tuesday, tuesday, date(2026, 1, 20)) == [
            date(2026, 1, day) for day in (6, 13, 20)
        ]


class TestMonth:
    MONTHLY_31 = Recurrence(Unit.MONTH, month_day=31)

    def test_31st_stays_the_31st_after_february(self) -> None:
        assert in_year(self.MONTHLY_31, date(2027, 1, 1), 2027) == [
            *("01-31", "02-28", "03-31", "04-30", "05-31", "06-30"),
            *("07-31", "08-31", "09-30", "10-31", "11-30", "12-31"),
        ]

    def test_last_day_of_february_is_the_29th_in_a_leap_year(self) -> None:
        assert "02-29" in in_year(self.MONTHLY_31, date(2027, 1, 1), 2028)

    def test_short_months_can_be_skipped(self) -> None:
        rule = replace(self.MONTHLY_31, at_short_month=ShortMonth.SKIP)
        assert in_year(rule, date(2027, 1, 1), 2027) == ["01-31", "03-31", "05-31", "07-31", "08-31", "10-31", "12-31"]

    def test_without_a_day_or_moment_it_is_the_anchors_day(self) -> None:
        assert in_year(Recurrence(Unit.MONTH, 3), date(2026, 1, 31), 2026) == ["01-31", "04-30", "07-31", "10-31"]

    def test_third_friday_every_3_months(self) -> None:
        rule = Recurrence(Unit.MONTH, 3, moment=THIRD_FRIDAY)
        assert in_year(rule, date(2025, 1, 1), 2025) == ["01-17", "04-18", "07-18", "10-17"]

    def test_interval_counts_from_the_anchors_own_month_even_when_its_date_has_passed(self) -> None:
        rule = Recurrence(Unit.MONTH, 3, moment=THIRD_FRIDAY)
        assert in_year(rule, date(2027, 1, 20), 2027) == ["04-16", "07-16", "10-15"]

    def test_second_tuesday_is_the_second(self) -> None:
        rule = Recurrence(Unit.MONTH, moment=Moment(2, TUESDAY))
        assert in_year(rule, date(2026, 9, 1), 2026) == ["09-08", "10-13", "11-10", "12-08"]

    def test_last_weekday_is_the_last_whether_the_month_has_four_or_five(self) -> None:
        rule = Recurrence(Unit.MONTH, moment=Moment(-1, FRIDAY), months=(1, 2, 4))
        assert in_year(rule, date(2026, 1, 1), 2026) == ["01-30", "02-27", "04-24"]

    def test_first_and_last_workday_look_at_the_calendar(self) -> None:
        first, last = (Recurrence(Unit.MONTH, moment=Moment(ordinal, None), months=(1, 5, 12)) for ordinal in (1, -1))
        assert in_year(first, date(2026, 1, 1), 2026) == ["01-02", "05-01", "12-01"]
        closed = Calendar(CalendarRules(closed_days=(ClosedDay(date(2026, 12, 31), "Inventarisatie"),)))
        year_end = (date(2026, 1, 1), date(2026, 12, 1), date(2026, 12, 31))
        assert dates(last, *year_end) == [date(2026, 12, 31)]
        assert dates(last, *year_end, closed) == [date(2026, 12, 30)]

    def test_a_month_with_fewer_workdays_than_the_moment_asks_for_has_no_date(self) -> None:
        august = tuple(ClosedDay(date(2026, 8, day), "Bouwvak") for day in range(1, 29))
        closed = Calendar(CalendarRules(closed_days=august))
        second = Recurrence(Unit.MONTH, moment=Moment(2, None))
        assert dates(second, date(2026, 1, 1), date(2026, 8, 1), date(2026, 9, 30), closed) == [date(2026, 9, 2)]
        last = replace(second, moment=Moment(-1, None))
        assert dates(last, date(2026, 1, 1), date(2026, 8, 1), date(2026, 8, 31), closed) == [date(2026, 8, 31)]

    def test_a_season_filters_and_the_interval_runs_on(self) -> None:
        rule = Recurrence(Unit.MONTH, 2, month_day=10, months=(4, 5, 6, 7))
        assert in_year(rule, date(2026, 1, 1), 2026) == ["05-10", "07-10"]

    @given(anchor=days, day=st.integers(1, 31), every=st.integers(1, 15))
    def test_short_months_never_lose_a_visit_and_never_move_the_next(self, anchor: date, day: int, every: int) -> None:
        until = anchor + timedelta(days=1500)
        found = dates(Recurrence(Unit.MONTH, every, month_day=day), anchor, anchor, until)
        months = [one.year * 12 + one.month for one in found]
        assert all(later - earlier == every for earlier, later in pairwise(months))
        for one in found:
            assert one.day == day or (one.day < day and (one + timedelta(days=1)).day == 1)


class TestYear:
    def test_a_year_is_twelve_months(self) -> None:
        anchor = date(2026, 5, 20)
        for place in ({}, {"month_day": 31}, {"moment": THIRD_FRIDAY}):
            yearly = dates(Recurrence(Unit.YEAR, 2, **place), anchor, anchor, date(2040, 1, 1))
            assert yearly == dates(Recurrence(Unit.MONTH, 24, **place), anchor, anchor, date(2040, 1, 1))

    def test_29_february_is_the_28th_in_other_years_and_the_29th_again_in_the_next_leap_year(self) -> None:
        found = dates(Recurrence(Unit.YEAR), date(2024, 2, 29), date(2024, 1, 1), date(2028, 12, 31))
        assert found == [date(2024, 2, 29), *(date(year, 2, 28) for year in (2025, 2026, 2027)), date(2028, 2, 29)]

    def test_with_months_it_is_every_year_in_those_months(self) -> None:
        rule = Recurrence(Unit.YEAR, months=(9, 3), moment=Moment(1, MONDAY))
        assert in_year(rule, date(2026, 4, 12), 2026) == ["09-07"]
        assert in_year(rule, date(2026, 4, 12), 2027) == ["03-01", "09-06"]

    def test_the_interval_counts_from_the_anchors_own_year_even_when_its_months_have_passed(self) -> None:
        rule = Recurrence(Unit.YEAR, 2, months=(3,), month_day=1)
        found = dates(rule, date(2026, 4, 12), date(2026, 1, 1), date(2031, 1, 1))
        assert found == [date(2028, 3, 1), date(2030, 3, 1)]


class TestExtraAndExcluded:
    MONTHLY = Recurrence(Unit.MONTH, month_day=10)
    ANCHOR = date(2026, 3, 1)

    def test_extra_dates_come_in_order_and_never_twice(self) -> None:
        rule = replace(self.MONTHLY, extra_dates=(date(2026, 5, 10), date(2026, 4, 2)))
        assert in_year(rule, self.ANCHOR, 2026)[:4] == ["03-10", "04-02", "04-10", "05-10"]

    def test_an_extra_date_counts_on_the_first_and_the_last_day_asked_for_and_on_the_anchor(self) -> None:
        extra = date(2026, 4, 2)
        rule = replace(self.MONTHLY, extra_dates=(extra,))
        assert dates(rule, self.ANCHOR, extra, extra) == [extra]
        assert dates(rule, extra, date(2026, 1, 1), extra) == [extra]

    def test_a_season_leaves_extra_dates_alone(self) -> None:
        rule = replace(self.MONTHLY, months=(6,), extra_dates=(date(2026, 4, 2),))
        assert in_year(rule, self.ANCHOR, 2026) == ["04-02", "06-10"]

    def test_an_excluded_date_leaves_out_the_series_and_the_extra_date(self) -> None:
        rule = replace(
            self.MONTHLY,
            extra_dates=(date(2026, 4, 2),),
            excluded_dates=(date(2026, 4, 2), date(2026, 5, 10)),
        )
        assert in_year(rule, self.ANCHOR, 2026)[:3] == ["03-10", "04-10", "06-10"]

    def test_nothing_lies_before_the_anchor_extra_dates_neither(self) -> None:
        rule = replace(self.MONTHLY, extra_dates=(date(2026, 2, 2),))
        assert in_year(rule, self.ANCHOR, 2026)[0] == "03-10"


class TestEveryRule:
    @given(rule=recurrences, anchor=days, since=days, length=st.integers(-10, 1200))
    def test_a_window_shows_the_same_dates_as_the_whole_series(
        self, rule: Recurrence, anchor: date, since: date, length: int
    ) -> None:
        until = since + timedelta(days=length)
        whole = dates(rule, anchor, date(2019, 1, 1), max(until, anchor))
        assert dates(rule, anchor, since, until) == [day for day in whole if since <= day <= until]
        assert whole == sorted(set(whole))
        assert all(day >= anchor for day in whole)

    @given(rule=recurrences, anchor=days, day=days)
    def test_a_date_is_either_nominal_or_says_why_not(self, rule: Recurrence, anchor: date, day: date) -> None:
        assert (explain(rule, day, anchor, DUTCH) is None) == (day in dates(rule, anchor, day, day))

    @pytest.mark.parametrize(
        "rule",
        [
            Recurrence(Unit.DAY, 3),
            Recurrence(Unit.WORKDAY, 3),
            Recurrence(Unit.WEEK, 2, weekdays=(0, 3)),
            Recurrence(Unit.MONTH, month_day=31),
            Recurrence(Unit.MONTH, moment=Moment(2, None)),
            Recurrence(Unit.YEAR),
            Recurrence(Unit.YEAR, months=(3, 9)),
        ],
    )
    def test_an_old_contract_costs_no_more_than_a_new_one(self, rule: Recurrence) -> None:
        def lines_run(anchor: date) -> int:
            window = (date(2026, 1, 1), date(2026, 12, 31))
            dates(rule, anchor, *window)  # the calendar keeps the years it has worked out
            return _lines_run_by(lambda: dates(rule, anchor, *window))

        assert lines_run(date(1926, 1, 5)) <= 1.2 * lines_run(date(2025, 1, 5))


def _lines_run_by(work: Any) -> int:
    lines = 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        lines += event == "line" and "contracts" in frame.f_code.co_filename
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return lines


class TestWhyNot:
    RULE = Recurrence(Unit.MONTH, month_day=10, months=(4, 5), excluded_dates=(date(2026, 5, 10), date(2026, 5, 11)))
    ANCHOR = date(2026, 3, 1)

    @pytest.mark.parametrize(
        ("day", "reason"),
        [
            (date(2026, 2, 10), LeftOut.BEFORE_ANCHOR),
            (date(2026, 4, 10), None),
            (date(2026, 5, 10), LeftOut.EXCLUDED),
            (date(2026, 5, 11), LeftOut.NOT_IN_SERIES),
            (date(2026, 6, 10), LeftOut.OUT_OF_SEASON),
            (date(2026, 4, 11), LeftOut.NOT_IN_SERIES),
        ],
    )
    def test_a_date_that_is_left_out_says_why(self, day: date, reason: LeftOut | None) -> None:
        assert explain(self.RULE, day, self.ANCHOR, DUTCH) is reason

    def test_months_of_a_yearly_rule_are_no_season(self) -> None:
        rule = Recurrence(Unit.YEAR, months=(4,), month_day=10)
        assert explain(rule, date(2026, 6, 10), self.ANCHOR, DUTCH) is LeftOut.NOT_IN_SERIES


class TestProblems:
    @pytest.mark.parametrize(
        ("rule", "field", "code"),
        [
            (Recurrence(Unit.DAY, 0), "every", "must_be_1_to_999"),
            (Recurrence(Unit.DAY, 1000), "every", "must_be_1_to_999"),
            (Recurrence(Unit.WEEK, weekdays=(7,)), "weekdays", "unknown_weekday"),
            (Recurrence(Unit.MONTH, weekdays=(1,)), "weekdays", "only_for_week"),
            (Recurrence(Unit.MONTH, months=(0, 13)), "months", "must_be_1_to_12"),
            (Recurrence(Unit.MONTH, month_day=32), "month_day", "must_be_1_to_31"),
            (Recurrence(Unit.MONTH, month_day=0), "month_day", "must_be_1_to_31"),
            (Recurrence(Unit.WEEK, month_day=1), "month_day", "only_for_month_and_year"),
            (Recurrence(Unit.WEEK, moment=THIRD_FRIDAY), "moment", "only_for_month_and_year"),
            (Recurrence(Unit.MONTH, moment=Moment(5, 1)), "moment", "unknown_moment"),
            (Recurrence(Unit.MONTH, moment=Moment(1, 7)), "moment", "unknown_moment"),
            (Recurrence(Unit.MONTH, month_day=3, moment=THIRD_FRIDAY), "moment", "day_and_moment"),
            (Recurrence(Unit.YEAR, month_day=31, months=(2,)), "month_day", "never_in_these_months"),
            (Recurrence(Unit.MONTH, month_day=30, months=(2,)), "month_day", "never_in_these_months"),
        ],
    )
    def test_a_rule_that_cannot_be_meant_is_refused_with_field_and_code(
        self, rule: Recurrence, field: str, code: str
    ) -> None:
        assert problems(rule) == [(field, code)]

    @pytest.mark.parametrize(
        "rule",
        [
            Recurrence(Unit.DAY, 1),
            Recurrence(Unit.DAY, 999),
            Recurrence(Unit.WEEK, weekdays=tuple(range(7))),
            Recurrence(Unit.MONTH, month_day=31, months=tuple(range(1, 13))),
            Recurrence(Unit.YEAR, month_day=29, months=(2,)),
            Recurrence(Unit.YEAR, month_day=30, months=(4,)),
            Recurrence(Unit.MONTH, 12, months=(5,)),
        ],
    )
    def test_what_is_just_possible_is_accepted(self, rule: Recurrence) -> None:
        assert problems(rule, date(2026, 5, 31)) == []

    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        rule = Recurrence(Unit.DAY, 0, weekdays=(9,), months=(13,), month_day=40)
        assert [field for field, _ in problems(rule)] == ["every", "weekdays", "months", "month_day"]

    def test_a_rule_that_the_anchor_keeps_from_ever_yielding_a_date_is_refused(self) -> None:
        may = date(2026, 5, 31)
        assert problems(Recurrence(Unit.MONTH, 12, months=(7,)), may) == [("months", "never_met")]
        in_april = Recurrence(Unit.YEAR, month_day=31, at_short_month=ShortMonth.SKIP)
        assert problems(in_april, date(2026, 4, 1)) == [("month_day", "never_in_these_months")]
        by_anchor = Recurrence(Unit.YEAR, months=(6,), at_short_month=ShortMonth.SKIP)
        assert problems(by_anchor, may) == [("month_day", "never_in_these_months")]

    def test_a_short_month_that_only_follows_from_the_anchor_takes_its_last_day(self) -> None:
        assert problems(Recurrence(Unit.YEAR, month_day=31), date(2026, 4, 1)) == []
        assert problems(Recurrence(Unit.YEAR, months=(6,)), date(2026, 5, 31)) == []

    @given(rule=recurrences, anchor=days)
    def test_a_rule_without_problems_yields_a_date_sooner_or_later(self, rule: Recurrence, anchor: date) -> None:
        plain = replace(rule, extra_dates=(), excluded_dates=())
        leap_day = (rule.month_day or anchor.day) == 29 and rule.at_short_month is ShortMonth.SKIP
        if not leap_day and not problems(plain, anchor):
            assert any(nominal_dates(plain, anchor, DUTCH, anchor, anchor + timedelta(days=366 * 60)))
