"""Contract cards: what to show beside a customer, object, work order or contract (webhooks page, section 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from powerup.actions.answer import Refusal
from powerup.actions.catalogue import ACTIONS, find_action
from powerup.actions.change import HostReadings, Scene
from powerup.actions.contract_form import ContractForm, PlanForm
from powerup.actions.registry import Action
from powerup.actions.request import Actor, Target, TargetType
from powerup.actions.rule_words import rule_in_words, yearly_in_words
from powerup.actions.scene import Circumstances
from powerup.contracts.contract import Contract, ContractType, Status, VisitPlan
from powerup.contracts.schedule import Situation, visits
from powerup.contracts.visit import AT_HOST, Reason, Visit, VisitState
from powerup.documents.contract import contract_document
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from powerup.store.sla_orders import SlaOrders
from powerup.texts import Reader, Text, text

SHOWN_VISITS = 5
SHOWN_ORDERS = 5
LOOKED_AHEAD = timedelta(days=400)
_OPEN_END = text("further notice")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a card is made from."""

    around: Circumstances
    actor: Actor
    reader: Reader
    problems: dict[str, str]


def cards_beside(
    connection: Connection, around: Circumstances, target: Target, actor: Actor, reader: Reader
) -> dict[str, Any]:
    """The cards of the contracts that concern the target, as JSON; a read, which writes nothing."""
    contracts = Contracts(connection, around.tenant_id)
    found = [contract for contract in _concerned(connection, contracts, around, target) if contract.deleted_on is None]
    shown = _Shown(around, actor, reader, contracts.problems())
    ledger = Ledger(connection, around.tenant_id)
    rows = ledger.of_contracts([contract.number for contract in found])
    situations = [
        Situation(contract, around.calendar, around.configuration.settings, rows[contract.number]) for contract in found
    ]
    situations.sort(key=lambda situation: _order(situation.contract, around.today))
    answer: dict[str, Any] = {"cards": [_card(situation, shown) for situation in situations]}
    if target.type is TargetType.RELATION:
        answer["actions"] = [_new_contract(shown)]
    return answer


def _concerned(
    connection: Connection, contracts: Contracts, around: Circumstances, target: Target
) -> Sequence[Contract]:
    match target.type:
        case TargetType.RELATION:
            return contracts.by_customer(target.id)
        case TargetType.OBJECT:
            return contracts.by_object(target.id)
        case TargetType.WORK_ORDER:
            ledger = Ledger(connection, around.tenant_id)
            by_number = ledger.by_workorder_numbers([target.id])
            row_ids = [] if target.row_id is None else [target.row_id]
            made = [*by_number.values(), *ledger.by_row_ids(row_ids).values()]
            under = SlaOrders(connection, around.tenant_id).of_rows(row_ids).values()
            keys = {visit.key.contract for visit in made} | {order.contract for order in under}
            return contracts.of_numbers(sorted(keys))
        case TargetType.VISIT:
            return contracts.of_numbers([target.id.partition(":")[0]])
        case TargetType.CONTRACT:
            return contracts.of_numbers([target.id])


def _order(contract: Contract, today: date) -> tuple[int, int, str]:
    """Those that run first, then the newest."""
    running = contract.status(today) in (Status.ACTIVE, Status.NOT_STARTED)
    return (0 if running else 1, -contract.start.toordinal(), contract.number)


def _card(situation: Situation, shown: _Shown) -> dict[str, Any]:
    contract, today = situation.contract, shown.around.today
    ahead = visits(situation, today, today + LOOKED_AHEAD, today)
    coming = [visit for visit in ahead if _may_come(visit)][:SHOWN_VISITS]
    return {
        "id": contract.number,
        "version": contract.version,
        "name": f"{contract.number} {contract.name}",
        "status": contract.status(today).value,
        "status_date": _status_date(contract, today),
        "summary": shown.reader.say(summary(contract)),
        "next_visits": [_visit(visit, shown) for visit in coming],
        "work_orders": _orders(situation),
        "warnings": [shown.reader.say(warning) for warning in _warnings(contract, shown)],
        "actions": [_button(action, situation, shown) for action in ACTIONS if action.target is TargetType.CONTRACT],
    }


def _status_date(contract: Contract, today: date) -> str | None:
    """The date that belongs to the status: the start of what has not begun, else the last day."""
    if contract.status(today) is Status.NOT_STARTED:
        return contract.start.isoformat()
    return contract.last_day.isoformat() if contract.last_day else None


def summary(contract: Contract) -> Text:
    """What was agreed, in one line."""
    match contract.type:
        case ContractType.CORRECTIVE:
            return text("Corrective, with SLA policy {policy}", policy=contract.sla_policy or "-")
        case ContractType.YEARLY:
            return yearly_in_words(contract.yearly) if contract.yearly else text("Yearly orders")
        case ContractType.PREVENTIVE:
            return text("Preventive: {plans}", plans=_plans_in_words(contract.plans))


def _plans_in_words(plans: Sequence[VisitPlan]) -> list[Text]:
    """The rules of the plans, with their names where there are several."""
    if len(plans) == 1:
        return [rule_in_words(plans[0].recurrence)]
    return [text("{plan} {rule}", plan=plan.name, rule=rule_in_words(plan.recurrence)) for plan in plans]


def _may_come(visit: Visit) -> bool:
    """What the host has is listed beside it as a work order, and what lies after the end is no visit any more."""
    return visit.state not in AT_HOST and visit.reason not in (Reason.TERMINATED, Reason.CONTRACT_ENDED)


def _visit(visit: Visit, shown: _Shown) -> dict[str, Any]:
    return {
        "id": str(visit.key),
        "plan": visit.key.plan,
        "object": visit.key.object or None,
        "planned_date": visit.planned_date.isoformat(),
        "state": visit.state.value,
        "reason": visit.reason.value if visit.reason else None,
        "actions": [_plain_button(action, shown) for action in map(find_action, _visit_actions(visit)) if action],
    }


def _plain_button(action: Action, shown: _Shown) -> dict[str, Any]:
    reason = _why_not_at_all(action, shown)
    return {"id": action.id, "enabled": reason is None, "reason": shown.reader.say(reason) if reason else None}


def _visit_actions(visit: Visit) -> Iterable[str]:
    match visit.state:
        case VisitState.PLANNED:
            return ("visit.skip", "visit.move", "visit.order_now")
        case VisitState.FAILED:
            return ("visit.retry", "visit.skip")
        case VisitState.WITHHELD if visit.reason is Reason.SKIPPED:
            return ("visit.unskip",)
    return ()


def _orders(situation: Situation) -> list[dict[str, Any]]:
    """The last work orders, the newest first."""
    made = [row for row in situation.ledger.values() if row.workorder_no and row.state is not VisitState.WITHHELD]
    made.sort(key=lambda row: (row.planned_date, row.key), reverse=True)
    return [
        {
            "workorder_no": row.workorder_no,
            "row_id": row.host_row_id,
            "planned_date": row.planned_date.isoformat(),
            "state": row.state.value,
            "reason": row.refusal,
        }
        for row in made[:SHOWN_ORDERS]
    ]


def _warnings(contract: Contract, shown: _Shown) -> list[Text]:
    warnings = []
    if problem := shown.problems.get(contract.number):
        warnings.append(text("{problem}", problem=problem))
    if contract.termination and shown.around.today <= contract.termination.last_day:
        warnings.append(text("Ends early on {last_day}.", last_day=contract.termination.last_day))
    pause = contract.pause_on(shown.around.today)
    if pause is not None:
        warnings.append(text("Paused from {start} until {until}.", start=pause.start, until=pause.until or _OPEN_END))
    if contract.restarted_as:
        warnings.append(text("Restarted as contract {number}.", number=contract.restarted_as))
    return warnings


def _button(action: Action, situation: Situation, shown: _Shown) -> dict[str, Any]:
    reason = _why_grey(action, situation, shown)
    button: dict[str, Any] = {
        "id": action.id,
        "enabled": reason is None,
        "reason": shown.reader.say(reason) if reason else None,
    }
    choices = _choices(action, shown)
    if choices:
        button["choices"] = choices
    if action.id == "contract.edit":
        button["input"] = _form_values(situation.contract)
    return button


def _new_contract(shown: _Shown) -> dict[str, Any]:
    """The button beside a customer, with what its form can choose from."""
    action = next(action for action in ACTIONS if action.id == "contract.create")
    return _plain_button(action, shown) | {"choices": _choices(action, shown)}


def _choices(action: Action, shown: _Shown) -> dict[str, list[dict[str, str]]]:
    """What the tenant's own lists offer for members of the form (a host's manifest cannot know them)."""
    configuration = shown.around.configuration
    lists = {
        "reasons": [(reason.code, reason.name) for reason in configuration.reasons],
        "terms": [(terms.code, terms.name) for terms in configuration.terms],
        "sla_policies": [(policy.code, policy.name) for policy in configuration.sla_policies],
    }
    return {
        name: [{"value": code, "label": label} for code, label in lists[field.metadata["choices"]]]
        for name, field in action.input().load_fields.items()
        if field.metadata.get("choices") in lists
    }


def _why_grey(action: Action, situation: Situation, shown: _Shown) -> Text | None:
    """Why the button would be refused now, as far as can be said without the person's input or the host's word."""
    reason = _why_not_at_all(action, shown)
    if reason is not None or action.possible is None:
        return reason
    try:
        action.possible(_scene(situation, shown))
    except Refusal as refusal:
        return refusal.message
    return None


def _why_not_at_all(action: Action, shown: _Shown) -> Text | None:
    if not shown.actor.role.may(action.role):
        return text("This needs the role {role}; you have {given}.", role=action.role, given=shown.actor.role)
    if shown.around.suspended:
        return text("The power-up is suspended: contracts can be looked at, not changed.")
    return None


def _scene(situation: Situation, shown: _Shown) -> Scene:
    around = shown.around
    return Scene(
        target=Target(TargetType.CONTRACT, situation.contract.number, situation.contract.version),
        actor=shown.actor,
        today=around.today,
        configuration=around.configuration,
        calendar=around.calendar,
        readings=HostReadings(),
        situation=situation,
    )


def _form_values(contract: Contract) -> dict[str, Any]:
    """The contract as its form would be filled in."""
    document = contract_document(contract)
    names = {field.data_key or name for name, field in ContractForm().load_fields.items()}
    plan_names = set(PlanForm().load_fields)
    values = {name: value for name, value in document.items() if name in names}
    values["plans"] = [
        {name: value for name, value in plan.items() if name in plan_names} for plan in document["plans"]
    ]
    return values
