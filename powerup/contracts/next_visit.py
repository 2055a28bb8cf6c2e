"""The next visit that a plan names: which visit that is, and how the plan counts from it (rules: Next visit)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import repeat

from powerup.contracts.calendar import Calendar
from powerup.contracts.contract import Contract, ContractType, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.number_of_dates import number_of_dates
from powerup.contracts.open_days import open_days
from powerup.contracts.recurrence import nearest_date, nominal_dates
from powerup.contracts.shift import shifted
from powerup.contracts.yearly import number_of_yearly_dates, yearly_dates

_A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NextVisit:
    """What a plan's next visit is, for one object or for one order that carries them all.

    day is how it was named: the nominal or the planned date of a visit of the rule, whose nominal_date it then has, or
    neither: then it is a visit of its own, nominal and planned on that day. anchor is the day from which the plan
    counts from then on. in_place_of is the date of the series that it replaces and that is no visit any more, or None.
    """

    day: date
    nominal_date: date
    own: bool
    anchor: date
    in_place_of: date | None = None

    def comes_after(self, nominal: date, planned: date, *, by_hand: bool = False) -> bool:
        """Whether a visit with these dates lies before this one, so that no order is made of it.

        by_hand: a person gave it its planned date. It lies before when that day and the one of its rule both do.
        """
        if by_hand:
            return nominal < self.nominal_date and planned < self.day
        return nominal < self.nominal_date or (self.own and planned < self.day)


def next_visit_of(
    contract: Contract, plan: VisitPlan, object_code: str | None, calendar: Calendar, end: date | None
) -> NextVisit | None:
    """The next visit of a plan for an object; None where neither names one. end is that of the agreed period."""
    day = plan.next_visit_named(object_code)
    if day is None:
        return None
    named = None if contract.type is ContractType.YEARLY else plan.anchor_named(object_code)
    anchor = named or contract.counted_from
    given = _visit_of_the_rule(contract, plan, anchor, calendar, end, day)
    if given is not None:
        return NextVisit(day, given, own=False, anchor=anchor)
    goes_on_from = named or day
    nearest = _nearest(contract, plan, goes_on_from, calendar, day)
    return NextVisit(day, day, own=True, anchor=goes_on_from, in_place_of=nearest if nearest != day else None)


def rule_dates(
    contract: Contract, plan: VisitPlan, anchor: date, calendar: Calendar, since: date, until: date
) -> Iterator[tuple[date, int]]:
    """Nominal dates with their sequence numbers that a plan's rule gives when it counts from the anchor, since and
    until inclusive; yearly orders count from the contract's start."""
    if contract.type is ContractType.YEARLY:
        return yearly_dates(contract, since, until)
    return zip(nominal_dates(plan.recurrence, anchor, calendar, since, until), repeat(1))


def number_of_rule_dates(
    contract: Contract, plan: VisitPlan, anchor: date, calendar: Calendar, since: date, until: date
) -> int:
    """As many as `rule_dates` has, of the same arguments, by arithmetic."""
    if contract.type is ContractType.YEARLY:
        return number_of_yearly_dates(contract, since, until)
    return number_of_dates(plan.recurrence, anchor, calendar, since, until)


def _visit_of_the_rule(
    contract: Contract, plan: VisitPlan, anchor: date, calendar: Calendar, end: date | None, day: date
) -> date | None:
    """The nominal date of the visit that a day names, by its nominal date or else by its planned one."""
    days = open_days(contract, calendar)
    since, until = max(contract.counted_from, days.previous(day - A_DAY)), days.next(day + A_DAY)
    if end is not None:
        until = min(until, end)
    nominal = (
        [found for found, _ in rule_dates(contract, plan, anchor, calendar, since, until)] if since <= until else []
    )
    if day in nominal:
        return day
    planned = (found for found in nominal if shifted(found, plan.shift, days, contract.counted_from, end) == day)
    return next(planned, None)


def _nearest(contract: Contract, plan: VisitPlan, anchor: date, calendar: Calendar, day: date) -> date | None:
    """The date of the series that a next visit on a day stands for; extra dates stay whatever comes beside them."""
    if contract.type is ContractType.YEARLY:
        around = [found for found, _ in yearly_dates(contract, day - _A_YEAR, day + _A_YEAR)]
        nearest = min(around, key=lambda found: (abs(found - day), day - found), default=None)
    else:
        nearest = nearest_date(plan.recurrence, anchor, calendar, day)
    return None if nearest in plan.recurrence.extra_dates else nearest
