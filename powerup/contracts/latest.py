"""Latest dates: by when a visit of a plan has to be done again, and what lets it pass that day (rules: Recurrence,
latest)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from powerup.contracts.contract import Contract, Status, VisitPlan
from powerup.contracts.days import LATEST_DAY
from powerup.contracts.effects_of_change import visits_to_come
from powerup.contracts.series import anchor_of
from powerup.contracts.several_addresses import of_one_date
from powerup.contracts.situation import ContractSituation
from powerup.contracts.succession import completed
from powerup.contracts.terms import Period, add_period
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitKey, VisitState

TOLD_BEFORE = timedelta(days=60)
"""So long before its latest date a visit without a work order needs a person."""

_LOOKED_AT_MOST = timedelta(days=366 * 5)
"""No further ahead of today than the counts of effects go."""

_COMES = frozenset(
    {VisitState.PLANNED, VisitState.ORDERING, VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.FAILED}
)
_HAS_ORDER = frozenset({VisitState.ORDERED, VisitState.IN_PROGRESS})
_DONE = frozenset({VisitState.COMPLETED, VisitState.SETTLED})

_Series = tuple[str, str]
"""The name of a plan, and the code of an object, empty where one order carries all."""


@dataclass(frozen=True, slots=True)
class LatestDate:
    """The day by which a visit of a plan and object has to be done.

    It counts from since: the last completion where `done`, else the anchor or the start of the contract; of those that
    come later, from the visit before. comes_on is the day of the visit that comes next, today at the earliest, None
    where none comes as far as was looked; ordered: that one has its work order at the host.
    """

    plan: str
    object: str
    day: date
    since: date
    basis: str
    done: bool
    comes_on: date | None
    ordered: bool = False

    @property
    def is_passed(self) -> bool:
        """Whether no visit comes on that day or before."""
        return self.comes_on is None or self.comes_on > self.day

    @property
    def place(self) -> tuple[date, str, str]:
        """The order in which people read them: the earliest first."""
        return self.day, self.plan, self.object


def latest_after(day: date, length: Period) -> date:
    """So long after a day; never past the last day that can be entered."""
    try:
        return min(add_period(day, length), LATEST_DAY)
    except (ValueError, OverflowError):
        return LATEST_DAY


def has_latest_dates(contract: Contract) -> bool:
    """Whether a plan of the contract names a latest date."""
    return any(plan.latest_after is not None for plan in contract.plans)


def asks_for_latest(contract: Contract, today: date) -> bool:
    """Whether the contract has latest dates to keep: what has ended, or was deleted, has none any more."""
    return has_latest_dates(contract) and contract.deleted_on is None and not contract.has_ended(today)


def latest_dates(situation: ContractSituation, today: date, until: date | None = None) -> list[LatestDate]:
    """The latest dates of each plan and object that fall until a day, those that count from visits to come among them
    as if each were done on its day; without until the next of each alone.

    situation.ledger holds the last completion of each plan and object, however long ago.
    """
    named = list(_of_plans(situation.contract))
    if not named:
        return []
    reach = until or max(_reach(plan, situation, code, today) for plan, code in named)
    course = _Course(situation, today, reach)
    found = [course.of_series(plan, code)[: 1 if until is None else None] for plan, code in named]
    return sorted((each for several in found for each in several), key=lambda each: each.place)


def kept_by(visit: Visit, latest: Iterable[LatestDate]) -> LatestDate | None:
    """The latest date that a visit to come has to keep: of its plan and object, where it comes next; of a visit without
    its object the first of all."""
    code = visit.key.visited_as or ""
    return next(
        (
            each
            for each in latest
            if each.plan == visit.key.plan and each.comes_on == visit.planned_date and code in (each.object, "")
        ),
        None,
    )


def needs_person(latest: LatestDate, situation: ContractSituation, today: date) -> bool:
    """Whether somebody has to see to it: within 60 days of it, or after it, without a work order on it or before; what
    has ended, or will have by then, and an object that is not in use ask for nothing any more."""
    contract, retired = situation.contract, situation.facts.retired_objects
    carried = (latest.object,) if latest.object else contract.objects
    if carried and retired.issuperset(carried):
        return False
    if not asks_for_latest(contract, today) or contract.status(today) is Status.NOT_STARTED:
        return False
    if contract.last_day is not None and contract.last_day < latest.day:
        return False
    in_time = latest.ordered and not latest.is_passed and today <= latest.day
    return today >= latest.day - TOLD_BEFORE and not in_time


def newly_passed(
    before: ContractSituation | None, after: ContractSituation, today: date, until: date | None = None
) -> tuple[LatestDate, ...]:
    """The latest dates that are passed in the situation after a press and were not before it, or by a visit of another
    day; before None where a contract is made. The ledgers are as in `latest_dates`.

    What lies after the contract's last day is none of it, unless it would have been kept but for that end.
    """
    concerned = [situation for situation in (before, after) if situation and has_latest_dates(situation.contract)]
    if not concerned:
        return ()
    horizon = until or _horizon(before, after, today)
    will = _Course(after, today, horizon)
    was = _Course(before, today, horizon) if before is not None else None
    found = [each for plan, code in _of_plans(after.contract) for each in _passed(was, will, plan, code)]
    if was is not None:
        found += [each for plan, code in _gone(was.contract, after.contract) for each in _passed(was, will, plan, code)]
    return tuple(sorted(found, key=lambda each: each.place))


def _passed(was: "_Course | None", will: "_Course", plan: VisitPlan, code: str) -> Iterator[LatestDate]:
    known = was.contract.plan(plan.name) if was is not None else None
    before = was.of_series(known, code) if was is not None and known is not None and known.latest_after else []
    stood = {(each.day, each.comes_on) for each in before if each.is_passed}
    last_day = will.contract.last_day
    goes_on = will.contract.deleted_on is None and plan in will.contract.plans
    for each in will.of_series(plan, code):
        if not each.is_passed or (each.day, each.comes_on) in stood:
            continue
        within = goes_on and (last_day is None or each.day <= last_day)
        if within or (was is not None and any(each.since < day <= each.day for day in was.days(plan.name, code))):
            yield each


def _gone(old: Contract, new: Contract) -> Iterator[tuple[VisitPlan, str]]:
    """The plans and objects with a latest date that a contract has no more."""
    stay = {(plan.name, code) for plan in new.plans for code in _codes(new)}
    for plan, code in _of_plans(old):
        if (plan.name, code) not in stay:
            yield plan, code


class _Course:
    """The visits of one contract that were done last and that come until a day, by plan and object."""

    def __init__(self, situation: ContractSituation, today: date, until: date) -> None:
        self.contract = situation.contract
        self._situation = situation
        self._until = until
        self._done = _last_done(situation)
        self._coming: defaultdict[_Series, dict[date, bool]] = defaultdict(dict)
        since = min([situation.contract.start, *(row.planned_date for row in situation.ledger.values())])
        for day, visits in _coming_dates(visits_to_come(situation, since, until, today).values(), today):
            key = visits[0].key
            of_series = self._coming[key.plan, self.contract.series_of(key.object)]
            of_series[day] = of_series.get(day, False) or all(visit.state in _HAS_ORDER for visit in visits)

    def days(self, plan: str, code: str) -> dict[date, bool]:
        """The days on which visits of a plan and object come, in order, each with whether it has its order."""
        found = self._coming[plan, code] if not code else self._coming[plan, code] | self._coming[plan, ""]
        return dict(sorted(found.items()))

    def of_series(self, plan: VisitPlan, code: str) -> list[LatestDate]:
        """The latest dates of a plan and object: from the last completion, and from each visit to come."""
        if plan.latest_after is None:
            return []
        done = self._last_done_of(plan.name, code)
        since = done or anchor_of(self.contract, plan, code or None)
        found = []
        for day, ordered in self.days(plan.name, code).items():
            if done is not None and day <= done:
                continue
            found.append(self._latest(plan, code, since, day, done=done == since, ordered=ordered))
            since = day
        last = self._latest(plan, code, since, None, done=done == since)
        return [*found, last] if last.day <= self._until or not found else found

    def _latest(
        self, plan: VisitPlan, code: str, since: date, comes_on: date | None, *, done: bool, ordered: bool = False
    ) -> LatestDate:
        day = latest_after(since, plan.latest_after) if plan.latest_after else since
        return LatestDate(plan.name, self.contract.visited_last(code), day, since, plan.basis, done, comes_on, ordered)

    def _last_done_of(self, plan: str, code: str) -> date | None:
        """Of one order for all objects also when the last of them was done by an order of its own."""
        own = self._done.get((plan, code))
        for_all = self._done.get((plan, ""))
        if code:
            return max(filter(None, (own, for_all)), default=None)
        each = [self._done.get((plan, each)) for each in set(map(self.contract.series_of, self.contract.objects))]
        all_of_them = min([day for day in each if day is not None]) if each and None not in each else None
        return max(filter(None, (for_all, all_of_them)), default=None)


def _coming_dates(found: Iterable[Visit], today: date) -> Iterator[tuple[date, list[Visit]]]:
    """The visits to come, each with its day; the orders of a date that was split by address are done with the last."""
    dates: defaultdict[VisitKey, list[tuple[date, Visit]]] = defaultdict(list)
    for visit in found:
        if (day := _comes_on(visit, today)) is not None:
            dates[visit.key.whole].append((day, visit))
    for several in dates.values():
        yield max(day for day, _ in several), [visit for _, visit in several]


def _of_plans(contract: Contract) -> Iterator[tuple[VisitPlan, str]]:
    for plan in contract.plans:
        if plan.latest_after is not None:
            yield from ((plan, code) for code in _codes(contract))


def _codes(contract: Contract) -> tuple[str, ...]:
    """The objects that are visited, each as the first of its series: one that came in its place goes on with that."""
    return tuple(dict.fromkeys(contract.series_of(code or "") for code in contract.visited_objects()))


def _last_done(situation: ContractSituation) -> Mapping[_Series, date]:
    """On which day each plan and object was done last; a smaller visit that a larger one replaced, when that was."""
    found: dict[_Series, date] = {}
    larger = _larger_done(situation)
    for rows in of_one_date(situation.ledger.values()):
        days = [
            completed(row) or (_of_larger(situation, row, larger) if row.reason is Reason.COVERED else None)
            for row in rows
        ]
        done = [day for day in days if day is not None]
        if len(done) == len(days):
            series = rows[0].key.plan, situation.contract.series_of(rows[0].key.object)
            found[series] = max(min(done), found.get(series, min(done)))
    return found


def _larger_done(situation: ContractSituation) -> list[list[LedgerVisit]]:
    """The visits that were done; of a date that was split by address only where all its orders were."""
    if len({plan.rank for plan in situation.contract.plans}) < 2:
        return []
    return [rows for rows in of_one_date(situation.ledger.values()) if all(row.state in _DONE for row in rows)]


def _of_larger(situation: ContractSituation, covered: LedgerVisit, done: Iterable[list[LedgerVisit]]) -> date | None:
    ranks = {plan.name: plan.rank for plan in situation.contract.plans}
    reach = timedelta(days=situation.contract.overlap_days)
    days = [
        min(row.completed_on or row.planned_date for row in rows)
        for rows in done
        if ranks.get(rows[0].key.plan, 0) > ranks.get(covered.key.plan, 0)
        and rows[0].key.visited_as in (covered.key.visited_as, None)
        and all(abs(row.planned_date - covered.planned_date) <= reach for row in rows)
    ]
    return max(days, default=None)


def _comes_on(visit: Visit, today: date) -> date | None:
    """The day on which a visit is done at the earliest, None where it does not come. One that another stands for, a
    larger one or the order of an earlier contract, comes with that."""
    if visit.state in _COMES:
        return max(visit.planned_date, today)
    if visit.reason is not Reason.COVERED:
        return None
    if visit.written is not None and visit.written.covered_by is not None:
        return max(visit.planned_date, today) if visit.written.completed_on is None else None
    return visit.planned_date if visit.planned_date >= today else None


def _reach(plan: VisitPlan, situation: ContractSituation, code: str, today: date) -> date:
    """How far ahead the next visit of a plan is looked for: twice its length from the later of today and its start."""
    since = max(today, situation.contract.start, anchor_of(situation.contract, plan, code or None))
    return _twice(since, plan.latest_after) if plan.latest_after else since


def _horizon(before: ContractSituation | None, after: ContractSituation, today: date) -> date:
    """How far ahead a press is looked at: past the last day that it is about by twice the longest of the lengths."""
    contracts = [situation.contract for situation in (before, after) if situation is not None]
    days = {today, after.contract.start, *_days_about(before, after)}
    furthest = min(max(days), today + _LOOKED_AT_MOST)
    lengths = [plan.latest_after for contract in contracts for plan in contract.plans if plan.latest_after]
    return max(_twice(furthest, length) for length in lengths)


def _days_about(before: ContractSituation | None, after: ContractSituation) -> Iterator[date]:
    """The days that differ between two situations: of the end, of pauses, of written visits, of rules."""
    if before is None:
        return
    old, new = before.contract, after.contract
    if old.last_day != new.last_day:
        yield from filter(None, (old.last_day, new.last_day))
    for pause in {*old.pauses} ^ {*new.pauses}:
        yield from filter(None, (pause.start, pause.until))
        if pause.every_year:
            yield LATEST_DAY
    for closed in {*old.closed_ranges} ^ {*new.closed_ranges}:
        yield from (closed.day, LATEST_DAY if closed.every_year else closed.last_day)
    yield from (plan.counts_from for plan in new.plans if plan.counts_from)
    for key, row in after.ledger.items():
        if (known := before.ledger.get(key)) != row:
            yield from (row.planned_date, key.nominal_date, (known or row).planned_date)


def _twice(day: date, length: Period) -> date:
    return latest_after(latest_after(day, length), length)
