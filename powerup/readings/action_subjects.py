"""What the page of an action is about: its target by name, and the action's button there (webhooks page, section 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import InvalidInput, Refusal
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.load_scene import load_scene
from powerup.actions.kit.object_words import object_words
from powerup.actions.kit.request import Actor, Request, Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.visit.target_visit import the_visit
from powerup.contracts.contract import Contract
from powerup.contracts.visit import Visit
from powerup.readings.card_buttons import CardButtons
from powerup.readings.cards import Cards
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.host_names import HostNames
from powerup.store.ledger import Ledger
from powerup.store.sla_orders import SlaOrders
from powerup.texts import Reader, Text, text


@dataclass(frozen=True, slots=True)
class ActionSubject:
    """A target as people know it, and one button beside it, as cards have it (CardButtons).

    target has its present version. contract, customer, visit_day, plan and object are those that it is about, each
    empty where there is none; a work order is known by its number where that is known here.
    """

    target: Target
    button: Mapping[str, Any]
    contract: str = ""
    contract_name: str = ""
    customer: str = ""
    customer_name: str = ""
    visit_day: date | None = None
    plan: str = ""
    object: str = ""
    workorder_no: str = ""


class ActionSubjects:
    """What actions of one tenant are about, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around

    def find(self, action: Action, target_id: str, actor: Actor, reader: Reader) -> ActionSubject | None:
        """The action's target of that id, and its button as that person sees it; None where it is not there."""
        target = Target(action.target, target_id)
        buttons = CardButtons(self._around, actor, reader)
        if action.target is TargetType.WORK_ORDER:
            return self._of_order(action, target, actor, reader)
        try:
            scene = load_scene(
                self._connection, self._around, action, Request(action.id, target, actor), HostReadings()
            )
            visit = _visit(scene)
        except InvalidInput:
            return None
        except Refusal as refusal:
            return self._named(scene, buttons.of_action(action, scene) | _grey(refusal, reader), None)
        return self._named(scene, buttons.of_action(action, scene), visit)

    def changes_since(self, number: str, version: int) -> Sequence[AuditLine]:
        """What was done to a contract after it had that version, the oldest first."""
        lines = AuditTrail(self._connection, self._around.tenant_id).of_target(TargetType.CONTRACT.value, number)
        return [line for line in lines if int((line.after or {}).get("version") or 0) > version]

    def _named(self, scene: ActionScene, button: Mapping[str, Any], visit: Visit | None) -> ActionSubject:
        contract = scene.situation.contract if scene.situation else None
        customer = contract.customer if contract else _customer_of(scene.target)
        return ActionSubject(
            _with_version(scene.target, contract),
            button,
            contract=contract.number if contract else "",
            contract_name=contract.name if contract else "",
            customer=customer,
            customer_name=self._name_of(customer),
            visit_day=visit.planned_date if visit else None,
            plan=visit.key.plan if visit else "",
            object=object_words(visit) if visit else "",
        )

    def _of_order(self, action: Action, target: Target, actor: Actor, reader: Reader) -> ActionSubject | None:
        """A work order may be one that no contract of ours knows yet."""
        if target.row_id is None:
            return None
        beside = Cards(self._connection, self._around).beside(target, actor, reader)["actions"]
        button = next(button for button in beside if button["id"] == action.id)
        return ActionSubject(target, button, workorder_no=self._number_of(target.row_id))

    def _number_of(self, row_id: int) -> str:
        made = Ledger(self._connection, self._around.tenant_id).by_row_ids([row_id])
        under = SlaOrders(self._connection, self._around.tenant_id).of_rows([row_id])
        numbers = [visit.workorder_no for visit in made.values()] + [order.workorder_no for order in under.values()]
        return next((number for number in numbers if number), "")

    def _name_of(self, customer: str) -> str:
        if not customer:
            return ""
        return HostNames(self._connection, self._around.tenant_id).of_customers([customer]).get(customer, "")


def _visit(scene: ActionScene) -> Visit | None:
    return the_visit(scene) if scene.visit else None


def _grey(refusal: Refusal, reader: Reader) -> dict[str, Any]:
    return {"enabled": False, "reason": reader.say(refusal.message)}


def _customer_of(target: Target) -> str:
    return target.id if target.type is TargetType.RELATION else ""


def _with_version(target: Target, contract: Contract | None) -> Target:
    if contract is None or target.type is not TargetType.CONTRACT:
        return target
    return Target(target.type, target.id, contract.version)


def subject_name(subject: ActionSubject, tenant_name: str = "") -> Text:
    """The target as people know it; a tenant by the name that is given."""
    match subject.target.type:
        case TargetType.VISIT if subject.visit_day:
            return text(
                "{contract}, visit of {day} ({about})",
                contract=_contract(subject),
                day=subject.visit_day,
                about=" · ".join(filter(None, (subject.plan, subject.object))),
            )
        case TargetType.CONTRACT | TargetType.VISIT:
            return text("{words}", words=_contract(subject))
        case TargetType.RELATION:
            return text("{words}", words=subject.customer_name or subject.customer)
        case TargetType.WORK_ORDER:
            return text("work order {number}", number=subject.workorder_no or subject.target.id)
        case TargetType.OBJECT:
            return text("{words}", words=subject.target.id)
        case TargetType.TENANT:
            return text("{words}", words=tenant_name)


def _contract(subject: ActionSubject) -> str:
    return f"{subject.contract} {subject.contract_name}"
