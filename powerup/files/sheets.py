"""A file as its sheets, whatever kind of file it came from: each with its rows of cells (architecture: Files)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


class Cell(Protocol):
    """One cell of a sheet."""

    def typed(self) -> str:
        """The value, as somebody would have typed it into CSV. Raises CellProblem where the cell has none."""

    def shown(self) -> str:
        """What the sheet shows. Raises CellProblem where that cannot be known, or the cell has no value."""


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell of a file that is nothing but text."""

    said: str

    def typed(self) -> str:
        """The text."""
        return self.said

    def shown(self) -> str:
        """The text."""
        return self.said


CellRow = Sequence[Cell | None]
"""The cells of one row; None where there is none."""


@dataclass(frozen=True, slots=True)
class FileSheet:
    """One sheet. name is empty where the file has nothing but it.

    rows gives its rows anew each time, those of nothing too, of each at most so many cells; what lies behind is left
    out. It raises InvalidFile where the file cannot be read on.
    """

    name: str
    rows: Callable[[int], Iterator[CellRow]]
