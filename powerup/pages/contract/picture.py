"""The picture of a contract's year as SVG: a row per month and a column per day, as on the planner that hangs on an
office's wall. Pure: days and words in, SVG out.

Looks come from classes alone, since the policy of the pages allows no style of an element's own. Each mark is a link
that can be reached by keyboard. Days without one are links, too; for a keyboard the field beside the picture does that.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from markupsafe import Markup, escape

from powerup.contracts.shown_as import ShownAs

CELL_WIDTH, CELL_HEIGHT = 32, 27
"""Of a day; the picture as a whole scales with its surroundings."""

_NAMES, _HEAD = 42, 18
"""Room for the names of months at the left, and for the numbers of days on top."""

WIDTH = _NAMES + 31 * CELL_WIDTH
HEIGHT = _HEAD + 12 * CELL_HEIGHT

_TICK = '<path class="line" d="M-2.6 .3-.7 2.3 2.8-2"/>'
_RING = '<circle class="edge" r="5"/>'

SHAPES: Mapping[ShownAs, str] = {
    ShownAs.DONE_IN_TIME: f'<circle class="full" r="6"/>{_TICK}',
    ShownAs.DONE_OUTSIDE_WINDOW: f'<rect class="full" x="-5.5" y="-5.5" width="11" height="11" rx="1.5"/>{_TICK}',
    ShownAs.DONE_LATE: f'<path class="full" d="M0-7.5 7.5 0 0 7.5-7.5 0z"/>{_TICK}',
    ShownAs.UNDER_WAY: f'{_RING}<path class="full" d="M0-5a5 5 0 0 1 0 10z"/>',
    ShownAs.ORDERED: f'{_RING}<circle class="full" r="2.4"/>',
    ShownAs.PLANNED: _RING,
    ShownAs.WAITING: f'{_RING}<path class="edge" d="M0-3V.3L2.2 2"/>',
    ShownAs.SKIPPED: f'{_RING}<path class="edge" d="M-5.5 5.5 5.5-5.5"/>',
    ShownAs.PAUSED: '<path class="edge" d="M-2.5-4.5v9M2.5-4.5v9"/>',
    ShownAs.FAILED: '<circle class="full" r="6"/><path class="line" d="M-2.4-2.4 2.4 2.4M-2.4 2.4 2.4-2.4"/>',
    ShownAs.WITHHELD: '<path class="edge" d="M-5-5h10v10h-10zM-2.4 0h4.8"/>',
    ShownAs.REMOVED: '<path class="edge" d="M-4.5-4.5 4.5 4.5M-4.5 4.5 4.5-4.5"/>',
}
"""Around their middle; told apart by form, so that no colour carries a meaning alone."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The visits of one day that are shown alike. words name them, why says how they came there; visit is the id of the
    first of them, where a person can move them all."""

    day: date
    shown_as: ShownAs
    number: int
    words: str
    why: str = ""
    visit: str = ""


@dataclass(frozen=True, slots=True)
class PictureOfYear:
    """What is drawn.

    first and last are the days from and to which the contract runs, None where nothing bounds it. closed says why a day
    is not worked; those of named have a name, others are weekends. latest are the days by which something has to be
    done. months are the short names. page is the address of
    the page; address gives where a day is explained, said what is said of a day that has no mark.
    """

    year: int
    today: date
    months: Sequence[str]
    marks: Sequence[Mark]
    page: str
    address: Callable[[date], str]
    said: Callable[[date], str]
    label: str
    first: date | None = None
    last: date | None = None
    closed: Mapping[date, str] = field(default_factory=dict)
    named: frozenset[date] = frozenset()
    paused: frozenset[date] = frozenset()
    latest: frozenset[date] = frozenset()


def picture_of_year(drawn: PictureOfYear) -> Markup:
    """The picture as an SVG element."""
    return Markup(  # noqa: S704 - all that comes from outside is escaped where it is put in
        f'<svg class="year" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{escape(drawn.label)}" '
        f'data-today="{drawn.today}" data-address="{escape(drawn.page)}">'
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatch" d="M0 0v6"/></pattern></defs>'
        f'<g class="names" aria-hidden="true">{"".join(_names(drawn))}</g>'
        f'<g class="days" aria-hidden="true">{"".join(_days(drawn))}</g>'
        f'{_today(drawn)}<g class="marks">{"".join(_marks(drawn))}</g></svg>'
    )


def shape(shown_as: ShownAs) -> Markup:
    """The form of a mark by itself, as it stands in the legend and beside a row of the table."""
    return Markup(  # noqa: S704 - its own drawing
        f'<svg class="look {shown_as.value}" viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true">'
        f"{SHAPES[shown_as]}</svg>"
    )


def place_of(day: date) -> tuple[int, int]:
    """The upper left corner of a day's cell."""
    return _NAMES + (day.day - 1) * CELL_WIDTH, _HEAD + (day.month - 1) * CELL_HEIGHT


def _names(drawn: PictureOfYear) -> Iterator[str]:
    for number in range(1, 32):
        x = _NAMES + (number - 1) * CELL_WIDTH + CELL_WIDTH // 2
        yield f'<text class="number" x="{x}" y="{_HEAD - 6}">{number}</text>'
    for place, name in enumerate(drawn.months):
        y = _HEAD + place * CELL_HEIGHT + CELL_HEIGHT // 2 + 4
        yield f'<text x="0" y="{y}">{escape(name)}</text>'


def _days(drawn: PictureOfYear) -> Iterator[str]:
    for month in range(1, 13):
        for number in range(1, monthrange(drawn.year, month)[1] + 1):
            yield _day(drawn, date(drawn.year, month, number))


def _day(drawn: PictureOfYear, day: date) -> str:
    x, y = place_of(day)
    cell = f'<rect x="{x}" y="{y}" width="{CELL_WIDTH}" height="{CELL_HEIGHT}"'
    hatch = f'{cell} class="hatched"/>' if day in drawn.paused else ""
    return (
        f'<a href="{escape(drawn.address(day))}" tabindex="-1" data-day="{day}">'
        f"<title>{escape(drawn.said(day))}</title>"
        f'{cell} class="{" ".join(_looks(drawn, day))}"/>{hatch}{_latest(drawn, day)}</a>'
    )


def _latest(drawn: PictureOfYear, day: date) -> str:
    """A bar at the end of the day, as of something that closes."""
    if day not in drawn.latest:
        return ""
    x, y = place_of(day)
    return f'<path class="latest" d="M{x + CELL_WIDTH - 3} {y + 2}v{CELL_HEIGHT - 4}"/>'


def latest_shape() -> Markup:
    """The bar of a latest date by itself, for the legend."""
    return Markup(
        '<svg class="look latest" viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true">'
        '<path class="latest" d="M0-7v14"/></svg>'
    )


def _looks(drawn: PictureOfYear, day: date) -> Iterator[str]:
    yield "day"
    if day in drawn.closed:
        yield "holiday" if day in drawn.named else "weekend"
    if (drawn.first is not None and day < drawn.first) or (drawn.last is not None and day > drawn.last):
        yield "outside"


def _today(drawn: PictureOfYear) -> str:
    """Its outline, over the cells around it."""
    if drawn.today.year != drawn.year:
        return ""
    x, y = place_of(drawn.today)
    return f'<rect class="today" x="{x}" y="{y}" width="{CELL_WIDTH}" height="{CELL_HEIGHT}"/>'


def _marks(drawn: PictureOfYear) -> Iterator[str]:
    for day, marks in groupby(sorted(drawn.marks, key=lambda mark: mark.day), key=lambda mark: mark.day):
        several = list(marks)
        for place, mark in enumerate(several):
            yield _mark(drawn, mark, _middle_of(day, place, len(several)))


def _middle_of(day: date, place: int, of: int) -> tuple[float, float, float]:
    """Where the middle of a mark is, when so many share a day, and how large it is drawn."""
    x, y = place_of(day)
    size = 1.0 if of == 1 else min(1.0, 2 / of)
    return x + CELL_WIDTH * (place + 0.5) / of, y + CELL_HEIGHT / 2, size


def _mark(drawn: PictureOfYear, mark: Mark, middle: tuple[float, float, float]) -> str:
    x, y, size = middle
    scale = "" if size == 1 else f" scale({size:.2g})"
    moved = f' data-visit="{escape(mark.visit)}" data-number="{mark.number}"' if mark.visit else ""
    number = f'<text class="count" x="{x:g}" y="{y + 12:g}">{mark.number}</text>' if mark.number > 1 else ""
    raised = 4 if number else 0
    return (
        f'<a class="look {mark.shown_as.value}" href="{escape(drawn.address(mark.day))}" data-day="{mark.day}"{moved} '
        f'aria-label="{escape(mark.words)}"><title>{escape(mark.why or mark.words)}</title>'
        f'<rect class="ground" x="{x - 9:g}" y="{y - 12:g}" width="18" height="24" rx="3"/>'
        f'<g transform="translate({x:g} {y - raised:g}){scale}">{SHAPES[mark.shown_as]}</g>{number}</a>'
    )
