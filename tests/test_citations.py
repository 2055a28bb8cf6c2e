"""The pages in docs/ are the law: what the code cites of them is there, and what they name is in the code.

A citation stands in a docstring or a comment: (rules: Terms), (host page 4.7), (webhooks page, section 4),
(decision 6), (architecture: How fast), (operations page). A name is what a page has between back-ticks; text behind
`Planned:` is passed over.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
import pytest

from powerup.actions.catalogue import ACTIONS
from powerup.cli import COMMANDS, main
from powerup.commands import conformance
from powerup.commands.tenant import token
from powerup.contracts.recurrence import Unit
from powerup.contracts.visit import Reason
from powerup.settings import SETTINGS
from powerup.store.webhook_addresses import ChangeEvent
from powerup.webhooks.messages.events import EVENTS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
ELSEWHERE = ("https://", "http://")


# -- reading the pages --


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs, bullets, rows and headings without their fences; what is planned is taken away."""
    lines: list[str] = []
    for line in [*re.sub(r"(?ms)^```.*?^```\n?", "\n\x00\n", text).splitlines(), ""]:
        begins = re.match(r"\s*([-*]|\d+\.)\s|[|#\x00]", line)
        if lines and (not line.strip() or begins or lines[0].startswith(("|", "#", "\x00"))):
            yield " ".join(lines)
            lines = []
        if line.strip():
            lines.append(line.strip())


def built(text: str) -> Iterator[str]:
    """What a page says of what is there: blocks up to a `Planned:`; such a one that ends with a colon counts for the
    table, list or example that follows it."""
    covers = ""
    for block in _blocks(text):
        kind = "|" if block.startswith("|") else "-" if re.match(r"[-*]\s", block) else block[:1]
        if covers and (kind in "|-\x00" and covers in ("any", kind)):
            covers = kind
            continue
        covers = ""
        before, planned, after = re.sub(r"`Planned:`", "", block).partition("Planned:")
        if planned and after.rstrip().endswith(":"):
            covers = "any"
        yield before


@cache
def page_text(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


# -- citations --


@dataclass(frozen=True)
class Citation:
    where: str
    page: str
    what: str


CITED = re.compile(
    r"\b(?:(?P<named>rules|architecture): (?P<what>(?:[^)(;]|\([^)]*\)|; (?!architecture|host|webhooks|operations))+)"
    r"|(?P<numbered>host|webhooks) pages?,? (?:part |sections? )?(?P<numbers>\d[\d., andto]*)"
    r"|(?P<whole>operations|scaling|settings|commands) page\b"
    r"|decision (?P<decision>\d+))"
)


def _prose(path: Path) -> Iterator[str]:
    """Docstrings, those of attributes too, and comments."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield re.sub(r"\s+", " ", node.value.value)
    yield from re.findall(r"(?m)#\s(.*)$", text)


def citations() -> Iterator[Citation]:
    for folder in ("powerup", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path == Path(__file__):
                continue
            where = str(path.relative_to(ROOT))
            for prose in _prose(path):
                for match in CITED.finditer(prose):
                    yield _citation(where, match)


def _citation(where: str, match: re.Match[str]) -> Citation:
    if match["named"]:
        return Citation(where, match["named"], match["what"].strip(" ."))
    if match["numbered"]:
        return Citation(where, match["numbered"], match["numbers"].strip(" .,"))
    if match["decision"]:
        return Citation(where, "decisions", match["decision"])
    return Citation(where, match["whole"], "")


@cache
def _anchors(page: str) -> frozenset[str]:
    """What can be cited of a page by name: headings, bold words, first cells of rows, and numbers of steps."""
    text = page_text(page)
    found = [
        *re.findall(r"(?m)^#+ (.*)$", text),
        *re.findall(r"\*\*([^*]+)\*\*", text),
        *re.findall(r"(?m)^\| ([^|]+) \|", text),
        *re.findall(r"(?m)^(\d+)\. ", text),
        *(f"step {number}" for number in re.findall(r"(?m)^(\d+)\. ", text)),
    ]
    return frozenset(_plain(each) for each in found)


def _plain(words: str) -> str:
    return re.sub(r"[`*.]", "", words).strip().lower()


def _is_there(page: str, words: str) -> bool:
    cited = _plain(words)
    return any(re.match(rf"(the )?{re.escape(cited)}(?!\w)", anchor) for anchor in _anchors(page)) or any(
        f"/ {cited}" in anchor or re.search(rf"[,/] {re.escape(cited)}(?!\w)", anchor) for anchor in _anchors(page)
    )


def _named(page: str, words: str) -> bool:
    """Whether the words, or each part of them between commas, `and` and semicolons, can be found in the page."""
    words = re.sub(r"\bsteps (\d+) and (\d+)", r"step \1, step \2", words)
    if _is_there(page, words):
        return True
    for separator in ("; ", ", ", " and "):
        for cut in [each.start() for each in re.finditer(re.escape(separator), words)]:
            if _named(page, words[:cut]) and _named(page, words[cut + len(separator) :]):
                return True
    return False


def _numbered(page: str, numbers: str) -> bool:
    sections = re.findall(r"(?m)^#+ (\d+(?:\.\d+)?)[. ]", page_text(page))
    return all(number in sections for number in re.findall(r"\d+(?:\.\d+)?", numbers))


def resolves(citation: Citation) -> bool:
    if citation.page == "decisions":
        return len(list((DOCS / "decisions").glob(f"{int(citation.what):04}-*.md"))) == 1
    if citation.page in ("host", "webhooks"):
        return _numbered(citation.page, citation.what)
    if citation.page in ("rules", "architecture"):
        return _named(citation.page, citation.what)
    return (DOCS / f"{citation.page}.md").exists()


def test_every_citation_is_of_something_that_a_page_has() -> None:
    found = list(citations())
    assert len(found) > 300
    assert [each for each in found if not resolves(each)] == []


@pytest.mark.parametrize(
    ("page", "what"),
    [("rules", "Generosity"), ("rules", "Terms, Generosity"), ("architecture", "step 9"), ("host", "4.7 and 4.99")],
)
def test_a_citation_of_nothing_is_found_out(page: str, what: str) -> None:
    assert not resolves(Citation("here", page, what))


# -- names --

SOURCES = (".py", ".html", ".json", ".po", ".toml", ".css", ".mako", "Procfile", "run", ".gitignore")


@cache
def _words() -> frozenset[str]:
    """Every word of the code, of what it publishes and of what puts it together."""
    places = [ROOT / "pyproject.toml", ROOT / "Procfile", ROOT / ".ci" / "run", *(ROOT / "manifest").iterdir()]
    places += [path for path in (ROOT / "powerup").rglob("*") if path.name.endswith(SOURCES)]
    places += [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    named = {path.stem for path in places}
    return frozenset(named.union(*(re.findall(r"\w+", path.read_text(encoding="utf-8")) for path in places)))


@cache
def _paths() -> frozenset[str]:
    """Files and folders as pages may name them: from the root, from `powerup`, or by name alone."""
    found = set()
    for folder in ("powerup", "tests", "manifest", "docs", ".ci"):
        for path in (ROOT / folder, *(ROOT / folder).rglob("*")):
            found |= {str(path.relative_to(ROOT)), path.name}
            if folder == "powerup" and path != ROOT / folder:
                found.add(str(path.relative_to(ROOT / folder)))
    return frozenset(found | {path.name for path in ROOT.iterdir()})


def _command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words lead to, and what is left of them."""
    command: click.Command = main
    rest = words
    while rest and isinstance(command, click.Group):
        found = command.get_command(click.Context(command), rest[0].strip(","))
        if found is None:
            break
        command, rest = found, rest[1:]
    return command, rest


def _unknown_command(name: str) -> list[str]:
    """What of `powerup …` is no command, and which of its options are none of it."""
    words = name.split()[1:]
    command, rest = _command(words)
    if words and command is main and not words[0].startswith(("-", "COMMAND")):
        return [words[0]]
    options = {option for parameter in command.params for option in parameter.opts} | {"--help", "--version"}
    if isinstance(command, click.Group):  # several of its commands in one span: `powerup manifest show, write`
        others = {"powerup", *command.list_commands(click.Context(command))}
        if command is not main and rest and re.fullmatch(r"[a-z-]+,?", rest[0]) and rest[0].strip(",") not in others:
            return [rest[0]]
        return []
    return [option for option in re.findall(r"--[a-z-]+", " ".join(rest)) if option not in options]


def unknown_in(name: str) -> list[str]:
    """The words of a back-ticked name that are nowhere: [] when it is known."""
    if name.startswith(ELSEWHERE) or "Planned:" in name:
        return []
    if name.startswith("powerup "):
        return _unknown_command(name)
    if re.match(rf"(?:{'|'.join(COMMANDS)}) [a-zA-Z\[-]", name):
        return _unknown_command(f"powerup {name}")
    if re.fullmatch(r"[\w./-]+/[\w./-]*|[\w-]+\.(?:py|md|po|json|html|toml)", name) and not name.startswith("/"):
        return [] if name.rstrip("/") in _paths() else [name]
    if re.fullmatch(r"POWERUP_\w+", name):
        return [] if name in {*conformance.VARIABLES, *token.VARIABLES, *(each.name for each in SETTINGS)} else [name]
    if re.fullmatch(r"(?:contract|visit|work_order|tenant)\.[a-z_]+", name):
        return [] if name in {action.id for action in ACTIONS} | {*EVENTS, *ChangeEvent} else [name]
    words = re.findall(r"(?<![\w.])[A-Za-z_]\w{2,}", name)
    return [
        word for word in words if word not in _words() and not re.fullmatch("[A-Z]+", word)
    ]  # NAME is a placeholder


def names(path: Path) -> Iterator[str]:
    for block in built(path.read_text(encoding="utf-8")):
        yield from re.findall(r"`([^`]+)`", block)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_name_in_a_page_is_in_the_code(path: Path) -> None:
    missing = {name: unknown for name in names(path) if (unknown := unknown_in(name))}
    assert missing == {}


@pytest.mark.parametrize(
    "name",
    [
        "powerup audt",
        "powerup why --as-off D",
        "powerup/contracts/visits.py",
        "POWERUP_DATABASE",
        "contract.end",
        "settld",
    ],
)
def test_a_name_of_nothing_is_found_out(name: str) -> None:
    assert unknown_in(name)


def test_what_is_planned_is_passed_over() -> None:
    page = (
        "A `one`. Planned: `two`.\n\n- `three`\n- Planned: `four`,\n  `five`\n\n| Planned: `six` |\n| `seven` |\n\n"
        "Planned: a table:\n\n| `eight` |\n| x |\n\n`nine`"
    )
    assert re.findall(r"`(\w+)`", " ".join(built(page))) == ["one", "three", "seven", "nine"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_link_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [each for each in targets if not each.startswith(ELSEWHERE) and not (path.parent / each).exists()] == []


def test_what_is_planned_is_not_there_yet() -> None:
    """A mark that was left behind: what it begins with is an action, a setting, a command or a file that is there."""
    assert marked_first("Planned: `POWERUP_ONE`, `two` and `powerup three`. `POWERUP_FOUR`") == [
        "POWERUP_ONE",
        "powerup three",
    ]
    marked = [name for path in PAGES for name in marked_first(path.read_text(encoding="utf-8"))]
    assert [name for name in marked if not unknown_in(name)] == []


def marked_first(page: str) -> list[str]:
    """The actions, settings, commands and files that a mark begins with."""
    kinds = re.compile(r"powerup .*|powerup/.*|POWERUP_\w+|(?:contract|visit|work_order|tenant)\.[a-z_]+")
    return [
        name
        for first in re.findall(r"Planned:((?:,? (?:and )?`[^`]+`)+)", page)
        for name in re.findall(r"`([^`]+)`", first)
        if kinds.fullmatch(name)
    ]


def test_the_webhooks_page_has_every_action_and_its_input() -> None:
    page = page_text("webhooks")
    listed = page.partition("\nIds: ")[2].partition("\n\n")[0]
    inputs = page.partition("| action | input |")[2].partition("\n\n")[0]
    told = {"contract.create"}  # in words, before the table
    named = {
        action.id: {f"`{action.id}`" in listed, f"`{action.id}`" in inputs or action.id in told} for action in ACTIONS
    }
    assert [each for each, there in named.items() if there != {True}] == []


def test_the_rules_name_every_reason_that_withholds() -> None:
    listed = page_text("rules").partition("Withheld reasons: ")[2].partition(". ")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == {*Reason} - {Reason.AWAITING_CONFIRMATION}


@pytest.mark.parametrize("page", ["architecture", "commands"])
def test_the_columns_of_a_file_name_every_unit(page: str) -> None:
    assert ", ".join(f"`{unit}`" for unit in Unit) in page_text(page)
