"""One host account belongs to one tenant; who comes back gets numbers of their own (rules: The two ideas)."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from powerup.sandbox.credentials import Credentials
from powerup.sandbox.server import SandboxServer
from powerup.settings import read_settings
from powerup.store.database import Database
from powerup.store.encryption import Cipher
from tests.commands.conftest import CommandLine

CONTRACT = """contract_no;name;type;customer;start;type_of_work;payment_method;plan;unit;month_day;days_in_advance
1001;CV-ketel;preventive;{customer};2026-11-15;Onderhoud;op rekening;A;month;15;30
"""
NEW_YEAR = "2027-01-01"


def add(prompt: CommandLine, host: SandboxServer, name: str, credentials: Credentials | None = None) -> str:
    return str(prompt.json(*adding(host, name, credentials))["tenant"])


def adding(host: SandboxServer, name: str, credentials: Credentials | None = None, url: str = "") -> tuple[str, ...]:
    tokens = credentials or host.credentials
    given = ("--token", tokens.token, "--software-token", tokens.software_token)
    return ("tenant", "add", name, "--api-url", url or host.api_url, *given)


def import_contract(prompt: CommandLine, tenant: str, customer: str, directory: Path) -> None:
    file = directory / "contract.csv"
    file.write_text(CONTRACT.format(customer=customer))
    prompt.json("contracts", "import", tenant, file)


def orders_of(host: SandboxServer) -> list[tuple[str, str]]:
    return [(order.workorder_no, order.fields["CustomerDebtorNr"]) for order in host.host.orders.all()]


def prefix_of(prompt: CommandLine, tenant: str) -> str:
    return str(prompt.json("config", "show", tenant)["settings"]["number_prefix"])


def test_an_account_that_comes_back_after_erasure_never_takes_the_orders_of_then_for_its_own(
    prompt: CommandLine, host: SandboxServer, tmp_path: Path
) -> None:
    first = add(prompt, host, "Eerste")
    import_contract(prompt, first, "1001", tmp_path)
    assert prompt.json("sync", first, "--as-of", NEW_YEAR)["ordered"] > 0
    of_then = orders_of(host)
    assert of_then[-1] == ("C1001-A-20270115-ALL", "1001")
    erased = prompt.json("tenant", "erase", first, "--yes")
    assert erased["kept"]["prefixes"] == ["C"]
    second = add(prompt, host, "Tweede")
    import_contract(prompt, second, "1002", tmp_path)
    assert prompt.json("sync", second, "--as-of", NEW_YEAR)["ordered"] > 0
    new = [order for order in orders_of(host) if order not in of_then]
    assert {customer for _, customer in new} == {"1002"}
    assert f"{prefix_of(prompt, second)}1001-A-20270115-ALL" in dict(new)
    why = prompt.json("why", second, "1001", "2027-01-15", "--as-of", NEW_YEAR)["rows"][0]
    assert (why["state"], why["workorder_no"] in dict(new)) == ("ordered", True)
    assert prompt.run("audit", second, "--as-of", NEW_YEAR).exit_code == 0


def test_another_database_that_knows_nothing_of_then_takes_the_next_number(
    prompt: CommandLine, host: SandboxServer, tmp_path: Path
) -> None:
    """The host's memory is longer than ours: nothing here says that the account was here before."""
    first = add(prompt, host, "Eerste")
    import_contract(prompt, first, "1001", tmp_path)
    prompt.json("sync", first, "--as-of", NEW_YEAR)
    prompt.json("tenant", "erase", first, "--yes")
    with database_of(prompt) as connection:
        connection.exec_driver_sql("DELETE FROM erasures")
    second = add(prompt, host, "Tweede")
    assert prefix_of(prompt, second) == "C"
    import_contract(prompt, second, "1002", tmp_path)
    synced = prompt.json("sync", second, "--as-of", NEW_YEAR)
    assert synced["failed"] == 0
    assert ("C1001-A-20270115-ALL.r2", "1002") in orders_of(host)
    assert prompt.json("sync", second, "--as-of", NEW_YEAR)["ordered"] == 0
    assert prompt.run("audit", second, "--as-of", NEW_YEAR).exit_code == 0


def database_of(prompt: CommandLine) -> Any:
    settings = read_settings(prompt.environ)
    return Database(settings.database_url, Cipher(settings.encryption_keys)).write()


@pytest.mark.parametrize("state", ["active", "suspended"])
def test_an_account_that_a_tenant_has_is_refused_whatever_the_address(
    prompt: CommandLine, host: SandboxServer, state: str
) -> None:
    first = add(prompt, host, "Eerste")
    if state == "suspended":
        prompt.json("tenant", "suspend", first)
    for url in (host.api_url, host.api_url.replace("127.0.0.1", "localhost")):
        line = prompt.error(*adding(host, "Tweede", url=url), code=1)
        assert first in line
        assert state in line
    assert len(prompt.json("tenant", "list")["rows"]) == 1


def test_each_account_of_the_stand_in_is_a_tenant_of_its_own(
    prompt: CommandLine, host: SandboxServer, tmp_path: Path
) -> None:
    other = host.add_account()
    first, second = add(prompt, host, "Eerste"), add(prompt, host, "Tweede", other.credentials)
    for tenant in (first, second):
        import_contract(prompt, tenant, "1001", tmp_path)
        assert prompt.json("sync", tenant, "--as-of", NEW_YEAR)["ordered"] > 0
    assert orders_of(host) == [
        (order.workorder_no, order.fields["CustomerDebtorNr"]) for order in other.host.orders.all()
    ]


def test_new_tokens_of_an_account_that_another_tenant_has_are_refused(prompt: CommandLine, host: SandboxServer) -> None:
    first = add(prompt, host, "Eerste")
    second = add(prompt, host, "Tweede", host.add_account().credentials)
    tokens = ("--token", host.credentials.token, "--software-token", host.credentials.software_token)
    assert first in prompt.error("tenant", "token", second, *tokens, code=1)


def test_of_two_tenants_of_one_account_from_before_only_one_is_resumed(
    prompt: CommandLine, host: SandboxServer
) -> None:
    first = add(prompt, host, "Eerste")
    second = add(prompt, host, "Tweede", host.add_account().credentials)
    with database_of(prompt) as connection:
        connection.exec_driver_sql(
            f"UPDATE tenants SET token = (SELECT token FROM tenants WHERE id = '{first}'), token_mark = NULL"
        )
    doctor = json.loads(prompt.run("doctor", "--json").stdout)
    (same,) = (row for row in doctor["rows"] if row["check"] == "host account")
    assert (same["ok"], first in same["found"], second in same["found"]) == (False, True, True)
    prompt.json("tenant", "suspend", second)
    assert first in prompt.error("tenant", "resume", second, code=1)
    prompt.json("tenant", "suspend", first)
    assert prompt.json("tenant", "resume", second)["state"] == "active"


def test_a_prefix_that_an_earlier_tenant_of_the_account_used_is_refused(
    prompt: CommandLine, host: SandboxServer, tmp_path: Path
) -> None:
    first = add(prompt, host, "Eerste")
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"settings": {"number_prefix": "W"}}))
    prompt.json("config", "apply", first, file)
    assert prompt.json("tenant", "erase", first, "--yes")["kept"]["prefixes"] == ["C", "W"]
    second = add(prompt, host, "Tweede")
    for prefix in ("C", "W"):
        file.write_text(json.dumps({"settings": {"number_prefix": prefix}}))
        for arguments in ((), ("--dry-run",)):
            line = prompt.error("config", "apply", second, file, *arguments, code=1)
            assert f"prefix {prefix}" in line
    file.write_text(json.dumps({"settings": {"number_prefix": "V"}}))
    prompt.json("config", "apply", second, file)
    stranger = add(prompt, host, "Derde", host.add_account().credentials)
    assert prefix_of(prompt, stranger) == "C"


def test_erasing_says_what_stays(prompt: CommandLine, host: SandboxServer) -> None:
    said = prompt.run("tenant", "erase", add(prompt, host, "Eerste"), "--yes").stdout
    for word in ("the moment", "prefixes that it used (C)", "HMAC", "API token"):
        assert word in said


def test_the_key_of_the_marks_is_sealed_and_survives_another_encryption_key(
    prompt: CommandLine, host: SandboxServer
) -> None:
    first = add(prompt, host, "Eerste")
    old = read_settings(prompt.environ).encryption_keys
    from cryptography.fernet import Fernet

    new = Fernet.generate_key().decode()
    prompt.environ["POWERUP_ENCRYPTION_KEYS"] = ",".join([new, *old])
    prompt.json("tenant", "erase", first, "--yes")
    assert prompt.run("db", "reseal").exit_code == 0
    prompt.environ["POWERUP_ENCRYPTION_KEYS"] = new
    assert prefix_of(prompt, add(prompt, host, "Tweede")) != "C"


def test_linking_is_for_tenants_that_were_added_by_command(prompt: CommandLine, host: SandboxServer) -> None:
    first = add(prompt, host, "Eerste")
    assert prompt.json("tenant", "link", first, "ins_7Q") == {"tenant": first, "installation": "ins_7Q"}
    assert prompt.json("tenant", "link", first, "ins_7Q")["tenant"] == first, "saying it again changes nothing"
    second = add(prompt, host, "Tweede", host.add_account().credentials)
    assert first in prompt.error("tenant", "link", second, "ins_7Q", code=1)


def test_a_token_of_another_software_package_is_the_same_account(prompt: CommandLine, host: SandboxServer) -> None:
    first = add(prompt, host, "Eerste")
    spaced = replace(host.credentials, token=f" {host.credentials.token} ")
    assert first in prompt.error(*adding(host, "Tweede", spaced), code=1)
