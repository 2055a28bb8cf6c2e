"""What a sheet shows under a number format, or that nobody can know it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from powerup.files.number_formats import shown
from powerup.files.problems import CellProblem

AFTERNOON = datetime(2027, 3, 1, 15, 5, 9, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (7, "0000", "0007"),
        (7, '"OC-"0000', "OC-0007"),
        (2027.1, "0.00", "2027.10"),
        (1042, "General", "1042"),
        (1042.0, "General", "1042"),
        (2.5, "General", "2.5"),
        (0, "General", "0"),
        (0.1 + 0.2, "General", "0.3"),
        (12345678901, "General", "12345678901"),
        (123456789, "000\\-000\\-000", "123-456-789"),
        (612345678, "00\\ 0000\\ 0000", "06 1234 5678"),
        (5, "#", "5"),
        (0, "#", ""),
        (0, "0", "0"),
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (1.005, "0.00", "1.01"),
        (1.5, "0.0##", "1.5"),
        (-7, "0;[Red](0)", "(7)"),
        (0, '0;-0;"geen"', "geen"),
        (0.25, "0%", "25%"),
        (12, "[$€-413]\\ 0.00", "€ 12.00"),
        (12, '0" st"', "12 st"),
        (12, 'General" st"', "12 st"),
        (8712345678901, "0", "8712345678901"),
        ("0007", "@", "0007"),
        ("7", '"OC-"@', "OC-7"),
        ("7", "0000", "7"),
        (None, "0000", ""),
        (date(2027, 3, 1), "yyyy-mm-dd", "2027-03-01"),
        (AFTERNOON, "d-m-yy", "1-3-27"),
        (AFTERNOON, "dd-mm-yyyy hh:mm", "01-03-2027 15:05"),
        (AFTERNOON, "h:mm AM/PM", "3:05 PM"),
        (AFTERNOON, "[$-413]d mmmm yyyy", "1 maart 2027"),
        (AFTERNOON, "[$-nl-NL]ddd d mmm", "ma 1 mrt"),
        (time(8, 30), "hh:mm", "08:30"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
    ],
)
def test_a_value_is_shown_as_its_format_has_it(value: object, number_format: str, expected: str) -> None:
    assert shown(value, number_format) == expected


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (1234, "#,##0"),
        (123456789012, "General"),
        (0.5, "# ?/?"),
        (1234, "0.00E+00"),
        (7, "[>5]0;00"),
        (7, "* 0"),
        (7, "0 x"),
        (True, "General"),
        (AFTERNOON, "d mmmm yyyy"),
        (AFTERNOON, "[$-F800]dddd, mmmm dd, yyyy"),
        (AFTERNOON, "General"),
        (7, "yyyy"),
        (time(8, 30), "yyyy"),
    ],
)
def test_what_is_not_the_same_on_every_machine_is_refused(value: object, number_format: str) -> None:
    with pytest.raises(CellProblem) as raised:
        shown(value, number_format)
    assert raised.value.code == "unshowable_format"
