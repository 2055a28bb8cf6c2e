"""The visits of one contract in a calendar year, as its page has them: those of one plan and day that stand alike are
one row."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from powerup.contracts.contract import Contract
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY
from powerup.contracts.latest import LatestDate, asks_for_latest, kept_by, latest_dates
from powerup.contracts.reasons import AFTER_THE_END
from powerup.contracts.schedule import visits
from powerup.contracts.shown_as import ShownAs, shown_as
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState
from powerup.contracts.why import Why, why_of
from powerup.readings.forecast import number_of

MOST_EXPLAINED = 120
"""Rows whose answer is given with the year; of more each is told when it is asked for."""

_DONE = (VisitState.COMPLETED, VisitState.SETTLED)


@dataclass(frozen=True, slots=True)
class YearVisit:
    """One visit of a year. workorder_no is the number that its order has, or will get. last_done is the day on which
    the visit of its plan and object before it was done, None where none was."""

    visit: Visit
    shown_as: ShownAs
    objects: tuple[str, ...]
    workorder_no: str | None
    last_done: date | None

    @property
    def id(self) -> str:
        """The visit's public id."""
        return str(self.visit.key)

    @property
    def refusal(self) -> str | None:
        """The host's own words, of one that failed."""
        row = self.visit.written
        return row.refusal if row is not None and self.visit.state is VisitState.FAILED else None

    @property
    def completed_on(self) -> date | None:
        """The day on which its work was done."""
        row = self.visit.written
        return row.completed_on if row is not None and self.visit.state in _DONE else None

    @property
    def row_id(self) -> int | None:
        """The host's row id of its work order."""
        return self.visit.written.host_row_id if self.visit.written is not None else None


@dataclass(frozen=True, slots=True)
class YearRow:
    """The visits of one plan on one day that stand alike; one at least."""

    plan: str
    planned_date: date
    shown_as: ShownAs
    state: VisitState
    reason: Reason | None
    visits: tuple[YearVisit, ...]

    @property
    def first(self) -> YearVisit:
        """The one that stands for them all."""
        return self.visits[0]

    @property
    def objects(self) -> tuple[str, ...]:
        """The objects of all their orders, each once."""
        return tuple(dict.fromkeys(code for each in self.visits for code in each.objects))

    @property
    def last_done(self) -> date | None:
        """Of those of several objects the one that is longest ago."""
        return min((each.last_done for each in self.visits if each.last_done), default=None)


@dataclass(frozen=True, slots=True)
class ContractYear:
    """A calendar year of a contract: its rows by planned date, and whether there is something to see in other years.
    why says how the visits of a day that are shown alike came there, of so many days as can be said at once. latest are
    the latest dates of the visits to come, those that fall in the year and those that one of its rows has to keep."""

    year: int
    rows: tuple[YearRow, ...]
    why: Mapping[tuple[date, ShownAs], Why]
    has_earlier: bool
    has_later: bool
    latest: tuple[LatestDate, ...] = ()

    @property
    def visits(self) -> list[Visit]:
        """Its visits, by planned date."""
        return [each.visit for row in self.rows for each in row.visits]

    @property
    def latest_days(self) -> Mapping[date, list[LatestDate]]:
        """The latest dates by day, those of the year."""
        found: defaultdict[date, list[LatestDate]] = defaultdict(list)
        for each in self.latest:
            if each.day.year == self.year:
                found[each.day].append(each)
        return found

    def latest_of(self, row: YearRow) -> LatestDate | None:
        """The latest date that the visits of a row have to keep, the earliest where they are several."""
        kept = [found for each in row.visits if (found := kept_by(each.visit, self.latest)) is not None]
        return min(kept, key=lambda each: each.place, default=None)

    @property
    def counts(self) -> Mapping[ShownAs, int]:
        """How many visits are shown as what, in the order of ShownAs; what there is none of is left out."""
        found = {each: sum(len(row.visits) for row in self.rows if row.shown_as is each) for each in ShownAs}
        return {each: number for each, number in found.items() if number}


def contract_year(situation: ContractSituation, year: int, today: date) -> ContractYear:
    """The visits of the contract that are planned in a year. What its rule gives past its last day is none."""
    since, until = date(year, 1, 1), date(year, 12, 31)
    found = visits(situation, since, until, today)
    of_year = [visit for visit in found if visit.written is not None or visit.reason not in AFTER_THE_END]
    contract = situation.contract
    rows = alike(contract, year_visits(situation, of_year))
    latest = tuple(latest_dates(situation, today, until)) if asks_for_latest(contract, today) else ()
    return ContractYear(
        year,
        rows,
        _why(situation, rows, found, latest),
        has_earlier=year > _first_year(situation),
        has_later=year < (contract.last_day or LATEST_DAY).year,
        latest=tuple(each for each in latest if contract.last_day is None or each.day <= contract.last_day),
    )


def _why(
    situation: ContractSituation, rows: Sequence[YearRow], found: Sequence[Visit], latest: Sequence[LatestDate]
) -> dict[tuple[date, ShownAs], Why]:
    if len(rows) > MOST_EXPLAINED:
        return {}
    return {
        (row.planned_date, row.shown_as): why_of(situation, said_of(row.visits), found, latest)
        for row in reversed(rows)  # so that the first of a day stays
    }


def said_of(visits: Sequence[YearVisit]) -> Visit:
    """The visit that is spoken of for all: the only one, else the first without its object."""
    visit = visits[0].visit
    return visit if len(visits) == 1 else replace(visit, key=replace(visit.key, object=""))


def year_visits(situation: ContractSituation, found: Iterable[Visit]) -> list[YearVisit]:
    """These visits as a page has them, in their order."""
    done = _done_days(situation.ledger.values())
    before = {plan.name: plan.window_before for plan in situation.contract.plans}
    prefix = situation.settings.number_prefix
    return [
        YearVisit(
            visit,
            shown_as(visit, before.get(visit.key.plan, 0)),
            situation.contract.carried_by(visit),
            number_of(visit, prefix),
            _last_before(done[visit.key.plan, visit.key.visited_as], visit.key.nominal_date),
        )
        for visit in found
    ]


def alike(contract: Contract, found: Iterable[YearVisit]) -> tuple[YearRow, ...]:
    """These visits as rows, in their order; those of a row in the order of the contract's objects."""
    places = {code: place for place, code in enumerate(contract.objects)}
    rows: dict[tuple[object, ...], list[YearVisit]] = {}
    for each in found:
        visit = each.visit
        place = (visit.planned_date, visit.key.plan, each.shown_as, visit.state, visit.reason, visit.moved_from)
        rows.setdefault((*place, visit.generation_date, each.refusal), []).append(each)
    return tuple(
        YearRow(
            several[0].visit.key.plan,
            several[0].visit.planned_date,
            several[0].shown_as,
            several[0].visit.state,
            several[0].visit.reason,
            tuple(sorted(several, key=lambda each: places.get(next(iter(each.objects), ""), 0))),
        )
        for several in rows.values()
    )


def _done_days(ledger: Iterable[LedgerVisit]) -> defaultdict[tuple[str, str | None], list[tuple[date, date]]]:
    """Nominal date and day of completion of what was done, per plan and object, in order."""
    found: defaultdict[tuple[str, str | None], list[tuple[date, date]]] = defaultdict(list)
    for row in ledger:
        if row.state in _DONE:
            done_on = row.completed_on or row.planned_date
            found[row.key.plan, row.key.visited_as].append((row.key.nominal_date, done_on))
    for days in found.values():
        days.sort()
    return found


def _last_before(done: list[tuple[date, date]], nominal_date: date) -> date | None:
    place = bisect_left(done, (nominal_date, date.min))
    return done[place - 1][1] if place else None


def _first_year(situation: ContractSituation) -> int:
    planned = min((row.planned_date for row in situation.ledger.values()), default=LATEST_DAY)
    return max(min(planned, situation.contract.start), EARLIEST_DAY).year
