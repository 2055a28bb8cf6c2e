"""Many presses as one from the pages: asked once, shown as one list, confirmed, watched; only by who began it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from powerup.actions.kit.request import Role
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.users import User, Users
from powerup.timing import Clock
from tests.actions.scenes import the_contract
from tests.pages.conftest import TENANT, VISITORS, SignedIn
from tests.pages.reading import PageClient

OWN = {"Sec-Fetch-Site": "same-origin"}
NOON = datetime(2026, 12, 28, 12, tzinfo=UTC)
ME = replace(VISITORS[Role.PLANNER], actor_id="usr_1")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def clock() -> Clock:
    return lambda: NOON


@pytest.fixture
def parts(parts: Parts) -> Parts:
    with parts.database.write() as connection:
        for number in ("1042", "1043", "1044"):
            Contracts(connection, TENANT.id).add(the_contract(number=number))
        me = User(TENANT.id, "usr_1", "b@voorbeeld.example", "B. Jacobs", "planner", "nl", NOON)
        Users(connection, TENANT.id).add(me)
    return parts


@pytest.fixture
def office(signed_in: SignedIn) -> PageClient:
    return signed_in(ME)


def token(client: PageClient) -> dict[str, str]:
    page = client.get("/actions/contract.note/1042").get_data(as_text=True)
    return {"csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]}


def send(client: PageClient, address: str, entered: Mapping[str, Any]) -> TestResponse:
    return client.post(address, headers=OWN, data={**token(client), **entered})


def text_of(response: TestResponse) -> str:
    return response.get_data(as_text=True)


PAUSE = {"action": "contract.pause", "target": ["1042@1", "1043@1", "1044@7"], "back": "/contracts"}


def begun(client: PageClient) -> str:
    entered = PAUSE | {"asked": "1", "input/from": "4 jan 2027", "input/until": "8-1-2027", "intent_id": "int_1"}
    answer = send(client, "/bulk", entered)
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["Location"]


def test_three_contracts_are_paused_as_one_and_what_changed_is_left_out(
    parts: Parts, office: PageClient, admin: PageClient
) -> None:
    form = text_of(send(office, "/bulk", PAUSE))
    assert "<h1>Pauzeren: 3 contracten</h1>" in form
    assert 'name="target" value="1044@7"' in form
    wrong = send(office, "/bulk", PAUSE | {"asked": "1", "input/from": "morgen of zo"})
    assert (wrong.status_code, 'href="#input-from"' in text_of(wrong)) == (422, True)
    address = begun(office)
    assert begun(office) == address  # a double click
    assert admin.get(address).status_code == 404
    part = text_of(office.get(address, headers={"HX-Request": "true"}))
    assert ("data-look-again" in part, "<h1" in part) == (True, False)
    assert parts.bulk_work().take_turn()
    shown = text_of(office.get(address))
    assert "Pauzeren: 2" in shown  # the button
    assert "intussen gewijzigd" in shown
    assert "1043 CV-ketel" in shown
    assert "Dit gaat er gebeuren" in shown
    one = office.get(address.replace("?", "/0?"))
    assert (one.status_code, "1042 CV-ketel" in text_of(one)) == (200, True)
    assert send(office, address, {"confirm": "1", "back": "/contracts"}).headers["Location"] == address
    assert parts.bulk_work().take_turn()
    done = text_of(office.get(address))
    assert "Gedaan: 2" in done
    assert 'value="contract.resume"' in done
    again = send(office, address, {"again": "1", "back": "/contracts"}).headers["Location"]
    assert again != address
    assert parts.bulk_work().take_turn()
    assert "Pauzeren: 1" in text_of(office.get(again))


def test_who_was_removed_meanwhile_has_nothing_done(parts: Parts, office: PageClient) -> None:
    address = begun(office)
    parts.bulk_work().take_turn()
    send(office, address, {"confirm": "1"})
    with parts.database.write() as connection:
        Users(connection, TENANT.id).remove("usr_1")
    parts.bulk_work().take_turn()
    assert "Mislukt: 2" in text_of(office.get(address))
    with parts.database.read() as connection:
        assert not any(contract.pauses for contract in Contracts(connection, TENANT.id).all())


def test_what_cannot_be_begun_is_told(office: PageClient, viewer: PageClient) -> None:
    assert send(office, "/bulk", {"action": "contract.burn", "target": "1042@1"}).status_code == 404
    assert send(office, "/bulk", {"action": "contract.pause", "back": "/contracts"}).headers["Location"] == "/contracts"
    assert viewer.post("/bulk", headers=OWN, data=PAUSE).status_code in (400, 403)
