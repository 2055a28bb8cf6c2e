"""`powerup webhook conformance`: its report for people and programs, its exit codes, and that it cleans up."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from powerup.commands import conformance
from powerup.conformance.playing_host import PlayedHost
from tests.commands.conftest import CommandLine
from tests.conformance.conftest import Pair
from tests.webhooks.signed_messages import LISTING_KEY

INSTALLS = ("--only", "installation.first", "--only", "installation.proof")


@pytest.fixture
def prompt() -> CommandLine:
    return CommandLine({"POWERUP_CONFORMANCE_KEY": LISTING_KEY, "LANG": "en_GB.UTF-8"})


def command(pair: Pair, *more: str) -> tuple[str, ...]:
    return ("webhook", "conformance", pair.host.url, "--listen", f"127.0.0.1:{pair.port_of_commands}", *more)


def test_the_report_says_what_is_as_it_is_asked_for(pair: Pair, prompt: CommandLine) -> None:
    result = prompt.run(*command(pair, *INSTALLS))
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "✓ installation.first [webhooks 3] It can be installed by a host whose addresses are allowed.",
        "✓ installation.proof [webhooks 3] The answer proves that the power-up has the key that was sent.",
        "Passed: 2, failed: 0, not tried: 0.",
    ]
    assert pair.house.tenants() == []


def test_a_finding_shows_what_was_sent_and_what_came_and_no_secret(pair: Pair, prompt: CommandLine) -> None:
    pair.proxy.change_answer("webhooks", lambda answer: answer.update(proof="AAAA"))
    result = prompt.run(*command(pair, *INSTALLS), LANG="nl_NL.UTF-8")
    assert result.exit_code == 1
    assert "✗ installation.proof [webhooks 3] Het antwoord bewijst" in result.output
    assert f"    > POST {pair.host.url}webhooks" in result.output
    assert '"challenge": ' in result.output
    assert "    < 200" in result.output
    assert '"proof": "AAAA"' in result.output
    assert "whsec_" not in result.output
    assert '"token": "…", "software_token": "…"' in result.output


def test_programs_read_the_same_as_json(pair: Pair, prompt: CommandLine) -> None:
    pair.proxy.change_answer("webhooks", lambda answer: answer.update(proof="AAAA"))
    result = prompt.run(*command(pair, *INSTALLS, "--json"))
    assert result.exit_code == 1
    report: dict[str, Any] = json.loads(result.stdout)
    assert (report["passed"], report["failed"], report["not_tried"]) == (1, 1, 0)
    found = report["checks"][1]
    assert (found["check"], found["section"], found["verdict"]) == ("installation.proof", "webhooks 3", "failed")
    assert json.loads(found["exchanges"][0]["request"]["body"])["type"] == "installation.created"
    assert "whsec_" not in result.output


def test_an_operator_who_has_not_allowed_the_addresses_is_told_which(pair: Pair, prompt: CommandLine) -> None:
    result = prompt.run("webhook", "conformance", pair.host.url, "--listen", "127.0.0.1:0", *INSTALLS)
    assert result.exit_code == 1
    assert "POWERUP_HOST_API_URLS" in result.output
    assert "– installation.proof" in result.output
    assert "Passed: 0, failed: 1, not tried: 1." in result.output


def test_an_interrupted_run_leaves_nothing_behind(
    pair: Pair, prompt: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object, host: PlayedHost) -> Iterator[None]:
        host.install()
        host.make_contract()
        assert len(pair.house.tenants()) == 1
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr(conformance, "tried", interrupted)
    assert prompt.run(*command(pair)).exit_code == 130
    assert pair.house.tenants() == []


def test_what_a_killed_run_has_left_is_removed_by_the_next(
    pair: Pair, prompt: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PlayedHost, "remove", lambda _: None)
    prompt.run(*command(pair, *INSTALLS))
    assert len(pair.house.tenants()) > 0
    monkeypatch.undo()
    assert prompt.run(*command(pair, "--only", "installation.first")).exit_code == 0
    assert pair.house.tenants() == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("nowhere",), "is no address"),
        (
            ("http://127.0.0.1:9/", "--powerup", "--listen", "127.0.0.1:0", "--only", "nothing"),
            "There is no check nothing",
        ),
        (("http://127.0.0.1:9/", "--key", "short"), "whsec_"),
        (("http://127.0.0.1:9/", "--listen", "nowhere"), "no address to listen on"),
    ],
)
def test_wrong_use_says_what_was_expected(prompt: CommandLine, wrong: tuple[str, ...], words: str) -> None:
    assert words in prompt.error("webhook", "conformance", *wrong, code=2)
