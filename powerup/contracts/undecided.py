"""The visits that the ledger has not decided yet, each with the reason that it has now (rules: The two ideas)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from powerup.contracts.contract import Contract, Schedule, VisitPlan
from powerup.contracts.floating import floating_occurrences
from powerup.contracts.overlap import Candidate, cover_doubles, cover_smaller
from powerup.contracts.periods import period_start
from powerup.contracts.reasons import lasting_reason, oldest_open, waiting_reason
from powerup.contracts.series import Occurrence, Series, counts_from_of
from powerup.contracts.situation import ContractSituation, overlap_reach
from powerup.contracts.visit import (
    LedgerVisit,
    Reason,
    Visit,
    VisitKey,
    VisitState,
    awaits_a_word,
    is_computed_again,
    is_undecided,
)


def undecided(situation: ContractSituation, since: date, until: date, today: date) -> list[Visit]:
    """The visits planned from since to until, both inclusive, that the ledger has not decided.

    Those that a person moved are among them wherever they are planned, and some that lie around since and until.
    """
    reach = overlap_reach(situation.contract)
    candidates = list(_candidates(situation, since - reach, until + reach, today))
    if not candidates:
        return []
    keys = {candidate.occurrence.key for candidate in candidates}
    decided = [row for row in situation.ledger.values() if row.key not in keys]
    cover_doubles(situation.contract, candidates, decided)
    _make_wait(situation, candidates, today)
    cover_smaller(situation.contract, candidates, decided, today)
    return [_visit(candidate, today) for candidate in candidates]


class PlanVisits:
    """What the rule of one plan yields where the ledger is not complete; some of it may be written."""

    def __init__(self, situation: ContractSituation, plan: VisitPlan, today: date) -> None:
        self.series = Series(situation.contract, plan, situation.calendar, situation.settings)
        self._situation = situation
        self._today = today
        self._rows: dict[str, list[LedgerVisit]] = defaultdict(list)
        for row in situation.ledger.values():
            if row.key.plan == plan.name and not _is_taken_back(row):
                self._rows[row.key.object].append(row)

    def of_object(self, object_code: str | None, since: date, until: date) -> Iterator[Occurrence]:
        """The visits of one object planned from since to until, both inclusive. One that came in the place of another
        has those of its series from its day on, and that one those before."""
        contract, rows = self._situation.contract, self._rows[object_code or ""]
        if self.series.plan.schedule is Schedule.FLOATING:
            before = (row for code in contract.came_before(object_code) for row in self._rows[code])
            found = floating_occurrences(self.series, object_code, [*before, *rows], since, until, self._today)
        else:
            found = self._fixed(object_code, rows, since, until)
        if not contract.replaced:
            return found
        return (each for each in found if contract.has_on(object_code, each.planned_date))

    def _fixed(
        self, object_code: str | None, rows: list[LedgerVisit], since: date, until: date
    ) -> Iterator[Occurrence]:
        settled = self._situation.contract.settled_through
        if settled is None:
            settled = date.min
        else:
            since = max(since, self.series.open_days.previous(settled))
        kept = self._periods_kept(object_code, rows)
        for occurrence in self.series.occurrences(object_code, since, until):
            nominal = occurrence.key.nominal_date
            if occurrence.planned_date <= settled and nominal <= settled:
                continue
            in_kept = kept and period_start(self.series.plan.recurrence, nominal) in kept
            if in_kept and not self.series.is_next_visit(occurrence.key):
                continue
            yield occurrence

    def _periods_kept(self, object_code: str | None, rows: list[LedgerVisit]) -> set[date]:
        """Periods of which an older rule's visit stays because a person skipped, moved or ordered it ahead: the
        present rule adds no second one (rules: Settle, then change)."""
        plan = self.series.plan
        since = counts_from_of(plan, object_code)
        if since is None:
            return set()
        ahead = [row.key for row in rows if row.key.nominal_date >= since]
        return {period_start(plan.recurrence, key.nominal_date) for key in ahead if not self.series.has(key)}


def follows_its_rule(row: LedgerVisit | None) -> bool:
    """Whether the contract's rule decides about a visit: it has no row in the ledger, or one that is computed again."""
    return row is None or is_computed_again(row)


def _candidates(situation: ContractSituation, since: date, until: date, today: date) -> Iterator[Candidate]:
    """Visits without a row planned from since to until, and every row that is not decided."""
    contract, ledger = situation.contract, situation.ledger
    objects = frozenset(contract.visited_objects())
    lost = {row.key: row for row in ledger.values() if is_undecided(row)}
    for plan in contract.plans:
        by_rule = PlanVisits(situation, plan, today)
        rows = [row for row in lost.values() if row.key.plan == plan.name and (row.key.object or None) in objects]
        held = {row.key: row for row in rows if _holds_its_day(by_rule.series, row)}
        for object_code in contract.visited_objects():
            for occurrence in by_rule.of_object(object_code, since, until):
                written = ledger.get(occurrence.key)
                if follows_its_rule(written) and occurrence.key not in held:
                    reason = _replaced_reason(situation, occurrence.key)
                    reason = reason or lasting_reason(situation, by_rule.series, occurrence)
                    yield Candidate(occurrence, plan.rank, written, reason)
        for key, row in held.items():
            occurrence = _at_once(row, by_rule.series.planned_on(key, row.planned_date))
            reason = _replaced_reason(situation, key)
            reason = reason or lasting_reason(situation, by_rule.series, occurrence, by_hand=row.pinned)
            yield Candidate(occurrence, plan.rank, row, reason)
        for row in rows:
            del lost[row.key]
    yield from (_given_up(row) for row in lost.values() if row.state is VisitState.PLANNED)


def _replaced_reason(situation: ContractSituation, key: VisitKey) -> Reason | None:
    """Why a visit of an object that came in the place of another one does not come: the other one's of that date
    stands for it."""
    return None if stands_for_replaced(situation, key) is None else Reason.COVERED


def stands_for_replaced(situation: ContractSituation, key: VisitKey) -> VisitKey | None:
    """The written visit of an object that was replaced, of the same date, so that that of the key would be a second: it
    has its order, was skipped, or is held on a day before the object was replaced."""
    contract = situation.contract
    if not contract.replaced or not key.object:
        return None
    earlier = (situation.ledger.get(replace(key, object=code)) for code in contract.came_before(key.object))
    return next((row.key for row in earlier if row is not None and _stands(contract, row)), None)


def _stands(contract: Contract, row: LedgerVisit) -> bool:
    if is_undecided(row):
        return row.pinned and contract.has_on(row.key.object, row.planned_date)
    return row.state is not VisitState.WITHHELD or row.reason is Reason.SKIPPED


def _holds_its_day(series: Series, row: LedgerVisit) -> bool:
    """Whether a visit that is not decided keeps its planned date, whatever the rule says now."""
    if _is_taken_back(row):
        return False
    floating = series.plan.schedule is Schedule.FLOATING
    return row.pinned or floating or awaits_a_word(row) or not series.has(row.key)


def _is_taken_back(row: LedgerVisit) -> bool:
    """Whether its order was taken back because the rule changed, so that only the new rule decides about it."""
    return _was_taken_back(row) and is_computed_again(row)


def _was_taken_back(row: LedgerVisit) -> bool:
    return row.state is VisitState.WITHHELD and row.reason is Reason.CHANGED


def _at_once(row: LedgerVisit, occurrence: Occurrence) -> Occurrence:
    """The order of a visit that a person moved is made on the day of the move already, however far ahead it lies now,
    where one that people have seen was taken back for it (rules: Actions)."""
    if _was_taken_back(row):
        return replace(occurrence, generation_date=min(occurrence.generation_date, row.generation_date))
    return occurrence


def _given_up(row: LedgerVisit) -> Candidate:
    """A visit whose plan or object was taken out of the contract after a person had planned it."""
    occurrence = Occurrence(row.key, row.planned_date, row.generation_date, row.deadline, shifted_out=False)
    return Candidate(occurrence, 0, row, Reason.CHANGED)


def _make_wait(situation: ContractSituation, candidates: list[Candidate], today: date) -> None:
    open_since = oldest_open(situation)
    for candidate in candidates:
        if candidate.reason is not None or candidate.occurrence.generation_date > today:
            continue
        row = candidate.written
        if situation.awaiting_release and row is not None and awaits_a_word(row):
            candidate.reason = Reason.AWAITING_CONFIRMATION  # nothing that comes later decides about it before that
        else:
            asked_for = row is not None and row.asked_for
            candidate.reason = waiting_reason(situation, candidate.occurrence.key, open_since, asked_for=asked_for)


def _visit(candidate: Candidate, today: date) -> Visit:
    occurrence = candidate.occurrence
    state = VisitState.PLANNED if candidate.comes(today) else VisitState.WITHHELD
    return Visit(
        occurrence.key,
        occurrence.planned_date,
        occurrence.generation_date,
        occurrence.deadline,
        state,
        candidate.reason,
        candidate.written,
    )
