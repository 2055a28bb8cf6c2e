"""What is said on the pages of what ifs, and their picture."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from markupsafe import Markup

from powerup.contracts.with_and_without import DifferenceKind
from powerup.pages import addresses
from powerup.pages.planning.picture import NO_CELL, HeatCell, HeatMap, HeatRow, heat_map, level_of
from powerup.pages.planning.words import hours, week_number
from powerup.readings.what_if import WeekFigures, YearFigures
from powerup.store.what_ifs import StepState, WhatIfState
from powerup.texts import Reader, Text, text

STATE_WORDS: Mapping[WhatIfState, Text] = {
    WhatIfState.LOOKING: text("Is being found out"),
    WhatIfState.WRONG: text("Could not be found out"),
    WhatIfState.SHOWN: text("Waits for your word"),
    WhatIfState.WORKING: text("Is being carried out"),
    WhatIfState.DONE: text("Carried out"),
    WhatIfState.STOPPED: text("Stopped"),
}
STATE_TONES: Mapping[WhatIfState, str] = {
    WhatIfState.LOOKING: "busy",
    WhatIfState.WRONG: "bad",
    WhatIfState.SHOWN: "wait",
    WhatIfState.WORKING: "busy",
    WhatIfState.DONE: "good",
    WhatIfState.STOPPED: "bad",
}
STEP_WORDS: Mapping[StepState, Text] = {
    StepState.WAITING: text("not begun"),
    StepState.WORKING: text("is being done"),
    StepState.DONE: text("carried out"),
    StepState.FAILED: text("not possible"),
}
STEP_TONES: Mapping[StepState, str] = {
    StepState.WAITING: "plan",
    StepState.WORKING: "busy",
    StepState.DONE: "good",
    StepState.FAILED: "bad",
}
KIND_WORDS: Mapping[DifferenceKind, Text] = {
    DifferenceKind.ADDED: text("one more"),
    DifferenceKind.GONE: text("one less"),
    DifferenceKind.MOVED: text("another day"),
    DifferenceKind.OTHERWISE: text("same day, otherwise"),
}
KIND_TONES: Mapping[DifferenceKind, str] = {
    DifferenceKind.ADDED: "good",
    DifferenceKind.GONE: "bad",
    DifferenceKind.MOVED: "wait",
    DifferenceKind.OTHERWISE: "plan",
}
NUMBER_WORDS: Mapping[str, Text] = {
    "waiting": text("not begun"),
    "shown": text("would be done"),
    "done": text("carried out"),
    "created": text("new"),
    "changed": text("changed"),
    "unchanged": text("unchanged"),
    "left_out": text("left out"),
    "failed": text("not possible"),
}


def picture(weeks: Sequence[WeekFigures], reader: Reader) -> Markup:
    """The hours of each week, without and with, on one scale."""
    most = max((max(week.was, week.will) for week in weeks), default=0)
    rows = [
        HeatRow(reader.say(label), [_cell(week, minutes, most, reader) for week, minutes in of_side])
        for label, of_side in (
            (text("Without"), [(week, week.was) for week in weeks]),
            (text("With"), [(week, week.will) for week in weeks]),
        )
    ]
    months = {
        (day.year, day.month): place
        for place, day in reversed([(place, week.monday + timedelta(days=3)) for place, week in enumerate(weeks)])
    }
    named = [(place, reader.short_month(month)) for (_, month), place in sorted(months.items())]
    return heat_map(
        HeatMap([week_number(week.monday) for week in weeks], named, rows, reader.say(text("Hours by week")))
    )


def _cell(week: WeekFigures, minutes: int, most: int, reader: Reader) -> HeatCell:
    if not minutes:
        return NO_CELL
    words = text(
        "Week {week} from {day}: {was} without, {will} with",
        week=week_number(week.monday),
        day=week.monday,
        was=hours(week.was, reader),
        will=hours(week.will, reader),
    )
    level = level_of(minutes, most)
    month = addresses.planning(month=f"{week.monday + timedelta(days=3):%Y-%m}")
    differs = minutes == week.will and week.was != week.will
    return HeatCell(minutes, month, reader.say(words), heavy=differs, shown=(str(max(1, round(minutes / 60))), level))


def changed_weeks(weeks: Iterable[WeekFigures]) -> list[WeekFigures]:
    """Those that have other hours, or are fuller or less full."""
    return [week for week in weeks if (week.was, week.was_full) != (week.will, week.will_full)]


def more_or_less(minutes: int, reader: Reader) -> str:
    """A difference in hours with its sign."""
    return f"{_sign(minutes)}{hours(abs(minutes), reader)}"


def more_or_less_euros(amount: Decimal, reader: Reader) -> str:
    """A difference in price with its sign."""
    return f"{_sign(amount)}{reader.euros(abs(amount))}"


def more_or_less_number(number: int, reader: Reader) -> str:
    """A difference in number with its sign."""
    return f"{_sign(number)}{reader.number(abs(number))}"


Shown = Callable[[YearFigures | None], str]
"""What of a year stands in a cell; a dash where there is none."""


def visits_of(reader: Reader) -> Shown:
    """How many visits a year has."""
    return lambda year: _NONE if year is None else reader.number(year.work.visits)


def hours_of(reader: Reader) -> Shown:
    """How many hours they take."""
    return lambda year: _NONE if year is None else hours(year.work.minutes, reader)


def amount_of(reader: Reader) -> Shown:
    """What a year comes to."""
    return lambda year: _NONE if year is None else reader.euros(year.amount)


_NONE = "\N{EN DASH}"


def _sign(number: int | Decimal) -> str:
    return "+" if number > 0 else "\N{MINUS SIGN}" if number < 0 else ""
