"""The application as a whole: health, headers, errors, logs."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from cryptography.fernet import Fernet
from flask.testing import FlaskClient

from powerup.app import create_app
from powerup.monitoring.logs import configure_logging
from powerup.parts import Parts, build_parts
from powerup.settings import read_settings


def parts_for(database_url: str, directory: Path) -> Parts:
    environ = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATA_DIR": str(directory),
        "POWERUP_DATABASE_URL": database_url,
        "POWERUP_SECRET_KEY": "a-secret-of-the-operator",
        "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "POWERUP_BASE_URL": "https://contracts.example/",
    }
    return build_parts(read_settings(environ))


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    parts = parts_for(database_url, tmp_path)
    yield create_app(parts).test_client()
    parts.close()


def test_a_running_process_is_alive_and_one_with_its_tables_is_ready(client: FlaskClient) -> None:
    assert client.get("/health/live").get_json() == {"status": "alive"}
    assert client.get("/health/ready").get_json()["status"] == "ready"


def test_a_database_without_migrations_is_not_ready(empty_database_url: str, tmp_path: Path) -> None:
    parts = parts_for(empty_database_url, tmp_path)
    answer = create_app(parts).test_client().get("/health/ready")
    assert (answer.status_code, answer.get_json()["reason"]) == (503, "migrations_missing")
    parts.close()


def test_a_database_out_of_reach_is_not_ready(tmp_path: Path) -> None:
    parts = parts_for(f"sqlite:///{tmp_path}/no/such/directory/powerup.db", tmp_path)
    answer = create_app(parts).test_client().get("/health/ready")
    assert (answer.status_code, answer.get_json()["reason"]) == (503, "database_unavailable")
    assert create_app(parts).test_client().get("/health/live").status_code == 200
    parts.close()


def test_every_answer_has_the_security_headers(client: FlaskClient) -> None:
    for path in ("/health/live", "/no-such-page"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Strict-Transport-Security"]


@pytest.mark.parametrize("path", ["/webhooks/other", "/api/v1/none", "/health/other"])
def test_what_is_not_there_is_told_to_software_as_json(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/no-such-page", "/apiary"])
def test_what_is_not_there_is_told_to_people_as_a_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept-Language": "nl"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Deze pagina is er niet" in answer.get_data(as_text=True)


def test_a_fault_of_ours_shows_nothing_of_the_inside(client: FlaskClient) -> None:
    @client.application.get("/fault")
    @client.application.get("/api/fault")
    def fault() -> str:
        raise RuntimeError("token=hunter2")

    for_software, for_people = client.get("/api/fault"), client.get("/fault")
    assert (for_software.status_code, for_software.get_json()["code"]) == (500, "internal_error")
    assert (for_people.status_code, for_people.mimetype) == (500, "text/html")
    for answer in (for_software, for_people):
        assert "hunter2" not in answer.get_data(as_text=True)


@pytest.fixture
def _logging_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("_logging_restored")
def test_log_lines_are_json_and_hold_no_token(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    log = structlog.get_logger("test")
    try:
        raise RuntimeError("GET /openapi/8/relations?token=hunter2&software_token=hunter2")
    except RuntimeError as error:
        log.error("call_failed", exc_info=error, token="hunter2", line="two\nlines")
    logging.getLogger("library").warning("token=%s", "hunter2")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["call_failed", "token=[redacted]"]
    assert "hunter2" not in json.dumps(lines)


@pytest.mark.usefixtures("_logging_restored")
def test_the_log_tells_what_happens_and_not_that_a_scheduler_looks_each_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()
    logging.getLogger("apscheduler.executors.default").info("Running job")
    logging.getLogger("urllib3.connectionpool").warning("Retrying after: words of a host")
    logging.getLogger("apscheduler.scheduler").warning("Run time was missed")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["Run time was missed"]


def test_the_web_refuses_to_start_without_keys_and_says_so_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "powerup", "serve", "--no-timer", "--processes", "2"]
    ended = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode != 0
    assert "POWERUP_SECRET_KEY is not set" in ended.stderr
    assert "Traceback" not in ended.stderr
