"""What people do in the host's pages beside the tour: roles, installing again, deliveries, faults, filters."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta

import pytest
import requests
from playwright.sync_api import Browser, expect

from powerup.sandbox import board
from powerup.sandbox.pages.order_listing import OrderFilter, list_orders, orders_by_status
from powerup.sandbox.server import SandboxServer
from powerup.sandbox.state import Store
from tests.sandbox.calling import Caller, order
from tests.sandbox.pages.browsing import NARROW, Person
from tests.sandbox.pages.conftest import TODAY
from tests.sandbox.pages.stand_in import StandIn


@pytest.fixture
def installed(host: SandboxServer, powerup: StandIn) -> SandboxServer:
    host.marketplace.install(powerup.receiver.url)
    powerup.add_contract("CV-ketel", "1001")
    return host


def _press_three_times(person: Person, number: int) -> None:
    person.opens(f"/deliveries/{number}")
    person.presses("Drie keer tegelijk")


def test_installing_needs_consent(person: Person, host: SandboxServer) -> None:
    person.opens("/marketplace/powerup")
    person.sees("Werkbonnen aanmaken en hun status volgen.")
    person.sees(f"Namens {host.marketplace.book.firm().name} ")
    person.presses("Installeer")
    person.sees("Vink dit aan om te kunnen installeren.")
    assert host.marketplace.book.find() is None


def test_removing_deletes_no_work_order_and_installing_again_restores(
    person: Person, installed: SandboxServer, powerup: StandIn
) -> None:
    installed.marketplace.set_today(TODAY + timedelta(days=1))
    person.opens("/marketplace/powerup")
    person.page.get_by_text("Verwijderen…").click()
    person.presses("Ja, verwijder de power-up")
    person.sees("Binnen 30 dagen komen de contracten terug zoals ze waren.")
    assert len(installed.host.orders.all()) == 1
    person.page.get_by_role("checkbox").first.check()
    person.presses("Installeer opnieuw")
    person.sees("Geïnstalleerd")
    created = powerup.receiver.of_type("installation.created")[-1]
    assert len(created.headers["Webhook-Signature"].split()) == 2


def test_what_is_done_for_all_contracts_is_pressed_on_the_powerups_own_page(
    person: Person, installed: SandboxServer, powerup: StandIn
) -> None:
    person.opens("/marketplace/powerup")
    person.sees("Voor alle contracten")
    person.presses("Alles vrijgeven")
    person.sees("Vrijgeven maakt nu 2 werkbonnen.")
    person.sees(installed.marketplace.book.firm().name)
    person.sees("1043 A")
    person.page.get_by_role("button", name="Alles vrijgeven").click()
    person.sees("Vrijgegeven.")
    pressed = powerup.receiver.of_type("action.invoked")[-1].envelope["data"]
    assert pressed["target"] == {"type": "tenant", "id": installed.marketplace.book.firm().id}


def test_a_viewer_sees_buttons_off_with_the_reason_and_cannot_get_around_them(
    person: Person, installed: SandboxServer
) -> None:
    installed.marketplace.set_today(TODAY + timedelta(days=1))
    person.opens("/customers/1001")
    person.page.get_by_label("Wie u bent").select_option("viewer")
    person.presses("Wissel")
    person.page.get_by_text("Nu niet mogelijk (1)").first.click()
    person.sees("Hiervoor moet u planner zijn.")
    person.opens("/orders/1")
    expect(person.page.get_by_role("button", name="Laat ophalen door de monteur")).to_be_disabled()
    answer = requests.post(
        f"{installed.url}/orders/1/pick_up",
        headers={"Origin": installed.url},
        cookies={"role": "viewer"},
        timeout=5,
    )
    assert answer.status_code == 403
    assert installed.host.orders.find(1).status == "Klaargezet"


def test_a_delivery_sent_three_times_is_seen_three_times(person: Person, installed: SandboxServer) -> None:
    attempt = installed.marketplace.suspend()
    assert attempt is not None
    _press_three_times(person, attempt.message_number)
    expect(person.page.locator(".attempt")).to_have_count(4)


@pytest.mark.usefixtures("installed")
def test_the_log_tells_a_refusal_in_an_answer_from_a_success(person: Person) -> None:
    person.opens("/actions/contract.create?type=relation&id=1001&customer=1001")
    person.presses("Nieuw contract")
    person.opens("/deliveries")
    answers = person.page.locator("td.of-answer").all_inner_texts()
    assert [answer.split(maxsplit=1) for answer in answers[:2]] == [
        ["200", "Er klopt nog iets niet"],
        ["200", "Gelukt"],
    ]
    person.opens("/deliveries?type=action.invoked")
    person.page.locator("td.of-number a").first.click()
    person.sees("Er klopt nog iets niet")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("address", ["/deliveries", "/behaviour"])
def test_on_a_phone_a_line_of_a_log_takes_two_lines_at_most(
    browser: Browser, installed: SandboxServer, address: str
) -> None:
    with Person(browser, installed.url, language="nl", size=NARROW) as somebody:
        somebody.opens(address)
        row = somebody.page.locator("tbody tr").first.bounding_box()
        assert row is not None
        assert row["height"] < 75
        assert not somebody.is_too_wide()


def test_held_messages_are_delivered_in_reverse(person: Person, installed: SandboxServer, powerup: StandIn) -> None:
    person.opens("/deliveries")
    person.presses("Berichten vasthouden")
    for days in (1, 2):
        installed.marketplace.set_today(TODAY + timedelta(days=days))
    person.opens("/deliveries")
    person.sees("Nieuwe berichten worden vastgehouden; er wachten 2 berichten.")
    person.presses("Bezorg alles omgekeerd")
    person.sees("Houd berichten vast")
    told = [message.envelope["data"]["today"] for message in powerup.receiver.of_type("installation.updated")]
    assert told == ["2027-01-03", "2027-01-02"]


@pytest.mark.usefixtures("installed")
def test_the_log_shows_no_secret(person: Person, powerup: StandIn) -> None:
    person.opens("/deliveries/1")
    shown = person.page.content()
    data = powerup.receiver.of_type("installation.created")[0].envelope["data"]
    for secret in (data["key"], data["api"]["token"], data["api"]["software_token"], data["challenge"]):
        assert secret not in shown
    assert "***" in shown


@pytest.mark.usefixtures("installed")
def test_effects_are_shown_first_when_a_person_asks_for_them(person: Person) -> None:
    person.opens("/actions/contract.create?type=relation&id=1001&customer=1001&back=/customers/1001")
    person.page.locator("#input-name").fill("Airco")
    person.page.locator("#input-plans-0-name").fill("A")
    person.page.locator("#input-plans-0-unit").select_option("year")
    person.presses("Toon eerst de gevolgen")
    person.sees("2 × vóór invoer van het contract")
    person.presses("Nieuw contract: bevestigen")
    person.sees("Contract 1043 is aangemaakt.")


@pytest.mark.usefixtures("installed")
def test_effects_that_come_later_are_confirmed_from_where_they_are_told(person: Person, powerup: StandIn) -> None:
    powerup.is_slow = True
    person.opens("/actions/contract.create?type=relation&id=1001&customer=1001&back=/customers/1001")
    person.page.locator("#input-name").fill("Airco")
    person.page.locator("#input-plans-0-name").fill("A")
    person.page.locator("#input-plans-0-unit").select_option("year")
    person.presses("Toon eerst de gevolgen")
    person.sees("Bevestiging nodig")
    assert person.serious_flaws() == []
    person.follows("Bekijk de gevolgen en bevestig")
    person.sees("2 × vóór invoer van het contract")
    person.presses("Nieuw contract: bevestigen")
    person.sees("Contract 1043 is aangemaakt.")


@pytest.mark.usefixtures("installed")
def test_what_turns_out_wrong_later_is_told_and_leads_to_the_form_as_it_was_filled(
    person: Person, powerup: StandIn
) -> None:
    powerup.is_slow = True
    person.opens("/actions/contract.create?type=relation&id=1001&customer=1001&back=/customers/1001")
    person.page.locator("#input-name").fill("Airco")
    person.presses("Nieuw contract")
    person.sees("plans/0/unit must be filled in.")
    person.follows("Open het formulier opnieuw")
    expect(person.page.locator("#input-name")).to_have_value("Airco")
    assert person.page.locator("#input-plans-0-unit").get_attribute("aria-invalid") == "true"


@pytest.mark.usefixtures("installed")
def test_what_is_wrong_stands_beside_its_field(person: Person) -> None:
    person.opens("/actions/contract.create?type=relation&id=1001&customer=1001")
    person.presses("Nieuw contract")
    for field in ("input-name", "input-plans-0-unit"):
        wrong = person.page.locator(f"#{field}")
        assert wrong.get_attribute("aria-invalid") == "true"
        assert person.page.locator(f"#{wrong.get_attribute('aria-describedby')}").is_visible()


@pytest.mark.usefixtures("installed")
def test_the_answer_has_the_focus_after_a_press(person: Person) -> None:
    person.opens("/actions/contract.create?type=relation&id=1001&customer=1001&back=/customers/1001")
    person.presses("Nieuw contract")
    expect(person.page.locator(".outcome")).to_be_focused()
    person.page.locator("#input-name").fill("Airco")
    person.page.locator("#input-plans-0-name").fill("A")
    person.page.locator("#input-plans-0-unit").select_option("year")
    person.presses("Toon eerst de gevolgen")
    expect(person.page.locator("h1")).to_be_focused()
    person.presses("Nieuw contract: bevestigen")
    expect(person.page.locator(".outcome")).to_be_focused()


@pytest.mark.usefixtures("installed")
def test_cards_are_asked_for_once_more_after_a_press_since_its_work_orders_come_a_moment_later(person: Person) -> None:
    person.opens("/actions/contract.edit?type=contract&id=1042&version=1&customer=1001&back=/customers/1001")
    person.page.locator("#input-name").fill("Airco")
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url) if "/cards/" in request.url else None)
    person.presses("Opslaan")
    if len(asked) < 2:
        person.page.wait_for_event("request", lambda _: len(asked) >= 2)
    assert len(asked) == 2


@pytest.mark.usefixtures("installed")
def test_a_label_of_two_lines_keeps_its_field_in_line_with_its_neighbours(person: Person) -> None:
    person.opens("/actions/contract.create?type=relation&id=1001&customer=1001")
    label = person.page.locator("label[for=input-start]")
    label.evaluate("label => { label.textContent = 'A label that is so long that it needs two lines of its own' }")
    fields = [person.page.locator(f"#input-{name}").bounding_box() for name in ("start", "end")]
    assert len({field["y"] for field in fields if field}) == 1


def test_a_visit_is_moved_from_its_row_and_named_as_people_do(person: Person, installed: SandboxServer) -> None:
    installed.marketplace.set_today(TODAY + timedelta(days=1))
    for place, day in enumerate(("01-02-2027", "02-01-2027")):
        person.opens("/customers/1001")
        person.page.get_by_text("Bezoek aanpassen").nth(place).click()
        person.page.get_by_role("link", name="Verplaatsen").click()
        person.sees(f"CV-ketel: bezoek van {day} (A · CV-1")


@pytest.mark.usefixtures("installed")
def test_what_a_type_of_contract_needs_is_marked_where_it_is_shown(person: Person) -> None:
    person.opens("/actions/contract.create?type=relation&id=1001&customer=1001")
    person.page.locator("#input-type").select_option("yearly")
    needed = person.page.locator("#input-orders_per_year")
    expect(needed).to_have_attribute("aria-required", "true")


@pytest.mark.usefixtures("installed")
def test_a_restart_is_not_dated_today_by_the_form(person: Person, powerup: StandIn) -> None:
    powerup.contracts["1042"].status = "terminated"
    person.opens("/actions/contract.restart?type=contract&id=1042&version=1&customer=1001&back=/customers/1001")
    expect(person.page.locator("#input-start")).to_have_value("")


def test_only_the_person_who_was_shown_the_effects_can_confirm_them(person: Person, installed: SandboxServer) -> None:
    person.opens("/actions/contract.terminate?type=contract&id=1042&version=1&back=/customers/1001")
    person.page.locator("#input-last_day").fill("20 jan")
    person.presses("Voortijdig beëindigen")
    person.page.context.add_cookies([{"name": "role", "value": "planner", "url": installed.url}])
    person.presses("Voortijdig beëindigen: bevestigen")
    person.sees("alleen diezelfde persoon kan ze bevestigen")


@pytest.mark.usefixtures("installed")
def test_what_cannot_be_done_is_said_in_the_readers_language(person: Person) -> None:
    person.opens("/marketplace")
    person.page.get_by_text("Power-up op een ander adres").click()
    person.page.locator("input[name=url]").fill("ftp://127.0.0.1/")
    person.presses("Opnemen")
    person.sees("Een adres begint met http:// of https://.")


@pytest.mark.usefixtures("installed")
def test_a_customers_page_says_that_the_powerup_does_not_answer_where_its_description_is_gone(person: Person) -> None:
    person.opens("/marketplace")
    person.page.get_by_text("Power-up op een ander adres").click()
    person.page.locator("input[name=url]").fill("http://127.0.0.1:9/")
    person.presses("Opnemen")
    person.opens("/customers/1001")
    person.sees("De power-up gaf geen antwoord")


def test_a_fault_is_switched_on_and_off(person: Person, installed: SandboxServer) -> None:
    person.opens("/behaviour")
    person.presses("Zet aan: Status 500")
    person.sees("Bij de API staat 1 storing aan.")
    assert [fault.name for fault in installed.host.faults.listed()] == ["http_500"]
    person.presses("Zet uit: Status 500")
    assert installed.host.faults.listed() == []


def test_a_switch_is_changed_and_set_back(person: Person, host: SandboxServer) -> None:
    person.opens("/behaviour")
    person.page.get_by_label("Lege lijst is").select_option("null")
    person.presses("Opslaan")
    person.sees("gewijzigd")
    assert str(host.host.switches.empty_list) == "null"
    person.presses("Standaardinstellingen terugzetten")
    assert host.host.switches.empty_list == "list"


@pytest.mark.parametrize("address", ["/nowhere", "/orders/99", "/customers/9999", "/deliveries/99", "/orders/x/y"])
def test_what_is_not_there_is_said_in_the_readers_language(person: Person, address: str) -> None:
    answer = person.opens(address)
    assert answer.status == 404
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    person.sees("Deze pagina of dit gegeven bestaat niet (meer).")


@pytest.mark.usefixtures("installed")
def test_what_was_done_to_the_powerup_is_said_in_the_readers_language(person: Person) -> None:
    person.opens("/marketplace/powerup")
    person.presses("Tijdelijk stilzetten")
    person.sees("De power-up staat stil. Er komen geen nieuwe werkbonnen.")
    person.presses("Weer laten werken")
    person.sees("De power-up werkt weer.")


def test_a_work_order_that_moved_on_meanwhile_is_shown_as_it_is_now(person: Person, installed: SandboxServer) -> None:
    installed.marketplace.set_today(TODAY + timedelta(days=1))
    person.opens("/orders/1")
    board.pick_up(installed.host, 1)
    person.presses("Laat ophalen door de monteur")
    person.sees("De werkbon is intussen verder")
    expect(person.page.locator(".track [aria-current]")).to_have_text("Opgehaald")


def test_a_work_order_whose_day_has_passed_is_marked_late_and_its_deletion_is_told(
    person: Person, installed: SandboxServer
) -> None:
    installed.marketplace.set_today(TODAY + timedelta(days=1))
    person.opens("/board")
    expect(person.page.locator("#order-1 .when")).to_have_text("uiterlijk 05-01-2027")
    installed.host.calendar.set_today(TODAY + timedelta(days=5))
    person.opens("/board")
    expect(person.page.locator("#order-1 .when")).to_have_text("te laat: uiterlijk 05-01-2027")
    person.page.locator("#order-1").click()
    person.page.get_by_text("Werkbon verwijderen…").click()
    person.presses("Ja, verwijder deze werkbon")
    person.sees("De werkbon is verwijderd.")


def test_the_work_orders_beside_a_customer_are_drawn_anew_when_the_powerup_has_made_some(
    person: Person, installed: SandboxServer
) -> None:
    person.opens("/customers/1001")
    person.page.locator(".card").wait_for()
    installed.marketplace.set_today(TODAY + timedelta(days=1))
    person.page.evaluate("() => htmx.trigger(document.body, 'run-finished')")
    expect(person.page.locator("#orders")).to_contain_text("C1042-A-20270102-ALL")


def test_the_work_orders_beside_a_customer_are_drawn_anew_shortly_after_a_press(
    person: Person, installed: SandboxServer
) -> None:
    person.opens("/customers/1001?done=1")
    person.page.locator(".card").wait_for()
    installed.marketplace.set_today(TODAY + timedelta(days=1))
    expect(person.page.locator("#orders")).to_contain_text("C1042-A-20270102-ALL")


@pytest.mark.usefixtures("installed")
def test_a_form_that_came_filled_is_saved(person: Person, powerup: StandIn) -> None:
    person.opens("/actions/contract.edit?type=contract&id=1042&version=1&customer=1001&back=/customers/1001")
    person.page.get_by_label("Naam").fill("CV-ketel en boiler")
    person.presses("Opslaan")
    person.sees("CV-ketel en boiler")
    assert powerup.contracts["1042"].name == "CV-ketel en boiler"


def test_the_board_fills_by_itself(person: Person, installed: SandboxServer) -> None:
    person.opens("/board")
    installed.marketplace.set_today(TODAY + timedelta(days=1))
    expect(person.page.locator("#column-Klaargezet .number")).to_have_text("1")


def test_the_board_filters_counts_and_cuts(host: SandboxServer) -> None:
    caller = Caller(host)
    orders = [
        order(f"C{day}", WorkDate=f"{day:02}-0{month}-2027", WorkTime="08:00", EmployeeNr=str(month))
        for month in (1, 2)
        for day in range(1, 21)
    ]
    caller.post("PostWorkorders", orders)
    caller.session.close()
    store = host.host.store
    assert _counts(store, OrderFilter()) == [40, 0, 0, 0]
    assert _counts(store, OrderFilter(month="2027-02")) == [20, 0, 0, 0]
    assert _counts(store, OrderFilter(employee="1", month="2027-02")) == [0, 0, 0, 0]
    assert _counts(store, OrderFilter(customer="1002")) == [0, 0, 0, 0]
    ready = orders_by_status(store, OrderFilter(), most=3)[0][2]
    assert [(one.day, one.employee_name) for one in ready] == [(f"2027-01-0{day}", "Anna de Wit") for day in (1, 2, 3)]
    first = list_orders(store, OrderFilter(), ["Klaargezet"], most=3)
    assert [one.day for one in first] == ["2027-01-01", "2027-01-02", "2027-01-03"]


def _counts(store: Store, wanted: OrderFilter) -> list[int]:
    return [number for _, number, _ in orders_by_status(store, wanted, most=3)]


@pytest.mark.parametrize(("address", "reads"), [("/board", 4), ("/board/columns", 1)])
def test_the_board_asks_its_store_nothing_twice_in_a_request(
    host: SandboxServer, monkeypatch: pytest.MonkeyPatch, address: str, reads: int
) -> None:
    """Of the page: the orders, and what its filters offer, customers, employees and months."""
    asked: list[tuple[str, Sequence[object]]] = []
    read = Store.read

    def counted(store: Store, query: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        asked.append((query, tuple(parameters)))
        return read(store, query, parameters)

    monkeypatch.setattr(Store, "read", counted)
    assert requests.get(f"{host.url}{address}", timeout=5).status_code == 200
    assert len(asked) == len(set(asked)) == reads


def test_names_are_shown_as_they_are_never_as_markup(person: Person, installed: SandboxServer) -> None:
    installed.marketplace.set_today(TODAY + timedelta(days=1))
    caller = Caller(installed)
    caller.post_order("C9", ShortWorkDescription="<img src=x onerror=alert(1)>")
    caller.session.close()
    person.opens("/board")
    person.sees("<img src=x onerror=alert(1)>")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
def test_forms_of_other_sites_are_refused(host: SandboxServer, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    answer = requests.post(f"{host.url}/time", data={"step": "day"}, headers=headers, timeout=5)
    assert answer.status_code == 403
    assert host.host.calendar.today() == TODAY


def test_a_page_does_not_lead_to_another_site(host: SandboxServer) -> None:
    answer = requests.post(
        f"{host.url}/visitor",
        data={"language": "en", "back": "//evil.example/"},
        headers={"Origin": host.url},
        allow_redirects=False,
        timeout=5,
    )
    assert answer.headers["Location"] == "/"
