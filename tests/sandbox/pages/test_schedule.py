"""The dates that result from a press, and the days from which visits were moved, as the pages show them."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, expect

from powerup.sandbox.pages.schedule import MOST_OPEN, schedule_of
from powerup.sandbox.server import SandboxServer
from tests.sandbox.pages.browsing import NARROW, Person
from tests.sandbox.pages.conftest import TODAY
from tests.sandbox.pages.stand_in import StandIn

NEW = "/actions/contract.create?type=relation&id=1001&customer=1001&back=/customers/1001"
EDIT = "/actions/contract.edit?type=contract&id=1042&version=1&customer=1001&back=/customers/1001"
ENTERED = {
    "input/name": "Airco",
    "input/customer": "1001",
    "input/type": "preventive",
    "input/plans/": "0",
    "input/plans/0/name": "A",
    "input/plans/0/unit": "month",
}


@pytest.fixture(autouse=True)
def _installed(host: SandboxServer, powerup: StandIn) -> None:
    host.marketplace.install(powerup.receiver.url)
    powerup.add_contract("CV-ketel", "1001")


def _row(day: str, **differently: Any) -> dict[str, Any]:
    return {
        "plan": "A",
        "objects": ["CV-1", "CV-2"],
        "nominal_date": day,
        "planned_date": day,
        "weekday": "mon",
        "holiday": None,
        "shifted_by": None,
        "moved_from": None,
        "generation_date": "2027-01-20",
        "state": "planned",
        "reason": None,
        **differently,
    }


def _schedule(*rows: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    return {"rows": list(rows), "total": len(rows) if total is None else total, "until": "2027-12-31"}


def _pressed(host: SandboxServer, address: str, language: str, **entered: str) -> str:
    """The page after a press, its words in one line."""
    headers = {"Origin": host.url, "Accept-Language": language}
    answer = requests.post(f"{host.url}{address}", data={**ENTERED, **entered}, headers=headers, timeout=5)
    assert answer.status_code == 200
    main = answer.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


SHIFTED = _row(
    "2027-02-05", objects=["CV-1"], nominal_date="2027-02-04", holiday="Nieuwjaarsdag", shifted_by="next_working_day"
)


@pytest.mark.parametrize(
    ("row", "dutch", "english"),
    [
        (
            SHIFTED,
            "vr 05-02-2027 A CV-1 wo 20-01-2027 verschoven van do 04-02-2027 (Nieuwjaarsdag) naar de werkdag erna",
            "A CV-1 Wed 20 Jan 2027 shifted from Thu 4 Feb 2027 (Nieuwjaarsdag) to the working day after",
        ),
        (
            SHIFTED | {"nominal_date": "2027-02-06", "holiday": None, "shifted_by": "previous_working_day"},
            "verschoven van za 06-02-2027 (geen werkdag) naar de werkdag ervoor",
            "shifted from Sat 6 Feb 2027 (not a working day) to the working day before",
        ),
        (_row("2027-05-05", holiday="Bevrijdingsdag"), "op Bevrijdingsdag", "on Bevrijdingsdag"),
        (
            _row("2027-02-09", moved_from="2027-02-04", objects=[]),
            "di 09-02-2027 was 04-02-2027 A – wo 20-01-2027",
            "Tue 9 Feb 2027 was 4 Feb 2027 A – Wed 20 Jan 2027",
        ),
        (_row("2027-02-04", generation_date="2026-12-20"), "CV-2 meteen", "CV-2 at once"),
        (
            _row("2027-02-04", state="ordered", generation_date="2026-12-20"),
            "CV-2 al gemaakt klaargezet",
            "CV-2 already made ready",
        ),
        (
            _row("2027-02-04", state="withheld", reason="skipped"),
            "CV-2 – niet aangemaakt: overgeslagen",
            "CV-2 – withheld: skipped",
        ),
    ],
)
def test_a_preview_says_each_date_when_its_order_is_made_and_why_it_is_that_day(
    host: SandboxServer, powerup: StandIn, row: dict[str, Any], dutch: str, english: str
) -> None:
    powerup.shown = {"schedule": _schedule(row)}
    assert dutch in _pressed(host, NEW, "nl", preview="1")
    assert english in _pressed(host, NEW, "en", preview="1")


def test_a_schedule_says_how_far_it_reaches_and_that_it_is_cut(host: SandboxServer, powerup: StandIn) -> None:
    powerup.shown = {"schedule": _schedule(_row("2027-02-04"))}
    assert "Datums van de komende twaalf maanden 1 Tot en met 31-12-2027." in _pressed(host, NEW, "nl", preview="1")
    powerup.shown = {"schedule": _schedule(_row("2027-02-04"), total=300)}
    assert "Through 31 Dec 2027, the first 1 of 300." in _pressed(host, NEW, "en", preview="1")
    powerup.shown = {"schedule": _schedule()}
    assert "Tot en met 31-12-2027 zijn er geen datums." in _pressed(host, NEW, "nl", preview="1")


def test_an_answer_says_how_far_it_counts_and_from_when_a_new_rule(host: SandboxServer, powerup: StandIn) -> None:
    moved = {"effect": "moved", "plan": "A", "planned_date": "2027-02-09", "moved_from": "2027-02-04"}
    powerup.shown = {
        "effects": [moved],
        "counts": {"moved": 1},
        "counted_until": "2027-12-31",
        "counts_from": {"A": "2027-04-01"},
        "schedule": _schedule(_row("2027-02-09", moved_from="2027-02-04")),
    }
    said = _pressed(host, EDIT, "nl", **{"input/name": "CV"})
    assert "Geteld tot en met 31-12-2027." in said
    assert "Beurt A: de nieuwe regel telt vanaf 01-04-2027." in said
    assert "09-02-2027 was 04-02-2027" in said
    assert "Datums van de komende twaalf maanden 1" in said


def test_a_visit_on_a_card_says_from_which_day_it_was_moved(host: SandboxServer, powerup: StandIn) -> None:
    powerup.moved_from = "2027-01-28"
    page = requests.get(f"{host.url}/cards/relation/1001", headers={"Accept-Language": "en"}, timeout=5).text
    assert "was 28 Jan 2027" in page


def test_an_answer_without_a_schedule_has_none() -> None:
    assert schedule_of({"status": "succeeded"}) is None


def test_a_long_schedule_stands_behind_its_number_and_can_be_read_on_a_phone(
    browser: Browser, host: SandboxServer, powerup: StandIn
) -> None:
    days = [(date(2027, 2, 4) + timedelta(weeks=week)).isoformat() for week in range(MOST_OPEN + 1)]
    rows = [_row(day, objects=[f"CV-{number}" for number in range(40)]) for day in days]
    powerup.shown = {"schedule": _schedule(SHIFTED, *rows[1:])}
    assert host.host.calendar.today() == TODAY
    with Person(browser, host.url, "en", NARROW) as person:
        person.opens(NEW)
        person.page.locator("#input-name").fill("Airco")
        person.page.locator("#input-plans-0-name").fill("A")
        person.page.locator("#input-plans-0-unit").select_option("week")
        person.page.locator("button[name=preview]").click()
        table = person.page.locator(".dates")
        expect(table).to_be_hidden()
        person.page.get_by_text(f"Dates of the coming twelve months {MOST_OPEN + 1}").click()
        expect(table.get_by_text("Fri 5 Feb 2027")).to_be_visible()
        assert not person.is_too_wide()
        assert person.serious_flaws() == []
