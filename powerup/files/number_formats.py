"""What a spreadsheet shows of a value under a number format, as far as that is the same on every machine.

Spreadsheets keep a value and a format apart (ECMA-376, part 1, 18.8.31): 7 under `0000` shows 0007. What depends on the
machine that shows it (its own short date, names of months without a language, marks between thousands), conditions,
fractions and powers of ten are refused: the person then gives the cell another format, or types the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from locale import windows_locale
from typing import Never

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from powerup.files.problems import CellProblem
from powerup.texts import text

GENERAL = "General"
TEXT = "@"

_MOST_SHOWN_DIGITS = 11
"""Under General a longer number is shown shortened, as a power of ten."""

_MOST_KEPT_DIGITS = 15
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<width>_.)|\[(?P<bracket>[^\]]*)\]|(?P<general>General)'
    r"|(?P<half_day>AM/PM)|(?P<when>y+|d+|m+|h+|s+)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)"
    r"|(?P<percent>%)|(?P<text>@)|(?P<end>;)|(?P<slash>/)|(?P<literal>[-+ \xa0$€£:()!&'~{}])",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d+", re.IGNORECASE)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_LANGUAGE = re.compile(r"\$(?P<symbol>[^-]*)(?:-(?P<tag>[0-9A-Za-z-]+))?")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    said: str


class _UnshowableError(Exception):
    """The format, or the value under it, is not the same on every machine."""


def shown(value: object, number_format: str) -> str:
    """The value as the sheet shows it. Raises CellProblem where that cannot be known."""
    try:
        return _shown(value, number_format or GENERAL)
    except _UnshowableError:
        message = text(
            "What this cell shows (its format is {format}) differs from machine to machine, or cannot be read. "
            "Give the cell the format Text and type what it shows.",
            format=number_format or GENERAL,
        )
        raise CellProblem("unshowable_format", message) from None


def _shown(value: object, number_format: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            raise _UnshowableError
        case str():
            return _shown_text(value, number_format)
        case int() | float() if number_format in (GENERAL, TEXT):
            return _general(value)
        case int() | float():
            return _shown_number(value, _sections(number_format))
        case date() | time() | timedelta():
            return _shown_moment(value, _sections(number_format)[0])
        case _:
            raise _UnshowableError


@lru_cache(maxsize=256)
def _sections(number_format: str) -> tuple[tuple[_Token, ...], ...]:
    """The parts for positive, negative, zero and text, each as its tokens."""
    sections: list[list[_Token]] = [[]]
    place = 0
    while place < len(number_format):
        match = _TOKEN.match(number_format, place)
        if match is None:
            raise _UnshowableError
        place = match.end()
        if match.lastgroup == "end":
            sections.append([])
        else:
            sections[-1].append(_token(match))
    return tuple(map(tuple, sections))


def _token(match: re.Match[str]) -> _Token:
    kind, said = match.lastgroup or "", match[match.lastgroup or 0]
    match kind:
        case "quoted" | "escaped" | "literal":
            return _Token("literal", said)
        case "width":
            return _Token("literal", " ")
        case "bracket":
            return _bracket(said)
        case _:
            return _Token(kind, said.lower())


def _bracket(said: str) -> _Token:
    if _COLOUR.fullmatch(said):
        return _Token("literal", "")
    if _ELAPSED.fullmatch(said):
        return _Token("elapsed", said.lower())
    if (match := _LANGUAGE.fullmatch(said)) and not (match["tag"] or "").upper().startswith(("F800", "F400")):
        return _Token("language", match["tag"] or "") if not match["symbol"] else _Token("literal", match["symbol"])
    raise _UnshowableError


def _shown_text(value: str, number_format: str) -> str:
    if TEXT not in number_format or number_format == TEXT:
        return value
    section = next((each for each in _sections(number_format) if any(token.kind == "text" for token in each)), ())
    return "".join(value if token.kind == "text" else token.said for token in section) if section else value


def _general(value: float) -> str:
    """A number without a format: as many digits as there are, where they are all shown."""
    said = format(Decimal(repr(value)).normalize() if value else Decimal(0), "f")
    if len(said.lstrip("-").partition(".")[0]) > _MOST_SHOWN_DIGITS:
        raise _UnshowableError
    if len(said.lstrip("-")) <= _MOST_SHOWN_DIGITS:
        return said
    room = _MOST_SHOWN_DIGITS - 1 - len(said.lstrip("-").partition(".")[0])
    rounded = _rounded(Decimal(repr(value)), max(room, 0))
    if rounded == 0:
        raise _UnshowableError
    return format(rounded.normalize(), "f")


def _rounded(number: Decimal, decimals: int) -> Decimal:
    """Half away from zero, of the digits that a spreadsheet keeps."""
    kept = Decimal(format(number, f".{_MOST_KEPT_DIGITS}g"))
    return kept.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _shown_number(value: float, sections: Sequence[Sequence[_Token]]) -> str:
    number = Decimal(repr(value))
    section, signed = sections[0], number < 0
    if number < 0 and len(sections) > 1:
        section, signed = sections[1], False
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    said = _in_section(abs(number), section)
    return f"-{said}" if signed and re.search(r"[1-9]", said) else said


def _in_section(number: Decimal, section: Sequence[_Token]) -> str:
    kinds = [token.kind for token in section]
    if {"when", "elapsed", "half_day", "comma", "slash"} & set(kinds):
        raise _UnshowableError
    if "digit" not in kinds:
        return "".join(
            _general(float(number)) if token.kind in ("general", "text") else _plain(token) for token in section
        )
    if "general" in kinds or "text" in kinds or kinds.count("point") > 1:
        raise _UnshowableError
    point = kinds.index("point") if "point" in kinds else len(section)
    whole, decimals = section[:point], section[point + 1 :]
    places = sum(token.kind == "digit" for token in decimals)
    digits = format(_rounded(number * 100 ** kinds.count("percent"), places), "f")
    before, _, after = digits.partition(".")
    shown_before = _filled_before("" if before == "0" else before, whole)
    return shown_before + ("." if point < len(section) else "") + _filled_after(after, decimals)


def _filled_before(digits: str, tokens: Sequence[_Token]) -> str:
    """Digits of a whole number under their places, from the right; the first place takes all that are left."""
    first = next((place for place, token in enumerate(tokens) if token.kind == "digit"), None)
    said: list[str] = []
    for place in reversed(range(len(tokens))):
        token = tokens[place]
        if token.kind != "digit":
            said.append(_plain(token))
            continue
        taken = digits if place == first else digits[-1:]
        digits = "" if place == first else digits[:-1]
        said.append(taken or {"0": "0", "#": "", "?": " "}[token.said])
    return ("" if first is not None else digits) + "".join(reversed(said))


def _filled_after(digits: str, tokens: Sequence[_Token]) -> str:
    """Decimals under their places; a last zero is shown where the format asks for it."""
    asked = [token.said for token in tokens if token.kind == "digit"]
    least = max((place for place, said in enumerate(asked, start=1) if said == "0"), default=0)
    kept = digits.rstrip("0").ljust(least, "0")
    left = iter(kept)
    return "".join(
        next(left, " " if token.said == "?" else "") if token.kind == "digit" else _plain(token) for token in tokens
    )


def _plain(token: _Token) -> str:
    match token.kind:
        case "literal":
            return token.said
        case "percent":
            return "%"
        case "language":
            return ""
        case _:
            raise _UnshowableError


def _shown_moment(value: date | time | timedelta, section: Sequence[_Token]) -> str:
    if not any(token.kind in ("when", "elapsed") for token in section):
        raise _UnshowableError
    return "".join(_parts_of_moment(value, section))


def _parts_of_moment(value: date | time | timedelta, section: Sequence[_Token]) -> Iterator[str]:
    language = next((token.said for token in section if token.kind == "language"), "")
    twelve = any(token.kind == "half_day" for token in section)
    for place, token in enumerate(section):
        match token.kind:
            case "elapsed":
                yield _elapsed(value, token.said)
            case "half_day":
                yield "AM" if _time_of(value).hour < 12 else "PM"
            case "when" if token.said[0] == "h":
                hour = _time_of(value).hour
                yield _padded((hour % 12 or 12) if twelve else hour, token.said)
            case "when" if token.said[0] == "s":
                yield _padded(_time_of(value).second, token.said)
            case "when" if token.said[0] == "m" and _is_minute(section, place):
                yield _padded(_time_of(value).minute, token.said)
            case "slash":
                yield "/"
            case "when":
                yield _of_day(_day_of(value), token.said, language)
            case _:
                yield _plain(token)


def _is_minute(section: Sequence[_Token], place: int) -> bool:
    """m is a minute after an hour or before a second, else a month."""
    before = [token.said[0] for token in section[:place] if token.kind in ("when", "elapsed")]
    after = [token.said[0] for token in section[place + 1 :] if token.kind in ("when", "elapsed")]
    return before[-1:] == ["h"] or after[:1] == ["s"]


def _of_day(day: date, said: str, language: str) -> str:
    match said:
        case "d" | "dd":
            return _padded(day.day, said)
        case "m" | "mm":
            return _padded(day.month, said)
        case "yy":
            return f"{day.year % 100:02}"
        case "y" | "yyy" | "yyyy":
            return f"{day.year:04}" if said != "y" else f"{day.year % 100:02}"
        case "ddd" | "dddd":
            days = get_day_names("wide" if said == "dddd" else "abbreviated", "format", _locale(language))
            return str(days[day.weekday()]).rstrip(".")
        case "mmm" | "mmmm":
            months = get_month_names("wide" if said == "mmmm" else "abbreviated", "format", _locale(language))
            return str(months[day.month]).rstrip(".")
        case _:
            raise _UnshowableError


def _locale(tag: str) -> Locale:
    """The language of names: a Windows number such as 413, or a tag such as nl-NL. Without one it is the machine's."""
    named = windows_locale.get(int(tag, 16) & 0xFFFF, "") if re.fullmatch(r"[0-9A-Fa-f]+", tag) else tag
    try:
        return Locale.parse(named.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise _UnshowableError from None


def _elapsed(value: date | time | timedelta, said: str) -> str:
    if not isinstance(value, timedelta):
        raise _UnshowableError
    seconds = round(value.total_seconds())
    return _padded(seconds // {"h": 3600, "m": 60, "s": 1}[said[0]], said)


def _time_of(value: date | time | timedelta) -> time:
    match value:
        case datetime():
            return value.time()
        case time():
            return value
        case timedelta():
            seconds = round(value.total_seconds()) if value >= timedelta(0) else _not_shown()
            return time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
        case _:
            return time()


def _day_of(value: date | time | timedelta) -> date:
    return value if isinstance(value, date) else _not_shown()


def _not_shown() -> Never:
    raise _UnshowableError


def _padded(number: int, said: str) -> str:
    return f"{number:0{min(len(said), 2)}}"
