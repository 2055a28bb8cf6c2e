"""webhook, apikey, db and doctor by command."""

import errno
import json
import sqlite3
from pathlib import Path
from secrets import token_urlsafe
from socket import create_server, socket
from threading import Thread
from typing import Any

import pytest
from cryptography.fernet import Fernet

from powerup.sandbox.server import SandboxServer
from tests.commands.conftest import CommandLine

KEY = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="


def signed(prompt: CommandLine, body: Path, *options: str) -> list[str]:
    headers = prompt.json("webhook", "sign", body, "--key", KEY, *options)
    return [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]


def test_what_was_signed_is_verified_and_with_another_key_is_not(prompt: CommandLine, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text('{"type": "x"}')
    headers = signed(prompt, body)
    assert prompt.json("webhook", "verify", body, "--key", KEY, *headers)["ok"] is True
    result = prompt.run("webhook", "verify", body, "--key", OTHER, *headers, "--json")
    assert (result.exit_code, json.loads(result.stdout)["reason"]) == (1, "no_matching_signature")
    old = signed(prompt, body, "--timestamp", "1700000000")
    assert "too_old" in prompt.run("webhook", "verify", body, "--key", KEY, *old).stdout


def test_the_signature_is_that_of_standard_webhooks(prompt: CommandLine, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text("{}")
    headers = prompt.json("webhook", "sign", body, "--key", KEY, "--id", "msg_1", "--timestamp", "1700000000")
    assert headers["webhook-signature"] == "v1,f/Y+daDmym1RFEncjwfCErhuxrwhXfMCa22UPngBea0="


def test_a_key_that_is_none_is_wrong_use_and_not_repeated(prompt: CommandLine, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text("{}")
    assert "secret-key" not in prompt.error("webhook", "sign", body, "--key", "secret-key", code=2)


def test_sending_where_nobody_listens_is_one_line(prompt: CommandLine, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text("{}")
    assert "gave no answer" in prompt.error("webhook", "send", "http://127.0.0.1:9/", body, "--key", KEY, code=1)


def test_sending_goes_by_the_proxy(prompt: CommandLine, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text("{}")
    send = ("webhook", "send", "http://host.example/hook", body, "--key", KEY)
    with create_server(("127.0.0.1", 0)) as proxy:
        thread = Thread(target=_answer_once, args=(proxy,))
        thread.start()
        result = prompt.run(*send, POWERUP_PROXY=f"http://127.0.0.1:{proxy.getsockname()[1]}")
        thread.join()
    assert (result.exit_code, result.stdout) == (0, "200\nby the proxy\n")
    assert "POWERUP_PROXY" in prompt.error(*send, code=2, POWERUP_PROXY="proxy.example")


def _answer_once(proxy: socket) -> None:
    connection, _ = proxy.accept()
    with connection:
        assert connection.recv(65536).startswith(b"POST http://host.example/hook ")
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nby the proxy")


def test_an_address_that_is_none_is_wrong_use(prompt: CommandLine, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text("{}")
    for url in ("nonsense", "file:///etc/hosts", "http://[::1"):
        assert "is no address to post to" in prompt.error("webhook", "send", url, body, "--key", KEY, code=2)


def test_what_a_receiver_answers_is_shown(prompt: CommandLine, tmp_path: Path, host: SandboxServer) -> None:
    body = tmp_path / "body.json"
    body.write_text("{}")
    result = prompt.run("webhook", "send", f"{host.url}/powerups/callbacks", body, "--key", KEY, "--json")
    assert (result.exit_code, json.loads(result.stdout)["status"]) == (1, 401)


def test_an_api_key_is_shown_once_and_kept_as_a_hash(prompt: CommandLine, tenant: str) -> None:
    key = prompt.json("apikey", "add", tenant, "--scope", "read")["key"]
    database = Path(prompt.environ["POWERUP_DATA_DIR"], "powerup.db")
    assert key.encode() not in database.read_bytes()
    assert key not in prompt.run("tenant", "show", tenant).output


def test_an_address_is_tested_when_it_is_added_and_shows_its_key_that_once(
    prompt: CommandLine, tenant: str, host: SandboxServer
) -> None:
    """The host's own callbacks take nothing that is not of an installation: 401, so that it stays untested."""
    result = prompt.run("webhook", "address", "add", tenant, f"{host.url}/powerups/callbacks", "--json")
    made = json.loads(result.stdout)
    assert (result.exit_code, made["state"], made["last_failure"]) == (1, "untested", "answered 401")
    (listed,) = prompt.json("webhook", "address", "list", tenant)["rows"]
    assert listed == {name: value for name, value in made.items() if name != "key"}
    wanted = prompt.json("webhook", "address", "events", tenant, made["id"], "--event", "visit.changed")
    assert wanted["events"] == ["visit.changed"]
    rotated = prompt.json("webhook", "address", "rotate", tenant, made["id"])["key"]
    assert rotated.startswith("whsec_")
    assert rotated != made["key"]
    assert prompt.run("webhook", "address", "test", tenant, made["id"]).exit_code == 1
    assert prompt.json("webhook", "address", "remove", tenant, made["id"]) == {"removed": made["id"]}
    assert "has no webhook address" in prompt.error("webhook", "address", "test", tenant, made["id"], code=2)
    assert "https" in prompt.error("webhook", "address", "add", tenant, "http://10.0.0.7/", code=2)


def test_keys_are_listed_without_what_is_secret_and_count_no_longer_once_removed(
    prompt: CommandLine, tenant: str
) -> None:
    made = prompt.json("apikey", "add", tenant, "--scope", "admin", "--name", "Boekhouding")
    (listed,) = prompt.json("apikey", "list", tenant)["rows"]
    assert (listed["id"], listed["name"], listed["scope"]) == (made["id"], "Boekhouding", "admin")
    assert (listed["last_used_at"], listed["revoked_at"]) == (None, None)
    assert made["key"] not in prompt.run("apikey", "list", tenant).output
    assert prompt.json("apikey", "remove", tenant, made["id"]) == {"removed": made["id"]}
    assert prompt.json("apikey", "list", tenant)["rows"][0]["revoked_at"]
    assert "has no key" in prompt.error("apikey", "remove", tenant, made["id"], code=2)


def test_tables_that_are_missing_are_named_with_the_cure(prompt: CommandLine, tmp_path: Path) -> None:
    elsewhere: dict[str, Any] = {"POWERUP_DATA_DIR": str(tmp_path / "elsewhere")}
    assert "powerup db upgrade" in prompt.error("tenant", "list", code=1, **elsewhere)
    assert prompt.run("db", "check", **elsewhere).exit_code == 1
    assert prompt.run("db", "upgrade", **elsewhere).exit_code == 0
    assert prompt.run("db", "check", **elsewhere).exit_code == 0


def test_the_doctor_finds_nothing_where_all_is_well(prompt: CommandLine, tenant: str) -> None:
    found = prompt.json("doctor")
    assert (found["ok"], bool(tenant)) == (True, True)
    assert {row["check"] for row in found["rows"]} >= {"settings", "database", "keys", "clock"}
    assert "POWERUP_TICK_SECONDS" in {setting["setting"] for setting in found["settings"]}


def test_the_doctor_names_settings_and_hosts_that_are_wrong(
    prompt: CommandLine, tenant: str, host: SandboxServer
) -> None:
    wrong = prompt.run("doctor", POWERUP_TICK_SECONDS="often", POWERUP_ENVIRONMENT="production")
    assert wrong.exit_code == 1
    assert "POWERUP_TICK_SECONDS is 'often'" in wrong.output
    assert "POWERUP_SECRET_KEY is not set" in wrong.output
    host.host.change_switches(require_https=True)
    result = prompt.run("doctor", "--json")
    assert [row["check"] for row in json.loads(result.stdout)["rows"] if not row["ok"]] == [
        f"host of Voorbeeld ({tenant})"
    ]


def test_the_doctor_finds_what_works_and_should_not_be_left_so(prompt: CommandLine) -> None:
    of_production: dict[str, Any] = {
        "POWERUP_ENVIRONMENT": "production",
        "POWERUP_SECRET_KEY": "a" * 16,
        "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }
    wrong = [row for row in json.loads(prompt.run("doctor", "--json", **of_production).stdout)["rows"] if not row["ok"]]
    assert [row["found"].split()[0] for row in wrong] == ["POWERUP_SECRET_KEY", "POWERUP_BASE_URL"]
    assert all(row["cure"] for row in wrong)
    right: dict[str, Any] = {"POWERUP_SECRET_KEY": token_urlsafe(16), "POWERUP_BASE_URL": "https://contracts.example/"}
    assert prompt.run("doctor", **of_production | right).exit_code == 0


def test_the_doctor_finds_a_proxy_that_takes_no_connection_and_a_zone_that_is_unknown_here(
    prompt: CommandLine, tenant: str
) -> None:
    database = Path(prompt.environ["POWERUP_DATA_DIR"], "powerup.db")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE tenants SET timezone = 'Europe/Nieuwstad'")
    proxy = "http://somebody:password@127.0.0.1:9"
    result = prompt.run("doctor", "--json", POWERUP_PROXY=proxy)
    wrong = {row["check"]: row for row in json.loads(result.stdout)["rows"] if not row["ok"]}
    assert wrong.keys() == {"proxy", f"time zone of Voorbeeld ({tenant})"}
    assert wrong["proxy"]["found"].startswith("no connection to http://127.0.0.1:9: ")
    assert "Europe/Nieuwstad" in wrong[f"time zone of Voorbeeld ({tenant})"]["found"]
    assert all(row["cure"] for row in wrong.values())


def test_wrong_use_is_one_line_that_names_the_help(prompt: CommandLine) -> None:
    assert "powerup tenant add --help" in prompt.error("tenant", "add", code=2)
    assert "powerup --help" in prompt.error("nonsense", code=2)


@pytest.mark.parametrize(
    "wrong", [("--timestamp", "9" * 17), ("--timestamp", "-1"), ("--id", "€"), ("--installation", "ins_1\nX: y")]
)
def test_what_fits_in_no_header_is_wrong_use(prompt: CommandLine, tmp_path: Path, wrong: tuple[str, str]) -> None:
    body = tmp_path / "body.json"
    body.write_bytes(b"{}")
    prompt.error("webhook", "sign", body, "--key", KEY, *wrong, code=2)


def test_a_data_directory_that_cannot_be_made_is_named(prompt: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = prompt.error("tenant", "list", code=2, POWERUP_DATA_DIR=str(tmp_path / "file" / "data"))
    assert "POWERUP_DATA_DIR" in said
    assert "may write to" in said


def test_a_group_without_a_command_shows_its_help_as_it_is_and_one_line(prompt: CommandLine) -> None:
    for group in ([], ["tenant"]):
        result = prompt.run(*group)
        assert result.exit_code == 2
        assert "\nCommands:\n" in result.stdout
        assert result.stderr == "Error: A command is missing; those there are stand above.\n"


def test_what_was_typed_wrong_is_a_sentence_before_the_help_is_named(prompt: CommandLine) -> None:
    assert "No such file or directory. See `" in prompt.error("config", "apply", "x", "/no/file", code=2)
    assert "Choose from: read, write, admin. See `" in prompt.error("apikey", "add", "x", code=2)


def test_an_answer_that_cannot_be_written_is_one_line(prompt: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("powerup.commands.tenant.tenant.print_table", full)
    assert "could not be read or written: No space left on device." in prompt.error("tenant", "list", code=1)
