"""Which days suit a visit best, and why (rules: Planning, Best days)."""

from dataclasses import replace
from datetime import date

from powerup.contracts.best_days import (
    Because,
    KnownOfDay,
    VisitToPlace,
    Why,
    best_days,
    days_to_look_at,
    to_place,
)
from powerup.contracts.contract import Contract, Pause
from powerup.contracts.open_days import open_days
from powerup.contracts.schedule import visits
from powerup.contracts.visit import Visit
from tests.actions.scenes import CALENDAR, TODAY, situation, the_contract

RULE = date(2027, 3, 31)
MONDAY, TUESDAY, WEDNESDAY = date(2027, 3, 22), date(2027, 3, 23), date(2027, 3, 24)
QUIET = KnownOfDay()
IN_WINDOW = VisitToPlace(RULE, window_before=7, window_after=7)
ANYWHERE = VisitToPlace(RULE)


def order(placed: VisitToPlace, **known: KnownOfDay) -> list[int]:
    """The days of March by their number, the best first."""
    days = {date(2027, 3, int(name[1:])): of_day for name, of_day in known.items()}
    return [each.day.day for each in best_days(placed, days)]


def test_the_day_nearest_to_that_of_the_rule_goes_first_where_nothing_else_is_known() -> None:
    assert order(ANYWHERE, d22=QUIET, d30=QUIET, d26=QUIET) == [30, 26, 22]


def test_of_days_that_are_as_good_the_earlier_goes_first() -> None:
    near = best_days(ANYWHERE, {date(2027, 4, 1): QUIET, date(2027, 3, 30): QUIET})
    assert [each.day for each in near] == [date(2027, 3, 30), date(2027, 4, 1)]


def test_a_day_in_the_window_goes_before_one_outside_it() -> None:
    full = KnownOfDay(percent=90)
    assert order(IN_WINDOW, d22=KnownOfDay(percent=60), d24=full) == [24, 22]
    first, second = best_days(IN_WINDOW, {WEDNESDAY: QUIET, MONDAY: QUIET})
    assert (first.because, second.because) == ([Because(Why.IN_WINDOW)], [Because(Why.OUTSIDE_WINDOW)])


def test_an_emptier_week_goes_before_a_fuller_one() -> None:
    assert order(ANYWHERE, d22=KnownOfDay(percent=30), d29=KnownOfDay(percent=71)) == [22, 29]
    assert order(ANYWHERE, d22=KnownOfDay(percent=100), d29=KnownOfDay(percent=101)) == [22, 29]


def test_a_heavy_week_goes_behind() -> None:
    assert order(ANYWHERE, d22=QUIET, d29=KnownOfDay(heavy=True)) == [22, 29]


def test_a_day_with_other_visits_around_goes_first_and_those_at_the_same_postal_code_count_more() -> None:
    beside, around = KnownOfDay(same_postal_code=1, same_region=1), KnownOfDay(same_region=4)
    assert order(ANYWHERE, d22=QUIET, d23=beside, d24=around) == [23, 24, 22]
    (told,) = best_days(ANYWHERE, {MONDAY: KnownOfDay(same_postal_code=2, same_region=5)})
    assert told.because == [Because(Why.SAME_POSTAL_CODE, 2), Because(Why.SAME_REGION, 3)]


def test_very_many_visits_around_do_not_outweigh_the_window() -> None:
    crowd = KnownOfDay(same_postal_code=40, same_region=900)
    assert best_days(IN_WINDOW, {MONDAY: crowd})[0].points == -9 + 30 + 10
    assert order(IN_WINDOW, d22=KnownOfDay(same_region=900), d24=QUIET) == [24, 22]


def test_the_day_on_which_the_employee_of_last_time_is_near_goes_first() -> None:
    assert order(ANYWHERE, d22=KnownOfDay(last_employee=True), d23=QUIET) == [22, 23]


def test_each_day_says_why() -> None:
    placed = replace(IN_WINDOW, latest=date(2027, 4, 10))
    (told,) = best_days(placed, {WEDNESDAY: KnownOfDay(71, False, 2, 2, True)})
    assert [(each.why, each.number, each.day) for each in told.because] == [
        (Why.IN_WINDOW, None, None),
        (Why.BEFORE_LATEST, None, date(2027, 4, 10)),
        (Why.WEEK_FULL, 71, None),
        (Why.SAME_POSTAL_CODE, 2, None),
        (Why.SAME_EMPLOYEE, None, None),
    ]
    assert told.points == -7 + 40 + 9 + 20 + 10


def test_no_more_than_five_are_told() -> None:
    assert len(best_days(ANYWHERE, {date(2027, 3, day): QUIET for day in range(1, 20)})) == 5


def the_visit(contract: Contract, today: date = TODAY) -> Visit:
    found = visits(situation(contract), RULE, RULE, today)
    return next(each for each in found if each.key.object == "CV-1")


def looked_at(contract: Contract, latest: date | None = None, today: date = TODAY) -> list[date]:
    visit = the_visit(contract)
    return days_to_look_at(contract, visit, to_place(contract, visit, latest), open_days(contract, CALENDAR), today)


def test_only_days_are_looked_at_that_are_worked_and_not_its_own() -> None:
    days = looked_at(the_contract())
    assert (days[0], days[-1]) == (date(2027, 3, 17), date(2027, 4, 14))
    assert not {RULE, date(2027, 3, 29), date(2027, 4, 3)} & {*days}  # its own, Easter Monday, a Saturday


def test_never_after_the_latest_day_nor_after_the_contract_nor_in_a_pause() -> None:
    assert looked_at(the_contract(), latest=date(2027, 4, 2))[-1] == date(2027, 4, 2)
    assert looked_at(the_contract(end=date(2027, 4, 5)))[-1] == date(2027, 4, 5)
    paused = looked_at(the_contract(pauses=(Pause(date(2027, 4, 1), date(2027, 4, 9)),)))
    assert not any(date(2027, 4, 1) <= day <= date(2027, 4, 9) for day in paused)


def test_of_a_visit_that_is_late_the_days_from_today_on_are_looked_at() -> None:
    days = looked_at(the_contract(), today=date(2027, 6, 1))
    assert (days[0], days[-1]) == (date(2027, 6, 1), date(2027, 6, 15))
