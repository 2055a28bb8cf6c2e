"""The next visit that a plan names, for firms that come from another system (rules: Generation, Next visit)."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.changed_rules import keeping_next_visits
from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.contract import Contract, ContractType, Schedule, Shift, Spread, VisitPlan, YearlyOrders
from powerup.contracts.recurrence import Moment, Unit
from powerup.contracts.schedule import due, visits
from powerup.contracts.series import Series
from powerup.contracts.visit import VisitState
from tests.contracts.cycles import (
    DUTCH,
    SETTINGS,
    contract,
    done_on_its_day,
    one_cycle,
    ordered,
    plan,
    planned_dates,
    reasons,
    run,
    situation,
    withheld,
    written,
)

MONDAY, WEDNESDAY, THURSDAY = 0, 2, 3


def day(text: str) -> date:
    """A date as the page writes it, such as 15-1-27."""
    of_month, month, year = map(int, text.split("-"))
    return date(2000 + year, month, of_month)


@dataclass(frozen=True)
class Example:
    """One line of the page: rule and start, next visit, the visits from then on, and those that it stands for."""

    words: str
    start: str
    rule: VisitPlan
    next_visit: str
    then: tuple[str, ...]
    not_any_more: tuple[str, ...] = ()
    of_contract: dict[str, Any] = field(default_factory=dict)
    object_code: str | None = None

    def contract(self) -> Contract:
        """The contract, entered on its first day."""
        named = replace(self.rule, next_visit=day(self.next_visit))
        return contract(named, start=day(self.start), **self.of_contract)


def anchored(rule: VisitPlan, anchor: str) -> VisitPlan:
    """The plan with an anchor that it names."""
    return replace(rule, anchor=day(anchor))


TEN_DAYS = plan(unit=Unit.DAY, every=10)
WORKDAYS = plan(unit=Unit.WORKDAY, every=5)
TWO_WEEKS = plan(unit=Unit.WEEK, every=2, weekdays=(MONDAY, THURSDAY))
WEEKS = plan(unit=Unit.WEEK, weekdays=(MONDAY, THURSDAY))
FIRST_MONDAY = plan(moment=Moment(1, MONDAY))
QUARTER = plan(every=3)
SEASON = plan(month_day=10, months=(4, 5, 6, 7, 8, 9))
YEAR = plan(unit=Unit.YEAR)
TWICE = plan(unit=Unit.YEAR, months=(4, 10))
TWO_YEARS = plan(unit=Unit.YEAR, every=2)
PER_OBJECT: dict[str, Any] = {"objects": ("CV-1", "CV-2"), "order_per_object": True}
ONE_OWN_ANCHOR = replace(QUARTER, anchors=(("CV-1", date(2027, 1, 5)),))
ORDERS: dict[str, Any] = {"type": ContractType.YEARLY, "yearly": YearlyOrders(4, Spread.SPREAD)}

EXAMPLES = (
    Example("every 10 days", "1-1-26", TEN_DAYS, "15-1-27", ("15-1-27", "25-1-27", "4-2-27")),
    Example(
        "every 10 days, anchor named", "1-1-26", anchored(TEN_DAYS, "1-1-27"), "15-1-27",
        ("15-1-27", "21-1-27", "31-1-27"), ("11-1-27",),
    ),
    Example("every 5 workdays", "1-1-26", WORKDAYS, "9-1-27", ("9-1-27", "18-1-27"), ("11-1-27",)),
    Example("every 2 weeks mon;thu", "5-1-26", TWO_WEEKS, "6-1-27", ("6-1-27", "18-1-27", "21-1-27"), ("7-1-27",)),
    Example("every week mon;thu", "5-1-26", WEEKS, "4-1-27", ("4-1-27", "7-1-27", "11-1-27")),
    Example(
        "every 3 months, day 15", "14-3-18", plan(every=3, month_day=15), "4-1-27",
        ("4-1-27", "15-4-27", "15-7-27"), ("15-1-27",),
    ),
    Example("every month, no day", "31-1-26", plan(), "28-2-27", ("28-2-27", "31-3-27", "30-4-27", "31-5-27")),
    Example("every month, day 1", "1-1-26", plan(month_day=1), "31-1-27", ("31-1-27", "1-3-27"), ("1-2-27",)),
    Example("every month, first Monday", "1-1-26", FIRST_MONDAY, "2-2-27", ("2-2-27", "1-3-27"), ("1-2-27",)),
    Example("every month, first Monday", "1-1-26", FIRST_MONDAY, "29-1-27", ("29-1-27", "1-3-27"), ("1-2-27",)),
    Example(
        "every 3 months, anchor named", "14-3-18", anchored(QUARTER, "14-3-18"), "25-2-27",
        ("25-2-27", "14-6-27"), ("14-3-27",),
    ),
    Example("every 3 months, no anchor", "14-3-18", QUARTER, "25-2-27", ("25-2-27", "25-5-27", "25-8-27")),
    Example(
        "every month, day 10, months 4 to 9", "1-1-26", SEASON, "20-3-27", ("20-3-27", "10-5-27", "10-6-27"),
        ("10-4-27",),
    ),
    Example("every year", "14-3-18", YEAR, "20-3-27", ("20-3-27", "20-3-28")),
    Example("every year, months 4;10", "1-1-26", TWICE, "20-4-27", ("20-4-27", "20-10-27", "20-4-28")),
    Example(
        "every year, months 4;10, day 1", "1-1-26", plan(unit=Unit.YEAR, months=(4, 10), month_day=1), "20-4-27",
        ("20-4-27", "1-10-27"), ("1-4-27",),
    ),
    Example(
        "every year, months 11, day 1", "1-3-27", plan(unit=Unit.YEAR, months=(11,), month_day=1), "1-4-27",
        ("1-4-27", "1-11-27"),
    ),
    Example(
        "every 2 years, anchor named", "1-6-25", anchored(TWO_YEARS, "1-6-25"), "1-2-28", ("1-2-28", "1-6-29"),
        ("1-6-27",),
    ),
    Example("every 2 years, no anchor", "1-6-25", TWO_YEARS, "1-2-28", ("1-2-28", "1-2-30")),
    Example(
        "every 3 months, no day, an object's own anchor", "1-1-27", ONE_OWN_ANCHOR, "10-2-27",
        ("10-2-27", "5-4-27", "5-7-27"), ("5-1-27",), PER_OBJECT, "CV-1",
    ),
    Example(
        "every 3 months, no day, the other object", "1-1-27", ONE_OWN_ANCHOR, "10-2-27",
        ("10-2-27", "10-5-27", "10-8-27"), (), PER_OBJECT, "CV-2",
    ),
    Example(
        "floating, 2 weeks, Wednesday", "1-1-26",
        plan(unit=Unit.WEEK, every=2, weekdays=(WEDNESDAY,), schedule=Schedule.FLOATING), "8-1-27",
        ("8-1-27", "20-1-27"),
    ),
    Example("yearly, 4, spread", "1-1-27", plan(unit=Unit.DAY), "25-6-27", ("25-6-27", "1-10-27"), ("1-7-27",), ORDERS),
)  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.words}, {example.next_visit}")
def test_worked_examples_of_the_page(example: Example) -> None:
    of = situation(example.contract())
    today = day(example.start)
    found = [
        visit
        for visit in visits(of, today, day(example.then[-1]), today)
        if (visit.key.object or None) == example.object_code
    ]
    assert planned_dates(found) == [day(text) for text in example.then]
    assert {visit.reason for visit in found if visit.state is VisitState.WITHHELD} <= {"before_next_visit"}
    assert not {visit.key.nominal_date for visit in found} & {day(text) for text in example.not_any_more}


def test_an_example_that_names_a_start_long_ago_does_not_wait_a_year() -> None:
    of = situation(contract(replace(YEAR, next_visit=day("20-3-27")), start=day("14-3-18"), entered_on=day("1-12-26")))
    found = visits(of, day("1-12-26"), day("31-12-28"), day("1-12-26"))
    assert reasons(found) == {
        day("14-3-27"): "before_next_visit",
        day("20-3-27"): None,
        day("20-3-28"): None,
    }


class TestWhichVisitItIs:
    """The nominal or planned date of a visit of the rule, else a visit of its own."""

    SATURDAY, MONDAY = date(2027, 2, 27), date(2027, 3, 1)

    @pytest.mark.parametrize("named", [SATURDAY, MONDAY])
    def test_named_by_its_nominal_or_planned_date_it_is_that_visit_and_nothing_else_changes(self, named: date) -> None:
        rule = plan(month_day=27, shift=Shift.NEXT_WORKING_DAY, next_visit=named)
        found = visits(situation(contract(rule, start=day("1-1-27"))), day("1-1-27"), day("30-4-27"), day("1-1-27"))
        assert [(visit.key.nominal_date, visit.planned_date, visit.reason) for visit in found] == [
            (day("27-1-27"), day("27-1-27"), "before_next_visit"),
            (self.SATURDAY, self.MONDAY, None),
            (day("27-3-27"), day("30-3-27"), None),
            (day("27-4-27"), day("28-4-27"), None),
        ]

    def test_what_would_share_its_day_and_comes_before_it_leaves_it_the_day(self) -> None:
        weekend = plan(unit=Unit.WEEK, weekdays=(5, 6), shift=Shift.NEXT_WORKING_DAY, next_visit=day("28-2-27"))
        found = visits(
            situation(contract(weekend, start=day("22-2-27"))), day("22-2-27"), day("1-3-27"), day("22-2-27")
        )
        assert reasons(found) == {day("27-2-27"): "before_next_visit", day("28-2-27"): None}

    def test_two_that_share_the_planned_date_named_are_one(self) -> None:
        weekend = plan(unit=Unit.WEEK, weekdays=(5, 6), shift=Shift.NEXT_WORKING_DAY, next_visit=day("1-3-27"))
        found = visits(
            situation(contract(weekend, start=day("22-2-27"))), day("22-2-27"), day("1-3-27"), day("22-2-27")
        )
        assert reasons(found) == {day("27-2-27"): None, day("28-2-27"): "covered"}

    @pytest.mark.parametrize("shift", [Shift.NEXT_WORKING_DAY, Shift.PREVIOUS_WORKING_DAY, Shift.SKIP])
    def test_one_of_its_own_lies_on_its_day_whatever_season_shift_or_excluded_dates_say(self, shift: Shift) -> None:
        sunday = day("28-3-27")
        rule = plan(month_day=10, months=(4, 5), excluded_dates=(sunday,), shift=shift, next_visit=sunday)
        (visit,) = visits(situation(contract(rule, start=day("1-1-27"))), sunday, day("30-4-27"), day("1-1-27"))
        assert (visit.key.nominal_date, visit.planned_date, visit.reason) == (sunday, sunday, None)

    def test_a_date_that_the_season_leaves_out_is_no_date_of_the_rule(self) -> None:
        rule = plan(unit=Unit.MONTH, month_day=31, months=(5, 7, 8), next_visit=day("31-3-27"))
        of = situation(contract(rule, start=day("1-1-27")))
        assert planned_dates(visits(of, day("1-1-27"), day("31-8-27"), day("1-1-27"))) == [
            day("31-3-27"), day("31-7-27"), day("31-8-27"),
        ]  # fmt: skip

    def test_an_extra_date_is_a_visit_that_the_rule_gives(self) -> None:
        rule = plan(every=3, extra_dates=(day("10-2-27"),), next_visit=day("10-2-27"))
        of = situation(contract(rule, start=day("1-1-27")))
        assert planned_dates(visits(of, day("1-1-27"), day("31-7-27"), day("1-1-27"))) == [
            day("10-2-27"), day("1-4-27"), day("1-7-27"),
        ]  # fmt: skip

    def test_extra_dates_stay_also_where_the_next_visit_stands_in_their_place(self) -> None:
        rule = plan(month_day=15, extra_dates=(day("15-2-27"), day("20-2-27")), next_visit=day("14-2-27"))
        of = situation(contract(rule, start=day("1-1-27")))
        assert planned_dates(visits(of, day("1-1-27"), day("15-3-27"), day("1-1-27"))) == [
            day("14-2-27"), day("15-2-27"), day("20-2-27"), day("15-3-27"),
        ]  # fmt: skip

    def test_equally_near_the_later_one_is_no_visit_any_more(self) -> None:
        rule = anchored(plan(unit=Unit.DAY, every=4, next_visit=day("7-1-27")), "1-1-27")
        of = situation(contract(rule, start=day("1-1-27")))
        assert planned_dates(visits(of, day("1-1-27"), day("18-1-27"), day("1-1-27"))) == [
            day("7-1-27"), day("13-1-27"), day("17-1-27"),
        ]  # fmt: skip

    def test_before_an_anchor_that_is_still_to_come_it_stands_alone(self) -> None:
        rule = anchored(plan(next_visit=day("13-1-27")), "1-4-27")
        of = situation(contract(rule, start=day("1-1-27")))
        assert planned_dates(visits(of, day("1-1-27"), day("1-5-27"), day("1-1-27"))) == [
            day("13-1-27"), day("1-4-27"), day("1-5-27"),
        ]  # fmt: skip

    def test_what_a_shift_would_put_before_it_is_not_ordered(self) -> None:
        rule = plan(every=3, shift=Shift.PREVIOUS_WORKING_DAY, extra_dates=(day("28-2-27"),), next_visit=day("27-2-27"))
        found = visits(situation(contract(rule, start=day("1-1-27"))), day("2-1-27"), day("31-3-27"), day("1-1-27"))
        assert reasons(found) == {
            day("1-1-27"): "before_next_visit",
            day("28-2-27"): "before_next_visit",
            day("27-2-27"): None,
        }


class TestPerObject:
    """Single objects may have theirs."""

    def test_an_objects_own_next_visit_wins_over_that_of_the_plan(self) -> None:
        rule = plan(every=3, next_visit=day("20-3-27"), next_visits=(("CV-2", day("2-4-27")),))
        of = situation(contract(rule, start=day("1-1-27"), **PER_OBJECT))
        found = visits(of, day("1-1-27"), day("31-7-27"), day("1-1-27"))
        assert [(visit.key.object, visit.planned_date) for visit in found if visit.reason is None] == [
            ("CV-1", day("20-3-27")),
            ("CV-2", day("2-4-27")),
            ("CV-1", day("20-6-27")),
            ("CV-2", day("2-7-27")),
        ]

    def test_only_the_object_that_has_one_begins_with_it(self) -> None:
        rule = plan(every=3, next_visits=(("CV-2", day("20-3-27")),))
        of = situation(contract(rule, start=day("1-1-27"), **PER_OBJECT))
        found = visits(of, day("1-1-27"), day("30-4-27"), day("1-1-27"))
        assert [(visit.key.object, visit.planned_date, visit.reason) for visit in found] == [
            ("CV-1", day("1-1-27"), None),
            ("CV-2", day("1-1-27"), "before_next_visit"),
            ("CV-2", day("20-3-27"), None),
            ("CV-1", day("1-4-27"), None),
        ]


class TestTheDayOfEntry:
    """before_entry, before_next_visit, or overdue."""

    def test_entered_after_its_next_visit_what_lies_between_is_overdue_and_the_latest_is_ordered(self) -> None:
        entered = day("28-12-26")
        of = contract(plan(next_visit=day("5-10-26")), start=day("1-1-26"), entered_on=entered)
        _, rows = one_cycle(situation(of), entered)
        assert ordered(rows) == [day("5-12-26")]
        assert withheld(rows) == {
            day("1-10-26"): "before_entry",
            day("5-10-26"): "missed",
            day("5-11-26"): "missed",
        }

    def test_of_several_reasons_the_day_of_entry_comes_first(self) -> None:
        entered = day("20-1-27")
        of = contract(plan(month_day=15, next_visit=day("15-4-27")), start=day("1-1-27"), entered_on=entered)
        found = visits(situation(of), day("1-1-27"), day("30-4-27"), entered)
        assert reasons(found) == {
            day("15-1-27"): "before_entry",
            day("15-2-27"): "before_next_visit",
            day("15-3-27"): "before_next_visit",
            day("15-4-27"): None,
        }

    def test_what_lies_before_it_is_written_as_such_when_its_day_has_passed(self) -> None:
        of = situation(contract(plan(month_day=1, next_visit=day("15-2-27")), start=day("1-1-27")))
        now, rows = one_cycle(of, day("1-1-27"))
        assert rows == []
        _, rows = one_cycle(now, day("2-1-27"))
        assert withheld(rows) == {day("1-1-27"): "before_next_visit"}

    def test_a_larger_visit_before_its_next_visit_covers_nothing(self) -> None:
        small = plan("S", month_day=1)
        large = plan("L", every=12, month_day=1, rank=1, next_visit=day("1-6-27"))
        found = visits(
            situation(contract(small, large, start=day("1-1-27"))), day("1-1-27"), day("1-1-27"), day("1-1-27")
        )
        assert {visit.key.plan: visit.reason for visit in found} == {"S": None, "L": "before_next_visit"}


class TestFloating:
    """A floating plan begins with it."""

    def test_it_begins_with_it_and_counts_from_its_completion(self) -> None:
        rule = plan(every=2, schedule=Schedule.FLOATING, next_visit=day("28-3-27"), shift=Shift.NEXT_WORKING_DAY)
        now = situation(contract(rule, start=day("1-1-26"), entered_on=day("1-1-27")))
        assert planned_dates(visits(now, day("1-1-27"), day("28-5-27"), day("1-1-27"))) == [
            day("28-3-27"), day("28-5-27"),
        ]  # fmt: skip
        now = run(now, day("1-1-27"), day("20-4-27"), done_on_its_day)
        assert [row.planned_date for row in now.ledger.values()] == [day("28-3-27")]

    def test_what_was_done_before_it_does_not_keep_it_away(self) -> None:
        rule = plan(every=2, schedule=Schedule.FLOATING, next_visit=day("20-3-27"))
        rows = [written(day("5-2-27"), VisitState.COMPLETED, completed_on=day("5-2-27"))]
        now = situation(contract(rule, start=day("1-1-27")), rows)
        assert planned_dates(visits(now, day("6-2-27"), day("31-5-27"), day("6-2-27"))) == [
            day("20-3-27"), day("20-5-27"),
        ]  # fmt: skip


class TestYearlyOrders:
    """They count from the contract's start."""

    def test_a_date_of_the_spread_is_that_one(self) -> None:
        of = contract(plan(unit=Unit.DAY, next_visit=day("1-7-27")), start=day("1-1-27"), **ORDERS)
        found = visits(situation(of), day("1-1-27"), day("31-12-27"), day("1-1-27"))
        assert planned_dates(found) == [day("1-7-27"), day("1-10-27")]

    def test_an_anchor_that_the_plan_names_is_not_counted_from(self) -> None:
        rule = plan(unit=Unit.DAY, anchor=day("20-2-27"), next_visit=day("25-6-27"))
        found = visits(
            situation(contract(rule, start=day("1-1-27"), **ORDERS)), day("1-1-27"), day("31-12-27"), day("1-1-27")
        )
        assert planned_dates(found) == [day("25-6-27"), day("1-10-27")]


def test_a_visit_that_a_person_moved_behind_the_next_visit_comes() -> None:
    rule = plan(month_day=1, next_visit=day("15-3-27"))
    rows = [
        replace(written(day("1-2-27"), VisitState.PLANNED, planned=moved_to), pinned=True)
        for moved_to in (day("20-3-27"),)
    ]
    found = visits(situation(contract(rule, start=day("1-1-27")), rows), day("15-3-27"), day("31-3-27"), day("1-1-27"))
    assert planned_dates(found) == [day("15-3-27"), day("20-3-27")]


def test_one_that_a_person_moved_within_the_days_before_it_does_not() -> None:
    rule = plan(month_day=1, next_visit=day("15-3-27"))
    row = replace(written(day("1-2-27"), VisitState.PLANNED, planned=day("10-2-27")), pinned=True)
    of = situation(contract(rule, start=day("1-1-27")), [row])
    (visit,) = visits(of, day("10-2-27"), day("10-2-27"), day("1-1-27"))
    assert visit.reason == "before_next_visit"
    assert withheld(due(of, day("11-2-27")))[day("10-2-27")] == "before_next_visit"


class TestAnotherCalendar:
    """A calendar that changes moves no series: what a next visit is, it stays."""

    CLOSED = Calendar(CalendarRules(closed_days=(ClosedDay(date(2027, 3, 1), "Dicht"),)))

    def _later(self, rule: VisitPlan, before: Calendar, after: Calendar) -> tuple[list[date], list[date]]:
        """The nominal dates of a year later, as they were and on the other calendar."""
        of = contract(rule, start=day("27-12-26"))
        kept = keeping_next_visits(Series(of, of.plans[0], before, SETTINGS), Series(of, of.plans[0], after, SETTINGS))
        told = []
        for which, calendar in ((of, before), (replace(of, plans=(kept,)), after)):
            dates = Series(which, which.plans[0], calendar, SETTINGS).nominal_dates(
                None, day("1-6-27"), day("31-12-27")
            )
            told.append([nominal for nominal, _ in dates])
        return told[0], told[1]

    def test_one_named_by_its_planned_date_stays_that_visit(self) -> None:
        rule = plan(shift=Shift.NEXT_WORKING_DAY, next_visit=day("1-3-27"))
        was, is_now = self._later(rule, DUTCH, self.CLOSED)
        assert is_now == was
        assert was[0] == day("27-6-27")

    def test_one_of_its_own_stays_one_from_which_the_plan_counts(self) -> None:
        rule = plan(shift=Shift.NEXT_WORKING_DAY, next_visit=day("1-3-27"))
        was, is_now = self._later(rule, self.CLOSED, DUTCH)
        assert is_now == was
        assert was[0] == day("1-6-27")

    def test_what_is_the_same_visit_on_both_is_left_as_it_was_named(self) -> None:
        of = contract(plan(next_visit=day("1-3-27")), start=day("1-1-27"))
        series = [Series(of, of.plans[0], calendar, SETTINGS) for calendar in (DUTCH, self.CLOSED)]
        assert keeping_next_visits(*series) == of.plans[0]
