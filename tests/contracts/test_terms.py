"""How long a contract runs, renews, and when notice must be given (rules: Terms)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powerup.contracts.terms import (
    Period,
    PeriodUnit,
    Renewal,
    Terms,
    TermsError,
    add_period,
    agreed_end,
    consumer_flaws,
    due_renewals,
    earliest_regular_last_day,
    horizon_end,
    last_notice_date,
    problems,
    renewed_end,
)

YEAR = Period(1, PeriodUnit.YEAR)
MONTH = Period(1, PeriodUnit.MONTH)
QUARTER = Period(3, PeriodUnit.MONTH)
YEARLY = Terms(
    "JAAR",
    "Een jaar, daarna per jaar",
    duration=YEAR,
    renewal=Renewal.AUTOMATIC,
    renewal_period=YEAR,
    notice_before_end=QUARTER,
    notice_after_renewal=MONTH,
)
START = date(2026, 1, 1)
FIRST_END, SECOND_END, THIRD_END = (date(year, 12, 31) for year in (2026, 2027, 2028))

periods = st.builds(Period, st.integers(1, 60), st.sampled_from(PeriodUnit))
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


class TestPeriods:
    @pytest.mark.parametrize(
        ("period", "expected"),
        [
            (Period(10, PeriodUnit.DAY), date(2026, 2, 10)),
            (Period(2, PeriodUnit.WEEK), date(2026, 2, 14)),
            (Period(1, PeriodUnit.MONTH), date(2026, 2, 28)),
            (Period(2, PeriodUnit.MONTH), date(2026, 3, 31)),
            (Period(2, PeriodUnit.YEAR), date(2028, 1, 31)),
        ],
    )
    def test_days_weeks_months_and_years_are_calendar_arithmetic(self, period: Period, expected: date) -> None:
        assert add_period(date(2026, 1, 31), period) == expected

    def test_months_clamp_without_drift(self) -> None:
        days_of_month = [add_period(date(2027, 1, 31), MONTH, times).day for times in range(4)]
        assert days_of_month == [31, 28, 31, 30]

    def test_periods_can_be_taken_off(self) -> None:
        assert add_period(date(2026, 3, 31), MONTH, -1) == date(2026, 2, 28)
        assert add_period(date(2026, 1, 15), Period(14, PeriodUnit.MONTH), -1) == date(2024, 11, 15)


class TestEnd:
    def test_end_is_start_plus_duration_minus_a_day(self) -> None:
        assert agreed_end(START, YEARLY) == FIRST_END
        assert agreed_end(date(2026, 3, 1), YEARLY) == date(2027, 2, 28)
        assert agreed_end(date(2027, 3, 1), YEARLY) == date(2028, 2, 29)

    def test_without_a_duration_the_contract_is_open_ended(self) -> None:
        assert agreed_end(START, replace(YEARLY, duration=None)) is None

    def test_each_renewal_adds_the_renewal_period(self) -> None:
        assert [renewed_end(START, YEARLY, renewals) for renewals in range(3)] == [FIRST_END, SECOND_END, THIRD_END]

    def test_renewals_by_month_do_not_drift_from_the_months_end(self) -> None:
        monthly = replace(YEARLY, duration=MONTH, renewal_period=MONTH)
        ends = [renewed_end(date(2027, 1, 31), monthly, renewals) for renewals in range(4)]
        assert ends == [date(2027, 2, 27), date(2027, 3, 30), date(2027, 4, 29), date(2027, 5, 30)]

    def test_duration_in_weeks_and_renewal_in_months_are_added_in_that_order(self) -> None:
        mixed = replace(YEARLY, duration=Period(6, PeriodUnit.WEEK), renewal_period=MONTH)
        assert renewed_end(START, mixed, 0) == date(2026, 2, 11)
        assert renewed_end(START, mixed, 2) == date(2026, 4, 11)

    def test_a_persons_change_of_the_end_starts_the_count_anew(self) -> None:
        day_after_given_end = date(2026, 7, 1)
        ends = [renewed_end(START, YEARLY, renewals, day_after_given_end) for renewals in range(3)]
        assert ends == [date(2026, 6, 30), date(2027, 6, 30), date(2028, 6, 30)]

    def test_an_end_that_a_person_gave_holds_for_open_ended_terms_too(self) -> None:
        open_ended = replace(YEARLY, duration=None)
        assert renewed_end(START, open_ended, 0, date(2026, 7, 1)) == date(2026, 6, 30)

    def test_renewing_terms_that_name_no_renewal_period_is_refused(self) -> None:
        with pytest.raises(TermsError, match="JAAR"):
            renewed_end(START, replace(YEARLY, renewal_period=None), 1)

    @given(start=days, duration=periods, renewal=periods, renewals=st.integers(0, 20))
    def test_each_renewal_moves_the_end_forward(
        self, start: date, duration: Period, renewal: Period, renewals: int
    ) -> None:
        terms = replace(YEARLY, duration=duration, renewal_period=renewal)
        earlier, later = renewed_end(start, terms, renewals), renewed_end(start, terms, renewals + 1)
        assert earlier is not None
        assert later is not None
        assert earlier < later


class TestNotice:
    def test_last_notice_date_is_the_notice_period_before_the_end(self) -> None:
        assert last_notice_date(FIRST_END, YEARLY, renewed=False) == date(2026, 9, 30)

    def test_after_a_renewal_the_other_notice_period_counts(self) -> None:
        assert last_notice_date(SECOND_END, YEARLY, renewed=True) == date(2027, 11, 30)

    def test_a_notice_after_renewal_that_is_not_given_is_that_before_the_first_end(self) -> None:
        assert last_notice_date(SECOND_END, replace(YEARLY, notice_after_renewal=None), renewed=True) == date(
            2027, 9, 30
        )

    def test_a_number_of_0_says_that_there_is_no_notice_period(self) -> None:
        none = replace(YEARLY, notice_after_renewal=Period(0, PeriodUnit.DAY))
        assert problems(none) == []
        assert last_notice_date(SECOND_END, none, renewed=True) == SECOND_END
        assert last_notice_date(FIRST_END, none, renewed=False) == date(2026, 9, 30)
        never = replace(YEARLY, notice_before_end=Period(0, PeriodUnit.MONTH), notice_after_renewal=None)
        assert last_notice_date(SECOND_END, never, renewed=True) == SECOND_END

    def test_without_a_notice_period_it_is_the_end_itself(self) -> None:
        assert last_notice_date(FIRST_END, replace(YEARLY, notice_before_end=None), renewed=False) == FIRST_END

    def test_at_the_end_of_february_notice_is_counted_from_the_day_after(self) -> None:
        assert last_notice_date(date(2027, 2, 28), YEARLY, renewed=True) == date(2027, 1, 31)

    @pytest.mark.parametrize(
        ("notice_given", "last_day"),
        [
            (date(2026, 1, 1), FIRST_END),
            (date(2026, 9, 30), FIRST_END),
            (date(2026, 10, 1), SECOND_END),
            (date(2027, 11, 30), SECOND_END),
            (date(2027, 12, 1), THIRD_END),
        ],
    )
    def test_notice_in_time_ends_the_running_period_else_the_next(self, notice_given: date, last_day: date) -> None:
        assert earliest_regular_last_day(START, YEARLY, 0, notice_given) == last_day

    def test_a_renewal_that_was_already_made_changes_nothing_in_that(self) -> None:
        assert earliest_regular_last_day(START, YEARLY, 1, date(2026, 10, 1)) == SECOND_END

    @pytest.mark.parametrize("renewal", [Renewal.NONE, Renewal.BY_HAND])
    def test_terms_that_do_not_renew_by_themselves_end_where_they_end(self, renewal: Renewal) -> None:
        terms = replace(YEARLY, renewal=renewal)
        assert earliest_regular_last_day(START, terms, 0, date(2026, 12, 1)) == FIRST_END

    def test_an_open_ended_contract_ends_with_the_notice_period(self) -> None:
        open_ended = replace(YEARLY, duration=None)
        last_day = earliest_regular_last_day(START, open_ended, 0, date(2026, 9, 30))
        assert last_day == FIRST_END
        assert last_notice_date(last_day, open_ended, renewed=False) == date(2026, 9, 30)
        at_once = replace(open_ended, notice_before_end=None)
        assert earliest_regular_last_day(START, at_once, 0, date(2026, 9, 30)) == date(2026, 9, 30)


class TestRenewal:
    def test_it_renews_when_the_last_notice_date_has_passed_and_not_on_it(self) -> None:
        assert due_renewals(START, YEARLY, 0, date(2026, 9, 30)) == []
        assert due_renewals(START, YEARLY, 0, date(2026, 10, 1)) == [SECOND_END]
        assert due_renewals(START, YEARLY, 1, date(2027, 11, 30)) == []

    def test_after_a_long_stand_still_every_renewal_that_was_missed_is_named(self) -> None:
        assert due_renewals(START, YEARLY, 0, date(2027, 12, 1)) == [SECOND_END, THIRD_END]

    def test_renewals_count_from_the_end_that_a_person_gave(self) -> None:
        assert due_renewals(START, YEARLY, 0, date(2026, 4, 1), date(2026, 7, 1)) == [date(2027, 6, 30)]

    @pytest.mark.parametrize("renewal", [Renewal.NONE, Renewal.BY_HAND])
    def test_other_terms_never_renew_by_themselves(self, renewal: Renewal) -> None:
        assert due_renewals(START, replace(YEARLY, renewal=renewal), 0, date(2030, 1, 1)) == []

    def test_an_open_ended_contract_has_nothing_to_renew(self) -> None:
        assert due_renewals(START, replace(YEARLY, duration=None), 0, date(2030, 1, 1)) == []

    @pytest.mark.parametrize("last_day", [date(2026, 6, 30), FIRST_END])
    def test_a_termination_in_the_running_period_stops_renewing(self, last_day: date) -> None:
        assert due_renewals(START, YEARLY, 0, date(2027, 1, 1), terminated_last_day=last_day) == []

    @pytest.mark.parametrize("last_day", [date(2027, 1, 1), SECOND_END])
    def test_a_termination_in_the_next_period_lets_it_renew_until_there(self, last_day: date) -> None:
        assert due_renewals(START, YEARLY, 0, date(2030, 1, 1), terminated_last_day=last_day) == [SECOND_END]

    @given(start=days, duration=periods, renewal=periods, notice=st.none() | periods, passed=st.integers(0, 3000))
    def test_renewing_day_by_day_or_all_at_once_gives_the_same_end(
        self, start: date, duration: Period, renewal: Period, notice: Period | None, passed: int
    ) -> None:
        terms = replace(
            YEARLY, duration=duration, renewal_period=renewal, notice_before_end=notice, notice_after_renewal=notice
        )
        halfway, today = start + timedelta(days=passed // 2), start + timedelta(days=passed)
        first = due_renewals(start, terms, 0, halfway)
        then = due_renewals(start, terms, len(first), today)
        assert first + then == due_renewals(start, terms, 0, today)


INDEFINITE = Terms(
    "PART",
    "Een jaar, daarna zonder einde",
    duration=YEAR,
    renewal=Renewal.INDEFINITE,
    notice_before_end=MONTH,
    consumer=True,
)
TENTH_OF_MARCH = date(2026, 3, 10)
NINTH_OF_MARCH = date(2027, 3, 9)


class TestIndefinite:
    @pytest.mark.parametrize(
        ("notice_given", "last_day"),
        [
            (date(2026, 4, 1), NINTH_OF_MARCH),
            (date(2027, 2, 9), NINTH_OF_MARCH),
            (date(2027, 2, 10), date(2027, 3, 10)),
            (date(2027, 6, 15), date(2027, 7, 15)),
            (date(2028, 1, 31), date(2028, 2, 29)),
        ],
    )
    def test_after_the_first_end_it_ends_on_any_day_by_the_notice_period(
        self, notice_given: date, last_day: date
    ) -> None:
        assert earliest_regular_last_day(TENTH_OF_MARCH, INDEFINITE, 0, notice_given) == last_day
        gone_on = 1 if notice_given > date(2027, 2, 9) else 0
        assert earliest_regular_last_day(TENTH_OF_MARCH, INDEFINITE, gone_on, notice_given) == last_day

    def test_notice_before_the_first_end_never_ends_it_sooner(self) -> None:
        shorter = replace(INDEFINITE, notice_before_end=QUARTER, notice_after_renewal=Period(1, PeriodUnit.WEEK))
        assert earliest_regular_last_day(TENTH_OF_MARCH, shorter, 0, date(2027, 1, 10)) == NINTH_OF_MARCH

    def test_without_a_notice_period_it_ends_on_the_day_of_notice(self) -> None:
        at_once = replace(INDEFINITE, notice_after_renewal=Period(0, PeriodUnit.DAY))
        assert earliest_regular_last_day(TENTH_OF_MARCH, at_once, 1, date(2027, 6, 15)) == date(2027, 6, 15)

    def test_it_has_no_end_once_the_last_notice_date_has_passed(self) -> None:
        assert due_renewals(TENTH_OF_MARCH, INDEFINITE, 0, date(2027, 2, 9)) == []
        assert due_renewals(TENTH_OF_MARCH, INDEFINITE, 0, date(2035, 1, 1)) == [None]
        assert due_renewals(TENTH_OF_MARCH, INDEFINITE, 1, date(2035, 1, 1)) == []
        ends = due_renewals(TENTH_OF_MARCH, INDEFINITE, 0, date(2035, 1, 1), terminated_last_day=NINTH_OF_MARCH)
        assert ends == []

    def test_an_end_that_a_person_gave_is_the_first_one(self) -> None:
        own = date(2026, 10, 1)
        assert due_renewals(TENTH_OF_MARCH, INDEFINITE, 0, date(2026, 9, 1), own) == [None]
        assert earliest_regular_last_day(TENTH_OF_MARCH, INDEFINITE, 0, date(2026, 8, 1), own) == date(2026, 9, 30)

    def test_it_needs_no_renewal_period_and_generation_looks_past_its_end(self) -> None:
        assert problems(INDEFINITE) == []
        assert horizon_end(NINTH_OF_MARCH, INDEFINITE, None) is None

    @given(start=days, passed=st.integers(0, 3000), later=st.integers(0, 400))
    def test_later_notice_never_ends_it_earlier_and_never_before_the_first_end(
        self, start: date, passed: int, later: int
    ) -> None:
        given_on = start + timedelta(days=passed)
        sooner = earliest_regular_last_day(start, INDEFINITE, 0, given_on)
        assert (agreed_end(start, INDEFINITE) or start) <= sooner
        assert sooner <= earliest_regular_last_day(start, INDEFINITE, 0, given_on + timedelta(days=later))


class TestConsumer:
    @pytest.mark.parametrize(
        ("changes", "flaws"),
        [
            ({}, []),
            ({"renewal": Renewal.AUTOMATIC, "renewal_period": YEAR}, ["renews_for_a_period"]),
            ({"notice_before_end": QUARTER}, ["notice_over_a_month"]),
            ({"notice_before_end": QUARTER, "notice_after_renewal": MONTH}, []),
            ({"notice_after_renewal": Period(5, PeriodUnit.WEEK)}, ["notice_over_a_month"]),
            ({"notice_before_end": QUARTER, "renewal": Renewal.NONE}, []),
            ({"duration": Period(12, PeriodUnit.MONTH)}, []),
            ({"duration": Period(13, PeriodUnit.MONTH)}, ["longer_than_a_year"]),
            ({"duration": Period(2, PeriodUnit.YEAR), "consumer": False}, []),
        ],
    )
    def test_terms_for_private_customers_are_held_against_the_law(
        self, changes: dict[str, Any], flaws: list[str]
    ) -> None:
        assert consumer_flaws(replace(INDEFINITE, **changes)) == flaws


class TestHorizon:
    def test_generation_looks_past_an_end_that_will_renew(self) -> None:
        assert horizon_end(FIRST_END, YEARLY, None) is None

    def test_generation_stops_at_an_end_that_will_not_renew(self) -> None:
        assert horizon_end(FIRST_END, replace(YEARLY, renewal=Renewal.BY_HAND), None) == FIRST_END
        assert horizon_end(FIRST_END, None, None) == FIRST_END
        assert horizon_end(None, None, None) is None

    def test_generation_never_looks_past_a_termination(self) -> None:
        assert horizon_end(FIRST_END, YEARLY, SECOND_END) == SECOND_END
        assert horizon_end(FIRST_END, None, SECOND_END) == FIRST_END
        assert horizon_end(None, None, FIRST_END) == FIRST_END


class TestProblems:
    def test_usable_terms_have_none(self) -> None:
        assert problems(YEARLY) == []
        longest = Period(999, PeriodUnit.DAY)
        assert problems(replace(YEARLY, duration=longest, notice_before_end=longest)) == []

    @pytest.mark.parametrize(
        ("terms", "problem"),
        [
            (replace(YEARLY, code=" "), ("code", "required")),
            (replace(YEARLY, name=""), ("name", "required")),
            (replace(YEARLY, duration=Period(0, PeriodUnit.MONTH)), ("duration", "must_be_1_to_999")),
            (replace(YEARLY, renewal_period=Period(-1, PeriodUnit.DAY)), ("renewal_period", "must_be_1_to_999")),
            (
                replace(YEARLY, notice_before_end=Period(1000, PeriodUnit.DAY)),
                ("notice_before_end", "must_be_0_to_999"),
            ),
            (replace(YEARLY, renewal_period=None), ("renewal_period", "required_for_renewal")),
            (
                replace(YEARLY, renewal=Renewal.BY_HAND, renewal_period=None),
                ("renewal_period", "required_for_renewal"),
            ),
        ],
    )
    def test_unusable_terms_are_refused_with_field_and_code(self, terms: Terms, problem: tuple[str, str]) -> None:
        assert problems(terms) == [problem]
