"""What tests of presses stand on: people who press by an entrance of the tests, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Any

from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.presses.deferred import DeferredPresses
from powerup.presses.entrance import Entrance
from powerup.presses.press import Document, Presses
from powerup.presses.result import result_of
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.outbox import Outbox, OutgoingState
from tests.actions.scenes import FORM
from tests.webhooks.installed import House

PAGE = Entrance("page")
PLANNER = Actor("u_2", "B. Jacobs", Role.PLANNER, PAGE.name)
COLLEAGUE = Actor("u_4", "D. Bakker", Role.PLANNER, PAGE.name)
VIEWER = Actor("u_3", "C. Peters", Role.VIEWER, PAGE.name)
RELATION = Target(TargetType.RELATION, "1001")
TERMINATE = {"last_day": "2026-12-30", "reason": "MOVED", "existing_orders": "retract"}


@dataclass
class Office:
    """The firm's people, and their pages."""

    house: House
    database_url: str
    intents: Any = field(default_factory=lambda: count(1))

    @cached_property
    def tenant_id(self) -> str:
        return self.house.tenant().id

    @cached_property
    def presses(self) -> Presses:
        return self.house.parts.presses()

    def deferred(self, entrance: Entrance = PAGE) -> DeferredPresses:
        """What carries out deferred presses, in a version that knows the pages."""
        known = self.house.parts.deferred_presses()
        return replace(known, entrances={**known.entrances, entrance.name: entrance})

    def request(self, action: str, target: Target, entered: Mapping[str, object], **members: Any) -> Request:
        """A press of its own unless intent_id is given."""
        made: dict[str, Any] = {"actor": PLANNER, "intent_id": f"int_{next(self.intents)}"}
        return Request(action=action, target=target, input=entered, **made | members)

    def creating(self, **members: Any) -> Request:
        """The button that makes a contract."""
        return self.request("contract.create", RELATION, FORM, **members)

    def press(self, request: Request) -> Document:
        """The answer to a press."""
        return self.presses.press(self.tenant_id, request, self.house.clock())

    def contract(self) -> Target:
        """A contract that was made, as a page then shows it."""
        made = self.press(self.creating())
        assert made["status"] == "succeeded", made
        return Target(TargetType.CONTRACT, made["target"]["id"], made["target"]["version"])

    def contracts(self) -> list[str]:
        with self.house.parts.database.read() as connection:
            return [contract.number for contract in Contracts(connection, self.tenant_id).all()]

    def lines(self, action: str) -> int:
        """How often an action stands in the audit trail."""
        with self.house.parts.database.read() as connection:
            return [line.action for line in AuditTrail(connection, self.tenant_id).latest(100)].count(action)

    def result(self, accepted: Mapping[str, Any], asker: Actor = PLANNER) -> Document | None:
        """What somebody can fetch of a run."""
        with self.house.parts.database.read() as connection:
            return result_of(connection, self.tenant_id, asker, accepted["run"]["id"])

    def told(self, accepted: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """What the host is told of the end of a run."""
        with self.house.parts.database.read() as connection:
            outbox = Outbox(connection)
            messages = [m for state in OutgoingState for m in outbox.of_tenant(self.tenant_id, state)]
        return [m.data for m in messages if m.type == "run.finished" and m.data["run"] == accepted["run"]]
