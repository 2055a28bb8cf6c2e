"""How an action is done from a page: its form, what it will do, exactly that, and the way back with its undo."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from powerup.parts import Parts
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.runs import Runs
from tests.actions.scenes import ordered, the_contract
from tests.pages.conftest import TENANT
from tests.pages.reading import PageClient

OWN = {"Sec-Fetch-Site": "same-origin"}
TERMINATE = "/actions/contract.terminate/1042"
VISIT = "1042:A:2027-03-31:CV-1"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def parts(parts: Parts) -> Parts:
    """The contract of scenes, with what is due by then at the host."""
    with parts.database.write() as connection:
        contract = the_contract()
        Contracts(connection, TENANT.id).add(contract)
        rows = ordered(contract).ledger.values()
        Ledger(connection, TENANT.id).add([replace(row, host_row_id=None) for row in rows])
        HostNames(connection, TENANT.id).keep({(NameKind.CUSTOMER, "1001"): HostName("Bakkerij Smit")})
    return replace(parts, clock=lambda: datetime(2026, 12, 28, 12, tzinfo=UTC))


def hidden(page: str) -> dict[str, str]:
    """What the form of a page carries unseen."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def form(client: PageClient, address: str) -> dict[str, str]:
    response = client.get(address)
    assert response.status_code == 200
    return hidden(response.get_data(as_text=True))


def send(client: PageClient, address: str, entered: Mapping[str, str]) -> TestResponse:
    return client.post(address, headers=OWN, data=dict(entered))


def news_of(client: PageClient, response: TestResponse) -> str:
    """What the page says that a redirect leads to, of which only the news is looked at: it need not be there yet."""
    assert response.status_code == 303, response.get_data(as_text=True)
    return (
        client.get("/actions/contract.note/1042").get_data(as_text=True).partition('id="news"')[2].partition("<h1")[0]
    )


def lines(parts: Parts, action: str) -> int:
    with parts.database.read() as connection:
        return sum(line.action == action for line in AuditTrail(connection, TENANT.id).latest(99))


def test_a_contract_is_terminated_with_exactly_the_effects_that_were_shown(parts: Parts, planner: PageClient) -> None:
    first = planner.get(f"{TERMINATE}?back=/contracts?status=active").get_data(as_text=True)
    assert "<h1>Vroegtijdig beëindigen: 1042 CV-ketel</h1>" in first
    assert "Bakkerij Smit" in first
    entered = hidden(first) | {
        "input/last_day": "28 feb 2027",
        "input/reason": "MOVED",
        "input/existing_orders": "keep",
    }
    shown = send(planner, TERMINATE, entered | {"preview": "1"}).get_data(as_text=True)
    assert "31 mrt 2027" in shown
    assert 'value="28 feb 2027"' in shown  # as it was typed
    assert lines(parts, "contract.terminate") == 0
    confirmed = entered | {"confirmation": hidden(shown)["confirmation"]}
    done = send(planner, TERMINATE, confirmed)
    assert (done.status_code, done.headers["Location"]) == (303, "/contracts?status=active")
    again = send(planner, TERMINATE, confirmed)  # a double click
    assert (again.status_code, lines(parts, "contract.terminate")) == (303, 1)
    told = news_of(planner, done)
    assert "eindigt op 28 februari 2027" in told
    undo = re.search(r'href="(/actions/contract\.undo_termination/1042[^"]*)"', told)
    assert undo
    fields = form(planner, undo[1].replace("&amp;", "&"))
    assert send(planner, "/actions/contract.undo_termination/1042", fields).status_code == 303
    assert lines(parts, "contract.undo_termination") == 1


def test_what_is_wrong_stands_on_top_and_beside_its_field_and_nothing_typed_is_lost(planner: PageClient) -> None:
    entered = form(planner, TERMINATE) | {"input/last_day": "31-2-2027", "input/remark": "Verhuisd naar <elders>"}
    response = send(planner, TERMINATE, entered)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "<title>Fout: Vroegtijdig beëindigen" in page
    assert 'href="#input-last_day"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="31-2-2027"' in page
    assert "Verhuisd naar &lt;elders&gt;" in page
    assert hidden(page)["intent_id"] == entered["intent_id"]


def test_of_two_who_change_one_contract_the_second_is_told_and_presses_again_without_typing(
    parts: Parts, planner: PageClient, admin: PageClient
) -> None:
    entered = form(planner, "/actions/contract.pause/1042?from=2027-03-01&until=2027-04-30")
    entered |= {"input/from": "1-3-2027", "input/until": "30-4-2027", "input/reason": "Verbouwing"}
    theirs = form(admin, TERMINATE) | {"input/last_day": "30-6-2027", "input/reason": "SOLD"}
    shown = hidden(send(admin, TERMINATE, theirs | {"preview": "1"}).get_data(as_text=True))
    assert send(admin, TERMINATE, theirs | {"confirmation": shown["confirmation"]}).status_code == 303
    response = send(planner, "/actions/contract.pause/1042", entered)
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    for told in ("B. Jacobs", "Vroegtijdig beëindigen", "30 juni 2027", "Verbouwing"):
        assert told in page
    carried = hidden(page)
    assert (carried["version"], carried["intent_id"]) == ("2", entered["intent_id"])
    again = entered | {"version": carried["version"]}
    shown = hidden(send(planner, "/actions/contract.pause/1042", again | {"preview": "1"}).get_data(as_text=True))
    done = send(planner, "/actions/contract.pause/1042", again | {"confirmation": shown["confirmation"]})
    assert done.status_code == 303
    assert lines(parts, "contract.pause") == 1
    with parts.database.read() as connection:
        contract = Contracts(connection, TENANT.id).get("1042")
    assert contract is not None
    assert (contract.termination is not None, len(contract.pauses)) == (True, 1)


def test_what_needs_no_input_is_shown_at_once_and_a_visit_is_left_out_and_taken_in_again(
    parts: Parts, planner: PageClient
) -> None:
    page = planner.get(f"/actions/visit.skip/{VISIT}?back=/visits").get_data(as_text=True)
    assert "bezoek van 31 maart 2027" in page
    assert 'name="confirmation"' in page
    entered = hidden(page) | {"input/reason": "Gebouw dicht"}
    done = send(planner, f"/actions/visit.skip/{VISIT}", entered)  # the reason came after the list was made
    assert done.headers["Location"] == "/visits"
    assert f"/actions/visit.unskip/{VISIT.replace(':', '%3A')}" in news_of(planner, done)
    assert lines(parts, "visit.skip") == 1


def test_a_visit_is_moved_by_an_address_and_moved_back(planner: PageClient) -> None:
    page = planner.get(f"/actions/visit.move/{VISIT}?to=2027-03-27").get_data(as_text=True)
    assert 'value="27-3-2027"' in page
    assert "za 27 mrt 2027" in page
    other = send(planner, f"/actions/visit.move/{VISIT}", hidden(page) | {"input/to": "26-3-2027"}).get_data(
        as_text=True
    )
    assert "andere lijst" in other  # than the one that was shown, so nothing was done yet
    assert "Beste dagen" in page
    assert "to=2027-03-30" in page  # one of them
    done = send(planner, f"/actions/visit.move/{VISIT}", hidden(page) | {"input/to": "27-3-2027"})
    assert "to=2027-03-31" in news_of(planner, done)


def test_why_it_is_not_possible_stands_there_instead_of_a_form(planner: PageClient) -> None:
    for address, why in (
        ("/actions/contract.undo_termination/1042", "vroegtijdig einde"),
        ("/actions/contract.delete/1042", "beheerder"),
        (f"/actions/visit.retry/{VISIT}", "niet mislukt"),
    ):
        page = planner.get(address).get_data(as_text=True)
        assert "Dit kan nu niet" in page, address
        assert why in page, address
        assert '<form method="post" action="/actions' not in page


def test_who_may_not_changes_nothing(parts: Parts, planner: PageClient, viewer: PageClient) -> None:
    assert viewer.get(TERMINATE).status_code == 403
    carried = form(planner, TERMINATE)
    delete = send(planner, "/actions/contract.delete/1042", carried)
    assert delete.status_code == 403
    assert "Dit is niet gedaan" in delete.get_data(as_text=True)
    assert lines(parts, "contract.delete") == 0


@pytest.mark.parametrize(
    "address",
    ["/actions/contract.burn/1042", "/actions/contract.pause/1043", "/actions/visit.skip/1042:B:2027-03-31:CV-1"],
)
def test_what_is_not_there_is_404(planner: PageClient, address: str) -> None:
    assert planner.get(address).status_code == 404


def test_create_and_edit_have_pages_of_their_own(planner: PageClient) -> None:
    assert planner.get("/actions/contract.edit/1042").headers["Location"] == "/contract-edit/1042"
    assert planner.get("/actions/contract.create/1001").headers["Location"] == "/contract-new?customer=1001"


def test_what_goes_on_at_the_host_has_a_page_for_who_pressed_alone(
    parts: Parts, planner: PageClient, admin: PageClient
) -> None:
    entered = form(planner, "/actions/contract.refresh/1042?back=/today")
    accepted = send(planner, "/actions/contract.refresh/1042", entered)
    address = accepted.headers["Location"]
    assert address.startswith("/runs/run_")
    page = planner.get(address).get_data(as_text=True)
    assert "data-look-again" in page
    assert 'href="/today"' in page
    assert admin.get(address).status_code == 404
    run_id = urlsplit(address).path.removeprefix("/runs/")
    with parts.database.write() as connection:
        runs = Runs(connection, TENANT.id)
        run = runs.get(run_id)
        assert run
        runs.finish(run_id, {**run.answer, "status": "failed", "message": "De host weigerde: 1007"}, run.created_at)
    part = planner.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "De host weigerde: 1007" in part
    assert "data-look-again" not in part
