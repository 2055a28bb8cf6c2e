"""What an action is: its button, its form, and its decision (the list of them is in `catalogue`)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

from marshmallow import Schema

from powerup.actions.kit.answer import FieldProblem
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.input import NoInputSchema, load_input
from powerup.actions.kit.order_on_card import Choices, OrderOnCard
from powerup.actions.kit.request import Role, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.visit import LedgerVisit, Visit
from powerup.texts import Text


class Style(StrEnum):
    """How a button looks; danger always asks for a confirmation of its effects."""

    DEFAULT = "default"
    DANGER = "danger"


class WaitsFor(StrEnum):
    """What a run of the action waits for at the host, and so what people are told when it ends: its work orders are
    made or taken back, its one order gets another date or another employee, or what the host has of its contract is
    read again."""

    ORDERS = "orders"
    NEW_DATE = "new_date"
    EMPLOYEE = "employee"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Action:
    """One button; each action declares its own, as `ACTION` beside its `decide`.

    decide tells what is done, and raises a Refusal when nothing is; it does no I/O. input checks what the person
    entered and loads it as the value that decide takes. questions tells what must be read at the host first.
    completed puts in what an input leaves out and the tenant has elsewhere, before it is checked.
    by_the_rules says what is wrong with the members of an input that could be loaded, when others could not. possible
    raises the refusal that decide would raise whatever the person enters, so that a card can show the button grey and
    say why. whole_ledger: it looks at all history, not only at what is not settled yet. chain_ledger: and at that of
    the contracts that are linked with its own by restarts. beside_others: it looks at all contracts of the customer.
    makes_contracts: it makes one, which needs a number. waits_for counts where a Change is to be done at the host.

    The others are for its button on a card. prefilled: what its form begins with. needed: the members that the tenant
    requires though the schema does not. beside_visits: whether a visit or work order of a card has it; an action on a
    visit has to say so. beside_order: what there is to choose from beside a work order; raises a Refusal where the
    button is grey.
    """

    id: str
    label: Text
    decide: Callable[[ActionScene, Any], Change]
    input: type[Schema] = NoInputSchema
    target: TargetType = TargetType.CONTRACT
    role: Role = Role.PLANNER
    style: Style = Style.DEFAULT
    questions: Callable[[ActionScene, Any], HostQuestions] | None = None
    possible: Callable[[ActionScene], None] | None = None
    by_the_rules: Callable[[ActionScene, Mapping[str, Any]], Iterable[FieldProblem]] | None = None
    completed: Callable[[ActionScene, Mapping[str, Any]], Mapping[str, Any]] | None = None
    whole_ledger: bool = False
    chain_ledger: bool = False
    beside_others: bool = False
    makes_contracts: bool = False
    waits_for: WaitsFor = WaitsFor.ORDERS
    prefilled: Callable[[Contract], Mapping[str, Any]] | None = None
    needed: Callable[[TenantConfiguration], Sequence[str]] | None = None
    beside_visits: Callable[[Visit | LedgerVisit], bool] | None = None
    beside_order: Callable[[OrderOnCard, date], Choices] | None = None

    def wanted(self, scene: ActionScene, entered: Mapping[str, object]) -> Any:
        """What decide takes, from what a person entered. Raises InvalidInput with all that can be said against it."""
        if self.completed is not None:
            entered = self.completed(scene, entered)
        by_the_rules = partial(self.by_the_rules, scene) if self.by_the_rules else None
        return load_input(self.input, entered, by_the_rules)
