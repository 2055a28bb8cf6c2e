"""A year of planned work as a heat map in SVG: a row for each group and a column for each week. Pure: hours and words
in, SVG out.

Looks come from classes alone, since the policy of the pages allows no style of an element's own. Every cell says its
hours in figures, and a heavy week has a mark, so that no colour carries a meaning alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

CELL, HEIGHT = 20, 24
_NAMES, _HEAD = 150, 34
_MOST_LETTERS = 22
LEVELS = 5


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One week of one row: its minutes, where its visits are, and what is said of it. over: it has more work than
    hours. shown is what stands in it with how deep it is coloured, where that is not its hours."""

    minutes: int
    address: str
    words: str
    heavy: bool = False
    over: bool = False
    shown: tuple[str, int] | None = None


NO_CELL = HeatCell(0, "", "")
"""A week without work."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One group: its name, and its cells in the order of the weeks."""

    name: str
    cells: Sequence[HeatCell]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """What is drawn. weeks are their numbers, months at which place a month begins with its short name; this_week is
    the place of today's, None where it is in another year."""

    weeks: Sequence[int]
    months: Sequence[tuple[int, str]]
    rows: Sequence[HeatRow]
    label: str
    this_week: int | None = None


def heat_map(drawn: HeatMap) -> Markup:
    """The picture as an SVG element."""
    width, height = _NAMES + CELL * len(drawn.weeks), _HEAD + HEIGHT * len(drawn.rows) + 2
    return Markup(  # noqa: S704 - all that comes from outside is escaped where it is put in
        f'<svg class="heat" viewBox="0 0 {width} {height}" role="group" aria-label="{escape(drawn.label)}">'
        f'<g aria-hidden="true">{"".join(_head(drawn))}</g>{"".join(_rows(drawn))}{_this_week(drawn)}</svg>'
    )


def level_of(minutes: int, most: int) -> int:
    """How deep a cell is coloured: 0 without work, up to LEVELS for the most of its row."""
    return 0 if minutes <= 0 else max(1, -(-minutes * LEVELS // most))


def _head(drawn: HeatMap) -> Iterator[str]:
    for place, name in drawn.months:
        yield f'<text class="month" x="{_x(place)}" y="11">{escape(name)}</text>'
        yield f'<path class="month-line" d="M{_x(place) - 0.5} 2V{_HEAD + HEIGHT * len(drawn.rows)}"/>'
    for place, number in enumerate(drawn.weeks):
        yield f'<text class="number" x="{_x(place) + CELL // 2}" y="{_HEAD - 6}">{number}</text>'


def _rows(drawn: HeatMap) -> Iterator[str]:
    for line, row in enumerate(drawn.rows):
        y, most = _HEAD + line * HEIGHT, max((cell.minutes for cell in row.cells), default=0)
        name = row.name if len(row.name) <= _MOST_LETTERS else f"{row.name[: _MOST_LETTERS - 1]}…"
        yield f'<text class="name" x="0" y="{y + 16}">{escape(name)}<title>{escape(row.name)}</title></text>'
        for place, cell in enumerate(row.cells):
            if cell.minutes:
                shown = cell.shown or (_hours(cell.minutes), level_of(cell.minutes, most))
                yield _cell(cell, _x(place), y, *shown)


def _cell(cell: HeatCell, x: int, y: int, shown: str, level: int) -> str:
    heavy = f'<path class="heavy" d="M{x + CELL - 7} {y + 2}h5v5z"/>' if cell.heavy else ""
    over = f'<path class="over" d="M{x + 2} {y + HEIGHT - 4}h{CELL - 4}v2h-{CELL - 4}z"/>' if cell.over else ""
    return (
        f'<a href="{escape(cell.address)}" aria-label="{escape(cell.words)}"><title>{escape(cell.words)}</title>'
        f'<rect class="level-{level}" x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{HEIGHT - 2}" rx="2"/>'
        f'<text class="hours on-{level}" x="{x + CELL // 2}" y="{y + 16}">{shown}</text>{heavy}{over}</a>'
    )


def _this_week(drawn: HeatMap) -> str:
    if drawn.this_week is None:
        return ""
    height = HEIGHT * len(drawn.rows)
    return f'<rect class="this-week" x="{_x(drawn.this_week)}" y="{_HEAD}" width="{CELL}" height="{height}"/>'


def _x(place: int) -> int:
    return _NAMES + place * CELL


def _hours(minutes: int) -> str:
    """In so few figures that a cell has room for them; what is said of the cell has them exactly."""
    hours = max(1, round(minutes / 60))
    return str(hours) if hours < 1000 else f"{hours // 1000}k"
