"""Every sentence for people is there in Dutch, with the same values in it."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from powerup.texts import Reader, catalogue, text

ROOT = Path(__file__).parent.parent / "powerup"


def templates() -> Iterator[str]:
    """The first argument of every call of `text` in the code; SQLAlchemy has a function of that name too."""
    for path in sorted(ROOT.rglob("*.py")):
        code = path.read_text("utf-8")
        if not re.search(r"^from powerup\.texts import .*\btext\b", code, re.MULTILINE):
            continue
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text":
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def says_sentences(tree: ast.Module) -> bool:
    """Whether the file's `text` is ours, and not the one of SQLAlchemy."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "powerup.texts"
        and "text" in [name.name for name in node.names]
        for node in ast.walk(tree)
    )


ENGLISH = sorted(set(templates()))


def test_there_are_sentences_to_translate() -> None:
    assert len(ENGLISH) > 20


@pytest.mark.parametrize("english", ENGLISH)
def test_sentence_is_there_in_dutch_with_the_same_values(english: str) -> None:
    dutch = catalogue("nl").get(english)
    assert dutch, f"powerup/translations/nl.po has no translation of {english!r}"
    assert set(re.findall(r"\{(\w+)\}", dutch)) == set(re.findall(r"\{(\w+)\}", english))


def test_the_catalogue_keeps_no_sentence_that_nobody_says() -> None:
    said = {
        node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert [english for english in catalogue("nl") if english not in said] == []


def test_in_dutch_the_customer_is_a_relatie_and_only_the_tenant_a_klant() -> None:
    of_customers = [dutch for english, dutch in catalogue("nl").items() if "tenant" not in english.lower()]
    assert [dutch for dutch in of_customers if "klant" in dutch.lower()] == []


def test_dutch_readers_get_dutch_dates_and_numbers() -> None:
    said = Reader("nl-NL").say(text("{day} {number} {moment}", day=date(2026, 12, 31), number=1234.5, moment="x"))
    assert said == "31 december 2026 1.234,5 x"


def test_moments_are_said_short() -> None:
    assert "31-12-2026" in Reader("nl").say(text("{at}", at=datetime(2026, 12, 31, 10, 0, tzinfo=UTC)))


def test_an_unknown_language_reads_english() -> None:
    assert Reader("xx-nonsense").language == "en"
    assert Reader("fr").language == "en"


def test_what_a_person_entered_is_never_read_as_a_template() -> None:
    assert Reader("nl").say(text("Object {code} is not known at the host.", code="{code!r}")).count("{code!r}") == 1
