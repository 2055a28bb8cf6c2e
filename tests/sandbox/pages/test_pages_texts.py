"""Both languages say everything that a page says, and nothing is kept that no page says."""

import re
from pathlib import Path

import pytest

from powerup.sandbox import pages
from powerup.sandbox.faults import FaultName
from powerup.sandbox.pages.texts import LANGUAGES, Texts, catalogue
from powerup.sandbox.pages.tour import STEPS
from powerup.sandbox.switches import Switches

PACKAGE = Path(pages.__file__).parent
SOURCES = [path.read_text(encoding="utf-8") for path in (*PACKAGE.glob("*.py"), *PACKAGE.glob("templates/*.html"))]
SAID = {key for source in SOURCES for key in re.findall(r"""\b(?:t|say)\(["']([a-z_.A-Z0-9]+)["']""", source)}
KEYS_IN_CODE = {key for source in SOURCES for key in re.findall(r"""["']([a-z]+\.[a-z_]+)["']""", source)}
# Said by a code: `status.active` for the status active.
GROUPS = (
    *("status", "state", "reason", "effect", "outcome", "scope", "option", "role", "weekday", "month", "board"),
    *("market.state", "delivery.how", "nav", "time.step", "fault", "fault_hint", "switch", "calls", "deliveries"),
    *("refusal", "effects", "tour.step", "tour.hint", "market.done"),
)


def test_the_languages_have_the_same_texts() -> None:
    assert catalogue("nl").keys() == catalogue("en").keys()
    assert all(text.strip() for language in LANGUAGES for text in catalogue(language).values())


def test_the_same_values_are_filled_in_in_both_languages() -> None:
    for key, text in catalogue("nl").items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", catalogue("en")[key])), key


def test_everything_that_is_said_has_a_text() -> None:
    codes = [f"fault.{name}" for name in FaultName] + [f"fault_hint.{name}" for name in FaultName]
    codes += [f"switch.{name}" for name in Switches().as_json()] + [f"tour.hint.{step}" for step in STEPS]
    whole = {key for key in SAID if not key.endswith(".")}
    assert whole | set(codes) <= catalogue("nl").keys()


def test_every_refusal_that_a_page_leads_to_has_a_text_and_no_other_has() -> None:
    sandbox = PACKAGE.parent
    sources = [path.read_text(encoding="utf-8") for path in (*sandbox.glob("*.py"), *PACKAGE.glob("*.py"))]
    raised = r"""raise SandboxError\((?:words|f?"[^"]*"|f?'[^']*'), "([a-z_]+)\""""
    codes = {code for source in sources for code in re.findall(raised, source)}
    assert {f"refusal.{code}" for code in codes} == {key for key in catalogue("en") if key.startswith("refusal.")}


def test_no_text_is_left_that_nobody_says() -> None:
    said = SAID | KEYS_IN_CODE
    left = [key for key in catalogue("nl") if key not in said and key.rpartition(".")[0] not in GROUPS]
    assert left == []


@pytest.mark.parametrize(("language", "day"), [("nl", "31-01-2027"), ("en", "31 Jan 2027")])
def test_dates_are_written_as_their_readers_do(language: str, day: str) -> None:
    assert Texts(language).day("2027-01-31") == Texts(language).day("31-01-2027") == day
