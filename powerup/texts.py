"""Sentences for people: written once in English, said in the reader's language at the border."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from itertools import zip_longest
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, format_time, get_day_names, get_month_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

LANGUAGES = ("nl", "en")
"""Languages in which every text is complete; another one is answered in English."""

CATALOGUES = Path(__file__).parent / "translations"
"""One file of translations per language, keyed by the English sentence; compiled as they are read."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in its English form, with the values that fill its {names}.

    plural is its form where it speaks of several, and number how many that are; English has it wherever they are not 1,
    other languages as the `Plural-Forms` of their translations say.
    """

    template: str
    values: Mapping[str, object]
    plural: str = ""
    number: int = 1

    def __str__(self) -> str:
        """The sentence in English."""
        return Reader("en").say(self)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the year, 1 to 12, that is said by its name."""

    number: int


@dataclass(frozen=True, slots=True)
class Euros:
    """An amount of money that is said with its sign."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Words:
    """Words that a person may write, such as those of a file, by language (all of LANGUAGES)."""

    by_language: Mapping[str, Sequence[str]]


def text(template: str, **values: object) -> Text:
    """A sentence for people; the template is the key of its translations (extracted by the name of this function)."""
    return Text(template, values)


def counted(singular: str, plural: str, number: int, /, **values: object) -> Text:
    """A sentence that speaks of one thing or of several, by the number of them, which also fills {number}.

    Both forms are the key of the translations (extracted by the name of this function). A sentence that counts two
    things has another one among its values.
    """
    return Text(singular, {"number": number, **values}, plural, number)


def sentence_of(error: Exception) -> Text:
    """What is said of an error: its own sentence, in each language, where it has one, else its words as they are."""
    said = getattr(error, "sentence", None) or next(iter(error.args), None)
    return said if isinstance(said, Text) else text("{words}", words=str(error))


def in_a_row(sentences: Iterable[Text]) -> Text:
    """Several sentences (one at least), one after the other."""
    row = list(sentences)
    while len(row) > 1:  # by pairs, so that a thousand are ten deep and no deeper
        pairs = zip_longest(row[::2], row[1::2])
        row = [text("{before} {after}", before=one, after=other) if other else one for one, other in pairs]
    return row[0]


def first_of(names: Sequence[str], most: int = 5) -> str:
    """The first names of a list that may be long, for a sentence."""
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


class Reader:
    """Says texts in one language: sentences translated, dates and numbers as its readers write them."""

    def __init__(self, locale: str) -> None:
        """locale is a tag such as nl, nl-NL or en_GB; one that is not known reads English."""
        self.language = _language(locale)
        self._locale = Locale.parse(self.language)
        self._translations = translations(self.language)

    def say(self, sentence: Text) -> str:
        """The sentence in the reader's language."""
        template = (
            self._translations.ngettext(sentence.template, sentence.plural, sentence.number)
            if sentence.plural
            else self._translations.gettext(sentence.template)
        )
        return template.format(**{name: self._in_words(value) for name, value in sentence.values.items()})

    def day_of_year(self, day: date) -> str:
        """A date without its year, such as 31 dec."""
        return format_skeleton("MMMd", day, locale=self._locale)

    def weekday_date(self, day: date | str) -> str:
        """A date, or its ISO form, with its day of the week, short, such as do 31 dec 2026."""
        return _weekday_date(_as_date(day), self.language)

    def short_month(self, month: int) -> str:
        """The short name of a month, 1 to 12, such as mrt."""
        return str(get_month_names("abbreviated", "stand-alone", self._locale)[month]).rstrip(".")

    def month(self, day: date) -> str:
        """The month of a day with its year, such as maart 2027."""
        return format_skeleton("yMMMM", day, locale=self._locale)

    def weekday(self, day: date) -> str:
        """The day of the week, short, such as ma."""
        return str(get_day_names("abbreviated", "stand-alone", self._locale)[day.weekday()]).rstrip(".")

    def date(self, day: date) -> str:
        """A date as its readers write it, such as 31 december 2026."""
        return format_date(day, "long", locale=self._locale)

    def number(self, number: float | Decimal) -> str:
        """A number as its readers write it, such as 1.250,5."""
        return format_decimal(number, locale=self._locale, decimal_quantization=not isinstance(number, Decimal))

    def euros(self, amount: Decimal) -> str:
        """An amount of money as its readers write it, such as € 1.250,50."""
        return format_currency(amount, "EUR", locale=self._locale)

    def code(self, code: str) -> str:
        """The word for a code, such as that of a state or a reason; what is no code stays as it is."""
        return self._translations.gettext(code).replace("_", " ") if code.isidentifier() else code

    def moment(self, at: datetime) -> str:
        """A moment in its own zone as its readers write it, such as 31-12-2026 10:00."""
        return format_datetime(at, "short", locale=self._locale)

    def moment_of(self, iso: datetime | str) -> str:
        """The same of a moment that may be given in ISO form, with its weekday, such as do 31 dec 10:00."""
        at = datetime.fromisoformat(iso) if isinstance(iso, str) else iso
        return f"{format_skeleton('MMMEd', at, locale=self._locale)} {format_time(at, 'short', locale=self._locale)}"

    def _in_words(self, value: object) -> str:
        match value:
            case Text():
                return self.say(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.date(value)
            case Words():
                return ", ".join(value.by_language[self.language])
            case Month():
                return str(get_month_names("wide", "stand-alone", self._locale)[value.number])
            case StrEnum():
                return self.code(value.value)
            case bool() | str():
                return str(value)
            case int() | float() | Decimal() | Euros():
                return self.euros(value.amount) if isinstance(value, Euros) else self.number(value)
            case list() | tuple():
                return ", ".join(self._in_words(item) for item in value)
            case _:
                return str(value)


@lru_cache(maxsize=4096)
def _weekday_date(day: date, language: str) -> str:
    """Kept, since a page may say each day of its year."""
    return format_skeleton("yMMMEd", day, locale=language)


def _as_date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


@cache
def translations(language: str) -> NullTranslations:
    """The translations of a language; English itself is what the code says."""
    path = CATALOGUES / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _language(locale: str) -> str:
    try:
        language = Locale.parse(locale.replace("-", "_")).language
    except (UnknownLocaleError, ValueError):
        return "en"
    return language if language in LANGUAGES else "en"
