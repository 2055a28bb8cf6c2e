"""From contracts to work orders: what a cycle makes, and what it writes of it."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from powerup.contracts.configuration import Mode
from powerup.contracts.contract import Lead, OrderMaterial, Pause, Template, TemplateOverride, Termination, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import due
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from powerup.outsmart.host import Host
from powerup.outsmart.outgoing import NewWorkOrder
from powerup.sandbox.records import KINDS
from powerup.store.host_profiles import HostProfiles, ProfileEntry
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite


def test_the_31st_gives_twelve_visits_in_2027(place: Workplace) -> None:
    place.add(contract(lead=Lead(5)))
    place.run_through(date(2027, 12, 31))
    assert len(place.numbers()) == 12
    assert place.numbers()[-2:] == ["C1001-A-20271130-ALL", "C1001-A-20271231-ALL"]


@only_sqlite
def test_a_second_cycle_of_the_same_day_makes_nothing(place: Workplace) -> None:
    place.add(contract(lead=Lead(60)))
    first, second = place.run(), place.run()
    assert (first.ordered, second.ordered) == (2, 0)
    assert len(place.numbers()) == 2


@only_sqlite
def test_without_an_employee_an_order_has_a_deadline_only(place: Workplace) -> None:
    plan = VisitPlan("A", Recurrence(Unit.MONTH, month_day=5), window_after=7)
    place.add(contract(lead=Lead(30), plans=(plan,)))
    place.run()
    (order,) = place.server.host.orders.all()
    assert order.fields["WorkDeadline"] == "12-01-2027"
    assert (order.fields["WorkDate"], order.fields["EmployeeNr"]) == ("", "")


@only_sqlite
def test_with_an_employee_an_order_is_scheduled_on_the_planned_date(place: Workplace) -> None:
    template = Template("Onderhoud", "op rekening", employee="1", start_time=time(9, 30), duration_minutes=90)
    place.add(contract(lead=Lead(30), template=template))
    place.run()
    (order,) = place.server.host.orders.all()
    planned = {name: order.fields[name] for name in ("EmployeeNr", "WorkDate", "WorkTime", "WorkDuration")}
    assert planned == {"EmployeeNr": "1", "WorkDate": "31-01-2027", "WorkTime": "09:30", "WorkDuration": "90"}
    assert order.fields["WorkDeadline"] == ""


@only_sqlite
def test_an_employee_of_one_plan_is_that_ones_alone(place: Workplace) -> None:
    month_day = Recurrence(Unit.MONTH, month_day=5)
    own = TemplateOverride(employee="2", start_time=time(7, 15), duration_minutes=45)
    plans = (VisitPlan("A", month_day, override=own), VisitPlan("B", month_day))
    template = Template("Onderhoud", "op rekening", start_time=time(9, 30), duration_minutes=90)
    place.add(contract(lead=Lead(30), plans=plans, template=template))
    place.run()
    names = ("EmployeeNr", "WorkDate", "WorkTime", "WorkDuration", "WorkDeadline")
    orders = {order.workorder_no: [order.fields[name] for name in names] for order in place.server.host.orders.all()}
    assert orders == {
        "C1001-A-20270105-ALL": ["2", "05-01-2027", "07:15", "45", ""],
        "C1001-B-20270105-ALL": ["", "", "", "", "05-01-2027"],
    }


@only_sqlite
def test_the_invoice_goes_to_whom_the_host_has_for_the_customer(place: Workplace) -> None:
    masterdata = place.server.host.masterdata
    record = masterdata.find("relations", "1008")
    assert record is not None
    masterdata.save(KINDS["relations"], [record | {"debtor_number_invoice": "1004"}])
    place.add(contract("1001", lead=Lead(30), customer="1008"), contract("1002", lead=Lead(30), customer="1009"))
    place.run()
    orders = {order.workorder_no[:5]: order.fields for order in place.server.host.orders.all()}
    sides = {
        number: (fields["CustomerDebtorNr"], fields["CustomerDebtorNrInvoice"], fields["CustomerNameInvoice"])
        for number, fields in orders.items()
    }
    assert sides == {"C1001": ("1008", "1004", "VvE Parkzicht"), "C1002": ("1009", "1009", "Familie Yilmaz")}


@only_sqlite
def test_the_invoice_goes_to_whom_the_contract_names_before_whom_the_host_has(place: Workplace) -> None:
    masterdata = place.server.host.masterdata
    record = masterdata.find("relations", "1008")
    assert record is not None
    masterdata.save(KINDS["relations"], [record | {"debtor_number_invoice": "1004"}])
    place.add(contract("1001", lead=Lead(30), customer="1008", invoice_customer="1010"))
    place.add(contract("1002", lead=Lead(30), customer="1009", invoice_customer="9999"))
    place.run()
    (order,) = place.server.host.orders.all()
    assert (order.fields["CustomerDebtorNr"], order.fields["CustomerDebtorNrInvoice"]) == ("1008", "1010")
    assert order.fields["CustomerNameInvoice"] == "Kantoor Noorderlicht BV"


@only_sqlite
def test_the_work_is_where_its_objects_are_else_where_the_contract_says(place: Workplace) -> None:
    masterdata = place.server.host.masterdata
    addresses = [
        {"adr_debtor_nr": "1008", "adr_code": code, "adr_line_1": "Laan 1", "adr_zip": "1111 AA", "adr_city": "Ede"}
        for code in ("LOODS", "DAK")
    ]
    masterdata.save(KINDS["addresses"], addresses)
    record = masterdata.all(KINDS["objects"])[0]
    for code, address in (("X-1", "DAK"), ("X-2", "DAK"), ("X-3", "")):
        masterdata.save(
            KINDS["objects"],
            [record | {"obj_code": code, "obj_debiteur_nummer": "1008", "obj_adr_code": address}],
        )
    place.add(contract("1001", lead=Lead(30), customer="1008", address="LOODS", objects=("X-1", "X-2")))
    place.add(contract("1002", lead=Lead(30), customer="1008", address="LOODS", objects=("X-1", "X-3")))
    place.add(contract("1003", lead=Lead(30), customer="1008", objects=("X-3",)))
    place.run()
    found = {order.workorder_no[:5]: order.fields["AdrCode"] for order in place.server.host.orders.all()}
    assert found == {"C1001": "DAK", "C1002": "LOODS", "C1003": ""}


@only_sqlite
def test_the_contact_is_the_contracts_else_the_addresses_else_the_customers(place: Workplace) -> None:
    place.add(contract("1001", lead=Lead(30), customer="1010", address="1010-MAG", contact="1010-IV"))
    place.add(contract("1002", lead=Lead(30), customer="1010", address="1010-MAG"))
    place.add(contract("1003", lead=Lead(30), customer="1010"))
    place.add(contract("1004", lead=Lead(30), customer="1010", address="1010-MAG", contact="GONE"))
    place.run()
    orders = {order.workorder_no[:5]: order.fields for order in place.server.host.orders.all()}
    assert {number: (each["CpnCode"], each["CustomerContactPerson"]) for number, each in orders.items()} == {
        "C1001": ("1010-IV", "Ingrid Visser"),
        "C1002": ("1010-MB", "Mehmet Bulut"),
        "C1003": ("", "Ingrid Visser"),
        "C1004": ("1010-MB", "Mehmet Bulut"),
    }


@only_sqlite
def test_contacts_of_many_customers_are_read_as_one_list(place: Workplace) -> None:
    masterdata = place.server.host.masterdata
    template = masterdata.find("relations", "1001") or {}
    many = [f"9{number:03}" for number in range(12)]
    masterdata.save(KINDS["relations"], [{**template, "debtor_number": code} for code in many])
    people = [{"cpn_debtor_nr": code, "cpn_code": f"P{code}", "cpn_name": f"Persoon {code}"} for code in many]
    masterdata.save(KINDS["contactpersons"], people)
    for code in many:
        place.add(contract(f"1{code}", lead=Lead(30), customer=code, contact=f"P{code}"))
    place.run()
    named = {order.fields["CustomerContactPerson"] for order in place.server.host.orders.all()}
    assert named == {person["cpn_name"] for person in people}
    assert (place.calls("contactpersons"), place.calls("contactperson")) == (1, 0)


@only_sqlite
@pytest.mark.parametrize(("name", "written"), [("Comment", "PO-1"), ("Inkoopnummer", {"val_value_1": "PO-1"})])
def test_the_reference_goes_into_the_field_of_the_settings(place: Workplace, name: str, written: object) -> None:
    place.configure(reference_field=name)
    place.add(contract(lead=Lead(30), reference="PO-1"))
    place.run()
    (order,) = place.server.host.orders.all()
    assert order.fields["Comment" if name == "Comment" else "FreeFields"] == written


@only_sqlite
def test_where_the_host_was_seen_to_lose_free_fields_the_reference_stands_in_comment_too(place: Workplace) -> None:
    place.configure(reference_field="Inkoopnummer")
    place.server.host.change_switches(free_fields_kept=False)
    with place.database.write() as connection:
        HostProfiles(connection, TENANT).save([ProfileEntry("free_fields_kept", value=False, seen_at=place.clock())])
    place.add(contract(lead=Lead(30), reference="PO-1"))
    place.run()
    (order,) = place.server.host.orders.all()
    assert ("FreeFields" in order.fields, order.fields["Comment"]) == (False, "PO-1")


@only_sqlite
def test_a_reference_without_its_free_field_at_the_host_fails_the_visit_by_name(place: Workplace) -> None:
    place.configure(reference_field="Kostenplaats")
    place.add(contract("1001", lead=Lead(30), reference="PO-1"))
    place.add(contract("1002", lead=Lead(30)))
    place.run()
    assert place.numbers() == ["C1002-A-20270131-ALL"]
    (visit,) = place.ledger(VisitState.FAILED)
    assert visit.key.contract == "1001"
    assert "Kostenplaats" in (visit.refusal or "")


@only_sqlite
def test_forms_come_with_the_order_those_of_its_plan_before_the_contracts(place: Workplace) -> None:
    month = Recurrence(Unit.MONTH, month_day=5)
    year = VisitPlan("Y", month, override=TemplateOverride(forms=("Logboek koelinstallatie",)))
    template = Template("Onderhoud", "op rekening", forms=("Checklist CV-ketel", "Checklist airconditioning"))
    place.add(contract("1001", lead=Lead(30), template=template, plans=(VisitPlan("A", month),)))
    place.add(contract("1002", lead=Lead(30), template=template, plans=(year,)))
    place.run()
    orders = {order.workorder_no[:5]: order.fields["Forms"] for order in place.server.host.orders.all()}
    assert orders == {
        "C1001": [{"Name": "Checklist CV-ketel"}, {"Name": "Checklist airconditioning"}],
        "C1002": [{"Name": "Logboek koelinstallatie"}],
    }


@only_sqlite
def test_an_order_whose_checklist_is_not_at_the_host_fails_by_its_name(place: Workplace) -> None:
    place.add(contract(lead=Lead(30), template=Template("Onderhoud", "op rekening", forms=("Checklist 2019",))))
    place.run()
    (visit,) = place.ledger(VisitState.FAILED)
    assert (place.numbers(), "Checklist 2019" in (visit.refusal or "")) == ([], True)


@only_sqlite
def test_materials_come_at_the_agreed_price_else_at_the_hosts(place: Workplace) -> None:
    agreed = OrderMaterial("FILTER-G4", Decimal(2), Decimal("17.255"))
    template = Template("Onderhoud", "op rekening", materials=(agreed, OrderMaterial("KM-R32", Decimal("1.5"))))
    place.add(contract(lead=Lead(30), template=template))
    place.run()
    (order,) = place.server.host.orders.all()
    lines = [(each["MaterialNr"], each["MaterialName"], each["MaterialPrice"]) for each in order.fields["Materials"]]
    assert lines == [("2", "Filter G4", "17,26"), ("1,5", "Koudemiddel R32", "41,25")]


@only_sqlite
def test_an_order_whose_material_is_not_at_the_host_fails_by_its_code(place: Workplace) -> None:
    template = Template("Onderhoud", "op rekening", materials=(OrderMaterial("WEG"),))
    place.configure(price_decimals=0)
    place.add(contract(lead=Lead(30), template=template))
    place.run()
    (visit,) = place.ledger(VisitState.FAILED)
    assert (place.numbers(), "WEG" in (visit.refusal or "")) == ([], True)


class _PostedTo:
    """A host of which is kept what it is asked to make."""

    def __init__(self, host: Host, posted: list[NewWorkOrder]) -> None:
        self._host = host
        self._posted = posted

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def post_work_orders(self, orders: Sequence[NewWorkOrder]) -> Any:
        self._posted += orders
        return self._host.post_work_orders(orders)


@only_sqlite
def test_a_contract_with_everything_leaves_no_field_of_its_order_empty(place: Workplace) -> None:
    posted: list[NewWorkOrder] = []
    place.wrap_host = lambda host: cast("Host", _PostedTo(host, posted))
    masterdata = place.server.host.masterdata
    record = masterdata.find("relations", "1001")
    assert record is not None
    masterdata.save(KINDS["relations"], [record | {"debtor_number_invoice": "1004"}])
    template = Template(
        "Onderhoud",
        "op rekening",
        "Beurt {visit}",
        project="P-100",
        priority="1",
        employee="1",
        forms=("Checklist CV-ketel",),
        materials=(OrderMaterial("KM-R32"),),
    )
    place.add(
        contract(
            lead=Lead(30), objects=("CV-1",), template=template, address="LOODS", contact="1001-MS", reference="PO"
        )
    )
    place.run()
    (order,) = posted
    assert [field.name for field in fields(order) if getattr(order, field.name) == field.default] == []


@only_sqlite
def test_placeholders_of_the_closed_list_are_filled_and_others_left(place: Workplace) -> None:
    text = "{contract} {visit} {planned_date} {object} {else}"
    objects = ("CV-1", "CV-2")
    place.add(contract(lead=Lead(30), objects=objects, template=Template("Onderhoud", "op rekening", text)))
    place.run()
    (order,) = place.server.host.orders.all()
    assert order.fields["WorkDescription"] == "1001 A 31-01-2027 CV-1, CV-2 {else}"
    assert order.fields["WorkObjects"] == ["CV-1", "CV-2"]


@only_sqlite
def test_order_per_object_gives_each_object_its_own_order_of_the_same_period(place: Workplace) -> None:
    place.add(contract(lead=Lead(30), objects=("CV-1", "CV-2"), order_per_object=True))
    place.run()
    assert place.numbers() == ["C1001-A-20270131-CV-1", "C1001-A-20270131-CV-2"]


@only_sqlite
def test_a_missing_contact_person_is_the_customers_name_on_both_sides(place: Workplace) -> None:
    place.add(contract(lead=Lead(30), customer="1008"))
    place.run()
    (order,) = place.server.host.orders.all()
    assert order.fields["CustomerContactPerson"] == "Familie Jansen"
    assert order.fields["CustomerNameInvoice"] == order.fields["CustomerContactPersonInvoice"] == "Familie Jansen"


@only_sqlite
def test_the_last_visit_before_entry_is_withheld_and_counted(place: Workplace) -> None:
    place.add(contract(start=date(2026, 6, 1)))
    report = place.run()
    assert report.withheld == {"before_entry": 1}
    assert place.numbers() == []


@only_sqlite
def test_after_ninety_days_without_a_timer_only_the_latest_overdue_visit_is_ordered(place: Workplace) -> None:
    place.add(contract())
    place.run()
    report = place.run(date(2027, 4, 15))
    assert (report.ordered, report.withheld) == (1, {"missed": 2})
    assert place.numbers() == ["C1001-A-20270331-ALL"]


@only_sqlite
def test_a_pause_leaves_no_work_orders_and_needs_no_clean_up(place: Workplace) -> None:
    place.add(contract(pauses=(Pause(date(2027, 2, 1), date(2027, 3, 31)),)))
    place.run_through(date(2027, 5, 31))
    assert place.numbers() == ["C1001-A-20270131-ALL", "C1001-A-20270430-ALL", "C1001-A-20270531-ALL"]
    assert [visit.reason for visit in place.ledger(VisitState.WITHHELD)] == [Reason.PAUSED, Reason.PAUSED]


@only_sqlite
def test_a_customer_that_is_not_at_the_host_fails_with_what_to_do_and_without_a_call(place: Workplace) -> None:
    place.add(contract(lead=Lead(30), customer="9999"))
    report = place.run()
    (visit,) = place.ledger(VisitState.FAILED)
    assert report.failed == 1
    assert visit.refusal is not None
    assert "Customer 9999 is not at the host" in visit.refusal
    assert place.calls("PostWorkorders") == 0


def test_a_visit_that_fails_in_a_cycle_that_a_person_starts_is_tried_and_counted_once(place: Workplace) -> None:
    place.add(*[contract(str(number), lead=Lead(30), customer="9999") for number in range(1001, 1010)])
    report = place.run(by_person=True)
    assert report.failed == 9
    assert report.attention[0].startswith("9 visits of customer 9999 could not be ordered: contracts 1001, 1002, 1003")
    hour_later = place.clock() + timedelta(hours=1)
    assert {(visit.attempts, visit.retry_at) for visit in place.ledger(VisitState.FAILED)} == {(1, hour_later)}
    assert place.run(by_person=True).failed == 9
    assert {visit.attempts for visit in place.ledger(VisitState.FAILED)} == {2}


@only_sqlite
def test_an_object_that_is_not_at_the_host_fails_alone(place: Workplace) -> None:
    place.add(contract(lead=Lead(30), objects=("CV-1", "CV-99"), order_per_object=True))
    place.run()
    (visit,) = place.ledger(VisitState.FAILED)
    assert visit.key.object == "CV-99"
    assert place.numbers() == ["C1001-A-20270131-CV-1"]


@only_sqlite
def test_an_inactive_customer_gets_its_order_when_it_is_active_again(place: Workplace) -> None:
    _set_active(place, "1001", "0")
    place.add(contract(lead=Lead(30)))
    assert place.run().ordered == 0
    _set_active(place, "1001", "1")
    assert place.run(date(2027, 1, 2)).ordered == 1


@only_sqlite
def test_a_customer_inactive_past_the_planned_date_is_withheld_as_blocked(place: Workplace) -> None:
    _set_active(place, "1001", "0")
    place.add(contract(lead=Lead(30)))
    place.run_through(date(2027, 2, 1))
    assert [visit.reason for visit in place.ledger(VisitState.WITHHELD)] == [Reason.CUSTOMER_BLOCKED]


@only_sqlite
def test_a_terminated_contract_gets_no_orders_after_its_last_day(place: Workplace) -> None:
    place.add(contract(termination=Termination(date(2027, 2, 15), "MOVED")))
    place.run_through(date(2027, 4, 1))
    assert place.numbers() == ["C1001-A-20270131-ALL"]


@only_sqlite
def test_a_dry_run_says_all_and_does_nothing(place: Workplace) -> None:
    place.add(contract(lead=Lead(60)), contract("1002", customer="9999", lead=Lead(30)))
    report = place.run(dry_run=True)
    assert (report.ordered, report.failed) == (2, 1)
    assert {str(visit.key) for visit in report.rows if visit.state is VisitState.ORDERING} == {
        "1001:A:2027-01-31:",
        "1001:A:2027-02-28:",
    }
    assert (place.ledger(), place.numbers()) == ([], [])
    assert place.run().ordered == 2


@only_sqlite
def test_a_tenant_in_mode_dry_run_is_told_only(place: Workplace) -> None:
    place.configure(mode=Mode.DRY_RUN)
    place.add(contract(lead=Lead(30)))
    assert place.run().ordered == 1
    assert place.numbers() == []


@only_sqlite
def test_a_stopped_tenant_rests_and_goes_on_by_the_catch_up_policy(place: Workplace) -> None:
    place.configure(mode=Mode.STOPPED)
    place.add(contract())
    stopped = place.run(date(2027, 3, 15))
    assert (stopped.calls, place.ledger()) == (0, [])
    assert stopped.ended_early is not None
    place.configure()
    assert place.run(date(2027, 3, 16)).withheld == {"missed": 1}
    assert place.numbers() == ["C1001-A-20270228-ALL"]


@pytest.mark.parametrize("raises", ["in the rules", "in the ledger"])
def test_one_contract_that_fails_does_not_stop_the_others(
    place: Workplace, raises: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if raises == "in the rules":
        monkeypatch.setattr("powerup.sync.ordering.generate.due", _raising_for("1001-A"))
    plans = [VisitPlan(name, Recurrence(Unit.MONTH, month_day=31)) for name in ("A-B", "B")]
    place.add(contract(lead=Lead(30), plans=(plans[0],)))
    # Its work order number would be the same one.
    place.add(contract("1001-A", lead=Lead(30), plans=(plans[1],)), contract("1003", lead=Lead(30)))
    assert place.run().ordered == 2
    assert list(place.problems()) == ["1001-A"]
    assert place.run().ordered == 0
    monkeypatch.undo()
    place.change("1001-A", plans=(replace(plans[1], name="C"),))
    assert place.run().ordered == 1
    assert place.problems() == {}


def _raising_for(number: str) -> Callable[[ContractSituation, date], list[LedgerVisit]]:
    def raising(situation: ContractSituation, today: date) -> list[LedgerVisit]:
        if situation.contract.number == number:
            raise ArithmeticError("something nobody thought of")
        return due(situation, today)

    return raising


def _set_active(place: Workplace, debtor_number: str, active: str) -> None:
    record = place.server.host.masterdata.find("relations", debtor_number)
    assert record is not None
    place.server.host.masterdata.save(KINDS["relations"], [record | {"active": active}])
