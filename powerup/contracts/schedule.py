"""Contract and ledger together: every visit with its state and reason, and what has to be written today.

The future is computed here and nowhere stored; the past is the ledger (rules: The two ideas).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import CatchUp, Contract, LeadUnit, Schedule, VisitPlan
from powerup.contracts.floating import floating_occurrences
from powerup.contracts.series import A_DAY, Occurrence, agreed_end, lead_of, occurrences, planned_on
from powerup.contracts.visit import (
    AT_HOST,
    OPEN,
    LedgerVisit,
    Reason,
    Visit,
    VisitKey,
    VisitState,
    is_computed_again,
    planned_again,
    work_order_number,
)

WAITING = frozenset({Reason.CUSTOMER_BLOCKED, Reason.PREVIOUS_OPEN, Reason.AWAITING_CONFIRMATION})
"""Reasons that keep a visit planned until its planned date has passed."""

AFTER_THE_END = frozenset({Reason.TERMINATED, Reason.CONTRACT_ENDED})
"""Reasons of visits that lie past the contract: they are told when asked, never written."""

HORIZON = timedelta(days=366 * 12)
"""How far ahead the next thing to do is looked for; a rule that yields nothing in twelve years sleeps."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known today of a contract's customer and objects at the host and of marks made here."""

    customer_blocked: bool = False
    retired_objects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides about the visits of one contract.

    ledger holds at least the visits with a nominal or planned date after the contract's settled_through, and those
    still open; all of them for a floating plan. awaiting_release: the change cap holds this contract back.
    """

    contract: Contract
    calendar: Calendar
    settings: TenantSettings
    ledger: Mapping[VisitKey, LedgerVisit] = field(default_factory=dict)
    facts: Facts = Facts()
    awaiting_release: bool = False


def visits(situation: Situation, since: date, until: date, today: date) -> list[Visit]:
    """Every visit with a planned date from since to until, both inclusive, whatever its state, in order."""
    if since > until:
        return []
    margin = timedelta(days=situation.contract.overlap_days)
    candidates = _computed(situation, since - margin, until + margin, today)
    computed = {visit.key for visit in candidates}
    written = [
        _as_written(visit)
        for visit in situation.ledger.values()
        if visit.state is not VisitState.PLANNED and visit.key not in computed
    ]
    found = _covered_by_larger(situation.contract, [*written, *candidates])
    found = [visit for visit in found if since <= visit.planned_date <= until]
    found.sort(key=lambda visit: (visit.planned_date, visit.key))
    return found


def due(situation: Situation, today: date) -> list[LedgerVisit]:
    """What must be written today: overdue visits withheld or caught up, due ones with the intent to order.

    A key that the situation's ledger already has is a visit that a person had pinned. Nothing past the contract's
    last day is ever among them (rules: Generation).
    """
    if situation.contract.deleted_on is not None:
        return []
    overdue: list[Visit] = []
    decided: list[LedgerVisit] = []
    for visit in visits(situation, first_unsettled_day(situation.contract), last_due_day(situation, today), today):
        if visit.written is not None and not _is_undecided(visit.written):
            continue
        if visit.reason in AFTER_THE_END or _waits_for_completion(situation, visit):
            continue
        if visit.planned_date < today:
            overdue.append(visit)
        elif visit.generation_date <= today and visit.reason is None:
            decided.append(_to_order(situation, visit))
    return [*_caught_up(situation, overdue), *decided]


def first_unsettled_day(contract: Contract) -> date:
    """The first planned date of which the ledger may not be complete.

    A floating visit can get its date after that date has passed, when a completion is seen late.
    """
    if contract.settled_through is None or any(plan.schedule is Schedule.FLOATING for plan in contract.plans):
        return contract.start
    return contract.settled_through + A_DAY


def wake_on(situation: Situation, today: date) -> date | None:
    """The next day after today on which something is due, or None when nothing ever will be.

    Asked after what is due today was written: situation.ledger holds it.
    """
    contract = situation.contract
    if contract.deleted_on is not None:
        return None
    last_day = contract.last_day
    if last_day and last_day < today:
        return None
    days = [_wake_of_plan(situation, plan, today) for plan in contract.plans]
    days += [
        max(visit.generation_date, today + A_DAY)
        for visit in situation.ledger.values()
        if visit.state is VisitState.PLANNED
    ]
    return min((day for day in days if day), default=None)


def _wake_of_plan(situation: Situation, plan: VisitPlan, today: date) -> date | None:
    """First day on which a visit of the plan that is not written gets due or passes its planned date."""
    earliest: date | None = None
    horizon = min(filter(None, (today + HORIZON, situation.contract.last_day)))
    for object_wakes in _upcoming(situation, plan, today, horizon):
        for occurrence in object_wakes:
            if _is_decided(situation, occurrence):
                continue
            passes = occurrence.ordered_from <= today
            wake = _wake_of_waiting(situation, occurrence, today) if passes else occurrence.ordered_from
            earliest = wake if earliest is None else min(earliest, wake)
            if not passes:
                break
    return earliest


def _wake_of_waiting(situation: Situation, occurrence: Occurrence, today: date) -> date:
    reason = _reason(situation, situation.contract.plan(occurrence.key.plan), occurrence, today)
    return today + A_DAY if reason is None or reason in WAITING else occurrence.planned_date + A_DAY


def _upcoming(situation: Situation, plan: VisitPlan, today: date, horizon: date) -> Iterator[Iterator[Occurrence]]:
    """Per object of the contract, the visits of the plan from today on."""
    contract = situation.contract
    for object_code in contract.visited_objects():
        one = replace(contract, objects=(object_code,)) if object_code else contract
        yield _occurrences(situation, one, plan, today, horizon, today)


def _occurrences(
    situation: Situation, contract: Contract, plan: VisitPlan, since: date, until: date, today: date
) -> Iterator[Occurrence]:
    if plan.schedule is Schedule.FLOATING:
        return floating_occurrences(
            contract, plan, situation.ledger, situation.calendar, situation.settings, since, until, today
        )
    return occurrences(contract, plan, situation.calendar, situation.settings, since, until)


def _computed(situation: Situation, since: date, until: date, today: date) -> list[Visit]:
    """Visits that are not written, or written as planned by a person, with the reason each has by itself."""
    contract, ledger = situation.contract, situation.ledger
    found: list[Visit] = []
    for plan in contract.plans:
        new = [
            occurrence
            for occurrence in _occurrences(situation, contract, plan, since, until, today)
            if not _is_decided(situation, occurrence)
        ]
        pinned = [
            planned_on(contract, plan, visit.key, visit.planned_date, situation.calendar, situation.settings)
            for visit in ledger.values()
            if visit.state is VisitState.PLANNED and visit.pinned and visit.key.plan == plan.name
        ]
        doubles = _doubles(new, situation)
        for occurrence in [*new, *pinned]:
            reason = Reason.COVERED if occurrence.key in doubles else None
            reason = _reason(situation, plan, occurrence, today) or reason
            found.append(_visit(occurrence, reason, today, ledger.get(occurrence.key)))
    return found


def _is_undecided(visit: LedgerVisit) -> bool:
    """Written, but not decided: a person moved it, or it is back in the plan and computed again."""
    return visit.state is VisitState.PLANNED or is_computed_again(visit)


def _is_decided(situation: Situation, occurrence: Occurrence) -> bool:
    """Whether the ledger has the word on this visit: its row says so, or it lies where the ledger is complete."""
    row = situation.ledger.get(occurrence.key)
    if row is not None:
        return not is_computed_again(row)
    return occurrence.planned_date < first_unsettled_day(situation.contract)


def _visit(occurrence: Occurrence, reason: Reason | None, today: date, written: LedgerVisit | None) -> Visit:
    waits = reason is None or (reason in WAITING and occurrence.planned_date >= today)
    state = VisitState.PLANNED if waits else VisitState.WITHHELD
    return Visit(
        occurrence.key,
        occurrence.planned_date,
        occurrence.ordered_from,
        occurrence.deadline,
        state,
        reason,
        written,
    )


def _as_written(visit: LedgerVisit) -> Visit:
    return Visit(visit.key, visit.planned_date, visit.generation_date, visit.deadline, visit.state, visit.reason, visit)


def _reason(situation: Situation, plan: VisitPlan | None, occurrence: Occurrence, today: date) -> Reason | None:
    """Why the visit would not be ordered, looked at by itself; the first that holds decides."""
    contract, key, planned = situation.contract, occurrence.key, occurrence.planned_date
    if contract.deleted_on is not None:
        return Reason.CONTRACT_DELETED
    if planned < contract.entered_on or (plan and plan.next_visit and key.nominal_date < plan.next_visit):
        return Reason.BEFORE_ENTRY
    if contract.termination and planned > contract.termination.last_day:
        return Reason.TERMINATED
    if occurrence.shifted_out:
        return Reason.NOT_A_WORKING_DAY
    if contract.pauses and contract.pause_on(planned):
        return Reason.PAUSED
    if key.object in situation.facts.retired_objects:
        return Reason.OBJECT_RETIRED
    return _waiting_reason(situation, plan, occurrence, today)


def _waiting_reason(situation: Situation, plan: VisitPlan | None, occurrence: Occurrence, today: date) -> Reason | None:
    if occurrence.ordered_from > today:
        return None
    if situation.facts.customer_blocked:
        return Reason.CUSTOMER_BLOCKED
    if situation.awaiting_release:
        return Reason.AWAITING_CONFIRMATION
    one_at_a_time = situation.settings.previous_open
    if plan and plan.previous_open is not None:
        one_at_a_time = plan.previous_open
    if one_at_a_time and _previous_is_open(situation.ledger.values(), occurrence.key):
        return Reason.PREVIOUS_OPEN
    return None


def _previous_is_open(ledger: Iterable[LedgerVisit], key: VisitKey) -> bool:
    return any(
        visit.state in OPEN
        and (visit.key.plan, visit.key.object) == (key.plan, key.object)
        and visit.key.nominal_date < key.nominal_date
        for visit in ledger
    )


def _waits_for_completion(situation: Situation, visit: Visit) -> bool:
    """A floating visit after an open one has no date of its own yet: it is not written, even when it has passed."""
    plan = situation.contract.plan(visit.key.plan)
    return (
        plan is not None
        and plan.schedule is Schedule.FLOATING
        and any(
            (row.state in OPEN or row.state in (VisitState.FAILED, VisitState.PLANNED))
            and row.key != visit.key
            and not is_computed_again(row)
            and (row.key.plan, row.key.object) == (visit.key.plan, visit.key.object)
            for row in situation.ledger.values()
        )
    )


def _doubles(found: list[Occurrence], situation: Situation) -> set[VisitKey]:
    """Keys of visits of one plan and object that land on a day that another has: the unshifted, else the earliest
    stays; one that is written stays before all (rules: Recurrence)."""
    days: dict[tuple[str, date], list[Occurrence]] = defaultdict(list)
    for occurrence in found:
        if occurrence.key.sequence == 1:
            days[occurrence.key.object, occurrence.planned_date].append(occurrence)
    plan = found[0].key.plan if found else ""
    taken = {
        (visit.key.object, visit.planned_date)
        for visit in situation.ledger.values()
        if visit.key.plan == plan and visit.state is not VisitState.WITHHELD and not is_computed_again(visit)
    }
    doubles: set[VisitKey] = set()
    for day, sharers in days.items():
        if len(sharers) == 1 and day not in taken:
            continue
        sharers.sort(key=lambda o: (o.key.nominal_date != o.planned_date, o.key.nominal_date))
        doubles.update(o.key for o in (sharers if day in taken else sharers[1:]))
    return doubles


def _covered_by_larger(contract: Contract, found: list[Visit]) -> list[Visit]:
    """Withholds visits that a larger visit of the same object replaces within the contract's overlap days."""
    ranks = {plan.name: plan.rank for plan in contract.plans}
    if len(set(ranks.values())) < 2:
        return found
    by_rank: dict[int, list[Visit]] = defaultdict(list)
    for visit in found:
        by_rank[ranks.get(visit.key.plan, 0)].append(visit)
    result: list[Visit] = []
    larger_days: dict[str, set[date]] = defaultdict(set)
    reach = [timedelta(days=n) for n in range(-contract.overlap_days, contract.overlap_days + 1)]
    for rank in sorted(by_rank, reverse=True):
        kept = [_covered(visit, larger_days[visit.key.object], reach) for visit in by_rank[rank]]
        for visit in kept:
            if visit.state not in (VisitState.WITHHELD, VisitState.REMOVED):
                larger_days[visit.key.object].add(visit.planned_date)
        result.extend(kept)
    return result


def _covered(visit: Visit, larger_days: set[date], reach: list[timedelta]) -> Visit:
    computed = visit.written is None or visit.state is VisitState.PLANNED
    if computed and visit.state is VisitState.PLANNED and any(visit.planned_date + n in larger_days for n in reach):
        return replace(visit, state=VisitState.WITHHELD, reason=Reason.COVERED)
    return visit


def last_due_day(situation: Situation, today: date) -> date:
    """No visit planned after this day is due today, whatever its lead."""
    last = today
    for plan in situation.contract.plans:
        lead = lead_of(situation.contract, plan)
        if lead.unit is LeadUnit.WORKING:
            last = max(last, situation.calendar.add_working_days(today, lead.days + 1))
        else:
            last = max(last, today + timedelta(days=lead.days))
    end = agreed_end(situation.contract)
    return min(last, end) if end else last


def _caught_up(situation: Situation, overdue: list[Visit]) -> list[LedgerVisit]:
    """Overdue visits: withheld with their reason, and those without one by the catch-up policy."""
    decided: list[LedgerVisit] = []
    latest = {(visit.key.plan, visit.key.object): visit.key for visit in overdue if visit.reason is None}
    for visit in overdue:
        if visit.reason is not None:
            reason = Reason.MISSED if visit.reason is Reason.AWAITING_CONFIRMATION else visit.reason
            decided.append(_withheld(visit, reason))
            continue
        policy = _catch_up(situation, visit.key.plan)
        ordered = policy is CatchUp.ALL or (
            policy is CatchUp.LATEST and latest[visit.key.plan, visit.key.object] == visit.key
        )
        decided.append(_to_order(situation, visit) if ordered else _withheld(visit, Reason.MISSED))
    return decided


def _catch_up(situation: Situation, plan_name: str) -> CatchUp:
    plan = situation.contract.plan(plan_name)
    return (plan and plan.catch_up) or situation.settings.catch_up


def _withheld(visit: Visit, reason: Reason) -> LedgerVisit:
    return replace(written_from(visit), state=VisitState.WITHHELD, reason=reason)


def _to_order(situation: Situation, visit: Visit) -> LedgerVisit:
    row = written_from(visit)
    number = work_order_number(situation.settings.number_prefix, visit.key, row.try_number)
    return replace(row, state=VisitState.ORDERING, reason=None, workorder_no=number)


def written_from(visit: Visit) -> LedgerVisit:
    """The ledger row of a visit: its own when it has one, else a new one with its dates."""
    if visit.written is not None:
        row = planned_again(visit.written) if visit.written.state is VisitState.WITHHELD else visit.written
        return replace(
            row, planned_date=visit.planned_date, generation_date=visit.generation_date, deadline=visit.deadline
        )
    return LedgerVisit(visit.key, visit.planned_date, visit.generation_date, visit.deadline, visit.state, visit.reason)


def at_host(visit: LedgerVisit) -> bool:
    """Whether the host may have a work order of this visit, as far as the ledger knows."""
    return visit.state in AT_HOST or visit.state is VisitState.RETRACTING or visit.attempted_at is not None
