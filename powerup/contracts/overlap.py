"""Visits that make way for others: two of one plan on one day, and smaller ones near a larger (rules: Recurrence)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from powerup.contracts.contract import Contract
from powerup.contracts.reasons import WAITING
from powerup.contracts.series import Occurrence
from powerup.contracts.visit import LedgerVisit, Reason, VisitState


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
    a person moved there, else the unshifted, else the earliest. Several of one nominal date do not share a day."""
    by_day: dict[tuple[str, str, date], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.reason is None:
            key = candidate.occurrence.key
            by_day[key.plan, contract.series_of(key.object), candidate.occurrence.planned_date].append(candidate)
    taken = {
        (visit.key.plan, contract.series_of(visit.key.object), visit.planned_date): visit.key.nominal_date
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
    larger = _Days(contract.overlap_days)
    for rank in sorted(set(ranks.values()), reverse=True):
        of_rank = [candidate for candidate in candidates if candidate.rank == rank and candidate.comes(today)]
        for candidate in of_rank:
            if larger.near(contract.series_of(candidate.occurrence.key.object), candidate.occurrence.planned_date):
                candidate.reason = Reason.COVERED
        for candidate in of_rank:
            if candidate.reason is not Reason.COVERED:
                larger.add(contract.series_of(candidate.occurrence.key.object), candidate.occurrence.planned_date)
        for row in written:
            if _comes_or_came(row) and ranks.get(row.key.plan, 0) == rank:
                larger.add(contract.series_of(row.key.object), row.planned_date)


class _Days:
    """Days per object on which a larger visit falls, each reaching so many days to both sides."""

    def __init__(self, reach: int) -> None:
        self._reach = [timedelta(days=number) for number in range(-reach, reach + 1)]
        self._near: dict[str, set[date]] = defaultdict(set)

    def add(self, object_code: str, day: date) -> None:
        self._near[object_code].update(day + number for number in self._reach)

    def near(self, object_code: str, day: date) -> bool:
        """An order that carries all objects counts for each of them."""
        return day in self._near[object_code] or day in self._near[""]
