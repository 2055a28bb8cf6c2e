"""The visit: one planned occurrence, its key, state and reason (rules: The two ideas everything rests on)."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from urllib.parse import quote

from powerup.contracts.days import is_usable


class VisitState(StrEnum):
    """Every written visit is in exactly one of these."""

    PLANNED = "planned"
    ORDERING = "ordering"
    ORDERED = "ordered"
    RETRACTING = "retracting"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    SETTLED = "settled"
    WITHHELD = "withheld"
    FAILED = "failed"
    REMOVED = "removed"


class Reason(StrEnum):
    """Why no work order will come, or why one waits."""

    BEFORE_ENTRY = "before_entry"
    CONTRACT_NOT_STARTED = "contract_not_started"
    CONTRACT_ENDED = "contract_ended"
    TERMINATED = "terminated"
    PAUSED = "paused"
    SKIPPED = "skipped"
    NOT_A_WORKING_DAY = "not_a_working_day"
    COVERED = "covered"
    OBJECT_RETIRED = "object_retired"
    CUSTOMER_BLOCKED = "customer_blocked"
    MISSED = "missed"
    PREVIOUS_OPEN = "previous_open"
    BEFORE_NEXT_VISIT = "before_next_visit"
    UNINSTALLED = "uninstalled"
    CHANGED = "changed"
    CONTRACT_DELETED = "contract_deleted"
    AWAITING_CONFIRMATION = "awaiting_confirmation"


class Doubt(StrEnum):
    """Why an order with a visit's number is not known to be its own yet (rules: Whose order is it?).

    ANSWERED: its row id is from the answer to a post, and it was not seen since; a host may have answered with an order
    that it had already. LOST: an attempt under its number never had an outcome, so that it may be there, or come.
    """

    ANSWERED = "answered"
    LOST = "lost"


AT_HOST = frozenset({VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.COMPLETED, VisitState.SETTLED})
"""States in which the host has a work order for the visit, as far as is known."""

OPEN = frozenset({VisitState.ORDERING, VisitState.ORDERED, VisitState.RETRACTING, VisitState.IN_PROGRESS})
"""States in which a work order is under way and not done."""


ADDRESS_MARK = "@"
"""What the object of a key begins with whose order carries the objects of one address (rules: Several addresses)."""

_DAY_WITHIN = re.compile(r"-\d{8}-").search
_NOTHING_TO_ENCODE = re.compile(r"[A-Za-z0-9_-]*").fullmatch


@dataclass(frozen=True, slots=True, order=True)
class VisitKey:
    """What names a visit for ever inside its tenant; object is empty where one order carries all objects, and
    `@` with the code of an address where it carries those of that address."""

    contract: str
    plan: str
    nominal_date: date
    object: str = ""
    sequence: int = 1

    def __str__(self) -> str:
        """The visit's public id, such as 1042:A:2026-12-31:CV-1 (architecture: Exactly)."""
        base = f"{self.contract}:{self.plan}:{self.nominal_date.isoformat()}:{self.object}"
        return base if self.sequence == 1 else f"{base}:{self.sequence}"

    @property
    def visited_as(self) -> str | None:
        """The object of its own; None where its order is for all objects of the contract, or those of one address."""
        return None if not self.object or self.object[0] == ADDRESS_MARK else self.object

    @property
    def address(self) -> str | None:
        """The code of the address whose objects its order carries, empty for the contract's or the customer's own; None
        where its date was not split by address."""
        return self.object[1:] if self.object[:1] == ADDRESS_MARK else None

    @property
    def whole(self) -> "VisitKey":
        """The key of its date where that is not split by address."""
        return self if self.address is None else replace(self, object="")


def visit_key(text: str) -> VisitKey | None:
    """The key that a visit's public id names, or None when it is no such id."""
    match text.split(":"):
        case [contract, plan, day, code]:
            sequence = "1"
        case [contract, plan, day, code, sequence]:
            pass
        case _:
            return None
    try:
        key = VisitKey(contract, plan, date.fromisoformat(day), code, int(sequence))
    except ValueError:
        return None
    return key if contract and plan and key.sequence > 0 and is_usable(key.nominal_date) else None


def work_order_number(prefix: str, key: VisitKey, try_number: int = 1) -> str:
    """The number that the visit's work order carries at the host, computed from the key alone.

    try_number above 1 marks another try after a removal, a retraction or a refusal, because a host may remember
    numbers. Characters other than letters, digits, - and _ are percent-encoded.
    """
    day = key.nominal_date.isoformat().replace("-", "")
    of_object = _encoded(key.object or "ALL") if key.address is None else f"ALL.a{_encoded(key.address)}"
    number = f"{prefix}{_encoded(key.contract)}-{_encoded(key.plan)}-{day}-{of_object}"
    if key.sequence > 1:
        number += f".s{key.sequence}"
    if try_number > 1:
        number += f".r{try_number}"
    return number


def number_start(prefix: str, contract: str) -> str:
    """What the numbers of all work orders of a contract begin with."""
    return f"{prefix}{_encoded(contract)}-"


def may_be_a_visits_number(workorder_no: str) -> bool:
    """Whether a work order's number is built as those of visits are: what is not is nobody's here."""
    return _DAY_WITHIN(workorder_no) is not None


def _encoded(part: str) -> str:
    if _NOTHING_TO_ENCODE(part):
        return part
    return quote(part, safe="").replace(".", "%2E").replace("~", "%7E")


@dataclass(frozen=True, slots=True)
class LedgerVisit:
    """A written visit.

    pinned: it keeps its planned date, so no rule moves it. asked_for: a person asked for it by its date (called
    off, moved or ordered now), so catch-up leaves it alone. host_row_id is the host's own id of the work order.
    attempted_at is the moment (UTC) of the last call whose outcome is not known yet, else None. try_number is the
    try that workorder_no belongs to. refusal holds the host's own words while failed; retry_at (UTC) is when the
    timer tries again. reason, while retracting, is what the visit becomes withheld with. completed_on is the day
    the work was done. run_id is the run of the action that waits for this visit. told_date is the work date that
    the host was told, None for an order with a deadline only: where it is not the planned date, the host is still
    to be told. doubt says why the work order is not known to be the visit's own yet, None once it was seen.
    covered_by is the number of an earlier contract of its chain whose visit, of the same key else, stands for this one:
    it has or had the work order. completed_on is then the day on which that one was done, None while it is open.
    moved_from is the day that the rule gave it before a person moved it for the first time. employee and start_time
    (local time of the tenant) are those that a person gave to this visit alone; untold: the host, which has its order,
    is still to be told of them. carries are the objects of its order where its date was split by address; those are
    kept, so that an address that changes later moves none of them to another order. worked_minutes is how long was
    worked on its order, all employees together, by the host's word; None where it is not done or the host does not say.
    """

    key: VisitKey
    planned_date: date
    generation_date: date
    deadline: date
    state: VisitState
    reason: Reason | None = None
    pinned: bool = False
    workorder_no: str | None = None
    try_number: int = 1
    host_row_id: int | None = None
    attempted_at: datetime | None = None
    attempts: int = 0
    refusal: str | None = None
    retry_at: datetime | None = None
    completed_on: date | None = None
    run_id: str | None = None
    changed_at: datetime | None = None
    told_date: date | None = None
    asked_for: bool = False
    covered_by: str | None = None
    moved_from: date | None = None
    employee: str | None = None
    start_time: time | None = None
    untold: bool = False
    doubt: Doubt | None = None
    carries: tuple[str, ...] = ()
    worked_minutes: int | None = None


def has_come(visit: "LedgerVisit | Visit", today: date) -> bool:
    """Whether the day of a visit to be ordered or written off has come."""
    return visit.generation_date <= today or visit.planned_date < today


def awaits_a_word(visit: LedgerVisit) -> bool:
    """Whether its planned date passed while the change cap held it back: written down, and still one that comes."""
    return visit.state is VisitState.PLANNED and visit.reason is Reason.AWAITING_CONFIRMATION


def is_undecided(visit: LedgerVisit) -> bool:
    """Whether a written visit is still to be ordered or withheld: it is planned by a person's hand or back in the
    plan, or its order was taken back because the rule changed or a person moved it."""
    return visit.state is VisitState.PLANNED or (visit.state is VisitState.WITHHELD and visit.reason is Reason.CHANGED)


def is_computed_again(visit: LedgerVisit) -> bool:
    """Whether a written visit follows its contract's rule again, since no person gave it its day. Where the rule no
    longer yields it, one that is planned keeps its day, and one that was taken back is no visit any more."""
    return is_undecided(visit) and not visit.pinned


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as people see it: computed, or read from the ledger (`written`)."""

    key: VisitKey
    planned_date: date
    generation_date: date
    deadline: date
    state: VisitState
    reason: Reason | None = None
    written: LedgerVisit | None = None

    @property
    def carries(self) -> tuple[str, ...]:
        """The objects of its order, where its date was split by address."""
        return self.written.carries if self.written is not None else ()

    @property
    def moved_from(self) -> date | None:
        """The day that the rule gave it, where a person moved it to another (rules: Actions)."""
        return moved_from(self.written) if self.written is not None else None


def moved_from(visit: LedgerVisit) -> date | None:
    """The day from which a person moved a written visit; None where it lies on the day of its rule."""
    return None if visit.moved_from == visit.planned_date else visit.moved_from


def is_asked_for(visit: Visit) -> bool:
    """Whether a person asked for it by its date, so that neither catch-up nor an open order before it holds it back
    (rules: Generation)."""
    return visit.written is not None and visit.written.asked_for
