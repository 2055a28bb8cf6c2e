"""Calendars that people follow by an address: made, read without signing in, revoked (the office: A customer)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from powerup.pages.frame import CSRF_FIELD
from powerup.parts import Parts
from powerup.store.audit_trail import AuditTrail
from powerup.store.calendar_keys import CalendarKeys, CalendarKind
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.tenants import Tenants
from tests.actions.scenes import the_contract
from tests.pages.conftest import TENANT
from tests.pages.reading import PageClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OWN = {"Sec-Fetch-Site": "same-origin"}
PAGE = "/calendar-address/customer/1001"


@pytest.fixture
def parts(parts: Parts) -> Parts:
    template = replace(the_contract().template, employee="12")
    with parts.database.write() as connection:
        Contracts(connection, TENANT.id).add(the_contract(objects=("CV-1",), template=template))
        Contracts(connection, TENANT.id).add(the_contract(number="7", customer="2002", objects=("CV-7",)))
        HostNames(connection, TENANT.id).keep(
            {
                (NameKind.CUSTOMER, "1001"): HostName("Smit", "Zutphen", language="en"),
                (NameKind.OBJECT, "CV-1"): HostName("Ketel", "Dorpsstraat 1"),
            }
        )
    return replace(parts, clock=lambda: datetime(2026, 12, 28, 12, tzinfo=UTC))


def posted(client: PageClient, page: str = PAGE, **fields: str) -> str:
    """What comes of a form of the page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).get_data(as_text=True))
    assert found
    response = client.post(page, headers=OWN, data={CSRF_FIELD: found[1]} | fields)
    assert response.status_code in (200, 303)
    return response.get_data(as_text=True)


def made(client: PageClient, page: str = PAGE) -> str:
    """The path of a new address."""
    found = re.search(r'value="(https://[^"]+\.ics)"', posted(client, page))
    assert found
    return urlsplit(found[1]).path


def summaries(content: bytes) -> list[str]:
    return [str(event["summary"]) for event in Calendar.from_ical(content).walk("VEVENT")]


def test_an_address_is_shown_once_and_read_without_signing_in(
    planner: PageClient, signed_in: Callable[[None], PageClient]
) -> None:
    path = made(planner)
    assert path not in planner.get(PAGE).get_data(as_text=True)
    read = signed_in(None).get(path)
    assert (read.status_code, read.mimetype) == (200, "text/calendar")
    events = Calendar.from_ical(read.data).walk("VEVENT")
    assert {str(each["summary"]) for each in events} == {"CV-ketel – Ketel"}
    assert (str(events[0]["location"]), str(events[0]["description"])) == ("Dorpsstraat 1", "Planned")
    assert b"1042" not in read.data  # no number of the house
    again = signed_in(None).get(path, headers={"If-None-Match": read.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_address_that_is_read_without_end_has_to_wait(planner: PageClient) -> None:
    path = made(planner)
    answers = [planner.get(path) for _ in range(21)]
    assert [each.status_code for each in answers] == [200] * 20 + [429]
    assert answers[-1].headers["Retry-After"] == "30"


def test_a_revoked_address_is_as_absent_as_one_that_never_was(planner: PageClient, parts: Parts) -> None:
    path = made(planner)
    with parts.database.read() as connection:
        (key,) = CalendarKeys(connection).of(TENANT.id, CalendarKind.CUSTOMER, "1001")
    other_kind = planner.get(path.replace("/customer/", "/tenant/"))
    posted(planner, revoke=key.id)
    answers = [other_kind, planner.get(path), planner.get("/calendar/customer/cmc_none.ics")]
    assert [each.status_code for each in answers] == [404] * 3
    with parts.database.read() as connection:
        lines = AuditTrail(connection, TENANT.id).latest(2)
    assert sorted(line.action for line in lines) == ["calendar.share", "calendar.stop"]


def test_a_calendar_for_colleagues_names_customer_and_order(planner: PageClient) -> None:
    of_all = planner.get(made(planner, f"/calendar-address/tenant/{TENANT.id}")).data
    assert set(summaries(of_all)) == {"Smit: CV-ketel – Ketel", "2002: CV-ketel – CV-7"}
    of_one = planner.get(made(planner, "/calendar-address/employee/12")).data
    assert set(summaries(of_one)) == {"Smit: CV-ketel – Ketel"}
    assert b"C1042-A-20270131-CV-1" in of_one


def test_nobody_makes_an_address_for_what_is_not_theirs(planner: PageClient, viewer: PageClient, parts: Parts) -> None:
    with parts.database.write() as connection:
        Tenants(connection).add(replace(TENANT, id="ten_2"))
        Contracts(connection, "ten_2").add(the_contract(number="9", customer="9009"))
    assert viewer.get(PAGE).status_code == 403
    foreign = ("customer/9009", "contract/9", "employee/99", "tenant/ten_2", "planet/1")
    assert [planner.get(f"/calendar-address/{each}").status_code for each in foreign] == [404] * len(foreign)
