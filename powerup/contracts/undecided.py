"""The visits that the ledger has not decided yet, each with the reason that it has now (rules: The two ideas)."""

from collections.abc import Iterable, Iterator
from datetime import date

from powerup.contracts.contract import Schedule
from powerup.contracts.floating import floating_occurrences
from powerup.contracts.overlap import Candidate, cover_doubles, cover_smaller
from powerup.contracts.periods import period_start
from powerup.contracts.reasons import lasting_reason, oldest_open, waiting_reason
from powerup.contracts.series import Occurrence, Series
from powerup.contracts.situation import Situation, overlap_reach
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState, is_computed_again


def undecided(situation: Situation, since: date, until: date, today: date) -> list[Visit]:
    """The visits planned from since to until, both inclusive, that the ledger has not decided.

    Those that a person moved are among them wherever they are planned, and some that lie around since and until.
    """
    reach = overlap_reach(situation.contract)
    candidates = list(_candidates(situation, since - reach, until + reach, today))
    if not candidates:
        return []
    keys = {candidate.occurrence.key for candidate in candidates}
    decided = [row for row in situation.ledger.values() if row.key not in keys]
    cover_doubles(candidates, decided)
    _make_wait(situation, candidates, today)
    cover_smaller(situation.contract, candidates, decided, today)
    return [_visit(candidate, today) for candidate in candidates]


def rule_occurrences(
    situation: Situation, series: Series, object_code: str | None, since: date, until: date, today: date
) -> Iterator[Occurrence]:
    """What a plan's rule yields for one object where the ledger is not complete; some of it may be written."""
    if series.plan.schedule is Schedule.FLOATING:
        return floating_occurrences(series, object_code, situation.ledger, since, until, today)
    return _fixed_occurrences(situation, series, object_code, since, until)


def follows_its_rule(row: LedgerVisit | None) -> bool:
    """Whether the rule has the word on a visit, given the row it has in the ledger, if any."""
    return row is None or is_computed_again(row)


def is_undecided(row: LedgerVisit) -> bool:
    """Whether a written visit is still to be decided: a person moved it, or it is computed again."""
    return row.state is VisitState.PLANNED or is_computed_again(row)


def _fixed_occurrences(
    situation: Situation, series: Series, object_code: str | None, since: date, until: date
) -> Iterator[Occurrence]:
    settled = situation.contract.settled_through
    if settled is None:
        settled = date.min
    else:
        since = max(since, situation.calendar.previous_working_day(settled))
    kept = _periods_kept(series, object_code or "", situation.ledger.values())
    for occurrence in series.occurrences(object_code, since, until):
        nominal = occurrence.key.nominal_date
        if occurrence.planned_date <= settled and nominal <= settled:
            continue
        if kept and period_start(series.plan.recurrence, nominal) in kept:
            continue
        yield occurrence


def _periods_kept(series: Series, code: str, ledger: Iterable[LedgerVisit]) -> set[date]:
    """Periods of which an older rule's visit stays because a person skipped, moved or ordered it ahead: the present
    rule adds no second one (rules: Settle, then change)."""
    first_day = series.plan.counts_from
    if first_day is None:
        return set()
    return {
        period_start(series.plan.recurrence, row.key.nominal_date)
        for row in ledger
        if row.key.nominal_date >= first_day
        and (row.key.plan, row.key.object) == (series.plan.name, code)
        and not is_computed_again(row)
        and not series.has(row.key)
    }


def _candidates(situation: Situation, since: date, until: date, today: date) -> Iterator[Candidate]:
    """Visits without a row planned from since to until, and every row that is planned or computed again."""
    contract, ledger = situation.contract, situation.ledger
    open_rows = [row for row in ledger.values() if is_undecided(row)]
    for plan in contract.plans:
        series = Series(contract, plan, situation.calendar, situation.settings)
        stay = {row.key: row for row in open_rows if row.key.plan == plan.name and _stays(series, row)}
        moved = {key: row for key, row in stay.items() if row.pinned}
        for object_code in contract.visited_objects():
            for occurrence in rule_occurrences(situation, series, object_code, since, until, today):
                written = ledger.get(occurrence.key)
                if follows_its_rule(written) and occurrence.key not in moved:
                    yield Candidate(occurrence, plan.rank, written, lasting_reason(situation, plan, occurrence))
        for key, row in moved.items():
            occurrence = series.planned_on(key, row.planned_date)
            yield Candidate(occurrence, plan.rank, row, lasting_reason(situation, plan, occurrence))
        open_rows = [row for row in open_rows if row.key not in stay]
    yield from (_given_up(row) for row in open_rows if row.state is VisitState.PLANNED)


def _stays(series: Series, row: LedgerVisit) -> bool:
    """Whether a row without a work order is still a visit of the plan; a person's move holds whatever the rule says."""
    if (row.key.object or None) not in series.contract.visited_objects():
        return False
    if row.state is VisitState.PLANNED and (row.pinned or series.plan.schedule is Schedule.FLOATING):
        return True
    return series.has(row.key)


def _given_up(row: LedgerVisit) -> Candidate:
    """A visit whose plan or object was taken out of the contract after a person had planned it."""
    occurrence = Occurrence(row.key, row.planned_date, row.generation_date, row.deadline, shifted_out=False)
    return Candidate(occurrence, 0, row, Reason.CHANGED)


def _make_wait(situation: Situation, candidates: list[Candidate], today: date) -> None:
    open_since = oldest_open(situation)
    for candidate in candidates:
        if candidate.reason is None and candidate.occurrence.generation_date <= today:
            candidate.reason = waiting_reason(situation, candidate.occurrence.key, open_since)


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
