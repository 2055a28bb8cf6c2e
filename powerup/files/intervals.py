"""How often people say that work comes: `per kwartaal`, `2x per jaar` or `Half Yearly`, as unit and interval."""

import re

Interval = tuple[str, int]
"""A unit of a visit plan and how many of it."""

_YEAR_MONTHS, _QUARTER, _HALF_YEAR, _YEAR_WEEKS = 12, 3, 6, 52

_WORDS: dict[str, Interval] = {
    word: interval
    for interval, words in {
        ("day", 1): "dag dagelijks daily day elkedag",
        ("workday", 1): "werkdag elkewerkdag workday",
        ("week", 1): "week wekelijks weekly elkeweek perweek",
        ("week", 2): "tweewekelijks 2wekelijks biweekly fortnightly omdeweek",
        ("month", 1): "maand mnd maandelijks monthly month elkemaand permaand",
        ("month", 2): "tweemaandelijks 2maandelijks bimonthly omdemaand",
        ("month", 3): "kwartaal perkwartaal elkkwartaal driemaandelijks 3maandelijks quarterly quarter trimester",
        ("month", 4): "viermaandelijks 4maandelijks",
        ("month", 6): "halfjaar halfjaarlijks halfjaars perhalfjaar zesmaandelijks 6maandelijks halfyearly halfyear "
        "semester semesterly semiannual semiannually",
        ("year", 1): "jaar jaarlijks perjaar elkjaar yearly year annual annually eenmaalperjaar",
        ("year", 2): "tweejaarlijks 2jaarlijks biennial omhetjaar",
    }.items()
    for word in words.split()
}
_UNITS: tuple[tuple[str, Interval], ...] = (
    ("dag", ("day", 1)),
    ("day", ("day", 1)),
    ("we", ("week", 1)),
    ("kwart", ("month", _QUARTER)),
    ("quart", ("month", _QUARTER)),
    ("sem", ("month", _HALF_YEAR)),
    ("halfj", ("month", _HALF_YEAR)),
    ("m", ("month", 1)),
    ("j", ("year", 1)),
    ("y", ("year", 1)),
)
_NUMBERED = re.compile(
    r"(?:(?:elke|iedere|omde|per|every|eensper|1xper|1xinde)?)(\d{1,3})"
    r"(dag(?:en)?|days?|weken|weeks?|wk|kwartaal|kwartalen|quarters?|semesters?|halfjaar|maand(?:en)?|mnd|mo|months?|"
    r"jaar|jaren|jr|years?)"
)
_TIMES_A_YEAR = re.compile(r"(\d{1,2})(?:x|keer|maal|times)?(?:per|pr|p|/|a|inhet)*(?:jaar|jr|j|year|y)")


def read_interval(said: str) -> Interval | None:
    """The unit and how many of it, or None for what is no interval."""
    plain = re.sub(r"[\s\-_.()]+", "", said).lower()
    if plain in _WORDS:
        return _WORDS[plain]
    if (match := _NUMBERED.fullmatch(plain)) and (number := int(match[1])):
        unit, times = next(interval for start, interval in _UNITS if match[2].startswith(start))
        return unit, number * times
    if (match := _TIMES_A_YEAR.fullmatch(plain)) and (number := int(match[1])):
        return _times_a_year(number)
    return None


def _times_a_year(number: int) -> Interval | None:
    if number == 1:
        return "year", 1
    if _YEAR_MONTHS % number == 0:
        return "month", _YEAR_MONTHS // number
    if _YEAR_WEEKS % number == 0:
        return "week", _YEAR_WEEKS // number
    return None
