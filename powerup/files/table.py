"""A file as a table of cells under known columns, whatever kind of file it came from (architecture: Exactly, Files)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice

from openpyxl.utils import get_column_letter

from powerup.contracts.file_mapping import FileMapping
from powerup.files.cells import SEPARATOR, items_of, unguarded
from powerup.files.columns import COLUMN, COLUMNS, REQUIRED, Belongs, Column, column_named, plain
from powerup.files.csv_file import csv_sheet
from powerup.files.headings import Headings, find_headings
from powerup.files.problems import CellProblem, FileProblem, invalid_row
from powerup.files.sheets import Cell, CellRow, FileSheet
from powerup.files.xlsx_file import is_xlsx, xlsx_sheets
from powerup.plain_text import odd_character
from powerup.texts import Text, text

MOST_ROWS = 250_000
"""Rows that are not empty; a file of more is to be divided."""

_LOOKED_BEHIND = 8
"""Cells behind the last name that are looked at, so that it is said where one stands under no name."""

_NEAR = 0.75
"""How alike a name has to be (of 1) to be meant, perhaps."""

_TEMPLATE = COLUMN["contract_template"]
_OF_ONE_CONTRACT = ("customer", "start")
"""What no template says."""

_MOST_SHARED = 20_000
"""Different texts of which the same one is kept once."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file. number counts from 1, as spreadsheets show it; places has the place of each column."""

    number: int
    values: tuple[str, ...]
    places: Mapping[str, int]

    def cell(self, name: str) -> str:
        """The cell of the column of that English name, empty also where the file has no such column."""
        place = self.places.get(name)
        return "" if place is None else self.values[place]


@dataclass(frozen=True, slots=True)
class Table:
    """What was read of a file: its columns, the heading that each has there (a constant of a mapping its own name), its
    rows that are not empty, and what is wrong so far.

    missing are columns that have to be there; constants are those that a mapping alone fills; passed_over are headings
    that it does not name; at_fault are the rows and headings of the problems.
    """

    headings_at: Headings
    columns: tuple[Column, ...]
    headings: Mapping[str, str]
    rows: tuple[Row, ...]
    problems: tuple[FileProblem, ...] = ()
    notes: tuple[Text, ...] = ()
    missing: frozenset[str] = frozenset()
    constants: frozenset[str] = frozenset()
    passed_over: tuple[str, ...] = ()
    is_mapped: bool = False
    is_dutch: bool = False
    at_fault: frozenset[tuple[int, str]] = frozenset()

    def heading_of(self, name: str) -> str:
        """What the file calls the column of that English name, or would in its own language."""
        if name in self.headings or name not in COLUMN:
            return self.headings.get(name, name)
        return COLUMN[name].dutch if self.is_dutch else name

    @property
    def has_numbers(self) -> bool:
        """Whether a column names contracts."""
        return "contract_no" in self.headings and "contract_no" not in self.constants


def sheets_of(content: bytes, is_known: Callable[[str], bool]) -> list[FileSheet]:
    """The sheets of a CSV or XLSX file, told apart by their content; is_known says which headings are expected.

    Raises InvalidFile for what is neither.
    """
    return xlsx_sheets(content) if is_xlsx(content) else [csv_sheet(content, is_known)]


def read_table(content: bytes, mapping: FileMapping | None = None) -> Table:
    """The rows of a CSV or XLSX file, read with the mapping where one is given.

    Raises InvalidFile for what is neither, and where no names of columns are found or nothing stands below them.
    """

    def is_known(heading: str) -> bool:
        return column_named(heading) is not None or plain(heading) in mapped

    mapped = {plain(heading) for heading in mapping.headings} if mapping else set()
    headings = find_headings(sheets_of(content, is_known), is_known)
    reading = _Reading(headings, mapping)
    rows = tuple(reading.rows())
    if not rows and not reading.problems:
        raise invalid_row(headings.row + 1, "empty", text("The file has no rows below the names of the columns."))
    return Table(
        headings,
        tuple(reading.columns),
        reading.headings,
        rows,
        tuple(reading.problems),
        tuple(reading.notes),
        frozenset(reading.missing),
        frozenset(reading.only_constants),
        tuple(reading.passed_over),
        is_mapped=mapping is not None,
        is_dutch=reading.is_dutch,
        at_fault=frozenset((problem.row, problem.column) for problem in reading.problems),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """Where cells come from: the place of a heading, the columns that it stands for, and what its values stand for."""

    place: int
    heading: str
    columns: tuple[Column, ...]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class _Reading:
    """Reads one sheet below its headings, and collects what is wrong with it."""

    def __init__(self, headings: Headings, mapping: FileMapping | None) -> None:
        self._headings_at = headings
        self._mapping = mapping
        self._shared: dict[str, str] = {}
        self.problems: list[FileProblem] = []
        self.notes: list[Text] = []
        self.passed_over: list[str] = []
        self.headings: dict[str, str] = {}
        self.columns: list[Column] = []
        self._sources = list(self._read_headings())
        self.is_dutch = _is_dutch(headings.names)
        self.constants = self._read_constants()
        self.missing = self._find_missing()
        self._places = {column.name: place for place, column in enumerate(self.columns)}

    def _read_headings(self) -> Iterator[_Source]:
        columns, values = _by_plain_heading(self._mapping)
        unknown: list[str] = []
        for place, name in enumerate(self._headings_at.names):
            heading = " ".join(name.split())
            if not heading:
                continue
            if plain(heading) in columns or plain(heading) in values:
                source = _Source(place, heading, columns.get(plain(heading), ()), values.get(plain(heading), {}))
            elif (column := column_named(heading)) is not None:
                source = _Source(place, heading, (column,))
            elif self._mapping is not None:
                self.passed_over.append(heading)
                continue
            else:
                unknown.append(heading)
                continue
            if all(column.belongs is Belongs.TOLD for column in source.columns) and not source.values:
                continue
            self._take(source)
            yield source
        self._tell_unknown(unknown)
        for place, fault in self._headings_at.faults if self._mapping is None else ():
            self._problem(get_column_letter(place + 1), fault.code, fault.message)

    def _take(self, source: _Source) -> None:
        by_value = dict.fromkeys(name for cells in source.values.values() for name in cells)
        own = [column.name for column in source.columns]
        for name in dict.fromkeys((*own, *by_value)):
            column = COLUMN[name]
            if column not in self.columns:
                self.columns.append(column)
                self.headings[column.name] = source.heading
            elif name in own and not column.is_list:
                self._problem(source.heading, "twice", text("The column {name} is there twice.", name=source.heading))

    def _tell_unknown(self, unknown: Sequence[str]) -> None:
        """Each with the names nearest to it; the list of those that are known once, in the language of the file."""
        if not unknown:
            return
        is_dutch = _is_dutch(self._headings_at.names)
        names = {plain(name): name for column in COLUMNS for name in [column.dutch if is_dutch else column.name]}
        for heading in unknown:
            nearest = [names[each] for each in get_close_matches(plain(heading), names, 3, _NEAR)]
            if nearest:
                message = text("There is no column {name}; did you mean {nearest}?", name=heading, nearest=nearest)
            else:
                message = text("There is no column {name}.", name=heading)
            self._problem(heading, "unknown_column", message)
        self.notes.append(text("Columns are called: {known}.", known=list(names.values())))

    def _read_constants(self) -> dict[str, str]:
        given = self._mapping.constants if self._mapping else {}
        constants = {column.name: said for name, said in given.items() if (column := column_named(name))}
        self.only_constants = {name for name in constants if COLUMN[name] not in self.columns}
        for name in sorted(self.only_constants):
            self.columns.append(COLUMN[name])
            self.headings[name] = self._own_name(COLUMN[name])
        return constants

    def _find_missing(self) -> set[str]:
        missing = [column for column in COLUMNS if self._must_be_there(column) and column not in self.columns]
        for column in missing:
            name = self._own_name(column)
            self._problem(name, "missing_column", text("The column {name} is missing.", name=name))
        return {column.name for column in missing}

    def _must_be_there(self, column: Column) -> bool:
        """A file of ours names its contracts, so that it can be imported again; another system's need not. What a
        contract template may say is looked for in its rows."""
        if column.belongs is Belongs.NUMBER:
            return self._mapping is None
        if column.empty is not REQUIRED or column.belongs is Belongs.PLAN:
            return False
        return column.name in _OF_ONE_CONTRACT or _TEMPLATE not in self.columns

    def _own_name(self, column: Column) -> str:
        return column.dutch if self.is_dutch else column.name

    def rows(self) -> Iterator[Row]:
        """The rows that are not empty; a cell that has no value is told, and is empty."""
        width = len(self._headings_at.names)
        faulty = {place for place, _ in self._headings_at.faults}
        named = {place for place, name in enumerate(self._headings_at.names) if name}
        unnamed = [place for place in range(width + _LOOKED_BEHIND) if place not in named | faulty]
        told: set[int] = set()
        found = 0
        below = islice(self._headings_at.sheet.rows(width + _LOOKED_BEHIND), self._headings_at.row, None)
        for number, cells in enumerate(below, start=self._headings_at.row + 1):
            if not any(cells):
                continue
            told |= self._tell_unnamed(number, cells, (place for place in unnamed if place not in told))
            values, is_empty = self._values(number, cells)
            if is_empty:
                continue
            found += 1
            if found > MOST_ROWS:
                raise invalid_row(number, "too_large", text("The file is too large; divide it into several."))
            yield Row(number, tuple(values), self._places)

    def _tell_unnamed(self, number: int, cells: CellRow, places: Iterable[int]) -> set[int]:
        """Columns in which something stands though they have no name, each by its letter and once."""
        found = {place for place in places if place < len(cells) and _holds_something(cells[place])}
        for place in sorted(found):
            letter = get_column_letter(place + 1)
            if self._mapping is not None:
                self.passed_over.append(letter)
                continue
            message = text("Something stands in column {letter}, and the column has no name.", letter=letter)
            self.problems.append(FileProblem(number, letter, "unnamed_column", message))
        return found

    def _values(self, number: int, cells: CellRow) -> tuple[list[str], bool]:
        values = [""] * len(self.columns)
        is_empty = True
        for source in self._sources:
            cell = cells[source.place] if source.place < len(cells) else None
            if cell is None:
                continue
            try:
                is_empty = not self._put(values, source, cell) and is_empty
            except CellProblem as problem:
                is_empty = False
                self.problems.append(FileProblem(number, source.heading, problem.code, problem.message))
        for name, said in self.constants.items():
            place = self._places[name]
            values[place] = values[place] or said
        return values, is_empty

    def _put(self, values: list[str], source: _Source, cell: Cell) -> bool:
        """Put the cell where it belongs; gives whether anything stood in it. Raises CellProblem."""
        stands_for = _stands_for(source, cell) if source.values else None
        for name, said in (stands_for or {}).items():
            values[self._places[name]] = said
        said = ""
        for column in source.columns:
            if stands_for and column.name in stands_for:
                continue
            said = unguarded(cell.shown() if column.shows else cell.typed())
            if character := odd_character(said):
                message = text(
                    "There is a character in it that is no part of a text: {character}.", character=character
                )
                raise CellProblem("control_character", message)
            said = said if column.exact else said.strip()
            place = self._places[column.name]
            if said.strip():
                values[place] = SEPARATOR.join((values[place], said)) if values[place] else self._share(said)
        if not source.columns and stands_for is None and cell.typed().strip():
            message = text("The mapping has no such value here; it has: {known}.", known=list(source.values))
            raise CellProblem("unknown_value", message)
        return bool(stands_for or said.strip())

    def _share(self, said: str) -> str:
        if len(self._shared) < _MOST_SHARED:
            return self._shared.setdefault(said, said)
        return self._shared.get(said, said)

    def _problem(self, heading: str, code: str, message: Text) -> None:
        self.problems.append(FileProblem(self._headings_at.row, heading, code, message))


def _by_plain_heading(
    mapping: FileMapping | None,
) -> tuple[dict[str, tuple[Column, ...]], dict[str, dict[str, dict[str, str]]]]:
    """What the mapping says of each heading: its columns, and what its values stand for, by column."""
    if mapping is None:
        return {}, {}
    columns = {
        plain(heading): tuple(column for name in items_of(names) if (column := column_named(name)))
        for heading, names in mapping.columns.items()
    }
    values = {
        plain(heading): {
            _same(value): {column.name: said for name, said in cells.items() if (column := column_named(name))}
            for value, cells in by_value.items()
        }
        for heading, by_value in mapping.values.items()
    }
    return columns, values


def mapping_flaws(mapping: FileMapping) -> list[Text]:
    """The names in a mapping that are no columns of ours."""
    named = [name for names in mapping.columns.values() for name in items_of(names)]
    named += [name for by_value in mapping.values.values() for cells in by_value.values() for name in cells]
    named += mapping.constants
    return [
        text("Mapping {mapping}: there is no column {name}.", mapping=mapping.name, name=name)
        for name in dict.fromkeys(named)
        if column_named(name) is None
    ]


def _stands_for(source: _Source, cell: Cell) -> Mapping[str, str] | None:
    """What the mapping has for the cell's value, or for what it shows."""
    found = source.values.get(_same(cell.typed()))
    if found is not None:
        return found
    try:
        return source.values.get(_same(cell.shown()))
    except CellProblem:
        return None


def _same(value: str) -> str:
    """Capitals and blanks make no other value."""
    return " ".join(value.split()).lower()


def _holds_something(cell: Cell | None) -> bool:
    try:
        return cell is not None and bool(cell.typed().strip())
    except CellProblem:
        return True


def _is_dutch(names: Sequence[str]) -> bool:
    """Whether more of the names are Dutch than English."""
    english = sum(plain(name) in _ENGLISH for name in names)
    return sum(plain(name) in _DUTCH for name in names) > english


_ENGLISH = {plain(column.name) for column in COLUMNS}
_DUTCH = {plain(column.dutch) for column in COLUMNS}
