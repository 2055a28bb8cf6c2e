"""From which day a visit plan counts when its rule or the calendar changes, and what stays on its day then
(rules: Settle, then change; Next visit)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from powerup.contracts.contract import Contract, Schedule, VisitPlan
from powerup.contracts.periods import next_period_start
from powerup.contracts.schedule import visits, written_from
from powerup.contracts.series import Series
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import (
    LedgerVisit,
    Reason,
    Visit,
    VisitKey,
    VisitState,
)


def counts_from(plan: VisitPlan, last_nominal: date | None, today: date) -> date:
    """From which day a changed rule holds by default: the first day of the plan's period after its last visit in the
    ledger, never before today."""
    return today if last_nominal is None else max(today, next_period_start(plan.recurrence, last_nominal))


def counting_days(
    series: Series,
    objects: Iterable[str | None],
    last: Mapping[str, date],
    today: date,
    *,
    chosen: date | None = None,
    named: Collection[str | None] = (),
) -> dict[str | None, date]:
    """From which day a plan's changed rule counts for each of these objects, by its own last visit.

    last is as `last_nominal_dates` has it; chosen is the day that a person wants instead. named are the objects whose
    next visit this change names: they count from it. One that was named before and is still to come keeps its place
    (rules: Settle, then change; Next visit).
    """
    days: dict[str | None, date] = {}
    for code in objects:
        last_nominal = last.get(code or "")
        usual = counts_from(series.plan, last_nominal, today)
        visit = series.next_visit(code)
        if visit is not None and code in named:
            days[code] = visit.nominal_date
        elif chosen is not None:
            days[code] = chosen
        elif visit is not None and visit.day >= today and visit.nominal_date > (last_nominal or date.min):
            days[code] = min(usual, visit.nominal_date)
        else:
            days[code] = usual
    return days


def counting_anew(plan: VisitPlan, days: Mapping[str | None, date]) -> VisitPlan:
    """The plan when its rule has changed: the day from which it holds now for each object (`counting_days`)."""
    usual = max(days.values())
    own = tuple((code or "", day) for code, day in days.items() if day != usual)
    return replace(plan, counts_from=usual, objects_from=own)


def counting_objects(plan: VisitPlan, objects: Iterable[str | None], days: Mapping[str | None, date]) -> VisitPlan:
    """The plan whose rule stays but for the objects of days, which count from then: one that is added has no visits
    before that, and one with another next visit counts from it."""
    known = dict(plan.objects_from)
    own = {code: known[code] for code in objects if code is not None and code in known and code not in days}
    own |= {code: day for code, day in days.items() if code is not None}
    return replace(plan, objects_from=tuple(own.items()))


def keeping_next_visits(before: Series, after: Series) -> VisitPlan:
    """The plan whose next visits stay the visits that they are when the calendar changes (before to after).

    One that was named by its planned date is named by its nominal one where it no longer lies there, and one of its own
    that lies on another's planned date now names the day from which it counts: else the whole series would move by
    days, years after that visit.
    """
    plan = after.plan
    days, anchors = dict(plan.next_visits), dict(plan.anchors)
    for code in before.contract.visited_objects():
        was, is_now = before.next_visit(code), after.next_visit(code)
        if was is None or is_now is None or (was.own, was.nominal_date) == (is_now.own, is_now.nominal_date):
            continue
        if was.own:
            anchors[code or ""] = was.anchor
        else:
            days[code or ""] = was.nominal_date
    usual, anchor = days.pop("", plan.next_visit), anchors.pop("", plan.anchor)
    return replace(
        plan,
        anchor=anchor,
        anchors=tuple(sorted(anchors.items())),
        next_visit=usual,
        next_visits=tuple(sorted(days.items())),
    )


def last_nominal_dates(
    contract: Contract, plan: VisitPlan, ledger: Iterable[LedgerVisit], today: date
) -> dict[str, date]:
    """The last nominal date per object of which the period is taken; the object is empty for one order for all. What
    was visited before another one came in its place counts for that one, too.

    It has or had a work order that stays, or its day has passed. What a person only skipped or moved far ahead does not
    keep the new rule from counting before it.
    """
    last: dict[str, date] = {}
    for visit in ledger:
        if visit.key.plan == plan.name and _holds_its_period(visit, today):
            code = visit.key.visited_as or ""
            last[code] = max(visit.key.nominal_date, last.get(code, date.min))
    for code in contract.lasting_objects if contract.replaced else ():
        earlier = [last[each] for each in (code, *contract.came_before(code)) if each in last]
        last |= {code: max(earlier)} if earlier else {}
    return last


def _holds_its_period(visit: LedgerVisit, today: date) -> bool:
    if visit.state is VisitState.WITHHELD and visit.reason is Reason.CHANGED:
        return False
    if visit.state is VisitState.RETRACTING:
        return False
    return visit.workorder_no is not None or visit.covered_by is not None or visit.planned_date < today


def kept_on_their_day(before: ContractSituation, after: ContractSituation, today: date) -> list[LedgerVisit]:
    """Rows that hold visits on the day they had, where another shift or calendar would put them before today.

    Their nominal date has come and their planned date has not passed: nobody looks for them in the past. before
    has in its ledger what was settled.
    """
    coming = visits(before, today, before.open_days.next(today), today)
    return [
        replace(written_from(visit), reason=visit.reason if _is_taken_back(visit) else None, pinned=True)
        for visit in coming
        if visit.key.nominal_date <= today
        and (visit.state is VisitState.PLANNED or _is_taken_back(visit))
        and _would_lie_before(after, visit.key, today)
    ]


def _is_taken_back(visit: Visit) -> bool:
    return visit.state is VisitState.RETRACTING and visit.reason is Reason.CHANGED


def _would_lie_before(situation: ContractSituation, key: VisitKey, today: date) -> bool:
    plan = situation.contract.plan(key.plan)
    if plan is None or plan.schedule is Schedule.FLOATING:
        return False
    series = Series(situation.contract, plan, situation.calendar, situation.settings)
    return series.has(key) and series.occurrence(key).planned_date < today
