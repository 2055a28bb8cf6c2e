"""Which visits a contract has by its rules alone: nominal and planned dates, before any ledger (rules: Recurrence)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import Contract, ContractType, Lead, Spread, VisitPlan
from powerup.contracts.recurrence import nominal_dates
from powerup.contracts.shift import generation_date, shifted
from powerup.contracts.terms import Renewal
from powerup.contracts.visit import VisitKey
from powerup.contracts.yearly import contract_year_end, yearly_dates

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One visit as the rule has it. shifted_out: its shift policy is to skip days that are not worked.

    ordered_from is the generation date, not before the contract's start unless the tenant orders before it.
    """

    key: VisitKey
    rank: int
    planned_date: date
    ordered_from: date
    deadline: date
    shifted_out: bool


def agreed_end(contract: Contract) -> date | None:
    """The last day of the agreed period that generation may count on, or None while it is open-ended.

    A contract that renews by itself is looked past its end (rules: Terms); a termination is not an agreed end.
    """
    if contract.terms and contract.terms.renewal is Renewal.AUTOMATIC and contract.termination is None:
        return None
    return contract.end


def lead_of(contract: Contract, plan: VisitPlan) -> Lead:
    """The plan's days in advance, else the contract's."""
    return plan.lead or contract.lead


def anchor_of(contract: Contract, plan: VisitPlan, object_code: str | None) -> date:
    """The day from which the series counts: the object's own, else the plan's, else the contract's start."""
    return dict(plan.anchors).get(object_code or "") or plan.anchor or contract.start


def plan_nominal_dates(
    contract: Contract, plan: VisitPlan, object_code: str | None, calendar: Calendar, since: date, until: date
) -> Iterator[tuple[date, int]]:
    """Nominal dates of a plan with their sequence number, since and until inclusive, inside the agreed period."""
    since = max(since, contract.start, plan.counts_from or contract.start)
    end = agreed_end(contract)
    until = min(until, end) if end else until
    if since > until:
        return
    if contract.type is ContractType.YEARLY:
        yield from yearly_dates(contract, since, until)
        return
    anchor = anchor_of(contract, plan, object_code)
    for nominal in nominal_dates(plan.recurrence, anchor, calendar, since, until):
        yield nominal, 1


def occurrences(
    contract: Contract, plan: VisitPlan, calendar: Calendar, settings: TenantSettings, since: date, until: date
) -> Iterator[Occurrence]:
    """Every visit of a fixed plan whose planned date lies between since and until, both inclusive.

    Also yields those whose nominal date lies there and that the shift policy leaves out.
    """
    first_nominal = calendar.previous_working_day(since - A_DAY)
    last_nominal = calendar.next_working_day(until + A_DAY)
    for object_code in contract.visited_objects():
        for nominal, sequence in plan_nominal_dates(contract, plan, object_code, calendar, first_nominal, last_nominal):
            key = VisitKey(contract.number, plan.name, nominal, object_code or "", sequence)
            occurrence = occurrence_of(contract, plan, key, calendar, settings)
            if since <= occurrence.planned_date <= until:
                yield occurrence


def occurrence_of(
    contract: Contract, plan: VisitPlan, key: VisitKey, calendar: Calendar, settings: TenantSettings
) -> Occurrence:
    """The visit of one nominal date: where the calendar puts it, when it is due, and until when it may be done."""
    planned = shifted(key.nominal_date, plan.shift, calendar, contract.start, agreed_end(contract))
    return planned_on(contract, plan, key, planned or key.nominal_date, calendar, settings, shifted_out=planned is None)


def planned_on(
    contract: Contract,
    plan: VisitPlan,
    key: VisitKey,
    planned: date,
    calendar: Calendar,
    settings: TenantSettings,
    *,
    shifted_out: bool = False,
) -> Occurrence:
    """The visit when its planned date is given, by the calendar or by a person."""
    generation = generation_date(planned, lead_of(contract, plan), calendar)
    if not settings.order_before_start:
        generation = max(generation, contract.start)
    return Occurrence(key, plan.rank, planned, generation, _deadline(contract, plan, key, planned), shifted_out)


def _deadline(contract: Contract, plan: VisitPlan, key: VisitKey, planned: date) -> date:
    if contract.yearly and contract.yearly.spread is Spread.AT_START:
        return contract_year_end(contract.start, key.nominal_date)
    return planned + timedelta(days=plan.window_after)
