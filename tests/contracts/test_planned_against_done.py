"""What was planned against what was done: visits, hours and price (rules: Planned against done)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from powerup.contracts.account import AccountOutcome, account_visits, figures_of, outcome_of
from powerup.contracts.contract import Contract, ContractType
from powerup.contracts.planned_against_done import Done, done_of
from powerup.contracts.price import EarlierPrice, Price, PricePer
from powerup.contracts.terms import Period, PeriodUnit
from powerup.contracts.visit import LedgerVisit, VisitState
from tests.contracts.cycles import contract, done_on_its_day, plan, run, situation

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
JUNE_30 = date(2026, 6, 30)
A_MONTH = Period(1, PeriodUnit.MONTH)
PER_MONTH = Price(Decimal("100.00"), YEAR[0], invoice_period=A_MONTH)
PER_VISIT = Price(
    Decimal("80.00"), date(2026, 4, 1), PricePer.VISIT, earlier=(EarlierPrice(YEAR[0], Decimal("70.00")),)
)
MONTHLY = contract(plan(month_day=10), start=YEAR[0], end=date(2027, 12, 31))


def done(priced: Contract, *, minutes: int | None = 60, cost: str = "50.00", today: date = JUNE_30) -> Done:
    """Of a contract whose visits were all done on their days until today, each in so many minutes."""
    after = run(situation(priced), YEAR[0], today, done_on_its_day)
    after = replace(after, ledger={key: _worked(row, minutes) for key, row in after.ledger.items()})
    agreed = account_visits(after, *YEAR, today).agreed
    return done_of(after.contract, [(visit, outcome_of(visit, today)) for visit in agreed], YEAR, today, Decimal(cost))


def _worked(row: LedgerVisit, minutes: int | None) -> LedgerVisit:
    return replace(row, worked_minutes=minutes) if row.state is VisitState.COMPLETED else row


def test_a_year_that_runs_has_its_price_until_today() -> None:
    assert done(replace(MONTHLY, price=PER_MONTH)).price == Decimal("600.00")
    assert done(replace(MONTHLY, price=PER_MONTH), today=date(2026, 6, 15)).price == Decimal("550.00")


def test_a_price_per_visit_is_that_of_the_day_on_which_each_was_done() -> None:
    assert done(replace(MONTHLY, price=PER_VISIT)).price == Decimal("450.00")


def test_what_lies_before_the_day_of_entry_has_no_price_as_it_has_no_visit() -> None:
    late = replace(MONTHLY, price=PER_MONTH, start=date(2025, 1, 1), entered_on=date(2026, 4, 1))
    assert done(late).price == Decimal("300.00")


def test_the_margin_is_what_the_hours_leave_of_the_price() -> None:
    told = done(replace(MONTHLY, price=PER_MONTH), minutes=90)
    assert told.figures.worked_minutes == 540
    assert told.price_per_hour == Decimal("66.67")
    assert told.margin == Decimal("150.00")


def test_without_all_hours_a_price_or_a_cost_there_is_no_margin() -> None:
    priced = replace(MONTHLY, price=PER_MONTH)
    unknown = done(priced, minutes=None)
    assert (unknown.margin, unknown.price_per_hour, unknown.figures.all_timed) == (None, None, False)
    assert done(MONTHLY).margin is None
    assert done(priced, today=date(2026, 1, 9)).margin is None
    assert done(priced, cost="0.00").margin is None
    assert done(replace(priced, type=ContractType.CORRECTIVE)).margin is None


def test_several_together_are_the_sum_and_what_is_unknown_of_one_takes_nothing_from_another() -> None:
    one, other = done(replace(MONTHLY, price=PER_MONTH)), done(MONTHLY, minutes=None)
    both = one + other
    assert both.figures.agreed == 24
    assert both.figures.counts == {AccountOutcome.DONE: 12, AccountOutcome.TO_COME: 12}
    assert (both.price, both.margin) == (one.price, one.margin)
    assert not both.figures.all_timed


def test_figures_tell_on_time_from_late_and_pass_over_what_nobody_agreed_on() -> None:
    after = run(situation(MONTHLY), YEAR[0], JUNE_30, done_on_its_day)
    visits = account_visits(after, *YEAR, JUNE_30).agreed
    first = visits[0]
    assert first.written is not None
    late = replace(first, written=replace(first.written, completed_on=date(2026, 1, 13)))
    told = [(late, AccountOutcome.DONE), (visits[1], AccountOutcome.DONE), (visits[2], AccountOutcome.NOT_AGREED)]
    figures = figures_of(told)
    assert (figures.agreed, figures.on_time, figures.late, figures.days_late) == (2, 1, 1, 3)
