"""Contracts made up by hypothesis: plans of every kind, ranks, shifts, leads, objects, pauses and ends."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.closed_days import ClosedAtCustomer, ClosedDay
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import (
    CatchUp,
    Contract,
    ContractType,
    Lead,
    LeadUnit,
    Pause,
    Schedule,
    Shift,
    Spread,
    Termination,
    VisitPlan,
    YearlyOrders,
)
from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit, months_of
from powerup.contracts.series import agreed_end
from powerup.contracts.situation import ContractSituation, Facts
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from tests.contracts.cycles import TEMPLATE
from tests.contracts.generated_recurrences import recurrences

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2027, 6, 30)
YEAR_END_CLOSED = tuple(ClosedDay(date(2026, 12, day), "Kerstsluiting") for day in range(21, 32))
CALENDARS = (
    Calendar(CalendarRules()),
    Calendar(CalendarRules(closed_days=YEAR_END_CLOSED)),
    Calendar(CalendarRules(working_weekdays=(0, 1, 2, 3))),
    Calendar(
        CalendarRules(
            customer_closed_days=(
                ClosedAtCustomer("1001", ClosedDay(date(2026, 7, 20), "Park dicht", date(2026, 8, 7), every_year=True)),
            )
        )
    ),
)
CLOSED_RANGES = (
    (),
    (),
    (ClosedDay(date(2026, 4, 27), "Revisie", date(2026, 5, 8)), ClosedDay(date(2025, 12, 27), "Stil", every_year=True)),
)
RENEWING = Terms(
    "STD", "Standaard", duration=Period(1, PeriodUnit.YEAR), renewal=Renewal.AUTOMATIC,
    renewal_period=Period(1, PeriodUnit.YEAR),
)  # fmt: skip

days = st.dates(FIRST_DAY, LAST_DAY)
leads = st.builds(Lead, st.sampled_from([0, 1, 5, 30, 75]), st.sampled_from(LeadUnit))
_often = st.builds(Recurrence, st.sampled_from([Unit.DAY, Unit.WORKDAY, Unit.WEEK]), st.integers(3, 20)) | st.builds(
    Recurrence, st.just(Unit.MONTH), st.integers(1, 3), month_day=st.sampled_from([1, 15, 28, 31])
)
one_named_day = st.one_of(
    st.builds(Recurrence, st.just(Unit.WEEK), st.integers(1, 8), weekdays=st.tuples(st.integers(0, 6))),
    st.builds(
        Recurrence,
        st.just(Unit.MONTH),
        st.integers(1, 4),
        month_day=st.integers(1, 31),
        at_short_month=st.sampled_from(ShortMonth),
        months=st.sampled_from([(), (), (3, 4, 5, 6, 7, 8, 9)]),
    ),
    st.builds(
        Recurrence,
        st.sampled_from([Unit.MONTH, Unit.YEAR]),
        st.just(1),
        moment=st.builds(Moment, st.sampled_from([1, 2, 3, 4, -1]), st.none() | st.integers(0, 6)),
    ),
    st.builds(
        Recurrence, st.just(Unit.YEAR), st.just(1), month_day=st.integers(1, 28), months=st.tuples(st.integers(1, 12))
    ),
)
"""Rules that name the day of the week, of the month or of the year on which their visits are."""

rules = _often | recurrences.filter(lambda rule: months_of(rule.unit) or rule.every > 2)


def _plans(schedules: st.SearchStrategy[Schedule]) -> st.SearchStrategy[VisitPlan]:
    return st.builds(
        VisitPlan,
        name=st.just("-"),
        recurrence=rules,
        shift=st.sampled_from(Shift),
        window_after=st.integers(0, 5),
        rank=st.integers(0, 2),
        catch_up=st.none() | st.sampled_from(CatchUp),
        schedule=schedules,
        anchor=st.none() | st.dates(date(2025, 6, 1), date(2026, 4, 1)),
        lead=st.none() | leads,
    )


pauses = st.builds(
    lambda start, length: Pause(start, None if length is None else start + timedelta(days=length)),
    days,
    st.none() | st.integers(0, 120),
)


@st.composite
def contracts(
    draw: st.DrawFn,
    schedules: st.SearchStrategy[Schedule] = st.just(Schedule.FIXED),  # noqa: B008  # a strategy is a constant
) -> Contract:
    """A contract that runs around the test year, perhaps entered after its start, ended, paused or renewed."""
    start = draw(st.dates(date(2025, 10, 1), date(2026, 6, 1)))
    plans = draw(st.lists(_plans(schedules), min_size=1, max_size=3))
    terms = draw(st.sampled_from([None, None, RENEWING]))
    end = (
        draw(st.none() | st.dates(date(2026, 4, 1), LAST_DAY))
        if terms is None
        else date(start.year + 1, start.month, 1)
    )
    last_day = draw(st.none() | st.none() | st.dates(date(2026, 4, 1), date(2027, 3, 1)))
    made = Contract(
        number="1042",
        name="CV-ketel",
        type=ContractType.PREVENTIVE,
        customer="1001",
        start=start,
        entered_on=draw(st.sampled_from([start, FIRST_DAY, date(2026, 2, 20)])),
        template=TEMPLATE,
        objects=draw(st.sampled_from([(), ("CV-1",), ("CV-1", "CV-2")])),
        end=end,
        terms=terms,
        order_per_object=draw(st.booleans()),
        lead=draw(leads),
        overlap_days=draw(st.sampled_from([0, 0, 2, 7])),
        plans=tuple(replace(each, name=name) for each, name in zip(plans, "ABC", strict=False)),
        termination=None if last_day is None else Termination(last_day, "MOVED"),
        pauses=tuple(draw(st.lists(pauses, max_size=2))),
        closed_ranges=draw(st.sampled_from(CLOSED_RANGES)),
    )
    made = draw(st.sampled_from([made, made, made, _yearly(made, draw)]))
    return replace(made, plans=tuple(_with_next_visits(made, plan, draw) for plan in made.plans))


def _with_next_visits(made: Contract, plan: VisitPlan, draw: st.DrawFn) -> VisitPlan:
    """Perhaps the plan, and perhaps one object, is taken over with a next visit."""
    if made.yearly and made.yearly.spread is not Spread.SPREAD:
        return plan
    within = st.dates(made.start, max(made.start, agreed_end(made) or LAST_DAY))
    named = draw(st.none() | st.none() | within)
    own = draw(st.none() | st.none() | within) if "CV-1" in made.objects else None
    return replace(plan, next_visit=named, next_visits=() if own is None else (("CV-1", own),))


def _yearly(made: Contract, draw: st.DrawFn) -> Contract:
    orders = YearlyOrders(draw(st.integers(1, 40)), draw(st.sampled_from([Spread.SPREAD, Spread.AT_START])))
    plans = (replace(made.plans[0], schedule=Schedule.FIXED),)
    return replace(made, type=ContractType.YEARLY, yearly=orders, plans=plans)


@st.composite
def situations(
    draw: st.DrawFn,
    schedules: st.SearchStrategy[Schedule] = st.just(Schedule.FIXED),  # noqa: B008  # a strategy is a constant
) -> ContractSituation:
    """A contract that no cycle has looked at yet, on one of a few calendars."""
    contract = draw(contracts(schedules))
    settings = TenantSettings(catch_up=draw(st.sampled_from(CatchUp)), order_before_start=draw(st.booleans()))
    retired = draw(st.sampled_from([frozenset(), frozenset({"CV-1"})]))
    return ContractSituation(contract, draw(st.sampled_from(CALENDARS)), settings, facts=Facts(retired_objects=retired))
