"""What people meet on a working day, from start to end: in the frame of the host in Dutch, and alone in English; by
`python -m tests.stories` in the other languages, too."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete, update

from powerup.commands.demo.contracts import enter_contracts
from powerup.commands.demo.example_admin import EXAMPLE_ADMIN, EXAMPLE_PASSWORD, let_example_admin_in
from powerup.commands.demo.world import World, open_world
from powerup.sandbox.faults import Fault, FaultName
from powerup.store.contracts import Contracts
from powerup.store.sign_in_tables import sessions, users
from powerup.store.tables import contract_objects, contracts, visit_plans
from powerup.store.tables import visits as ledger
from powerup.store.users import Users
from powerup.sync.kit.context import Wish
from tests.actions.scenes import the_contract
from tests.pages.browser.desk import Desk, alone, in_frame
from tests.pages.browser.office import FIRST_DAY, now
from tests.stories import OTHERS

Arrives = Callable[[], Desk]

IN_FRAME, ALONE = "in the frame", "alone"
LANGUAGES = {IN_FRAME: "nl", ALONE: "en"}
OTHER_LANGUAGES = {IN_FRAME: "en", ALONE: "nl"}
CONTRACTS = {
    IN_FRAME: {"ends": "5003", "edited": "5004", "moved": "5003"},
    ALONE: {"ends": "5005", "edited": "5006", "moved": "5006"},
}
"""Each walk changes contracts of its own."""


@pytest.fixture(scope="module")
def languages(request: pytest.FixtureRequest) -> dict[str, str]:
    """Which language is read in the frame and alone."""
    return OTHER_LANGUAGES if request.config.pluginmanager.hasplugin(OTHERS) else LANGUAGES


@pytest.fixture(scope="module")
def firm(
    browser: Browser,  # noqa: ARG001 - skips first
    languages: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """A firm of its own that has installed and has no contracts, since these stories let its days go on."""
    with open_world(tmp_path_factory.mktemp("stories"), 0, 0, now) as opened:
        opened.host.marketplace.install(opened.powerup_url)
        opened.host.marketplace.set_today(FIRST_DAY)
        let_example_admin_in(opened)
        with opened.parts.database.write() as connection:
            users = Users(connection, opened.tenant().id)
            known = users.of_email(EXAMPLE_ADMIN)
            assert known
            users.save(replace(known, locale=languages[ALONE]))
        yield opened


@pytest.fixture(scope="module")
def world(firm: World) -> World:
    """The firm with its example contracts."""
    enter_contracts(firm)
    return firm


@pytest.fixture(params=[IN_FRAME, ALONE])
def where(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def comes_in(browser: Browser, firm: World, where: str, languages: dict[str, str]) -> Iterator[Arrives]:
    """Lets one more person in, who stays until the story ends."""
    with ExitStack() as leaving:

        def arrive() -> Desk:
            enter = in_frame if where == IN_FRAME else alone
            desk = enter(browser, firm, languages[where])
            leaving.enter_context(desk.person)
            return desk

        yield arrive


@pytest.fixture
def arrives(world: World, comes_in: Arrives) -> Arrives:  # noqa: ARG001 - with its contracts
    """Lets one more person in at the firm with its contracts."""
    return comes_in


@pytest.fixture
def desk(arrives: Arrives) -> Desk:
    """One person at work."""
    return arrives()


def run_cycle(world: World) -> None:
    world.parts.cycles().run(world.tenant().id, Wish(by_person=True))


def work_on_presses(world: World, shows: Callable[[], None]) -> None:
    """What a process beside the web does, until the page shows it; the page looks again by itself.

    shows is an expectation of a moment.
    """
    for _ in range(60):
        while world.parts.bulk_work().take_turn():
            pass
        with suppress(AssertionError):
            return shows()
    return shows()


def forget_contracts(firm: World) -> None:
    """As if none had ever been entered."""
    with firm.parts.database.write() as connection:
        connection.execute(delete(ledger))
        connection.execute(delete(contract_objects))
        connection.execute(delete(visit_plans))
        connection.execute(delete(contracts))


def test_the_first_contract_is_made_in_a_straight_line_from_an_empty_firm(comes_in: Arrives, firm: World) -> None:
    """First in this file: nobody has entered a contract yet."""
    desk = comes_in()
    page = desk.place
    desk.sees("Your first contract")
    assert desk.serious_flaws() == []
    page.get_by_role("link", name=desk.says("Make the first contract")).click()
    page.locator("[name='input/customer']").press_sequentially("korenaar")
    expect(page.locator(".found-record")).to_have_count(1)
    page.locator(".found-record").click()
    page.locator("[id='input-objects-words']").click()
    for code in ("CV-1", "CV-2"):
        page.locator(".found-record", has_text=code).click()
        expect(page.get_by_role("checkbox", name=code)).to_be_checked()
    desk.fills("input/name", "Ketels")
    desk.fills("input/start", "1-3-2027")
    desk.fills("input/plans/0/every", "3")
    desk.fills("input/template/type_of_work", "Onderhoud")
    desk.fills("input/template/payment_method", "op rekening")
    expect(page.locator("#preview tbody time").first).to_have_attribute("datetime", "2027-03-01")
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.get_by_role("button", name=desk.says("Make the contract"), exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ketels")
    desk.opens("/today")
    expect(page.get_by_text(desk.says("Your first contract"))).to_have_count(0)
    forget_contracts(firm)


def test_a_visit_is_moved_by_mouse_and_back_by_keys(desk: Desk, where: str) -> None:
    page, number = desk.place, CONTRACTS[where]["moved"]
    desk.opens(f"/contract/{number}")
    mark = page.locator("a.look.planned[data-visit]").last
    day = str(mark.get_attribute("data-day"))
    aside = -2 if date.fromisoformat(day).weekday() > 1 else 2
    before = (date.fromisoformat(day) + timedelta(days=aside)).isoformat()
    mark.drag_to(page.locator(f'.days a[data-day="{before}"]'))
    following = page.get_by_role("link", name=desk.says("This and all that follow"))
    expect(following).to_have_attribute("href", re.compile(f"/contract-edit/{number}.*next_visit={before}"))
    page.locator("#day").get_by_role("link", name=desk.says("This visit alone")).click()
    expect(page.get_by_role("button", name=desk.says("Move"), exact=True)).to_be_visible()
    assert desk.serious_flaws() == []
    desk.presses("Move")
    expect(page.get_by_role("status").first).to_contain_text(str(date.fromisoformat(before).year))
    moved = page.locator(f'a.look[data-visit][data-day="{before}"]').first
    moved.focus()
    desk.person.page.keyboard.press("m")
    field = page.get_by_label(desk.says("New day"))
    expect(field).to_be_focused()
    desk.person.page.keyboard.type(f"{int(day[8:])}-{int(day[5:7])}-{day[:4]}")
    desk.person.page.keyboard.press("Enter")
    page.locator("#day").get_by_role("link", name=desk.says("This visit alone")).click()
    desk.presses("Move")
    expect(page.locator(f'a.look[data-visit][data-day="{day}"]').first).to_be_visible()


def test_a_contract_ends_early_with_effects_shown_first_and_again_without_end(desk: Desk, where: str) -> None:
    page, number = desk.place, CONTRACTS[where]["ends"]
    desk.opens(f"/contract/{number}")
    page.get_by_role("link", name=desk.says("Terminate early")).first.click()
    desk.fills("input/last_day", "30-6-2027")
    desk.presses("Show what will happen")
    expect(page.locator(".error-summary")).to_be_focused()  # in a frame, too
    page.locator("[name='input/reason']").select_option(index=1)
    desk.presses("Show what will happen")
    desk.sees("Too far ahead to be listed one by one.")
    assert desk.serious_flaws() == []
    desk.presses("Terminate early")
    expect(page.get_by_role("status").first).to_contain_text(number)
    desk.opens(f"/contract/{number}")
    page.get_by_role("link", name=desk.says("Undo termination")).first.click()
    desk.presses("Undo termination")
    expect(page.get_by_role("link", name=desk.says("Terminate early")).first).to_be_visible()


def test_of_two_who_edit_at_once_the_second_loses_nothing_and_is_told(arrives: Arrives, where: str) -> None:
    path = f"/contract-edit/{CONTRACTS[where]['edited']}"
    first, second = arrives(), arrives()
    for desk, name in ((first, "Kept first"), (second, "Kept second")):
        desk.opens(path)
        desk.fills("input/name", name)
    first.presses("Save")
    expect(first.place.get_by_role("heading", level=1)).to_contain_text("Kept first")
    second.presses("Save")
    expect(second.place.get_by_text("Kept first").first).to_be_visible()
    expect(second.place.locator("[name='input/name']")).to_have_value("Kept second")
    second.presses("Save")
    expect(second.place.get_by_role("heading", level=1)).to_contain_text("Kept second")


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing_typed(desk: Desk, where: str, world: World) -> None:
    path = f"/contract-edit/{CONTRACTS[where]['edited']}"
    desk.opens(path)
    desk.fills("input/name", "Not kept yet")
    desk.place.wait_for_function("() => Object.values(localStorage).some(kept => kept.includes('Not kept yet'))")
    with world.parts.database.write() as connection:
        connection.execute(update(sessions).values(lasts_until=now() - timedelta(seconds=1)))
    desk.presses("Save")
    if where == ALONE:
        desk.sees("Your session has ended. What you typed is kept: sign in, then you can send it.")
        desk.fills("email", EXAMPLE_ADMIN)
        desk.fills("password", EXAMPLE_PASSWORD)
        desk.presses("Sign in")
        desk.presses("Send it now")
    else:
        desk.sees("What you typed is kept in this browser: open the form anew, and put it back.")
        desk.comes_back()
        desk.opens(path)
        desk.presses("Put it back")
        expect(desk.place.locator("[name='input/name']")).to_have_value("Not kept yet")
        desk.presses("Save")
    expect(desk.place.get_by_role("heading", level=1)).to_contain_text("Not kept yet")
    assert all("401" in each for each in desk.person.complaints)  # of the preview, which follows what is typed
    desk.person.complaints.clear()


def test_a_host_that_is_down_is_said_and_nothing_typed_is_lost(desk: Desk, where: str, world: World) -> None:
    desk.opens(f"/contract-edit/{CONTRACTS[where]['edited']}")
    desk.fills("input/name", "While it is down")
    world.host.host.faults.set(Fault(FaultName.HTTP_500, rate=1.0))
    try:
        desk.presses("Save")
        desk.sees("The host does not answer at the moment. Nothing was changed; try again in a minute.")
    finally:
        world.host.host.faults.clear()
    expect(desk.place.locator("[name='input/name']")).to_have_value("While it is down")
    assert all("status of 503" in each for each in desk.person.complaints)
    desk.person.complaints.clear()  # the browser writes down each answer of this status


def enter_thirty(world: World, where: str) -> None:
    """As many contracts more, each with a visit of its own."""
    numbers = [f"{where[:2]}{place}" for place in range(30)]
    with world.parts.database.write() as connection:
        entered = [the_contract(number=number, customer="1002", objects=()) for number in numbers]
        Contracts(connection, world.tenant().id).add_all(entered)
        Contracts(connection, world.tenant().id).release(numbers)


def test_thirty_visits_and_more_that_failed_are_tried_again_at_once(desk: Desk, where: str, world: World) -> None:
    enter_thirty(world, where)
    world.host.host.faults.set(Fault(FaultName.REFUSE_RECORD, rate=1.0))
    world.host.marketplace.set_today(world.host.host.calendar.today() + timedelta(days=40))
    run_cycle(world)
    world.host.host.faults.clear()
    desk.opens("/today")
    desk.presses("Try all again")
    button = desk.place.get_by_role("button", name=re.compile(rf"^{desk.says('Try again')}: \d+$"))
    work_on_presses(world, lambda: expect(button).to_be_visible(timeout=250))
    assert int(button.inner_text().rpartition(" ")[2]) >= 30
    with desk.place.expect_navigation():
        button.click()
    work_on_presses(world, lambda: expect(button).to_have_count(0, timeout=250))
    expect(desk.place.locator("main")).not_to_contain_text(desk.says("For confirmation"))
    run_cycle(world)
    desk.opens("/today")
    expect(desk.place.get_by_role("button", name=desk.says("Try all again"))).to_have_count(0)


def test_a_price_is_indexed_from_the_renewals_and_the_customer_is_written_to(
    desk: Desk, where: str, world: World
) -> None:
    """From the year in which the contract renews by itself to the letter about its new price."""
    day, since = {IN_FRAME: ("1-1-2028", "2028-01"), ALONE: ("1-1-2029", "2029-01")}[where]
    page = desk.place
    run_cycle(world)  # in which it renews for the year that has begun
    desk.opens("/renewals?within=365&kind=by_itself")
    assert desk.serious_flaws() == []
    page.locator("tbody [name='target']").first.check()
    expect(page.locator("[data-selected-count]")).to_contain_text("1")
    desk.presses("Index the price")
    desk.fills("input/from", day)
    desk.presses("Show what will happen")
    confirm = page.locator("button[name='confirm']")
    work_on_presses(world, lambda: expect(confirm).to_be_visible(timeout=250))
    confirm.click()
    letters = page.get_by_role("link", name=desk.says("Letters about the new prices"))
    work_on_presses(world, lambda: expect(letters).to_be_visible(timeout=250))
    letters.click()
    page.wait_for_url(f"**/letters?month={since}")
    expect(page.get_by_role("link", name="5010")).to_be_visible()


def test_who_may_only_look_finds_no_buttons_and_is_told_why(desk: Desk, where: str, world: World) -> None:
    number = CONTRACTS[where]["edited"]
    with world.parts.database.write() as connection:
        connection.execute(update(sessions).values(role="viewer"))
        connection.execute(update(users).values(role="viewer"))
    desk.opens(f"/contract/{number}")
    expect(desk.place.get_by_role("heading", level=1)).to_contain_text(number)
    expect(desk.place.get_by_role("link", name=desk.says("Edit"))).to_have_count(0)
    desk.opens(f"/contract-edit/{number}")
    desk.sees("You may not do this")
