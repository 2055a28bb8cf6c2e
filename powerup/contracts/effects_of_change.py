"""What a press changes: what comes without it and what comes with it, compared visit by visit (rules: Actions).

Pure: the situations before and after are given.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from powerup.contracts.contract import Contract, Schedule
from powerup.contracts.days import A_DAY
from powerup.contracts.effects import STARTED, Counted, Effect, EffectKind, Effects, in_order, total_of
from powerup.contracts.reasons import reason_against
from powerup.contracts.schedule import Coming, due, visits, written_from
from powerup.contracts.series import Series, agreed_end
from powerup.contracts.situation import ContractSituation, last_due_day
from powerup.contracts.succession import stands
from powerup.contracts.undecided import left_alone
from powerup.contracts.visit import (
    OPEN,
    LedgerVisit,
    Reason,
    Visit,
    VisitKey,
    VisitState,
    is_undecided,
    moved_from,
    work_order_number,
)

LISTED_AHEAD = timedelta(days=60)
"""Visits with a generation date within these days from today are named one by one (rules: Actions)."""

_COUNTED_AT_LEAST = relativedelta(months=12)
_COUNTED_AT_MOST = relativedelta(years=5)

_NO_ORDER = frozenset({VisitState.WITHHELD, VisitState.RETRACTING, VisitState.REMOVED})
"""States of visits of which no work order comes, as things are."""

_TO_COME = frozenset({VisitState.PLANNED, VisitState.ORDERING})
"""States of visits whose work order the sync is still to make."""

_ByKey = dict[VisitKey, Visit]


def effects_of(
    before: ContractSituation | None,
    after: ContractSituation,
    today: date,
    existing: Iterable[Effect] = (),
    since: date | None = None,
    *,
    to_show: bool = False,
) -> Effects:
    """The effects of going from one situation to the other, as people confirm them; before None where a contract is
    made.

    existing are the lines of work orders at the host that the action takes back or keeps, and all lines of another
    contract that it concerns. after.ledger holds what the change itself writes. since is the day from which the press
    counts, where that is later than today. to_show keeps the visits as they are then beside their effects.
    """
    contracts = [situation.contract for situation in (before, after) if situation is not None]
    until = counted_until(contracts, max(since or today, today))
    window = max(until, *(last_due_day(situation, today + LISTED_AHEAD) for situation in (before, after) if situation))
    lines = _of_orders(existing, after)
    compared = _Comparison(before, after, today, window)
    differences = list(compared.differences(lines))
    rest = [each.counted_as for each in differences if not each.is_named(today) and each.first_day <= until]
    at_once = compared.at_once()
    beyond = Counter(rest)
    if before is None:
        beyond.update({total_of(EffectKind.WITHHELD, reason): n for reason, n in left_alone(after, today).items()})
    return Effects(
        in_order([*lines, *(each.line(after) for each in differences if each.is_named(today))]),
        dict(beyond),
        counted_until=until,
        at_once=len(at_once),
        sooner=sum(compared.would_come_later(key) for key in at_once),
        coming=compared.coming if to_show else None,
    )


def effects_on_visit(
    before: ContractSituation,
    after: ContractSituation,
    visit: LedgerVisit,
    today: date,
    existing: Iterable[Effect] = (),
) -> Effects:
    """The effects of an action on one visit: that one, however far ahead it lies, and others that it changes.

    visit is as the action writes it; before, after and existing are as in `effects_of`.
    """
    earlier = before.ledger.get(visit.key, visit)
    horizon = max(today + LISTED_AHEAD, visit.planned_date, earlier.planned_date, visit.key.nominal_date)
    window = max(last_due_day(situation, horizon) for situation in (before, after))
    lines = _of_orders(existing, after)
    differences = _Comparison(before, after, today, window).differences(lines)
    return Effects(in_order([*lines, *(each.line(after) for each in differences)]))


def counted_until(contracts: Iterable[Contract], since: date) -> date:
    """The last day whose visits are counted: the later of the contracts' agreed ends, or twelve months from since where
    one of them has none or renews by itself; never more than five years from since."""
    ends = [agreed_end(contract) for contract in contracts]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return since + _COUNTED_AT_LEAST - A_DAY
    return min(max(known), since + _COUNTED_AT_MOST - A_DAY)


def of_existing(visit: LedgerVisit, kind: EffectKind, reason: str | None, told: VisitState | None = None) -> Effect:
    """The line of a written visit, in the state it has now, or in the one told; what is withheld has no order."""
    number = None if kind is EffectKind.WITHHELD else visit.workorder_no
    return Effect(kind, visit.key, visit.planned_date, number, told or visit.state, reason, moved_from(visit))


def kept(
    before: ContractSituation, after: ContractSituation, today: date, named: Collection[VisitKey] = ()
) -> Iterator[Effect]:
    """The work orders that stay, and that the contract would not have as it is then. named have their lines already.

    Of those whose day has passed only what is still open.
    """
    for row in after.ledger.values():
        if row.key in named or not stands(row) or row.state is VisitState.RETRACTING:
            continue
        concerned = row.planned_date >= today or row.state in OPEN
        if concerned and would_have(before, row) and not would_have(after, row):
            yield of_existing(row, EffectKind.KEPT, STARTED if _is_started(row) else None)


def would_have(situation: ContractSituation, row: LedgerVisit) -> bool:
    """Whether the contract would make the work order of a visit that has one: by its rule, by one that held before, or
    because a person wanted it."""
    contract, key = situation.contract, row.key
    plan = contract.plan(key.plan)
    if plan is None or key.visited_as not in contract.visited_objects() or row.planned_date < contract.start:
        return False
    if reason_against(contract, row, situation.facts) is not None:
        return False
    if row.pinned or row.asked_for or plan.schedule is Schedule.FLOATING:
        return True
    series = Series(contract, plan, situation.calendar, situation.settings)
    return key.nominal_date < series.first_day_of(key.visited_as) or series.has(key)


def _is_started(row: LedgerVisit) -> bool:
    return row.state not in (VisitState.ORDERED, VisitState.ORDERING)


def _of_orders(existing: Iterable[Effect], after: ContractSituation) -> list[Effect]:
    """The lines of work orders; whatever else becomes of the contract's own visits is found by comparing."""
    own = after.contract.number
    of_orders = (EffectKind.RETRACTED, EffectKind.KEPT)
    return [effect for effect in existing if effect.kind in of_orders or effect.key.contract != own]


@dataclass(frozen=True, slots=True)
class _Difference:
    """What becomes of one visit: as it is then, or as it was where it is none any more; and the sooner of its days
    before and after."""

    kind: EffectKind
    visit: Visit
    reason: Reason | None
    first_day: date
    generation_date: date

    @property
    def counted_as(self) -> Counted:
        return total_of(self.kind, self.reason)

    def is_named(self, today: date) -> bool:
        return self.reason is not Reason.BEFORE_ENTRY and self.generation_date <= today + LISTED_AHEAD

    def line(self, after: ContractSituation) -> Effect:
        """Its line in the list: most differences are only counted."""
        visit, number, state = self.visit, None, VisitState.WITHHELD
        if self.kind is not EffectKind.WITHHELD:
            row = written_from(visit)
            number = row.workorder_no or work_order_number(after.settings.number_prefix, row.key, row.try_number)
            state = visit.state if self.kind is EffectKind.MOVED else VisitState.PLANNED
        return Effect(self.kind, visit.key, visit.planned_date, number, state, self.reason, visit.moved_from)


class _Comparison:
    """The visits of a contract planned until a day, without a press and with it."""

    def __init__(self, before: ContractSituation | None, after: ContractSituation, today: date, until: date) -> None:
        self._before, self._after, self._today, self._until = before, after, today, until
        since = min(situation.contract.start for situation in (before, after) if situation is not None)
        self.coming = _coming(after, since, until, today)
        self._was, self._will = _both(before, self.coming, today, until)

    def differences(self, existing: Iterable[Effect]) -> Iterator[_Difference]:
        """What is not the same on both sides, but for visits that have their line as an order at the host."""
        of_orders = {effect.key: effect.kind for effect in existing}
        for key in {**self._was, **self._will} if self._was else self._will:
            earlier, later = self._was.get(key), self._will.get(key)
            kind = of_orders.get(key) if of_orders else None
            if kind is not None and not (kind is EffectKind.RETRACTED and _comes(later)):
                continue
            told = self._becomes(earlier if kind is None else None, later)
            if told is None:
                continue
            both = [visit for visit in (earlier, later) if visit is not None]
            first_day = min(visit.planned_date for visit in both)
            if first_day <= self._until:
                yield _Difference(*told, first_day, min(visit.generation_date for visit in both))

    def _becomes(self, earlier: Visit | None, later: Visit | None) -> tuple[EffectKind, Visit, Reason | None] | None:
        """What becomes of one visit, None where it is the same without the press."""
        came = earlier is not None and _comes(earlier)
        if later is not None and _comes(later):
            if earlier is None or not came:
                return EffectKind.CREATED, later, later.reason
            moved = earlier.planned_date != later.planned_date
            return (EffectKind.MOVED, later, later.reason) if moved else None
        if later is None:
            return (EffectKind.WITHHELD, earlier, self._gone(earlier)) if earlier is not None and came else None
        return (EffectKind.WITHHELD, later, later.reason) if came or self._before is None else None

    def _gone(self, visit: Visit) -> Reason:
        """Why a visit that was to come is none any more."""
        last_day = self._after.contract.last_day
        ended = last_day is not None and visit.planned_date > last_day
        return Reason.CONTRACT_ENDED if ended else Reason.CHANGED

    def at_once(self) -> list[VisitKey]:
        """The visits whose orders become due today by the press."""
        return [
            key for key, visit in self._will.items() if self._is_due(visit) and not self._is_due(self._was.get(key))
        ]

    def would_come_later(self, key: VisitKey) -> bool:
        """Whether the order of a visit that becomes due today would come without the press, too."""
        return (earlier := self._was.get(key)) is not None and earlier.state in _TO_COME

    def _is_due(self, visit: Visit | None) -> bool:
        to_come = visit is not None and visit.state in _TO_COME and visit.reason is None
        return to_come and visit is not None and visit.generation_date <= self._today


def _comes(visit: Visit | None) -> bool:
    """Whether a visit has its order, or gets one as things are."""
    return visit is not None and visit.state not in _NO_ORDER


def _both(before: ContractSituation | None, after: Coming, today: date, until: date) -> tuple[_ByKey, _ByKey]:
    """The visits without the press and with it; of a floating plan those that are written and the next one, since what
    follows that depends on when it is done."""
    was = visits_to_come(before, after.since, until, today) if before is not None else {}
    will = _as_of_today(after, today)
    following: set[VisitKey] = set()
    nearest: set[VisitKey] = set()
    for situation, coming in ((before, was), (after.situation, will)):
        for several in _ahead(situation, coming, today) if situation is not None else ():
            following.update(several)
            nearest.add(next((key for key in several if _comes(coming[key])), several[0]))
    return _without(was, following - nearest), _without(will, following - nearest)


def _without(coming: _ByKey, left_out: Collection[VisitKey]) -> _ByKey:
    return {key: visit for key, visit in coming.items() if key not in left_out} if left_out else coming


def _ahead(situation: ContractSituation, coming: _ByKey, today: date) -> list[list[VisitKey]]:
    """The visits of floating plans that are still to be decided, in order, of each plan and object."""
    floating = {plan.name for plan in situation.contract.plans if plan.schedule is Schedule.FLOATING}
    found: dict[tuple[str, str | None], list[VisitKey]] = {}
    for key, visit in coming.items():
        if key.plan in floating and visit.planned_date >= today and _is_open_question(visit):
            found.setdefault((key.plan, key.visited_as), []).append(key)
    return list(found.values())


def visits_to_come(situation: ContractSituation, since: date, until: date, today: date) -> _ByKey:
    """Every visit planned from since to until by its key, those that are overdue as they would be written today; of
    what lies before the day of entry only what is written, or is to be."""
    return _as_of_today(_coming(situation, since, until, today), today)


def _coming(situation: ContractSituation, since: date, until: date, today: date) -> Coming:
    reach = situation.open_days.next(until + A_DAY)
    return Coming(situation, since, reach, tuple(visits(situation, since, reach, today, before_entry=False)))


def _as_of_today(coming: Coming, today: date) -> _ByKey:
    found = {visit.key: visit for visit in coming.visits}
    if any(visit.planned_date < today and _is_open_question(visit) for visit in coming.visits):
        for row in due(coming.situation, today):
            if row.planned_date < today:
                found[row.key] = Visit(
                    row.key, row.planned_date, row.generation_date, row.deadline, row.state, row.reason, row
                )
    return found


def _is_open_question(visit: Visit) -> bool:
    """Whether nothing is written of it yet that stays."""
    return visit.state is VisitState.PLANNED and (visit.written is None or is_undecided(visit.written))
