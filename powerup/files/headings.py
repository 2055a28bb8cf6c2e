"""Finding the row that names the columns: people put a title, a blank row or a cover sheet before it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from powerup.files.problems import CellProblem, FileProblem, InvalidFile
from powerup.files.sheets import Cell, CellRow, FileSheet
from powerup.texts import text

SEARCHED_ROWS = 30
"""The names of the columns stand in one of so many first rows."""

MOST_COLUMNS = 256
"""A sheet's columns behind these are not looked at."""

_FEWEST_NAMES = 2
"""One known name alone may be the title of a list, or a word in it."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the columns are named: the sheet, its row (counted from 1), and each name, empty where there is none.

    faults are the places of cells that have no value; others are the names of further sheets that have such a row.
    """

    sheet: FileSheet
    row: int
    names: tuple[str, ...]
    faults: tuple[tuple[int, CellProblem], ...] = ()
    others: tuple[str, ...] = ()


def find_headings(sheets: Sequence[FileSheet], is_known: Callable[[str], bool]) -> Headings:
    """The row with the most known names, the first of several.

    Raises InvalidFile where there is none, also for a file of nothing.
    """
    best: list[tuple[int, Headings]] = []
    anything = False
    for sheet in sheets:
        found: tuple[int, Headings] | None = None
        for number, row in enumerate(islice(sheet.rows(MOST_COLUMNS), SEARCHED_ROWS), start=1):
            names = names_of(row)
            anything = anything or bool(names)
            known = sum(is_known(name) for name in names if name)
            if known >= _FEWEST_NAMES and (found is None or known > found[0]):
                found = known, Headings(sheet, number, names, tuple(_faults(row)))
        if found:
            best.append(found)
    if not best:
        raise InvalidFile([_not_found(sheets) if anything else _empty()])
    _, headings = max(best, key=lambda each: each[0])  # of equal ones the first
    others = tuple(each.sheet.name for _, each in best if each.sheet is not headings.sheet)
    return replace(headings, others=others)


def names_of(row: CellRow) -> tuple[str, ...]:
    """The texts of a row as names, without the empty ones at its end; a cell that has no value names nothing."""
    names = [_name(cell) for cell in row]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _name(cell: Cell | None) -> str:
    try:
        return cell.shown().strip() if cell is not None else ""
    except CellProblem:
        return ""


def _faults(row: CellRow) -> Iterator[tuple[int, CellProblem]]:
    for place, cell in enumerate(row):
        try:
            if cell is not None:
                cell.shown()
        except CellProblem as problem:
            yield place, problem


def _empty() -> FileProblem:
    return FileProblem(1, "", "empty", text("The file is empty; a row in it names the columns."))


def _not_found(sheets: Sequence[FileSheet]) -> FileProblem:
    names = [sheet.name for sheet in sheets if sheet.name]
    if names:
        message = text(
            "The names of the columns are missing: none of the first {most} rows of {sheets} has them. "
            "A mapping (--suggest-mapping) reads a list with other names.",
            most=SEARCHED_ROWS,
            sheets=names,
        )
    else:
        message = text(
            "The names of the columns are missing: none of the first {most} rows has them. "
            "A mapping (--suggest-mapping) reads a list with other names.",
            most=SEARCHED_ROWS,
        )
    return FileProblem(1, "", "no_headings", message)
