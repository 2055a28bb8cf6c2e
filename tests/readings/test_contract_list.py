"""The list of contracts: what each filter leaves, how it is sorted and cut into pages, and what a row says."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, ContractType, Pause, TemplateOverride, Termination
from powerup.contracts.held_back import Waits
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.readings.contract_list import (
    NO_TERMS,
    ContractFilter,
    ContractList,
    ContractOrder,
    ContractPage,
    ContractRow,
    ContractSort,
    ListedStatus,
)
from powerup.readings.list_cursor import CursorRefused
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.encryption import Secret
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.tenants import Environment, Tenant, Tenants
from tests.actions.scenes import CALENDAR, TODAY, the_contract
from tests.store.query_counting import counted_queries

AROUND = TenantCircumstances("ten_1", TODAY, TenantConfiguration(), CALENDAR)
A_YEAR, A_MONTH = Period(1, PeriodUnit.YEAR), Period(1, PeriodUnit.MONTH)
GOES_ON = Terms("STD", "Standaard", "", A_YEAR, Renewal.AUTOMATIC, A_YEAR, A_MONTH)
FOR_GOOD = Terms("ONB", "Onbepaald", "", A_YEAR, Renewal.INDEFINITE)
ENDS = Terms("VAST", "Vast", "", A_YEAR, Renewal.NONE)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

(PLAN,) = the_contract().plans
CONTRACTS = (
    the_contract(number="10", name="Café Amélie", customer="1001", objects=("CV-1", "CV-2")),
    the_contract(number="11", name="Airco", customer="1002", objects=("AC-1",), start=TOMORROW, terms=GOES_ON),
    the_contract(number="12", name="airco dak", customer="1002", objects=(), end=YESTERDAY, terms=ENDS),
    the_contract(number="13", name="Lift", customer="1003", objects=(), end=YESTERDAY, terms=GOES_ON),
    the_contract(number="14", name="Poort", customer="1003", objects=(), termination=Termination(YESTERDAY, None)),
    the_contract(number="15", name="Deur", customer="1003", objects=(), termination=Termination(TODAY, None)),
    the_contract(number="16", name="Weg", customer="1003", objects=(), deleted_on=TODAY),
    the_contract(
        number="17", name="100% zeker", customer="1004", objects=(), end=TODAY, terms=ENDS, contract_template="CV"
    ),
    the_contract(
        number="18",
        name="Storing",
        customer="1004",
        objects=(),
        type=ContractType.CORRECTIVE,
        plans=(),
        end=date(2027, 2, 28),
        terms=GOES_ON,
    ),
    the_contract(number="19", name="Keuring", customer="1005", objects=(), terms=FOR_GOOD, end=YESTERDAY, plans=(
        replace(PLAN, override=TemplateOverride(employee="77")),
    )),
)  # fmt: skip
FAILED = VisitKey("10", "A", date(2026, 11, 30), "CV-1")


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        Contracts(connection, "ten_1").add_all(CONTRACTS)
        day = FAILED.nominal_date
        Ledger(connection, "ten_1").add(
            [
                LedgerVisit(FAILED, day, day, day, VisitState.FAILED, refusal="no"),
                LedgerVisit(replace(FAILED, object="CV-2"), day, day, day, VisitState.SETTLED),
            ]
        )
        HostNames(connection, "ten_1").keep(
            {
                (NameKind.CUSTOMER, "1001"): HostName("Bakkerij Zeezicht", "Bergen op Zoom", "4611 AB", "12"),
                (NameKind.CUSTOMER, "1002"): HostName("Autohuis", "Den Haag"),
                (NameKind.OBJECT, "AC-1"): HostName("Buitendeel", "dak", serial_number="SN-4711"),
            }
        )
        Contracts(connection, "ten_1").hold({"13": Waits(3, 0)})
        Contracts(connection, "ten_1").set_aside("14", "cannot be worked out", TOMORROW)
    return database


def listed(database: Database, *wanted: ContractFilter, order: ContractOrder | None = None) -> list[str]:
    with database.read() as connection:
        pages = [ContractList(connection, AROUND).page(each, order or ContractOrder(), 200) for each in wanted]
    return [row.number for page in pages for row in page.rows]


FILTERS: list[tuple[ContractFilter, str]] = [
    (ContractFilter(), "10 11 12 13 14 15 17 18 19"),
    (ContractFilter(search="cafe AMELIE"), "10"),
    (ContractFilter(search="zeezicht"), "10"),
    (ContractFilter(search="bergen zoom"), "10"),
    (ContractFilter(search="4611ab 12"), "10"),
    (ContractFilter(search="4611 ab"), "10"),
    (ContractFilter(search="sn-4711"), "11"),
    (ContractFilter(search="buitendeel dak"), "11"),
    (ContractFilter(search="cv-1"), "10"),
    (ContractFilter(search="1002"), "11 12"),
    (ContractFilter(search="%"), "17"),
    (ContractFilter(search="nergens"), ""),
    (ContractFilter(statuses=(ListedStatus.ACTIVE,)), "10 13 15 17 18 19"),
    (ContractFilter(statuses=(ListedStatus.NOT_STARTED,)), "11"),
    (ContractFilter(statuses=(ListedStatus.ENDED,)), "12"),
    (ContractFilter(statuses=(ListedStatus.TERMINATED,)), "14"),
    (ContractFilter(statuses=(ListedStatus.DELETED,)), "16"),
    (ContractFilter(statuses=(ListedStatus.ENDED, ListedStatus.TERMINATED)), "12 14"),
    (ContractFilter(types=(ContractType.CORRECTIVE,)), "18"),
    (ContractFilter(customer="1002"), "11 12"),
    (ContractFilter(terms="STD"), "11 13 18"),
    (ContractFilter(terms=NO_TERMS), "10 14 15"),
    (ContractFilter(contract_template="CV"), "17"),
    (ContractFilter(employee="77"), "19"),
    (ContractFilter(ends_within=0), "15 17"),
    (ContractFilter(ends_within=90), "15 17 18"),
    (ContractFilter(notice_within=33), ""),
    (ContractFilter(notice_within=34), "18"),
    (ContractFilter(failed=True), "10 14"),
    (ContractFilter(held=True), "13"),
    (ContractFilter(search="airco", statuses=(ListedStatus.ENDED,)), "12"),
    (ContractFilter(customer="1003", statuses=(ListedStatus.ACTIVE,), held=True), "13"),
]


def test_each_filter_leaves_what_it_says_and_two_leave_what_both_do(filled: Database) -> None:
    assert [listed(filled, wanted) for wanted, _ in FILTERS] == [numbers.split() for _, numbers in FILTERS]


def test_a_list_has_the_status_that_a_contract_has_on_the_day(filled: Database) -> None:
    for day in (date(2025, 1, 1), YESTERDAY, TODAY, TOMORROW, date(2028, 1, 1)):
        with filled.read() as connection:
            reading = ContractList(connection, replace(AROUND, today=day))
            for status in ListedStatus:
                found = {row.number for row in reading.page(ContractFilter(statuses=(status,)), ContractOrder()).rows}
                assert found == {
                    each.number
                    for each in CONTRACTS
                    if status == (ListedStatus.DELETED if each.deleted_on else each.status(day))
                }, (day, status)


def pages(database: Database, order: ContractOrder, limit: int) -> list[ContractPage]:
    found: list[ContractPage] = []
    with database.read() as connection:
        reading = ContractList(connection, AROUND)
        while not found or found[-1].next:
            found.append(reading.page(ContractFilter(), order, limit, found[-1].next if found else None))
    return found


@pytest.mark.parametrize("descending", [False, True])
def test_pages_put_together_are_the_list_whatever_it_is_sorted_by(filled: Database, descending: bool) -> None:
    for by in ContractSort:
        order = ContractOrder(by, descending)
        whole = listed(filled, ContractFilter(), order=order)
        assert sorted(whole) == listed(filled, ContractFilter())
        for limit in (1, 4):
            assert [row.number for page in pages(filled, order, limit) for row in page.rows] == whole, order


SORTED = {
    ContractSort.NAME: ("17 11 12 10 15 19 13 14 18", "18 14 13 19 15 10 12 11 17"),
    ContractSort.CUSTOMER: ("13 14 15 17 18 19 11 12 10", "10 12 11 19 18 17 15 14 13"),
    ContractSort.END: ("12 13 14 19 15 17 18 10 11", "18 17 15 19 14 13 12 11 10"),
    ContractSort.LAST_NOTICE_DATE: ("13 19 18 10 11 12 14 15 17", "18 19 13 17 15 14 12 11 10"),
}


def test_names_are_sorted_without_capitals_and_accents_and_what_is_empty_comes_last(filled: Database) -> None:
    for by, (up, down) in SORTED.items():
        assert listed(filled, ContractFilter(), order=ContractOrder(by)) == up.split(), by
        assert listed(filled, ContractFilter(), order=ContractOrder(by, True)) == down.split(), by


def test_a_cursor_of_another_list_is_refused(filled: Database) -> None:
    with filled.read() as connection:
        reading = ContractList(connection, AROUND)
        cursor = reading.page(ContractFilter(), ContractOrder(), 1).next
        assert cursor
        others = ((ContractFilter(search="a"), ContractOrder()), (ContractFilter(), ContractOrder(ContractSort.NAME)))
        for wanted, order in others:
            with pytest.raises(CursorRefused):
                reading.page(wanted, order, 1, cursor)
        for bad in ("", "x", "é", cursor[:-3], "W10"):
            with pytest.raises(CursorRefused):
                reading.page(ContractFilter(), ContractOrder(), 1, bad)


def rows(database: Database) -> dict[str, ContractRow]:
    with database.read() as connection:
        wanted = ContractFilter(statuses=tuple(ListedStatus))
        page = ContractList(connection, AROUND).page(wanted, ContractOrder(), 200)
    return {row.number: row for row in page.rows}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_row_says_whose_it_is_how_it_stands_and_what_comes(filled: Database) -> None:
    paused = the_contract(number="20", objects=("CV-9",), pauses=(Pause(YESTERDAY, TOMORROW),))
    with filled.write() as connection:
        Contracts(connection, "ten_1").add(paused)
    row = rows(filled)
    ten = row["10"]
    assert (ten.customer_name, ten.place, ten.objects) == ("Bakkerij Zeezicht", "Bergen op Zoom", 2)
    assert (ten.next_visit, ten.done, ten.failed) == (date(2026, 12, 31), 1, 1)
    assert ten.planned == 4  # the settled and the failed one, and those of December
    assert (row["11"].status, row["11"].status_date) == (ListedStatus.NOT_STARTED, TOMORROW)
    assert (row["13"].goes_on, row["13"].held, row["13"].terms_name) == (True, True, "Standaard")
    assert (row["14"].status_date, row["14"].end, row["14"].problem) == (YESTERDAY, YESTERDAY, "cannot be worked out")
    assert (row["16"].status, row["16"].next_visit) == (ListedStatus.DELETED, None)
    assert row["18"].last_notice_date == date(2027, 1, 31)
    assert (row["20"].paused, row["20"].paused_until, row["10"].paused) == (True, TOMORROW, False)


def test_what_is_stored_for_lists_follows_each_change(database: Database) -> None:
    """Save and renewal write it anew; the reading would find them under what they were."""
    before = the_contract(number="1", end=TODAY, terms=GOES_ON)
    with database.write() as connection:
        contracts = Contracts(connection, "ten_1")
        contracts.add(before)
        after = contracts.save(replace(before, name="Anders", termination=Termination(TOMORROW, None)), 1)
        contracts.add(replace(before, number="2"))
        contracts.save_renewal(replace(before, number="2", end=date(2027, 12, 28), renewals=1, version=2), 1)
    assert after.version == 2
    assert listed(database, ContractFilter(search="anders"), ContractFilter(ends_within=1)) == ["1", "1"]
    assert listed(database, ContractFilter(notice_within=0), ContractFilter(notice_within=400)) == ["2"]


def test_no_list_has_a_contract_of_another_tenant(filled: Database) -> None:
    other = Tenant("ten_2", "Ander", Environment.SANDBOX, "Europe/Amsterdam", "http://x/", Secret("a"), Secret("b"))
    with filled.write() as connection:
        Tenants(connection).add(other)
        Contracts(connection, "ten_2").add(the_contract(number="10", customer="1001", objects=("AC-1",)))
        HostNames(connection, "ten_2").keep({(NameKind.CUSTOMER, "1003"): HostName("Zeezicht")})
        HostNames(connection, "ten_2").keep({(NameKind.OBJECT, "CV-2"): HostName("Buitendeel")})
    assert [listed(filled, wanted) for wanted, _ in FILTERS] == [numbers.split() for _, numbers in FILTERS]
    with filled.read() as connection:
        theirs = ContractList(connection, replace(AROUND, tenant_id="ten_2"))
        (row,) = theirs.page(ContractFilter(), ContractOrder()).rows
        assert (row.customer_name, row.done, row.failed) == ("", 0, 0)
        assert theirs.page(ContractFilter(search="buitendeel"), ContractOrder()).rows == ()
        assert theirs.count(ContractFilter()) == 1
        assert theirs.targets(ContractFilter()) == [("10", 1)]
        assert theirs.choices().employees == ()


def many(number: int) -> list[Contract]:
    return [the_contract(number=f"{1000 + place}", objects=()) for place in range(number)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_is_no_longer_than_it_may_be_and_asks_as_much_for_many_as_for_few(database: Database) -> None:
    asked: list[int] = []
    with database.write() as connection:
        Contracts(connection, "ten_1").add_all(many(205))
    with database.read() as connection:
        reading = ContractList(connection, AROUND)
        for limit in (2, 100):
            with counted_queries(connection) as statements:
                reading.page(ContractFilter(search="cv"), ContractOrder(ContractSort.CUSTOMER), limit)
            asked.append(len(statements))
        assert len(reading.page(ContractFilter(), ContractOrder(), 10_000).rows) == 200
        assert (reading.count(ContractFilter(), 100), reading.count(ContractFilter())) == (101, 205)
        assert len(reading.targets(ContractFilter(), 100)) == 100
    assert asked == [9, 9]


def test_who_is_named_anywhere_can_be_filtered_by_by_name_where_that_is_known(filled: Database) -> None:
    with filled.write() as connection:
        contracts = Contracts(connection, "ten_1")
        for number, employee in (("10", "3"), ("11", "8")):
            contract = contracts.of_numbers([number])[0]
            given = replace(contract, template=replace(contract.template, employee=employee))
            contracts.save(given, contract.version, before=contract)
        names = {(NameKind.EMPLOYEE, "8"): HostName("Anna Bos"), (NameKind.EMPLOYEE, "3"): HostName("Émile Zwart")}
        HostNames(connection, "ten_1").keep(names)
    with filled.read() as connection:
        reading = ContractList(connection, AROUND)
        assert reading.choices().employees == (("8", "Anna Bos (8)"), ("3", "Émile Zwart (3)"), ("77", "77"))
        rows = reading.page(ContractFilter(), ContractOrder(ContractSort.EMPLOYEE), 3).rows
    assert [(row.number, row.employee_name) for row in rows] == [("11", "Anna Bos"), ("10", "Émile Zwart"), ("12", "")]


def test_those_that_stand_still_are_found_also_where_that_comes_back_every_year(filled: Database) -> None:
    pauses = {
        "10": Pause(YESTERDAY, None),
        "11": Pause(YESTERDAY, None),
        "12": Pause(YESTERDAY - timedelta(days=30), YESTERDAY),
        "13": Pause(TODAY.replace(year=TODAY.year - 3), TOMORROW.replace(year=TODAY.year - 3), every_year=True),
        "18": Pause(TOMORROW, None),
    }
    with filled.write() as connection:
        contracts = Contracts(connection, "ten_1")
        for contract in contracts.of_numbers(list(pauses)):
            contracts.save(replace(contract, pauses=(pauses[contract.number],)), contract.version, before=contract)
    assert listed(filled, ContractFilter(paused=True)) == ["10", "13"]
    assert listed(filled, ContractFilter(paused=True, statuses=(ListedStatus.NOT_STARTED,))) == []
