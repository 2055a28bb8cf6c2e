"""A person puts a work order under a corrective contract, and takes it out again (rules: SLA)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.actions.kit.answer import InvalidInput, NotPossible
from powerup.actions.kit.order_on_card import OrderOnCard
from powerup.actions.kit.request import Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.work_order.attach import beside_order as choices_to_attach
from powerup.actions.work_order.detach import beside_order as choices_to_detach
from powerup.contracts.contract import Contract, ContractType
from powerup.contracts.sla_order import WorkOrderLink
from powerup.outsmart.records import WorkOrder
from tests.actions.scenes import AT_HOST, TODAY, decide, scene, situation, the_contract

CORRECTIVE = replace(the_contract(number="1050"), type=ContractType.CORRECTIVE, plans=(), customer="1001")
OF_ANOTHER = replace(CORRECTIVE, number="1051", customer="2002")


def _press(contract: Contract = CORRECTIVE, customer: str = "1001", order: str = "7") -> ActionScene:
    there = WorkOrder(7, workorder_no="W-7", customer_debtor_number=customer)
    on = scene(situation(contract), readings=replace(AT_HOST, work_orders={7: there}))
    return replace(on, target=Target(TargetType.WORK_ORDER, order))


def _beside(*corrective: Contract, under: tuple[str, ...] = (), made_by: str | None = None) -> OrderOnCard:
    return OrderOnCard(made_by, frozenset(under), corrective)


def test_an_attached_work_order_is_linked_to_the_contract_by_the_hosts_row_id() -> None:
    change = decide("work_order.attach", _press(), {"contract": "1050"})
    assert change.link == WorkOrderLink(7, "1050")
    assert str(change.message) == "Work order W-7 falls under contract 1050."
    assert change.warnings == ()


def test_a_detached_work_order_is_linked_to_none() -> None:
    change = decide("work_order.detach", _press())
    assert change.link == WorkOrderLink(7, None)
    assert str(change.message) == "Work order W-7 falls under no contract any more."


def test_a_work_order_of_another_customer_is_attached_with_a_warning() -> None:
    change = decide("work_order.attach", _press(customer="2002"), {"contract": "1050"})
    assert [str(warning) for warning in change.warnings] == [
        "The work order is of customer 2002, the contract of customer 1001."
    ]


@pytest.mark.parametrize("order", ["8", "W-7"])
def test_a_work_order_that_the_host_has_not_is_neither_attached_nor_detached(order: str) -> None:
    for action, entered in (("work_order.attach", {"contract": "1050"}), ("work_order.detach", {})):
        with pytest.raises((NotPossible, InvalidInput), match=f"The host has no work order {order}"):
            decide(action, _press(order=order), entered)


@pytest.mark.parametrize(
    ("contract", "code"),
    [
        (the_contract(), "not_corrective"),
        (replace(CORRECTIVE, end=date(2026, 12, 27)), "not_active"),
        (replace(CORRECTIVE, start=date(2026, 12, 29)), "not_active"),
        (replace(CORRECTIVE, deleted_on=TODAY), "not_active"),
    ],
)
def test_only_an_active_corrective_contract_takes_work_orders(contract: Contract, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decide("work_order.attach", _press(contract), {"contract": contract.number})
    assert [(each.pointer, each.code) for each in refusal.value.problems] == [("/input/contract", code)]


def test_the_contracts_of_the_same_customer_are_offered_first_and_the_one_that_it_is_under_not_at_all() -> None:
    mine = replace(CORRECTIVE, number="1060")
    offered = choices_to_attach(_beside(OF_ANOTHER, CORRECTIVE, mine, under=("1050",)), TODAY)["contract"]
    assert [number for number, _ in offered] == ["1060", "1051"]
    assert str(offered[0][1]) == "1060 CV-ketel (customer 1001)"


def test_of_more_than_200_contracts_none_is_offered_and_the_number_is_typed() -> None:
    many = [replace(CORRECTIVE, number=str(number)) for number in range(201)]
    assert len(choices_to_attach(_beside(*many[1:]), TODAY)["contract"]) == 200
    assert choices_to_attach(_beside(*many), TODAY) == {}


def test_where_there_is_nothing_to_choose_the_button_says_why() -> None:
    ended = replace(CORRECTIVE, end=date(2026, 12, 27))
    with pytest.raises(NotPossible, match="no active corrective contract"):
        choices_to_attach(_beside(ended), TODAY)
    with pytest.raises(NotPossible, match="no active corrective contract"):
        choices_to_attach(_beside(CORRECTIVE, under=("1050",)), TODAY)
    with pytest.raises(NotPossible, match="under no contract"):
        choices_to_detach(_beside(CORRECTIVE), TODAY)
    assert choices_to_detach(_beside(CORRECTIVE, under=("1050",)), TODAY) == {}


def test_an_order_that_a_contract_made_stays_with_it() -> None:
    for choices in (choices_to_attach, choices_to_detach):
        with pytest.raises(NotPossible, match="Contract 1042 made this work order"):
            choices(_beside(CORRECTIVE, under=("1050",), made_by="1042"), TODAY)
