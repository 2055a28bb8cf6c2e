"""A contract that was restarted: what the new one takes over of the old one's visits (rules: Actions, restart).

Without a gap the new contract carries the series of the old one on, so that nothing between them is lost or made twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from powerup.contracts.contract import Contract, Schedule, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.floating import done_on
from powerup.contracts.reasons import AFTER_THE_END
from powerup.contracts.schedule import due, visits, written_from
from powerup.contracts.series import Series
from powerup.contracts.several_addresses import of_one_date, parts_by_date
from powerup.contracts.situation import ContractSituation
from powerup.contracts.transitions import planned_again, stood_for
from powerup.contracts.visit import (
    AT_HOST,
    LedgerVisit,
    Reason,
    Visit,
    VisitKey,
    VisitState,
)

_STILL_COMES = frozenset({VisitState.PLANNED, VisitState.ORDERING, VisitState.FAILED})
_CAN_COME_AGAIN = _STILL_COMES | {VisitState.WITHHELD, VisitState.REMOVED}
_OVER = frozenset({VisitState.COMPLETED, VisitState.SETTLED, VisitState.REMOVED})


def goes_on(old: Contract, start: date) -> bool:
    """Whether a new start leaves no gap: it is the day after the old contract's last day."""
    return old.last_day is not None and start == old.last_day + A_DAY


def restarted(old: Contract, number: str, start: date, end: date | None, today: date) -> Contract:
    """The new contract, with the conditions of the old one.

    Without a gap its plans and contract years go on as they were, and what is overdue on the day of the restart follows
    the catch-up policy; else plans without an anchor of their own begin anew with the start, as a contract that is
    entered today.
    """
    without_gap = goes_on(old, start)
    return replace(
        old,
        number=number,
        start=start,
        end=end,
        entered_on=max(start, old.entered_on) if without_gap else today,
        plans=old.plans if without_gap else tuple(map(_begun_anew, old.plans)),
        termination=None,
        pauses=tuple(pause for pause in old.pauses if pause.every_year),
        renewals=0,
        end_counts_from=None,
        restarted_from=old.number,
        restarted_as=None,
        goes_on_from=old.counted_from if without_gap else None,
        settled_through=None,
        version=1,
    )


def _begun_anew(plan: VisitPlan) -> VisitPlan:
    """The plan without what belonged to the old period; anchors that were named stay."""
    return replace(plan, next_visit=None, next_visits=(), counts_from=None, objects_from=())


def stands(visit: LedgerVisit) -> bool:
    """Whether the host has a work order of the visit, or may have it, so that another one would be a second."""
    if visit.state is VisitState.ORDERING:
        return visit.attempted_at is not None
    return visit.state in AT_HOST or visit.state is VisitState.RETRACTING


def taken_over(
    old: ContractSituation, new: Contract, earlier: Iterable[LedgerVisit], today: date
) -> tuple[LedgerVisit, ...]:
    """The visits that are written for the new contract when it is made.

    Those for which a visit of the old contract stands, or of an earlier one of the chain (`earlier`), are covered until
    it is known what becomes of that; so are those whose completion a latest date counts from. Without a gap also: what
    the old contract would have had later by a shift or by a person's hand, and what floating plans count from or wait
    for. old.ledger holds what the restart itself writes.
    """
    to_new = _TakingOver(old, new, today)
    standing = [row for row in (*earlier, *old.ledger.values()) if stands(row)]
    rows = {row.key: row for row in to_new.covered(standing)}
    if new.goes_on_from is not None:
        rows |= {row.key: row for row in to_new.going_on() if row.key not in rows}
    rows |= {row.key: row for row in to_new.beside(rows)}
    if new.goes_on_from is not None:
        rows |= {row.key: row for row in to_new.still_open() if row.key not in rows}
        rows |= {row.key: row for row in to_new.last_done() if row.key not in rows}
    rows |= {row.key: row for row in to_new.last_completed() if row.key not in rows}
    return tuple(rows.values())


def completed(visit: LedgerVisit) -> date | None:
    """The day on which the work of a visit was done, also where one of an earlier contract stood for it; None while
    there was none."""
    if visit.covered_by is not None:
        return visit.completed_on
    done = visit.state in (VisitState.COMPLETED, VisitState.SETTLED)
    return (visit.completed_on or visit.planned_date) if done else None


def followed(visit: LedgerVisit, covering: LedgerVisit) -> LedgerVisit:
    """A covered visit of the new contract by what has become of the old contract's that stood for it.

    It comes after all when the old order was taken back, or never made, unless a person skipped that.
    """
    if visit.covered_by is None or visit.completed_on is not None:
        return visit
    if covering.state is VisitState.WITHHELD and covering.reason is not Reason.SKIPPED:
        return replace(planned_again(visit), run_id=None)
    if covering.state in _OVER or covering.state is VisitState.WITHHELD:
        return replace(visit, completed_on=done_on(covering))
    return visit


class _TakingOver:
    """From the visits of the old contract to those of the new one, plan by plan."""

    def __init__(self, old: ContractSituation, new: Contract, today: date) -> None:
        self._old = old
        self._new = new
        self._today = today
        self._without_gap = new.goes_on_from is not None
        self._objects = frozenset(code or "" for code in new.visited_objects())
        self._series = {plan.name: Series(new, plan, old.calendar, old.settings) for plan in new.plans}
        self._floating = self._floating_as_decided() if self._without_gap else ()

    def covered(self, standing: Iterable[LedgerVisit]) -> Iterator[LedgerVisit]:
        """The visits of the new contract that these orders stand for."""
        for row in standing:
            if self._is_ours(row.key) and self._has(row):
                yield self._covered_by(row)

    def going_on(self) -> Iterator[LedgerVisit]:
        """What the rule of the new contract does not give, and what a person decided about days that are its own."""
        for visit in visits(self._old, self._since(), self._until(), self._today):
            if not self._is_ours(visit.key) or max(visit.key.nominal_date, visit.planned_date) < self._new.start:
                continue
            if visit.planned_date < self._new.start:
                if visit.state in _STILL_COMES:  # it still comes from the old contract
                    yield self._covered_by(written_from(visit))
            elif visit.state is VisitState.WITHHELD and visit.reason is Reason.SKIPPED and visit.written:
                yield replace(visit.written, key=self._key(visit.key), run_id=None)
            elif self._comes_only_here(visit):
                yield self._planned_here(written_from(visit))

    def _planned_here(self, row: LedgerVisit) -> LedgerVisit:
        """A visit of the old contract that comes from the new one; not before its old order has been taken back."""
        if stands(row):
            return self._covered_by(row)
        return replace(planned_again(row), key=self._key(row.key), try_number=1, pinned=True, run_id=None)

    def still_open(self) -> Iterator[LedgerVisit]:
        """The visits of floating plans that the old contract still orders: the next one waits until they are done."""
        for row in self._floating:
            if row.state in _STILL_COMES and row.planned_date < self._new.start:
                yield self._covered_by(row)

    def last_done(self) -> Iterator[LedgerVisit]:
        """From which visit a floating plan goes on counting."""
        done: dict[tuple[str, str | None], tuple[date, LedgerVisit]] = {}
        for row in self._floating:
            day = done_on(row)
            if day is None or row.reason in AFTER_THE_END:
                continue
            series = row.key.plan, row.key.visited_as
            if series not in done or done[series][0] < day:
                done[series] = day, row
        for day, row in done.values():
            yield replace(self._covered_by(row), planned_date=day, completed_on=day)

    def last_completed(self) -> Iterator[LedgerVisit]:
        """From which completion the latest dates go on counting, of plans that have one."""
        last: dict[tuple[str, str | None], tuple[date, list[LedgerVisit]]] = {}
        for rows in of_one_date(self._old.ledger.values()):
            key, days = rows[0].key, [day for day in map(completed, rows) if day is not None]
            if len(days) < len(rows) or not self._is_ours(key) or self._series[key.plan].plan.latest_after is None:
                continue
            series = key.plan, key.visited_as
            if series not in last or last[series][0] < min(days):
                last[series] = min(days), rows
        for row in (row for _, rows in last.values() for row in rows):
            if row.planned_date < self._new.start and row.key.nominal_date < self._new.start:
                yield replace(self._covered_by(row), completed_on=completed(row))

    def beside(self, taken_over: Mapping[VisitKey, LedgerVisit]) -> Iterator[LedgerVisit]:
        """The other orders of dates that were split by address, so that what one of them carries is not forgotten."""
        parts = parts_by_date(self._old.ledger.values())
        for whole in {replace(key.whole, contract=self._old.contract.number) for key in taken_over}:
            for row in parts.get(whole, ()):
                of_new = max(row.key.nominal_date, row.planned_date) >= self._new.start
                if of_new and self._key(row.key) not in taken_over and row.state in _CAN_COME_AGAIN:
                    again = replace(planned_again(row), key=self._key(row.key), try_number=1, run_id=None)
                    yield again if self._without_gap else replace(again, pinned=False, asked_for=False)

    def _floating_as_decided(self) -> tuple[LedgerVisit, ...]:
        """The old contract's visits of floating plans, with those of its last days that its next cycle decides: one
        that is withheld then counts as done, too."""
        if not any(plan.schedule is Schedule.FLOATING for plan in self._new.plans):
            return ()
        rows = {**self._old.ledger, **{row.key: row for row in due(self._old, self._today)}}
        return tuple(row for row in rows.values() if self._is_ours(row.key) and self._floats(row.key))

    def _since(self) -> date:
        return self._old.open_days.previous(self._new.start - A_DAY)

    def _until(self) -> date:
        by_hand = (row.planned_date for row in self._old.ledger.values())
        return max(self._old.open_days.next(self._new.start), *by_hand, self._new.start)

    def _is_ours(self, key: VisitKey) -> bool:
        return key.plan in self._series and (key.visited_as or "") in self._objects

    def _floats(self, key: VisitKey) -> bool:
        return self._series[key.plan].plan.schedule is Schedule.FLOATING

    def _key(self, key: VisitKey) -> VisitKey:
        return replace(key, contract=self._new.number)

    def _has(self, row: LedgerVisit) -> bool:
        """Whether the new contract would have the visit, too: by its rule, or because it goes on from the old one."""
        if self._floats(row.key):
            return self._without_gap and done_on(row) is None
        if self._series[row.key.plan].has(row.key):
            return True
        reach = self._new.start if self._new.overlap_days == 0 else self._new.start - A_DAY * self._new.overlap_days
        return self._without_gap and row.planned_date >= reach

    def _covered_by(self, row: LedgerVisit) -> LedgerVisit:
        """One that the new contract's rule does not give keeps its day, when it comes after all."""
        pinned = row.pinned or not (self._floats(row.key) or self._series[row.key.plan].has(row.key))
        done = done_on(row) if stands(row) else None
        return stood_for(self._key(row.key), row, pinned=pinned, completed_on=done)

    def _comes_only_here(self, visit: Visit) -> bool:
        """Whether the old contract would have had it but for its end, and the new one has it by no rule of its own."""
        if visit.reason not in AFTER_THE_END:
            return False
        key, by_hand = visit.key, visit.written is not None and visit.written.pinned
        named = self._series[key.plan].next_visit(key.visited_as)
        if named is not None and named.comes_after(key.nominal_date, visit.planned_date, by_hand=by_hand):
            return False
        return by_hand or key.nominal_date < self._new.start
