"""A month of all visits and a year by week, as planners see them (rules: Planning)."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from powerup.actions.kit.request import Role
from powerup.contracts.capacity import Capacity, EmployeeHours
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, ContractType, Shift, VisitPlan
from powerup.contracts.planned_work import is_work
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.parts import Parts
from powerup.readings import planning, planning_month
from powerup.readings.forecast import Forecast
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.tenants import Tenants
from powerup.store.users import User, Users
from powerup.tenants.circumstances import tenant_in_circumstances
from tests.actions.scenes import the_contract
from tests.pages.conftest import BASE_URL, TENANT, VISITORS, SignedIn
from tests.pages.listed_host import ListedHost
from tests.pages.reading import PageClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, clock=lambda: datetime(2026, 12, 28, 12, tzinfo=UTC))


def weekly(number: int, employee: str = "10") -> Contract:
    contract = the_contract(number=str(number), objects=(f"CV-{number}",), start=date(2027, 1, 4))
    return replace(contract, template=replace(contract.template, employee=employee, duration_minutes=90))


def keep(parts: Parts, *contracts: Contract) -> None:
    with parts.database.write() as connection:
        Contracts(connection, TENANT.id).add_all(contracts)
        HostNames(connection, TENANT.id).keep({(NameKind.CUSTOMER, "1001"): HostName("Smit", postal_code="7201 AB")})


def shown(client: PageClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_a_month_shows_each_visit_on_its_day_and_leads_to_it(parts: Parts, planner: PageClient) -> None:
    keep(parts, weekly(1), weekly(2, employee="11"))
    page = shown(planner, "/planning?month=2027-03")
    day = page[page.index('data-day="2027-03-31"') :]
    day = day[: day.index("</td>")]
    assert day.count(">Smit</a>") == 2
    assert 'href="/contract/1?day=2027-03-31"' in day
    assert "3\N{NO-BREAK SPACE}u" in day
    assert "from=2027-03-31&amp;to=2027-03-31&amp;state=planned" in day
    assert "hoeft niet te worden aangemaakt" in page
    alone = shown(planner, "/planning?month=2027-03&employee=11&by=employee")
    assert alone.count(">Smit</a>") == 1
    assert 'href="/planning?by=employee&amp;employee=11&amp;month=2027-04"' in alone
    assert ">Smit</a>" not in shown(planner, "/planning?month=2027-03&region=10")
    assert "Planning van december 2026" in shown(planner, "/planning")


def test_a_visit_is_moved_from_the_month_with_its_effects_first(
    parts: Parts, planner: PageClient, viewer: PageClient
) -> None:
    keep(parts, weekly(1))
    (move,) = re.findall(r'data-move="([^"]+)"', shown(planner, "/planning?month=2027-03"))
    effects = shown(planner, f"{move.replace('&amp;', '&')}&to=2027-03-24")
    assert "24 mrt 2027" in effects
    assert "/planning?month=2027-03" in effects
    assert "data-move" not in shown(viewer, "/planning?month=2027-03")


def test_a_month_with_very_many_visits_says_how_many_each_day_has(
    parts: Parts, planner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning_month, "MOST_SHOWN", 1)
    keep(parts, weekly(1), weekly(2))
    page = shown(planner, "/planning?month=2027-03")
    assert ">Smit</a>" not in page
    assert re.search(r'work=Onderhoud">Onderhoud <span class="numeric">2</span>', page)


def test_a_year_is_a_picture_and_a_table_whose_heavy_weeks_stand_out(parts: Parts, planner: PageClient) -> None:
    keep(parts, *(weekly(number) for number in range(1, 8)))
    page = shown(planner, "/planning/year?year=2027")
    assert "Week 4: Onderhoud 10,5\N{NO-BREAK SPACE}u, gewoonlijk 0\N{NO-BREAK SPACE}u" in page
    assert page.count('class="heavy"') == 12
    assert page.count(">zwaar</span>") == 12
    assert re.search(
        r'aria-label="Onderhoud, week 4 vanaf [^:]+: 10,5\su, 7 bezoeken, veel meer dan de gewone 0\su"', page
    )
    assert 'href="/planning?month=2027-01"' in page
    listed = shown(
        planner, re.findall(r'<a href="(/visits\?from=2027-01-25[^"]+)" aria', page)[0].replace("&amp;", "&")
    )
    assert "7 bezoeken" in listed
    assert "vorig jaar tot en met eind volgend jaar" in shown(planner, "/planning/year?year=1999")


def test_month_and_year_are_files_too(parts: Parts, planner: PageClient) -> None:
    keep(parts, replace(weekly(1), template=the_contract().template))
    book = load_workbook(BytesIO(planner.get("/planning/export.xlsx?month=2027-03").get_data()))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("Dag", "Soort werk", "Bezoeken", "Minuten", "Bezoeken zonder duur")
    assert rows[1][1:] == ("Onderhoud", 1, 60, 1)
    lines = planner.get("/planning/export.csv?year=2027").get_data(as_text=True).splitlines()
    assert lines[1].startswith("4,2027-01-25,Onderhoud,1,60,1,0")
    assert planner.get("/planning/export.pdf").status_code == 404


def test_what_is_not_worked_out_yet_is_told_with_how_far_it_is(
    parts: Parts, planner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(parts, weekly(1), weekly(2), weekly(3))
    monkeypatch.setattr(planning, "MOST_WORKED_OUT", 1)
    page = shown(planner, "/planning")
    assert "Doorgerekende contracten: 0 van 3" in page
    assert 'data-look-again="5"' in page
    while parts.planning_ahead().take_turn():
        pass
    assert "Doorgerekende" not in shown(planner, "/planning")


def test_each_week_says_how_full_it_is_where_hours_are_said(parts: Parts, planner: PageClient) -> None:
    keep(parts, *(weekly(number) for number in range(1, 8)))
    assert "Geef op hoeveel uren per week er zijn" in shown(planner, "/planning/year?year=2027")
    with parts.database.write() as connection:
        capacity = Capacity(None, (EmployeeHours("10", 10),))
        Tenants(connection).save_configuration(TENANT.id, TenantConfiguration(capacity=capacity))
    page = shown(planner, "/planning/year?year=2027&by=employee")
    said = "10,5\N{NO-BREAK SPACE}u van 10\N{NO-BREAK SPACE}u (105\N{NO-BREAK SPACE}%)"
    assert f"Week 4: {said}" in page  # all together
    assert f"Week 4: 10 {said}" in page  # and the employee alone
    assert "Geef op hoeveel" not in page
    assert page.count('class="over"') == 24
    assert "Week 4: " not in shown(planner, "/planning/year?year=2027&work=Onderhoud").split("Zware weken")[0]
    assert said in shown(planner, "/planning?month=2027-01")
    lines = planner.get("/planning/export.csv?year=2027").get_data(as_text=True).splitlines()
    assert lines[0].endswith("Benodigde minuten,Beschikbare minuten,Procent")
    assert lines[1].endswith(",630,600,105")


def yearly(number: int) -> Contract:
    """An hour and a half every year, in 2027 on Monday 8 March."""
    plan = VisitPlan("A", Recurrence(Unit.YEAR, 1), shift=Shift.NEXT_WORKING_DAY)
    kept = replace(weekly(number, "7"), objects=("K-1",), plans=(plan,), start=date(2026, 3, 8))
    return replace(kept, template=replace(kept.template, payment_method="Op rekening"))


def post(client: PageClient, path: str, **form: object) -> TestResponse:
    token = re.search(r'X-CSRF-Token": "([^"]+)"', shown(client, "/planning"))
    assert token
    return client.post(path, data=form | {"csrf_token": token[1]}, headers={"Origin": BASE_URL.rstrip("/")})


def test_a_selection_is_levelled_as_edits_that_are_shown_first(
    parts: Parts, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = ListedHost()
    monkeypatch.setattr(Parts, "open_host", lambda *_, **__: host)
    with parts.database.write() as connection:
        Users(connection, TENANT.id).add(
            User(TENANT.id, "usr_1", "b@voorbeeld.example", "B. Jacobs", "planner", "nl", parts.clock())
        )
    planner = signed_in(replace(VISITORS[Role.PLANNER], actor_id="usr_1"))
    keep(parts, *map(yearly, range(1, 7)), replace(weekly(8), type=ContractType.CORRECTIVE, plans=()))
    while parts.planning_ahead().take_turn():
        pass
    (small,) = yearly(9).plans
    keep(parts, replace(yearly(9), plans=(small, replace(small, name="B", rank=1)), start=date(2026, 6, 8)))
    selected = [f"{number}@1" for number in (*range(1, 7), 8, 9)]
    page = post(planner, "/planning/spread", target=selected, tolerance="7").get_data(as_text=True)
    assert "De zwaarste week: 9\N{NO-BREAK SPACE}u, daarna 3\N{NO-BREAK SPACE}u" in page
    assert page.count(">+7</td>") == page.count(">-7</td>") == 2
    assert "2 contracten kunnen niet meedoen" in page
    numbers = [str(number) for number in range(1, 7)]
    begun = post(planner, "/planning/spread", contract=numbers, tolerance="7", do="begin")
    assert begun.status_code == 303
    while parts.bulk_work().take_turn():
        pass
    told = shown(planner, begun.headers["Location"])
    assert "Weken gelijkmaken: 4" in told
    assert "ma 15 mrt 2027" in told
    post(planner, begun.headers["Location"], confirm="1")
    while parts.bulk_work().take_turn():
        pass
    with parts.database.read() as connection:
        after = {each.number: each.plans[0] for each in Contracts(connection, TENANT.id).all()[:6]}
        _, around = tenant_in_circumstances(connection, TENANT.id, parts.clock(), open_tokens=False)
        planned = Forecast(connection, around).visits(date(2027, 1, 1), date(2028, 12, 31))
        days = [each.planned_date for each in planned if is_work(each) and each.key.contract in numbers]
    assert sorted(Counter(days).items()) == [
        (date(year, month, day), 2)
        for year, month, day in ((2027, 3, 1), (2027, 3, 8), (2027, 3, 15), (2028, 3, 1), (2028, 3, 8), (2028, 3, 15))
    ]
    assert all(each.recurrence == Recurrence(Unit.YEAR, 1) for each in after.values())


def test_levelling_without_a_selection_says_where_to_begin(planner: PageClient, viewer: PageClient) -> None:
    assert "Selecteer contracten in de lijst" in shown(planner, "/planning/spread?tolerance=99999&import=none")
    assert viewer.get("/planning/spread").status_code == 403


def test_visits_of_several_contracts_at_one_address_are_offered_as_one_trip(
    parts: Parts, planner: PageClient, viewer: PageClient
) -> None:
    def on(number: int, day: int, **changes: Any) -> Contract:
        plan = VisitPlan("A", Recurrence(Unit.MONTH, 1, month_day=day), **changes)
        return replace(weekly(number), plans=(plan,), start=date(2027, 1, 4))

    elsewhere = replace(on(4, 12), address="A2")
    keep(parts, on(1, 10), on(2, 12), on(3, 26, window_after=1), elsewhere)
    page = shown(planner, "/planning/together?month=2027-03")
    (trip,) = re.findall(r'<li class="sheet trip">(.*?)</form>', page, re.DOTALL)
    assert "Alles op wo 10 mrt 2027" in trip
    (target,) = re.findall(r'name="target" value="([^"]+)"', trip)
    assert target == "2:A:2027-03-12:CV-2@1"
    begun = post(planner, "/bulk", action="visit.move", asked="1", target=target, **{"input/to": "2027-03-10"})
    assert begun.status_code == 303
    assert begun.headers["Location"].startswith("/bulk/")
    customer = shown(planner, "/customer/1001")
    assert "Kan in één rit" in customer
    assert "Alles op" not in shown(viewer, "/planning/together?month=2027-03")
    assert "Niets om samen te voegen" in shown(planner, "/planning/together?month=2027-03&customer=none")
    assert "Niets om samen te voegen" in shown(planner, "/planning/together?month=2026-02")
