"""What earlier releases answered to presses, and what they deferred, is kept by the upgrade to revision 0020."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, insert

from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.presses.press_document import press_from_document
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher
from powerup.store.presses import EndedPresses, PressKey
from powerup.store.runs import Run, Runs, RunState
from powerup.store.tenants import Tenants
from tests.store.conftest import tenant

BEFORE = datetime(2027, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
WISH: dict[str, Any] = {
    "action": "contract.edit",
    "target": {"type": "contract", "id": "1042", "version": None},
    "actor": {"id": "u_7", "name": "Jan", "role": "planner", "source": "webhook"},
    "input": {"name": "Ketel"},
    "preview": False,
    "confirmation": None,
    "intent_id": "deferred",
    "not_after": "2027-03-01T12:05:00+00:00",
    "binding": "ins_1:1",
    "locale": "nl",
    "run_id": None,
}
"""As the release before kept a press whose host was slow."""


@dataclass
class Release:
    """A database as the release before wrote it; each message comes a second after the one before."""

    connection: Connection
    messages: int = 0
    tables: dict[str, Table] = field(default_factory=dict)

    def was_installed(self) -> None:
        """The installation whose messages these are."""
        row = {"tenant_id": "t_1", "id": "ins_1", "generation": 1, "state": "active", "keys": "", "origins": "[]"}
        self._write("installations", row)

    def answered(self, intent: str | None, status: str, changed_by: str | None = None, **answer: Any) -> None:
        """A message that was answered; changed_by is who wrote a line of the audit trail in that moment."""
        self.messages += 1
        at = BEFORE + timedelta(seconds=self.messages)
        row = {
            "tenant_id": "t_1",
            "installation_id": "ins_1",
            "message_id": f"msg_{self.messages}",
            "body_hash": "hash",
            "answer": json.dumps({"status": status, "message": f"the {self.messages}th"} | answer),
            "intent_id": intent,
            "intent_hash": "asked.confirmation" if intent else None,
            "intent_ended": int(status != "needs_confirmation"),
            "received_at": at,
        }
        self._write("inbox", row)
        if changed_by:
            line = AuditLine(f"aud_{self.messages}", at, changed_by, "Jan", "planner", "webhook", "x", "contract", "1")
            AuditTrail(self.connection, "t_1").add(line)

    def ran(self, run_id: str, state: str, answer: dict[str, Any], wish: dict[str, Any] | None) -> None:
        """A run that was begun."""
        row = {
            "tenant_id": "t_1",
            "id": run_id,
            "action": "contract.edit",
            "locale": "nl",
            "state": state,
            "answer": answer,
            "created_at": BEFORE,
            "wish": wish,
            "attempts": 0,
            "next_attempt_at": BEFORE if state == "wished" else None,
        }
        self._write("runs", row)

    def _write(self, name: str, row: dict[str, Any]) -> None:
        if name not in self.tables:
            self.tables[name] = Table(name, MetaData(), autoload_with=self.connection)
        self.connection.execute(insert(self.tables[name]), row)


@pytest.fixture
def upgraded(empty_database_url: str, cipher: Cipher) -> Iterator[Database]:
    upgrade(empty_database_url, "0019")
    database = Database(empty_database_url, cipher)
    with database.write() as connection:
        Tenants(connection).add(tenant("t_1"))
        release = Release(connection)
        release.was_installed()
        _fill(release)
    upgrade(empty_database_url)
    yield database
    database.dispose()


def _fill(release: Release) -> None:
    release.answered(None, "succeeded")
    release.answered("done", "needs_confirmation")
    release.answered("done", "succeeded", changed_by="u_1")
    release.answered("asked", "needs_confirmation")
    release.answered("refused", "invalid")
    release.answered("tried", "failed")
    release.answered("tried again", "failed")
    release.answered("tried again", "succeeded", changed_by="u_2")
    release.answered("tried again", "succeeded")
    release.answered("deferred", "accepted", run={"id": "run_deferred"})
    release.ran("run_deferred", "wished", {"status": "accepted"}, WISH)
    release.answered("came to nothing", "accepted", run={"id": "run_nothing"})
    release.ran("run_nothing", "finished", {"status": "invalid"}, WISH)
    release.answered("came true", "accepted", run={"id": "run_true"})
    release.ran("run_true", "finished", {"status": "succeeded"}, WISH)
    release.answered("at the host", "accepted", changed_by="u_3", run={"id": "run_host"})
    release.ran("run_host", "waiting", {"status": "accepted"}, None)
    release.ran("run_broken", "wished", {"status": "accepted"}, {"moon": 1})


@pytest.mark.parametrize(
    ("intent", "whose", "told"),
    [
        ("done", "u_1", "the 3th"),
        ("tried again", "u_2", "the 9th"),
        ("deferred", "u_7", "the 10th"),
        ("came true", "u_7", "the 12th"),
        ("at the host", "u_3", "the 13th"),
    ],
)
def test_the_answer_of_a_press_that_has_ended_stays_that_of_who_pressed(
    upgraded: Database, intent: str, whose: str, told: str
) -> None:
    with upgraded.read() as connection:
        presses = EndedPresses(connection, "t_1")
        found = presses.find(PressKey("webhook", whose, intent))
        assert found is not None
        assert (found.asked, found.answer["message"]) == ("asked", told)
        assert presses.find(PressKey("webhook", "u_9", intent)) is None


def test_a_press_of_which_nobody_knows_whose_it_was_is_that_of_who_sends_it(upgraded: Database) -> None:
    with upgraded.read() as connection:
        found = EndedPresses(connection, "t_1").find(PressKey("webhook", "u_9", "tried"))
        assert found is not None
        assert found.answer["status"] == "failed"
        assert EndedPresses(connection, "t_1").find(PressKey("page", "u_9", "tried")) is None


@pytest.mark.parametrize("intent", ["asked", "refused", "came to nothing"])
def test_a_press_that_did_nothing_is_open(upgraded: Database, intent: str) -> None:
    with upgraded.read() as connection:
        for actor in ("u_1", "u_7"):
            assert EndedPresses(connection, "t_1").find(PressKey("webhook", actor, intent)) is None


def test_a_press_that_waits_during_the_upgrade_can_be_carried_out_after_it(upgraded: Database) -> None:
    run = _run(upgraded, "run_deferred")
    assert (run.state, run.entrance, run.actor_id) == (RunState.DEFERRED, "webhook", "u_7")
    assert press_from_document(run.press) == Request(
        action="contract.edit",
        target=Target(TargetType.CONTRACT, "1042"),
        actor=Actor("u_7", "Jan", Role.PLANNER, "webhook"),
        input={"name": "Ketel"},
        intent_id="deferred",
        not_after=datetime(2027, 3, 1, 12, 5, tzinfo=UTC),
        binding="ins_1:1",
    )


def test_what_cannot_be_read_waits_too_so_that_it_ends(upgraded: Database) -> None:
    run = _run(upgraded, "run_broken")
    assert (run.state, run.press, run.actor_id) == (RunState.DEFERRED, {"moon": 1}, None)


def _run(database: Database, run_id: str) -> Run:
    with database.read() as connection:
        found = Runs(connection, "t_1").get(run_id)
    assert found is not None
    return found
