"""The list of contracts as a page: its address, what it shows to whom, what is selected, and its files."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from powerup.actions.kit.request import Role
from powerup.contracts.contract import Contract, Pause, Termination
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.pages.frame import csrf_token
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.encryption import Secret
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.tenants import Environment, Tenant, Tenants
from tests.actions.scenes import the_contract
from tests.pages.conftest import BASE_URL, TENANT, VISITORS, SignedIn
from tests.pages.reading import PageClient
from tests.store.query_counting import counted_queries

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
with_contracts = pytest.mark.usefixtures("filled")

TODAY = date(2026, 12, 28)
A_YEAR = Period(1, PeriodUnit.YEAR)
GOES_ON = Terms("STD", "Standaard", "", A_YEAR, Renewal.AUTOMATIC, A_YEAR, Period(1, PeriodUnit.MONTH))
HX = {"HX-Request": "true"}


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, clock=lambda: datetime(2026, 12, 28, 12, tzinfo=UTC))


def keep(parts: Parts, *contracts: Contract, tenant_id: str = TENANT.id) -> None:
    with parts.database.write() as connection:
        Contracts(connection, tenant_id).add_all(contracts)
        HostNames(connection, tenant_id).keep(
            {(NameKind.CUSTOMER, "1001"): HostName("Bakkerij <Smit>", "Zutphen", "7201 AB", "3")}
        )


@pytest.fixture
def filled(parts: Parts) -> Parts:
    keep(
        parts,
        the_contract(number="10", name="=Airco", objects=()),
        the_contract(number="11", name="Lift", customer="1002", objects=(), terms=GOES_ON, end=date(2027, 2, 28)),
        the_contract(number="12", name="Poort", objects=(), termination=Termination(date(2026, 12, 1), None)),
        the_contract(number="A/1 b", name="Deur", objects=(), pauses=(Pause(TODAY, None),)),
    )
    return parts


def shown(client: PageClient, query: str = "", headers: dict[str, str] | None = None) -> str:
    response = client.get(f"/contracts{query}", headers=headers)
    assert response.status_code == 200, query
    return response.get_data(as_text=True)


def numbers(page: str) -> list[str]:
    return re.findall(r'<td class="no-wrap number">([^<]+)</td>', page)


@with_contracts
def test_the_list_tells_of_each_contract_what_a_planner_looks_for(planner: PageClient) -> None:
    page = shown(planner)
    assert numbers(page) == ["10", "11", "12", "A/1 b"]
    assert "4 contracten" in page
    assert 'href="/contract/A%2F1%20b"' in page
    assert "Bakkerij &lt;Smit&gt;" in page
    assert 'aria-sort="ascending"' in page
    for said in ("Gepauzeerd", "tot hij wordt hervat", "Beëindigd", "per di 1 dec 2026", "Zutphen", "Standaard"):
        assert said in page, said
    assert "do 31 dec 2026" in page  # the next visit of 10
    assert "0 van 1" in page
    assert "zo 31 jan 2027" in page  # the last notice date of 11


@with_contracts
def test_filters_sort_and_columns_stand_in_the_address_and_stay_there(planner: PageClient) -> None:
    page = shown(planner, "?q=smit&status=active&sort=-name&columns=end,place")
    assert numbers(page) == ["A/1 b", "10"]
    assert 'value="smit"' in page
    assert "?q=smit&amp;status=active&amp;columns=place%2Cend&amp;sort=name" in page
    assert "/contracts/export.xlsx?q=smit&amp;status=active&amp;columns=place%2Cend&amp;sort=-name" in page
    assert '<option value="active" selected>' in page
    assert numbers(shown(planner, "?status=active,terminated&notice=&ends=&type=&terms=&employee=")) == [
        *("10", "11", "12", "A/1 b"),
    ]
    assert numbers(shown(planner, "?notice=60")) == ["11"]
    assert numbers(shown(planner, "?customer=1002")) == ["11"]
    for wrong in ("?status=activ", "?ends=soon", "?ends=99999", "?failed=yes", "?sort=price", "?columns=price"):
        assert planner.get(f"/contracts{wrong}").status_code == 400, wrong


@with_contracts
def test_who_types_gets_the_part_alone_and_the_address_of_what_is_shown(planner: PageClient) -> None:
    response = planner.get("/contracts?q=lift&status=&ends=", headers={**HX, "HX-Trigger-Name": "q"})
    part = response.get_data(as_text=True)
    assert part.lstrip().startswith('<div class="found-head">')
    assert numbers(part) == ["11"]
    assert response.headers["HX-Replace-Url"] == "/contracts?q=lift"
    chosen = planner.get("/contracts?q=lift&status=active", headers={**HX, "HX-Trigger-Name": "status"})
    assert chosen.headers["HX-Push-Url"] == "/contracts?q=lift&status=active"


def test_nothing_found_says_what_to_do_and_nothing_there_who_can_begin(
    parts: Parts, planner: PageClient, viewer: PageClient
) -> None:
    assert 'href="/contract-new"' in shown(planner)
    assert "Maak het eerste contract" in shown(planner)
    assert "Een planner kan het eerste maken." in shown(viewer)
    assert "/contract-new" not in shown(viewer)
    keep(parts, the_contract(number="10"))
    assert "Hiermee is geen contract gevonden" in shown(planner, "?q=nergens")
    assert 'href="/contracts">Alle contracten tonen' in shown(planner, "?q=nergens")


def test_a_long_list_goes_on_behind_a_cursor_that_another_list_does_not_take(parts: Parts, planner: PageClient) -> None:
    keep(parts, *(the_contract(number=f"{1000 + place}", objects=()) for place in range(60)))
    first = shown(planner)
    assert "60 contracten" in first
    (after,) = re.findall(r'rel="next" href="/contracts\?after=([^"]+)"', first)
    second = shown(planner, f"?after={after}")
    assert numbers(first) + numbers(second) == [f"{1000 + place}" for place in range(60)]
    assert 'rel="prev" href="/contracts"' in second
    refused = shown(planner, f"?q=10&after={after}")
    assert "Dit is de eerste bladzijde" in refused
    assert numbers(refused)[0] == "1000"
    assert len(numbers(shown(planner, "?print=1"))) == 60


def test_what_is_selected_goes_to_the_bulk_with_its_versions_and_all_that_match_beside_it(
    parts: Parts, planner: PageClient, viewer: PageClient
) -> None:
    keep(parts, *(the_contract(number=f"{1000 + place}", objects=()) for place in range(60)))
    page = shown(planner, "?q=10")
    assert '<form method="post" action="/bulk"' in page
    assert '<input type="hidden" name="back" value="/contracts?q=10">' in page
    assert page.count('name="target"') == 50
    assert 'value="1000@1"' in page
    assert 'name="action" value="contract.pause"' in page
    assert "Alle 60 gevonden selecteren" in page
    everything = shown(planner, "?q=10&everything=1")
    assert len(set(re.findall(r'name="target" value="([^"]+)@1"', everything))) == 60
    assert 'name="action"' not in shown(viewer)
    assert 'type="checkbox" name="target"' not in shown(viewer)


@with_contracts
def test_files_have_what_the_list_shows_and_no_formula(planner: PageClient) -> None:
    query = "?q=smit&sort=-name&columns=customer,status,year,end"
    listed = numbers(shown(planner, query))
    sent = planner.get(f"/contracts/export.csv{query}")
    assert sent.headers["Content-Disposition"] == 'attachment; filename="contracten.csv"'
    heading, *rows = csv.reader(io.StringIO(sent.get_data(as_text=True).removeprefix("\ufeff")))
    assert heading[:4] == ["Contractnummer", "Naam", "Relatie", "Relatienummer"]
    assert [row[0] for row in rows] == listed == ["12", "A/1 b", "10"]
    assert rows[0][2:] == ["Bakkerij <Smit>", "1001", "Beëindigd", "2026-12-01", "0", "0", "2026-12-01"]
    assert rows[2][1] == "'=Airco"
    file = planner.get(f"/contracts/export.xlsx{query}").get_data()
    sheet = load_workbook(io.BytesIO(file)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in cells[1:]] == listed
    assert cells[1][5] == datetime(2026, 12, 1)  # noqa: DTZ001 - as openpyxl gives a day
    assert (cells[3][1], cells[3][6:8]) == ("'=Airco", [0, 1])


def test_nobody_sees_contracts_of_another_tenant(filled: Parts, viewer: PageClient) -> None:
    other = Tenant("ten_2", "Ander", Environment.SANDBOX, "Europe/Amsterdam", "http://x/", Secret("a"), Secret("b"))
    with filled.database.write() as connection:
        Tenants(connection).add(other)
    keep(filled, the_contract(number="99", objects=()), tenant_id="ten_2")
    for query in ("", "?q=99", "?everything=1", "?print=1", "?customer=1001"):
        assert "99" not in numbers(shown(viewer, query))
        assert ">99@" not in shown(viewer, query)
        assert "99" not in viewer.get(f"/contracts/export.csv{query}").get_data(as_text=True).replace("1999", "")


def test_a_page_asks_as_much_for_fifty_contracts_as_for_four(filled: Parts, planner: PageClient) -> None:
    with counted_queries() as few:
        shown(planner, "?q=smit")
    keep(filled, *(the_contract(number=f"{1000 + place}", objects=()) for place in range(40)))
    with counted_queries() as many:
        shown(planner, "?q=smit")
    assert len(few) == len(many)
    assert len(many) <= 16


def test_a_list_is_kept_under_a_name_for_oneself_or_for_all_and_removed_by_who_may(
    parts: Parts, signed_in: SignedIn, viewer: PageClient
) -> None:
    token = csrf_token(VISITORS[Role.PLANNER])
    keep(parts, the_contract(number="10"))
    planner, colleague = signed_in(VISITORS[Role.PLANNER]), signed_in(replace(VISITORS[Role.PLANNER], actor_id="u_9"))

    def post(client: PageClient, address: str, **form: str) -> int:
        headers = {"Origin": BASE_URL.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
        return client.post(address, data={"csrf_token": token, **form}, headers=headers).status_code

    for name, shared in (("Lopend", ""), ("Van allen", "1")):
        assert post(planner, "/contracts/views", name=name, query="status=active&q=&sort=name", shared=shared) == 303
    assert post(viewer, "/contracts/views", name="Van een lezer", query="", shared="1") == 303
    link = '<a href="/contracts?status=active&amp;sort=name">'
    assert f"{link}Lopend</a>" in shown(planner)
    assert 'aria-current="page">Lopend' in shown(planner, "?status=active&sort=name")
    assert "Van een lezer" not in shown(planner)
    theirs = shown(colleague)
    assert "Lopend" not in theirs
    assert f"{link}Van allen" in theirs
    (own,) = re.findall(r'action="(/contracts/views/[^/]+/remove)"', shown(viewer))
    removing = re.findall(r'action="(/contracts/views/[^/]+/remove)"', shown(planner, "?status=active&sort=name"))
    assert [post(colleague, address) for address in removing] == [404, 404]
    assert [post(planner, address) for address in removing] == [303, 303]
    assert "Van allen" not in shown(colleague)
    assert post(planner, "/contracts/views", name="Fout", query="status=activ") == 400
    assert post(viewer, own) == 303
