"""A row of a file that names a contract template begins as a copy of it (rules: Contract templates)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.calendar import Calendar
from powerup.contracts.contract import Contract, ContractType, Lead, LeadUnit
from powerup.contracts.contract_template import ContractTemplate
from powerup.contracts.file_mapping import FileMapping
from powerup.contracts.terms import Period, PeriodUnit
from powerup.files.contract_export import export_csv
from powerup.files.contract_import import Outcome, carry_out, read_contract_file
from powerup.files.decisions import Result
from powerup.files.problems import InvalidFile
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from tests.actions.scenes import the_contract
from tests.files.test_import_again import CONFIGURATION, NOW, OPERATOR, READINGS, TODAY, new_tenant

CV = ContractTemplate(
    "CV",
    "Ketelonderhoud",
    contract={
        "type": "preventive",
        "days_in_advance": 10,
        "days_in_advance_unit": "working",
        "price": {"amount": "118.40", "per": "invoice_period", "invoice_period": "3 month"},
        "template": {"type_of_work": "Onderhoud", "payment_method": "op rekening", "duration_minutes": 45},
        "plans": [{"name": "A", "unit": "year", "every": 1, "months": [4]}],
    },
)
WITH_TEMPLATE = replace(CONFIGURATION, contract_templates=(CV,))

ROW = {"contract_no": "7", "customer": "1001", "start": "2026-03-01", "contract_template": "CV"}


def file_of(*rows: Mapping[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join([",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]).encode()


class House:
    """A tenant with the template, into which files are imported."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.write() as connection:
            tenant_id = new_tenant(connection).tenant_id
        self.around = TenantCircumstances(tenant_id, TODAY, WITH_TEMPLATE, Calendar(WITH_TEMPLATE.calendar))

    def take_in(self, content: bytes, mapping: FileMapping | None = None) -> Sequence[Outcome]:
        with self._database.write() as connection:
            file = read_contract_file(content, mapping)
            return carry_out(connection, self.around, file, READINGS, OPERATOR, NOW, passing_latest=True)

    @property
    def contract(self) -> Contract:
        with self._database.read() as connection:
            (found,) = Contracts(connection, self.around.tenant_id).all()
        return found


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def test_what_the_file_has_no_column_for_is_as_the_template_says(house: House) -> None:
    house.take_in(file_of(ROW))
    made = house.contract
    assert (made.name, made.type, made.contract_template) == ("Ketelonderhoud", ContractType.PREVENTIVE, "CV")
    assert (made.template.type_of_work, made.template.duration_minutes) == ("Onderhoud", 45)
    assert made.lead == Lead(10, LeadUnit.WORKING)
    assert made.price is not None
    assert (made.price.amount, made.price.price_date) == (Decimal("118.40"), made.start)
    assert [(plan.name, plan.recurrence.months) for plan in made.plans] == [("A", (4,))]


def test_columns_of_the_file_go_before_the_template_also_where_a_cell_is_empty(house: House) -> None:
    own = {"name": "Eigen naam", "price": "99", "duration_minutes": "", "days_in_advance": "5", "type_of_work": ""}
    house.take_in(file_of(ROW | own | {"plan": "B", "unit": "month"}))
    made = house.contract
    assert made.name == "Eigen naam"
    assert made.price is not None
    assert (made.price.amount, made.price.invoice_period) == (Decimal("99.00"), Period(3, PeriodUnit.MONTH))
    assert made.template.duration_minutes is None
    assert made.template.type_of_work == "Onderhoud"  # no contract can be without
    assert made.lead == Lead(5, LeadUnit.CALENDAR)  # number and unit come from the same place
    assert [plan.name for plan in made.plans] == ["B"]


def test_an_emptied_price_takes_nothing_of_the_price_of_the_template(house: House) -> None:
    house.take_in(file_of(ROW | {"price": ""}))
    assert house.contract.price is None


def test_rows_of_one_file_that_name_no_plan_have_those_of_the_template(house: House) -> None:
    house.take_in(file_of(ROW | {"plan": "", "unit": ""}, {"contract_no": "", "plan": ""}))
    assert [plan.name for plan in house.contract.plans] == ["A"]


@pytest.mark.parametrize("content", [file_of(ROW), file_of(ROW | {"type_of_work": "", "plan": ""})])
def test_the_same_file_again_changes_nothing_though_the_template_changed(house: House, content: bytes) -> None:
    house.take_in(content)
    before = house.contract
    other = replace(CV, contract={**CV.contract, "days_in_advance": 20, "type": "corrective"})
    for templates in ((other,), ()):
        house.around = replace(house.around, configuration=replace(WITH_TEMPLATE, contract_templates=templates))
        assert [each.result for each in house.take_in(content)] == [Result.UNCHANGED]
    assert house.contract == before


def test_an_unknown_template_is_refused_by_its_cell(house: House) -> None:
    with pytest.raises(InvalidFile) as raised:
        house.take_in(file_of(ROW | {"contract_template": "CW"}, ROW | {"contract_no": "8", "contract_template": ""}))
    told = [(each.row, each.column, each.code) for each in raised.value.problems]
    assert told[0] == (2, "contract_template", "unknown_contract_template")
    assert {(3, "type", "required"), (3, "type_of_work", "required"), (3, "name", "required")} <= set(told)


def test_an_exported_contract_whose_template_is_gone_can_be_taken_in_elsewhere(house: House) -> None:
    """The file has every column, so that nothing is left to the template."""
    given = the_contract(number="7", objects=("CV-1",), contract_template="GONE", start=TODAY, entered_on=TODAY)
    (outcome,) = house.take_in(export_csv([given]))
    assert house.contract.contract_template == "GONE"
    assert any("GONE" in str(warning) for warning in outcome.warnings)


def test_a_mapping_names_the_template_of_each_kind_of_another_systems_list(house: House) -> None:
    mapping = FileMapping(
        "lijst",
        columns={"Klantnr": "customer", "Ingang": "start"},
        values={"Soort": {"Ketel": {"contract_template": "CV"}}},
        constants={"days_in_advance": "3"},
    )
    house.take_in(b"Klantnr;Ingang;Soort\n1001;1-3-2026;ketel\n", mapping)
    made = house.contract
    assert (made.contract_template, made.name, made.lead) == ("CV", "Ketelonderhoud", Lead(3, LeadUnit.CALENDAR))


def test_lists_of_the_host_that_only_the_template_names_are_asked_for() -> None:
    """Forms and materials are read where a contract needs them."""
    with_forms = replace(CV, contract={**CV.contract, "plans": [{"name": "A", "forms": ["Checklist"]}]})
    file = read_contract_file(file_of(ROW))
    names = ("forms", "materials")
    assert file.columns_filled(names, replace(WITH_TEMPLATE, contract_templates=(with_forms,))) == {"forms"}
    assert file.columns_filled(names, WITH_TEMPLATE) == set()
