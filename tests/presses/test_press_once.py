"""A press is done once, whichever entrance it comes by, and its answer is for who pressed (webhooks page, 4)."""

import os
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from threading import Barrier
from typing import Any

import pytest

from powerup.actions import perform as performing
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Actor, Request, Role
from powerup.actions.perform import Decision
from powerup.presses.press import Document, Presses
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.encryption import Cipher
from powerup.webhooks.background.housekeeping import forget_what_is_over
from tests.actions.scenes import FORM
from tests.presses.office import COLLEAGUE, PLANNER, TERMINATE, VIEWER, Office
from tests.webhooks.signed_messages import NOW

PAUSE = {"from": "2027-01-04", "until": "2027-01-08", "reason": "SOLD"}


def prepare_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, both of two who press have read at the host before either writes."""
    together = Barrier(2, timeout=30)
    prepare = Presses.prepare

    def prepared(presses: Presses, *asked: Any) -> Any:
        found = prepare(presses, *asked)
        together.wait()
        return found

    monkeypatch.setattr(Presses, "prepare", prepared)


def test_two_who_send_one_press_at_the_same_moment_have_it_done_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_together(monkeypatch)
    request = office.creating()
    with ThreadPoolExecutor(2) as people:
        first, second = people.map(office.press, (request, request))
    assert first == second
    assert first["status"] == "succeeded"
    assert (office.contracts(), office.lines("contract.create")) == ([first["target"]["id"]], 1)


def test_two_who_edit_by_one_press_get_the_same_answer_and_no_conflict(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second finds the contract in another version than it was sent with: that of its own first change."""
    request = office.request("contract.edit", office.contract(), {"name": "Ketelhuis"})
    prepare_together(monkeypatch)
    with ThreadPoolExecutor(2) as people:
        first, second = people.map(office.press, (request, request))
    assert first == second
    assert (first["status"], office.lines("contract.edit")) == ("succeeded", 1)


def test_a_viewers_refused_press_does_not_use_up_a_planners(office: Office) -> None:
    request = office.creating()
    assert office.press(replace(request, actor=VIEWER))["status"] == "denied"
    assert office.press(request)["status"] == "succeeded"


def test_presses_of_two_people_are_never_one(office: Office) -> None:
    request = office.creating()
    mine, theirs = office.press(request), office.press(replace(request, actor=COLLEAGUE))
    assert mine["target"]["id"] != theirs["target"]["id"]
    assert len(office.contracts()) == 2


def test_presses_by_two_entrances_are_never_one(office: Office) -> None:
    request = office.creating()
    key = Actor(PLANNER.id, "Koppeling", Role.PLANNER, "api")
    assert office.press(request)["target"] != office.press(replace(request, actor=key))["target"]


@pytest.mark.parametrize(
    ("status", "given"),
    [
        ("invalid", {"input": FORM | {"start": "never"}}),
        ("needs_confirmation", {"preview": True}),
        ("expired", {"not_after": NOW.replace(year=2020)}),
        ("denied", {"actor": replace(PLANNER, role=Role.VIEWER)}),
    ],
)
def test_what_did_nothing_does_not_end_a_press(office: Office, status: str, given: dict[str, Any]) -> None:
    request = office.creating()
    assert office.press(replace(request, **given))["status"] == status
    assert office.press(request)["status"] == "succeeded"


def test_a_conflict_does_not_end_a_press(office: Office) -> None:
    target = office.contract()
    request = office.request("contract.edit", replace(target, version=7), {"name": "Ketelhuis"})
    assert office.press(request)["status"] == "conflict"
    assert office.press(replace(request, target=target))["status"] == "succeeded"


def test_a_press_that_has_ended_gets_its_answer_whatever_version_or_confirmation_it_carries(office: Office) -> None:
    target = office.contract()
    request = office.request("contract.terminate", target, TERMINATE)
    token = office.press(request)["confirmation"]["token"]
    done = office.press(replace(request, confirmation=token))
    assert done["status"] == "succeeded"
    others: Sequence[Request] = (
        request,
        replace(request, confirmation="cnf_other"),
        replace(request, target=replace(target, version=9)),
        replace(request, preview=True),
    )
    assert [office.press(other) for other in others] == [done] * len(others)
    assert office.lines("contract.terminate") == 1


def test_a_press_that_failed_has_ended(office: Office) -> None:
    request = office.creating()
    office.house.told("installation.suspended")
    failed = office.press(request)
    office.house.told("installation.resumed")
    assert failed["status"] == "failed"
    assert office.press(request) == failed
    assert office.contracts() == []


@pytest.mark.parametrize("other", ["action", "target", "input"])
def test_a_press_that_has_ended_asks_for_nothing_else(office: Office, other: str) -> None:
    target, another = office.contract(), office.contract()
    request = office.request("contract.edit", target, {"name": "Ketelhuis"})
    assert office.press(request)["status"] == "succeeded"
    changed: dict[str, Any] = {"action": "contract.refresh", "target": another, "input": {"name": "Iets anders"}}
    assert office.press(replace(request, **{other: changed[other]}))["status"] == "conflict"
    assert office.lines("contract.edit") == 1


def test_a_press_is_forgotten_after_90_days(office: Office) -> None:
    request = office.creating()
    office.press(request)
    for days, presses in ((90, 1), (1, 2)):
        office.house.clock.go_on(days=days)
        forget_what_is_over(office.house.parts.database, office.house.clock())
        assert office.press(request)["status"] == "succeeded"
        assert len(office.contracts()) == presses


def test_a_press_that_needs_nothing_of_the_host_opens_no_way_to_it(office: Office) -> None:
    presses = replace(office.presses, open_host=_no_host)
    request = office.request("contract.pause", office.contract(), PAUSE)
    assert presses.press(office.tenant_id, request, NOW)["status"] == "succeeded"


def test_a_request_without_an_intent_is_a_press_of_its_own(office: Office) -> None:
    for _ in range(2):
        assert office.press(office.creating(intent_id=None))["status"] == "succeeded"
    assert len(office.contracts()) == 2


def test_killed_between_commit_and_answer_the_press_that_comes_again_gets_the_stored_answer(office: Office) -> None:
    request = office.request("contract.pause", office.contract(), PAUSE)
    settings = office.house.parts.settings
    given = (office.database_url, list(settings.encryption_keys), office.tenant_id, request)
    process = get_context("spawn").Process(target=_press_and_die, args=given)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    answer = office.press(request)
    assert (answer["status"], answer["target"]["version"], office.lines("contract.pause")) == ("succeeded", 2, 1)
    assert office.press(request) == answer


def test_who_looks_at_what_a_press_would_do_keeps_nobody_from_writing(office: Office) -> None:
    request = office.request("contract.terminate", office.contract(), TERMINATE)
    with office.house.parts.database.write():  # somebody else writes all the while
        shown = office.presses.look(office.tenant_id, request, NOW)
        previewed = office.press(replace(request, preview=True))
    assert shown == previewed
    assert shown["status"] == "needs_confirmation"
    done = office.press(replace(request, confirmation=shown["confirmation"]["token"]))
    assert (done["status"], done["effects"]) == ("succeeded", shown["effects"])


@pytest.mark.parametrize("preview", [True, False])
def test_what_comes_of_a_press_is_worked_out_while_others_may_write(
    office: Office, monkeypatch: pytest.MonkeyPatch, preview: bool
) -> None:
    """A contract of many visits takes seconds to work out, and SQLite has one writer."""
    target, tried = office.contract(), 0
    decided = performing._decided

    def watched(*asked: Any) -> Decision:
        nonlocal tried
        tried += 1
        with office.house.parts.database.write():  # fails after ten seconds, if the press is writing meanwhile
            return decided(*asked)

    monkeypatch.setattr(performing, "_decided", watched)
    done = office.press(office.request("contract.edit", target, {"name": "Ketelhuis"}, preview=preview))
    assert (done["status"], tried) == ("needs_confirmation" if preview else "succeeded", 1)


def test_what_changed_after_a_press_was_worked_out_counts(office: Office) -> None:
    target = replace(office.contract(), version=None)
    request = office.request("contract.edit", target, {"name": "Ketelhuis"})
    prepared = office.presses.prepare(office.tenant_id, request, office.house.clock())
    assert office.press(office.request("contract.pause", target, PAUSE))["status"] == "succeeded"
    with office.house.parts.database.write() as connection:
        done = office.presses.carry_out(connection, office.tenant_id, request, prepared, office.house.clock())
    assert (done["status"], done["target"]["version"]) == ("succeeded", 3)
    with office.house.parts.database.read() as connection:
        contract = Contracts(connection, office.tenant_id).get(target.id)
    assert contract is not None
    assert (contract.name, len(contract.pauses)) == ("Ketelhuis", 1)


def _press_and_die(url: str, keys: list[str], tenant_id: str, request: Request) -> Document:
    """In a process of its own: the press is committed, and nobody hears of it."""
    presses = Presses(Database(url, Cipher(keys)), _no_host, Confirmations("another secret"))
    presses.press(tenant_id, request, NOW)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("It is dead.")


def _no_host(*_: Any) -> Any:
    raise AssertionError("A pause asks the host nothing.")
