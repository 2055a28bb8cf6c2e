"""Texts of work orders with their placeholders (rules: Generation)."""

from datetime import date

import pytest

from powerup.contracts.visit import VisitKey
from powerup.contracts.work_text import unknown_placeholders, work_text

KEY = VisitKey("7", "A", date(2027, 3, 31))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{contract} {visit} {planned_date} {object}", "7 A 01-04-2027 CV-1, CV-2"),
        ("{{object}", "{object}"),
        ("{{{object}", "{CV-1, CV-2"),
        ("{objekt} { }", "{objekt} { }"),
        ("{object", "{object"),
    ],
)
def test_placeholders_are_filled_in_and_all_else_stays(template: str, expected: str) -> None:
    assert work_text(template, KEY, date(2027, 4, 1), ("CV-1", "CV-2")) == expected


def test_names_in_braces_that_are_no_placeholders() -> None:
    assert unknown_placeholders("{objekt} {object} {{klant} { } {a {b}") == ["{objekt}", "{ }", "{b}"]
