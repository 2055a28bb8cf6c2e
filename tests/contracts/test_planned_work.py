"""How much work there is on which day, and which weeks stand out (rules: Planning)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.contracts.contract import TemplateOverride
from powerup.contracts.heavy_weeks import MadeHeavy, added_work, is_heavy, made_heavy, usual_minutes, weeks_of
from powerup.contracts.planned_work import Work, WorkKey, is_work, region_of, share_of
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitKey, VisitState
from tests.actions.scenes import TODAY, situation, the_contract

DAY = date(2027, 1, 31)


def visit(state: VisitState = VisitState.PLANNED, reason: Reason | None = None, employee: str | None = None) -> Visit:
    key = VisitKey("1042", "A", DAY, "CV-1")
    written = LedgerVisit(key, DAY, DAY, DAY, state, reason, employee=employee)
    return Visit(key, DAY, DAY, DAY, state, reason, written)


def test_what_is_done_or_to_be_done_is_work() -> None:
    left_out = {VisitState.WITHHELD, VisitState.REMOVED, VisitState.RETRACTING}
    for state in VisitState:
        assert is_work(visit(state, Reason.SKIPPED)) is (state not in left_out)


def test_an_order_that_is_taken_back_to_be_made_anew_is_work() -> None:
    assert is_work(visit(VisitState.RETRACTING, Reason.CHANGED))


def test_a_visit_without_a_duration_counts_as_an_hour_and_is_counted_as_that() -> None:
    contract, key = the_contract(), WorkKey(DAY, "Onderhoud", "", "35")
    assert share_of(contract, [visit(), visit()], "35") == {key: Work(2, 120, 2)}
    lasting = replace(contract, template=replace(contract.template, duration_minutes=90))
    assert share_of(lasting, [visit()], "35") == {key: Work(1, 90, 0)}


def test_what_a_plan_or_a_person_says_comes_before_what_the_contract_says() -> None:
    contract = the_contract()
    contract = replace(
        contract,
        template=replace(contract.template, employee="10", duration_minutes=90),
        plans=(replace(contract.plans[0], override=TemplateOverride(type_of_work="Keuring", duration_minutes=30)),),
    )
    found = share_of(contract, [visit(employee="11"), visit()], "")
    assert found == {WorkKey(DAY, "Keuring", "11", ""): Work(1, 30), WorkKey(DAY, "Keuring", "10", ""): Work(1, 30)}


@pytest.mark.parametrize(
    ("postal_code", "region"), [("3511 AB", "35"), (" 9 7", ""), ("B-1000", ""), ("", ""), ("1000", "10")]
)
def test_a_region_is_the_first_two_figures_of_a_postal_code(postal_code: str, region: str) -> None:
    assert region_of(postal_code) == region


def test_weeks_are_counted_as_on_a_dutch_calendar() -> None:
    assert (weeks_of(2026)[0], weeks_of(2026)[-1], len(weeks_of(2026))) == (date(2025, 12, 29), date(2026, 12, 28), 53)
    assert (weeks_of(2027)[0], len(weeks_of(2027))) == (date(2027, 1, 4), 52)


def test_usual_is_the_median_of_the_years_weeks_those_without_work_among_them() -> None:
    weeks = weeks_of(2027)
    assert usual_minutes(weeks, dict.fromkeys(weeks[:27], 18 * 60)) == 18 * 60
    assert usual_minutes(weeks, dict.fromkeys(weeks[:25], 18 * 60)) == 0


def test_a_week_is_heavy_with_half_as_much_again_and_a_day_more_than_usual() -> None:
    assert is_heavy(41 * 60, 18 * 60)
    assert not is_heavy(25 * 60, 18 * 60)  # a day more is 26 hours
    assert is_heavy(27 * 60, 18 * 60)
    assert not is_heavy(59 * 60, 40 * 60)  # half as much again is 60 hours
    assert is_heavy(8 * 60, 0)


FIRST, THIRD = date(2027, 1, 4), date(2027, 1, 18)
EIGHTEEN = {(week, "Onderhoud"): 18 * 60 for week in weeks_of(2027)}


def test_a_week_becomes_heavy_by_what_is_added_to_it() -> None:
    added = {(FIRST, "Onderhoud"): 23 * 60, (THIRD, "Onderhoud"): 60}
    assert made_heavy(EIGHTEEN, added, [2027]) == [MadeHeavy(FIRST, "Onderhoud", 41 * 60, 18 * 60, 18 * 60)]


def test_a_week_that_was_heavy_already_is_told_where_it_gets_more_and_only_there() -> None:
    planned = EIGHTEEN | {(FIRST, "Onderhoud"): 40 * 60, (THIRD, "Onderhoud"): 40 * 60}
    (told,) = made_heavy(planned, {(FIRST, "Onderhoud"): 60, (THIRD, "Onderhoud"): -60}, [2027])
    assert (told.week, told.already) == (FIRST, True)


def test_kinds_of_work_are_told_apart() -> None:
    assert not made_heavy(EIGHTEEN, {(FIRST, "Keuring"): 7 * 60}, [2027])
    assert made_heavy(EIGHTEEN, {(FIRST, "Keuring"): 8 * 60}, [2027])[0].usual == 0


def test_what_a_change_adds_is_what_it_has_more_than_before() -> None:
    contract = the_contract(objects=("CV-1",))
    new = added_work(None, situation(contract), TODAY)
    assert sum(new.values()) == 12 * 60
    assert new[date(2026, 12, 28), "Onderhoud"] == 60  # from today on; that of a year ahead is no more in it
    longer = replace(contract, template=replace(contract.template, duration_minutes=90))
    assert sum(added_work(situation(contract), situation(longer), TODAY).values()) == 12 * 30
    assert not any(added_work(situation(contract), situation(contract), TODAY).values())
    gone = replace(contract, deleted_on=TODAY)
    assert sum(added_work(situation(contract), situation(gone), TODAY).values()) == -12 * 60
