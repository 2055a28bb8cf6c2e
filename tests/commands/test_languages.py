"""Every command speaks one language, the operator's: answers, headings and errors, walked in both (commands page)."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

from powerup.cli import main
from powerup.parts import build_parts, now_in_utc
from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.server import SandboxServer
from powerup.settings import read_settings
from powerup.store.tenants import Tenants
from tests.commands.conftest import CommandLine
from tests.commands.test_cycle_commands import CONTRACT
from tests.translations import said_by, translated
from tests.webhooks.signed_messages import LISTING_KEY
from tests.wording import forms

LANGUAGES = {"nl": "nl_NL.UTF-8", "en": "en_GB.UTF-8"}
FEWEST_WORDS = 3
"""Of a sentence that are looked for in an answer; fewer may stand in both languages."""

COMMANDS = Path(__file__).parents[2] / "powerup" / "commands"

YEAR = ("--from", "2030-01-01", "--to", "2030-12-31")
CONFORMANCE = ("webhook", "conformance", "http://127.0.0.1:9/", "--key", LISTING_KEY, "--listen", "127.0.0.1:0")
WALKED: tuple[tuple[object, ...], ...] = (
    ("apikey", "add", "TENANT", "--scope", "read"),
    ("apikey", "add", "TENANT"),
    ("apikey", "list", "TENANT"),
    ("apikey", "remove", "TENANT", "key_none"),
    ("attention",),
    ("attention", "nobody"),
    ("audit", "TENANT", "--as-of", "2030-02-01"),
    ("audit", "--all"),
    ("audit",),
    ("config", "apply", "TENANT", "DOCUMENT", "--dry-run"),
    ("config", "apply", "TENANT", "CONTRACTS"),
    ("config", "holidays", "TENANT", "2030"),
    ("config", "holidays", "TENANT", "1"),
    ("config", "show", "nobody"),
    ("config", "schema", "--what"),
    ("contracts", "act", "TENANT", "terminate", "1042", "--set", "last_day=2030-06-30", "--preview"),
    ("contracts", "act", "TENANT", "terminate", "1042", "--set", "colour=1", "--yes"),
    ("contracts", "act", "TENANT", "pause", "7", "--yes"),
    ("contracts", "act", "TENANT", "dance", "1042"),
    ("contracts", "list", "TENANT", "--status", "active"),
    ("contracts", "show", "TENANT", "1042"),
    ("contracts", "show", "TENANT", "7"),
    ("contracts", "export", "TENANT", "--output", "/no/such/place.csv"),
    ("contracts", "history", "TENANT", "1042"),
    ("contracts", "history", "TENANT", "7"),
    ("contracts", "import", "TENANT", "CONTRACTS", "--dry-run"),
    ("contracts", "imports", "TENANT"),
    ("contracts", "undo-import", "TENANT", "none", "--yes"),
    ("contracts", "import", "TENANT", "DOCUMENT"),
    (
        "contracts",
        "many",
        "TENANT",
        "CV-1",
        "--kind",
        "objects",
        "--like",
        "1042",
        "--start",
        "2030-01-01",
        "--preview",
    ),
    ("contracts", "many", "TENANT", "x", "--kind", "objects", "--like", "7", "--start", "2030-01-01", "--yes"),
    ("contracts", "renew", "TENANT", "--dry-run"),
    ("cycles", "TENANT"),
    ("cycles", "TENANT", "1"),
    ("cycles", "TENANT", "yesterday"),
    ("db", "backup", "CONTRACTS"),
    ("db", "check"),
    ("db", "reseal"),
    ("db", "upgrade"),
    ("demo", "--port", "99999999"),
    ("doctor",),
    ("forecast", "TENANT", *YEAR),
    ("forecast", "TENANT", "--from", "2030-12-31", "--to", "2030-01-01"),
    ("forecast", "TENANT", "--from", "1-1-2030"),
    ("host", "probe", "nobody"),
    ("host", "profile", "TENANT"),
    ("manifest", "check", "DIRECTORY"),
    ("manifest", "show", "--what"),
    ("manifest", "write", "DIRECTORY"),
    ("mark", "list", "TENANT"),
    ("mark", "set", "TENANT", "customer", "1001"),
    ("mark", "remove", "TENANT", "customer", "1001"),
    ("sandbox", "--bind", "nowhere"),
    ("serve", "--bind", "nowhere"),
    ("sla", "TENANT"),
    ("sync", "TENANT", "--as-of", "2030-02-01"),
    ("sync", "TENANT", "--as-of", "2030-03-01", "--dry-run"),
    ("tenant", "add", "New", "--api-url", "nonsense", "--token", "t", "--software-token", "s"),
    ("tenant", "erase", "TENANT"),
    ("tenant", "export", "TENANT", "CONTRACTS"),
    ("tenant", "stop", "TENANT"),
    ("tenant", "go", "TENANT"),
    ("tenant", "link", "TENANT", "ins_1"),
    ("tenant", "list"),
    ("tenant", "rename-customer", "TENANT", "1001", "9999"),
    ("tenant", "rename-object", "TENANT", "CV-1", "CV-1"),
    ("tenant", "restored", "TENANT"),
    ("tenant", "suspend", "TENANT"),
    ("tenant", "resume", "TENANT"),
    ("tenant", "show", "TENANT"),
    ("tenant", "token", "TENANT", "--token", "wrong", "--software-token", "wrong"),
    ("timer", "--metrics-bind", "nowhere"),
    ("user", "add", "TENANT", "bea@voorbeeld.example", "--role", "planner"),
    ("user", "add", "TENANT", "bea@voorbeeld.example", "--role", "planner"),
    ("user", "digest", "TENANT", "bea@voorbeeld.example"),
    ("user", "list", "TENANT"),
    ("user", "reset", "TENANT", "bea@voorbeeld.example"),
    ("user", "remove", "TENANT", "bea@voorbeeld.example"),
    ("user", "remove", "TENANT", "bea@voorbeeld.example"),
    ("user", "add", "TENANT", "bea", "--role", "planner"),
    ("visits", "act", "TENANT", "skip", "1042:A:2030-03-31:", "--set", "reason=x", "--preview"),
    ("visits", "act", "TENANT", "skip", "1042", "--yes"),
    ("visits", "list", "TENANT", *YEAR),
    ("visits", "list", "TENANT", "--from", "2030-12-31", "--to", "2030-01-01"),
    ("webhook", "address", "add", "TENANT", "http://example.com/"),
    ("webhook", "address", "events", "TENANT", "nobody", "--event", "visit.changed"),
    ("webhook", "address", "list", "TENANT"),
    ("webhook", "address", "remove", "TENANT", "nobody"),
    ("webhook", "address", "rotate", "TENANT", "nobody"),
    ("webhook", "address", "test", "TENANT", "nobody"),
    ("webhook", "conformance", "nowhere", "--key", LISTING_KEY),
    (*CONFORMANCE,),
    (*CONFORMANCE, "--powerup"),
    (*CONFORMANCE, "--host", "--patience", "0.01"),
    ("webhook", "resend", "TENANT"),
    ("work-orders", "act", "TENANT", "detach", "99", "--yes"),
    ("webhook", "send", "http://127.0.0.1:9/", "CONTRACTS", "--key", "short"),
    ("webhook", "sign", "CONTRACTS", "--key", "short"),
    ("webhook", "verify", "CONTRACTS", "--key", "short", "-H", "x"),
    ("why", "TENANT", "1042", "2030-02-28"),
    ("why", "TENANT", "1042", "2030-03-30"),
    ("why", "TENANT", "1042", "2030-03-30", "more"),
    ("worker",),
    ("nonsense",),
    (),
    ("account", "TENANT", "1001", "--year", "2030"),
    ("account", "TENANT", "9999", "--year", "2030"),
    ("planned-against-done", "TENANT", "--year", "2030"),
    ("invoices", "TENANT", "--month", "2030-01", "--dry-run"),
    ("invoices", "TENANT", "--month", "soon"),
    ("letters", "TENANT", "--month", "2030-01"),
)
"""Each command at least once; the words in capitals stand for what the test has made."""


@pytest.fixture
def made(prompt: CommandLine, tenant: str, tmp_path: Path, host: SandboxServer) -> dict[str, str]:
    """A contract with a visit that the host refuses, and files; by the words in WALKED."""
    contracts, document = tmp_path / "contracts.csv", tmp_path / "document.json"
    contracts.write_text(CONTRACT)
    document.write_text('{"settings": {"days_in_advance": 30}}')
    prompt.json("contracts", "import", tenant, contracts)
    host.host.faults.set(Fault(FaultName.REFUSE_RECORD, rate=1, matching="20300228"))
    return {
        "TENANT": tenant,
        "CONTRACTS": str(contracts),
        "DOCUMENT": str(document),
        "DIRECTORY": str(tmp_path / "manifest"),
    }


def speaks(prompt: CommandLine, tenant: str, language: str) -> None:
    """The tenant's people speak it, too: what was kept for them is in theirs."""
    parts = build_parts(read_settings(prompt.environ), now_in_utc)
    with parts.database.write() as connection:
        tenants = Tenants(connection)
        tenants.save(replace(tenants.get(tenant), locale=language))
    parts.close()


def fragments(language: str) -> set[str]:
    """What is said in one language alone: the parts of its sentences between their values, as far as they are long."""
    found = {"en": set[str](), "nl": set[str]()}
    for key, message in translated().items():
        for english, dutch in zip(forms(key), said_by(message), strict=False):
            for said, spoken in ((english, "en"), (dutch, "nl")):
                parts = re.split(r"\{\w+\}", said)
                found[spoken] |= {part.strip() for part in parts if len(part.split()) >= FEWEST_WORDS}
    other = next(each for each in found if each != language)
    return {part for part in found[language] - found[other] if not any(part in each for each in found[other])}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_in_the_operators_language_alone(
    prompt: CommandLine, made: dict[str, str], language: str
) -> None:
    speaks(prompt, made["TENANT"], language)
    other = fragments(next(each for each in LANGUAGES if each != language))
    assert len(other) > 100
    half_and_half = {}
    for walked in WALKED:
        command = [made.get(str(word), str(word)) for word in walked]
        answer = " ".join(prompt.run(*command, LANG=LANGUAGES[language]).output.split())
        if foreign := sorted(part for part in other if part in answer):
            half_and_half[walked] = foreign
        if answer.startswith(("Error:", "Fout:")):
            assert answer.startswith("Fout:" if language == "nl" else "Error:"), walked
    assert half_and_half == {}


def commands(group: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if not isinstance(group, click.Group):
        yield path
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from commands(command, (*path, name))


def test_every_command_is_walked() -> None:
    walked = [tuple(map(str, each)) for each in WALKED]
    assert [path for path in commands() if not any(each[: len(path)] == path for each in walked)] == []


SHOWING = {"click.echo", "self._console.print", "screen.print"}


def test_what_a_command_shows_is_a_sentence_of_the_catalogue() -> None:
    """Words that stand in a command itself are in one language only."""
    shown = [
        f"{path.name}:{node.lineno}"
        for path in COMMANDS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SHOWING
        for words in _words_in(node.args[0] if node.args else node)
        if len(re.findall(r"\b[A-Za-z]{2,}\b", words)) >= FEWEST_WORDS
    ]
    assert shown == []


def _words_in(node: ast.AST) -> Iterator[str]:
    """What stands in an expression as it is, but for the sentences that are put into the reader's language."""
    match node:
        case ast.Call(func=ast.Name(id="text" | "counted")):
            return
        case ast.Constant(value=str(words)):
            yield words
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _words_in(child)
