"""What is wrong with a file: where, and in words for the person who made it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from powerup.errors import PowerupError
from powerup.texts import Text, counted


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One flaw. row counts from 1, the row of names, as spreadsheets show it; column is its name as in the file, empty
    where the whole row or file is meant."""

    row: int
    column: str
    code: str
    message: Text


class InvalidFile(PowerupError):
    """A file that is not taken, with every flaw that was found, in the order of its rows, and notes that belong to
    several of them."""

    def __init__(self, problems: Iterable[FileProblem], notes: Sequence[Text] = ()) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.row))
        self.notes = tuple(notes)
        first = self.problems[0]
        place = f"row {first.row}, {first.column}" if first.column else f"row {first.row}"
        told = counted(
            "The file has {number} error: {place}: {message}",
            "The file has {number} errors; the first: {place}: {message}",
            len(self.problems),
            place=place,
            message=first.message,
        )
        super().__init__(str(told))


def each_once(problems: Iterable[FileProblem]) -> list[FileProblem]:
    """The flaws, of those that say the same of the same place one."""
    told = {(each.row, each.column, each.code, str(each.message)): each for each in problems}
    return list(told.values())


def invalid_row(row: int, code: str, message: Text) -> InvalidFile:
    """The error that one row, or the file from there on, cannot be read."""
    return InvalidFile([FileProblem(row, "", code, message)])


class CellProblem(PowerupError):
    """A cell that cannot be read."""

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(str(message))
        self.code = code
        self.message = message
