"""Every sentence for people is there in Dutch, with the same values in it, and speaks of one as of one."""

import ast
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import pairwise

import pytest

from powerup.contracts.contract import Status
from powerup.contracts.effects import EffectKind
from powerup.contracts.sla_standing import SlaStage
from powerup.contracts.visit import Reason, VisitState
from powerup.files.decisions import Result
from powerup.readings.attention import NeedKind
from powerup.store.marks import MarkKind
from powerup.store.tenants import TenantState
from powerup.sync.proof.differences import DifferenceKind
from powerup.texts import LANGUAGES, Reader, counted, in_a_row, text
from tests.translations import CODE, FORMS, is_complete, said_by, sentences, translated
from tests.wording import NOUNS, assert_reads_right, counts_without_a_form_for_one, forms, pairs, values_in

ENGLISH = sorted(set(sentences()), key=str)
DUTCH = translated()
COUNTED = [key for key in ENGLISH if isinstance(key, tuple)]

SAID_BY_THEIR_CODE: tuple[Iterable[StrEnum], ...] = (
    VisitState, Reason, Status, EffectKind, SlaStage, NeedKind, DifferenceKind, Result, MarkKind, TenantState,
)  # fmt: skip
"""Enumerations whose members stand in sentences and tables for people."""

NO_NUMBERS = ("{served}", "environment.value}", "{_STEP_DAYS}")
"""What stands before a noun in an f-string and is the name of something, or never 1."""


def test_there_are_sentences_to_translate() -> None:
    assert len(ENGLISH) > 20
    assert len(COUNTED) > 20


def test_each_sentence_is_there_in_dutch() -> None:
    assert [english for english in ENGLISH if not is_complete(DUTCH.get(english))] == [], "not whole in nl.po"


def test_each_sentence_has_the_same_values_in_dutch() -> None:
    said = [pair for english in ENGLISH for pair in zip(said_by(DUTCH[english]), forms(english), strict=True)]
    assert [meant for dutch, meant in said if values_in(dutch) != values_in(meant)] == []


def test_each_sentence_is_given_the_values_that_fill_it_and_no_others() -> None:
    """One that is missing would be an error before the reader's eyes. A table's get theirs where they are said."""
    wrong = [
        f"{path.relative_to(CODE)}:{call.lineno}"
        for path in CODE.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef | ast.Lambda)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not _fills(call, call.func.id)
    ]
    assert wrong == []


def _fills(call: ast.Call, name: str) -> bool:
    """Whether a call that makes a text gives all its values; calls of others do."""
    said = [each.value for each in call.args[: FORMS.get(name, 0)] if isinstance(each, ast.Constant)]
    given = {each.arg for each in call.keywords}
    if not said or len(said) != FORMS[name] or None in given:
        return True
    wanted = {value for form in said for value in values_in(str(form))}
    return wanted - {"number"} == given if name == "counted" else wanted == given


def test_each_code_that_people_are_told_has_its_dutch_word() -> None:
    codes = {str(member) for each in SAID_BY_THEIR_CODE for member in each}
    assert sorted(code for code in codes if not is_complete(DUTCH.get(code))) == [], "no word in nl.po"


def test_the_catalogue_keeps_no_sentence_that_nobody_says() -> None:
    said = {
        node.value
        for path in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
    }
    said |= {form for key in ENGLISH for form in forms(key)}  # those of templates, too
    assert [key for key in DUTCH if not said.issuperset(forms(key))] == []


def test_in_dutch_the_customer_is_a_relatie_and_only_the_tenant_a_klant() -> None:
    of_customers = [message.string for key, message in DUTCH.items() if "tenant" not in str(key).lower()]
    assert [dutch for dutch in of_customers if "klant" in str(dutch).lower()] == []


def test_what_a_sentence_counts_has_a_form_for_one() -> None:
    """`text("{visits} visits …")` would say "1 visits": `counted` says it by the number."""
    assert [key for key in ENGLISH if isinstance(key, str) and counts_without_a_form_for_one(key)] == []


def test_what_an_f_string_counts_has_a_form_for_one() -> None:
    nouns = re.compile(rf"(?: \w+)? ({'|'.join(pairs(NOUNS['en']).values())})\b")
    counts = [
        f"{path}: {{{ast.unparse(before.value)}}}{after.value!s}"
        for path in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        for before, after in pairwise(node.values)
        if isinstance(before, ast.FormattedValue) and isinstance(after, ast.Constant) and nouns.match(str(after.value))
    ]
    assert [place for place in counts if not any(each in place for each in NO_NUMBERS)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_sentence_that_counts_reads_right(number: int, language: str) -> None:
    for english in COUNTED:
        values = {name: "…" for form in english for name in values_in(form) - {"number"}}
        assert_reads_right(Reader(language).say(counted(*english, number, **values)), number, language)


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [
        (0, "en", "0 secrets are sealed with the first key."),
        (1, "en", "1 secret is sealed with the first key."),
        (1200, "en", "1,200 secrets are sealed with the first key."),
        (0, "nl", "0 geheimen zijn verzegeld met de eerste sleutel."),
        (1, "nl", "1 geheim is verzegeld met de eerste sleutel."),
        (1200, "nl", "1.200 geheimen zijn verzegeld met de eerste sleutel."),
    ],
)
def test_a_number_is_said_with_the_form_that_goes_with_it(number: int, language: str, said: str) -> None:
    sentence = counted(
        "{number} secret is sealed with the first key.", "{number} secrets are sealed with the first key.", number
    )
    assert Reader(language).say(sentence) == said


def test_a_value_of_the_name_number_fills_the_sentence_in_place_of_what_is_counted() -> None:
    assert str(counted("Contract {number}: one", "Contract {number}: several", 2, number="1001")) == (
        "Contract 1001: several"
    )


def test_dutch_readers_get_dutch_dates_and_numbers() -> None:
    said = Reader("nl-NL").say(text("{day} {number} {moment}", day=date(2026, 12, 31), number=1234.5, moment="x"))
    assert said == "31 december 2026 1.234,5 x"


@pytest.mark.parametrize(("language", "said"), [("nl", "za 27 mrt 2027"), ("en", "Sat, Mar 27, 2027")])
def test_a_day_is_said_back_with_its_weekday(language: str, said: str) -> None:
    assert Reader(language).weekday_date(date(2027, 3, 27)) == said


def test_moments_are_said_short() -> None:
    assert "31-12-2026" in Reader("nl").say(text("{at}", at=datetime(2026, 12, 31, 10, 0, tzinfo=UTC)))


def test_an_unknown_language_reads_english() -> None:
    assert Reader("xx-nonsense").language == "en"
    assert Reader("fr").language == "en"


def test_what_a_person_entered_is_never_read_as_a_template() -> None:
    assert Reader("nl").say(text("Object {code} is not known at the host.", code="{code!r}")).count("{code!r}") == 1


def test_a_thousand_sentences_in_a_row_are_said_in_their_order() -> None:
    sentences = [text("{words}", words=f"{place}.") for place in range(1_001)]
    assert Reader("nl").say(in_a_row(sentences)) == " ".join(f"{place}." for place in range(1_001))
    assert in_a_row(iter(sentences[:1])) == sentences[0]
