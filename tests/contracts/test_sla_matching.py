"""Which contract a work order falls under (rules: SLA)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.contracts.contract import Contract, ContractType, Template, Termination
from powerup.contracts.sla_matching import contract_of_work_order

TODAY = date(2026, 9, 1)
ON_CUSTOMER = Contract(
    number="1000",
    name="Storingen",
    type=ContractType.CORRECTIVE,
    customer="D1",
    start=date(2026, 1, 1),
    entered_on=date(2026, 1, 1),
    template=Template("STORING", "REKENING"),
)
ON_BOILER = replace(ON_CUSTOMER, number="1001", objects=("CV-1",))
LINKED = replace(ON_CUSTOMER, number="1002", customer="D2")
EVERY_CONTRACT = [ON_CUSTOMER, ON_BOILER, LINKED]


def found(contracts: list[Contract], *objects: str, linked: str | None = None) -> str | None:
    contract = contract_of_work_order(contracts, TODAY, "D1", objects, linked)
    return contract.number if contract else None


def test_an_explicit_link_comes_first() -> None:
    assert found(EVERY_CONTRACT, "CV-1", linked="1002") == "1002"


def test_a_contract_on_the_object_comes_before_one_on_the_customer() -> None:
    assert found(EVERY_CONTRACT, "CV-1") == "1001"
    assert found(EVERY_CONTRACT, "CV-2", "CV-1") == "1001"


def test_else_it_is_the_customers_contract() -> None:
    assert found(EVERY_CONTRACT) == "1000"
    assert found(EVERY_CONTRACT, "CV-2") == "1000"


def test_a_contract_on_objects_covers_no_other_work_of_the_customer() -> None:
    assert found([ON_BOILER], "CV-2") is None
    assert found([ON_BOILER]) is None


def test_an_object_that_another_customer_has_now_is_not_covered() -> None:
    assert found([replace(ON_BOILER, customer="D9")], "CV-1") is None


@pytest.mark.parametrize(
    "change",
    [
        {"end": date(2026, 8, 31)},
        {"start": date(2026, 9, 2)},
        {"termination": Termination(date(2026, 8, 31), "PRICE")},
        {"deleted_on": date(2026, 8, 1)},
        {"type": ContractType.PREVENTIVE},
    ],
)
def test_only_active_corrective_contracts_count_even_when_linked(change: dict[str, Any]) -> None:
    assert found([ON_CUSTOMER, replace(ON_BOILER, **change)], "CV-1", linked="1001") == "1000"


def test_ties_go_to_the_newest() -> None:
    newer = replace(ON_CUSTOMER, number="0999", start=date(2026, 2, 1))
    assert found([newer, ON_CUSTOMER]) == "0999"
    same_start = replace(ON_CUSTOMER, number="999")
    assert found([same_start, ON_CUSTOMER]) == found([ON_CUSTOMER, same_start]) == "1000"
