"""The list of visits of a period, whatever their state (the office: Visits)."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from powerup.contracts.contract import Contract, Lead
from powerup.contracts.schedule import wake_on
from powerup.contracts.visit import Reason, VisitState
from powerup.parts import Parts
from powerup.readings import visit_list
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
    """Contracts as a cycle of today leaves them: what is due is ordered, each sleeps until there is something to do."""
    with parts.database.write() as connection:
        for contract in contracts:
            after = ordered(contract, TODAY)
            Contracts(connection, tenant_id).add(after.contract, wake_on(after, TODAY))
            Ledger(connection, tenant_id).add([replace(row, host_row_id=None) for row in after.ledger.values()])
        HostNames(connection, tenant_id).keep({(NameKind.CUSTOMER, "1001"): HostName("Smit")})


def shown(client: PageClient, query: str = "") -> str:
    response = client.get(f"/visits?{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def days(page: str) -> list[str]:
    return re.findall(r"\?day=([0-9-]+)", page)


def test_written_and_computed_visits_stand_in_one_list_by_day(parts: Parts, planner: PageClient) -> None:
    near = the_contract(number="1", objects=("CV-1",))  # its orders are made 60 days ahead
    far = the_contract(number="2", objects=("CV-2",), lead=Lead(0))
    keep(parts, near, far)
    page = shown(planner, "from=1-1-2027&to=31+mrt+2027")
    assert days(page) == ["2027-01-31"] * 2 + ["2027-02-28"] * 2 + ["2027-03-31"] * 2
    assert 'name="target" value="1:A:2027-01-31:CV-1@1"' in page
    assert 'href="/actions/visit.skip/1%3AA%3A2027-01-31%3ACV-1?version=1&amp;back=' in page
    assert 'name="action" value="visit.move.by_days"' in page
    assert days(shown(planner)) == ["2026-12-31"] * 2 + ["2027-01-31"] * 2  # this week and the coming four


def test_filters_sorts_and_pages_stay_in_the_address(parts: Parts, planner: PageClient) -> None:
    keep(parts, *(the_contract(number=str(number), objects=(f"CV-{number}",)) for number in range(1, 61)))
    period = "from=2027-01-01&to=2027-02-28"
    first = shown(planner, f"{period}&sort=-day")
    assert days(first)[0] == "2027-02-28"
    assert len(days(first)) == 100
    following = re.search(r'rel="next" href="/visits\?([^"]+)"', first)
    assert following
    second = days(shown(planner, following[1].replace("&amp;", "&")))
    assert (len(second), set(second)) == (20, {"2027-01-31"})
    assert days(shown(planner, f"{period}&contract=7&state=ordered")) == ["2027-01-31"]
    assert days(shown(planner, f"{period}&object=CV-8&state=planned")) == ["2027-02-28"]
    refused = planner.get(f"/visits?{period}&after=nonsense")
    assert (refused.status_code, refused.headers["Location"]) == (303, "/visits?from=2027-01-01&to=2027-02-28")


def test_what_was_not_done_by_its_deadline_is_late(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract(objects=("CV-1",)))
    page = shown(planner, "late=1&from=2026-12-01&to=2027-01-31")
    assert days(page) == []
    with parts.database.write() as connection:
        ledger = Ledger(connection, TENANT.id)
        visit = next(row for row in ledger.of_contract("1042") if row.state is VisitState.ORDERED)
        ledger.update(replace(visit, deadline=TODAY - timedelta(days=1)), VisitState.ORDERED)
    assert days(shown(planner, "late=1&from=2026-12-01&to=2027-01-31")) == ["2026-12-31"]


def test_of_very_many_contracts_the_list_reaches_as_far_as_it_can_and_says_so(
    parts: Parts, planner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_list, "MOST_CONTRACTS", 3)
    weekly = [the_contract(number=str(number), start=date(2027, 1, number), lead=Lead(0)) for number in range(1, 9)]
    keep(parts, *weekly)
    page = shown(planner, "from=2026-12-28&to=2027-03-20")
    assert "daarom staat hier wat t/m" in page
    assert "te groot om te doorzoeken" in shown(planner, "from=2027-03-01&to=2027-03-31")
    assert "te groot om te doorzoeken" not in shown(planner, "from=2027-03-01&to=2027-03-31&contract=4")


def test_the_same_is_taken_along_as_files(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract(objects=("CV-1",)))
    query = "from=2027-01-01&to=2027-02-28"
    sheet = load_workbook(BytesIO(planner.get(f"/visits/export.xlsx?{query}").data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 3
    assert rows[1][1:5] == ("1042", "CV-ketel", "1001", "Smit")
    assert planner.get(f"/visits/export.csv?{query}").get_data(as_text=True).count("2027-02-28") == 2


def test_a_viewer_selects_nothing_and_sees_no_other_tenant(parts: Parts, viewer: PageClient) -> None:
    with parts.database.write() as connection:
        Tenants(connection).add(replace(TENANT, id="ten_2"))
    keep(parts, the_contract(number="9"), tenant_id="ten_2")
    assert days(shown(viewer, f"reason={Reason.PAUSED}")) == []
    keep(parts, the_contract(objects=("CV-1",)))
    page = shown(viewer)
    assert len(days(page)) == 2
    assert 'name="target"' not in page
    assert "/actions/" not in page


def test_the_queries_do_not_grow_with_the_contracts(parts: Parts, planner: PageClient) -> None:
    asked = []
    for numbers in (range(1, 3), range(3, 13)):
        keep(parts, *(the_contract(number=str(number), objects=(f"CV-{number}",)) for number in numbers))
        with counted_queries() as found:
            shown(planner)
        asked.append(len(found))
    assert asked[0] == asked[1] <= 18
