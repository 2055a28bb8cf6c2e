"""The form of a contract as one person meets it: what it begins with, and what the tenant's own lists offer in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from powerup.actions.catalogue import find_action
from powerup.actions.contract.edit import prefilled
from powerup.actions.form.template_form import as_template, begun_from, template_problems
from powerup.actions.kit.action import Action
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Actor
from powerup.contracts.contract import Contract
from powerup.contracts.contract_template import ContractTemplate
from powerup.readings.card_buttons import CardButtons
from powerup.readings.contract_history import ContractHistory
from powerup.store.contracts import Contracts
from powerup.texts import Reader

CREATE = "contract.create"
EDIT = "contract.edit"

_OWN_DAYS = ("start", "end")
_OWN_DAYS_OF_PLAN = ("next_visit", "next_visits", "anchor", "anchors")
"""What a contract that is made after another one has of its own."""


@dataclass(frozen=True, slots=True)
class ContractForm:
    """A form to be filled in. contract is the one that is changed, None for a new one.

    button has `choices`, `needed` and `hints` of this tenant, and why it is grey under `reason`; before is what an edit
    begins with, and what it is compared with.
    """

    action: Action
    button: Mapping[str, Any]
    contract: Contract | None = None
    before: Mapping[str, Any] | None = None


class ContractForms:
    """The forms of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances, actor: Actor, reader: Reader) -> None:
        self._contracts = Contracts(connection, around.tenant_id)
        self._history = ContractHistory(connection, around.tenant_id)
        self._buttons = CardButtons(around, actor, reader)
        self._today = around.today
        self._configuration = around.configuration

    def new(self) -> ContractForm:
        """The form of a contract that is not there yet."""
        return self._form(CREATE, None)

    def of(self, number: str) -> ContractForm | None:
        """That of the contract with this number, None where there is none."""
        contract = self._contracts.get(number)
        return self._form(EDIT, contract) if contract is not None else None

    def of_template(self, code: str) -> dict[str, Any] | None:
        """What a new contract begins with that is begun from this template of the tenant; None where there is none."""
        template = self._configuration.contract_template(code)
        return begun_from(template) if template is not None else None

    def as_template(self, number: str) -> ContractTemplate | None:
        """What the contract of this number gives to a template, which has no code yet; None where it is not there.

        Terms and a policy that the tenant has no more are left out."""
        contract = self._contracts.get(number)
        if contract is None:
            return None
        kept = ContractTemplate("", contract.name, "", as_template(prefilled(contract)))
        gone = {problem.pointer.removeprefix("/input/") for problem in template_problems(kept, self._configuration)}
        return replace(kept, contract={name: value for name, value in kept.contract.items() if name not in gone})

    def likely(self, customer: str, after: str, template: str = "") -> dict[str, Any]:
        """What a new contract most likely is: one of this customer, made after the contract of that number or begun
        from that template; each may be empty or unknown."""
        other = self._contracts.get(after) if after else None
        start = {"start": self._today.isoformat()}
        if (begun := self.of_template(template)) is not None:
            return begun | {"customer": customer} | start
        if other is None:
            plan = {"name": "A", "unit": "month", "every": 1, "shift": "next_working_day"}
            return {"type": "preventive", "customer": customer, "plans": [plan]} | start
        values = {name: value for name, value in prefilled(other).items() if name not in _OWN_DAYS}
        values["plans"] = [
            {name: value for name, value in plan.items() if name not in _OWN_DAYS_OF_PLAN} for plan in values["plans"]
        ]
        if self._configuration.contract_template(values["contract_template"] or "") is None:
            values["contract_template"] = None
        if values.get("price"):
            values["price"] = {name: value for name, value in values["price"].items() if name != "price_date"}
        if customer and customer != other.customer:
            values |= {"customer": customer, "objects": [], "address": None, "contact": None, "reference": None}
        return values | start

    def changed_last_by(self, number: str) -> str:
        """Who changed the contract last; empty where that is not known."""
        lines = self._history.lines(number)
        return lines[-1].actor_name if lines else ""

    def _form(self, action_id: str, contract: Contract | None) -> ContractForm:
        action = find_action(action_id)
        if action is None:
            raise LookupError(action_id)
        [button] = self._buttons.of_row([action])
        return ContractForm(action, button, contract, prefilled(contract) if contract is not None else None)
