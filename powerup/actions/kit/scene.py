"""The scene of an action: all that it is given to decide with, as plain values."""

from dataclasses import dataclass
from datetime import date

from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.request import Actor, Target
from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, VisitKey


@dataclass(frozen=True, slots=True)
class ActionScene:
    """All that an action may look at. situation is that of the target contract, None where there is none.

    related are the contracts of the same customer that are not deleted, without their plans, and next_number the number
    that a new contract would get, for an action that asks for them. chain are the contracts that are linked with the
    target by restarts, and chain_ledger their visits, for an action that looks at them. unseen: no cycle has looked at
    the contract since its last change. waiting are, for an action on the whole tenant, all contracts of which orders
    wait to be released; held their numbers, where no more of them is read.
    """

    target: Target
    actor: Actor
    today: date
    configuration: TenantConfiguration
    calendar: Calendar
    readings: HostReadings
    situation: ContractSituation | None = None
    visit: VisitKey | None = None
    related: tuple[Contract, ...] | None = None
    chain: tuple[Contract, ...] = ()
    chain_ledger: tuple[LedgerVisit, ...] = ()
    unseen: bool = False
    next_number: str = ""
    waiting: tuple[ContractSituation, ...] = ()
    held: frozenset[str] = frozenset()

    @property
    def contract_situation(self) -> ContractSituation:
        """The situation of the target contract. Raises ValueError for an action that has none: a fault of ours."""
        if self.situation is None:
            raise ValueError(f"A {self.target.type} has no contract of its own")
        return self.situation

    @property
    def of_customer(self) -> tuple[Contract, ...]:
        """The contracts of the same customer. Raises ValueError for an action that did not ask for them: as above."""
        if self.related is None:
            raise ValueError(f"The contracts beside {self.target.id} were not asked for")
        return self.related

    @property
    def coming_number(self) -> str:
        """The number that a new contract would get. Raises ValueError for an action that did not ask for it."""
        if not self.next_number:
            raise ValueError("The number of a new contract was not asked for")
        return self.next_number
