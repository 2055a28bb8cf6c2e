"""Tenants by command: tried before they are added, found by three names, their tokens never shown."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from powerup.commands.tenant.token import VARIABLES
from powerup.sandbox.credentials import Credentials
from powerup.sandbox.server import SandboxServer
from powerup.settings import own_keys
from tests.commands.conftest import CommandLine

TOKEN = "not-a-token-of-the-host"


def add(host: SandboxServer, name: str = "Tweede", given: Credentials | None = None) -> list[str]:
    credentials = given or host.credentials
    tokens = ["--token", credentials.token, "--software-token", credentials.software_token]
    return ["tenant", "add", name, "--api-url", host.api_url, *tokens]


def test_a_tenant_is_found_by_id_and_by_unique_name(prompt: CommandLine, tenant: str) -> None:
    assert prompt.json("tenant", "show", tenant)["name"] == "Voorbeeld"
    assert prompt.json("tenant", "show", "Voorbeeld")["tenant"] == tenant
    assert [row["tenant"] for row in prompt.json("tenant", "list")["rows"]] == [tenant]


def test_a_name_that_two_tenants_have_is_refused(prompt: CommandLine, tenant: str, host: SandboxServer) -> None:
    second = prompt.json(*add(host, "Voorbeeld", host.add_account().credentials))["tenant"]
    line = prompt.error("tenant", "show", "Voorbeeld", code=2)
    assert tenant in line
    assert second in line


def test_a_name_is_one_line_that_a_host_could_have_sent(prompt: CommandLine, host: SandboxServer) -> None:
    for name in ("", " ", "two\nlines", "x" * 256):
        assert "one line of at most 255" in prompt.error(*add(host, name), code=2)


def test_an_unknown_tenant_is_wrong_use(prompt: CommandLine) -> None:
    assert "powerup tenant list" in prompt.error("tenant", "show", "nobody", code=2)


def test_a_wrong_token_adds_nothing_and_is_not_repeated(prompt: CommandLine, host: SandboxServer) -> None:
    line = prompt.error(*add(host, given=replace(host.credentials, token=TOKEN)), code=1)
    assert "refused the tokens" in line
    assert TOKEN not in line
    assert prompt.json("tenant", "list")["rows"] == []


def test_tokens_need_not_stand_on_the_command_line(prompt: CommandLine, host: SandboxServer) -> None:
    add_named = ("tenant", "add", "Voorbeeld", "--api-url", host.api_url)
    right, wrong = (host.credentials.token, host.credentials.software_token), (TOKEN, TOKEN)
    in_environment: dict[str, Any] = dict(zip(VARIABLES, right, strict=True))
    assert prompt.run(*add_named, input="\n".join(wrong).encode()).exit_code == 1
    assert prompt.run(*add_named, input="\r\n".join(right).encode()).exit_code == 0
    assert prompt.run("tenant", "token", "Voorbeeld", **in_environment).exit_code == 0
    assert prompt.run("tenant", "token", "Voorbeeld", "--token", TOKEN, **in_environment).exit_code == 1
    assert not any(token in output for token in (*right, TOKEN) for output in prompt.outputs)


def test_a_token_that_is_nowhere_given_is_wrong_use(prompt: CommandLine, host: SandboxServer) -> None:
    line = prompt.error("tenant", "add", "Voorbeeld", "--api-url", host.api_url, "--token", TOKEN, code=2)
    assert "Token of the software package" in line
    assert VARIABLES[1] in line


def test_an_address_where_nobody_listens_adds_nothing(prompt: CommandLine) -> None:
    arguments = ("--api-url", "http://127.0.0.1:9", "--token", TOKEN, "--software-token", TOKEN)
    assert "could not be reached" in prompt.error("tenant", "add", "X", *arguments, code=1)
    assert prompt.json("tenant", "list")["rows"] == []


def test_a_tenant_of_another_environment_is_wrong_use(prompt: CommandLine, tenant: str, host: SandboxServer) -> None:
    assert "sandbox" in prompt.error(*add(host), "--environment", "production", code=2)
    production: dict[str, Any] = own_keys(Path(prompt.environ["POWERUP_DATA_DIR"])) | {
        "POWERUP_ENVIRONMENT": "production"
    }
    assert "POWERUP_ENVIRONMENT=sandbox" in prompt.error("tenant", "show", tenant, code=2, **production)
    assert json.loads(prompt.run("tenant", "list", "--json", **production).stdout)["rows"] == []


def test_production_without_keys_refuses_to_start(prompt: CommandLine) -> None:
    assert "POWERUP_SECRET_KEY is not set" in prompt.error("tenant", "list", code=2, POWERUP_ENVIRONMENT="production")


def test_suspended_until_resumed(prompt: CommandLine, tenant: str) -> None:
    assert prompt.json("tenant", "suspend", tenant)["state"] == "suspended"
    assert prompt.json("tenant", "show", tenant)["next_cycle_at"] is None
    assert prompt.json("tenant", "resume", tenant)["state"] == "active"
    assert prompt.json("tenant", "show", tenant)["next_cycle_at"] is not None


def test_suspending_stops_a_cycle_that_runs_and_is_in_the_audit_trail(prompt: CommandLine, tenant: str) -> None:
    with closing(sqlite3.connect(Path(prompt.environ["POWERUP_DATA_DIR"]) / "powerup.db")) as connection:
        fence = "SELECT fence FROM tenants WHERE id = ?"
        (before,) = connection.execute(fence, (tenant,)).fetchone()
        prompt.json("tenant", "suspend", tenant)
        (after,) = connection.execute(fence, (tenant,)).fetchone()
        lines = connection.execute("SELECT actor_id, action, target_id, before, after FROM audit_lines").fetchall()
    assert after > before
    assert lines == [("operator", "tenant.state", tenant, '{"state":"active"}', '{"state":"suspended"}')]


def test_no_token_in_any_output(prompt: CommandLine, tenant: str, host: SandboxServer) -> None:
    for arguments in (["show", tenant], ["list"], ["show", tenant, "--json"], ["suspend", tenant]):
        prompt.run("tenant", *arguments)
    prompt.run("doctor")
    shown = "".join(prompt.outputs)
    assert host.credentials.token not in shown
    assert host.credentials.software_token not in shown


def tokens(host: SandboxServer, token: str | None = None) -> tuple[str, ...]:
    return ("--token", token or host.credentials.token, "--software-token", host.credentials.software_token)


def end_tokens(prompt: CommandLine, tenant: str, host: SandboxServer) -> None:
    """The host takes the tokens no more; the tenant's next cycle stops it."""
    host.host.credentials.revoke("by hand")
    prompt.run("sync", tenant)
    assert prompt.json("tenant", "show", tenant)["next_cycle_at"] is None


def test_a_tenant_whose_tokens_are_refused_names_the_command_and_goes_on_with_new_ones(
    prompt: CommandLine, tenant: str, host: SandboxServer
) -> None:
    end_tokens(prompt, tenant, host)
    assert f"powerup tenant token {tenant}" in prompt.json("tenant", "show", tenant)["attention"]
    assert prompt.json("tenant", "token", tenant, *tokens(host)) == {"tenant": tenant, "state": "active"}
    after = prompt.json("tenant", "show", tenant)
    assert (after["attention"], after["consecutive_failures"]) == (None, 0)
    assert prompt.json("sync", tenant)["ended_early"] is None


def test_new_tokens_that_the_host_refuses_replace_nothing_and_are_not_repeated(
    prompt: CommandLine, tenant: str, host: SandboxServer
) -> None:
    line = prompt.error("tenant", "token", tenant, *tokens(host, TOKEN), code=1)
    assert "stay as they were" in line
    assert TOKEN not in line
    assert prompt.json("sync", tenant)["ended_early"] is None


def test_new_tokens_take_the_lease_from_a_cycle_with_the_old_ones_and_are_in_the_audit_trail_without_being_shown(
    prompt: CommandLine, tenant: str, host: SandboxServer
) -> None:
    with closing(sqlite3.connect(Path(prompt.environ["POWERUP_DATA_DIR"]) / "powerup.db")) as connection:
        fence = "SELECT fence FROM tenants WHERE id = ?"
        (before,) = connection.execute(fence, (tenant,)).fetchone()
        prompt.run("tenant", "token", tenant, *tokens(host))
        (after,) = connection.execute(fence, (tenant,)).fetchone()
        lines = connection.execute("SELECT actor_id, action, target_id, before, after FROM audit_lines").fetchall()
    assert after > before
    assert lines == [("operator", "tenant.token", tenant, "null", '{"state":"active"}')]
    assert host.credentials.token not in "".join(prompt.outputs)


def test_new_tokens_do_not_wake_a_suspended_tenant(prompt: CommandLine, tenant: str, host: SandboxServer) -> None:
    prompt.json("tenant", "suspend", tenant)
    assert prompt.json("tenant", "token", tenant, *tokens(host))["state"] == "suspended"
    assert prompt.json("tenant", "show", tenant)["next_cycle_at"] is None


def test_a_host_with_webhooks_sends_its_tokens_itself(prompt: CommandLine, tenant: str, host: SandboxServer) -> None:
    with closing(sqlite3.connect(Path(prompt.environ["POWERUP_DATA_DIR"]) / "powerup.db")) as connection, connection:
        connection.execute("UPDATE tenants SET host_tenant_id = 'acc_1' WHERE id = ?", (tenant,))
    assert "sends its tokens itself" in prompt.error("tenant", "token", tenant, *tokens(host), code=1)
