"""New and edit: the form of a contract with its year beside it, and what becomes of what was typed."""

import html
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, VisitPlan
from powerup.contracts.contract_template import ContractTemplate
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.terms import Renewal
from powerup.pages.frame import CSRF_FIELD
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenants
from tests.actions.scenes import ordered, terms_of_a_year, the_contract
from tests.pages.conftest import BASE_URL, TENANT, VISITORS, SignedIn
from tests.pages.listed_host import ListedHost
from tests.pages.reading import PageClient
from tests.pages.signing_in.conftest import Front, hidden
from tests.store.query_counting import counted_queries

TODAY = date(2026, 12, 28)
OWN = {"Sec-Fetch-Site": "same-origin"}
Entries = dict[str, list[str]]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def host() -> ListedHost:
    return ListedHost()


@pytest.fixture
def parts(parts: Parts, host: ListedHost, monkeypatch: pytest.MonkeyPatch) -> Parts:
    monkeypatch.setattr(Parts, "open_host", lambda *_, **__: host)
    return replace(parts, clock=lambda: datetime(2026, 12, 28, 12, tzinfo=UTC))


@pytest.fixture
def english(signed_in: SignedIn) -> PageClient:
    return signed_in(replace(VISITORS[Role.PLANNER], locale="en"))


def opened(client: PageClient, address: str) -> Entries:
    """What a browser would send of the form at an address as it is."""
    response = client.get(address)
    assert response.status_code == 200
    return form_in(response.get_data(as_text=True))


def form_in(page: str) -> Entries:
    """The fields of the form in a page, as they stand there."""
    found = re.search(r'<form id="contract-form".*?</form>', page, re.DOTALL)
    entries: Entries = {}
    for tag in re.findall(r"<input [^>]*>", found[0] if found else page):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("name") and (given["type"] != "checkbox" or re.search(r"\bchecked\b", tag)):
            entries.setdefault(html.unescape(given["name"]), []).append(html.unescape(given.get("value", "")))
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        entries[name] = [chosen[1]] if chosen else [""]
    for name, words in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        entries[name] = [html.unescape(words)]
    return entries


def sent(client: PageClient, address: str, entries: Entries, **button: str) -> Any:
    return client.post(address, headers=OWN, data={**entries, **button})


def typed(entries: Entries, **members: str) -> Entries:
    """The form with members typed over; two underscores stand for a slash."""
    return entries | {f"input/{name.replace('__', '/')}": [value] for name, value in members.items()}


def words(response: Any) -> str:
    """The page as somebody reads it."""
    text = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return " ".join(html.unescape(text).split())


BOILER = {
    "customer": "1001",
    "name": "Ketel oost",
    "objects": "K-1",
    "start": "1 feb 2027",
    "plans__0__every": "3",
    "template__type_of_work": "Onderhoud",
    "template__payment_method": "Op rekening",
    "template__duration_minutes": "90",
}


@pytest.mark.parametrize(
    ("price", "told"),
    [
        ({"per": "visit"}, "€ 360,00 zonder btw · per bezoek € 90,00 · per uur € 60,00"),
        ({"invoice_period": "1 month"}, "€ 1.080,00 zonder btw · per bezoek € 270,00 · per uur € 180,00"),
    ],
)
def test_while_typing_one_sees_what_a_visit_and_an_hour_cost(
    planner: PageClient, price: dict[str, str], told: str
) -> None:
    form = opened(planner, "/contract-new?customer=1001")
    priced = {f"price__{name}": value for name, value in {"amount": "90", **price}.items()}
    assert told in words(sent(planner, "/contract-new", typed(form, **BOILER, **priced), show="1"))


def test_the_first_contract_of_an_empty_tenant(planner: PageClient, parts: Parts) -> None:
    form = opened(planner, "/contract-new?customer=1001")
    assert form["input/customer"] == ["1001"]
    looked = words(sent(planner, "/contract-new", typed(form, **BOILER), show="1"))
    assert "Elke 3 maanden" in looked or "elke 3 maanden" in looked
    assert "4 werkbonnen · 6 uur werk" in looked
    assert "ma 3 mei 2027 in plaats van za 1 mei 2027" in looked
    done = sent(planner, "/contract-new", typed(form, **BOILER))
    assert done.status_code == 303
    with parts.database.read() as connection:
        [made] = Contracts(connection, TENANT.id).all()
    assert done.headers["Location"] == f"/contract/{made.number}"
    assert (made.customer, made.objects, made.start) == ("1001", ("K-1",), date(2027, 2, 1))
    again = sent(planner, "/contract-new", typed(form, **BOILER))
    assert again.headers["Location"] == done.headers["Location"]  # the same press, sent twice
    with parts.database.read() as connection:
        assert len(Contracts(connection, TENANT.id).all()) == 1


def test_what_is_wrong_is_told_on_top_and_beside_and_nothing_typed_is_lost(planner: PageClient) -> None:
    form = typed(opened(planner, "/contract-new"), **BOILER)
    wrong = typed(form, customer="9999", start="31-2", plans__0__every="1-2", name="")
    response = sent(planner, "/contract-new", wrong)
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    for pointer in ("start", "plans-0-every", "name"):
        assert f'<a href="#input-{pointer}">' in page
        assert f'id="input-{pointer}-problem"' in page
    assert form_in(page)["input/start"] == ["31-2"]
    assert form_in(page)["input/plans/0/every"] == ["1-2"]
    unknown = sent(planner, "/contract-new", typed(form, customer="9999"))
    assert "Relatie: Relatie 9999 is niet bekend bij de host." in words(unknown)


def test_the_preview_writes_nothing_and_needs_no_host(english: PageClient, parts: Parts, host: ListedHost) -> None:
    form = typed(opened(english, "/contract-new"), **BOILER)
    host.down = True
    with counted_queries() as queries:
        response = english.post("/contract-preview", headers=OWN | {"HX-Request": "true"}, data=form)
    assert len(queries) < 25
    assert host.asked == []
    assert response.get_data(as_text=True).lstrip().startswith("<")
    assert "every 3 months; on a day off: the working day after" in words(response)
    assert "4 work orders · 6 hours of work up to January 31, 2028" in words(response)
    with parts.database.read() as connection:
        assert Contracts(connection, TENANT.id).all() == []


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"plans__0__month_day": "31", "plans__0__every": "1"}, "Mon, Mar 1, 2027 in the place of Sun, Feb 28, 2027"),
        ({"start": "soon"}, "“soon” is no day."),
        ({"end": "1 jan 2027"}, "It cannot be like this yet: The end lies before the start"),
        ({"plans__0__every": "0"}, "A number from 1 to 999 is expected."),
        ({"type": "corrective"}, "It cannot be like this yet: A corrective contract needs an SLA policy"),
        ({"type": "yearly", "orders_per_year": "6"}, "6 work orders a year, spread evenly"),
        ({"customer": "", "name": "", "template__type_of_work": ""}, "4 work orders"),
        ({"start": "28 dec 2026", "days_in_advance": "14"}, "1 work order is made at once."),
    ],
)
def test_the_preview_follows_what_is_typed(english: PageClient, members: dict[str, str], told: str) -> None:
    form = typed(opened(english, "/contract-new"), **BOILER | members)
    assert told in words(english.post("/contract-preview", headers=OWN | {"HX-Request": "true"}, data=form))


def test_the_preview_tells_weeks_that_become_heavy_from_what_was_worked_out(english: PageClient, parts: Parts) -> None:
    form = typed(opened(english, "/contract-new"), **BOILER)
    heavy = "Week 5 from February 1, 2027: 8.5 hours of Onderhoud, usual 0"

    def looked() -> str:
        return words(english.post("/contract-preview", headers=OWN | {"HX-Request": "true"}, data=form))

    with parts.database.write() as connection:
        one = the_contract(start=date(2027, 2, 1), objects=("CV-1",))
        Contracts(connection, TENANT.id).add(
            replace(
                one,
                template=replace(one.template, duration_minutes=7 * 60),
                plans=(VisitPlan("A", Recurrence(Unit.YEAR, 1)),),
            )
        )
    assert "heavy" not in looked()  # nothing is worked out yet
    while parts.planning_ahead().take_turn():
        pass
    assert heavy in looked()
    form = typed(form, template__duration_minutes="59")
    assert "heavy" not in looked()


def keep(parts: Parts, contract: Contract) -> None:
    """The contract with its due orders at the host."""
    with parts.database.write() as connection:
        Contracts(connection, TENANT.id).add(contract)
        rows = ordered(contract, TODAY).ledger.values()
        Ledger(connection, TENANT.id).add([replace(row, host_row_id=None) for row in rows])


def stored(parts: Parts) -> Contract:
    with parts.database.read() as connection:
        found = Contracts(connection, TENANT.id).get("1042")
    assert found
    return found


THE_CONTRACT = the_contract(
    objects=("K-1",), template=replace(the_contract().template, type_of_work="Onderhoud", payment_method="Op rekening")
)


def test_an_edit_begins_as_the_contract_is_and_changes_only_what_was_typed(planner: PageClient, parts: Parts) -> None:
    keep(parts, THE_CONTRACT)
    form = opened(planner, "/contract-edit/1042")
    unchanged = sent(planner, "/contract-edit/1042", form)
    assert unchanged.status_code == 303
    assert stored(parts) == THE_CONTRACT
    form = opened(planner, "/contract-edit/1042")
    assert sent(planner, "/contract-edit/1042", typed(form, name="Ketels")).status_code == 303
    assert stored(parts) == replace(
        THE_CONTRACT, name="Ketels", version=2, settled_through=stored(parts).settled_through
    )


def test_effects_on_orders_are_shown_and_then_exactly_those_are_done(planner: PageClient, parts: Parts) -> None:
    keep(parts, THE_CONTRACT)
    form = typed(opened(planner, "/contract-edit/1042"), end="15-1-2027")
    shown = sent(planner, "/contract-edit/1042", form)
    page = shown.get_data(as_text=True)
    assert "Bekijk dit voor het wordt opgeslagen" in page
    assert stored(parts) == THE_CONTRACT
    token = re.search(r'name="confirmation" value="([^"]+)"', page)
    assert token
    back = sent(planner, "/contract-edit/1042", form_in(page), show="1")
    assert form_in(back.get_data(as_text=True))["input/end"] == ["15-1-2027"]
    done = sent(planner, "/contract-edit/1042", form_in(page), confirmation=token[1])
    assert done.status_code == 303
    assert stored(parts).end == date(2027, 1, 15)


def test_two_people_who_edit_at_once_both_see_what_the_other_did(planner: PageClient, parts: Parts) -> None:
    keep(parts, THE_CONTRACT)
    mine = typed(opened(planner, "/contract-edit/1042"), name="Ketels van mij", plans__0__every="2")
    other = Request(
        "contract.edit",
        Target(TargetType.CONTRACT, "1042", 1),
        Actor("u_2", "A. Anders", Role.PLANNER, "panel"),
        {"name": "Ketels van een ander", "order_per_object": True},
    )
    assert parts.presses().press(TENANT.id, other, parts.clock())["status"] == "succeeded"
    response = sent(planner, "/contract-edit/1042", mine)
    assert response.status_code == 409
    page = response.get_data(as_text=True)
    assert "Intussen gewijzigd door A. Anders." in page
    assert re.search(r"Naam\s*</th>\s*<td>CV-ketel</td><td>Ketels van een ander</td><td><strong>Ketels van mij", page)
    again = form_in(page)
    assert again["input/name"] == ["Ketels van mij"]
    assert again["input/plans/0/every"] == ["2"]
    assert again["input/order_per_object"] == ["true"]  # what the other changed stays
    done = sent(planner, "/contract-edit/1042", again)
    if done.status_code == 200:
        token = re.search(r'name="confirmation" value="([^"]+)"', done.get_data(as_text=True))
        assert token
        done = sent(planner, "/contract-edit/1042", form_in(done.get_data(as_text=True)), confirmation=token[1])
    assert done.status_code == 303
    assert (stored(parts).name, stored(parts).order_per_object) == ("Ketels van mij", True)


def test_this_visit_and_all_that_follow_come_with_the_next_visit_filled_in(english: PageClient, parts: Parts) -> None:
    keep(parts, replace(THE_CONTRACT, order_per_object=True))
    address = "/contract-edit/1042?plan=A&next_visit=2027-03-27&object=K-1"
    assert "The next visit is filled in: March 27, 2027." in words(english.get(address))
    form = opened(english, address)
    assert form["input/plans/0/next_visits/K-1"] == ["27 Mar 2027"]
    assert "Sat, Mar 27, 2027" in words(sent(english, "/contract-edit/1042", form, show="1"))


def test_a_contract_is_made_after_another_without_its_days(planner: PageClient, parts: Parts) -> None:
    keep(parts, replace(THE_CONTRACT, end=date(2027, 6, 30)))
    form = opened(planner, "/contract-new?from=1042")
    assert (form["input/name"], form["input/start"], form["input/end"]) == (["CV-ketel"], ["28-12-2026"], [""])
    assert form["input/objects"] == ["K-1"]
    other = opened(planner, "/contract-new?from=1042&customer=1002")
    assert (other["input/customer"], other.get("input/objects")) == (["1002"], None)


def test_an_added_plan_has_a_name_and_a_rule_already(planner: PageClient) -> None:
    page = sent(planner, "/contract-new", opened(planner, "/contract-new"), add="input/plans").get_data(as_text=True)
    assert form_in(page)["input/plans/1/name"] == ["B"]
    assert form_in(page)["input/plans/1/unit"] == ["month"]


def test_while_the_host_is_down_nothing_typed_is_lost(planner: PageClient, host: ListedHost, parts: Parts) -> None:
    form = typed(opened(planner, "/contract-new"), **BOILER)
    host.down = True
    response = sent(planner, "/contract-new", form)
    assert response.status_code == 503
    assert "De host antwoordt op dit moment niet." in words(response)
    assert form_in(response.get_data(as_text=True))["input/name"] == ["Ketel oost"]
    with parts.database.read() as connection:
        assert Contracts(connection, TENANT.id).all() == []


def test_a_viewer_makes_nothing_and_what_is_not_there_or_of_another_tenant_is_not_found(
    viewer: PageClient, planner: PageClient, parts: Parts
) -> None:
    with parts.database.write() as connection:
        Tenants(connection).add(replace(TENANT, id="ten_2"))
        Contracts(connection, "ten_2").add(THE_CONTRACT)
    assert viewer.get("/contract-new").status_code == 403
    assert planner.get("/contract-edit/1042").status_code == 404
    assert (
        sent(planner, "/contract-edit/1042", {CSRF_FIELD: opened(planner, "/contract-new")[CSRF_FIELD]}).status_code
        == 404
    )


def test_what_came_along_of_the_contract_and_is_unreadable_is_read_anew(planner: PageClient, parts: Parts) -> None:
    keep(parts, THE_CONTRACT)
    form = opened(planner, "/contract-edit/1042")
    assert json.loads(form["seen"][0])["name"] == "CV-ketel"
    for seen in ("", "[]", "{"):
        assert sent(planner, "/contract-edit/1042", form | {"seen": [seen]}, show="1").status_code == 200


def test_a_session_that_ends_in_the_middle_loses_nothing_that_was_typed(parts: Parts) -> None:
    front = Front(parts, datetime(2026, 12, 28, 12, tzinfo=UTC))
    front.joined()
    browser = front.browser()
    browser.sign_in()
    form = typed(form_in(browser.get("/contract-new?customer=1001").text), **BOILER)
    front.later(hours=9)
    refused = browser.client.post("/contract-new", base_url=BASE_URL, data=form, headers=OWN)
    assert refused.status_code == 401
    again = browser.sign_in(**hidden(refused))
    assert "Wat u had ingevuld, is nog niet verstuurd" in again.text
    done = browser.post("/contract-new", hidden(again))
    assert done.status_code == 303
    with parts.database.read() as connection:
        [made] = Contracts(connection, TENANT.id).all()
    assert (made.name, made.objects, made.start) == ("Ketel oost", ("K-1",), date(2027, 2, 1))


TEMPLATE = ContractTemplate(
    "KETEL",
    "Ketelonderhoud",
    "",
    {
        "type": "preventive",
        "terms": "STD",
        "template": {"type_of_work": "Onderhoud", "payment_method": "Op rekening", "duration_minutes": 45},
        "plans": [{"name": "K", "unit": "year", "every": 1, "months": [5]}],
    },
)


@pytest.fixture
def templated(parts: Parts) -> Parts:
    configuration = TenantConfiguration(terms=(terms_of_a_year(Renewal.AUTOMATIC),), contract_templates=(TEMPLATE,))
    with parts.database.write() as connection:
        Tenants(connection).save_configuration(TENANT.id, configuration)
    return parts


def made(parts: Parts) -> Contract:
    with parts.database.read() as connection:
        [contract] = Contracts(connection, TENANT.id).all()
    return contract


def test_a_new_contract_begins_from_a_template_and_keeps_its_code(planner: PageClient, templated: Parts) -> None:
    form = opened(planner, "/contract-new?template=KETEL&customer=1001")
    assert (form["input/contract_template"], form["input/name"]) == (["KETEL"], ["Ketelonderhoud"])
    assert form["input/plans/0/name"] == ["K"]
    form = typed(form, objects="K-1", start="1 feb 2027", template__duration_minutes="", terms="")
    assert sent(planner, "/contract-new", form).status_code == 303
    contract = made(templated)
    assert (contract.contract_template, contract.name) == ("KETEL", "Ketelonderhoud")
    assert [plan.name for plan in contract.plans] == ["K"]
    assert (contract.template.duration_minutes, contract.terms) == (None, None)  # what was emptied stays so


@pytest.mark.usefixtures("templated")
def test_filling_in_from_a_template_keeps_customer_objects_dates_and_name(planner: PageClient) -> None:
    form = typed(opened(planner, "/contract-new"), **BOILER, contract_template="KETEL")
    filled = form_in(sent(planner, "/contract-new", form, begin="1").get_data(as_text=True))
    assert filled["input/customer"] == ["1001"]
    assert (filled["input/name"], filled["input/start"]) == (["Ketel oost"], ["1 feb 2027"])
    assert (filled["input/plans/0/name"], filled["input/plans/0/unit"]) == (["K"], ["year"])
    assert (filled["input/template/duration_minutes"], filled["input/terms"]) == (["45"], ["STD"])


def test_without_templates_none_is_offered(planner: PageClient) -> None:
    assert "contract_template" not in planner.get("/contract-new").get_data(as_text=True)
