"""A workplace with an SLA policy, and work orders that people make at the host themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from powerup.actions.kit.answer import Answer
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.contract import Contract, ContractType
from powerup.contracts.sla import SlaPolicy, SlaPriority, SlaTime, SlaUnit
from powerup.contracts.sla_order import SlaOrder
from powerup.readings.sla_overview import SlaOverview
from powerup.store.encryption import Secret
from powerup.store.installations import Installation, InstallationKey, Installations, InstallationState
from powerup.store.outbox import Outbox, OutgoingState
from powerup.store.sla_orders import SlaOrders
from powerup.store.tenants import Tenants
from powerup.sync.kit.report import CycleReport
from powerup.tenants.circumstances import circumstances_of
from tests.actions.acting import act
from tests.sandbox.calling import Caller
from tests.sync.workplace import TENANT, Workplace, contract

MONDAY = date(2027, 1, 4)
GOLD = SlaPolicy(
    "GOLD",
    "Goud",
    stopping_work_statuses=("WACHT",),
    priorities=(SlaPriority("1", response=SlaTime(4, SlaUnit.HOUR), resolution=SlaTime(8, SlaUnit.HOUR)),),
)
SILVER = replace(GOLD, code="SILVER", priorities=(SlaPriority("1", resolution=SlaTime(2, SlaUnit.DAY)),))

PLANNER = Actor("u_1", "A. Planner", Role.PLANNER, "webhook")
_CONFIRMATIONS = Confirmations("secret of these tests")


def corrective(number: str = "2001", **fields: Any) -> Contract:
    """A corrective contract of customer 1001 on policy GOLD."""
    plain = contract(number, type=ContractType.CORRECTIVE, sla_policy="GOLD", plans=())
    return replace(plain, **fields)


def at(hour: int, minute: int = 0, day: int = 4) -> datetime:
    """A moment of January 2027 by the clocks in the Netherlands; the 4th is a Monday, worked from 8 to 17."""
    return datetime(2027, 1, day, hour - 1, minute, tzinfo=UTC)


class ServiceDesk:
    """Where work orders come in, on Monday morning."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        with place.database.write() as connection:
            tenants = Tenants(connection)
            configuration = tenants.configuration(TENANT)
            tenants.save_configuration(TENANT, replace(configuration, sla_policies=(GOLD, SILVER)))
            Installations(connection).add(
                Installation(TENANT, "ins_1", 1, InstallationState.ACTIVE, (InstallationKey(Secret("key")),))
            )
        place.clock.now = at(9)

    def comes_in(self, number: str, created: datetime | None = None, **fields: Any) -> int:
        """A work order that somebody makes at the host, at nine unless it is said when; its row id."""
        caller = Caller(self.place.server)
        row_id = caller.post_order(number, **{"PriorityCode": "1"} | fields)
        caller.session.close()
        local = (created or at(9)).replace(hour=(created or at(9)).hour + 1)
        with self.place.server.host.store.transaction() as database:
            values = (f"{local:%Y-%m-%d %H:%M:%S}", row_id)
            database.execute("UPDATE work_order SET created = ? WHERE row_id = ?", values)
        return row_id

    def cycle(self, now: datetime, *, by_person: bool = True) -> CycleReport:
        """A cycle at that moment."""
        self.place.clock.now = now
        return self.place.run(by_person=by_person)

    def orders(self) -> dict[str, SlaOrder]:
        """The open work orders under a contract, by their number."""
        with self.place.database.read() as connection:
            return {order.workorder_no: order for order in SlaOrders(connection, TENANT).open()}

    def contracts(self) -> dict[str, str]:
        """The contract of each open work order that is under one."""
        return {number: order.contract for number, order in self.orders().items()}

    def rows(self) -> list[dict[str, Any]]:
        """What the overview shows now."""
        with self.place.database.read() as connection:
            tenant = self.place.tenant()
            around = circumstances_of(connection, tenant, self.place.clock())
            return SlaOverview(connection, around).rows()

    def press(self, action: str, row_id: int | str, role: Role = Role.PLANNER, **entered: Any) -> Answer:
        """A person presses a button beside a work order."""
        tenant = self.place.tenant()
        request = Request(action, Target(TargetType.WORK_ORDER, str(row_id)), replace(PLANNER, role=role), entered)
        with self.place.database.read() as connection:
            around = circumstances_of(connection, tenant, self.place.clock())
        with self.place.open_host(tenant) as host:
            return act(self.place.database, host, around, request, _CONFIRMATIONS, self.place.clock())

    def told(self) -> list[str]:
        """What the host was told needs a person, the oldest first."""
        with self.place.database.read() as connection:
            waiting = Outbox(connection).of_tenant(TENANT, OutgoingState.WAITING)
        return [message.data["message"] for message in waiting if message.type == "attention.raised"]
