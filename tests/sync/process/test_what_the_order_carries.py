"""One contract with all that an order can carry, from the ledger to the host and through a file (rules: Generation)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import Contract, Lead, OrderMaterial, Template, TemplateOverride, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Visit, VisitState
from powerup.files.contract_export import export_csv
from powerup.files.decisions import new_contract
from powerup.sandbox.records import KINDS
from powerup.sync.proof.audit import audit
from tests.files.reading import loaded
from tests.sync.workplace import NEW_YEAR, Workplace, contract, only_sqlite

A_DAY = timedelta(days=1)
CARRIES_ALL = contract(
    lead=Lead(30),
    customer="1004",
    objects=("CV-5", "MV-1"),
    order_per_object=True,
    contact="1004-HP",
    reference="PO 4711",
    invoice_customer="1010",
    template=Template(
        "Onderhoud",
        "op rekening",
        "Beurt {visit}",
        forms=("Checklist CV-ketel",),
        materials=(OrderMaterial("PAK-CV", Decimal(1), Decimal("29.5")), OrderMaterial("FILTER-G4", Decimal(2))),
    ),
    plans=(
        VisitPlan("A", Recurrence(Unit.MONTH, month_day=5)),
        VisitPlan(
            "B",
            Recurrence(Unit.MONTH, month_day=9),
            override=TemplateOverride(
                forms=("Logboek koelinstallatie",), materials=(OrderMaterial("KM-R32", Decimal("0.5"), Decimal(40)),)
            ),
        ),
    ),
)


@only_sqlite
def test_an_order_stands_at_the_host_with_all_that_its_contract_says(place: Workplace) -> None:
    place.configure(reference_field="Inkoopnummer")
    place.add(CARRIES_ALL)
    place.run()
    orders = {order.workorder_no: order.fields for order in place.server.host.orders.all()}
    assert sorted(orders) == [
        f"C1001-{plan}-202701{day}-{code}" for plan, day in (("A", "05"), ("B", "09")) for code in ("CV-5", "MV-1")
    ]
    first = orders["C1001-A-20270105-CV-5"]
    assert (first["AdrCode"], orders["C1001-A-20270105-MV-1"]["AdrCode"]) == ("1004-A", "")
    assert (first["CpnCode"], first["CustomerContactPerson"]) == ("1004-HP", "Henk Postma")
    assert first["CustomerDebtorNrInvoice"] == "1010"
    assert first["FreeFields"] == {"val_value_1": "PO 4711"}
    assert first["Forms"] == [{"Name": "Checklist CV-ketel"}]
    assert [(each["MaterialNr"], each["MaterialPrice"]) for each in first["Materials"]] == [
        ("1", "29,50"),
        ("2", "18,50"),
    ]
    other = orders["C1001-B-20270109-MV-1"]
    assert other["Forms"] == [{"Name": "Logboek koelinstallatie"}]
    assert [(each["MaterialNr"], each["MaterialPrice"]) for each in other["Materials"]] == [("0,5", "40,00")]
    _agrees(place)


def test_objects_at_two_addresses_are_two_orders_whatever_moves_later(place: Workplace) -> None:
    place.configure(reference_field="Inkoopnummer")
    of_all = replace(CARRIES_ALL, objects=("CV-5", "CV-6"), order_per_object=False, plans=CARRIES_ALL.plans[:1])
    place.add(of_all)
    place.run()
    orders = {order.workorder_no: order.fields for order in place.server.host.orders.all()}
    assert {number: (each["WorkObjects"], each["AdrCode"]) for number, each in orders.items()} == {
        "C1001-A-20270105-ALL.a1004-A": (["CV-5"], "1004-A"),
        "C1001-A-20270105-ALL.a1004-B": (["CV-6"], "1004-B"),
    }
    for each in orders.values():
        assert each["CustomerDebtorNrInvoice"] == "1010"
        assert each["Forms"] == [{"Name": "Checklist CV-ketel"}]
        assert [line["MaterialPrice"] for line in each["Materials"]] == ["29,50", "18,50"]
        assert each["FreeFields"] == {"val_value_1": "PO 4711"}
    for address in ("1004-A", "1004-B", ""):
        _now_at(place, "CV-6", address)
        place.run(place.clock().date() + A_DAY)
    _agrees(place)
    place.change("1001", objects=("CV-5", "CV-6", "MV-1"))
    place.run(place.clock().date() + A_DAY)
    assert place.numbers() == sorted(orders)
    place.run(date(2027, 1, 10))
    february = [number for number in place.numbers() if number not in orders]
    assert february == ["C1001-A-20270205-ALL.a", "C1001-A-20270205-ALL.a1004-A"]
    assert [visit.carries for visit in place.ledger() if visit.key.nominal_date.month == 2] == [
        ("CV-6", "MV-1"),
        ("CV-5",),
    ]
    _agrees(place)


def _now_at(place: Workplace, code: str, address: str) -> None:
    record = place.server.host.masterdata.find("objects", code)
    assert record is not None
    place.server.host.masterdata.save(KINDS["objects"], [record | {"obj_adr_code": address}])


def _agrees(place: Workplace) -> None:
    with place.open_host(place.tenant()) as host:
        assert audit(place.database, host, place.tenant(), place.clock().date()).differences == ()


@only_sqlite
def test_one_address_that_fails_keeps_no_other_from_its_order_and_goes_once_it_is_corrected(place: Workplace) -> None:
    place.add(replace(CARRIES_ALL, objects=("CV-5", "CV-99"), order_per_object=False, plans=CARRIES_ALL.plans[:1]))
    place.run()
    assert place.numbers() == ["C1001-A-20270105-ALL.a1004-A"]
    (failed,) = place.ledger(VisitState.FAILED)
    assert (failed.key.object, failed.carries) == ("@", ("CV-99",))
    place.change("1001", objects=("CV-5", "CV-6"))
    place.run(by_person=True)
    assert place.numbers() == ["C1001-A-20270105-ALL.a", "C1001-A-20270105-ALL.a1004-A"]
    (order,) = place.server.host.orders.matching("workorder_no", "C1001-A-20270105-ALL.a")
    assert (order.fields["WorkObjects"], order.fields["AdrCode"]) == (["CV-6"], "1004-B")
    _agrees(place)


@only_sqlite
def test_a_dry_run_tells_one_order_per_address(place: Workplace) -> None:
    place.add(replace(CARRIES_ALL, objects=("CV-5", "CV-6"), order_per_object=False, plans=CARRIES_ALL.plans[:1]))
    report = place.run(dry_run=True)
    assert [row.workorder_no for row in report.rows] == ["C1001-A-20270105-ALL.a1004-A", "C1001-A-20270105-ALL.a1004-B"]
    assert place.ledger() == []


def test_it_comes_back_from_a_file_with_the_same_visits() -> None:
    [(entry, form)] = loaded(export_csv([CARRIES_ALL], dutch=True))
    back = new_contract(entry, form, entry.number or "", NEW_YEAR, TenantConfiguration())
    assert back == CARRIES_ALL
    assert _year_of(back) == _year_of(CARRIES_ALL)


def _year_of(of: Contract) -> list[Visit]:
    situation = ContractSituation(of, Calendar(CalendarRules()), TenantSettings(), {})
    return visits(situation, NEW_YEAR, NEW_YEAR.replace(year=2028), NEW_YEAR)
