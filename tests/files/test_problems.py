"""What is wrong with a file is said with the row and the column where it stands."""

from powerup.files.problems import FileProblem, InvalidFile, each_once, invalid_row
from powerup.texts import text

LATER = FileProblem(7, "end", "before_start", text("The end lies before the start."))
FIRST = FileProblem(2, "", "invalid", text("The row has too many values."))


def test_a_file_that_is_not_taken_says_how_many_flaws_it_has_and_the_first_of_them() -> None:
    refusal = InvalidFile([LATER, FIRST])
    assert str(refusal) == "The file has 2 errors; the first: row 2: The row has too many values."
    assert refusal.problems == (FIRST, LATER)
    assert str(InvalidFile([LATER])) == "The file has 1 error: row 7, end: The end lies before the start."


def test_a_flaw_of_one_row_stands_at_that_row() -> None:
    (problem,) = invalid_row(4, "invalid", text("It cannot be read.")).problems
    assert (problem.row, problem.column, problem.code) == (4, "", "invalid")


def test_a_flaw_that_is_found_twice_is_told_once() -> None:
    assert each_once([FIRST, LATER, FIRST]) == [FIRST, LATER]
