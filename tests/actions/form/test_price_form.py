"""What is entered of a price (rules: Terms, Price; webhooks page, section 9)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from powerup.actions.form.contract_form import ContractForm, with_entries
from powerup.actions.form.price_form import price_problems
from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.input import load_input
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.price import ByIndex, ByPercentage, Invoiced, Price, PricePer
from powerup.contracts.terms import Period, PeriodUnit, Terms
from tests.files.test_export_import import CONTRACT

MONTH = Period(1, PeriodUnit.MONTH)
PRICE = Price(Decimal("120.00"), CONTRACT.start, invoice_period=MONTH, indexation=ByPercentage(Decimal("2.5")))
PRICED = replace(CONTRACT, price=PRICE)


class _Edit(ContractForm):
    def __init__(self) -> None:
        super().__init__(partial=True)


def _entered(price: Any, contract: Contract = CONTRACT) -> Contract:
    return with_entries(contract, load_input(_Edit, {"price": price}), TenantConfiguration())


def _refused(price: Any, contract: Contract = CONTRACT) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        _entered(price, contract)
    return [(problem.pointer, problem.code) for problem in refusal.value.problems]


def test_a_price_needs_its_amount_alone() -> None:
    assert _entered({"amount": "120.5"}).price == Price(Decimal("120.50"), CONTRACT.start)
    assert _refused({"vat_code": "H"}) == [("/input/price/amount", "required")]


def test_all_of_a_price_is_taken() -> None:
    entered = {"amount": "99", "per": "visit", "price_date": "2026-07-01", "invoiced": "in_arrears",
               "invoice_period": "3 month", "indexation": {"index": "CPI-2025", "base_month": "2026-04"},
               "vat_code": "H", "ledger_code": "8000"}  # fmt: skip
    assert _entered(entered).price == Price(
        Decimal("99.00"), date(2026, 7, 1), PricePer.VISIT, Period(3, PeriodUnit.MONTH), Invoiced.IN_ARREARS,
        ByIndex("CPI-2025", "2026-04"), "H", "8000",
    )  # fmt: skip


def test_members_that_are_not_entered_stay() -> None:
    assert _entered({"vat_code": "H"}, PRICED).price == replace(PRICE, vat_code="H")
    assert _entered({"indexation": None}, PRICED).price == replace(PRICE, indexation=None)


@pytest.mark.parametrize("emptied", [None, {"amount": None}, {"amount": None, "per": "visit"}])
def test_an_empty_amount_takes_the_price_away(emptied: Any) -> None:
    assert _entered(emptied, PRICED).price is None


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"amount": 120}, "/amount", "invalid"),
        ({"amount": "1e3"}, "/amount", "invalid_amount"),
        ({"amount": "-1.00"}, "/amount", "invalid_amount"),
        ({"amount": "1.005"}, "/amount", "invalid_amount"),
        ({"amount": "1", "indexation": {"percentage": "101"}}, "/indexation/percentage", "percentage_out_of_range"),
        ({"amount": "1", "indexation": {"index": "CPI"}}, "/indexation/base_month", "required"),
        ({"amount": "1", "indexation": {"base_month": "2026-13"}}, "/indexation/base_month", "invalid_month"),
        (
            {"amount": "1", "indexation": {"percentage": "2", "index": "CPI"}},
            "/indexation/percentage",
            "percentage_or_index",
        ),
    ],
)
def test_what_is_no_price_is_refused_beside_its_field(given: Any, pointer: str, code: str) -> None:
    assert _refused(given) == [(f"/input/price{pointer}", code)]


def test_an_amount_per_invoice_period_needs_one_of_the_contract_or_its_terms() -> None:
    bare = replace(CONTRACT, price=replace(PRICE, invoice_period=None))
    terms = Terms("STD", "Standaard", invoice_period=MONTH)
    per_visit = replace(CONTRACT, price=replace(PRICE, invoice_period=None, per=PricePer.VISIT))
    assert _problems(bare) == ["/input/price/invoice_period"]
    assert _problems(replace(bare, terms=terms)) == _problems(per_visit) == _problems(bare, bare) == []


def test_an_index_that_the_tenant_does_not_have_is_refused() -> None:
    by_index = replace(CONTRACT, price=replace(PRICE, indexation=ByIndex("CPI", "2026-10")))
    assert _problems(by_index) == ["/input/price/indexation/index"]


def _problems(contract: Contract, before: Contract | None = None) -> list[str]:
    return [problem.pointer for problem in price_problems(contract, TenantConfiguration(), before)]
