"""One good line per visit, or one why there is none, in the reader's language (rules: The two ideas)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.contracts.contract import (
    Contract,
    ContractType,
    Lead,
    LeadUnit,
    Pause,
    Schedule,
    Shift,
    Spread,
    Termination,
    YearlyOrders,
)
from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit
from powerup.contracts.terms import Period, PeriodUnit
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.contracts.why import why
from powerup.readings.rule_words import rule_in_words
from powerup.readings.why_line import why_line
from powerup.texts import Reader
from tests.contracts.cycles import contract, moved, plan, situation, written

NEW_YEAR = date(2026, 1, 1)
TODAY = date(2026, 3, 2)


def lines(of: Contract, day: str, language: str = "en", ledger: tuple[LedgerVisit, ...] = ()) -> list[str]:
    answers = why(situation(of, ledger), date.fromisoformat(day), TODAY)
    return [Reader(language).say(why_line(answer)) for answer in answers]


@pytest.mark.parametrize(
    ("rule", "english", "dutch"),
    [
        (
            Recurrence(Unit.MONTH, month_day=31),
            "every month on day 31 (last day in short months)",
            "elke maand op dag 31 (in korte maanden de laatste dag)",
        ),
        (
            Recurrence(Unit.MONTH, 3, month_day=30, at_short_month=ShortMonth.SKIP),
            "every 3 months on day 30 (not in short months)",
            "elke 3 maanden op dag 30 (niet in korte maanden)",
        ),
        (
            Recurrence(Unit.MONTH, moment=Moment(3, 4)),
            "every month on the third Friday",
            "elke maand op de derde vrijdag",
        ),
        (
            Recurrence(Unit.MONTH, moment=Moment(-1, None)),
            "every month on the last working day",
            "elke maand op de laatste werkdag",
        ),
        (
            Recurrence(Unit.WEEK, 2, weekdays=(0, 3), months=(4, 5)),
            "every 2 weeks on Monday and Thursday, only in April and May",
            "elke 2 weken op maandag en donderdag, alleen in april en mei",
        ),
        (
            Recurrence(Unit.YEAR, months=(3,), month_day=15),
            "every year in March on day 15",
            "elk jaar in maart op dag 15",
        ),
        (Recurrence(Unit.WORKDAY, 10), "every 10 working days", "elke 10 werkdagen"),
    ],
)
def test_a_rule_is_said_as_people_say_it(rule: Recurrence, english: str, dutch: str) -> None:
    assert Reader("en").say(rule_in_words(rule)) == english
    assert Reader("nl").say(rule_in_words(rule)) == dutch


def test_the_line_names_rule_nominal_date_shift_window_lead_and_state() -> None:
    rule = plan(month_day=28, shift=Shift.NEXT_WORKING_DAY, window_before=2, window_after=5)
    of = contract(rule, start=NEW_YEAR, lead=Lead(14))
    (english,), (dutch,) = lines(of, "2026-03-28"), lines(of, "2026-03-28", "nl")
    assert english.split("; ") == [
        "Plan A: every month on day 28",
        "nominal date March 28, 2026",
        "shifted to March 30, 2026, the working day after",
        "to be done from March 28, 2026 to April 4, 2026",
        "order from March 16, 2026, 14 days in advance",
        "planned.",
    ]
    assert dutch.split("; ") == [
        "Beurt A: elke maand op dag 28",
        "nominale datum 28 maart 2026",
        "verschoven naar 30 maart 2026, de werkdag erna",
        "uit te voeren van 28 maart 2026 tot en met 4 april 2026",
        "werkbon vanaf 16 maart 2026, 14 dagen vooraf",
        "gepland.",
    ]


MONTHLY = contract(plan(month_day=10), start=NEW_YEAR)


def ending(line: str) -> str:
    """What stands behind the last semicolon."""
    return line.rpartition("; ")[2]


APRIL = Pause(date(2026, 4, 1), date(2026, 4, 30))
OPEN = Pause(date(2026, 4, 1), None)


@pytest.mark.parametrize(
    ("of", "day", "expected"),
    [
        (replace(MONTHLY, pauses=(APRIL,)), "2026-04-10", "paused from April 1, 2026 to April 30, 2026"),
        (
            replace(MONTHLY, pauses=(replace(APRIL, every_year=True),)),
            "2028-04-10",
            "paused from April 1, 2028 to April 30, 2028, every year",
        ),
        (replace(MONTHLY, pauses=(OPEN,)), "2026-05-10", "paused from April 1, 2026"),
        (replace(MONTHLY, termination=Termination(date(2026, 4, 30), "MOVED")), "2026-05-10", "terminated"),
        (contract(plan(month_day=3, shift=Shift.SKIP), start=NEW_YEAR), "2026-05-03", "not a working day"),
    ],
)
def test_a_visit_that_will_not_come_says_why(of: Contract, day: str, expected: str) -> None:
    assert [ending(line) for line in lines(of, day)] == [f"withheld: {expected}."]


def test_a_covered_visit_names_the_larger_one() -> None:
    of = contract(plan("A", month_day=10), plan("C", month_day=10, rank=3), start=NEW_YEAR)
    assert [ending(line) for line in lines(of, "2026-04-10")] == [
        "withheld: replaced by plan C of April 10, 2026.",
        "planned.",
    ]


IN_BETWEEN = "; the one before it is on March 10, 2026, the one after it on May 10, 2026"
ENDING = replace(MONTHLY, end=date(2026, 6, 30))
SEASON = contract(plan(month_day=10, months=(3, 5)), start=NEW_YEAR)
EXCLUDED = contract(plan(month_day=10, excluded_dates=(date(2026, 4, 10),)), start=NEW_YEAR)
ON_REQUEST = contract(start=NEW_YEAR, type=ContractType.YEARLY, yearly=YearlyOrders(4, Spread.CALL_OFF))


@pytest.mark.parametrize(
    ("of", "day", "expected"),
    [
        (MONTHLY, date(2025, 12, 10), "the contract has not started then; the first is on January 10, 2026"),
        (ENDING, date(2026, 7, 10), "the contract has ended by then; the last is on June 10, 2026"),
        (SEASON, date(2026, 4, 10), f"the month is not in the plan's season{IN_BETWEEN}"),
        (SEASON, date(2026, 4, 11), f"no plan has a visit on that date{IN_BETWEEN}"),
        (EXCLUDED, date(2026, 4, 10), f"the date is excluded in the plan{IN_BETWEEN}"),
        (ON_REQUEST, date(2026, 4, 10), "this contract has visits on request only"),
    ],
)
def test_a_date_without_a_visit_says_why_and_names_its_neighbours(of: Contract, day: date, expected: str) -> None:
    assert lines(of, day.isoformat()) == [f"No visit on {Reader('en').date(day)}: {expected}."]


def test_two_visits_of_a_date_are_two_lines() -> None:
    of = contract(plan("A", month_day=10), plan("B", month_day=10), start=NEW_YEAR)
    assert [line.partition(":")[0] for line in lines(of, "2026-04-10")] == ["Plan A", "Plan B"]


def test_an_extra_date_and_a_floating_rule_are_named_as_such() -> None:
    of = contract(plan(month_day=10, extra_dates=(date(2026, 4, 12),)), start=NEW_YEAR)
    assert "an extra date beside every month on day 10" in lines(of, "2026-04-12")[0]
    floating = contract(plan(month_day=10, schedule=Schedule.FLOATING), start=NEW_YEAR)
    assert "every month on day 10, counted from the last completion" in lines(floating, "2026-01-10")[0]


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        (Lead(0), "order on the day itself"),
        (Lead(5, LeadUnit.WORKING), "order from January 5, 2026, 5 working days in advance"),
        (Lead(60), "order from January 1, 2026, when the contract starts"),
    ],
)
def test_the_lead_says_from_when_an_order_comes(lead: Lead, expected: str) -> None:
    of = contract(plan(month_day=12), start=NEW_YEAR, lead=lead)
    assert f"; {expected}; " in lines(of, "2026-01-12")[0]


def test_a_moved_visit_and_a_refused_one_say_so() -> None:
    row = replace(moved(date(2026, 3, 10), date(2026, 4, 2)), moved_from=date(2026, 3, 10))
    assert (
        "; moved by a person from March 10, 2026 to April 2, 2026; " in lines(MONTHLY, "2026-04-02", ledger=(row,))[0]
    )
    failed = replace(written(date(2026, 3, 10), VisitState.FAILED), refusal="1012: onbekende relatie")
    assert ending(lines(MONTHLY, "2026-03-10", ledger=(failed,))[0]) == "failed: 1012: onbekende relatie."


def test_an_ordered_visit_names_its_work_order() -> None:
    row = replace(written(date(2026, 3, 10), VisitState.ORDERED), workorder_no="C1042-A-20260310-ALL")
    assert ending(lines(MONTHLY, "2026-03-10", ledger=(row,))[0]) == "ordered, work order C1042-A-20260310-ALL."


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_unit_has_its_words(unit: Unit, language: str) -> None:
    of = contract(plan(unit=unit), start=NEW_YEAR)
    for month in range(1, 13):
        assert lines(of, f"2026-{month:02}-17", language)


def test_a_visit_that_was_called_off_was_not_moved() -> None:
    of = contract(plan("Y"), start=NEW_YEAR, type=ContractType.YEARLY, yearly=YearlyOrders(2, Spread.CALL_OFF))
    row = written(date(2026, 4, 2), VisitState.PLANNED, "Y", pinned=True)
    assert "; not shifted; " in lines(of, "2026-04-02", ledger=(row,))[0]


def test_a_shift_that_the_plan_no_longer_has_is_not_given_as_the_reason() -> None:
    """Sunday 29 March was put on Monday, and then the plan was changed to the working day before."""
    of = contract(plan(month_day=29, shift=Shift.PREVIOUS_WORKING_DAY), start=NEW_YEAR)
    row = replace(written(date(2026, 3, 29), VisitState.ORDERED), planned_date=date(2026, 3, 30))
    assert "; shifted to March 30, 2026; " in lines(of, "2026-03-29", ledger=(row,))[0]


OWN = contract(plan(month_day=10, next_visit=date(2026, 4, 13)), start=NEW_YEAR)
OF_ITS_OWN = contract(plan(every=3, next_visit=date(2026, 4, 13)), start=NEW_YEAR)
FLOATING = contract(plan(schedule=Schedule.FLOATING, next_visit=date(2026, 4, 13)), start=NEW_YEAR)
FOUR = YearlyOrders(4, Spread.SPREAD)
OF_A_YEAR = contract(
    plan(next_visit=date(2026, 6, 25)), start=NEW_YEAR, type=ContractType.YEARLY, yearly=FOUR
)  # fmt: skip


@pytest.mark.parametrize(
    ("of", "day", "expected"),
    [
        (OWN, "2026-04-13", "a next visit of its own, in the place of April 10, 2026, beside every month on day 10"),
        (OF_ITS_OWN, "2026-04-13", "a next visit of its own, beside every 3 months"),
        (OF_ITS_OWN, "2026-07-13", "every 3 months"),
        (OF_A_YEAR, "2026-06-25", "a next visit of its own, in the place of July 1, 2026, beside 4 work orders a year"),
    ],
)
def test_a_next_visit_of_its_own_is_named_as_such(of: Contract, day: str, expected: str) -> None:
    (line,) = lines(of, day)
    assert line.startswith(f"Plan A: {expected}")


def test_a_visit_before_the_next_one_says_which_that_is() -> None:
    assert [ending(line) for line in lines(OWN, "2026-03-10")] == ["withheld: before next visit of April 13, 2026."]
    (line,) = lines(OWN, "2026-03-10", "nl")
    assert ending(line) == "niet aangemaakt: vóór het volgende bezoek van 13 april 2026."


@pytest.mark.parametrize(
    ("of", "day", "expected"),
    [
        (OWN, "2026-04-10", "the next visit that the plan names, on April 13, 2026, stands in its place"),
        (OWN, "2026-04-12", "no plan has a visit on that date"),
        (OF_ITS_OWN, "2026-07-01", "no plan has a visit on that date"),
        (OF_A_YEAR, "2026-07-01", "the next visit that the plan names, on June 25, 2026, stands in its place"),
        (FLOATING, "2026-03-01", "the plan begins with the next visit that it names, on April 13, 2026"),
    ],
)
def test_a_date_that_the_next_visit_stands_for_names_it(of: Contract, day: str, expected: str) -> None:
    (line,) = lines(of, day)
    assert f": {expected};" in line


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (12, "no window, past its latest date January 1, 2027 (NEN 3140)"),
        (13, "no window, latest date February 1, 2027 (NEN 3140)"),
    ],
)
def test_a_visit_says_the_latest_date_that_it_has_to_keep(length: int, said: str) -> None:
    inspection = plan(every=13, latest_after=Period(length, PeriodUnit.MONTH), basis="NEN 3140")
    of = contract(inspection, start=NEW_YEAR, entered_on=NEW_YEAR)
    done = written(NEW_YEAR, VisitState.COMPLETED, completed_on=NEW_YEAR)
    (line,) = lines(of, "2027-02-01", ledger=(done,))
    assert said in line
