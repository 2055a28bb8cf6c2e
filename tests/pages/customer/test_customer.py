"""All of a customer on one page (the office: A customer)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from powerup.contracts.contract import Contract, Pause, Termination
from powerup.contracts.visit import VisitState
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenants
from tests.actions.scenes import ordered, the_contract
from tests.pages.conftest import TENANT
from tests.pages.reading import PageClient
from tests.store.query_counting import counted_queries

TODAY = date(2026, 12, 28)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, clock=lambda: datetime(2026, 12, 28, 12, tzinfo=UTC))


def keep(parts: Parts, *contracts: Contract, tenant_id: str = TENANT.id) -> None:
    """Contracts whose due orders are at the host, and the names of their customer and of an object."""
    with parts.database.write() as connection:
        for contract in contracts:
            Contracts(connection, tenant_id).add(contract)
            rows = list(ordered(contract, TODAY).ledger.values())
            Ledger(connection, tenant_id).add([replace(row, host_row_id=None) for row in rows])
        HostNames(connection, tenant_id).keep(
            {
                (NameKind.CUSTOMER, "1001"): HostName("Bakkerij <Smit>", "Zutphen"),
                (NameKind.OBJECT, "CV-1"): HostName("Ketel kantoor", "Zolder"),
            }
        )


def shown(client: PageClient, code: str = "1001") -> str:
    response = client.get(f"/customer/{code}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_a_customer_tells_its_contracts_visits_and_objects(parts: Parts, planner: PageClient) -> None:
    ended = the_contract(number="900", name="Oud", termination=Termination(date(2026, 11, 1), "MOVED"))
    keep(parts, the_contract(), ended)
    page = shown(planner)
    assert "<h1>Bakkerij &lt;Smit&gt;</h1>" in page
    assert page.index(">1042<") < page.index(">900<")  # what runs comes first
    assert 'href="/contract/1042?day=2027-01-31"' in page
    assert "Zutphen" in page
    assert "Ketel kantoor" in page
    assert "Zolder" in page
    assert 'href="/object/CV-2"' in page
    assert 'href="/contract-new?customer=1001"' in page


def test_what_runs_is_paused_in_one_go_each_with_its_version(parts: Parts, planner: PageClient) -> None:
    stands_still = the_contract(number="7", pauses=(Pause(date(2026, 12, 1), None),))
    over = the_contract(number="8", termination=Termination(date(2026, 11, 1), "MOVED"))
    keep(parts, the_contract(), the_contract(number="1043", objects=("CV-9",), version=4), stands_still, over)
    page = shown(planner)
    assert 'action="/bulk"' in page
    assert 'name="target" value="1042@1"' in page
    assert 'name="target" value="1043@4"' in page
    assert page.count('name="target"') == 2
    assert "Alle 2 contracten pauzeren" in page


def test_who_may_only_look_gets_no_form_and_a_grey_button_with_its_reason(parts: Parts, viewer: PageClient) -> None:
    keep(parts, the_contract())
    page = shown(viewer)
    assert 'action="/bulk"' not in page
    assert 'aria-disabled="true"' in page
    assert "/contract-new" not in page


def test_a_customer_that_has_nothing_here_yet_leads_to_the_first_contract(parts: Parts, planner: PageClient) -> None:
    with parts.database.write() as connection:
        HostNames(connection, TENANT.id).keep({(NameKind.CUSTOMER, "a/b 2"): HostName("Nieuw")})
    page = shown(planner, "a%2Fb%202")
    assert "Nog geen contracten" in page
    assert 'href="/contract-new?customer=a%2Fb+2"' in page


def test_a_customer_of_another_tenant_is_as_absent_as_one_that_never_was(parts: Parts, planner: PageClient) -> None:
    with parts.database.write() as connection:
        Tenants(connection).add(replace(TENANT, id="ten_2"))
    keep(parts, the_contract(), tenant_id="ten_2")
    foreign, absent = planner.get("/customer/1001"), planner.get("/customer/404")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert "Bakkerij" not in foreign.get_data(as_text=True)


def test_a_failed_visit_is_counted_beside_its_contract(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract())
    with parts.database.write() as connection:
        ledger = Ledger(connection, TENANT.id)
        visit = next(each for each in ledger.of_contract("1042") if each.state is VisitState.ORDERED)
        ledger.update(replace(visit, state=VisitState.FAILED, refusal="kapot"), VisitState.ORDERED)
    assert "1 bezoek mislukt" in shown(planner)


def test_the_queries_do_not_grow_with_the_contracts(parts: Parts, planner: PageClient) -> None:
    asked = []
    for numbers in (range(1, 3), range(3, 13)):
        keep(parts, *(the_contract(number=str(number), objects=(f"CV-{number}",)) for number in numbers))
        with counted_queries() as found:
            shown(planner)
        asked.append(len(found))
    assert asked[0] == asked[1] <= 20
