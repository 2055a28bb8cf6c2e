"""Visits that make way for others: two of one plan on one day, and smaller ones near a larger (rules: Recurrence)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from powerup.contracts.contract import Contract
from powerup.contracts.reasons import WAITING
from powerup.contracts.series import Occurrence
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState


@dataclass(slots=True)
class Candidate:
    """A visit that the ledger has not decided, while it is found out what becomes of it.

    written is its row when it has one all the same: moved by a person, or computed again.
    """

    occurrence: Occurrence
    rank: int
    written: LedgerVisit | None
    reason: Reason | None

    def comes(self, today: date) -> bool:
        """Whether a work order may still come of it, as things are."""
        if self.reason is None or self.reason is Reason.AWAITING_CONFIRMATION:
            return True
        return self.reason in WAITING and self.occurrence.planned_date >= today


def cover_doubles(contract: Contract, candidates: Iterable[Candidate], written: Iterable[LedgerVisit]) -> None:
    """Of the visits of one plan and object that land on one day one stays: one that has its work order, else one that
    a person moved there, else the unshifted, else the earliest. Several of one nominal date do not share a day. Orders
    by address take a day for one another alone, unless all of their date lie on it."""
    by_day: dict[tuple[str, str, date], list[Candidate]] = defaultdict(list)
    candidates, written = list(candidates), list(written)
    whole = _dates_on_one_day(contract, candidates, written)
    for candidate in candidates:
        if candidate.reason is None:
            key = candidate.occurrence.key
            by_day[key.plan, _of(contract, key, whole), candidate.occurrence.planned_date].append(candidate)
    taken = {
        (visit.key.plan, _of(contract, visit.key, whole), visit.planned_date): visit.key.nominal_date
        for visit in written
        if _takes_its_day(visit)
    }
    for day, sharers in by_day.items():
        if len(sharers) == 1 and day not in taken:
            continue
        stays = taken.get(day) or min(sharers, key=_precedence).occurrence.key.nominal_date
        for candidate in sharers:
            if candidate.occurrence.key.nominal_date != stays:
                candidate.reason = Reason.COVERED


def _of(contract: Contract, key: VisitKey, whole: Collection[VisitKey]) -> str:
    return contract.series_of(key.object) if key.address is None or key.whole in whole else key.object


def _dates_on_one_day(
    contract: Contract, candidates: Iterable[Candidate], written: Iterable[LedgerVisit]
) -> frozenset[VisitKey]:
    """The dates that were split by address and whose orders lie on one day all the same, with all objects of it."""
    found: defaultdict[VisitKey, list[tuple[date, VisitKey, tuple[str, ...]]]] = defaultdict(list)
    for each in candidates:
        key = each.occurrence.key
        if key.address is not None and each.reason is None:
            carries = each.written.carries if each.written else ()
            found[key.whole].append((each.occurrence.planned_date, key, carries))
    for visit in written:
        if visit.key.address is not None and _takes_its_day(visit):
            found[visit.key.whole].append((visit.planned_date, visit.key, visit.carries))
    return frozenset(key for key, parts in found.items() if _is_of_all(contract, parts))


def _is_of_all(contract: Contract, parts: Collection[tuple[date, VisitKey, tuple[str, ...]]]) -> bool:
    days = {day for day, _, _ in parts}
    if len(days) > 1:
        return False
    carried = {code for day, key, carries in parts for code in contract.carried_on(day, key, carries)}
    return carried.issuperset(contract.objects_on(days.pop()))


def _takes_its_day(visit: LedgerVisit) -> bool:
    """Whether a written visit keeps others of its plan off its day. One that was withheld does not, unless a person
    skipped it on the very day that its rule gave it."""
    return _comes_or_came(visit) or (visit.reason is Reason.SKIPPED and not visit.pinned)


def _comes_or_came(visit: LedgerVisit) -> bool:
    """Whether there is work: also where the order of an earlier contract of the chain stands for the visit."""
    return visit.state is not VisitState.WITHHELD or visit.covered_by is not None


def _precedence(candidate: Candidate) -> tuple[bool, bool, date]:
    nominal = candidate.occurrence.key.nominal_date
    moved = candidate.written is not None and candidate.written.pinned
    return not moved, nominal != candidate.occurrence.planned_date, nominal


def cover_smaller(
    contract: Contract, candidates: Iterable[Candidate], written: Iterable[LedgerVisit], today: date
) -> None:
    """Withholds visits that a larger one of the same object replaces within the contract's overlap days.

    Ranks are looked at from the largest down, so that a visit which is withheld itself covers nothing.
    """
    ranks = {plan.name: plan.rank for plan in contract.plans}
    if len(set(ranks.values())) < 2:
        return
    larger, candidates = _Days(contract.overlap_days), list(candidates)
    for rank in sorted(set(ranks.values()), reverse=True):
        of_rank = [candidate for candidate in candidates if candidate.rank == rank and candidate.comes(today)]
        for candidate in of_rank:
            if larger.near(_visited(contract, candidate), candidate.occurrence.planned_date):
                candidate.reason = Reason.COVERED
        for candidate in of_rank:
            if candidate.reason is not Reason.COVERED:
                covers = _visited(contract, candidate) if candidate.occurrence.key.object else ("",)
                larger.add(covers, candidate.occurrence.planned_date)
        for row in written:
            if _comes_or_came(row) and ranks.get(row.key.plan, 0) == rank:
                covers = _series_of(contract, row.key, row.planned_date, row.carries) if row.key.object else ("",)
                larger.add(covers, row.planned_date)


def _visited(contract: Contract, candidate: Candidate) -> tuple[str, ...]:
    carries = candidate.written.carries if candidate.written else ()
    return _series_of(contract, candidate.occurrence.key, candidate.occurrence.planned_date, carries)


def _series_of(contract: Contract, key: VisitKey, day: date, carries: Collection[str]) -> tuple[str, ...]:
    """The series of the objects that an order is for."""
    return tuple(contract.series_of(code) for code in contract.carried_on(day, key, carries))


class _Days:
    """Days per object on which a larger visit falls, each reaching so many days to both sides."""

    def __init__(self, reach: int) -> None:
        self._reach = [timedelta(days=number) for number in range(-reach, reach + 1)]
        self._near: dict[str, set[date]] = defaultdict(set)

    def add(self, codes: Iterable[str], day: date) -> None:
        for code in codes:
            self._near[code].update(day + number for number in self._reach)

    def near(self, codes: Collection[str], day: date) -> bool:
        """An order that carries all objects counts for each of them; one for several is replaced where all are."""
        return day in self._near[""] or (bool(codes) and all(day in self._near[code] for code in codes))
