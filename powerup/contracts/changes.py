"""What a change of a contract does: its effects on work orders, and the writing down that precedes it.

Pure (rules: Settle, then change; Actions): the situations before and after are given.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from powerup.contracts.contract import Schedule, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.effects import Effect, EffectKind, Effects, in_order
from powerup.contracts.periods import next_period_start
from powerup.contracts.schedule import Situation, due, last_due_day, visits, written_from
from powerup.contracts.series import Series
from powerup.contracts.visit import (
    LedgerVisit,
    Reason,
    Visit,
    VisitKey,
    VisitState,
    is_undecided,
    work_order_number,
)

LISTED_AHEAD = timedelta(days=60)
"""Visits with a generation date within these days from today are named one by one (rules: Actions)."""


def settled(situation: Situation, today: date, *, unseen: bool, room: int | None = None) -> list[LedgerVisit]:
    """What is written under the old rule before a change: overdue visits, and the orders that are due.

    unseen: no cycle has looked at the contract since it was last changed. Then nothing is ordered that the person
    may be correcting at this moment; only what has passed is written. Where that would be more orders than the change
    cap lets through (room: what is left of it, where others are settled besides), they wait for that cycle.
    """
    if not unseen:
        return due(situation, today)
    passed = _passed(situation, today)
    if orders_of(passed) <= (situation.settings.change_cap if room is None else room):
        return passed
    return _passed(replace(situation, awaiting_release=True), today)


def orders_of(rows: Iterable[LedgerVisit]) -> int:
    """How many of these rows are intents to order."""
    return sum(row.state is VisitState.ORDERING for row in rows)


def _passed(situation: Situation, today: date) -> list[LedgerVisit]:
    return [visit for visit in due(situation, today) if visit.planned_date < today]


def after_settling(situation: Situation, written: Collection[LedgerVisit], today: date) -> Situation:
    """The situation with these visits in the ledger, which is then complete through yesterday.

    It is complete through the contract's last day at most: what a later renewal adds behind it was never decided. Of a
    deleted contract nothing is decided, so that undoing that finds all that passed meanwhile.
    """
    contract = situation.contract
    ledger = {**situation.ledger, **{visit.key: visit for visit in written}}
    if contract.deleted_on is not None:
        return replace(situation, ledger=ledger)
    complete = min(today - A_DAY, contract.last_day or date.max)
    complete = max(complete, contract.settled_through or date.min)
    return replace(situation, contract=replace(contract, settled_through=complete), ledger=ledger)


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
    plan = before.plan
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


def last_nominal_dates(plan: VisitPlan, ledger: Iterable[LedgerVisit], today: date) -> dict[str, date]:
    """The last nominal date per object of which the period is taken; the object is empty for one order for all.

    It has or had a work order that stays, or its day has passed. What a person only skipped or moved far ahead does not
    keep the new rule from counting before it.
    """
    last: dict[str, date] = {}
    for visit in ledger:
        if visit.key.plan == plan.name and _holds_its_period(visit, today):
            last[visit.key.object] = max(visit.key.nominal_date, last.get(visit.key.object, date.min))
    return last


def _holds_its_period(visit: LedgerVisit, today: date) -> bool:
    if visit.state is VisitState.WITHHELD and visit.reason is Reason.CHANGED:
        return False
    if visit.state is VisitState.RETRACTING:
        return False
    return visit.workorder_no is not None or visit.covered_by is not None or visit.planned_date < today


def kept_on_their_day(before: Situation, after: Situation, today: date) -> list[LedgerVisit]:
    """Rows that hold visits on the day they had, where another shift or calendar would put them before today.

    Their nominal date has come and their planned date has not passed: nobody looks for them in the past. before
    has in its ledger what was settled.
    """
    coming = visits(before, today, before.calendar.next_working_day(today), today)
    return [
        replace(written_from(visit), reason=visit.reason if _is_taken_back(visit) else None, pinned=True)
        for visit in coming
        if visit.key.nominal_date <= today
        and (visit.state is VisitState.PLANNED or _is_taken_back(visit))
        and _would_lie_before(after, visit.key, today)
    ]


def _is_taken_back(visit: Visit) -> bool:
    return visit.state is VisitState.RETRACTING and visit.reason is Reason.CHANGED


def _would_lie_before(situation: Situation, key: VisitKey, today: date) -> bool:
    plan = situation.contract.plan(key.plan)
    if plan is None or plan.schedule is Schedule.FLOATING:
        return False
    series = Series(situation.contract, plan, situation.calendar, situation.settings)
    return series.has(key) and series.occurrence(key).planned_date < today


def effects_of(before: Situation | None, after: Situation, today: date, existing: Collection[Effect] = ()) -> Effects:
    """The effects of going from one situation to the other, as people confirm them.

    existing are the lines of work orders that are at the host and that the action concerns; after.ledger holds what
    the change itself writes. What was taken back may be ordered again, and is named twice then.
    """
    return _effects(before, after, today, existing, today + LISTED_AHEAD)


def effects_on_visit(
    before: Situation, after: Situation, visit: LedgerVisit, today: date, existing: Collection[Effect] = ()
) -> Effects:
    """The effects of an action on one visit: that one, however far ahead it lies, and others that it changes.

    visit is as the action writes it; before, after and existing are as in `effects_of`.
    """
    earlier = before.ledger.get(visit.key, visit)
    horizon = max(today + LISTED_AHEAD, visit.planned_date, earlier.planned_date, visit.key.nominal_date)
    coming_anyway = set(_effects(before, before, today, (), horizon).listed)
    found = _effects(before, after, today, existing, horizon).listed
    return Effects(tuple(effect for effect in found if effect.key == visit.key or effect not in coming_anyway))


def _effects(
    before: Situation | None, after: Situation, today: date, existing: Collection[Effect], horizon: date
) -> Effects:
    """Visits with a generation date up to the horizon are named."""
    overdue = [visit for visit in due(after, today) if visit.planned_date < today]
    beyond = Counter(visit.reason for visit in overdue if visit.state is VisitState.WITHHELD and visit.reason)
    named = {effect.key for effect in existing}
    upcoming = [visit for visit in _upcoming(after, today, horizon) if visit.key not in named or visit.reason is None]
    earlier = {visit.key: visit for visit in _upcoming(before, today, horizon)} if before else {}
    found = [_of_overdue(after, visit) for visit in overdue if visit.state is VisitState.ORDERING]
    found += [_of_upcoming(after, visit, earlier.get(visit.key)) for visit in upcoming]
    found += [_of_gone(after, visit) for visit in _gone(earlier.values(), after, today)]
    return Effects(in_order([*found, *existing]), dict(beyond))


def of_existing(visit: LedgerVisit, kind: EffectKind, reason: str | None, told: VisitState | None = None) -> Effect:
    """The line of a work order that is at the host: kept or retracted, in the state it has now, or in the one told."""
    return Effect(kind, visit.key, visit.planned_date, visit.workorder_no, told or visit.state, reason)


def _upcoming(situation: Situation, today: date, horizon: date) -> list[Visit]:
    """Visits planned from today on that will be looked at by the timer within the horizon."""
    found = visits(situation, today, last_due_day(situation, horizon), today)
    return [visit for visit in found if visit.generation_date <= horizon and _is_open_question(visit)]


def _is_open_question(visit: Visit) -> bool:
    row = visit.written
    return row is None or row.state is VisitState.ORDERING or is_undecided(row)


def _of_upcoming(situation: Situation, visit: Visit, earlier: Visit | None) -> Effect:
    kind = EffectKind.WITHHELD if visit.state is VisitState.WITHHELD else EffectKind.CREATED
    if kind is EffectKind.CREATED and earlier and earlier.planned_date != visit.planned_date:
        kind = EffectKind.MOVED
    number = _number(situation, written_from(visit))
    return Effect(kind, visit.key, visit.planned_date, number, visit.state, visit.reason)


def _of_overdue(situation: Situation, row: LedgerVisit) -> Effect:
    number = _number(situation, row)
    return Effect(EffectKind.CREATED, row.key, row.planned_date, number, VisitState.PLANNED, row.reason)


def _gone(earlier: Collection[Visit], after: Situation, today: date) -> list[Visit]:
    """Visits that were to come and are none any more, wherever they would be planned now."""
    lost = [visit for visit in earlier if visit.state is VisitState.PLANNED and visit.key not in after.ledger]
    if not lost:
        return []
    nominal = [visit.key.nominal_date for visit in lost]
    since = after.calendar.previous_working_day(min(nominal))
    until = after.calendar.next_working_day(max(nominal))
    still = {visit.key for visit in visits(after, min(since, today), until, today)}
    return [visit for visit in lost if visit.key not in still]


def _of_gone(situation: Situation, visit: Visit) -> Effect:
    last_day = situation.contract.last_day
    ended = last_day is not None and visit.planned_date > last_day
    reason = Reason.CONTRACT_ENDED if ended else Reason.CHANGED
    number = work_order_number(situation.settings.number_prefix, visit.key)
    return Effect(EffectKind.WITHHELD, visit.key, visit.planned_date, number, VisitState.WITHHELD, reason)


def _number(situation: Situation, row: LedgerVisit) -> str:
    """The number that the work order has, or would get."""
    return row.workorder_no or work_order_number(situation.settings.number_prefix, row.key, row.try_number)
