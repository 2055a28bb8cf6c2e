"""A year plan as it is drawn: every word in the customer's language, by place, object and month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from powerup.readings.year_plan import PlanMark, PlannedVisit, PlanRow, YearPlan
from powerup.readings.year_plan_words import MARK_WORDS, in_words
from powerup.texts import Month, Reader, Text, counted, text

MOST_IN_A_CELL = 6
"""Of more visits in a month their number is told; the month's own plan has the days."""

_SIGNS = {
    PlanMark.PLANNED: "",
    PlanMark.UNCERTAIN: "?",
    PlanMark.UNDER_WAY: "…",
    PlanMark.DONE: "✓",
    PlanMark.NOT_DONE: "!",
    PlanMark.DROPPED: "×",
}
_MOVED = "→"
_ALWAYS_EXPLAINED = (PlanMark.DROPPED, PlanMark.NOT_DONE)


@dataclass(frozen=True, slots=True)
class ShownVisit:
    """A visit in a cell: its day of the month, the sign beside it, its kind for the style, and what that means."""

    day: str
    sign: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """What is done to one object, month by month; the number alone where a month has very many."""

    object_name: str
    work: str
    months: tuple[tuple[ShownVisit, ...], ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A place and its rows."""

    name: str
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A visit in a list by day; where it is told as an explanation, day is the one it is about."""

    day: str
    place: str
    object_name: str
    work: str
    state: str


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan in its language. list has every visit by day for the plan of a month, and is empty for a year's;
    exceptions has what was moved, dropped or not done; legend pairs of a sign and its meaning."""

    language: str
    title: str
    customer: str
    place: str
    made_on: str
    count: str
    months: tuple[str, ...]
    places: tuple[ShownPlace, ...]
    list: tuple[ShownDay, ...]
    exceptions: tuple[ShownDay, ...]
    legend: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    words: dict[str, str]


def shown_plan(plan: YearPlan, reader: Reader) -> ShownPlan:
    """The plan as it is drawn, in the language of the reader."""
    of_a_month = plan.since.month == plan.until.month
    days = tuple(_days(plan, reader))
    return ShownPlan(
        reader.language,
        reader.say(_title(plan.since, of_a_month=of_a_month)),
        plan.known.name or plan.code,
        plan.known.place,
        reader.say(text("As it is planned on {day}.", day=plan.made_on)),
        reader.say(counted("{number} visit", "{number} visits", plan.number)),
        tuple(map(reader.short_month, range(1, 13))),
        () if of_a_month else tuple(_places(plan, reader)),
        tuple(shown for _, shown in days) if of_a_month else (),
        () if of_a_month else tuple(shown for visit, shown in days if _is_an_exception(visit)),
        () if of_a_month else tuple(_legend(plan, reader)),
        tuple(reader.say(note) for note in plan.notes),
        {name: reader.say(said) for name, said in _WORDS.items()},
    )


_WORDS = {
    "object": text("Object"),
    "work": text("Work"),
    "place": text("Place"),
    "day": text("Day"),
    "state": text("State"),
    "nothing": text("Nothing is planned in this period."),
    "elsewhere": text("Without a place of its own"),
    "to_know": text("To know"),
    "exceptions": text("Moved, dropped or not done yet"),
    "plan": text("Year plan"),
}


def _title(since: date, *, of_a_month: bool) -> Text:
    if of_a_month:
        return text("Maintenance in {month} {year}", month=Month(since.month), year=str(since.year))
    return text("Year plan {year}", year=str(since.year))


def _places(plan: YearPlan, reader: Reader) -> Iterator[ShownPlace]:
    for place in plan.places:
        yield ShownPlace(place.name, tuple(_row(row, reader) for row in place.rows))


def _row(row: PlanRow, reader: Reader) -> ShownRow:
    by_month: list[list[PlannedVisit]] = [[] for _ in range(12)]
    for visit in row.visits:
        by_month[visit.day.month - 1].append(visit)
    return ShownRow(
        row.object_name,
        row.work,
        tuple(tuple(_cell(visits, reader)) for visits in by_month),
        tuple(map(len, by_month)),
    )


def _cell(visits: Sequence[PlannedVisit], reader: Reader) -> Iterator[ShownVisit]:
    if len(visits) > MOST_IN_A_CELL:
        return
    for visit in visits:
        sign = _SIGNS[visit.mark] or (_MOVED if visit.moved_from else "")
        yield ShownVisit(str(visit.day.day), sign, visit.mark.value, in_words(visit, reader))


def _days(plan: YearPlan, reader: Reader) -> Iterator[tuple[PlannedVisit, ShownDay]]:
    every = [(visit, place.name, row) for place in plan.places for row in place.rows for visit in row.visits]
    for visit, place, row in sorted(every, key=lambda each: each[0].day):
        state = in_words(visit, reader)
        yield visit, ShownDay(reader.weekday_date(visit.day), place, row.object_name, row.work, state)


def _is_an_exception(visit: PlannedVisit) -> bool:
    return visit.moved_from is not None or visit.mark in _ALWAYS_EXPLAINED


def _legend(plan: YearPlan, reader: Reader) -> Iterator[tuple[str, str]]:
    """The signs that the plan has."""
    visits = [visit for place in plan.places for row in place.rows for visit in row.visits]
    used = {visit.mark for visit in visits}
    for mark, sign in _SIGNS.items():
        if sign and mark in used:
            yield sign, reader.say(MARK_WORDS[mark])
    if any(visit.moved_from and not _SIGNS[visit.mark] for visit in visits):
        yield _MOVED, reader.say(text("Moved"))
    if any(
        len(cell) == 0 and number
        for place in _places(plan, reader)
        for row in place.rows
        for cell, number in zip(row.months, row.numbers, strict=True)
    ):
        yield "12×", reader.say(text("So many visits in that month; its own plan has the days"))
