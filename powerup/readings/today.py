"""Today: what needs somebody, what the last cycle did, what comes, and what comes to an end (the office: Today).

Each part is asked of the database by an index or by what is due, never by going through all contracts; lists are cut,
and say how many there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract
from powerup.contracts.held_back import Waits
from powerup.contracts.sla_standing import SlaStage
from powerup.contracts.visit import VisitState
from powerup.readings.attention import Attention, Need, NeedKind
from powerup.readings.coming_days import ComingDays, coming_days
from powerup.readings.cycle_list import CycleList
from powerup.readings.failures import Failures
from powerup.readings.recent_changes import RecentChange, recent_changes
from powerup.readings.sla_overview import SlaOverview
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostNames
from powerup.store.tables import contracts, in_play, visits
from powerup.store.tenants import Tenant
from powerup.texts import Text

FORTNIGHT = 14
"""Days that are told of what comes."""

ENDS_WITHIN = 60
"""Days within which ends and notice dates are near."""

MOST_SHOWN = 8
"""Rows of a list on this page; the list itself is a page of its own."""

MOST_CHANGES = 10
MOST_AT_ONCE = 500
"""Failed visits that one press on "all" tries again."""

_NOT_DONE = (VisitState.ORDERED, VisitState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class FailedHeap:
    """Failed visits of one customer with the same words, and each as a press of many names it."""

    failures: Failures
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingContract:
    """A contract whose orders wait for a person's word, and what its release would order."""

    contract: Contract
    customer_name: str
    waits: Waits


@dataclass(frozen=True, slots=True)
class LateOrder:
    """A work order that is not done, though the day by which it should be has passed."""

    contract: str
    name: str
    customer: str
    customer_name: str
    workorder_no: str
    planned_date: date
    deadline: date
    state: str


@dataclass(frozen=True, slots=True, order=True)
class NearDay:
    """A day that comes near, of a contract: until when it can be cancelled, or on which its period ends."""

    day: date
    number: str
    name: str
    customer: str


@dataclass(frozen=True, slots=True)
class Today:
    """All that the page tells; numbers count all, also where rows were cut.

    told are sentences about the whole tenant, such as a wrong token, and notes what its cycles do not do just now.
    empty: nothing was ever entered.
    """

    empty: bool
    told: tuple[str, ...]
    notes: tuple[Text, ...]
    failed: tuple[FailedHeap, ...]
    failed_number: int
    waiting: tuple[WaitingContract, ...]
    waiting_number: int
    waiting_orders: int
    latest: tuple[Need, ...]
    latest_number: int
    problems: tuple[Need, ...]
    problems_number: int
    messages: tuple[Need, ...]
    late: tuple[LateOrder, ...]
    late_number: int
    sla: tuple[dict[str, Any], ...]
    sla_number: int
    coming: ComingDays
    notice: tuple[NearDay, ...]
    notice_number: int
    ends: tuple[NearDay, ...]
    ends_number: int
    customer_names: Mapping[str, str]
    last_cycle: dict[str, Any] | None
    changes: tuple[RecentChange, ...]
    more_changes: bool

    @property
    def retried_at_once(self) -> tuple[str, ...]:
        """The failed visits that are tried again by one press."""
        return tuple(target for heap in self.failed for target in heap.targets)[:MOST_AT_ONCE]

    @property
    def is_calm(self) -> bool:
        """Whether nobody is needed."""
        return not (
            self.told
            or self.failed_number
            or self.waiting_number
            or self.latest_number
            or self.problems_number
            or self.messages
            or self.late_number
            or self.sla_number
        )


class TodayPage:
    """What one tenant's people come in for, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant: Tenant, around: TenantCircumstances) -> None:
        self._connection = connection
        self._tenant = tenant
        self._around = around
        self._contracts = Contracts(connection, tenant.id)

    def read(self, now: datetime) -> Today:
        """All of it; now (aware) is the moment before which changes were made, which in a sandbox is another day."""
        needs = Attention(self._connection, self._tenant, self._around).needs()
        of_kind = {kind: tuple(need for need in needs if need.kind is kind) for kind in NeedKind}
        failures = [need.failures for need in of_kind[NeedKind.VISITS] if need.failures]
        waiting = self._contracts.waiting()
        late, late_number = self._late()
        at_risk = self._at_risk()
        notice, ends = self._near()
        names = self._names(each.customer for each in [*notice[:MOST_SHOWN], *ends[:MOST_SHOWN]])
        changes, more = recent_changes(self._connection, self._around, self._yesterday(now), MOST_CHANGES)
        return Today(
            empty=self._is_empty(),
            told=tuple(str(need.words) for need in of_kind[NeedKind.TENANT]),
            notes=self._around.notes,
            failed=self._heaps(failures),
            failed_number=sum(len(each.visits) for each in failures),
            waiting=self._waiting(waiting),
            waiting_number=len(waiting),
            waiting_orders=sum(each.orders for each in waiting.values()),
            latest=of_kind[NeedKind.LATEST][:MOST_SHOWN],
            latest_number=len(of_kind[NeedKind.LATEST]),
            problems=of_kind[NeedKind.CONTRACT][:MOST_SHOWN],
            problems_number=len(of_kind[NeedKind.CONTRACT]),
            messages=(*of_kind[NeedKind.ADDRESS], *of_kind[NeedKind.CALLBACK])[:MOST_SHOWN],
            late=late,
            late_number=late_number,
            sla=tuple(at_risk[:MOST_SHOWN]),
            sla_number=len(at_risk),
            coming=coming_days(self._connection, self._around, FORTNIGHT),
            notice=tuple(notice[:MOST_SHOWN]),
            notice_number=len(notice),
            ends=tuple(ends[:MOST_SHOWN]),
            ends_number=len(ends),
            customer_names=names,
            last_cycle=next(iter(CycleList(self._connection, self._tenant).latest(1)), None),
            changes=tuple(changes),
            more_changes=more,
        )

    def _is_empty(self) -> bool:
        any_of_it = select(contracts.c.number).where(contracts.c.tenant_id == self._tenant.id).limit(1)
        return self._connection.scalar(any_of_it) is None

    def _yesterday(self, now: datetime) -> datetime:
        local = now.astimezone(self._around.zone)
        return datetime.combine(local.date() - timedelta(days=1), time(), self._around.zone)

    def _heaps(self, failures: Sequence[Failures]) -> tuple[FailedHeap, ...]:
        versions = self._contracts.versions_of(sorted({number for each in failures for number in each.contracts}))
        return tuple(
            FailedHeap(each, tuple(f"{visit.key}@{versions[visit.key.contract]}" for visit in each.visits))
            for each in failures
        )

    def _waiting(self, waiting: dict[str, Waits]) -> tuple[WaitingContract, ...]:
        most = sorted(waiting, key=lambda number: (-waiting[number].orders, number))[:MOST_SHOWN]
        found = sorted(self._contracts.of_numbers(most), key=lambda each: most.index(each.number))
        names = self._names(each.customer for each in found)
        return tuple(WaitingContract(each, names.get(each.customer, ""), waiting[each.number]) for each in found)

    def _at_risk(self) -> list[dict[str, Any]]:
        stages = (SlaStage.WARNING.value, SlaStage.BREACHED.value)
        return [row for row in SlaOverview(self._connection, self._around).rows() if row["state"] in stages]

    def _late(self) -> tuple[tuple[LateOrder, ...], int]:
        """The rows and how many there are, in one go: what is in play is looked through once."""
        table = visits.c
        query = (
            select(
                table.contract, table.workorder_no, table.planned_date, table.deadline, table.state,
                contracts.c.name, contracts.c.customer, func.count().over().label("all_of_them"),
            )
            .join(contracts, (contracts.c.tenant_id == table.tenant_id) & (contracts.c.number == table.contract))
            .where(
                table.tenant_id == self._tenant.id,
                in_play(table.state),
                table.state.in_([each.value for each in _NOT_DONE]),
                table.deadline < self._around.today,
            )
            .order_by(table.deadline, table.contract)
            .limit(MOST_SHOWN)
        )  # fmt: skip
        found = self._connection.execute(query).all()
        names = self._names(row.customer for row in found)
        late = (
            LateOrder(
                row.contract, row.name, row.customer, names.get(row.customer, ""), row.workorder_no or "",
                row.planned_date, row.deadline, row.state,
            )
            for row in found
        )  # fmt: skip
        return tuple(late), found[0].all_of_them if found else 0

    def _near(self) -> tuple[list[NearDay], list[NearDay]]:
        """Notice dates and ends that come near, each in order; the contracts are looked through once for both."""
        today, until = self._around.today, self._around.today + timedelta(days=ENDS_WITHIN)
        end, notice = func.coalesce(contracts.c.last_day, contracts.c.end_date), contracts.c.last_notice_date
        query = select(contracts.c.number, contracts.c.name, contracts.c.customer, notice, end.label("end")).where(
            contracts.c.tenant_id == self._tenant.id,
            contracts.c.deleted_on.is_(None),
            or_(notice.between(today, until), end.between(today, until)),
        )
        rows = self._connection.execute(query).all()
        notices = [(row.last_notice_date, row) for row in rows]
        return _within(notices, today, until), _within([(row.end, row) for row in rows], today, until)

    def _names(self, customers: Iterable[str]) -> dict[str, str]:
        return HostNames(self._connection, self._tenant.id).of_customers(customers)


def _within(dated: Iterable[tuple[date | None, Any]], first: date, last: date) -> list[NearDay]:
    return sorted(
        NearDay(day, row.number, row.name, row.customer) for day, row in dated if day and first <= day <= last
    )
