"""Today tells what needs somebody, what was done, what comes and what comes to an end (the office: Today)."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from powerup.contracts.contract import Contract, Lead, Termination
from powerup.contracts.held_back import Waits
from powerup.contracts.visit import VisitState
from powerup.parts import Parts
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.cycle_reports import CycleReports, KeptReport
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenants
from tests.actions.scenes import ordered, the_contract
from tests.pages.conftest import TENANT
from tests.pages.reading import PageClient
from tests.store.query_counting import counted_queries

TODAY = date(2027, 2, 5)
NOW = datetime(2027, 2, 5, 12, tzinfo=UTC)


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, clock=lambda: NOW)


def keep(parts: Parts, *contracts: Contract, tenant_id: str = TENANT.id) -> None:
    """Contracts with what was ordered of them by 17 January 2027, none of it done."""
    with parts.database.write() as connection:
        for contract in contracts:
            Contracts(connection, tenant_id).add(contract)
            rows = ordered(contract, date(2027, 1, 17)).ledger.values()
            Ledger(connection, tenant_id).add([replace(row, host_row_id=None) for row in rows])


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def one_of_each_need(parts: Parts) -> None:
    """An order that is late, one that failed, a contract that waits and one that cannot be worked out, and a change."""
    keep(parts, the_contract(), the_contract(number="1043", name="Lift", customer="2002", objects=("L-1",)))
    ends = Termination(date(2027, 3, 1), "MOVED")
    keep(parts, the_contract(number="1044", name="Eindigt", objects=("X-1",), termination=ends))
    with parts.database.write() as connection:
        contracts, ledger = Contracts(connection, TENANT.id), Ledger(connection, TENANT.id)
        failed = next(each for each in ledger.of_contract("1043") if each.state is VisitState.ORDERED)
        ledger.update(replace(failed, state=VisitState.FAILED, refusal="Relatie <onbekend>"), VisitState.ORDERED)
        contracts.hold({"1042": Waits(7, 2)})
        contracts.set_aside("1044", "ValueError: kapot", date(2027, 3, 1))
        HostNames(connection, TENANT.id).keep({(NameKind.CUSTOMER, "2002"): HostName("Zorghuis", "Zutphen")})
        CycleReports(connection, TENANT.id).add(
            KeptReport(7, TODAY, NOW, 1.5, 12, 3, {"paused": 2}, 1, 0, 4, None, ("Er is iets",))
        )
        moved = AuditLine("aud_1", NOW, "u", "A. de Wit", "planner", "panel", "visit.move", "visit", "1042:A:x")
        AuditTrail(connection, TENANT.id).add_all(
            [
                replace(moved, counts={"moved": 1, "withheld": {"paused": 2}}),
                replace(moved, id="aud_2", at=NOW.replace(day=3)),
            ]
        )


def test_all_that_needs_somebody_is_there_with_what_can_be_done_about_it(parts: Parts, planner: PageClient) -> None:
    one_of_each_need(parts)
    html = planner.get("/today").get_data(as_text=True)
    said = words(html)
    assert "Relatie &lt;onbekend&gt;" in html
    assert 'href="/customer/2002">Zorghuis' in html
    target = re.search(r'name="target" value="(1043:[^"]+)"', html)
    assert target
    assert target[1].endswith("@1")
    assert 'name="action" value="visit.retry"' in html
    assert "Alles vrijgeven: 7" in said
    assert "/actions/tenant.release/ten_1?back=%2Ftoday" in html
    assert "/actions/contract.release/1042?version=1&amp;back=%2Ftoday" in html
    assert "ValueError: kapot" in said
    assert "Werkbonnen over de uiterste dag" in said
    assert "C1042-A-20270131" in said
    assert "ma 1 mrt 2027 1044 Eindigt" in said  # its end comes near
    assert "A. de Wit" in said
    assert said.count("A. de Wit") == 1  # what is older than yesterday is not told
    assert "1 bezoek verplaatst" in said
    assert "renewed" not in said
    assert "Er is nu niets voor u te doen" not in said


def test_what_was_done_last_leads_to_what_was_done_before(parts: Parts, viewer: PageClient) -> None:
    one_of_each_need(parts)
    assert 'href="/cycles"' in viewer.get("/today").get_data(as_text=True)
    listed = viewer.get("/cycles").get_data(as_text=True)
    assert 'href="/cycle/7"' in listed
    assert viewer.get("/cycles?before=7").get_data(as_text=True).count("/cycle/") == 0
    one = words(viewer.get("/cycle/7").get_data(as_text=True))
    assert "Er is iets" in one
    assert "gepauzeerd 2" in one


def test_who_may_only_look_is_shown_the_same_without_buttons(parts: Parts, viewer: PageClient) -> None:
    one_of_each_need(parts)
    html = viewer.get("/today").get_data(as_text=True)
    assert "Relatie &lt;onbekend&gt;" in html
    assert "/bulk" not in html
    assert "/actions/" not in html
    assert "/contract-new" not in html


def test_the_coming_days_count_what_is_ordered_and_what_is_to_be(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract(), the_contract(number="1043", objects=("L-1",), lead=Lead(3)))
    with parts.database.write() as connection:
        connection.exec_driver_sql("UPDATE tenants SET sandbox_today = '2027-02-20'")
        Contracts(connection, TENANT.id).wake(["1042", "1043"], date(2027, 2, 25))
    said = words(planner.get("/today").get_data(as_text=True))
    assert re.search(r"zo 28 feb 2027 [a-z ]*3 2 1 –", said)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_tenant_without_contracts_is_led_straight_to_the_first(
    parts: Parts, planner: PageClient, viewer: PageClient
) -> None:
    with parts.database.write() as connection:
        Tenants(connection).add(replace(TENANT, id="ten_2"))
    keep(parts, the_contract(), tenant_id="ten_2")  # of somebody else
    assert planner.get("/").headers["Location"] == "/today"
    html = planner.get("/today").get_data(as_text=True)
    assert "Uw eerste contract" in html
    assert 'class="btn btn-primary" href="/contract-new"' in html
    assert "Een beheerder kan een Excel- of CSV-bestand importeren." in html
    assert "1042" not in html
    assert "/contract-new" not in viewer.get("/today").get_data(as_text=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_queries_do_not_grow_with_the_contracts(parts: Parts, planner: PageClient) -> None:
    asked = []
    for numbers in (range(1, 3), range(3, 13)):
        keep(parts, *(the_contract(number=str(number), objects=(f"CV-{number}",)) for number in numbers))
        with counted_queries() as found:
            said = words(planner.get("/today").get_data(as_text=True))
        asked.append(len(found))
    assert "24 werkbonnen over de uiterste dag" in said
    assert asked[0] == asked[1] <= 32
