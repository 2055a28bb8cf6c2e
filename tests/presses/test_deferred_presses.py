"""A press whose host is slow is deferred, and ends in a result that who pressed can fetch (webhooks page, 4)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from powerup.actions.kit import host_reading
from powerup.actions.kit.answer import AnswerStatus, Refusal
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.request import Request, Target
from powerup.actions.perform import prepare
from powerup.contracts.configuration import TenantConfiguration
from powerup.presses import deferred
from powerup.presses import press as pressing
from powerup.presses.deferred import DeferredPresses
from powerup.presses.entrance import Entrance
from powerup.store.runs import Run, Runs
from powerup.store.tenants import Tenants
from powerup.store.traffic_tables import runs
from powerup.texts import text
from tests.presses.office import COLLEAGUE, PLANNER, VIEWER, Office


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host answers later than a person should wait for, and in time for what is deferred."""
    monkeypatch.setattr(pressing, "read_at_host", _too_slow)
    monkeypatch.setattr(pressing, "HostQuestions", lambda: None)  # also where there is nothing to be read


def deferred_press(office: Office, request: Request) -> Mapping[str, Any]:
    accepted = office.press(request)
    assert accepted["status"] == "accepted", accepted
    return accepted


def rewrite(office: Office, accepted: Mapping[str, Any], **changes: Any) -> None:
    """Let another version have kept the press."""
    with office.house.parts.database.write() as connection:
        kept = runs.c.id == accepted["run"]["id"]
        document = connection.execute(runs.select().where(kept)).one().press
        changed = {name: value for name, value in (document | changes).items() if value is not ...}
        connection.execute(update(runs).where(kept).values(press=changed))


def carry_out_all(office: Office, seconds: int = 150) -> None:
    """Everything that there is, until long after all is given up."""
    for _ in range(seconds // 5):
        while office.deferred().carry_out_next():
            pass
        office.house.clock.go_on(seconds=5)


@pytest.mark.usefixtures("slow")
def test_what_came_of_a_deferred_press_can_be_fetched_by_who_pressed_alone(office: Office) -> None:
    request = office.creating()
    accepted = deferred_press(office, request)
    assert (office.result(accepted), office.contracts()) == (accepted, [])
    assert office.deferred().carry_out_next()
    done = office.result(accepted)
    assert done is not None
    assert (done["status"], office.contracts()) == ("succeeded", [done["target"]["id"]])
    assert office.press(request) == accepted
    assert office.told(accepted) == [done]
    for other in (COLLEAGUE, VIEWER, replace(PLANNER, source="webhook")):
        assert office.result(accepted, other) is None


@pytest.mark.usefixtures("slow")
def test_what_goes_on_at_the_host_can_be_fetched_too(office: Office) -> None:
    accepted = deferred_press(office, office.request("contract.refresh", _made_at_once(office), {}))
    assert office.deferred().carry_out_next()
    going_on = office.result(accepted)
    assert going_on is not None
    assert (going_on["status"], going_on["run"]) == ("accepted", accepted["run"])
    assert office.result(accepted, COLLEAGUE) is None


@pytest.mark.usefixtures("slow")
def test_a_deferred_press_is_carried_out_against_the_version_that_it_met(office: Office) -> None:
    """Whoever pressed has not seen what others changed meanwhile, also where their entrance names no version."""
    target = _made_at_once(office)
    edit = office.request("contract.edit", replace(target, version=None), {"name": "Ketelhuis"})
    accepted = deferred_press(office, edit)
    assert office.deferred().carry_out_next()
    assert (office.result(accepted) or {})["status"] == "succeeded"
    late = deferred_press(office, replace(edit, intent_id="int_late", input={"name": "Zolder"}))
    _edited_at_once(office, replace(target, version=None), "Kelder")
    assert office.deferred().carry_out_next()
    told = office.result(late)
    assert told is not None
    assert (told["status"], told["target"]["version"]) == ("conflict", 3)


@pytest.mark.usefixtures("slow")
def test_a_member_that_an_older_version_did_not_know_is_what_it_was_without_it(office: Office) -> None:
    accepted = deferred_press(office, office.creating())
    rewrite(office, accepted, binding=..., confirmation=..., locale=...)
    assert office.deferred().carry_out_next()
    assert (office.result(accepted) or {})["status"] == "succeeded"


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize(
    "changes",
    [
        {"only_if_dry": True},
        {"actor": {"id": "u_2", "name": "B. Jacobs", "role": "dispatcher", "source": "page"}},
        {"actor": {"id": "u_2", "name": "B. Jacobs", "role": "planner", "source": "telephone"}},
    ],
    ids=["member", "role", "entrance"],
)
def test_what_only_a_newer_version_knows_is_left_to_it_and_fails_when_there_is_none(
    office: Office, changes: dict[str, Any]
) -> None:
    """A member that this version does not know may say that less is to be done."""
    accepted = deferred_press(office, office.creating())
    rewrite(office, accepted, **changes)
    assert office.deferred().carry_out_next()
    assert office.result(accepted) == accepted, "a newer process may take it up"
    carry_out_all(office)
    told = office.result(accepted)
    assert told is not None
    assert (told["status"], "nieuwere versie" in told["message"]) == ("failed", True)
    assert (office.told(accepted), office.contracts()) == ([told], [])


@pytest.mark.usefixtures("slow")
def test_a_newer_process_takes_up_what_an_older_one_has_left(office: Office) -> None:
    accepted = deferred_press(office, office.creating())
    assert office.house.deferred().carry_out_next(), "one that does not know this entrance"
    assert office.contracts() == []
    office.house.clock.go_on(seconds=5)
    assert office.deferred().carry_out_next()
    assert (office.result(accepted) or {})["status"] == "succeeded"


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize(
    "changes",
    [
        {"preview": ...},
        {"actor": ...},
        {"actor": {"id": "u_2", "name": "B. Jacobs", "role": "planner"}},
        {"target": {"type": "relation"}},
        {"not_after": "tomorrow"},
    ],
    ids=["preview", "actor", "source", "target", "not_after"],
)
def test_what_cannot_be_read_fails_at_once_and_keeps_no_other_waiting(office: Office, changes: dict[str, Any]) -> None:
    broken, whole = deferred_press(office, office.creating()), deferred_press(office, office.creating())
    rewrite(office, broken, **changes)
    assert office.deferred().carry_out_next()
    assert office.deferred().carry_out_next()
    assert not office.deferred().carry_out_next()
    told = office.result(broken)
    assert told is not None
    assert (told["status"], "niet te lezen" in told["message"], office.told(broken)) == ("failed", True, [told])
    assert (office.result(whole) or {})["status"] == "succeeded"
    assert len(office.contracts()) == 1


@pytest.mark.usefixtures("slow")
def test_a_press_that_breaks_its_action_is_given_up_and_keeps_no_other_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking, whole = deferred_press(office, office.creating()), deferred_press(office, office.creating())
    run_id = breaking["run"]["id"]

    def prepared(connection: Any, around: Any, request: Request, now: Any) -> Any:
        if request.run_id == run_id:
            raise ZeroDivisionError
        return prepare(connection, around, request, now)

    monkeypatch.setattr(deferred, "prepare", prepared)
    crashes = 0
    for _ in range(50):
        try:
            office.deferred().carry_out_next()
        except ZeroDivisionError:
            crashes += 1
        office.house.clock.go_on(seconds=5)
    assert crashes == 2
    assert (office.result(breaking) or {})["status"] == "failed"
    assert (office.result(whole) or {})["status"] == "succeeded"


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize(
    ("patience", "tried_at"),
    [(None, [0, 5, 20, 50, 80, 110]), (10, [0, 5]), (300, [0, 5, 20, 50, 80, 110])],
    ids=["two minutes", "not_after", "late not_after"],
)
def test_a_host_that_is_down_is_asked_again_for_two_minutes_or_until_not_after(
    office: Office, monkeypatch: pytest.MonkeyPatch, patience: int | None, tried_at: list[int]
) -> None:
    clock = office.house.clock
    not_after = clock() + timedelta(seconds=patience) if patience else None
    accepted = deferred_press(office, office.creating(not_after=not_after))
    monkeypatch.setattr(deferred, "read_at_host", _silent)
    tries = []
    for second in range(150):
        if office.deferred().carry_out_next():
            tries.append(second)
        clock.go_on(seconds=1)
    assert tries == tried_at
    assert (office.result(accepted) or {})["status"] == "failed"


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize(("patience", "status"), [(60, "expired"), (600, "failed")])
def test_what_is_taken_up_too_late_is_not_done_and_says_for_whom_it_is_late(
    office: Office, patience: int, status: str
) -> None:
    clock = office.house.clock
    accepted = deferred_press(office, office.creating(not_after=clock() + timedelta(seconds=patience)))
    clock.go_on(minutes=6)
    assert office.deferred().carry_out_next()
    assert ((office.result(accepted) or {})["status"], office.contracts()) == (status, [])


@pytest.mark.usefixtures("slow")
def test_a_run_in_a_state_of_a_newer_version_keeps_no_other_waiting(office: Office) -> None:
    other, whole = deferred_press(office, office.creating()), deferred_press(office, office.creating())
    with office.house.parts.database.write() as connection:
        connection.execute(update(runs).where(runs.c.id == other["run"]["id"]).values(state="dreaming"))
    assert office.deferred().carry_out_next()
    assert not office.deferred().carry_out_next()
    assert (office.result(whole) or {})["status"] == "succeeded"


@pytest.mark.usefixtures("slow")
def test_whoever_may_press_no_more_changes_nothing(office: Office) -> None:
    """Such as a key that was taken back, or a person whose access has ended."""

    class Ended(Refusal):
        status = AnswerStatus.IGNORED

    entrance = Entrance("page", lambda *_: Ended(text("Your access has ended.")))
    request = office.creating()
    accepted = deferred_press(office, request)
    assert office.deferred(entrance).carry_out_next()
    assert ((office.result(accepted) or {})["status"], office.contracts()) == ("ignored", [])
    assert deferred_press(office, request)["run"] != accepted["run"], "it did nothing, so the press is open"


@pytest.mark.usefixtures("slow")
def test_a_deferred_preview_does_not_end_its_press(office: Office) -> None:
    request = office.creating()
    shown = deferred_press(office, replace(request, preview=True))
    assert office.deferred().carry_out_next()
    assert (office.result(shown) or {})["status"] == "needs_confirmation"
    done = deferred_press(office, request)
    assert done["run"] != shown["run"]
    assert office.deferred().carry_out_next()
    assert (office.result(done) or {})["status"] == "succeeded"


@contextmanager
def _quick() -> Iterator[None]:
    """The host is as ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pressing, "read_at_host", host_reading.read_at_host)
        patch.setattr(pressing, "HostQuestions", HostQuestions)
        yield


def _made_at_once(office: Office) -> Target:
    with _quick():
        return office.contract()


def _edited_at_once(office: Office, target: Target, name: str) -> None:
    with _quick():
        assert office.press(office.request("contract.edit", target, {"name": name}))["status"] == "succeeded"


def _too_slow(*_: Any) -> Any:
    raise host_reading.HostSlow


def _silent(*_: Any) -> Any:
    raise host_reading.HostSilent


@pytest.mark.usefixtures("slow")
def test_a_tenant_has_one_press_at_a_time_carried_out_and_others_do_not_wait_for_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(12):
        deferred_press(office, office.creating())
    tried: list[str] = []

    def try_beside(presses: DeferredPresses, tenant_id: str, run: Run) -> None:
        """While one is tried, another thread looks for more."""
        tried.append(tenant_id)
        if len(tried) == 1:
            _give_one_to(office, "t_neighbour", run)
            assert presses.carry_out_next()
            assert not presses.carry_out_next()

    monkeypatch.setattr(DeferredPresses, "_try", try_beside)
    office.deferred().carry_out_next()
    assert tried == [office.tenant_id, "t_neighbour"]


def _give_one_to(office: Office, tenant_id: str, run: Run) -> None:
    with office.house.parts.database.write() as connection:
        tenant = replace(office.house.tenant(), id=tenant_id, host_tenant_id="n_1", token=None)
        Tenants(connection).add(tenant, TenantConfiguration())
        Runs(connection, tenant_id).add(replace(run, attempts=0, next_attempt_at=office.house.clock()))
