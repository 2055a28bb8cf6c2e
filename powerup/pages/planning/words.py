"""What the planning says, and what stands in its files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from powerup.contracts.capacity import Fullness
from powerup.contracts.planned_work import NO_WORK, Work
from powerup.files.csv_file import csv_lines
from powerup.files.xlsx_file import CellValue, xlsx_content
from powerup.pages import addresses
from powerup.pages.planning.picture import NO_CELL, HeatCell, HeatMap, HeatRow, heat_map, level_of
from powerup.pages.planning.wanted import Wanted
from powerup.readings.planning import PlanningBy
from powerup.readings.planning_month import PlannedMonth
from powerup.readings.planning_year import HeavyWeek, PlannedYear
from powerup.texts import Reader, Text, counted, text

BY: Mapping[PlanningBy, Text] = {
    PlanningBy.TYPE_OF_WORK: text("Type of work"),
    PlanningBy.EMPLOYEE: text("Employee"),
    PlanningBy.REGION: text("Region"),
}

_NO_GROUP: Mapping[PlanningBy, Text] = {
    PlanningBy.TYPE_OF_WORK: text("no type of work"),
    PlanningBy.EMPLOYEE: text("nobody named"),
    PlanningBy.REGION: text("no postal code"),
}

MOST_ROWS = 20
"""Of a picture; what is left is one row."""

MOST_COLUMNS = 6
"""Of the table of a year; what is left is one column. The files have all."""

MOST_HEAVY = 8
"""Weeks that stand out which are named on top of a page; all have their mark."""

_OF_FILES = (text("Visits"), text("Minutes"), text("Visits without a duration"))


def group_name(group: str, wanted: Wanted, reader: Reader) -> str:
    """What a group is called."""
    named = wanted.names.employees.get(group, "") if wanted.by is PlanningBy.EMPLOYEE else ""
    return named or group or reader.say(_NO_GROUP[wanted.by])


def hours(minutes: int, reader: Reader) -> str:
    """Minutes as hours, such as 7,5 h."""
    return reader.say(text("{hours}\N{NO-BREAK SPACE}h", hours=reader.number(round(minutes / 60, 1))))


def week_number(monday: date) -> int:
    """As it stands on every calendar."""
    return monday.isocalendar().week


def of_heavy(heavy: HeavyWeek, wanted: Wanted, reader: Reader) -> str:
    """By what a week stands out."""
    return reader.say(
        text(
            "Week {week}: {group} {hours}, usual {usual}",
            week=week_number(heavy.week),
            group=group_name(heavy.group, wanted, reader),
            hours=hours(heavy.minutes, reader),
            usual=hours(heavy.usual, reader),
        )
    )


def of_guessed(work: Work) -> Text | None:
    """How many visits name no duration, where some do not."""
    if not work.guessed:
        return None
    return counted(
        "{number} visit names no duration and counts as 60 minutes.",
        "{number} visits name no duration and count as 60 minutes.",
        work.guessed,
    )


def picture(year: PlannedYear, wanted: Wanted, reader: Reader) -> Markup:
    """The year as a heat map: how full its weeks are where hours are said, all together where there are several
    groups, then each."""
    rows = [_row(year, wanted, reader, [group], group) for group in year.groups[:MOST_ROWS]]
    if len(year.groups) > 1:
        rows.insert(0, _row(year, wanted, reader, year.groups, None))
    if left := year.groups[MOST_ROWS:]:
        rows.append(_row(year, wanted, reader, left, None))
    if year.hours.in_all is not None:
        rows.insert(0, _row_of_percents(year, wanted, reader))
    months = {(week + timedelta(days=3)).month: place for place, week in reversed(list(enumerate(year.weeks)))}
    this_week = wanted.today - timedelta(days=wanted.today.weekday())
    return heat_map(
        HeatMap(
            [week_number(week) for week in year.weeks],
            [(place, reader.short_month(month)) for month, place in sorted(months.items())],
            rows,
            reader.say(text("Hours of each week of {year}", year=str(year.year))),
            year.weeks.index(this_week) if this_week in year.weeks else None,
        )
    )


def _row(year: PlannedYear, wanted: Wanted, reader: Reader, groups: Sequence[str], group: str | None) -> HeatRow:
    name = (
        group_name(group, wanted, reader)
        if group is not None
        else reader.say(text("All together") if groups is year.groups else text("All others"))
    )
    address_of = _addresses(year, wanted, group)
    cells = []
    for week in year.weeks:
        work = of_several(year, week, groups)
        if not work.visits:
            cells.append(NO_CELL)
            continue
        heavy = group is not None and year.is_heavy(week, group)
        full = year.full(week, group) if group is not None else None
        words = [f"{name}, {_said(week, work, reader)}"]
        if heavy and group is not None:
            usual = text("much more than the usual {usual}", usual=hours(year.usual[group], reader))
            words.append(reader.say(usual))
        if full:
            words.append(of_full(full, reader))
        cells.append(HeatCell(work.minutes, address_of(week), ", ".join(words), heavy, bool(full and full.is_over)))
    return HeatRow(name, cells)


def _row_of_percents(year: PlannedYear, wanted: Wanted, reader: Reader) -> HeatRow:
    name, address_of = reader.say(text("Full, in percent")), _addresses(year, wanted, None)
    cells = []
    for week in year.weeks:
        full = year.full(week)
        if full is None or not full.needed:
            cells.append(NO_CELL)
            continue
        words = text("week {week}: {full}", week=week_number(week), full=of_full(full, reader))
        shown = str(full.percent) if full.percent is not None else "!"
        level = level_of(min(full.percent or 100, 100), 100) if full.percent != 0 else 1
        cells.append(
            HeatCell(full.needed, address_of(week), reader.say(words), over=full.is_over, shown=(shown, level))
        )
    return HeatRow(name, cells)


def _addresses(year: PlannedYear, wanted: Wanted, group: str | None) -> Callable[[date], str]:
    """Where the visits of each week are: one address is written, from which the others differ in their days alone."""

    def days(week: date) -> str:
        return f"from={week.isoformat()}&to={(week + timedelta(days=6)).isoformat()}"

    first = year.weeks[0]
    written = addresses.visits(**wanted.visits_of_week(first, group))
    return lambda week: written.replace(days(first), days(week))


def of_full(full: Fullness, reader: Reader) -> str:
    """How full a week is, with both figures."""
    needed, available = hours(full.needed, reader), hours(full.available, reader)
    if full.percent is None:
        return reader.say(text("{needed} of work and no hours for it", needed=needed))
    told = text(
        "{needed} of {available} ({percent}\N{NO-BREAK SPACE}%)",
        needed=needed,
        available=available,
        percent=full.percent,
    )
    return reader.say(told)


def percent(full: Fullness) -> str:
    """How full a week is."""
    return "!" if full.percent is None else f"{full.percent}\N{NO-BREAK SPACE}%"


def of_over(week: date, group: str | None, full: Fullness, wanted: Wanted, reader: Reader) -> str:
    """A week with more work than hours."""
    told = of_full(full, reader)
    if group is None:
        return reader.say(text("Week {week}: {full}", week=week_number(week), full=told))
    name = group_name(group, wanted, reader)
    return reader.say(text("Week {week}: {group} {full}", week=week_number(week), group=name, full=told))


def _said(week: date, work: Work, reader: Reader) -> str:
    number = counted("{number} visit", "{number} visits", work.visits)
    return reader.say(
        text(
            "week {week} from {day}: {hours}, {visits}",
            week=week_number(week),
            day=reader.date(week),
            hours=hours(work.minutes, reader),
            visits=number,
        )
    )


def columns_of(year: PlannedYear) -> tuple[Sequence[str], Sequence[str]]:
    """The groups with a column of their own in the table, and those that share the last one."""
    fits = len(year.groups) <= MOST_COLUMNS + 1
    return (year.groups, ()) if fits else (year.groups[:MOST_COLUMNS], year.groups[MOST_COLUMNS:])


def of_several(year: PlannedYear, week: date, groups: Iterable[str]) -> Work:
    """The work of several groups in a week."""
    return sum((year.of(week, group) for group in groups), NO_WORK)


def month_rows(month: PlannedMonth, wanted: Wanted, reader: Reader) -> tuple[list[str], list[list[CellValue]]]:
    """The headings and rows of a month's file: each day by what it is told apart by."""
    headings = [reader.say(each) for each in (text("Day"), BY[wanted.by], *_OF_FILES)]
    rows: list[list[CellValue]] = [
        [day.day, group_name(group, wanted, reader), work.visits, work.minutes, work.guessed]
        for day in month.days
        for group, work in day.groups
    ]
    return headings, rows


def year_rows(year: PlannedYear, wanted: Wanted, reader: Reader) -> tuple[list[str], list[list[CellValue]]]:
    """The headings and rows of a year's file: each week by what it is told apart by, with what is usual, and how
    full it is where hours are said."""
    first = (text("Week"), text("From"), BY[wanted.by], *_OF_FILES, text("Usual minutes"), text("Heavy"))
    of_capacity = (text("Needed minutes"), text("Available minutes"), text("Percent")) if year.hours.are_said else ()
    rows: list[list[CellValue]] = [
        [
            week_number(week),
            week,
            group_name(group, wanted, reader),
            *_figures(year.of(week, group)),
            year.usual[group],
            reader.say(text("yes")) if year.is_heavy(week, group) else None,
            *(_full_figures(year.compared(week, group)) if of_capacity else ()),
        ]
        for week in year.weeks
        for group in year.groups
        if year.of(week, group).visits
    ]
    return [reader.say(each) for each in (*first, *of_capacity)], rows


def _full_figures(full: Fullness | None) -> tuple[int | None, int | None, int | None]:
    return (full.needed, full.available, full.percent) if full else (None, None, None)


def _figures(work: Work) -> tuple[int, int, int]:
    return work.visits, work.minutes, work.guessed


def as_file(kind: str, title: str, headings: Sequence[str], rows: Sequence[Sequence[CellValue]]) -> bytes:
    """The rows as a spreadsheet, or as CSV with days in ISO form."""
    if kind == "xlsx":
        return xlsx_content(title, headings, rows)
    return "".join(csv_lines(headings, ([_written(cell) for cell in row] for row in rows))).encode()


def _written(cell: CellValue) -> str:
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)
