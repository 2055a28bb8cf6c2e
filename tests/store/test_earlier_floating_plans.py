"""The day that a floating plan names, and that was ignored until now, goes; its dates stay (rules: Upgrading)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts import floating
from powerup.contracts.contract import Contract, ContractType, Schedule, VisitPlan
from powerup.contracts.recurrence import Moment, Recurrence, Unit
from powerup.contracts.situation import ContractSituation
from powerup.store.migrations.earlier_floating_plans import without_ignored_day
from tests.contracts.cycles import DUTCH, contract, done_on_its_day, forecast_lines, plan, run
from tests.contracts.generated_contracts import FIRST_DAY, one_named_day, situations

START = date(2026, 6, 2)
WEDNESDAYS = plan(unit=Unit.WEEK, every=2, weekdays=(2,), schedule=Schedule.FLOATING)


def kept(of: Contract, *begun: str) -> VisitPlan:
    """The plan of the contract after the upgrade."""
    return without_ignored_day(of, of.plans[0], DUTCH, begun)


def test_a_plan_that_has_begun_loses_its_day_and_nothing_else() -> None:
    plain = replace(WEDNESDAYS, recurrence=Recurrence(Unit.WEEK, 2))
    assert kept(contract(WEDNESDAYS, start=START), "") == plain


def test_a_plan_that_still_has_to_begin_names_its_first_date() -> None:
    assert kept(contract(WEDNESDAYS, start=START)).anchor == date(2026, 6, 3)
    assert kept(contract(WEDNESDAYS, start=date(2026, 6, 3))).anchor is None, "the start gives that date by itself"


def test_each_object_names_the_first_date_that_it_still_has_to_come() -> None:
    rule = replace(WEDNESDAYS, anchors=(("CV-3", date(2026, 7, 1)),))
    of = contract(rule, start=START, objects=("CV-1", "CV-2", "CV-3"), order_per_object=True)
    assert kept(of, "CV-1").anchors == (("CV-2", date(2026, 6, 3)), ("CV-3", date(2026, 7, 1)))


def test_a_moment_by_the_calendar_is_found_on_that_calendar() -> None:
    rule = plan(moment=Moment(-1, None), schedule=Schedule.FLOATING)
    found = kept(contract(rule, start=date(2026, 5, 24)))
    assert (found.anchor, found.recurrence) == (date(2026, 5, 29), Recurrence(Unit.MONTH))


def test_several_months_of_a_year_are_a_season_as_they_were() -> None:
    rule = plan(unit=Unit.YEAR, months=(4, 10), month_day=15, schedule=Schedule.FLOATING)
    found = kept(contract(rule, start=START))
    assert (found.anchor, found.recurrence) == (date(2026, 10, 15), Recurrence(Unit.YEAR, months=(4, 10)))


@contextmanager
def _as_it_was() -> Iterator[None]:
    """The rule of floating plans until now: the interval after the completion, whatever day that is."""
    with (
        patch.object(floating, "next_nominal_date", floating.advanced),
        patch.object(floating, "_every_named_day", lambda _: None),
    ):
        yield


several_named_days = st.one_of(
    one_named_day,
    st.builds(Recurrence, st.just(Unit.WEEK), st.integers(1, 6), weekdays=st.just((0, 3))),
    st.builds(Recurrence, st.just(Unit.YEAR), st.just(1), months=st.just((4, 10)), month_day=st.integers(1, 28)),
)


@st.composite
def floating_situations(draw: st.DrawFn) -> ContractSituation:
    start = draw(situations())
    plans = tuple(
        replace(each, recurrence=draw(several_named_days), schedule=Schedule.FLOATING, next_visit=None, next_visits=())
        for each in start.contract.plans
    )
    return replace(start, contract=replace(start.contract, type=ContractType.PREVENTIVE, yearly=None, plans=plans))


@settings(deadline=None, max_examples=80)
@given(floating_situations(), st.integers(0, 200))
def test_an_upgrade_changes_no_date_of_a_floating_plan(start: ContractSituation, days: int) -> None:
    today = FIRST_DAY + timedelta(days=days)
    until = today + timedelta(days=730)
    with _as_it_was():
        now = run(start, FIRST_DAY, today, done_on_its_day, sleeping=True)
        before = forecast_lines(now, now.contract.start, until, today)
    plans = tuple(
        without_ignored_day(
            now.contract, each, now.calendar, {key.object for key in now.ledger if key.plan == each.name}
        )
        for each in now.contract.plans
    )
    after = replace(now, contract=replace(now.contract, plans=plans))
    assert forecast_lines(after, now.contract.start, until, today) == before
