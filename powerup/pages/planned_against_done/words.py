"""What planned against done says: its rows, its picture, and what is left open."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from markupsafe import Markup

from powerup.contracts.account import AccountFigures, AccountOutcome
from powerup.pages.planned_against_done.picture import Column, Part, stacked_columns
from powerup.readings.planned_against_done import DoneBy, DonePage
from powerup.readings.planned_against_done_words import OUTCOMES
from powerup.texts import Reader, Text, counted, text

BY: Mapping[DoneBy, Text] = {
    DoneBy.CONTRACT: text("Contract"),
    DoneBy.CUSTOMER: text("Customer"),
    DoneBy.YEAR: text("Year"),
}

PARTS: Mapping[Part, Text] = {
    Part.ON_TIME: text("On time"),
    Part.LATE: text("Late"),
    Part.OTHERWISE: text("Agreed otherwise"),
    Part.NOT_DONE: text("Not done"),
    Part.TO_COME: text("Still to come"),
}

_BY_AGREEMENT = (
    AccountOutcome.SKIPPED_AT_WISH,
    AccountOutcome.SKIPPED_BY_FIRM,
    AccountOutcome.SKIPPED,
    AccountOutcome.PAUSED,
    AccountOutcome.CLOSED,
    AccountOutcome.OUT_OF_USE,
)
_OWED = (AccountOutcome.MISSED, AccountOutcome.OVERDUE, AccountOutcome.HELD_BACK, AccountOutcome.REMOVED)


def hours(minutes: int, reader: Reader) -> str:
    """Minutes as hours, such as 7,5 h."""
    return reader.say(text("{hours}\N{NO-BREAK SPACE}h", hours=reader.number(round(minutes / 60, 1))))


def parts_of(figures: AccountFigures) -> dict[Part, int]:
    """What the visits came to, in as many parts as the picture tells apart; together they are all that was agreed."""
    return {
        Part.ON_TIME: figures.on_time,
        Part.LATE: figures.late,
        Part.OTHERWISE: sum(figures.counts.get(outcome, 0) for outcome in _BY_AGREEMENT),
        Part.NOT_DONE: sum(figures.counts.get(outcome, 0) for outcome in _OWED),
        Part.TO_COME: figures.counts.get(AccountOutcome.TO_COME, 0),
    }


def reasons_of(figures: AccountFigures, reader: Reader) -> str:
    """Why visits were not done, each with how many, such as: 2 skipped, 1 missed."""
    return ", ".join(_reasons(figures, reader))


def _reasons(figures: AccountFigures, reader: Reader) -> Iterator[str]:
    for outcome in (*_OWED, *_BY_AGREEMENT):
        if number := figures.counts.get(outcome):
            yield f"{reader.number(number)} {reader.say(OUTCOMES[outcome])}"


def days_late(figures: AccountFigures) -> Text:
    """How late they were in all."""
    return counted("{number} day", "{number} days", figures.days_late)


def hours_known(figures: AccountFigures) -> Text | None:
    """Of how many visits the hours are known, where it is not of all."""
    if figures.all_timed:
        return None
    return counted("of {some} of {number} visit", "of {some} of {number} visits", figures.done, some=figures.timed)


def columns_of(page: DonePage, reader: Reader) -> list[tuple[str, AccountFigures]]:
    """The columns of the picture: the months of the year, or the years, each with its name."""
    if page.months:
        return [(reader.short_month(month), each) for month, each in enumerate(page.months, 1)]
    return [(str(row.year), row.done.figures) for row in page.rows]


def parts_among(columns: Sequence[tuple[str, AccountFigures]]) -> list[Part]:
    """The parts that some column has, which are those that the table beside the picture has."""
    return [part for part in Part if any(parts_of(figures)[part] for _, figures in columns)]


def picture(columns: Sequence[tuple[str, AccountFigures]], label: str, reader: Reader) -> Markup:
    """The picture of these columns."""
    return stacked_columns([_column(name, figures, reader) for name, figures in columns], label)


def _column(name: str, figures: AccountFigures, reader: Reader) -> Column:
    parts = [(part, number) for part, number in parts_of(figures).items() if number]
    said = ", ".join(f"{reader.say(PARTS[part])}: {reader.number(number)}" for part, number in parts)
    return Column(name, f"{name}: {said}" if said else name, parts)


def until(year: int, today: date) -> Text | None:
    """How far price and hours go, where the year is not over."""
    return text("Price and hours until {day}.", day=today) if year >= today.year else None
