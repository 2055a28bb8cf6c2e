"""Months in the life of made-up contracts at a host that loses answers, while people press buttons here and change our
orders there; and what has to hold afterwards (architecture: Proof)."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from powerup.actions.kit.answer import Answer
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.account import agreed_on
from powerup.contracts.visit import AT_HOST, LedgerVisit, Visit, VisitState, work_order_number
from powerup.readings.customer_account import CustomerAccounts
from powerup.readings.forecast import Forecast
from powerup.sandbox import board
from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.host import Host
from powerup.sandbox.moments import day_text
from powerup.sandbox.workorders import WorkOrder
from powerup.store.contracts import Contracts
from powerup.sync.kit.context import Wish
from powerup.sync.proof.audit import AuditReport, audit
from powerup.sync.proof.differences import DifferenceKind
from powerup.tenants.circumstances import circumstances_of
from tests.actions.acting import act
from tests.sandbox.calling import Caller
from tests.sync.boundaries import Death, KilledError, watched_database, watched_host
from tests.sync.workplace import TENANT, Workplace

ADMIN = Actor("u_1", "A. Planner", Role.ADMIN, "webhook")
_CONFIRMATIONS = Confirmations("secret of these tests")

FAULTS = (
    Fault(FaultName.LOST_REQUEST, rate=0.05),
    Fault(FaultName.LOST_ANSWER, rate=0.15),
    Fault(FaultName.HTTP_500, rate=0.05, done=True),
    Fault(FaultName.HTML, rate=0.05, done=True),
    Fault(FaultName.LIST_LAG, rate=0.1),
)
"""Whatever leaves it open whether the host has an order."""

MORE_THAN_A_LOOK_UP = timedelta(minutes=10)
SOMEBODY_ELSE = "1002"


@dataclass(slots=True)
class Life:
    """A tenant with contracts; every press and every change at the host is kept for whoever reads a failure."""

    place: Workplace
    today: date
    story: list[str] = field(default_factory=list)
    presses: int = 0
    faults: Sequence[Fault] = ()
    taken: set[str] = field(default_factory=set)

    def go_wrong(self) -> None:
        """Have the faults of this life at the host from now on."""
        for fault in self.faults:
            self.place.server.host.faults.set(fault)

    def press(self, action: str, target: Target, **entered: Any) -> Answer:
        """A person presses a button and confirms what is shown; what is refused changes nothing."""
        self.presses += 1
        request = Request(action, target, ADMIN, entered, intent_id=f"int_{self.presses}")
        self.place.server.host.faults.clear()
        tenant = self.place.tenant()
        with self.place.database.read() as connection:
            around = circumstances_of(connection, tenant, self.place.clock())
        with self.place.open_host(tenant) as host:
            answer = act(self.place.database, host, around, request, _CONFIRMATIONS, self.place.clock())
            if answer.confirmation:
                confirmed = replace(request, confirmation=answer.confirmation.token)
                answer = act(self.place.database, host, around, confirmed, _CONFIRMATIONS, self.place.clock())
        self.go_wrong()
        self.story.append(f"{self.today}: {action} {target.id} {entered}: {answer.status}, {answer.message}")
        return answer

    def cycle(self, **wish: Any) -> None:
        """A cycle today. A host that is away is asked again by the next one."""
        self.place.run(self.today, **wish)

    def killed_cycle(self, boundary: int) -> None:
        """A cycle that is killed at that boundary, and the lease that it held has run out."""
        death = Death(boundary)
        self.place.wrap_host = lambda host: watched_host(host, death)
        with suppress(KilledError):
            self.place.cycles("killed", watched_database(self.place.database, death)).run(TENANT, Wish())
        self.place.wrap_host = lambda host: host
        self.place.clock.now += MORE_THAN_A_LOOK_UP
        self.story.append(f"{self.today}: killed at boundary {boundary}: {death.struck}")

    def go_on_to(self, day: date, work: Callable[["Life"], None]) -> None:
        """Let days go by with a cycle on each, as the timer has it, and the work of each day done."""
        while self.today < day:
            self.today += timedelta(days=1)
            self.place.clock.go_to(self.today)
            self.cycle()
            work(self)

    def calm_down(self) -> None:
        """The host is well again, and a person asks for cycles until nothing is in hand."""
        self.faults = ()
        self.place.server.host.faults.clear()
        for _ in range(6):
            self.place.clock.now += MORE_THAN_A_LOOK_UP
            self.cycle(by_person=True, release=True)
            if not self.place.ledger(VisitState.ORDERING, VisitState.RETRACTING):
                return

    def forecast(self, since: date, until: date) -> list[Visit]:
        """Every visit planned from since to until, as it is told today."""
        with self.place.database.read() as connection:
            around = circumstances_of(connection, self.place.tenant(), self.place.clock())
            return Forecast(connection, around).visits(since, until)

    def what_is_wrong(self) -> Iterator[str]:
        """A sentence for each thing that is not as it has to be; the host is well and nothing is in hand."""
        ours = [order for order in self.place.server.host.orders.all() if not _is_somebody_elses(order)]
        counts = Counter(order.workorder_no for order in ours)
        yield from (f"{number} is at the host {count} times" for number, count in counts.items() if count > 1)
        with self.place.open_host(self.place.tenant()) as host:
            report = audit(self.place.database, host, self.place.tenant(), self.today)
        for difference in report.differences:
            # What somebody else made under a number of ours is told for as long as it is there.
            if difference.kind is not DifferenceKind.CLASH or difference.workorder_no not in self.taken:
                yield f"audit: {difference.words} {difference.visit}"
        yield from self._accounts_that_do_not_close(report)
        for visit in self.place.ledger():
            if visit.state in AT_HOST and counts[visit.workorder_no or ""] != 1:
                yield f"{visit.key} is {visit.state} and its order {visit.workorder_no} is not at the host"
        twice = Counter(
            (visit.key.contract, visit.key.plan, visit.key.object, visit.key.nominal_date, visit.key.sequence)
            for visit in self.place.ledger()
            if visit.state in AT_HOST
        )
        yield from (f"{key} has {count} orders" for key, count in twice.items() if count > 1)

    def _accounts_that_do_not_close(self, report: AuditReport) -> Iterator[str]:
        """What the accounts of all customers and years have otherwise than the audit (rules: Account)."""
        years = sorted({year for row in self.place.ledger() for year in (row.planned_date.year, agreed_on(row).year)})
        with self.place.database.read() as connection:
            around = circumstances_of(connection, self.place.tenant(), self.place.clock())
            customers = sorted({each.customer for each in Contracts(connection, TENANT).all()})
            accounts = CustomerAccounts(connection, around)
            told = [found for each in customers for year in years if (found := accounts.find(each, year)) is not None]
        yield from (
            f"account {each.code} {each.year}: {each}" for each in told if each.agreed != sum(each.counts.values())
        )
        states = Counter(row.state.value for each in told for row in each.written)
        if states != Counter(report.ledger):
            yield f"the accounts have {states}, the audit {report.ledger}"


def _is_somebody_elses(order: WorkOrder) -> bool:
    return bool(order.fields["CustomerDebtorNr"] == SOMEBODY_ELSE)


def do_what_is_due(life: Life) -> None:
    """The people of the firm do each order on the day on which it is planned."""
    planned = {visit.host_row_id: visit.planned_date for visit in life.place.ledger(VisitState.ORDERED)}
    for order in life.place.server.host.orders.all(["Klaargezet"]):
        day = planned.get(order.row_id)
        if day is not None and day <= life.today:
            board.complete(life.place.server.host, order.row_id, board.WorkPeriod(life.today))


def people_change_our_orders(data: st.DataObject) -> Callable[[Life], None]:
    """People at the host start, do and delete our orders and give them other dates and objects, as hypothesis has it;
    now and then somebody takes a number of ours for another customer."""

    def work(life: Life) -> None:
        for order in life.place.server.host.orders.all(["Klaargezet", "Opgehaald"]):
            change = data.draw(st.sampled_from([*["nothing"] * 14, *_CHANGES]), "at the host")
            if change != "nothing":
                _CHANGES[change](life.place.server.host, order, life.today)
                life.story.append(f"{life.today}: at the host {order.workorder_no}: {change}")
        if data.draw(st.integers(0, 9), "somebody takes a number") == 0:
            _take_a_number(life, data)

    return work


def _take_a_number(life: Life, data: st.DataObject) -> None:
    """Somebody posts an order for another customer under the number that the next visit will have."""
    coming = [visit for visit in life.forecast(life.today, life.today + timedelta(days=100)) if visit.written is None]
    if not coming:
        return
    key = data.draw(st.sampled_from(coming), "whose number").key
    number = work_order_number("C", key, 1)
    caller = Caller(life.place.server)
    life.place.server.host.faults.clear()
    caller.post_order(number, CustomerDebtorNr=SOMEBODY_ELSE)
    caller.session.close()
    life.go_wrong()
    life.taken.add(number)
    life.story.append(f"{life.today}: somebody takes {number}")


def _other(name: str) -> Callable[[Host, WorkOrder, date], None]:
    def change(host: Host, order: WorkOrder, today: date) -> None:
        value: Any = ["AC-1"] if name == "WorkObjects" else day_text(today + timedelta(days=40))
        host.orders.save([order.with_fields(**{name: value})])

    return change


def _pick_up(host: Host, order: WorkOrder, _: date) -> None:
    if order.status == "Klaargezet":
        board.pick_up(host, order.row_id)


def _complete(host: Host, order: WorkOrder, today: date) -> None:
    board.complete(host, order.row_id, board.WorkPeriod(today))


def _delete(host: Host, order: WorkOrder, _: date) -> None:
    host.orders.save([replace(order, deleted=True)])


_CHANGES: dict[str, Callable[[Host, WorkOrder, date], None]] = {
    "another date": _other("WorkDate"),
    "another deadline": _other("WorkDeadline"),
    "other objects": _other("WorkObjects"),
    "picked up": _pick_up,
    "completed": _complete,
    "deleted": _delete,
}


def contract_target(life: Life, number: str) -> Target:
    """The contract as it was last shown."""
    return Target(TargetType.CONTRACT, number, life.place.contract(number).version)


def visit_target(visit: Visit | LedgerVisit) -> Target:
    """A visit by its id."""
    key = visit.key
    behind = f":{key.sequence}" if key.sequence > 1 else ""
    return Target(TargetType.VISIT, f"{key.contract}:{key.plan}:{key.nominal_date}:{key.object}{behind}")


def tenant_target() -> Target:
    """The tenant itself."""
    return Target(TargetType("tenant"), TENANT)
