"""What ifs from the pages: collected where it is shown what happens, looked at as a year, carried out or dropped."""

import pytest

from powerup.actions.kit.request import Role
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from tests.pages.bulk.test_bulk_pages import PAUSE, clock, office, parts, send, text_of
from tests.pages.conftest import TENANT, VISITORS, SignedIn
from tests.pages.reading import PageClient

__all__ = ["clock", "office", "parts"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LONG = PAUSE | {"asked": "1", "input/from": "4 jan 2027", "input/until": "12-2-2027", "intent_id": "int_1"}


def collected(parts: Parts, office: PageClient) -> str:
    """The address of a what if with one step that was found out."""
    bulk = send(office, "/bulk", LONG).headers["Location"].partition("?")[0]
    assert parts.bulk_work().take_turn()
    assert "Aan een wat-als toevoegen" in text_of(office.get(bulk))
    added = send(office, "/what-ifs", {"bulk": bulk.removeprefix("/bulk/"), "what_if_name": "Winter"})
    address = added.headers["Location"]
    assert office.get(bulk).headers["Location"] == address
    assert "Er wordt uitgezocht" in text_of(office.get(address))
    assert parts.what_if_work().take_turn()
    return address


def pauses(parts: Parts) -> list[int]:
    with parts.database.read() as connection:
        return [len(each.pauses) for each in Contracts(connection, TENANT.id).of_numbers(["1042", "1043", "1044"])]


def test_a_year_is_shown_without_and_with_and_then_carried_out(parts: Parts, office: PageClient) -> None:
    address = collected(parts, office)
    page = text_of(office.get(address))
    for words in ("Wat als: Winter", "Zonder", "gepauzeerd", "3 contracten worden anders", "1 stap uitvoeren"):
        assert words in page, words
    assert "Winter" in text_of(office.get("/what-ifs"))
    file = text_of(office.get(f"{address}/export.csv"))
    assert file.count(",vervalt,") == 6
    bulk = "/bulk/" + page.partition("/bulk/")[2].partition("?")[0]
    assert send(office, bulk, {"confirm": "1"}).headers["Location"] == address  # a step is not done by itself
    assert pauses(parts) == [0, 0, 0]
    assert send(office, address, {"do": "carry_out"}).status_code == 303
    assert parts.what_if_work().take_turn()
    assert parts.bulk_work().take_turn()
    assert pauses(parts) == [1, 1, 1]


def test_others_look_and_may_not_touch_it_and_it_can_be_dropped(
    parts: Parts, office: PageClient, signed_in: SignedIn
) -> None:
    address = collected(parts, office)
    other = signed_in(VISITORS[Role.ADMIN])
    page = text_of(other.get(address))
    assert ("Wat als: Winter" in page, "stap uitvoeren" in page) == (True, False)
    assert send(other, address, {"do": "drop"}).status_code == 404
    assert send(office, address, {"do": "drop"}).headers["Location"].startswith("/what-ifs")
    assert office.get(address).status_code == 404
    assert pauses(parts) == [0, 0, 0]


def test_a_closed_time_of_the_settings_is_a_step(parts: Parts, signed_in: SignedIn) -> None:
    admin = signed_in(VISITORS[Role.ADMIN])
    closed = {"input/date": "25-1-2027", "input/until": "5-2-2027", "input/name": "Winterstop", "do": "what_if"}
    added = send(admin, "/settings/closed-days/new", closed)
    assert added.headers["Location"].startswith("/what-ifs/")
    while parts.what_if_work().take_turn():
        pass
    page = text_of(admin.get(added.headers["Location"]))
    assert ("Winterstop" in page, "wordt geen bezoek en geen prijs" in page) == (True, True)
    wrong = send(admin, "/settings/closed-days/new", closed | {"input/date": "ooit"})
    assert wrong.status_code == 422
