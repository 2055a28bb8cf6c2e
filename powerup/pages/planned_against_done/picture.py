"""What came of the visits of some months or years as stacked columns in SVG. Pure: numbers and words in, SVG out.

Looks come from classes alone, since the policy of the pages allows no style of an element's own. Every part says its
number in figures where it has room, and in words for whoever points at it; the table beside it has all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup, escape

WIDTH, HEIGHT = 520, 180
_TOP, _FOOT = 16, 20
_WIDEST = 64
_LETTER_HEIGHT = 11


class Part(StrEnum):
    """What a part of a column is, from the bottom up."""

    ON_TIME = "on-time"
    LATE = "late"
    OTHERWISE = "otherwise"
    NOT_DONE = "not-done"
    TO_COME = "to-come"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name below, where it leads, what is said of it, and the number of each of its parts."""

    name: str
    words: str
    numbers: Sequence[tuple[Part, int]]

    @property
    def all(self) -> int:
        """How high it is."""
        return sum(number for _, number in self.numbers)


def stacked_columns(columns: Sequence[Column], label: str) -> Markup:
    """The picture as an SVG element."""
    most = max((column.all for column in columns), default=0) or 1
    drawn = "".join(_column(column, place, len(columns), most) for place, column in enumerate(columns))
    return Markup(  # noqa: S704 - all that comes from outside is escaped where it is put in
        f'<svg class="stacks" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f'<path class="ground" d="M0 {HEIGHT - _FOOT + 0.5}H{WIDTH}"/>{drawn}</svg>'
    )


def _column(column: Column, place: int, of: int, most: int) -> str:
    step = WIDTH / of
    wide = min(step * 0.7, _WIDEST)
    middle = step * (place + 0.5)
    return (
        f"<g><title>{escape(column.words)}</title>"
        f'<rect class="whole" x="{middle - step / 2:.1f}" y="0" width="{step:.1f}" height="{HEIGHT}"/>'
        f"{''.join(_parts(column, middle, wide, most))}"
        f'<text class="name" x="{middle:.1f}" y="{HEIGHT - 5}">{escape(column.name)}</text></g>'
    )


def _parts(column: Column, middle: float, wide: float, most: int) -> Iterator[str]:
    bottom = float(HEIGHT - _FOOT)
    for part, number in column.numbers:
        high = (HEIGHT - _FOOT - _TOP) * number / most
        if not number:
            continue
        bottom -= high
        yield (
            f'<rect class="part {part.value}" x="{middle - wide / 2:.1f}" y="{bottom:.1f}" width="{wide:.1f}" '
            f'height="{high:.1f}"/>'
        )
        if high > _LETTER_HEIGHT:
            yield f'<text class="on-part" x="{middle:.1f}" y="{bottom + high / 2 + 4:.1f}">{number}</text>'
    if column.all:
        yield f'<text class="total" x="{middle:.1f}" y="{bottom - 4:.1f}">{column.all}</text>'
