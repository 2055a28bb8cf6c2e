"""What the pages say: written once in English, said in the visitor's language, with dates as its readers write them."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from powerup.sandbox.errors import SandboxError
from powerup.sandbox.moments import parse_day, parse_iso_day
from powerup.sandbox.pages.words import WORDS

LANGUAGES = {"nl": "Nederlands", "en": "English"}
"""The languages in which every text is complete, by their own name."""

CATALOGUES = Path(__file__).parent / "translations"
"""One file of translations per language, keyed by the English sentence."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts in one language.

    Args:
        language: a key of LANGUAGES.
    """

    language: str

    def say(self, english: str, /, **values: object) -> str:
        """The sentence in this language, its {names} filled."""
        return translations(self.language).gettext(english).format(**values)

    def counted(self, singular: str, plural: str, number: int, /, **values: object) -> str:
        """The sentence that speaks of one or of several, by the number of them, which fills {number}."""
        form = translations(self.language).ngettext(singular, plural, number)
        return form.format(number=number, **values)

    def word(self, group: str, code: object, /, **values: object) -> str:
        """The words for a code of a group of WORDS; a code without any is shown as it is."""
        english = WORDS[group].get(str(code))
        return str(code) if english is None else self.say(english, **values)

    def unread(self, text: str, what: str) -> str:
        """That a text is not what it should be: a `day`, `time`, `number` or `pair`."""
        match what:
            case "day":
                return self.say("“{text}” is no date. Write for example 27-3-2027 or 27 Mar.", text=text)
            case "time":
                return self.say("“{text}” is no time. Write for example 8:30.", text=text)
            case "number":
                return self.say("“{text}” is no whole number.", text=text)
            case _:
                return self.say("Behind “{text}” a date is missing. Write for example CV-1=27-3-2027.", text=text)

    def refusal(self, error: SandboxError) -> str:
        """Why something cannot be done; in English where no page of the host leads there."""
        return self.word("refusal", error.code, **error.values) if error.code else str(error)

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
        return f"{moment.day} {self.word('month', moment.month)[:3]} {moment.year}"

    def weekday_and_day(self, value: date | str | None) -> str:
        """A date behind the short name of its day of the week, such as Fri 1 Jan 2027."""
        moment = as_day(value)
        if moment is None:
            return str(value or "")
        weekday = self.word("weekday", moment.isoweekday())[: 2 if self.language == "nl" else 3]
        return f"{weekday.lower() if self.language == 'nl' else weekday} {self.day(moment)}"

    def moment(self, value: datetime) -> str:
        """A date with the time of day."""
        return f"{self.day(value.date())} {value:%H:%M}"

    def time_left(self, minutes: int, is_over: bool = False) -> str:
        """How long there is left, or by how long it ran over where it is negative or over."""
        hours, rest = divmod(abs(minutes), 60)
        said = f"{hours}:{rest:02}"
        if minutes < 0 or is_over:
            return self.say("over by {time}", time=said)
        return self.say("time left {time}", time=said)

    def long_day(self, moment: date) -> str:
        """A date in words, with the day of the week."""
        weekday, month = self.word("weekday", moment.isoweekday()), self.word("month", moment.month)
        return f"{weekday} {moment.day} {month} {moment.year}"


def as_day(value: date | str | None) -> date | None:
    """A date as it is, in the host's format d-m-Y or in ISO 8601; None when it is none."""
    if value is None or isinstance(value, date):
        return value
    return parse_day(value) or parse_iso_day(value)


@cache
def translations(language: str) -> NullTranslations:
    """The translations of a language; English itself is what the pages say."""
    path = CATALOGUES / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
