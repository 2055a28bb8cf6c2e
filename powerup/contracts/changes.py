"""What a change of a contract does: its effects on work orders, and the writing down that precedes it.

rules: "Settle, then change" and Actions. Pure: the situations before and after are given.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from powerup.contracts.contract import VisitPlan
from powerup.contracts.effects import Effect, EffectKind, Effects, in_order
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import Situation, due, last_due_day, visits
from powerup.contracts.visit import (
    LedgerVisit,
    Reason,
    Visit,
    VisitKey,
    VisitState,
    is_computed_again,
    planned_again,
    work_order_number,
)

LISTED_AHEAD = timedelta(days=60)
"""Visits with a generation date within these days from today are named one by one (rules: Actions)."""


def settled(situation: Situation, today: date, *, unseen: bool) -> list[LedgerVisit]:
    """What is written under the old rule before a change: overdue visits, and the orders that are due.

    unseen: no cycle has looked at the contract since it was last changed. Then nothing is ordered that the person
    may be correcting at this moment; only what has passed is written.
    """
    return [visit for visit in due(situation, today) if not unseen or visit.planned_date < today]


def after_settling(situation: Situation, written: Collection[LedgerVisit], today: date) -> Situation:
    """The situation with these visits in the ledger, which is then complete through yesterday."""
    ledger = {**situation.ledger, **{visit.key: visit for visit in written}}
    contract = replace(situation.contract, settled_through=today - timedelta(days=1))
    return replace(situation, contract=contract, ledger=ledger)


def counts_from(plan: VisitPlan, last_nominal: date | None, today: date) -> date:
    """From which day a changed rule holds by default: the first day of the plan's period after its last visit in the
    ledger, never before today. The period is the day, week (from Monday), month or year of the plan's unit."""
    if last_nominal is None:
        return today
    match plan.recurrence.unit:
        case Unit.WEEK:
            following = last_nominal + timedelta(days=7 - last_nominal.weekday())
        case Unit.MONTH:
            following = (last_nominal.replace(day=1) + timedelta(days=32)).replace(day=1)
        case Unit.YEAR:
            following = date(last_nominal.year + 1, 1, 1)
        case _:
            following = last_nominal + timedelta(days=1)
    return max(today, following)


def effects_of(before: Situation | None, after: Situation, today: date, existing: Collection[Effect] = ()) -> Effects:
    """The effects of going from one situation to the other, as people confirm them.

    existing are the lines of work orders that are at the host and that the action concerns; after.ledger holds what
    the change itself writes.
    """
    horizon = today + LISTED_AHEAD
    overdue = [visit for visit in due(after, today) if visit.planned_date < today]
    beyond = Counter(visit.reason for visit in overdue if visit.state is VisitState.WITHHELD and visit.reason)
    named = {effect.key for effect in existing}
    upcoming = [visit for visit in _upcoming(after, today, horizon) if visit.key not in named or visit.reason is None]
    earlier = {visit.key: visit for visit in _upcoming(before, today, horizon)} if before else {}
    found = [_of_written(after, visit) for visit in overdue if visit.state is VisitState.ORDERING]
    found += [_of_upcoming(after, visit, earlier.get(visit.key)) for visit in upcoming]
    found += [_of_gone(after, visit) for visit in _gone(earlier, upcoming, after)]
    return Effects(in_order([*found, *existing]), dict(beyond))


def of_existing(visit: LedgerVisit, kind: EffectKind, reason: str | None) -> Effect:
    """The line of a work order that is at the host: kept or retracted, in the state it has now."""
    return Effect(kind, visit.key, visit.planned_date, visit.workorder_no, visit.state, reason)


def _upcoming(situation: Situation, today: date, horizon: date) -> list[Visit]:
    """Visits planned from today on that will be looked at by the timer within the horizon."""
    found = visits(situation, today, max(last_due_day(situation, horizon), today), today)
    return [visit for visit in found if visit.generation_date <= horizon and _is_open_question(visit)]


def _is_open_question(visit: Visit) -> bool:
    if visit.written is None:
        return True
    return visit.written.state in (VisitState.PLANNED, VisitState.ORDERING) or is_computed_again(visit.written)


def _of_upcoming(situation: Situation, visit: Visit, earlier: Visit | None) -> Effect:
    kind = EffectKind.WITHHELD if visit.state is VisitState.WITHHELD else EffectKind.CREATED
    if kind is EffectKind.CREATED and earlier and earlier.planned_date != visit.planned_date:
        kind = EffectKind.MOVED
    return _effect(situation, kind, visit.key, visit.planned_date, visit.state, visit.reason, visit.written)


def _gone(earlier: dict[VisitKey, Visit], upcoming: list[Visit], after: Situation) -> list[Visit]:
    still = {visit.key for visit in upcoming}
    return [
        visit
        for key, visit in earlier.items()
        if key not in still and visit.state is VisitState.PLANNED and key not in after.ledger
    ]


def _of_gone(situation: Situation, visit: Visit) -> Effect:
    return _effect(
        situation, EffectKind.WITHHELD, visit.key, visit.planned_date, VisitState.WITHHELD, Reason.CHANGED, None
    )


def _of_written(situation: Situation, visit: LedgerVisit) -> Effect:
    return _effect(
        situation, EffectKind.CREATED, visit.key, visit.planned_date, VisitState.PLANNED, visit.reason, visit
    )


def _effect(
    situation: Situation,
    kind: EffectKind,
    key: VisitKey,
    planned: date,
    state: VisitState,
    reason: Reason | None,
    written: LedgerVisit | None,
) -> Effect:
    number = written.workorder_no if written and kind is not EffectKind.CREATED else None
    next_try = planned_again(written).try_number if written and is_computed_again(written) else 1
    number = number or work_order_number(situation.settings.number_prefix, key, next_try)
    return Effect(kind, key, planned, number, state, reason.value if reason else None)
