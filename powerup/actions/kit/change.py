"""What an action is given to decide with, and what it decides: plain values, nothing done yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from powerup.actions.kit.request import Actor, Target
from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.effects import Effects
from powerup.contracts.schedule import Situation
from powerup.contracts.sla_order import WorkOrderLink
from powerup.contracts.visit import LedgerVisit, VisitKey
from powerup.outsmart.records import HostObject, Relation, WorkOrder
from powerup.texts import Text


@dataclass(frozen=True, slots=True)
class HostReadings:
    """What the host said when it was asked for this action; a code that is looked up and missing maps to None.

    The sets are None where they were not asked for. work_orders is by host row id.
    """

    relations: Mapping[str, Relation | None] = field(default_factory=dict)
    objects: Mapping[str, HostObject | None] = field(default_factory=dict)
    work_types: frozenset[str] | None = None
    payment_methods: frozenset[str] | None = None
    employees: frozenset[str] | None = None
    projects: frozenset[str] | None = None
    priorities: frozenset[str] | None = None
    work_orders: Mapping[int, WorkOrder | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """All that an action may look at. situation is that of the target contract, None where there is none.

    related are the contracts of the same customer; chain those that are linked with the target by restarts, and
    chain_ledger their visits, for an action that looks at them. unseen: no cycle has looked at the contract since its
    last change. next_number is the number a new contract would get. waiting are, for an action on the whole tenant, all
    contracts of which orders wait to be released; held their numbers, where no more of them is read.
    """

    target: Target
    actor: Actor
    today: date
    configuration: TenantConfiguration
    calendar: Calendar
    readings: HostReadings
    situation: Situation | None = None
    visit: VisitKey | None = None
    related: tuple[Contract, ...] = ()
    chain: tuple[Contract, ...] = ()
    chain_ledger: tuple[LedgerVisit, ...] = ()
    unseen: bool = False
    next_number: str = ""
    waiting: tuple[Situation, ...] = ()
    held: frozenset[str] = frozenset()

    @property
    def contract_situation(self) -> Situation:
        """The situation of the target contract. Raises ValueError for an action that has none: a fault of ours."""
        if self.situation is None:
            raise ValueError(f"A {self.target.type} has no contract of its own")
        return self.situation


@dataclass(frozen=True, slots=True)
class Change:
    """What an action decided. contract is the target's new state; added are contracts that it makes.

    ledger holds visits to write. at_host: the sync has something to do for it, so a run is kept until that is done.
    link is a person's word on the contract of a work order. released are the numbers of contracts whose orders wait no
    longer. question is what a person is asked to confirm, where that says more than the list of effects.
    """

    message: Text
    effects: Effects = field(default_factory=Effects)
    contract: Contract | None = None
    added: tuple[Contract, ...] = ()
    ledger: tuple[LedgerVisit, ...] = ()
    at_host: bool = False
    warnings: tuple[Text, ...] = ()
    result: Target | None = None
    link: WorkOrderLink | None = None
    released: tuple[str, ...] = ()
    question: Text | None = None
