"""Processes that take leases do not start with a wrong clock; the doctor and the readiness tell of one (decision 6)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from powerup.app import create_app
from powerup.parts import build_parts
from powerup.settings import read_settings
from tests.commands.conftest import CommandLine
from tests.commands.test_processes import free_port

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def seven_seconds_late() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=7)


@pytest.fixture
def late(prompt: CommandLine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A command line on PostgreSQL, on a machine whose clock is late."""
    monkeypatch.setattr("powerup.parts.now_in_utc", seven_seconds_late)
    prompt.environ["POWERUP_DATABASE_URL"] = database_url
    return prompt


@pytest.mark.parametrize("command", [("serve", "--bind", f"127.0.0.1:{free_port()}"), ("timer",), ("worker",)])
def test_what_takes_leases_does_not_start_with_a_wrong_clock(late: CommandLine, command: tuple[str, ...]) -> None:
    assert "clock differs by 7 s from" in late.error(*command, code=1)


def test_the_doctor_finds_a_wrong_clock(late: CommandLine) -> None:
    found = json.loads(late.run("doctor", "--json").stdout)
    (clock,) = [row for row in found["rows"] if row["check"] == "clock"]
    assert (found["ok"], clock["ok"], clock["found"]) == (False, False, "7 s from the database's server")
    assert "NTP" in clock["cure"]


def test_a_ready_server_tells_that_its_clock_differs(database_url: str, tmp_path: Path) -> None:
    environ = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATA_DIR": str(tmp_path),
        "POWERUP_DATABASE_URL": database_url,
    }
    parts = build_parts(read_settings(environ), seven_seconds_late)
    answer = create_app(parts).test_client().get("/health/ready")
    parts.close()
    clock = answer.get_json()["clock"]
    assert (answer.status_code, clock["differs"], round(clock["seconds_from_database"])) == (200, True, -7)
