"""Contracts that have everything a contract can have go from one tenant to another by a file, and are the same there:
same forecast, same prices, same warnings (architecture: Exactly, Files)."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.contracts.calendar import Calendar
from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.configuration import TenantConfiguration, TerminationReason
from powerup.contracts.contract import (
    CatchUp,
    Contract,
    ContractType,
    Lead,
    LeadUnit,
    OrderMaterial,
    Pause,
    ReplacedObject,
    Schedule,
    Shift,
    Spread,
    Template,
    TemplateOverride,
    Termination,
    VisitPlan,
    YearlyOrders,
)
from powerup.contracts.contract_template import ContractTemplate
from powerup.contracts.price import ByIndex, EarlierPrice, Invoiced, Price, PricePer
from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit
from powerup.contracts.sla import SlaPolicy
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.files.contract_export import export_csv, export_xlsx
from powerup.files.contract_import import Outcome, carry_out, read_contract_file
from powerup.outsmart.records import HostObject, Relation
from powerup.readings.forecast import Forecast, visit_document
from powerup.readings.invoice_list import InvoiceList, invoice_document
from powerup.readings.latest_dates import LatestDates
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.encryption import Cipher
from powerup.texts import Reader
from tests.contracts.test_indexation import CPI_2025
from tests.files.test_export_import import NOT_IN_A_FILE
from tests.files.test_import_again import NOW, OPERATOR, TODAY, new_tenant

A_YEAR, A_MONTH = Period(1, PeriodUnit.YEAR), Period(1, PeriodUnit.MONTH)
FOR_FIRMS = Terms("STD", "Standaard", "", A_YEAR, Renewal.AUTOMATIC, A_YEAR, Period(3, PeriodUnit.MONTH))
CONFIGURATION = TenantConfiguration(
    terms=(FOR_FIRMS,),
    reasons=(TerminationReason("MOVED", "Verhuisd"),),
    sla_policies=(SlaPolicy("GOLD", "Goud"),),
    indexes=(CPI_2025,),
    contract_templates=(ContractTemplate("CV", "Ketels"),),
)
READINGS = HostReadings(
    relations={
        "1001": Relation("1001", "Familie Voorbeeld"),
        "1002": Relation("1002", "Voorbeeld BV", kvk_number="12345678", active=False),
    },
    objects={code: HostObject(code, "1001") for code in ("CV-1", "CV-2", "CV-3")},
    addresses=frozenset({("1001", "A1")}),
    contacts=frozenset({("1001", "P1")}),
    work_types=frozenset({"Onderhoud", "Keuring", "Storing"}),
    payment_methods=frozenset({"op rekening"}),
    employees={"1": "", "2": ""},
    projects=frozenset({"PR"}),
    priorities=frozenset({"2"}),
    forms=frozenset({"Checklist", "Logboek"}),
    materials=frozenset({"FILTER", "KAARS"}),
)

OTHER_WORK = TemplateOverride(
    "Keuring", "Keuring {object}", "2", time(13, 30), 90, ("Logboek",), (OrderMaterial("KAARS", Decimal(2), None),)
)
INSPECTION = VisitPlan(
    "K",
    Recurrence(Unit.MONTH, 22, month_day=31, at_short_month=ShortMonth.SKIP, excluded_dates=(date(2031, 5, 31),)),
    shift=Shift.NEXT_WORKING_DAY,
    window_before=7,
    window_after=14,
    rank=2,
    catch_up=CatchUp.ALL,
    anchor=date(2025, 1, 31),
    anchors=(("CV-3", date(2025, 3, 31)),),
    previous_open=True,
    lead=Lead(20, LeadUnit.WORKING),
    override=OTHER_WORK,
    latest_after=Period(12, PeriodUnit.MONTH),
    basis="NEN 3140",
)
MONTHLY = VisitPlan(
    "M",
    Recurrence(Unit.MONTH, moment=Moment(3, 4), months=(4, 5, 6, 9, 10), extra_dates=(date(2026, 12, 1),)),
    next_visit=date(2026, 4, 18),
    next_visits=(("CV-3", date(2026, 4, 25)),),
)
FLOATING = VisitPlan("F", Recurrence(Unit.WEEK, 6, weekdays=(2,)), schedule=Schedule.FLOATING)
PRICE = Price(
    Decimal("123.45"),
    date(2026, 1, 1),
    PricePer.INVOICE_PERIOD,
    Period(3, PeriodUnit.MONTH),
    Invoiced.IN_ARREARS,
    ByIndex("CPI-2025", "2026-10"),
    "H",
    "8000",
    (EarlierPrice(date(2025, 1, 1), Decimal("118.40")), EarlierPrice(date(2025, 7, 1), Decimal("120.05"))),
)
FULL = Contract(
    number="1",
    name="Alles; wat er is",
    type=ContractType.PREVENTIVE,
    customer="1001",
    start=date(2025, 1, 1),
    entered_on=TODAY,
    template=Template(
        "Onderhoud", "op rekening", "Beurt {visit} van {planned_date}", "1", time(8, 15), 45, "PR", "2", ("Checklist",),
        (OrderMaterial("FILTER", Decimal(1), Decimal("12.5000").normalize()),),
    ),
    objects=("CV-1", "CV-2", "CV-3"),
    replaced=(ReplacedObject("CV-1", "CV-2", date(2026, 8, 1)),),
    address="A1",
    contact="P1",
    reference="Order 12/3",
    contract_template="CV",
    end=date(2026, 12, 31),
    terms=FOR_FIRMS,
    renewals=1,
    invoice_customer="1002",
    price=PRICE,
    order_per_object=True,
    lead=Lead(30, LeadUnit.CALENDAR),
    overlap_days=3,
    plans=(INSPECTION, MONTHLY, FLOATING),
    pauses=(
        Pause(date(2026, 6, 1), date(2026, 6, 14)),
        Pause(date(2026, 12, 15), date(2027, 2, 28), every_year=True),
    ),
    closed_ranges=(
        ClosedDay(date(2027, 7, 26), "Bouwvak", date(2027, 8, 13), every_year=True),
        ClosedDay(date(2027, 5, 7), "Brug = dicht"),
    ),
)  # fmt: skip
SAME_WORK = replace(FULL, number="2", name="Nog eens", price=replace(PRICE, per=PricePer.VISIT, invoice_period=None))
YEARLY = Contract(
    "3", "Zeven beurten", ContractType.YEARLY, "1002", date(2026, 1, 1), TODAY,
    Template("Onderhoud", "op rekening", "Zeven"), lead=None, yearly=YearlyOrders(7, Spread.SPREAD),
    plans=(VisitPlan("Y", Recurrence(Unit.DAY), override=TemplateOverride(employee="2")),),
    termination=Termination(date(2026, 10, 31), "MOVED"), goes_on_from=date(2025, 3, 1),
)  # fmt: skip
FAULTS = Contract(
    "4", "Storingen", ContractType.CORRECTIVE, "1001", date(2026, 1, 1), TODAY,
    Template("Storing", "op rekening", "Storing"), lead=None, sla_policy="GOLD", end=date(2027, 6, 30),
)  # fmt: skip
GIVEN = (FULL, SAME_WORK, YEARLY, FAULTS)

SAID = (
    "private at the host",  # terms that are not meant for a consumer
    "same kind of work",
    "inactive at the host",
    "NEN 3140",  # 22 months between visits of which 12 are the latest
    "no date of its rule",
    "is not a working day",
)
"""What each kind of warning has in it."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    yield opened
    opened.dispose()


def around_of(connection: Connection) -> TenantCircumstances:
    tenant_id = new_tenant(connection).tenant_id
    return TenantCircumstances(tenant_id, TODAY, CONFIGURATION, Calendar(CONFIGURATION.calendar))


def told(outcome: Outcome) -> dict[str, Any]:
    say = Reader("en").say
    return {
        "number": outcome.number,
        "warnings": [say(each) for each in outcome.warnings],
        "passed": outcome.passed,
        "counts": outcome.counts,
        "orders": outcome.orders,
    }


def seen(connection: Connection, around: TenantCircumstances) -> dict[str, Any]:
    """What people see of a tenant's contracts."""
    visits = Forecast(connection, around).visits(date(2025, 1, 1), date(2028, 12, 31))
    months = [date(2026, month, 1) for month in range(1, 13)]
    return {
        "contracts": Contracts(connection, around.tenant_id).all(),
        "forecast": [visit_document(visit, "C") for visit in visits],
        "invoices": [invoice_document(row) for month in months for row in InvoiceList(connection, around).rows(month)],
        "latest": LatestDates(connection, around).needing(),
    }


@pytest.mark.parametrize(
    ("database_url", "dutch"), [("sqlite", False), ("postgresql", True)], indirect=["database_url"]
)
def test_export_into_an_empty_tenant_gives_the_same_forecast_prices_and_warnings(
    database: Database, dutch: bool
) -> None:
    with database.write() as connection:
        first, second = around_of(connection), around_of(connection)
        outcomes = carry_out(
            connection, first, read_contract_file(export_csv(GIVEN)), READINGS, OPERATOR, NOW, passing_latest=True
        )
        before = seen(connection, first)
        assert before["contracts"] == list(GIVEN)
        content = export_xlsx(before["contracts"], dutch=dutch)
        again = carry_out(connection, second, read_contract_file(content), READINGS, OPERATOR, NOW, passing_latest=True)
        assert seen(connection, second) == before
    assert [told(each) for each in again] == [told(each) for each in outcomes]
    said = " ".join(warning for each in outcomes for warning in told(each)["warnings"])
    assert [words for words in SAID if words not in said] == []
    assert len(before["forecast"]) > 50
    assert {row["amount"] for row in before["invoices"]} >= {"123.45"}
    assert before["latest"]


def test_these_contracts_have_everything_that_a_file_can_say_of_one() -> None:
    plans = [plan for contract in GIVEN for plan in contract.plans]
    assert _never_filled(GIVEN) - NOT_IN_A_FILE - {"renewals"} == set()
    assert _never_filled(plans) - {"counts_from", "objects_from"} == set()
    assert _never_filled([contract.template for contract in GIVEN]) == set()
    assert _never_filled([plan.override for plan in plans]) == set()
    assert _never_filled([contract.price for contract in GIVEN]) == set()
    assert _never_filled([plan.recurrence for plan in plans]) == set()
    assert _never_filled([pause for contract in GIVEN for pause in contract.pauses]) == {"reason", "extends_end"}


def _never_filled(made: Any) -> set[str]:
    """The fields that none of them has otherwise than by default."""
    named = {field.name: field for each in made if each is not None for field in fields(each)}
    return {
        name
        for name, field in named.items()
        if all(getattr(each, name) == _default(field) for each in made if each is not None)
    }


def _default(field: Field[Any]) -> Any:
    return field.default if field.default is not MISSING else MISSING
