"""What a person types in a form of the host's pages: kept, said back, and what is wrong told where it stands."""

from datetime import date

import pytest
from playwright.sync_api import Browser, Route, expect

from powerup.sandbox.fault_orders import FaultReport, make_fault_order
from powerup.sandbox.pages.texts import Texts
from powerup.sandbox.server import SandboxServer
from tests.sandbox.calling import Caller
from tests.sandbox.pages.browsing import NARROW, WIDE, Person
from tests.sandbox.pages.stand_in import StandIn

NEW_CONTRACT = "/actions/contract.create?type=relation&id=1001&customer=1001&back=/customers/1001"


@pytest.fixture(autouse=True)
def _installed(host: SandboxServer, powerup: StandIn) -> None:
    host.marketplace.install(powerup.receiver.url)
    powerup.add_contract("CV-ketel", "1001")


def _fills_in(person: Person) -> None:
    person.page.locator("#input-name").fill("Airco")
    person.page.locator("#input-plans-0-name").fill("A")
    with person.page.expect_response("**/actions/*"):  # the form is drawn anew
        person.page.locator("#input-plans-0-unit").select_option("year")
    expect(person.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def _is_filled_in(person: Person) -> None:
    expect(person.page.locator("#input-name")).to_have_value("Airco")
    expect(person.page.locator("#input-plans-0-name")).to_have_value("A")
    expect(person.page.locator("#input-plans-0-unit")).to_have_value("year")


@pytest.mark.parametrize("way", ["Terug naar het formulier", "Annuleren", "browser"])
def test_back_and_cancel_of_a_preview_keep_the_form(person: Person, way: str) -> None:
    person.opens(NEW_CONTRACT)
    _fills_in(person)
    person.presses("Toon eerst de gevolgen")
    person.sees("2 × vóór invoer van het contract")
    if way == "browser":
        person.page.go_back()
    else:
        person.follows(way)
    _is_filled_in(person)
    person.presses("Nieuw contract")
    person.sees("Contract 1043 is aangemaakt.")


def test_a_form_that_is_done_begins_anew_when_it_is_gone_back_to(person: Person) -> None:
    person.opens(NEW_CONTRACT)
    _fills_in(person)
    person.presses("Nieuw contract")
    person.sees("Contract 1043 is aangemaakt.")
    person.page.go_back()
    expect(person.page.locator("#input-name")).to_have_value("")


def test_switching_the_type_and_back_keeps_the_plans(person: Person) -> None:
    person.opens(NEW_CONTRACT)
    _fills_in(person)
    person.presses("+ Onderhoudsbeurt toevoegen")
    person.page.locator("#input-plans-1-name").fill("B")
    person.page.locator("#input-type").select_option("yearly")
    person.page.locator("#input-orders_per_year").fill("4")
    expect(person.page.locator("#input-plans")).to_have_count(0)
    person.page.locator("#input-type").select_option("preventive")
    expect(person.page.locator("#input-plans-1-name")).to_have_value("B")
    _is_filled_in(person)


@pytest.mark.parametrize(
    ("language", "typed", "said"),
    [
        ("nl", "27 mrt", "zaterdag 27 maart 2027"),
        ("nl", "27-3-2027", "zaterdag 27 maart 2027"),
        ("en", "27/3", "Saturday 27 March 2027"),
    ],
)
def test_a_day_is_typed_as_people_write_it_and_said_back(
    browser: Browser, host: SandboxServer, powerup: StandIn, language: str, typed: str, said: str
) -> None:
    with Person(browser, host.url, language) as person:
        person.opens(NEW_CONTRACT)
        _fills_in(person)
        person.page.locator("#input-end").fill(typed)
        person.page.locator("#input-end").press("Tab")
        expect(person.page.locator("output[for=input-end]")).to_have_text(said)
        person.page.locator("#input-name").press("Enter")
        person.sees("Contract 1043 is aangemaakt.")
    pressed = powerup.receiver.of_type("action.invoked")[-1].envelope["data"]
    assert pressed["input"]["end"] == "2027-03-27"


def test_what_is_typed_or_chosen_while_the_form_is_drawn_anew_stays(person: Person) -> None:
    person.opens(NEW_CONTRACT)
    held: list[Route] = []
    person.page.route("**/actions/*", lambda route: held.append(route))
    person.page.locator("#input-plans-0-unit").select_option("week")
    person.page.locator("#input-name").fill("Airco")
    person.page.locator("#input-template-payment_method").select_option("op rekening")
    person.page.locator("#input-objects input").first.check()
    person.page.wait_for_timeout(50)  # until the route was reached
    held[0].continue_()
    expect(person.page.locator("#input-plans-0-weekdays")).to_be_visible()
    expect(person.page.locator("#input-name")).to_have_value("Airco")
    expect(person.page.locator("#input-template-payment_method")).to_have_value("op rekening")
    expect(person.page.locator("#input-objects input").first).to_be_checked()


@pytest.mark.parametrize(("language", "size"), [("nl", WIDE), ("en", NARROW)])
def test_what_cannot_be_read_is_told_beside_its_field_and_in_a_summary_that_leads_there(
    browser: Browser, host: SandboxServer, powerup: StandIn, language: str, size: tuple[int, int]
) -> None:
    """Also in a section that was closed, and together with what the power-up says of the rest."""
    texts = Texts(language)
    with Person(browser, host.url, language, size) as person:
        page = person.page
        person.opens(NEW_CONTRACT)
        page.locator("#input-plans-0-name").fill("A")
        page.locator("#input-end").fill("31022027")
        page.locator("#input-end").press("Tab")
        expect(page.locator("output[for=input-end]")).to_have_text(texts.say("“{text}” is no date.", text="31022027"))
        on_demand = page.locator("details.on-demand").filter(has=page.locator("#input-days_in_advance"))
        on_demand.locator("summary").first.click()
        page.locator("#input-days_in_advance").fill("1-2")
        on_demand.locator("summary").first.click()
        page.locator("#input-name").press("Enter")
        for field, words in (
            ("input-end", texts.unread("31022027", "day")),
            ("input-days_in_advance", texts.unread("1-2", "number")),
            ("input-name", "name must be filled in."),
            ("input-plans-0-unit", "plans/0/unit must be filled in."),
        ):
            expect(page.locator(f"#{field}-problem")).to_have_text(words)
            expect(page.locator(f"#{field}-problem")).to_be_visible()
            link = page.locator(f".flaws a[href='#{field}']")
            expect(link).to_contain_text(words)
            link.click()
            expect(page.locator(f"#{field}")).to_be_focused()
        expect(page.locator("#input-end")).to_have_value("31022027")
        expect(page.locator("#input-days_in_advance")).to_have_value("1-2")
        assert page.title().startswith(texts.say("Error: {title}", title=""))
        assert person.serious_flaws() == []
        assert not person.is_too_wide()
    previews = [message.envelope["data"]["preview"] for message in powerup.receiver.of_type("action.invoked")]
    assert previews == [True]
    assert list(powerup.contracts) == ["1042"]


def test_a_part_that_cannot_be_fetched_says_so_and_can_be_tried_again(person: Person) -> None:
    person.page.route("**/cards/**", lambda route: route.abort())
    person.opens("/customers/1001")
    person.sees("De contracten kunnen niet worden opgehaald.")
    expect(person.page.locator("#cards > .working")).to_be_hidden()
    person.page.unroute("**/cards/**")
    person.presses("Probeer opnieuw")
    expect(person.page.locator("#card-1042")).to_be_visible()
    person.complaints.clear()  # Chromium and htmx say it too


@pytest.mark.parametrize("status", [500, 404])
def test_a_part_that_is_refused_says_so_too(person: Person, status: int) -> None:
    person.page.route("**/cards/**", lambda route: route.fulfill(status=status, body="oops"))
    person.opens("/customers/1001")
    person.sees("De contracten kunnen niet worden opgehaald.")
    person.complaints = [
        words for words in person.complaints if "status of 500" not in words and f"{status}" not in words
    ]


def test_a_board_that_is_not_kept_up_to_date_says_so_until_it_is(person: Person) -> None:
    person.page.route("**/board/columns*", lambda route: route.abort())
    person.opens("/board")
    warning = person.page.get_by_text("Het bord kan niet worden bijgewerkt.")
    expect(warning).to_be_visible()
    person.page.unroute("**/board/columns*")
    expect(warning).to_be_hidden()
    person.complaints.clear()  # Chromium and htmx say it too


def test_what_is_still_going_on_does_not_look_done(person: Person, powerup: StandIn) -> None:
    powerup.is_slow, powerup.holds_back = True, True
    person.opens("/actions/contract.edit?type=contract&id=1042&version=1&customer=1001&back=/customers/1001")
    person.page.locator("#input-name").fill("Airco")
    person.presses("Opslaan")
    going_on = person.page.locator("#outcome")
    expect(going_on).to_have_class("outcome busy")
    powerup.lets_go()
    expect(going_on).to_have_class("outcome good")


def test_a_fault_order_is_made_from_a_customers_page(person: Person, host: SandboxServer) -> None:
    person.opens("/customers/1001")
    person.follows("Nieuwe storing")
    person.presses("Maak de storingsbon")
    expect(person.page.locator("#description-problem")).to_have_text("Zeg wat er aan de hand is.")
    person.page.locator("#object").select_option("CV-1")
    person.page.locator("#description").fill("Geen warm water")
    person.presses("Maak de storingsbon")
    person.sees("De storingsbon is gemaakt.")
    person.sees("1 Spoed")
    (order,) = host.host.orders.all()
    assert (order.fields["WorkObjects"], order.fields["PriorityCode"]) == (["CV-1"], "1")
    person.opens("/board")
    expect(person.page.locator("#order-1 .when")).to_have_text("Zonder datum")


def test_the_days_of_a_work_order_are_typed_as_people_write_them(person: Person, host: SandboxServer) -> None:
    order = make_fault_order(host.host, FaultReport("1001", "Geen warm water", "1"))
    person.opens(f"/orders/{order.row_id}")
    person.page.locator("#day").fill("31022027")
    person.presses("Datum opslaan")
    expect(person.page.locator("#day-problem")).to_contain_text("“31022027” is geen datum.")
    person.page.locator(".flaws a").click()
    expect(person.page.locator("#day")).to_be_focused()
    person.page.locator("#day").fill("27 mrt")
    person.page.locator("#start").fill("8.30")
    person.presses("Datum opslaan")
    person.sees("zaterdag 27 maart 2027, 08:30")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_what_is_said_of_a_day_moves_no_button_from_under_the_mouse(
    person: Person, host: SandboxServer, size: tuple[int, int]
) -> None:
    order = make_fault_order(host.host, FaultReport("1001", "Geen warm water", "1"))
    person.page.set_viewport_size({"width": size[0], "height": size[1]})
    person.opens(f"/orders/{order.row_id}")
    button = person.page.get_by_role("button", name="Datum opslaan")
    day, said = person.page.locator("#day"), person.page.locator("output[for=day]")
    day.clear()
    day.blur()
    expect(said).to_be_empty()
    before = button.bounding_box()
    day.fill("31022027")
    day.blur()
    expect(said).to_contain_text("is geen datum")
    assert button.bounding_box() == before


def test_to_which_day_time_goes_is_typed_as_people_write_it(person: Person, host: SandboxServer) -> None:
    person.opens("/time")
    person.page.locator("#to-day").fill("31022027")
    person.presses("In één keer")
    expect(person.page.locator("#to-day-problem")).to_contain_text("“31022027” is geen datum.")
    person.page.locator("#to-day").fill("5 jan")
    person.presses("In één keer")
    person.sees("Vandaag is het dinsdag 5 januari 2027")
    assert host.host.calendar.today() == date(2027, 1, 5)


@pytest.mark.parametrize(("typed", "words"), [("1-2", "“1-2” is geen heel getal."), ("101", "van 0 tot 100")])
def test_a_number_of_a_fault_that_is_none_is_told_beside_it(
    person: Person, host: SandboxServer, typed: str, words: str
) -> None:
    person.opens("/behaviour")
    person.page.locator("#percent-http_500").fill(typed)
    person.presses("Zet aan: Status 500")
    expect(person.page.locator("#percent-http_500-problem")).to_contain_text(words)
    expect(person.page.locator("#percent-http_500")).to_have_value(typed)
    assert host.host.faults.listed() == []


def test_a_number_of_a_switch_that_is_none_is_told_beside_it(person: Person, host: SandboxServer) -> None:
    person.opens("/behaviour")
    person.page.locator("#switch-list_lag_calls").fill("1-2")
    person.presses("Opslaan")
    expect(person.page.locator("#switch-list_lag_calls-problem")).to_have_text("“1-2” is geen heel getal.")
    assert host.host.switches.list_lag_calls == 0


def test_reminders_can_be_seen(person: Person, host: SandboxServer) -> None:
    caller = Caller(host)
    task = {"tsk_type": "TASK", "tsk_category": "1", "tsk_priority": "2", "tsk_status": "OPEN", "tsk_reference": "r1"}
    more = {"tsk_name": "Contract 1042 loopt af", "tsk_timestamp_due": "2027-02-01 00:00:00", "tsk_debtor_nr": "1001"}
    caller.post("tasks", [task | more])
    caller.session.close()
    person.opens("/tasks")
    person.sees("Contract 1042 loopt af")
    person.sees("01-02-2027")
    person.follows("Bakkerij De Korenaar")
    person.sees("Contract 1042 loopt af")


def test_the_card_of_a_work_order_shows_how_much_time_its_sla_leaves(person: Person, powerup: StandIn) -> None:
    due = "2027-01-01T13:00:00+01:00"
    promise = {"workorder_no": "WB-1", "measures": "response", "due": due, "minutes_left": 185, "state": "warned"}
    late = promise | {"measures": "resolution", "due": None, "minutes_left": 0, "state": "breached"}
    powerup.sla = {"rows": [promise, late], "more": 2}
    person.opens("/customers/1001")
    person.sees("nog 3:05 uur")
    person.sees("reactie uiterlijk 01-01-2027 13:00")
    person.sees("0:00 uur te laat")
    person.sees("en nog 2 termijnen")
    assert person.serious_flaws() == []


def test_a_card_shows_why_a_contract_was_paused_or_ended_and_by_whom(person: Person, powerup: StandIn) -> None:
    powerup.why = ("Verbouwing", "P. Planner")
    person.opens("/customers/1001")
    person.sees("Reden: Verbouwing")
    person.sees("Door: P. Planner")
    assert person.serious_flaws() == []


def test_cards_are_asked_for_anew_when_the_power_up_says_that_they_look_otherwise_now(
    person: Person, powerup: StandIn
) -> None:
    person.opens("/customers/1001")
    expect(person.page.locator("#card-1042")).to_contain_text("CV-ketel")
    powerup.contracts["1042"].name = "CV-ketel en boiler"
    powerup.says_that_cards_changed("1001")
    expect(person.page.locator("#card-1042")).to_contain_text("CV-ketel en boiler")
