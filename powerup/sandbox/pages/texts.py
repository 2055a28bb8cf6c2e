"""What the pages say, from one file per language, with dates as its readers write them."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from powerup.sandbox.errors import SandboxError
from powerup.sandbox.moments import parse_day, parse_iso_day

LANGUAGES = {"nl": "Nederlands", "en": "English"}
"""The languages in which every text is complete, by their own name."""

CATALOGUES = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts in one language.

    Args:
        language: a key of LANGUAGES.
    """

    language: str

    def say(self, key: str, **values: object) -> str:
        """The text of this key, its {names} filled.

        Raises:
            KeyError: the catalogue has no such text; a mistake in a page.
        """
        return catalogue(self.language)[key].format(**values)

    def word(self, group: str, code: object) -> str:
        """The word for a code of a group, such as `reason` and `paused`; a code without one is shown as it is."""
        return catalogue(self.language).get(f"{group}.{code}", str(code))

    def refusal(self, error: SandboxError) -> str:
        """Why something cannot be done; in English where no page of the host leads there."""
        return self.say(f"refusal.{error.code}", **error.values) if error.code else str(error)

    def of(self, label: Any) -> str:
        """A text that came in several languages; English, then any other, where this one is missing."""
        if not isinstance(label, dict):
            return "" if label is None else str(label)
        return str(label.get(self.language) or label.get("en") or next(iter(label.values()), ""))

    def day(self, value: date | str | None) -> str:
        """A date in figures (nl) or with the month's short name (en); a text that is no date as it came."""
        moment = as_day(value)
        if moment is None:
            return str(value or "")
        if self.language == "nl":
            return f"{moment:%d-%m-%Y}"
        return f"{moment.day} {self.say(f'month.{moment.month}')[:3]} {moment.year}"

    def long_day(self, moment: date) -> str:
        """A date in words, with the day of the week."""
        weekday, month = self.say(f"weekday.{moment.isoweekday()}"), self.say(f"month.{moment.month}")
        return f"{weekday} {moment.day} {month} {moment.year}"


def as_day(value: date | str | None) -> date | None:
    """A date as it is, in the host's format d-m-Y or in ISO 8601; None when it is none."""
    if value is None or isinstance(value, date):
        return value
    return parse_day(value) or parse_iso_day(value)


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every text of a language by its key."""
    return dict(json.loads((CATALOGUES / f"{language}.json").read_text(encoding="utf-8")))
