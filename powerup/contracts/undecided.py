"""The visits that the ledger has not decided yet, each with the reason that it has now (rules: The two ideas)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain, takewhile

from powerup.contracts.before_entry import BeforeEntry
from powerup.contracts.contract import Contract, Schedule, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.floating import floating_occurrences
from powerup.contracts.overlap import Candidate, cover_doubles, cover_smaller
from powerup.contracts.periods import period_start
from powerup.contracts.reasons import lasting_reason, oldest_open, waiting_reason
from powerup.contracts.series import Occurrence, Series, counts_from_of
from powerup.contracts.several_addresses import parts_by_date
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


def undecided(
    situation: ContractSituation, since: date, until: date, today: date, *, before_entry: bool
) -> list[Visit]:
    """The visits planned from since to until, both inclusive, that the ledger has not decided.

    Those that a person moved are among them wherever they are planned, and some that lie around since and until.
    before_entry is as in `PlanVisits.of_object`.
    """
    reach = overlap_reach(situation.contract)
    candidates = list(_candidates(situation, since - reach, until + reach, today, before_entry=before_entry))
    if not candidates:
        return []
    keys = {candidate.occurrence.key for candidate in candidates} if situation.ledger else set()
    decided = [row for row in situation.ledger.values() if row.key not in keys]
    cover_doubles(situation.contract, candidates, decided)
    _make_wait(situation, candidates, today)
    cover_smaller(situation.contract, candidates, decided, today)
    return [_visit(candidate, today) for candidate in candidates]


def left_alone(situation: ContractSituation, today: date) -> Counter[Reason]:
    """How many visits of a contract that no cycle has looked at lie before the day of entry and are not among the
    `undecided`, by reason, counted by arithmetic."""
    contract, found = situation.contract, Counter[Reason]()
    ended = contract.termination.last_day if contract.termination else date.max
    for plan in contract.plans:
        by_rule = PlanVisits(situation, plan, today)
        for object_code in contract.visited_objects():
            number = by_rule.left_alone(object_code, contract.entered_on)
            before_its_end = number
            if ended < contract.entered_on:
                before_its_end = by_rule.left_alone(object_code, ended)
            found[Reason.BEFORE_ENTRY] += before_its_end
            found[Reason.TERMINATED] += number - before_its_end
    return +found


class PlanVisits:
    """What the rule of one plan yields where the ledger is not complete; some of it may be written."""

    def __init__(self, situation: ContractSituation, plan: VisitPlan, today: date) -> None:
        self.series = Series(situation.contract, plan, situation.calendar, situation.settings)
        self._situation = situation
        self._today = today
        self._apart: dict[str, BeforeEntry | None] = {}
        self._rows: dict[str, list[LedgerVisit]] = defaultdict(list)
        for row in situation.ledger.values():
            if row.key.plan == plan.name and not _is_taken_back(row):
                self._rows[row.key.visited_as or ""].append(row)

    def of_object(
        self, object_code: str | None, since: date, until: date, *, before_entry: bool
    ) -> Iterator[Occurrence]:
        """The visits of one object planned from since to until, both inclusive. One that came in the place of another
        has those of its series from its day on, and that one those before.

        before_entry: also all those that lie before the day of entry, which nobody wrote; else of them only those that
        are `looked_at`, and that the ledger may not have.
        """
        contract = self._situation.contract
        apart = self._before_entry(object_code)
        if self.series.plan.schedule is Schedule.FLOATING:
            found = self._floating(object_code, since, until, apart if not before_entry else None)
        else:
            found = self._fixed(object_code, since, until, apart, before_entry=before_entry)
        if not contract.replaced:
            return found
        return (each for each in found if contract.has_on(object_code, each.planned_date))

    def left_alone(self, object_code: str | None, planned_until: date) -> int:
        """How many visits of one object, planned until a day, inclusive, `of_object` leaves alone of a contract that no
        cycle has looked at: those that lie before the day of entry."""
        apart = self._before_entry(object_code)
        if apart is None:
            return 0
        since, until = self._situation.contract.time_of(object_code)
        until = min(until, planned_until)
        if since > until:
            return 0
        number = apart.number(until, self._today)
        if since > self._situation.contract.start:
            number -= apart.number(since - A_DAY, self._today)
        return number - sum(since <= each.planned_date <= until for each in self._looked_at(object_code, apart))

    def _before_entry(self, object_code: str | None) -> BeforeEntry | None:
        """What surely lies before the day of entry; None where nothing does."""
        code = object_code or ""
        if code not in self._apart:
            contract = self._situation.contract
            others = [row for each in contract.came_before(object_code) for row in self._rows[each]]
            apart = BeforeEntry(self.series, object_code, self._rows[code], others)
            self._apart[code] = apart if apart.until >= contract.start else None
        return self._apart[code]

    def _floating(
        self, object_code: str | None, since: date, until: date, apart: BeforeEntry | None
    ) -> Iterator[Occurrence]:
        before = [row for code in self._situation.contract.came_before(object_code) for row in self._rows[code]]
        rows = [*before, *self._rows[object_code or ""]]
        if apart is not None:
            yield from _planned_within(self._looked_at(object_code, apart), since, until)
            since = max(since, apart.until)
        for each in floating_occurrences(self.series, object_code, rows, since, until, self._today):
            if apart is None or each.key.nominal_date > apart.until:
                yield each

    def _fixed(
        self, object_code: str | None, since: date, until: date, apart: BeforeEntry | None, *, before_entry: bool
    ) -> Iterator[Occurrence]:
        settled = self._situation.contract.settled_through or date.min
        kept = self._periods_kept(object_code, self._rows[object_code or ""])
        for occurrence in self._of_rule(object_code, since, until, settled, apart, before_entry=before_entry):
            in_kept = kept and period_start(self.series.plan.recurrence, occurrence.key.nominal_date) in kept
            if in_kept and not self.series.is_next_visit(occurrence.key):
                continue
            yield occurrence

    def _of_rule(
        self,
        object_code: str | None,
        since: date,
        until: date,
        settled: date,
        apart: BeforeEntry | None,
        *,
        before_entry: bool,
    ) -> Iterator[Occurrence]:
        """What the rule gives, without what the ledger has for sure, being complete through the day settled."""
        after = apart.until if apart is not None else date.min
        looked_at: Iterable[Occurrence] = ()
        if apart is not None and before_entry:
            yield from self._until(object_code, since, min(until, after), after)
        elif apart is not None and settled < after:
            looked_at = _planned_within(self._looked_at(object_code, apart), since, until)
        if settled > date.min:
            since = max(since, self.series.open_days.previous(settled))
        for occurrence in chain(looked_at, self.series.occurrences(object_code, since, until, after)):
            if occurrence.planned_date > settled or occurrence.key.nominal_date > settled:
                yield occurrence

    def _until(self, object_code: str | None, since: date, until: date, nominal_until: date) -> Iterator[Occurrence]:
        found = self.series.occurrences(object_code, since, until) if since <= until else iter(())
        return takewhile(lambda each: each.key.nominal_date <= nominal_until, found)

    def _looked_at(self, object_code: str | None, apart: BeforeEntry) -> Iterator[Occurrence]:
        """Of the visits that lie before the day of entry those that are looked at all the same."""
        contract, plan = self._situation.contract, self.series.plan
        for day in apart.looked_at(self._today):
            floats = plan.schedule is Schedule.FLOATING
            for nominal, sequence in [(day, 1)] if floats else self.series.nominal_dates(object_code, day, day):
                yield self.series.occurrence(VisitKey(contract.number, plan.name, nominal, object_code or "", sequence))

    def _periods_kept(self, object_code: str | None, rows: list[LedgerVisit]) -> set[date]:
        """Periods of which an older rule's visit stays because a person skipped, moved or ordered it ahead: the
        present rule adds no second one (rules: Settle, then change)."""
        plan = self.series.plan
        since = counts_from_of(plan, object_code)
        if since is None:
            return set()
        ahead = [row.key for row in rows if row.key.nominal_date >= since]
        return {period_start(plan.recurrence, key.nominal_date) for key in ahead if not self.series.has(key)}


def _planned_within(found: Iterable[Occurrence], since: date, until: date) -> Iterator[Occurrence]:
    return (each for each in found if since <= each.planned_date <= until)


def follows_its_rule(row: LedgerVisit | None) -> bool:
    """Whether the contract's rule decides about a visit: it has no row in the ledger, or one that is computed again."""
    return row is None or is_computed_again(row)


def _candidates(
    situation: ContractSituation, since: date, until: date, today: date, *, before_entry: bool
) -> Iterator[Candidate]:
    """Visits without a row planned from since to until, and every row that is not decided."""
    contract, ledger = situation.contract, situation.ledger
    objects = frozenset(contract.visited_objects())
    lost = {row.key: row for row in ledger.values() if is_undecided(row)}
    parts = parts_by_date(ledger.values())
    for plan in contract.plans:
        by_rule = PlanVisits(situation, plan, today)
        rows = [row for row in lost.values() if row.key.plan == plan.name and row.key.visited_as in objects]
        held = {row.key: row for row in rows if _holds_its_day(by_rule.series, row)}
        for object_code in contract.visited_objects():
            for of_date in by_rule.of_object(object_code, since, until, before_entry=before_entry):
                for occurrence, written in as_split(of_date, ledger, parts) if ledger else ((of_date, None),):
                    if follows_its_rule(written) and not (held and occurrence.key in held):
                        reason = _replaced_reason(situation, occurrence.key) if contract.replaced else None
                        carries = written.carries if written else ()
                        reason = reason or lasting_reason(situation, by_rule.series, occurrence, carries=carries)
                        yield Candidate(occurrence, plan.rank, written, reason)
        for key, row in held.items():
            occurrence = _at_once(row, by_rule.series.planned_on(key, row.planned_date))
            reason = _replaced_reason(situation, key)
            reason = reason or lasting_reason(
                situation, by_rule.series, occurrence, carries=row.carries, by_hand=row.pinned
            )
            yield Candidate(occurrence, plan.rank, row, reason)
        for row in rows:
            del lost[row.key]
    yield from (_given_up(row) for row in lost.values() if row.state is VisitState.PLANNED)


def as_split(
    occurrence: Occurrence, ledger: Mapping[VisitKey, LedgerVisit], parts: Mapping[VisitKey, list[LedgerVisit]]
) -> Iterator[tuple[Occurrence, LedgerVisit | None]]:
    """The visits of a date of the rule, each with its row: itself, or where it was split by address its parts."""
    if (of_date := parts.get(occurrence.key)) is None:
        yield occurrence, ledger.get(occurrence.key)
    else:
        yield from ((replace(occurrence, key=row.key), row) for row in of_date)


def _replaced_reason(situation: ContractSituation, key: VisitKey) -> Reason | None:
    """Why a visit of an object that came in the place of another one does not come: the other one's of that date
    stands for it."""
    return None if stands_for_replaced(situation, key) is None else Reason.COVERED


def stands_for_replaced(situation: ContractSituation, key: VisitKey) -> VisitKey | None:
    """The written visit of an object that was replaced, of the same date, so that that of the key would be a second: it
    has its order, was skipped, or is held on a day before the object was replaced."""
    contract = situation.contract
    if not contract.replaced or key.visited_as is None:
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
