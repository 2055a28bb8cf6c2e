"""What buttons do, by command: listed and shown, asked before it is done, refused by the place of what is wrong."""

from pathlib import Path

import pytest

from tests.commands.conftest import CommandLine
from tests.commands.test_cycle_commands import CONTRACT, CUSTOMER_NAME


@pytest.fixture
def contract(prompt: CommandLine, tenant: str, tmp_path: Path) -> str:
    path = tmp_path / "contract.csv"
    path.write_text(CONTRACT)
    prompt.json("contracts", "import", tenant, path)
    return "1042"


def test_a_contract_is_found_shown_and_paused_without_a_spreadsheet(
    prompt: CommandLine, tenant: str, contract: str
) -> None:
    (row,) = prompt.json("contracts", "list", tenant, "--search", "korenaar", "--sort", "-start")["rows"]
    assert (row["number"], row["customer_name"], row["status"]) == (contract, CUSTOMER_NAME, "not_started")
    assert prompt.json("contracts", "list", tenant, "--status", "ended")["rows"] == []
    pause = ("contracts", "act", tenant, "pause", contract, "--set", "from=2030-07-01", "--set", "reason=Zomer")
    shown = prompt.json(*pause, "--set", "until=2030-08-31", "--preview")
    assert (shown["status"], shown["counts"]) == ("needs_confirmation", {"withheld": {"paused": 2}})
    assert prompt.json("contracts", "show", tenant, contract)["pauses"] == []
    assert "--yes" in prompt.error(*pause, code=2)
    assert "--yes" in prompt.error(*pause, "--json", code=2)
    done = prompt.run(*pause, "--set", "until=2030-08-31", "--yes")
    assert (done.exit_code, "is paused from July 1, 2030" in done.stdout) == (0, True), done.output
    assert prompt.json("contracts", "show", tenant, contract)["pauses"][0]["until"] == "2030-08-31"
    shown_in_words = prompt.run("contracts", "show", tenant, contract).stdout
    assert all(words in shown_in_words for words in ("not started", "2030-01-31", "resume", "CV-ketel"))


@pytest.mark.usefixtures("contract")
def test_a_visit_is_listed_with_its_id_and_moved(prompt: CommandLine, tenant: str) -> None:
    period = ("--from", "2030-03-01", "--to", "2030-03-31")
    (visit,) = prompt.json("visits", "list", tenant, *period, "--state", "planned")["rows"]
    assert prompt.json("visits", "list", tenant, *period, "--state", "failed")["rows"] == []
    moved = prompt.json("visits", "act", tenant, "move", visit["id"], "--input", '{"to": "2030-04-02"}', "--yes")
    assert moved["effects"][0]["planned_date"] == "2030-04-02"
    assert prompt.json("visits", "list", tenant, *period)["rows"] == []


def test_a_contract_is_made_from_members_by_their_names(prompt: CommandLine, tenant: str) -> None:
    members = (
        *("name=Ketel", "type=preventive", "customer=1001", "start=2030-01-31", "template.type_of_work=Onderhoud"),
        *("template.payment_method=op rekening", 'plans=[{"name": "A", "unit": "month", "every": 1}]'),
    )
    typed = [part for each in members for part in ("--set", each)]
    made = prompt.json("contracts", "act", tenant, "create", *typed, "--yes")
    assert prompt.json("contracts", "show", tenant, made["target"]["id"])["template"]["type_of_work"] == "Onderhoud"


def test_what_is_wrong_is_said_by_its_place_with_what_to_do(prompt: CommandLine, tenant: str, contract: str) -> None:
    act = ("contracts", "act", tenant)
    assert "choose one of edit, terminate" in prompt.error(*act, "dance", contract, code=2)
    assert "choose one of create, release" in prompt.error(*act, "pause", code=2)
    assert "There is no contract 7." in prompt.error(*act, "pause", "7", "--set", "from=2030-07-01", "--yes", code=2)
    assert "/last_day: This must be filled in." in prompt.error(*act, "terminate", contract, "--yes", code=2)
    assert "is not NAME=VALUE" in prompt.error(*act, "pause", contract, "--set", "from", code=2)
    for given in ("[]", "{"):
        assert "--input is" in prompt.error(*act, "pause", contract, "--input", given, code=2)
    assert "has not ended" in prompt.error(*act, "restart", contract, "--yes", code=1)
    assert "no work order 99" in prompt.error("work-orders", "act", tenant, "detach", "99", "--yes", code=2)
