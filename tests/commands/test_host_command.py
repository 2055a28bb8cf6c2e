"""`powerup host`: a probe of the tenant's host by command (host page 7)."""

from typing import Any

from powerup.sandbox.server import SandboxServer
from tests.commands.conftest import CommandLine
from tests.sandbox.calling import Caller, order


def rows_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in document["rows"]}


def test_a_probe_says_what_the_host_does_and_keeps_it_as_its_profile(
    prompt: CommandLine, host: SandboxServer, tenant: str
) -> None:
    host.host.change_switches(creation_date_zone="utc", duplicate_workorder_no="reject", projects_filtered=False)
    rows = rows_of(told := prompt.json("host", "probe", tenant, "--with-test-order", "1001", "--yes"))
    assert (told["left"], told["broke_off"]) == ([], None)
    assert rows["duplicate_workorder_no"]["result"] == "not_held"
    assert rows["duplicate_workorder_no"]["said"].startswith("code 1504: WorkorderNo already exists: PROBE-")
    assert (rows["first_status"]["section"], rows["first_status"]["result"]) == ("4.8", "held")
    assert (rows["deletable_statuses.Compleet"]["value"], rows["deletable_statuses.Compleet"]["result"]) == (
        None,
        "not_seen",
    )
    assert host.host.orders.all() == []
    profile = prompt.json("host", "profile", tenant)
    assert profile["switches"] == told["switches"]
    assert profile["switches"]["creation_date_zone"] == "utc"
    before = host.host.switches
    host.host.change_switches(profile["switches"])
    assert host.host.switches == before, "a stand-in that is set to the profile is like the host"
    # What is not seen this time stays as it was seen.
    assert rows_of(prompt.json("host", "probe", tenant))["first_status"]["value"] is None
    assert prompt.json("host", "profile", tenant)["switches"] == profile["switches"]


def test_a_probe_that_was_killed_is_told_and_the_next_one_removes_what_it_left(
    prompt: CommandLine, host: SandboxServer, tenant: str
) -> None:
    host.host.change_switches(deletable_statuses=[])
    told = prompt.run("host", "probe", tenant, "--with-test-order", "1001", "--yes")
    assert told.exit_code == 1
    [left] = host.host.orders.all()
    words = "Workorder with status Klaargezet can not be deleted"
    assert f"May be left at the host: {left.workorder_no} (the host says: {words})." in told.stderr
    assert "have to be deleted by hand" in told.stdout
    looked = prompt.run("host", "probe", tenant)
    assert (looked.exit_code, left.workorder_no in looked.stderr) == (1, True)
    host.host.change_switches(deletable_statuses=["Klaargezet"])
    removed = prompt.run("host", "probe", tenant, "--remove-left", LANG="nl_NL.UTF-8")
    assert (removed.exit_code, removed.stdout) == (0, "Van een onderzoek staat niets meer bij de host.\n")
    assert host.host.orders.all() == []


def test_a_probe_asks_first_and_is_not_made_for_who_would_take_it_for_a_fault(
    prompt: CommandLine, host: SandboxServer, tenant: str
) -> None:
    assert "say --yes" in prompt.error("host", "probe", tenant, "--with-test-order", "1001", code=2)
    assert "no customer 77" in prompt.error("host", "probe", tenant, "--with-test-order", "77", "--yes", code=2)
    assert "--by-hand is for" in prompt.error("host", "probe", tenant, "--by-hand", code=2)
    Caller(host).post("PostWorkorders", [order("SOMEBODY-1")])
    assert [each.workorder_no for each in host.host.orders.all()] == ["SOMEBODY-1"]
