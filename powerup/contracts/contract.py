"""The contract: what was agreed, and what state that gives on a day (rules: Words, Contract types, Status)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.days import A_DAY
from powerup.contracts.every_year import time_from
from powerup.contracts.price import Price
from powerup.contracts.recurrence import Recurrence
from powerup.contracts.terms import Period, Terms, horizon_end
from powerup.contracts.visit import ADDRESS_MARK, LedgerVisit, Visit, VisitKey


class ContractType(StrEnum):
    """What drives the work of a contract."""

    PREVENTIVE = "preventive"
    CORRECTIVE = "corrective"
    YEARLY = "yearly"


class Status(StrEnum):
    """Computed from dates and cancellation, never stored (rules: Status)."""

    NOT_STARTED = "not_started"
    ACTIVE = "active"
    ENDED = "ended"
    TERMINATED = "terminated"


class Shift(StrEnum):
    """Where a visit goes when its nominal date is not a working day."""

    AS_IS = "as_is"
    PREVIOUS_WORKING_DAY = "previous_working_day"
    NEXT_WORKING_DAY = "next_working_day"
    NEAREST = "nearest"
    SKIP = "skip"


class CatchUp(StrEnum):
    """Which overdue visits are still ordered after a stand-still."""

    LATEST = "latest"
    ALL = "all"
    NONE = "none"


class Schedule(StrEnum):
    """Whether the next date counts from the series or from the last completion."""

    FIXED = "fixed"
    FLOATING = "floating"


class Spread(StrEnum):
    """How a yearly contract divides its orders over the contract year."""

    SPREAD = "spread"
    AT_START = "at_start"
    CALL_OFF = "call_off"


class LeadUnit(StrEnum):
    """How days in advance are counted."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Lead:
    """Days in advance: how long before its planned date a visit's work order is made."""

    days: int = 0
    unit: LeadUnit = LeadUnit.CALENDAR


@dataclass(frozen=True, slots=True)
class OrderMaterial:
    """A material of the host, by code, that comes with work orders. price is that of one unit as it was agreed, without
    VAT; None leaves it to the host."""

    code: str
    number: Decimal = Decimal(1)
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """What the work orders of a contract look like; texts may hold placeholders from the closed list.

    start_time is local time of the tenant; duration_minutes fills the host's WorkDuration. forms are names of forms of
    the host, such as checklists, that the employee fills in.
    """

    type_of_work: str
    payment_method: str
    description: str = ""
    employee: str | None = None
    start_time: time | None = None
    duration_minutes: int | None = None
    project: str | None = None
    priority: str | None = None
    forms: tuple[str, ...] = ()
    materials: tuple[OrderMaterial, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateOverride:
    """What one visit plan has otherwise than the contract's template; None, or no form or material, means as the
    contract has it."""

    type_of_work: str | None = None
    description: str | None = None
    employee: str | None = None
    start_time: time | None = None
    duration_minutes: int | None = None
    forms: tuple[str, ...] = ()
    materials: tuple[OrderMaterial, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """One recurrence inside a contract.

    counts_from is the day from which the present rule holds: nominal dates before it belong to an older rule and are
    in the ledger or nowhere (rules: settle, then change). objects_from has that day per object code, where it is
    another: an object that was added later, or one whose last visit is in another period. next_visit is the first one
    that comes, for a firm that takes its practice over from another system; next_visits is per object code. window
    days are calendar days before and after the planned date. anchor replaces the contract's start; anchors is per
    object code. latest_after is how long after its last completion a visit has to be done again, and basis says why: a
    law, a norm or what was agreed (rules: Recurrence, latest).
    """

    name: str
    recurrence: Recurrence
    shift: Shift = Shift.AS_IS
    window_before: int = 0
    window_after: int = 0
    rank: int = 0
    catch_up: CatchUp | None = None
    schedule: Schedule = Schedule.FIXED
    anchor: date | None = None
    anchors: tuple[tuple[str, date], ...] = ()
    previous_open: bool | None = None
    next_visit: date | None = None
    next_visits: tuple[tuple[str, date], ...] = ()
    counts_from: date | None = None
    objects_from: tuple[tuple[str, date], ...] = ()
    lead: Lead | None = None
    override: TemplateOverride = TemplateOverride()
    latest_after: Period | None = None
    basis: str = ""

    def anchor_named(self, object_code: str | None) -> date | None:
        """The day from which the plan is to count for an object, else for all; None where neither names one."""
        return dict(self.anchors).get(object_code or "") or self.anchor

    def next_visit_named(self, object_code: str | None) -> date | None:
        """The next visit that the plan names for an object, else for all; None where neither is named."""
        return dict(self.next_visits).get(object_code or "") or self.next_visit


@dataclass(frozen=True, slots=True)
class Termination:
    """An early end: last day inclusive; reason is a code of the tenant's list."""

    last_day: date
    reason: str | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stand-still, both days inclusive; until None is open. extends_end: the agreed end moves by its length.
    every_year: it comes back each year on the same days, start and until being those of the first time."""

    start: date
    until: date | None
    reason: str = ""
    extends_end: bool = False
    every_year: bool = False

    def coming(self, day: date) -> "Pause | None":
        """It with the days on which it runs on a day, or comes next after it; None where it is over by then."""
        if self.every_year and self.until is not None:
            start, until = time_from(self.start, self.until, day)
            return replace(self, start=start, until=until)
        return self if self.until is None or day <= self.until else None


@dataclass(frozen=True, slots=True)
class ReplacedObject:
    """From the day since the new object is visited in the place of the old one, by the same series (rules: Actions,
    replace object)."""

    old: str
    new: str
    since: date

    @property
    def last_day(self) -> date:
        """The last day of the old object."""
        return self.since - A_DAY


@dataclass(frozen=True, slots=True)
class YearlyOrders:
    """The number of a yearly contract, per contract year and per object when order per object is on."""

    number: int
    spread: Spread = Spread.SPREAD


@dataclass(frozen=True, slots=True)
class Contract:
    """The agreement that decides when work arises. Start and end are inclusive; end None is open-ended.

    number is its id for ever. lead None is that of the tenant's settings, also when they change. entered_on is the day
    on which it came into this product: visits planned before it are `before_entry`. terms are kept as they were
    agreed. settled_through is the day through which the ledger is complete: every visit planned on or before it is
    written. version rises with every change that a person makes.
    invoice_customer: debtor number of who gets the invoices; None leaves that to the host (rules: Generation).
    goes_on_from: the start of the contract whose series this one carries on, where it was restarted without a gap.
    price: what it costs; None where that is not kept here (rules: Terms, Price).
    replaced: objects in the place of which another one came, or is to come; both are among objects.
    address: code of the customer's address at which the work is, where its objects do not say it (rules: Generation).
    contact: code of the customer's contact person for the work; None leaves that to the address and the customer.
    reference: what the customer wants to read on every order, such as its own order number.
    closed_ranges: days on which it has no visits, beside those of the tenant and the customer (rules: Closed ranges).
    contract_template: code of the tenant's template that it was begun from; it keeps that, whatever becomes of it.
    """

    number: str
    name: str
    type: ContractType
    customer: str
    start: date
    entered_on: date
    template: Template
    objects: tuple[str, ...] = ()
    replaced: tuple[ReplacedObject, ...] = ()
    address: str | None = None
    contact: str | None = None
    reference: str | None = None
    contract_template: str | None = None
    end: date | None = None
    terms: Terms | None = None
    sla_policy: str | None = None
    invoice_customer: str | None = None
    price: Price | None = None
    order_per_object: bool = False
    lead: Lead | None = Lead()
    overlap_days: int = 0
    plans: tuple[VisitPlan, ...] = ()
    yearly: YearlyOrders | None = None
    termination: Termination | None = None
    pauses: tuple[Pause, ...] = ()
    closed_ranges: tuple[ClosedDay, ...] = ()
    renewals: int = 0
    end_counts_from: date | None = None
    restarted_from: str | None = None
    restarted_as: str | None = None
    goes_on_from: date | None = None
    deleted_on: date | None = None
    settled_through: date | None = None
    version: int = 1

    @property
    def counted_from(self) -> date:
        """The day from which plans without an anchor of their own and contract years count: the start, or that of the
        first contract of a chain that was restarted without a gap (rules: Actions, restart)."""
        return self.goes_on_from or self.start

    @property
    def last_day(self) -> date | None:
        """The last day on which work may be planned; None while open-ended, or while it renews by itself."""
        return horizon_end(self.end, self.terms, self.termination.last_day if self.termination else None)

    def status(self, today: date) -> Status:
        """The status on a day; the last day itself still counts as active (rules: Status).

        An end that moves by itself ends nothing, also while the cycle that moves it is still to come.
        """
        if self.termination and today > self.termination.last_day:
            return Status.TERMINATED
        end = horizon_end(self.end, self.terms, None)
        if end and today > end:
            return Status.ENDED
        return Status.NOT_STARTED if today < self.start else Status.ACTIVE

    def has_ended(self, today: date) -> bool:
        """Whether its last day has passed, as agreed or early."""
        return self.status(today) in (Status.ENDED, Status.TERMINATED)

    def pause_on(self, day: date) -> Pause | None:
        """The pause that holds on a day, with its days of that year where it comes back; of two that which lasts
        longer. None where none does."""
        return pause_on(self.pauses, day)

    def visited_objects(self) -> tuple[str | None, ...]:
        """One entry per work order of an occurrence: each object, or None for one order that carries them all."""
        return self.objects if self.order_per_object and self.objects else (None,)

    def has_on(self, object_code: str | None, day: date) -> bool:
        """Whether an object of the contract is visited on a day: neither replaced by then, nor still to come in the
        place of another one."""
        return not self.replaced or not any(
            (each.old == object_code and day >= each.since) or (each.new == object_code and day < each.since)
            for each in self.replaced
        )

    def time_of(self, object_code: str | None) -> tuple[date, date]:
        """The first and the last of the days of which `has_on` says that an object is visited; any day where no other
        one comes in its place, or it in that of another."""
        first = max((each.since for each in self.replaced if each.new == object_code), default=date.min)
        last = min((each.last_day for each in self.replaced if each.old == object_code), default=date.max)
        return first, last

    def objects_on(self, day: date) -> tuple[str, ...]:
        """The objects that are visited on a day."""
        return tuple(code for code in self.objects if self.has_on(code, day)) if self.replaced else self.objects

    def carried_by(self, visit: Visit | LedgerVisit) -> tuple[str, ...]:
        """The objects that the order of a visit is for (`carried_on`), on its planned date."""
        return self.carried_on(visit.planned_date, visit.key, visit.carries)

    def carried_on(self, day: date, key: VisitKey, carries: Collection[str]) -> tuple[str, ...]:
        """The objects that the order of a visit is for on a day: its own; of one for all those that are visited then;
        where its date was split by address those of them that it carries, or that came in their place."""
        if key.visited_as is not None:
            return (key.object,)
        visited = self.objects_on(day)
        if key.address is None:
            return visited
        series = {self.series_of(code) for code in carries}
        return tuple(code for code in visited if self.series_of(code) in series)

    @property
    def lasting_objects(self) -> tuple[str, ...]:
        """The objects in whose place no other one comes."""
        gone = {each.old for each in self.replaced}
        return tuple(code for code in self.objects if code not in gone)

    def series_of(self, object_code: str) -> str:
        """The object whose series the visits of an object belong to: the first of those in whose place it came; empty
        for those of an address, whose series is that of all."""
        if object_code[:1] == ADDRESS_MARK and object_code not in self.objects:
            return ""
        before = self.came_before(object_code) if self.replaced else ()
        return before[-1] if before else object_code

    def visited_last(self, object_code: str) -> str:
        """The object that is visited in the end in the place of this one: itself where none comes in its place."""
        by_old = {each.old: each.new for each in self.replaced}
        found = object_code
        for _ in self.replaced:
            found = by_old.get(found, found)
        return found

    def came_before(self, object_code: str | None) -> tuple[str, ...]:
        """The objects in whose place this one came, one after the other, the latest first."""
        found: list[str] = []
        by_new = {each.new: each.old for each in self.replaced}
        code = object_code or ""
        while (old := by_new.get(code)) is not None and old not in found:
            found.append(old)
            code = old
        return tuple(found)

    def plan(self, name: str) -> VisitPlan | None:
        """The visit plan of that name, or None."""
        return next((plan for plan in self.plans if plan.name == name), None)


def pause_on(pauses: Iterable[Pause], day: date) -> Pause | None:
    """Of these the one that holds on a day, as `Contract.pause_on` has it."""
    holding: Pause | None = None
    for pause in pauses:
        coming = pause.coming(day)
        if coming is not None and coming.start <= day and not _lasts_as_long(holding, coming):
            holding = coming
    return holding


def _lasts_as_long(pause: Pause | None, other: Pause) -> bool:
    return pause is not None and (pause.until is None or (other.until is not None and other.until <= pause.until))
