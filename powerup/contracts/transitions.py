"""The life of a visit: every way from one state to the next, by name (glossary: The life of a visit).

No other module writes a state into a row of the ledger. Each way says from which states it leads; from any other it
raises TransitionError, since what would be written then was decided about a visit that is no longer there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from powerup.contracts.visit import (
    AT_HOST,
    Doubt,
    LedgerVisit,
    Reason,
    Visit,
    VisitKey,
    VisitState,
    is_undecided,
    work_order_number,
)
from powerup.errors import PowerupError

P = ParamSpec("P")


class TransitionError(PowerupError):
    """A visit is in a state from which the way that was asked for does not lead."""


@dataclass(frozen=True, slots=True)
class Way:
    """From which states of a written visit a way leads, and to which; computed: also from a visit without a row."""

    sources: frozenset[VisitState]
    targets: frozenset[VisitState]
    computed: bool = False


WAYS: dict[str, Way] = {}
"""All ways, by the name of their function."""


def _written(
    *sources: VisitState, to: tuple[VisitState, ...]
) -> Callable[[Callable[Concatenate[LedgerVisit, P], LedgerVisit]], Callable[Concatenate[LedgerVisit, P], LedgerVisit]]:
    """Declares a way of a visit that is written."""
    allowed = frozenset(sources)

    def declared(
        way: Callable[Concatenate[LedgerVisit, P], LedgerVisit],
    ) -> Callable[Concatenate[LedgerVisit, P], LedgerVisit]:
        WAYS[way.__name__] = Way(allowed, frozenset(to))

        @wraps(way)
        def checked(visit: LedgerVisit, /, *args: P.args, **kwargs: P.kwargs) -> LedgerVisit:
            if visit.state not in allowed:
                raise _no_way(way.__name__, visit)
            return way(visit, *args, **kwargs)

        return checked

    return declared


def _computed(
    *sources: VisitState, to: tuple[VisitState, ...]
) -> Callable[[Callable[Concatenate[Visit, P], LedgerVisit]], Callable[Concatenate[Visit, P], LedgerVisit]]:
    """Declares a way of a visit that no row decides: it has none, or one in these states."""
    allowed = frozenset(sources)

    def declared(way: Callable[Concatenate[Visit, P], LedgerVisit]) -> Callable[Concatenate[Visit, P], LedgerVisit]:
        WAYS[way.__name__] = Way(allowed, frozenset(to), computed=True)

        @wraps(way)
        def checked(visit: Visit, /, *args: P.args, **kwargs: P.kwargs) -> LedgerVisit:
            if visit.written is not None and visit.written.state not in allowed:
                raise _no_way(way.__name__, visit.written)
            return way(visit, *args, **kwargs)

        return checked

    return declared


def _no_way(name: str, visit: LedgerVisit) -> TransitionError:
    sources = ", ".join(sorted(WAYS[name].sources))
    why = f" ({visit.reason})" if visit.reason else ""
    return TransitionError(f"Visit {visit.key} is {visit.state}{why}; {name} leads from {sources} only.")


# Decided by the rule


@_computed(VisitState.PLANNED, VisitState.WITHHELD, to=(VisitState.PLANNED, VisitState.WITHHELD))
def written_down(visit: Visit) -> LedgerVisit:
    """A visit that no row decides, in a row as it is computed now."""
    return _row_of("written_down", visit, visit.state, visit.reason)


@_computed(VisitState.PLANNED, VisitState.WITHHELD, to=(VisitState.ORDERING,))
def to_be_ordered(visit: Visit, prefix: str) -> LedgerVisit:
    """Its generation date has come and nothing is against it: the intent to order, with the order's number."""
    return _row_of("to_be_ordered", visit, VisitState.ORDERING, None, prefix)


@_computed(VisitState.PLANNED, VisitState.WITHHELD, to=(VisitState.WITHHELD,))
def left_out(visit: Visit, reason: Reason) -> LedgerVisit:
    """No work order will come of it: its planned date has passed with that reason, or a person skips it."""
    return _row_of("left_out", visit, VisitState.WITHHELD, reason)


@_computed(VisitState.PLANNED, VisitState.WITHHELD, to=(VisitState.PLANNED,))
def kept_waiting(visit: Visit, reason: Reason) -> LedgerVisit:
    """Its planned date has passed while it waits for a person's word."""
    return _row_of("kept_waiting", visit, VisitState.PLANNED, reason)


def _row_of(way: str, visit: Visit, state: VisitState, reason: Reason | None, prefix: str | None = None) -> LedgerVisit:
    """The ledger row in that state; with a prefix it gets the number of a work order."""
    row = visit.written
    if row is not None and not is_undecided(row):
        raise _no_way(way, row)
    if row is not None and row.state is VisitState.WITHHELD:
        row = planned_again(row)
    try_number = row.try_number if row else 1
    number = None if prefix is None else work_order_number(prefix, visit.key, try_number)
    if row is None:
        return LedgerVisit(
            visit.key, visit.planned_date, visit.generation_date, visit.deadline, state, reason, workorder_no=number
        )
    return replace(
        row,
        planned_date=visit.planned_date,
        generation_date=visit.generation_date,
        deadline=visit.deadline,
        state=state,
        reason=reason,
        workorder_no=number,
    )


# Decided by a person


@_computed(VisitState.PLANNED, VisitState.WITHHELD, VisitState.FAILED, to=(VisitState.PLANNED,))
def held_by_hand(visit: Visit) -> LedgerVisit:
    """A person gives a visit without an order another day: it is planned, whatever was against it."""
    row = visit.written
    if row is None or row.state is VisitState.PLANNED:
        return _row_of("held_by_hand", visit, VisitState.PLANNED, None)
    return planned_again(row)


def called_off(key: VisitKey, planned_date: date, generation_date: date, deadline: date) -> LedgerVisit:
    """A visit that no rule has, on the day for which a person asks for it."""
    return LedgerVisit(key, planned_date, generation_date, deadline, VisitState.PLANNED, pinned=True, asked_for=True)


WAYS["called_off"] = Way(frozenset(), frozenset({VisitState.PLANNED}), computed=True)


@_written(VisitState.PLANNED, VisitState.WITHHELD, to=(VisitState.ORDERING,))
def ordered_by_hand(visit: LedgerVisit, prefix: str, deadline: date) -> LedgerVisit:
    """A person wants the order at once, whatever its day and the reason that held it back."""
    number = work_order_number(prefix, visit.key, visit.try_number)
    return replace(visit, state=VisitState.ORDERING, reason=None, workorder_no=number, deadline=deadline)


@_written(VisitState.ORDERING, to=(VisitState.PLANNED,))
def recalled(visit: LedgerVisit) -> LedgerVisit:
    """The intent to order it, of which nothing is under way to the host, is taken back for another day."""
    return replace(visit, state=VisitState.PLANNED, workorder_no=None)


@_written(VisitState.ORDERING, VisitState.FAILED, to=(VisitState.WITHHELD,))
def given_up(visit: LedgerVisit, reason: Reason) -> LedgerVisit:
    """Its contract, or a person, does not want it any more, and no order of it is at the host."""
    return replace(visit, state=VisitState.WITHHELD, reason=reason, retry_at=None)


@_written(VisitState.ORDERING, VisitState.ORDERED, to=(VisitState.RETRACTING,))
def retracting(visit: LedgerVisit, reason: Reason) -> LedgerVisit:
    """The intent to delete its order at the host; it will be withheld for that reason."""
    return replace(visit, state=VisitState.RETRACTING, reason=reason)


@_written(VisitState.RETRACTING, to=(VisitState.RETRACTING,))
def ordered_anew(visit: LedgerVisit) -> LedgerVisit:
    """What its order is taken back for does not hold any more: it is deleted all the same, and then made again."""
    return replace(visit, reason=Reason.CHANGED)


@_written(
    VisitState.PLANNED,
    VisitState.ORDERING,
    VisitState.FAILED,
    VisitState.WITHHELD,
    VisitState.REMOVED,
    to=(VisitState.PLANNED,),
)
def planned_again(visit: LedgerVisit) -> LedgerVisit:
    """The visit back in the plan: it keeps its key, and takes the next try's number when its order may have left,
    because a host may remember numbers (rules: Actions). Unless pinned it is computed from its contract again."""
    return replace(
        visit,
        state=VisitState.PLANNED,
        reason=None,
        workorder_no=None,
        try_number=visit.try_number + (1 if visit.attempts else 0),
        attempts=0,
        host_row_id=None,
        attempted_at=None,
        refusal=None,
        retry_at=None,
        completed_on=None,
        worked_minutes=None,
        told_date=None,
        untold=False,
        doubt=None,
        covered_by=None,
    )


def stood_for(key: VisitKey, earlier: LedgerVisit, *, pinned: bool, completed_on: date | None) -> LedgerVisit:
    """A visit of a restarted contract, of that key, for which one of an earlier contract stands."""
    return LedgerVisit(
        key,
        earlier.planned_date,
        earlier.generation_date,
        earlier.deadline,
        VisitState.WITHHELD,
        Reason.COVERED,
        pinned=pinned,
        completed_on=completed_on,
        covered_by=earlier.key.contract,
        moved_from=earlier.moved_from,
        employee=earlier.employee,
        start_time=earlier.start_time,
        carries=earlier.carries,
    )


WAYS["stood_for"] = Way(frozenset(), frozenset({VisitState.WITHHELD}), computed=True)


# On the way to the host


@_written(VisitState.ORDERING, VisitState.FAILED, to=(VisitState.WITHHELD,))
def withheld(visit: LedgerVisit, reason: Reason) -> LedgerVisit:
    """The last look before it is sent finds a reason against it, or it was missed."""
    return _without_order(visit, reason)


@_written(VisitState.ORDERING, to=(VisitState.ORDERING,))
def attempted(visit: LedgerVisit, now: datetime) -> LedgerVisit:
    """A call to order it goes out now; until its answer is written, nobody knows its outcome."""
    return replace(visit, attempted_at=now, attempts=visit.attempts + 1, refusal=None, retry_at=None, changed_at=now)


@_written(VisitState.ORDERING, to=(VisitState.ORDERING,))
def not_attempted(visit: LedgerVisit) -> LedgerVisit:
    """The call of `attempted` did nothing at the host."""
    return replace(visit, attempted_at=None, attempts=max(visit.attempts - 1, 0))


@_written(VisitState.ORDERING, to=(VisitState.ORDERED,))
def ordered(visit: LedgerVisit, row_id: int, told_date: date | None, now: datetime) -> LedgerVisit:
    """The host says that it has it, Klaargezet, on this date or with a deadline only; believed once it is seen."""
    return replace(
        visit,
        state=VisitState.ORDERED,
        reason=None,
        host_row_id=row_id,
        attempted_at=None,
        told_date=told_date,
        changed_at=now,
        doubt=visit.doubt or Doubt.ANSWERED,
    )


@_written(VisitState.ORDERING, to=(VisitState.FAILED,))
def refused(visit: LedgerVisit, words: str, retry_at: datetime) -> LedgerVisit:
    """The host refused the record under its number, in its own words."""
    return replace(visit, state=VisitState.FAILED, attempted_at=None, refusal=words, retry_at=retry_at)


@_written(VisitState.ORDERING, VisitState.FAILED, to=(VisitState.FAILED,))
def not_possible(visit: LedgerVisit, words: str, retry_at: datetime) -> LedgerVisit:
    """Something that its work order needs is not at the host; no call was made, so its number stays unused."""
    return replace(
        visit,
        state=VisitState.FAILED,
        workorder_no=None,
        attempted_at=None,
        attempts=visit.attempts + 1,
        refusal=words,
        retry_at=retry_at,
    )


@_written(VisitState.ORDERING, to=(VisitState.ORDERING,))
def not_found(visit: LedgerVisit) -> LedgerVisit:
    """The host has no order with its number, as yet: it is sent again, and the attempt remembered, which may arrive."""
    return replace(visit, attempted_at=None, retry_at=None, doubt=Doubt.LOST)


@_written(VisitState.FAILED, to=(VisitState.ORDERING,))
def tried_again(visit: LedgerVisit, prefix: str) -> LedgerVisit:
    """On its way again: under the next try's number when the host refused it under the present one."""
    try_number = visit.try_number + 1 if visit.workorder_no else visit.try_number
    number = work_order_number(prefix, visit.key, try_number)
    return replace(visit, state=VisitState.ORDERING, try_number=try_number, workorder_no=number, doubt=None)


@_written(VisitState.ORDERING, VisitState.ORDERED, to=(VisitState.FAILED,))
def clash(visit: LedgerVisit, words: str) -> LedgerVisit:
    """Another work order has its number (rules: Whose order is it?). Only a person can say whose it is."""
    return replace(
        visit,
        state=VisitState.FAILED,
        reason=None,
        host_row_id=None,
        attempted_at=None,
        attempts=max(visit.attempts, 1),  # the number is used up, so that a retry takes the next one
        refusal=words,
        retry_at=None,
        told_date=None,
        untold=False,
        doubt=None,
    )


def is_clash(visit: LedgerVisit) -> bool:
    """Whether it failed because another order has its number: no cycle tries it again, only a person's word does."""
    return visit.state is VisitState.FAILED and visit.retry_at is None


@_written(VisitState.ORDERING, VisitState.ORDERED, to=(VisitState.ORDERING,))
def under_another_number(visit: LedgerVisit, number: str, try_number: int) -> LedgerVisit:
    """On its way again under a number that never left for the host."""
    return replace(
        visit,
        state=VisitState.ORDERING,
        reason=None,
        workorder_no=number,
        try_number=try_number,
        host_row_id=None,
        attempted_at=None,
        attempts=0,
        refusal=None,
        retry_at=None,
        completed_on=None,
        worked_minutes=None,
        told_date=None,
        untold=False,
        doubt=None,
    )


# As the host has it


@_written(
    VisitState.ORDERING,
    VisitState.ORDERED,
    VisitState.RETRACTING,
    VisitState.IN_PROGRESS,
    VisitState.COMPLETED,
    VisitState.SETTLED,
    VisitState.WITHHELD,
    VisitState.FAILED,
    VisitState.REMOVED,
    to=(
        VisitState.ORDERED,
        VisitState.IN_PROGRESS,
        VisitState.COMPLETED,
        VisitState.SETTLED,
        VisitState.REMOVED,
    ),
)
def seen(
    visit: LedgerVisit,
    status: VisitState | None,
    row_id: int,
    *,
    archived: bool,
    done_on: date | None,
    worked_minutes: int | None = None,
    today: date,
) -> LedgerVisit:
    """The visit in the state in which the host has its work order now.

    status is the state that the order's status means, None for one that API 8 does not name: the order is there all
    the same, so the visit is ordered at least. An archived order comes no more: it is removed when it was not done
    yet, settled when it was (host page 4.8). done_on: the day of the work by the host's word, where it has one.
    worked_minutes: how long was worked by the host's word; what was known of that stays where it says nothing.
    """
    state = status or visit.state
    if state not in AT_HOST:
        state = VisitState.ORDERED
    if archived and state in (VisitState.ORDERED, VisitState.IN_PROGRESS):
        state = VisitState.REMOVED
    elif archived and state is VisitState.COMPLETED:
        state = VisitState.SETTLED
    done = state in (VisitState.COMPLETED, VisitState.SETTLED)
    return replace(
        visit,
        state=state,
        reason=None,
        host_row_id=row_id,
        attempted_at=None,
        doubt=None,
        completed_on=done_on or visit.completed_on or today if done else None,
        worked_minutes=(visit.worked_minutes if worked_minutes is None else worked_minutes) if done else None,
    )


@_written(VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.COMPLETED, to=(VisitState.REMOVED,))
def removed(visit: LedgerVisit) -> LedgerVisit:
    """The host has its order no more, and nobody here deleted it."""
    return replace(visit, state=VisitState.REMOVED)


@_written(VisitState.RETRACTING, to=(VisitState.WITHHELD,))
def taken_back(visit: LedgerVisit) -> LedgerVisit:
    """Its order was deleted at the host, or never got there: withheld, with the reason of the press."""
    return _without_order(visit, visit.reason or Reason.CHANGED)


def _without_order(visit: LedgerVisit, reason: Reason) -> LedgerVisit:
    return replace(
        visit,
        state=VisitState.WITHHELD,
        reason=reason,
        host_row_id=None,
        attempted_at=None,
        refusal=None,
        retry_at=None,
        doubt=None,
    )
