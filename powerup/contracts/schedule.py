"""Contract and ledger together: every visit with its state and reason, and what has to be written on which day.

The future is computed here and nowhere stored; the past is the ledger (rules: The two ideas).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from powerup.contracts.contract import CatchUp, Contract, Schedule, Spread, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.floating import done_on
from powerup.contracts.reasons import AFTER_THE_END, WAITING, one_at_a_time
from powerup.contracts.series import deadline_if_made
from powerup.contracts.several_addresses import parts_by_date
from powerup.contracts.situation import (
    ContractSituation,
    last_due_day,
)
from powerup.contracts.transitions import kept_waiting, left_out, to_be_ordered, written_down
from powerup.contracts.undecided import PlanVisits, as_split, follows_its_rule, undecided
from powerup.contracts.visit import (
    LedgerVisit,
    Reason,
    Visit,
    VisitKey,
    VisitState,
    is_asked_for,
    is_undecided,
)


@dataclass(frozen=True, slots=True)
class Coming:
    """The visits of a contract planned from since to until, both inclusive, as `visits` has them from the day of entry
    on: worked out once, for whoever else needs some of them."""

    situation: ContractSituation
    since: date
    until: date
    visits: tuple[Visit, ...]

    def within(self, situation: ContractSituation, since: date, until: date) -> list[Visit] | None:
        """Those of that very situation planned in a part of the time; None where they are not among these."""
        is_known = situation is self.situation and self.since <= since and until <= self.until
        if not is_known or since < situation.contract.entered_on:
            return None
        return [visit for visit in self.visits if since <= visit.planned_date <= until]


_STILL_COMES = (VisitState.ORDERING, VisitState.PLANNED)

LOOK_AHEAD = timedelta(days=366)
"""A contract that has nothing to do within a year is looked at again when that year is over."""


def visits(
    situation: ContractSituation, since: date, until: date, today: date, *, before_entry: bool = True
) -> list[Visit]:
    """Every visit with a planned date from since to until, both inclusive, whatever its state, in order.

    before_entry: also what lies before the day of entry and is written nowhere, which costs as much as there is of it
    between those days.
    """
    if since > until:
        return []
    found = undecided(situation, since, until, today, before_entry=before_entry)
    keys = {visit.key for visit in found}
    found += [
        as_written(row)
        for row in situation.ledger.values()
        if row.state is not VisitState.PLANNED and row.key not in keys
    ]
    found = [visit for visit in found if since <= visit.planned_date <= until]
    found.sort(key=_place)
    return [_made_on(situation, visit, today) if _is_still_to_be_made(visit) else visit for visit in found]


def due(situation: ContractSituation, today: date) -> list[LedgerVisit]:
    """What must be written today: overdue visits withheld or caught up, due ones with the intent to order.

    A key that the situation's ledger already has is a visit that a person had moved, or one that is computed again.
    Nothing past the contract's last day is among them, but what a person had planned there (rules: Generation).
    Of what lies before the day of entry the last visit of each plan and object is among them, and no other.
    Floating visits are decided first: what follows them, and what they cover, depends on what became of them.
    """
    if situation.contract.deleted_on is not None:
        return []
    rows = _one_round(situation, today)
    floating = [row for row in rows if row.key.plan in _floating(situation)]
    if not floating:
        return rows
    ledger = {**situation.ledger, **{row.key: row for row in floating}}
    return [*floating, *due(replace(situation, ledger=ledger), today)]


def wake_on(situation: ContractSituation, today: date) -> date | None:
    """The next day after today on which something is due, or None when nothing ever will be.

    Asked after what is due today was written: situation.ledger holds it. The answer holds until the contract, the
    facts or a work order of a floating plan, or of one that waits for its previous one, change.
    """
    contract = situation.contract
    if contract.deleted_on is not None:
        return None
    near_until = last_due_day(situation, today)
    near = undecided(situation, contract.start, near_until, today, before_entry=False)
    turns = WAITING | {Reason.COVERED} if _floating(situation) else WAITING
    days = [_wake_of(visit, turns, today) for visit in near]
    look_at_again = today + LOOK_AHEAD
    far_until = last_due_day(situation, look_at_again)
    if contract.last_day is None or contract.last_day > far_until:
        days += [look_at_again] if _recurs(situation) else []
    else:
        far_until = contract.last_day
    days += [_first_generation(situation, plan, near_until + A_DAY, far_until, today) for plan in contract.plans]
    return min((day for day in days if day is not None), default=None)


def written_from(visit: Visit) -> LedgerVisit:
    """The ledger row of a visit: its own once that is decided, else one with the dates and the reason it has now."""
    if visit.written is not None and not is_undecided(visit.written):
        return visit.written
    return written_down(visit)


def _one_round(situation: ContractSituation, today: date) -> list[LedgerVisit]:
    found = undecided(situation, situation.contract.start, last_due_day(situation, today), today, before_entry=False)
    found = [visit for visit in found if _can_be_due(visit, today)]
    found.sort(key=_in_order)
    one_round = _Round(situation, found, today)
    return [row for row in map(one_round.decide, found) if row is not None]


def _floating(situation: ContractSituation) -> frozenset[str]:
    return frozenset(plan.name for plan in situation.contract.plans if plan.schedule is Schedule.FLOATING)


class _Round:
    """One writing down of what is due; it remembers what it orders, because visits of one series can wait for each
    other."""

    def __init__(self, situation: ContractSituation, found: list[Visit], today: date) -> None:
        self._situation = situation
        self._today = today
        self._prefix = situation.settings.number_prefix
        self._latest = {self._series(each.key): each.key.nominal_date for each in found if self._is_caught_up(each)}
        self._ordered: dict[tuple[str, str], date] = {}
        self._floating = _floating(situation)
        self._unfinished = _unfinished(situation) if self._floating else {}

    def _series(self, key: VisitKey) -> tuple[str, str]:
        return _series(self._situation.contract, key)

    def decide(self, visit: Visit) -> LedgerVisit | None:
        """The row to write of a visit, or None while it waits."""
        if visit.key.plan in self._floating and self._waits_for_another(visit):
            return None
        if visit.reason is not None:
            row = self._passed(visit, visit.reason) if visit.planned_date < self._today else None
        else:
            row = self._ordered_or_missed(visit)
        if visit.key.plan in self._floating and (row is None or row.state in _STILL_COMES):
            self._unfinished[self._series(visit.key)][visit.key] = date.min
        return row

    def _waits_for_another(self, visit: Visit) -> bool:
        """Whether another of its floating series is not done. Of two that nothing was decided about the earlier goes
        first: if each waited for the other, neither would ever come."""
        others = self._unfinished[self._series(visit.key)].items()
        return any((since, key) < _in_order(visit) for key, since in others if key.whole != visit.key.whole)

    def _is_caught_up(self, visit: Visit) -> bool:
        return visit.planned_date < self._today and visit.reason is None

    def _ordered_or_missed(self, visit: Visit) -> LedgerVisit | None:
        overdue = visit.planned_date < self._today
        asked_for = is_asked_for(visit)
        if overdue and not asked_for and self._is_missed(visit.key):
            return left_out(visit, Reason.MISSED)
        if not asked_for and self._follows_an_order(visit.key):
            return left_out(visit, Reason.PREVIOUS_OPEN) if overdue else None
        self._ordered.setdefault(self._series(visit.key), visit.key.nominal_date)
        return to_be_ordered(_made_on(self._situation, visit, self._today), self._prefix)

    def _is_missed(self, key: VisitKey) -> bool:
        """Several of one nominal date are all the latest: no later one stands for any of them."""
        plan = self._situation.contract.plan(key.plan)
        match (plan and plan.catch_up) or self._situation.settings.catch_up:
            case CatchUp.NONE:
                return True
            case CatchUp.ALL:
                return False
            case CatchUp.LATEST:
                return self._latest[self._series(key)] != key.nominal_date

    def _follows_an_order(self, key: VisitKey) -> bool:
        ordered = self._ordered.get(self._series(key))
        return ordered is not None and ordered < key.nominal_date and one_at_a_time(self._situation, key.plan)

    def _passed(self, visit: Visit, reason: Reason) -> LedgerVisit | None:
        """Its day has gone by: what waits for a person's word is written as waiting, once; anything else is over."""
        if reason is not Reason.AWAITING_CONFIRMATION:
            return left_out(visit, reason)
        row = kept_waiting(visit, reason)
        return None if row == visit.written else row


def _series(contract: Contract, key: VisitKey) -> tuple[str, str]:
    return key.plan, contract.series_of(key.object)


def _in_order(visit: Visit) -> tuple[date, VisitKey]:
    return visit.planned_date, visit.key


def _place(visit: Visit) -> tuple[date, str, str, date, str, int]:
    """As `_in_order`, for very many: to compare keys costs several times as much as what they are made of."""
    key = visit.key
    return visit.planned_date, key.contract, key.plan, key.nominal_date, key.object, key.sequence


def _can_be_due(visit: Visit, today: date) -> bool:
    if visit.planned_date < today:
        return visit.written is not None or visit.reason not in AFTER_THE_END
    return visit.generation_date <= today


def _unfinished(situation: ContractSituation) -> dict[tuple[str, str], dict[VisitKey, date]]:
    """Written visits per plan and object that are not done, each with the planned date behind which others of its
    floating series wait for it: all of them where it has its order already."""
    found: dict[tuple[str, str], dict[VisitKey, date]] = defaultdict(dict)
    for row in situation.ledger.values():
        if done_on(row) is None and (row.state is not VisitState.WITHHELD or row.pinned or row.covered_by):
            found[_series(situation.contract, row.key)][row.key] = row.planned_date if is_undecided(row) else date.min
    return found


def as_written(row: LedgerVisit) -> Visit:
    """The visit of a ledger row, as it stands there."""
    return Visit(row.key, row.planned_date, row.generation_date, row.deadline, row.state, row.reason, row)


def _is_still_to_be_made(visit: Visit) -> bool:
    """Whether its work order was never tried, or was refused, so that it is made today at the earliest."""
    if visit.state is VisitState.ORDERING:
        return visit.written is not None and visit.written.attempted_at is None
    return visit.state in (VisitState.PLANNED, VisitState.FAILED)


def _made_on(situation: ContractSituation, visit: Visit, today: date) -> Visit:
    """The visit with the deadline that its work order has when it is made on a day."""
    deadline = deadline_if_made(situation.contract, visit.deadline, today)
    return visit if deadline == visit.deadline else replace(visit, deadline=deadline)


def _wake_of(visit: Visit, turns: Collection[Reason], today: date) -> date | None:
    """The day on which something may come of a visit that is not decided; None where it is only told when asked.

    turns are the reasons that another day takes away by itself: what an open floating plan covers is one of them, since
    its next date goes along with today until it is done.
    """
    if visit.reason in AFTER_THE_END and visit.written is None:
        return None
    if visit.reason is not None and visit.reason not in turns:
        return max(visit.planned_date, today) + A_DAY
    return max(visit.generation_date, today + A_DAY)


def _first_generation(
    situation: ContractSituation, plan: VisitPlan, since: date, until: date, today: date
) -> date | None:
    """The first generation date of the visits of a plan that are planned from since to until and not decided."""
    by_rule = PlanVisits(situation, plan, today)
    first: date | None = None
    parts = parts_by_date(situation.ledger.values())
    for object_code in situation.contract.visited_objects():
        for occurrence in by_rule.of_object(object_code, since, until, before_entry=False):
            if any(follows_its_rule(row) for _, row in as_split(occurrence, situation.ledger, parts)):
                first = min(first or date.max, occurrence.generation_date)
                break
    return first


def _recurs(situation: ContractSituation) -> bool:
    """Whether the contract has visits without being asked for each."""
    yearly = situation.contract.yearly
    return bool(situation.contract.plans) and (yearly is None or yearly.spread is not Spread.CALL_OFF)
