"""Contract cards: what to show beside a customer, object, work order or contract (webhooks page, section 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from powerup.actions.catalogue import ACTIONS
from powerup.actions.contract.chain import gone_before
from powerup.actions.contract.undo_delete import UNDO_WITHIN
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import Refusal
from powerup.actions.kit.change import HostReadings, Scene
from powerup.actions.kit.offer import OrderOnCard
from powerup.actions.kit.request import Actor, Target, TargetType
from powerup.actions.kit.scene import Circumstances, chain_of, is_this_tenant
from powerup.contracts.contract import Contract, Status
from powerup.contracts.release import released
from powerup.contracts.schedule import Situation
from powerup.contracts.visit import LedgerVisit
from powerup.readings.card_visits import coming_visits, last_orders
from powerup.readings.card_words import facts, warnings
from powerup.readings.hindrance_words import hindrances
from powerup.readings.rule_words import lead_in_words
from powerup.store.contracts import Contracts
from powerup.store.host_facts import HostFact, KeptHostFacts, with_host_facts
from powerup.store.ledger import Ledger
from powerup.store.marks import Marked, Marks, facts_from, marked
from powerup.store.sla_orders import SlaOrders
from powerup.texts import Reader, Text, text


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a card is made from."""

    around: Circumstances
    actor: Actor
    reader: Reader
    contracts: Contracts
    ledger: Ledger
    problems: dict[str, str]
    marks: Marked
    at_host: Sequence[HostFact]


def cards_beside(
    connection: Connection, around: Circumstances, target: Target, actor: Actor, reader: Reader
) -> dict[str, Any]:
    """The cards of the contracts that concern the target, as JSON; a read, which writes nothing."""
    contracts = Contracts(connection, around.tenant_id)
    found = [
        contract
        for contract in _concerned(connection, contracts, around, target)
        if contract.deleted_on is None or _can_be_brought_back(contract, target, around.today)
    ]
    marks = marked(Marks(connection, around.tenant_id).all())
    at_host = KeptHostFacts(connection, around.tenant_id).all()
    known = with_host_facts(marks, at_host)
    ledger = Ledger(connection, around.tenant_id)
    shown = _Shown(around, actor, reader, contracts, ledger, contracts.problems(), marks, at_host)
    rows = ledger.of_contracts([contract.number for contract in found])
    held = contracts.held_numbers([contract.number for contract in found])
    situations = [
        Situation(
            contract,
            around.calendar,
            around.configuration.settings,
            rows[contract.number],
            facts_from(known, contract),
            awaiting_release=contract.number in held,
        )
        for contract in found
    ]
    situations.sort(key=lambda situation: _order(situation.contract, around.today))
    answer: dict[str, Any] = {"cards": [_card(situation, shown) for situation in situations]}
    buttons = _buttons_of_target(connection, target, shown)
    return answer | {"actions": buttons} if buttons else answer


def _buttons_of_target(connection: Connection, target: Target, shown: _Shown) -> list[dict[str, Any]]:
    """The buttons of what the cards stand beside; those of a contract and of its visits are on its card."""
    actions = [action for action in ACTIONS if action.target is target.type]
    match target.type:
        case TargetType.RELATION:
            return [_button(action, _scene(target, shown), shown) for action in actions]
        case TargetType.WORK_ORDER:
            order = _order_on_card(connection, target, shown)
            return [_order_button(action, order, shown) for action in actions]
        case TargetType.TENANT if is_this_tenant(connection, shown.around, target.id):
            scene = replace(_scene(target, shown), held=shown.contracts.held_numbers())
            return [_button(action, scene, shown) for action in actions]
        case TargetType.TENANT | TargetType.OBJECT | TargetType.CONTRACT | TargetType.VISIT:
            return []


def _can_be_brought_back(contract: Contract, target: Target, today: date) -> bool:
    """A deleted contract is shown where people look for it, for as long as that can be undone."""
    looked_for = target.type in (TargetType.RELATION, TargetType.CONTRACT)
    return looked_for and contract.deleted_on is not None and today <= contract.deleted_on + UNDO_WITHIN


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
        case TargetType.TENANT:
            return ()


def _order(contract: Contract, today: date) -> tuple[int, int, str]:
    """Those that run first, deleted ones last, then the newest."""
    running = contract.status(today) in (Status.ACTIVE, Status.NOT_STARTED)
    rank = 2 if contract.deleted_on else 0 if running else 1
    return (rank, -contract.start.toordinal(), contract.number)


def _card(situation: Situation, shown: _Shown) -> dict[str, Any]:
    contract, today = situation.contract, shown.around.today
    problem = shown.problems.get(contract.number)
    on_release = released(situation, today) if situation.awaiting_release else []
    coming = () if contract.deleted_on else coming_visits(situation, today, on_release)
    in_the_way = () if contract.deleted_on else hindrances(contract, shown.at_host, shown.marks)
    scene = _contract_scene(situation, shown)
    told = [*shown.around.notes, *in_the_way, *warnings(situation, problem, today, on_release)]
    return {
        "id": contract.number,
        "version": contract.version,
        "name": f"{contract.number} {contract.name}",
        "status": "deleted" if contract.deleted_on else contract.status(today).value,
        "status_date": _status_date(contract, today),
        "summary": shown.reader.say(facts(situation, today, _gone_before(situation, shown))),
        "next_visits": [_with_buttons(visit, actions, shown) for visit, actions in coming],
        "work_orders": [_with_buttons(order, actions, shown) for order, actions in last_orders(situation)],
        "warnings": [shown.reader.say(each) for each in told],
        "actions": [_button(action, scene, shown) for action in ACTIONS if action.target is TargetType.CONTRACT],
    }


def _gone_before(situation: Situation, shown: _Shown) -> list[LedgerVisit]:
    """The visits of the contracts that this one goes on from, which have used of its balance."""
    if situation.contract.goes_on_from is None or situation.contract.yearly is None:
        return []
    numbers = gone_before(situation.contract, chain_of(shown.contracts, situation))
    return [visit for written in shown.ledger.of_contracts(sorted(numbers)).values() for visit in written.values()]


def _with_buttons(row: dict[str, Any], actions: Sequence[Action], shown: _Shown) -> dict[str, Any]:
    return row | {"actions": [_plain_button(action, shown) for action in actions]}


def _status_date(contract: Contract, today: date) -> str | None:
    """The date that belongs to the status: that of deletion, the start of what has not begun, else the last day."""
    if contract.deleted_on:
        return contract.deleted_on.isoformat()
    if contract.status(today) is Status.NOT_STARTED:
        return contract.start.isoformat()
    return contract.last_day.isoformat() if contract.last_day else None


def _button(action: Action, scene: Scene, shown: _Shown) -> dict[str, Any]:
    """A button beside a contract, customer or tenant, which may be grey for what the scene is like."""
    button = _plain_button(action, shown, _why_grey(action, scene))
    if action.needed and (needed := action.needed(scene.configuration)):
        button["needed"] = list(needed)
    if action.prefilled:
        button["input"] = action.prefilled(scene.contract_situation.contract)
    return button


def _plain_button(action: Action, shown: _Shown, grey: Text | None = None) -> dict[str, Any]:
    """A button with what its form can choose from. grey is why it is off, where the person might press it."""
    reason = _why_not_at_all(action, shown) or grey
    button: dict[str, Any] = {
        "id": action.id,
        "enabled": reason is None,
        "reason": shown.reader.say(reason) if reason else None,
    }
    choices, hints = _choices(action, shown), _hints(action, shown)
    return button | ({"choices": choices} if choices else {}) | ({"hints": hints} if hints else {})


def _order_on_card(connection: Connection, target: Target, shown: _Shown) -> OrderOnCard:
    row_ids = [] if target.row_id is None else [target.row_id]
    tenant = shown.around.tenant_id
    made = Ledger(connection, tenant).by_row_ids(row_ids).values()
    return OrderOnCard(
        made_by=next((visit.key.contract for visit in made if not visit.doubt), None),
        under=frozenset(order.contract for order in SlaOrders(connection, tenant).of_rows(row_ids).values()),
        corrective=shown.contracts.corrective(),
    )


def _order_button(action: Action, order: OrderOnCard, shown: _Shown) -> dict[str, Any]:
    if action.beside_order is None:
        return _plain_button(action, shown)
    try:
        offered = action.beside_order(order, shown.around.today)
    except Refusal as refusal:
        return _plain_button(action, shown, refusal.message)
    button = _plain_button(action, shown)
    if not button["enabled"] or not offered:
        return button
    choices = {
        name: [{"value": value, "label": shown.reader.say(words)} for value, words in values]
        for name, values in offered.items()
    }
    return button | {"choices": choices}


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


def _hints(action: Action, shown: _Shown) -> dict[str, str]:
    """What members of the form come to when they are left empty, where the tenant's settings say it."""
    if "days_in_advance" not in action.input().load_fields:
        return {}
    lead = shown.around.configuration.settings.lead
    said = text("Empty: as your firm's settings say, now {lead}.", lead=lead_in_words(lead))
    return {"days_in_advance": shown.reader.say(said)}


def _why_grey(action: Action, scene: Scene) -> Text | None:
    """Why the button would be refused now, as far as can be said without the person's input or the host's word."""
    if action.possible is None:
        return None
    try:
        action.possible(scene)
    except Refusal as refusal:
        return refusal.message
    return None


def _why_not_at_all(action: Action, shown: _Shown) -> Text | None:
    if not shown.actor.role.may(action.role):
        return text("This needs the role {role}; you have {given}.", role=action.role, given=shown.actor.role)
    if shown.around.suspended:
        return text("The power-up is suspended: contracts can be looked at, not changed.")
    return None


def _scene(target: Target, shown: _Shown) -> Scene:
    around = shown.around
    return Scene(
        target=target,
        actor=shown.actor,
        today=around.today,
        configuration=around.configuration,
        calendar=around.calendar,
        readings=HostReadings(),
    )


def _contract_scene(situation: Situation, shown: _Shown) -> Scene:
    contract = situation.contract
    scene = _scene(Target(TargetType.CONTRACT, contract.number, contract.version), shown)
    return replace(scene, situation=situation, chain=chain_of(shown.contracts, situation))
