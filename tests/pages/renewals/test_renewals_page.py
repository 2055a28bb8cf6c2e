"""What is to be decided about, and 40 renewals in bulk (the office: Renewals)."""

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.users import User, Users
from powerup.timing import Clock
from tests.actions.scenes import the_contract
from tests.pages.bulk.test_bulk_pages import ME, NOON, send, text_of
from tests.pages.conftest import TENANT, SignedIn
from tests.pages.reading import PageClient

A_YEAR = Period(1, PeriodUnit.YEAR)
BY_HAND = Terms("HAND", "Een jaar, zelf verlengen", "", A_YEAR, Renewal.BY_HAND, A_YEAR, Period(1, PeriodUnit.MONTH))
END = date(2027, 1, 30)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def clock() -> Clock:
    return lambda: NOON


@pytest.fixture
def parts(parts: Parts) -> Parts:
    with parts.database.write() as connection:
        contracts = Contracts(connection, TENANT.id)
        for place in range(41):
            contracts.add(the_contract(number=str(1042 + place), end=END, terms=BY_HAND, objects=(), plans=()))
        contracts.add(the_contract(number="2000", end=END, customer="a/b 2"))
        HostNames(connection, TENANT.id).keep({(NameKind.CUSTOMER, "1001"): HostName("Bakkerij <Smit>", "Zutphen")})
        me = User(TENANT.id, "usr_1", "b@voorbeeld.example", "B. Jacobs", "planner", "nl", NOON)
        Users(connection, TENANT.id).add(me)
    return parts


@pytest.fixture
def office(signed_in: SignedIn) -> PageClient:
    return signed_in(ME)


def test_forty_contracts_are_renewed_as_one_from_the_list(parts: Parts, office: PageClient) -> None:
    page = text_of(office.get("/renewals?kind=by_hand&everything=1"))
    assert "41 contracten" in page
    assert "eindigt op 30 januari 2027; na verlenging loopt het tot en met 30 januari 2028" in page
    targets = [each for each in re.findall(r'name="target" value="([^"]+)"', page) if not each.startswith("1082@")]
    assert len(targets) == 40
    back = "/renewals?kind=by_hand"
    asked = {"action": "contract.renew", "target": targets, "back": back, "asked": "1", "intent_id": "int_1"}
    address = send(office, "/bulk", asked).headers["Location"]
    for _ in range(3):
        parts.bulk_work().take_turn()
    assert "Verlengen: 40" in text_of(office.get(address))
    send(office, address, {"confirm": "1", "back": back})
    for _ in range(3):
        parts.bulk_work().take_turn()
    done = text_of(office.get(address))
    assert "Gedaan: 40" in done
    assert 'href="/renewals?kind=by_hand"' in done
    with parts.database.read() as connection:
        ends = {each.number: each.end for each in Contracts(connection, TENANT.id).all()}
    assert sorted(set(ends.values()), key=str) == [END, date(2028, 1, 30)]
    assert [number for number, end in ends.items() if end == END] == ["1082", "2000"]
    left = text_of(office.get("/renewals"))
    assert "2 contracten" in left


def test_filters_stay_in_the_address_and_in_the_files(viewer: PageClient) -> None:
    page = text_of(viewer.get("/renewals?kind=ends&within=60"))
    assert "1 contract<" in page.replace("\n", "")
    assert 'href="/customer/a%2Fb%202"' in page
    assert 'href="/renewals/export.xlsx?within=60&amp;kind=ends"' in page
    assert "data-selects" not in page  # a viewer changes nothing
    sheet = load_workbook(BytesIO(viewer.get("/renewals/export.xlsx?within=60&kind=ends").get_data())).worksheets[0]
    assert [cell.value for cell in sheet[2]][1:3] == ["Eindigt", "2000"]
    assert sheet.max_row == 2
    assert text_of(viewer.get("/renewals/export.csv")).count("Zelf verlengen,") == 41
    assert viewer.get("/renewals?kind=never").status_code == 400
    assert viewer.get("/renewals?within=-1").status_code == 400
    assert "Bakkerij &lt;Smit&gt;" in text_of(viewer.get("/renewals?print=1"))


def test_an_empty_list_says_why_and_looks_further(viewer: PageClient) -> None:
    page = text_of(viewer.get("/renewals?within=3"))
    assert "hoeft u niets te beslissen" in page
    assert 'href="/renewals?within=365"' in page
    assert "Een jaar vooruit kijken" not in text_of(viewer.get("/renewals?within=365&customer=9"))
