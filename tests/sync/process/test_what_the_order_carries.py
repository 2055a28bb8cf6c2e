"""One contract with all that an order can carry, from the ledger to the host and through a file (rules: Generation)."""

from decimal import Decimal

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import Contract, Lead, OrderMaterial, Template, TemplateOverride, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Visit
from powerup.files.contract_export import export_csv
from powerup.files.decisions import new_contract
from powerup.sync.proof.audit import audit
from tests.files.reading import loaded
from tests.sync.workplace import NEW_YEAR, Workplace, contract, only_sqlite

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
    with place.open_host(place.tenant()) as host:
        assert audit(place.database, host, place.tenant(), place.clock().date()).ok


def test_it_comes_back_from_a_file_with_the_same_visits() -> None:
    [(entry, form)] = loaded(export_csv([CARRIES_ALL], dutch=True))
    back = new_contract(entry, form, entry.number or "", NEW_YEAR, TenantConfiguration())
    assert back == CARRIES_ALL
    assert _year_of(back) == _year_of(CARRIES_ALL)


def _year_of(of: Contract) -> list[Visit]:
    situation = ContractSituation(of, Calendar(CalendarRules()), TenantSettings(), {})
    return visits(situation, NEW_YEAR, NEW_YEAR.replace(year=2028), NEW_YEAR)
