"""Recurrences as text of RFC 5545 and back (rules: Recurrence)."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given

from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit, nominal_dates
from powerup.contracts.rfc5545 import RecurrenceTextError, from_rfc5545, to_rfc5545
from tests.contracts.generated_recurrences import DUTCH, days, recurrences

THIRD_FRIDAY = Moment(3, 4)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Recurrence(Unit.DAY, 10), "RRULE:FREQ=DAILY;INTERVAL=10"),
        (Recurrence(Unit.WORKDAY, 10), "RRULE;X-WORKDAYS=CALENDAR:FREQ=DAILY;INTERVAL=10"),
        (Recurrence(Unit.WEEK, 2, weekdays=(0, 3)), "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"),
        (
            Recurrence(Unit.MONTH, month_day=31),
            "RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=31;SKIP=BACKWARD",
        ),
        (
            Recurrence(Unit.MONTH, month_day=31, at_short_month=ShortMonth.SKIP),
            "RRULE:FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=31",
        ),
        (Recurrence(Unit.MONTH, 3, moment=THIRD_FRIDAY), "RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=3FR"),
        (
            Recurrence(Unit.MONTH, moment=Moment(-1, 0), months=(4, 5)),
            "RRULE:FREQ=MONTHLY;INTERVAL=1;BYMONTH=4,5;BYDAY=-1MO",
        ),
        (
            Recurrence(Unit.MONTH, moment=Moment(-1, None)),
            "RRULE;X-WORKDAYS=CALENDAR:FREQ=MONTHLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        ),
        (
            Recurrence(Unit.YEAR, moment=THIRD_FRIDAY, months=(3, 9)),
            "RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=3,9;BYDAY=3FR",
        ),
        (Recurrence(Unit.YEAR, 2, moment=THIRD_FRIDAY), "RRULE;X-UNIT=YEAR:FREQ=MONTHLY;INTERVAL=24;BYDAY=3FR"),
        (
            Recurrence(
                Unit.DAY,
                extra_dates=(date(2026, 1, 2), date(2026, 1, 3)),
                excluded_dates=(date(2026, 2, 1),),
            ),
            "RRULE:FREQ=DAILY;INTERVAL=1\nRDATE;VALUE=DATE:20260102,20260103\nEXDATE;VALUE=DATE:20260201",
        ),
    ],
)
def test_a_rule_is_said_in_the_words_of_the_rfc(rule: Recurrence, text: str) -> None:
    assert to_rfc5545(rule) == text
    assert from_rfc5545(text) == rule


@given(rule=recurrences)
def test_reading_what_was_written_gives_the_same_rule(rule: Recurrence) -> None:
    assert from_rfc5545(to_rfc5545(rule)) == rule


@given(rule=recurrences, anchor=days)
def test_other_readers_find_the_same_dates_where_the_rfc_can_say_the_rule(rule: Recurrence, anchor: date) -> None:
    fixed_day = rule.unit in (Unit.MONTH, Unit.YEAR) and rule.moment is None
    short_month = ShortMonth.SKIP if fixed_day else ShortMonth.LAST_DAY
    plain = replace(rule, extra_dates=(), excluded_dates=(), at_short_month=short_month)
    text = to_rfc5545(plain)
    assert "SKIP" not in text
    ours = list(nominal_dates(plain, anchor, DUTCH, anchor, date(anchor.year + 8, 12, 31)))
    if "X-WORKDAYS" in text or not ours:  # for a date that never comes dateutil looks until the year 9999
        return
    first, last = (datetime.combine(day, time()) for day in (anchor, ours[-1]))
    reader = rrulestr(text.replace(";X-UNIT=YEAR", ""), dtstart=first)
    assert [moment.date() for moment in reader.between(first, last, inc=True)] == ours


def test_text_of_others_is_read_within_what_a_visit_plan_can_have() -> None:
    assert from_rfc5545("rrule:freq=weekly;byday=mo,fr;wkst=mo") == Recurrence(Unit.WEEK, weekdays=(0, 4))
    assert from_rfc5545("RRULE:FREQ=MONTHLY;BYDAY=+1TU\r\n") == Recurrence(Unit.MONTH, moment=Moment(1, 1))
    folded = "RRULE:FREQ=DAILY\r\nRDATE:20260102,\r\n 20260103\r\nRDATE:20260104"
    assert from_rfc5545(folded).extra_dates == tuple(date(2026, 1, day) for day in (2, 3, 4))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "RRULE"),
        ("RDATE:20260101", "RRULE"),
        ("RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY", "RRULE"),
        ("FREQ=DAILY", "line"),
        ("RRULE:FREQ=DAILY\nDTSTART:20260101", "property"),
        ("RRULE:FREQ", "FREQ"),
        ("RRULE:INTERVAL=2", "FREQ"),
        ("RRULE:FREQ=", "FREQ"),
        ("RRULE:FREQ=HOURLY", "FREQ"),
        ("RRULE;X-WORKDAYS=CALENDAR:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR", "BYDAY"),
        ("RRULE:FREQ=DAILY;FREQ=DAILY", "FREQ"),
        ("RRULE:FREQ=DAILY;COUNT=3", "COUNT"),
        ("RRULE:FREQ=DAILY;UNTIL=20270101", "UNTIL"),
        ("RRULE;X-OTHER=1:FREQ=DAILY", "X-OTHER"),
        ("RRULE;X-WORKDAYS=CALENDAR:FREQ=WEEKLY", "X-WORKDAYS"),
        ("RRULE;X-WORKDAYS=CALENDAR:FREQ=MONTHLY;BYDAY=3FR", "BYDAY"),
        ("RRULE;X-UNIT=YEAR:FREQ=MONTHLY;INTERVAL=13;BYMONTHDAY=1", "X-UNIT"),
        ("RRULE:FREQ=DAILY;INTERVAL=two", "INTERVAL"),
        ("RRULE:FREQ=DAILY;INTERVAL=100000", "INTERVAL"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15", "BYMONTHDAY"),
        ("RRULE:FREQ=MONTHLY;BYMONTH=x", "BYMONTH"),
        ("RRULE:FREQ=MONTHLY;BYDAY=FR", "BYDAY"),
        ("RRULE:FREQ=MONTHLY;BYDAY=1MO,3MO", "BYDAY"),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "BYSETPOS"),
        ("RRULE:FREQ=WEEKLY;BYDAY=1MO", "BYDAY"),
        ("RRULE:FREQ=DAILY;BYDAY=MO", "BYDAY"),
        ("RRULE:FREQ=YEARLY;BYMONTHDAY=1", "BYMONTH"),
        ("RRULE:FREQ=WEEKLY;WKST=SU", "WKST"),
        ("RRULE:RSCALE=CHINESE;FREQ=MONTHLY;SKIP=BACKWARD", "RSCALE"),
        ("RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD", "SKIP"),
        ("RRULE:FREQ=DAILY\nEXDATE:20260231", "EXDATE"),
        ("RRULE:FREQ=DAILY\nEXDATE:20260201T090000", "EXDATE"),
    ],
)
def test_what_a_visit_plan_cannot_have_is_refused_and_named(text: str, part: str) -> None:
    with pytest.raises(RecurrenceTextError) as refused:
        from_rfc5545(text)
    assert refused.value.part == part
