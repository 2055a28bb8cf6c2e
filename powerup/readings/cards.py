"""Contract cards: what to show beside a customer, object, work order or contract (webhooks page, section 4)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from powerup.actions.contract.chain import gone_before
from powerup.actions.contract.undo_delete import UNDO_WITHIN
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.load_scene import chain_of, is_this_tenant
from powerup.actions.kit.order_on_card import OrderOnCard
from powerup.actions.kit.request import Actor, Target, TargetType
from powerup.contracts.contract import Contract, ContractType, Status
from powerup.contracts.held_back import released
from powerup.contracts.situation import ContractSituation
from powerup.contracts.sla_order import SlaOrder
from powerup.contracts.visit import LedgerVisit
from powerup.readings.card_buttons import CardButtons
from powerup.readings.card_visits import coming_visits, last_orders
from powerup.readings.card_words import facts, warnings
from powerup.readings.contract_history import ContractHistory, WhyItStands
from powerup.readings.contract_list import status_date
from powerup.readings.hindrance_words import hindrances
from powerup.readings.sla_overview import sla_on_card
from powerup.store.contracts import Contracts
from powerup.store.host_facts import HostFact, KeptHostFacts, with_host_facts
from powerup.store.ledger import Ledger
from powerup.store.marks import Marked, Marks, facts_from, marked
from powerup.store.sla_orders import SlaOrders
from powerup.texts import Reader

CARDS_CHANGED = "cards.changed"
"""The message that tells a host beside what it should ask for cards anew."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the tenant's contracts beyond themselves. problems are what cycles ran into, by contract."""

    problems: Mapping[str, str]
    marks: Marked
    at_host: Sequence[HostFact]
    under_sla: Sequence[SlaOrder]
    why: Mapping[str, WhyItStands]


class Cards:
    """The contract cards of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around
        self._contracts = Contracts(connection, around.tenant_id)
        self._ledger = Ledger(connection, around.tenant_id)

    def beside(self, target: Target, actor: Actor, reader: Reader) -> dict[str, Any]:
        """The cards of the contracts that concern the target, and the buttons of the target itself, as JSON values, as
        that person sees them in the reader's language."""
        found = self._shown_beside(target)
        known = _Known(
            self._contracts.problems(),
            marked(Marks(self._connection, self._around.tenant_id).all()),
            KeptHostFacts(self._connection, self._around.tenant_id).all(),
            self._under_sla(target, found),
            ContractHistory(self._connection, self._around.tenant_id).why_they_stand(
                found, self._around.configuration, self._around.today
            ),
        )
        buttons = CardButtons(self._around, actor, reader)
        situations = sorted(
            self._situations(found, known),
            key=lambda situation: _order(situation.contract, self._around.today),
        )
        answer: dict[str, Any] = {"cards": [self._card(situation, known, buttons) for situation in situations]}
        of_target = self._buttons_of(target, buttons)
        return answer | {"actions": of_target} if of_target else answer

    def _shown_beside(self, target: Target) -> list[Contract]:
        return [
            contract
            for contract in self._concerned(target)
            if contract.deleted_on is None or _can_be_brought_back(contract, target, self._around.today)
        ]

    def _concerned(self, target: Target) -> Sequence[Contract]:
        match target.type:
            case TargetType.RELATION:
                return self._contracts.by_customer(target.id)
            case TargetType.OBJECT:
                return self._contracts.by_object(target.id)
            case TargetType.WORK_ORDER:
                by_number = self._ledger.by_workorder_numbers([target.id])
                made = [*by_number.values(), *self._made(target)]
                keys = {visit.key.contract for visit in made} | {order.contract for order in self._under(target)}
                return self._contracts.of_numbers(sorted(keys))
            case TargetType.VISIT:
                return self._contracts.of_numbers([target.id.partition(":")[0]])
            case TargetType.CONTRACT:
                return self._contracts.of_numbers([target.id])
            case TargetType.TENANT:
                return ()

    def _made(self, order: Target) -> list[LedgerVisit]:
        """The visits that have the work order of that row id."""
        return list(self._ledger.by_row_ids(_row_ids(order)).values())

    def _under(self, order: Target) -> list[SlaOrder]:
        """The work order of that row id under each contract that it falls under."""
        return list(SlaOrders(self._connection, self._around.tenant_id).of_rows(_row_ids(order)).values())

    def _under_sla(self, target: Target, found: Sequence[Contract]) -> Sequence[SlaOrder]:
        """The work orders of which the cards say what is promised: beside a work order that one alone."""
        if target.type is TargetType.WORK_ORDER:
            return self._under(target)
        corrective = [each.number for each in found if each.type is ContractType.CORRECTIVE]
        return SlaOrders(self._connection, self._around.tenant_id).open_of(corrective)

    def _sla(self, contract: Contract, known: _Known) -> dict[str, Any] | None:
        if contract.type is not ContractType.CORRECTIVE:
            return None
        return sla_on_card([order for order in known.under_sla if order.contract == contract.number], self._around)

    def _situations(self, found: Sequence[Contract], known: _Known) -> Iterator[ContractSituation]:
        numbers = [contract.number for contract in found]
        rows, held = self._ledger.of_contracts(numbers), self._contracts.held_numbers(numbers)
        facts_known = with_host_facts(known.marks, known.at_host)
        for contract in found:
            yield ContractSituation(
                contract,
                self._around.calendar,
                self._around.configuration.settings,
                rows[contract.number],
                facts_from(facts_known, contract),
                awaiting_release=contract.number in held,
            )

    def _card(self, situation: ContractSituation, known: _Known, buttons: CardButtons) -> dict[str, Any]:
        contract, today = situation.contract, self._around.today
        reader = buttons.reader
        problem = known.problems.get(contract.number)
        on_release = released(situation, today) if situation.awaiting_release else []
        coming = () if contract.deleted_on else coming_visits(situation, today, on_release)
        in_the_way = () if contract.deleted_on else hindrances(contract, known.at_host, known.marks)
        chain, why = chain_of(self._contracts, situation), known.why.get(contract.number, WhyItStands())
        target = Target(TargetType.CONTRACT, contract.number, contract.version)
        scene = replace(buttons.scene_of(target), situation=situation, chain=chain)
        told = [*self._around.notes, *in_the_way, *warnings(situation, problem, today, on_release)]
        return {
            "id": contract.number,
            "version": contract.version,
            "name": f"{contract.number} {contract.name}",
            "status": "deleted" if contract.deleted_on else contract.status(today).value,
            "status_date": day.isoformat() if (day := status_date(contract, today)) else None,
            "status_reason": why.reason or None,
            "status_by": why.by or None,
            "summary": reader.say(facts(situation, today, self._gone_before(contract, chain))),
            "contract_template": contract.contract_template,
            "next_visits": [visit | {"actions": buttons.of_row(actions)} for visit, actions in coming],
            "work_orders": [order | {"actions": buttons.of_row(actions)} for order, actions in last_orders(situation)],
            "sla": self._sla(contract, known),
            "warnings": [reader.say(each) for each in told],
            "actions": buttons.of_scene(TargetType.CONTRACT, scene),
        }

    def _gone_before(self, contract: Contract, chain: Sequence[Contract]) -> list[LedgerVisit]:
        """The visits of the contracts that this one goes on from, which have used of its balance."""
        if contract.goes_on_from is None or contract.yearly is None:
            return []
        numbers = gone_before(contract, chain)
        return [visit for rows in self._ledger.of_contracts(sorted(numbers)).values() for visit in rows.values()]

    def _buttons_of(self, target: Target, buttons: CardButtons) -> list[dict[str, Any]]:
        """The buttons of what the cards stand beside; those of a contract and of its visits are on its card."""
        match target.type:
            case TargetType.RELATION:
                return buttons.of_scene(target.type, buttons.scene_of(target))
            case TargetType.WORK_ORDER:
                return buttons.of_order(self._order_on_card(target))
            case TargetType.TENANT if is_this_tenant(self._connection, self._around, target.id):
                scene = replace(buttons.scene_of(target), held=self._contracts.held_numbers())
                return buttons.of_scene(target.type, scene)
            case TargetType.TENANT | TargetType.OBJECT | TargetType.CONTRACT | TargetType.VISIT:
                return []

    def _order_on_card(self, target: Target) -> OrderOnCard:
        return OrderOnCard(
            made_by=next((visit.key.contract for visit in self._made(target) if not visit.doubt), None),
            under=frozenset(order.contract for order in self._under(target)),
            corrective=self._contracts.corrective(),
        )


def _row_ids(order: Target) -> list[int]:
    return [] if order.row_id is None else [order.row_id]


def _can_be_brought_back(contract: Contract, target: Target, today: date) -> bool:
    """A deleted contract is shown where people look for it, for as long as that can be undone."""
    looked_for = target.type in (TargetType.RELATION, TargetType.CONTRACT)
    return looked_for and contract.deleted_on is not None and today <= contract.deleted_on + UNDO_WITHIN


def _order(contract: Contract, today: date) -> tuple[int, int, str]:
    """Those that run first, deleted ones last, then the newest."""
    running = contract.status(today) in (Status.ACTIVE, Status.NOT_STARTED)
    rank = 2 if contract.deleted_on else 0 if running else 1
    return (rank, -contract.start.toordinal(), contract.number)
