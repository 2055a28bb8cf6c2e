"""Which visits a visit plan has by its rule alone: nominal and planned dates, before any ledger (rules: Recurrence)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import Contract, ContractType, Lead, Spread, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.next_visit import NextVisit, next_visit_of, number_of_rule_dates, rule_dates
from powerup.contracts.open_days import open_days
from powerup.contracts.shift import generation_date, shifted
from powerup.contracts.terms import horizon_end
from powerup.contracts.visit import VisitKey
from powerup.contracts.yearly import contract_year_end


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One visit as the rule has it. shifted_out: its shift policy is to skip days that are not worked.

    generation_date is not before the contract's start, unless the tenant orders before it.
    """

    key: VisitKey
    planned_date: date
    generation_date: date
    deadline: date
    shifted_out: bool


def agreed_end(contract: Contract) -> date | None:
    """The last day of the agreed period that generation may count on, or None while it is open-ended.

    A contract that renews by itself is looked past its end (rules: Terms). A termination is not an agreed end: it
    withholds visits, and never shifts one.
    """
    return horizon_end(contract.end, contract.terms, None)


def lead_of(contract: Contract, plan: VisitPlan, settings: TenantSettings) -> Lead:
    """The plan's days in advance, else the contract's, else the tenant's; number and unit of the same place."""
    return plan.lead or contract.lead or settings.lead


def anchor_of(contract: Contract, plan: VisitPlan, object_code: str | None) -> date:
    """The day from which the series counts: the object's own, else the plan's, else the contract's.

    From a next visit on it may count from that instead (`Series.next_visit`).
    """
    return plan.anchor_named(object_code) or contract.counted_from


def counts_from_of(plan: VisitPlan, object_code: str | None) -> date | None:
    """The day from which the plan's present rule holds for an object, or None when it always did."""
    return dict(plan.objects_from).get(object_code or "", plan.counts_from)


def deadline_if_made(contract: Contract, deadline: date, made_on: date) -> date:
    """The deadline of a work order that is made on a day: at least that day, and for orders at the start of a contract
    year at most the contract's last day, which may have changed since (rules: Generation; Contract types)."""
    if _is_at_start(contract):
        deadline = _not_after_the_end(contract, deadline)
    return max(deadline, made_on)


def _is_at_start(contract: Contract) -> bool:
    return contract.yearly is not None and contract.yearly.spread is Spread.AT_START


def _not_after_the_end(contract: Contract, year_end: date) -> date:
    return min(year_end, contract.last_day or year_end)


class Series:
    """One visit plan of a contract on its tenant's calendar; dates come in order, per object."""

    def __init__(self, contract: Contract, plan: VisitPlan, calendar: Calendar, settings: TenantSettings) -> None:
        self.contract = contract
        self.plan = plan
        self.calendar = calendar
        self.open_days = open_days(contract, calendar)
        self.end = agreed_end(contract)
        self._lead = lead_of(contract, plan, settings)
        self._ordered_from = date.min if settings.order_before_start else contract.start
        self._window = timedelta(days=plan.window_after)
        self._names_next_visits = plan.next_visit is not None or bool(plan.next_visits)
        self._next_visits: dict[str | None, NextVisit | None] = {}

    def first_day_of(self, object_code: str | None) -> date:
        """The first day on which the present rule can yield a visit of an object.

        A rule that counts from its next visit has all that it gives till then, as `before_next_visit`.
        """
        since = counts_from_of(self.plan, object_code)
        if since is None:
            return self.contract.start
        named = self.next_visit(object_code)
        counts_from_it = named is not None and named.nominal_date == since
        return self.contract.start if counts_from_it else max(self.contract.start, since)

    def nominal_dates(self, object_code: str | None, since: date, until: date) -> Iterator[tuple[date, int]]:
        """Nominal dates with their sequence number, since and until inclusive, inside the agreed period."""
        since = max(since, self.first_day_of(object_code))
        until = min(until, self.end) if self.end else until
        if since > until or self.contract.type is ContractType.CORRECTIVE:
            return iter(())
        anchor = anchor_of(self.contract, self.plan, object_code)
        named = self.next_visit(object_code)
        if named is None or not named.own:
            return self._counted(anchor, since, until)
        return self._around(named, anchor, since, until)

    def _counted(self, anchor: date, since: date, until: date) -> Iterator[tuple[date, int]]:
        return rule_dates(self.contract, self.plan, anchor, self.calendar, since, until)

    def _around(self, named: NextVisit, anchor: date, since: date, until: date) -> Iterator[tuple[date, int]]:
        """The dates when the next visit is one of its own: those counted as ever before it, itself, and those that
        count from it on."""
        before, after = min(until, named.day - A_DAY), max(since, named.day + A_DAY)
        if since <= before:
            yield from (each for each in self._counted(anchor, since, before) if each[0] != named.in_place_of)
        if since <= named.day <= until:
            yield named.day, 1
        if after <= until:
            yield from (each for each in self._counted(named.anchor, after, until) if each[0] != named.in_place_of)

    def number_of_nominal_dates(self, object_code: str | None, since: date, until: date) -> int:
        """As many as `nominal_dates` has, of the same arguments, by arithmetic."""
        since = max(since, self.first_day_of(object_code))
        until = min(until, self.end) if self.end else until
        if since > until or self.contract.type is ContractType.CORRECTIVE:
            return 0
        anchor = anchor_of(self.contract, self.plan, object_code)
        named = self.next_visit(object_code)
        if named is None or not named.own:
            return self._number(anchor, since, until)
        before = self._number(anchor, since, min(until, named.day - A_DAY), without=named.in_place_of)
        after = self._number(named.anchor, max(since, named.day + A_DAY), until, without=named.in_place_of)
        return before + (since <= named.day <= until) + after

    def _number(self, anchor: date, since: date, until: date, *, without: date | None = None) -> int:
        number = number_of_rule_dates(self.contract, self.plan, anchor, self.calendar, since, until)
        if without is None or not since <= without <= until:
            return number
        return number - sum(1 for _ in self._counted(anchor, without, without))

    def next_visit(self, object_code: str | None) -> NextVisit | None:
        """The next visit that the plan names for an object, or None (rules: Next visit)."""
        if not self._names_next_visits:
            return None
        if object_code not in self._next_visits:
            self._next_visits[object_code] = next_visit_of(
                self.contract, self.plan, object_code, self.calendar, self.end
            )
        return self._next_visits[object_code]

    def is_next_visit(self, key: VisitKey) -> bool:
        """Whether the visit of that key is the one that the plan names."""
        named = self.next_visit(key.visited_as)
        return named is not None and named.nominal_date == key.nominal_date

    def has(self, key: VisitKey) -> bool:
        """Whether the rule as it is now yields the visit of that key."""
        found = self.nominal_dates(key.visited_as, key.nominal_date, key.nominal_date)
        return (key.nominal_date, key.sequence) in found

    def occurrences(
        self, object_code: str | None, since: date, until: date, after: date = date.min
    ) -> Iterator[Occurrence]:
        """Every visit of one object whose planned date lies between since and until, both inclusive, and whose nominal
        date lies behind after.

        Also yields those whose nominal date lies there and that the shift policy leaves out.
        """
        first_nominal = max(self.open_days.previous(since - A_DAY), after + A_DAY)
        last_nominal = self.open_days.next(until + A_DAY)
        for nominal, sequence in self.nominal_dates(object_code, first_nominal, last_nominal):
            key = VisitKey(self.contract.number, self.plan.name, nominal, object_code or "", sequence)
            occurrence = self.occurrence(key)
            if since <= occurrence.planned_date <= until:
                yield occurrence

    def occurrence(self, key: VisitKey) -> Occurrence:
        """The visit of one nominal date: where the calendar puts it, when it is due, until when it may be done.

        A next visit of its own lies on the day that a person named, whatever the shift policy says of it.
        """
        planned = self._planned(key.visited_as, key.nominal_date)
        return self.planned_on(key, planned or key.nominal_date, shifted_out=planned is None)

    def planned_date(self, object_code: str | None, nominal: date) -> date:
        """The planned date of a nominal date, by the rule."""
        return self._planned(object_code, nominal) or nominal

    def _planned(self, object_code: str | None, nominal: date) -> date | None:
        """The same, None where the shift policy leaves the visit out."""
        if self._names_next_visits and self._is_own(object_code, nominal):
            return nominal
        return shifted(nominal, self.plan.shift, self.open_days, self.contract.start, self.end)

    def planned_on(self, key: VisitKey, planned: date, *, shifted_out: bool = False) -> Occurrence:
        """The visit when its planned date is given, by the calendar or by a person."""
        generation = max(generation_date(planned, self._lead, self.calendar), self._ordered_from)
        return Occurrence(key, planned, generation, self._deadline(key, planned), shifted_out)

    def _is_own(self, object_code: str | None, nominal: date) -> bool:
        named = self.next_visit(object_code)
        return named is not None and named.own and named.day == nominal

    def _deadline(self, key: VisitKey, planned: date) -> date:
        if _is_at_start(self.contract):
            return _not_after_the_end(self.contract, contract_year_end(self.contract.counted_from, key.nominal_date))
        return planned + self._window
