"""Why a contract has a visit on a date, or has none (rules: The two ideas; architecture: `powerup why`)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from powerup.contracts.closed_days import Closed, ClosedFor
from powerup.contracts.contract import ContractType, Lead, Pause, Schedule, Shift, Spread, VisitPlan, YearlyOrders
from powerup.contracts.days import A_DAY
from powerup.contracts.latest import LatestDate, kept_by, latest_dates
from powerup.contracts.next_visit import NextVisit
from powerup.contracts.recurrence import Recurrence, explain
from powerup.contracts.schedule import visits
from powerup.contracts.series import Series, agreed_end, anchor_of, lead_of
from powerup.contracts.situation import ContractSituation
from powerup.contracts.undecided import stands_for_replaced
from powerup.contracts.visit import Reason, Visit, VisitKey, VisitState

NEIGHBOURS_WITHIN = timedelta(days=800)
"""How far the visits before and after a date without one are looked for."""


class Absence(StrEnum):
    """Why there is no visit on a date, the more telling first; of those that LeftOut has too, by the same code."""

    NOT_STARTED = "contract_not_started"
    ENDED = "contract_ended"
    TERMINATED = "terminated"
    ONLY_ON_REQUEST = "only_on_request"
    NEXT_VISIT_INSTEAD = "next_visit_instead"
    BEFORE_NEXT_VISIT = "before_next_visit"
    OLDER_RULE = "older_rule"
    EXCLUDED = "excluded"
    OUT_OF_SEASON = "out_of_season"
    BEFORE_ANCHOR = "before_anchor"
    NOT_IN_SERIES = "not_in_series"


@dataclass(frozen=True, slots=True)
class Why:
    """One answer: a visit with all that gave it its dates, or why there is none on that day.

    rule and shift are None where an older one of its plan gave the visit its date. covered_by names a visit that
    replaces this one, pause is the one it falls in, closed the range of the customer or the contract that shifted it,
    left it out or has it on one of its days. next_visit is the one that the plan names, where the answer has to
    do with it. latest is the latest date that the visit, which is to come, has to keep. before and after are the
    planned dates around a day that has no visit.
    """

    day: date
    visit: Visit | None = None
    absence: Absence | None = None
    rule: Recurrence | YearlyOrders | None = None
    schedule: Schedule | None = None
    shift: Shift | None = None
    window_before: int = 0
    window_after: int = 0
    lead: Lead | None = None
    moved: bool = False
    covered_by: VisitKey | None = None
    pause: Pause | None = None
    closed: Closed | None = None
    next_visit: NextVisit | None = None
    latest: LatestDate | None = None
    before: date | None = None
    after: date | None = None


def why(situation: ContractSituation, day: date, today: date) -> list[Why]:
    """One answer per visit with that nominal or planned date; or a single one that says why there is none.

    situation.ledger holds all visits of the contract. today is the day on which it is asked.
    """
    planned = [row.planned_date for row in situation.ledger.values() if row.key.nominal_date == day]
    open_days = situation.open_days
    since = min(open_days.previous(day), *planned, day)
    until = max(open_days.next(day), *planned, day)
    reach = timedelta(days=situation.contract.overlap_days)
    around = visits(situation, since - reach, until + reach, today)
    latest = latest_dates(situation, today, until)
    found = [_of_visit(situation, day, visit, around, latest) for visit in around if _is_on(visit, day)]
    return found or [_of_absence(situation, day, today)]


def why_of(
    situation: ContractSituation, visit: Visit, around: Iterable[Visit], latest: Iterable[LatestDate] = ()
) -> Why:
    """The answer about one visit; around are the visits that may stand for it, its own day's among them, latest the
    latest dates of the contract until its day."""
    return _of_visit(situation, visit.planned_date, visit, around, latest)


def _is_on(visit: Visit, day: date) -> bool:
    return day in (visit.planned_date, visit.key.nominal_date)


def _of_visit(
    situation: ContractSituation, day: date, visit: Visit, around: Iterable[Visit], latest: Iterable[LatestDate]
) -> Why:
    contract = situation.contract
    covered_by = _covering(situation, visit, around) if visit.reason is Reason.COVERED else None
    pause = contract.pause_on(visit.planned_date) if visit.reason is Reason.PAUSED else None
    moved = visit.moved_from is not None
    plan = contract.plan(visit.key.plan)
    if plan is None:
        return Why(day, visit, moved=moved, covered_by=covered_by, pause=pause, closed=_closed(situation, visit, None))
    shift = _shift(situation, plan, visit)
    return Why(
        day,
        visit,
        rule=_rule(situation, plan, visit.key),
        schedule=plan.schedule,
        shift=shift,
        window_before=plan.window_before,
        window_after=plan.window_after,
        lead=lead_of(contract, plan, situation.settings),
        moved=moved,
        covered_by=covered_by,
        pause=pause,
        closed=_closed(situation, visit, shift),
        next_visit=_named(situation, plan, visit),
        latest=kept_by(visit, latest),
    )


def _closed(situation: ContractSituation, visit: Visit, shift: Shift | None) -> Closed | None:
    """The closed range of the customer or the contract that the visit was shifted off, else the one it lies on."""
    day = visit.planned_date if shift is None else visit.key.nominal_date
    closed = situation.open_days.closed(day)
    return None if closed is None or closed.by is ClosedFor.ALL else closed


def _named(situation: ContractSituation, plan: VisitPlan, visit: Visit) -> NextVisit | None:
    """The next visit that the plan names, where it decides about the visit or is the visit, and one of its own."""
    series = Series(situation.contract, plan, situation.calendar, situation.settings)
    named = series.next_visit(visit.key.visited_as)
    if named is None or visit.reason is Reason.BEFORE_NEXT_VISIT:
        return named
    return named if named.own and series.is_next_visit(visit.key) else None


def _shift(situation: ContractSituation, plan: VisitPlan, visit: Visit) -> Shift | None:
    """The plan's shift policy, where that is what gave the visit its day."""
    series = Series(situation.contract, plan, situation.calendar, situation.settings)
    return plan.shift if series.occurrence(visit.key).planned_date == visit.planned_date else None


def _rule(situation: ContractSituation, plan: VisitPlan, key: VisitKey) -> Recurrence | YearlyOrders | None:
    contract = situation.contract
    series = Series(contract, plan, situation.calendar, situation.settings)
    fixed = plan.schedule is Schedule.FIXED
    if key.nominal_date < series.first_day_of(key.visited_as) or (
        fixed and not series.has(key) and not _is_call_off(situation)
    ):
        return None
    return contract.yearly if contract.type is ContractType.YEARLY else plan.recurrence


def _is_call_off(situation: ContractSituation) -> bool:
    yearly = situation.contract.yearly
    return yearly is not None and yearly.spread is Spread.CALL_OFF


def _covering(situation: ContractSituation, visit: Visit, around: Iterable[Visit]) -> VisitKey | None:
    """The visit that stands for a covered one: that of an earlier contract of the chain, of its own plan on its day, or
    a larger one near it."""
    if visit.written is not None and visit.written.covered_by is not None:
        return replace(visit.key, contract=visit.written.covered_by)
    if (replaced := stands_for_replaced(situation, visit.key)) is not None:
        return replaced
    ranks = {plan.name: plan.rank for plan in situation.contract.plans}
    rank = ranks.get(visit.key.plan, 0)
    for other in around:
        if other.state is VisitState.WITHHELD or other.key.visited_as not in (visit.key.visited_as, None):
            continue
        if other.key.whole == visit.key.whole:
            continue
        apart = abs(other.planned_date - visit.planned_date).days
        larger = ranks.get(other.key.plan, 0) > rank and apart <= situation.contract.overlap_days
        if larger or (other.key.plan == visit.key.plan and apart == 0):
            return other.key
    return None


def _of_absence(situation: ContractSituation, day: date, today: date) -> Why:
    earlier = visits(situation, day - NEIGHBOURS_WITHIN, day - A_DAY, today)
    later = visits(situation, day + A_DAY, day + NEIGHBOURS_WITHIN, today)
    absence, named = _absence(situation, day)
    return Why(
        day,
        absence=absence,
        next_visit=named,
        before=earlier[-1].planned_date if earlier else None,
        after=later[0].planned_date if later else None,
    )


def _absence(situation: ContractSituation, day: date) -> tuple[Absence, NextVisit | None]:
    contract = situation.contract
    end = agreed_end(contract)
    if day < contract.start:
        return Absence.NOT_STARTED, None
    if end is not None and day > end:
        return Absence.ENDED, None
    if contract.termination is not None and day > contract.termination.last_day:
        return Absence.TERMINATED, None
    if contract.type is ContractType.CORRECTIVE or not contract.plans or _is_call_off(situation):
        return Absence.ONLY_ON_REQUEST, None
    found: dict[Absence, NextVisit | None] = {}
    for plan in contract.plans:
        series = Series(contract, plan, situation.calendar, situation.settings)
        for object_code in contract.visited_objects():
            named = series.next_visit(object_code)
            found.setdefault(_absence_in(series, object_code, day, named), named)
    return next((absence, found[absence]) for absence in Absence if absence in found)


def _absence_in(series: Series, object_code: str | None, day: date, named: NextVisit | None) -> Absence:
    contract, plan = series.contract, series.plan
    if named is not None and named.in_place_of == day:
        return Absence.NEXT_VISIT_INSTEAD
    if day < series.first_day_of(object_code):
        return Absence.OLDER_RULE
    if plan.schedule is Schedule.FLOATING and named is not None and day < named.nominal_date:
        return Absence.BEFORE_NEXT_VISIT
    if contract.type is ContractType.YEARLY or plan.schedule is Schedule.FLOATING:
        return Absence.NOT_IN_SERIES
    anchor = anchor_of(contract, plan, object_code) if named is None or day < named.day else named.anchor
    left_out = explain(plan.recurrence, day, anchor, series.calendar)
    return Absence.OLDER_RULE if left_out is None else Absence(left_out.value)
