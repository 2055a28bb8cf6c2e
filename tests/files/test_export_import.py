"""What export writes, import reads: the same contracts, whatever they are called."""

from dataclasses import MISSING, fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from powerup.contracts.contract import Contract, ContractType, Template, TemplateOverride, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.terms import renewed_end
from powerup.files.contract_export import export_csv, export_rows, export_xlsx
from powerup.files.decisions import new_contract
from tests.files.contract_strategies import CONFIGURATION, STANDARD, TODAY, contracts
from tests.files.reading import loaded

MONTHLY = VisitPlan("A", Recurrence(Unit.MONTH, month_day=31))
CONTRACT = Contract(
    number="1042",
    name="CV-ketel",
    type=ContractType.PREVENTIVE,
    customer="1001",
    start=date(2026, 1, 31),
    entered_on=TODAY,
    template=Template("Onderhoud", "op rekening", "Beurt {visit}"),
    plans=(MONTHLY,),
)

NOT_IN_A_FILE = {
    *("renewals", "end_counts_from"),  # follow from end and terms
    *("restarted_from", "restarted_as", "deleted_on", "settled_through", "version"),
}
"""What a file does not say of a contract: what this product did with it."""


def imported(content: bytes) -> list[Contract]:
    return [new_contract(entry, form, entry.number or "", TODAY, CONFIGURATION) for entry, form in loaded(content)]


@given(st.lists(contracts(), max_size=3, min_size=1, unique_by=lambda contract: contract.number), st.booleans())
def test_exported_contracts_come_back_the_same(given_contracts: list[Contract], dutch: bool) -> None:
    for export in (export_csv, export_xlsx):
        assert imported(export(given_contracts, dutch=dutch)) == given_contracts


@pytest.mark.parametrize(
    "member",
    [field.name for field in fields(Contract) if field.default is not MISSING and field.name not in NOT_IN_A_FILE],
)
def test_some_of_the_made_up_contracts_have_each_field_that_a_file_says(member: str) -> None:
    default = next(field.default for field in fields(Contract) if field.name == member)
    find(contracts(), lambda each: getattr(each, member) != default, settings=settings(phases=[Phase.generate]))


def test_a_renewed_contract_keeps_its_count_of_renewals() -> None:
    renewed = replace(CONTRACT, terms=STANDARD, renewals=5, end=renewed_end(CONTRACT.start, STANDARD, 5))
    assert imported(export_csv([renewed])) == [renewed]


def test_an_end_that_a_person_chose_starts_the_count_of_renewals_anew() -> None:
    chosen = date(2027, 2, 14)
    contract = replace(CONTRACT, terms=STANDARD, end=chosen, end_counts_from=chosen + timedelta(days=1))
    assert imported(export_csv([contract])) == [contract]


def test_a_first_plan_with_an_employee_of_its_own_does_not_give_him_to_the_others() -> None:
    by_anna = replace(MONTHLY, override=TemplateOverride(employee="1"))
    contract = replace(CONTRACT, plans=(by_anna, replace(MONTHLY, name="B")))
    assert imported(export_csv([contract])) == [contract]
    assert [row.get("plan") for row in export_rows([contract])] == [None, "A", "B"]


def test_deleted_contracts_are_not_exported() -> None:
    assert list(export_rows([replace(CONTRACT, deleted_on=TODAY)])) == []


def test_the_file_opens_in_a_spreadsheet_without_asking_and_runs_no_formula() -> None:
    content = export_csv([replace(CONTRACT, name="=HYPERLINK(1)")])
    assert content.startswith("\ufeffcontract_no,name,".encode())
    assert b"1042,'=HYPERLINK(1)," in content
