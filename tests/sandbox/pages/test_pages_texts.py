"""Both languages say everything that a page says, and nothing is kept that no page says."""

import re
from pathlib import Path

import pytest

from powerup.contracts.contract import Shift
from powerup.contracts.effects import STARTED, EffectKind
from powerup.contracts.visit import Reason, VisitState
from powerup.sandbox import pages
from powerup.sandbox.faults import FaultName
from powerup.sandbox.pages.texts import LANGUAGES, Texts
from powerup.sandbox.pages.tour import AFTER, STEPS
from powerup.sandbox.pages.words import WORDS
from powerup.sandbox.switches import Switches
from tests.translations import PAGES_DUTCH, is_complete, said_by, sentences_of_pages, translated
from tests.wording import assert_reads_right, counts_without_a_form_for_one, forms, values_in

PACKAGE = Path(pages.__file__).parent
TEMPLATES = [path.read_text(encoding="utf-8") for path in PACKAGE.glob("templates/*.html")]
CODE = [path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py")]
ENGLISH = sorted({*sentences_of_pages()}, key=str)
DUTCH = translated(PAGES_DUTCH)


def test_each_sentence_is_there_in_dutch() -> None:
    assert [english for english in ENGLISH if not is_complete(DUTCH.get(english))] == [], f"not in {PAGES_DUTCH}"


def test_each_sentence_has_the_same_values_in_dutch() -> None:
    said = [pair for english in ENGLISH for pair in zip(said_by(DUTCH[english]), forms(english), strict=True)]
    assert [meant for dutch, meant in said if values_in(dutch) != values_in(meant)] == []


def test_no_text_is_left_that_nobody_says() -> None:
    assert set(DUTCH) - set(ENGLISH) == set()


def test_what_a_sentence_counts_has_a_form_for_one() -> None:
    assert [key for key in ENGLISH if isinstance(key, str) and counts_without_a_form_for_one(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_sentence_that_counts_reads_right(number: int, language: str) -> None:
    for english in ENGLISH:
        if isinstance(english, tuple):
            assert_reads_right(Texts(language).counted(*english, number), number, language)


def test_what_the_host_names_by_a_code_has_words() -> None:
    assert WORDS["fault"].keys() == WORDS["fault_hint"].keys() == {*map(str, FaultName)}
    assert WORDS["switch"].keys() == Switches().as_json().keys()
    assert WORDS["tour_step"].keys() == WORDS["tour_hint"].keys() == {*STEPS}
    assert WORDS["tour_next"].keys() == WORDS["tour_next_hint"].keys() == {*AFTER}


@pytest.mark.parametrize(
    ("group", "codes"),
    [("reason", {*Reason, STARTED}), ("state", {*VisitState}), ("effect", {*EffectKind}), ("shift", {*Shift})],
)
def test_what_the_power_up_says_of_a_visit_by_a_code_has_words(group: str, codes: set[str]) -> None:
    assert set(WORDS[group]) == codes


def test_every_group_of_words_is_used() -> None:
    said = {group for source in (*TEMPLATES, *CODE) for group in re.findall(r"""\bword\(['"](\w+)['"]""", source)}
    assert said == set(WORDS)


def test_every_refusal_that_a_page_leads_to_has_a_text_and_no_other_has() -> None:
    sources = [*(path.read_text(encoding="utf-8") for path in PACKAGE.parent.glob("*.py")), *CODE]
    raised = r"""raise SandboxError\((?:words|f?"[^"]*"|f?'[^']*'), "([a-z_]+)\""""
    assert {code for source in sources for code in re.findall(raised, source)} == set(WORDS["refusal"])


def test_a_code_without_words_is_shown_as_it_is() -> None:
    assert Texts("nl").word("reason", "{odd}") == "{odd}"


@pytest.mark.parametrize(("language", "day"), [("nl", "31-01-2027"), ("en", "31 Jan 2027")])
def test_dates_are_written_as_their_readers_do(language: str, day: str) -> None:
    assert Texts(language).day("2027-01-31") == Texts(language).day("31-01-2027") == day


@pytest.mark.parametrize(("language", "day"), [("nl", "zo 31-01-2027"), ("en", "Sun 31 Jan 2027")])
def test_a_day_of_the_week_is_short_before_its_date(language: str, day: str) -> None:
    assert Texts(language).weekday_and_day("2027-01-31") == day
