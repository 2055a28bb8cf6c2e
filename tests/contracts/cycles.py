"""Contracts for tests, and cycles over them day by day: what the sync does, without a store and a host."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.changed_rules import counts_from
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import (
    Contract,
    ContractType,
    Lead,
    LeadUnit,
    Template,
    VisitPlan,
)
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import due, visits, wake_on
from powerup.contracts.settling import after_settling, settled
from powerup.contracts.situation import ContractSituation, ledger_needed_from
from powerup.contracts.visit import OPEN, LedgerVisit, Visit, VisitKey, VisitState

DUTCH = Calendar(CalendarRules())
SETTINGS = TenantSettings()
TEMPLATE = Template("Onderhoud", "op rekening")
A_DAY = timedelta(days=1)
ORDERED = "ordered"


class Line(NamedTuple):
    """A visit as it is compared; what is with the host in any way counts as ordered, and so does what will be."""

    plan: str
    object_code: str
    nominal: date
    planned: date
    sequence: int
    outcome: str


Outcome = Callable[[LedgerVisit, date], LedgerVisit]


def plan(name: str = "A", unit: Unit = Unit.MONTH, every: int = 1, **fields: Any) -> VisitPlan:
    """A visit plan; fields of the recurrence and of the plan may be mixed."""
    of_rule = {key: fields.pop(key) for key in list(fields) if key in Recurrence.__dataclass_fields__}
    return VisitPlan(name, Recurrence(unit, every, **of_rule), **fields)


def contract(*plans: VisitPlan, start: date, **fields: Any) -> Contract:
    """A preventive contract, entered on the day on which it starts unless the fields say otherwise."""
    given: dict[str, Any] = {"type": ContractType.PREVENTIVE, "customer": "1001", "entered_on": start} | fields
    return Contract(number="1042", name="CV-ketel", start=start, template=TEMPLATE, plans=plans, **given)


def days_in_advance(number: int) -> Lead:
    """Calendar days."""
    return Lead(number)


def working_days_in_advance(number: int) -> Lead:
    """Working days."""
    return Lead(number, LeadUnit.WORKING)


def situation(of: Contract, rows: Iterable[LedgerVisit] = (), **fields: Any) -> ContractSituation:
    """The contract with these visits in its ledger, on the Dutch calendar where no other one is given."""
    return ContractSituation(
        of, fields.pop("calendar", DUTCH), fields.pop("settings", SETTINGS), {row.key: row for row in rows}, **fields
    )


def key(nominal: date, plan_name: str = "A", object_code: str = "", sequence: int = 1) -> VisitKey:
    """The key of a visit of the test contract."""
    return VisitKey("1042", plan_name, nominal, object_code, sequence)


def written(
    nominal: date,
    state: VisitState = VisitState.ORDERED,
    plan_name: str = "A",
    planned: date | None = None,
    object_code: str = "",
    **fields: Any,
) -> LedgerVisit:
    """A visit in the ledger, planned on its nominal date unless told otherwise."""
    day = planned or nominal
    return LedgerVisit(key(nominal, plan_name, object_code), day, day, day, state, **fields)


def moved(nominal: date, planned: date, plan_name: str = "A", object_code: str = "") -> LedgerVisit:
    """A visit that a person has given another day."""
    return written(nominal, VisitState.PLANNED, plan_name, planned, object_code, pinned=True, asked_for=True)


def planned_dates(found: Iterable[Visit]) -> list[date]:
    """The dates of visits that come."""
    return [visit.planned_date for visit in found if visit.state is not VisitState.WITHHELD]


def reasons(found: Iterable[Visit | LedgerVisit]) -> dict[date, str | None]:
    """Nominal date and reason of each visit."""
    return {visit.key.nominal_date: visit.reason for visit in found}


def ordered(rows: Iterable[LedgerVisit]) -> list[date]:
    """Planned dates of the rows that are to be ordered."""
    return [row.planned_date for row in rows if row.state is VisitState.ORDERING]


def withheld(rows: Iterable[LedgerVisit]) -> dict[date, str | None]:
    """Planned dates of the rows that are withheld, with their reasons."""
    return {row.planned_date: row.reason for row in rows if row.state is VisitState.WITHHELD}


def dates(*texts: str) -> list[date]:
    """Dates from ISO texts."""
    return [date.fromisoformat(text) for text in texts]


def done_on_its_day(row: LedgerVisit, today: date) -> LedgerVisit:
    """The outcome of an order that the engineer does on the planned date, or today when that has passed."""
    if row.planned_date <= today:
        return replace(row, state=VisitState.COMPLETED, completed_on=today)
    return row


def stays_open(row: LedgerVisit, _: date) -> LedgerVisit:
    """The outcome of an order that nobody touches."""
    return row


def one_cycle(before: ContractSituation, today: date) -> tuple[ContractSituation, list[LedgerVisit]]:
    """One cycle with the part of the ledger that the schedule asks for, and the visits that it wrote."""
    rows = due(_as_loaded(before), today)
    return after_settling(before, rows, today), rows


def run(
    start: ContractSituation, first: date, last: date, outcome: Outcome = stays_open, *, sleeping: bool = False
) -> ContractSituation:
    """Cycles on every day from first to last; sleeping: only on the days on which the contract wakes."""
    now, day = start, first
    wake: date | None = first
    while day <= last:
        if not sleeping or (wake is not None and wake <= day):
            now, _ = one_cycle(now, day)
            wake = wake_on(_as_loaded(now), day) if sleeping else None
        came = [outcome(row, day) for row in now.ledger.values() if row.state in OPEN]
        changed = {row.key: row for row in came if row != now.ledger[row.key]}
        if changed:
            now = replace(now, ledger={**now.ledger, **changed})
            wake = day + A_DAY
        day += A_DAY
    return now


def _as_loaded(whole: ContractSituation) -> ContractSituation:
    since = ledger_needed_from(whole.contract)
    rows: Mapping[VisitKey, LedgerVisit] = {
        visit_key: row
        for visit_key, row in whole.ledger.items()
        if row.state in OPEN
        or row.state in (VisitState.PLANNED, VisitState.FAILED)
        or max(row.planned_date, visit_key.nominal_date) >= since
    }
    return replace(whole, ledger=rows)


def ledger_lines(of: ContractSituation) -> list[Line]:
    """The ledger as lines, without what is still planned."""
    return sorted(_line(row) for row in of.ledger.values() if row.state is not VisitState.PLANNED)


def forecast_lines(of: ContractSituation, since: date, until: date, today: date) -> list[Line]:
    """What a forecast says, in the same lines."""
    return sorted(_line(visit) for visit in visits(of, since, until, today))


def _line(row: LedgerVisit | Visit) -> Line:
    outcome = str(row.reason) if row.state is VisitState.WITHHELD else ORDERED
    return Line(row.key.plan, row.key.object, row.key.nominal_date, row.planned_date, row.key.sequence, outcome)


def after_an_edit(now: ContractSituation, today: date, **fields: Any) -> ContractSituation:
    """The situation after an edit of its first plan: settled, and counting from where the rules say."""
    now = after_settling(now, settled(now, today, unseen=False), today)
    first, *others = now.contract.plans
    new = replace(first, **fields)
    last = max((row.nominal_date for row in now.ledger if row.plan == first.name), default=None)
    new = replace(new, counts_from=counts_from(new, last, today))
    return replace(now, contract=replace(now.contract, plans=(new, *others)))


def rule_of(**fields: Any) -> Recurrence:
    """The recurrence of a plan with these fields."""
    return plan(**fields).recurrence
