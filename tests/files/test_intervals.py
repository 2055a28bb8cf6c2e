"""Intervals as the files of other programs write them, in both languages."""

import pytest

from powerup.files.intervals import read_interval


@pytest.mark.parametrize(
    ("said", "unit", "every"),
    [
        *[(said, "day", 1) for said in ("dagelijks", "elke dag", "daily")],
        *[(said, "workday", 1) for said in ("werkdag", "elke werkdag")],
        *[(said, "week", 1) for said in ("wekelijks", "Per week", "weekly", "52x per jaar")],
        *[(said, "week", 2) for said in ("twee-wekelijks", "om de week", "fortnightly", "2 weken", "26 x p/jaar")],
        *[(said, "month", 1) for said in ("maandelijks", "per maand", "Monthly", "1 mnd", "12x per jaar")],
        *[(said, "month", 2) for said in ("tweemaandelijks", "om de maand", "2 maanden", "6 keer per jaar")],
        *[(said, "month", 3) for said in ("kwartaal", "per kwartaal", "quarterly", "1 kwartaal", "4x/jr")],
        *[(said, "month", 4) for said in ("viermaandelijks", "every 4 months", "3x per year")],
        *[(said, "month", 6) for said in ("halfjaarlijks", "half-yearly", "semester", "2 kwartalen", "2x per jaar")],
        *[(said, "month", 12) for said in ("12 maanden", "2 semesters")],
        *[(said, "year", 1) for said in ("jaarlijks", "annually", "1 jaar", "1x per jaar")],
        *[(said, "year", 2) for said in ("tweejaarlijks", "om het jaar", "every 2 years")],
        ("10 dagen", "day", 10),
    ],
)
def test_an_interval_is_read_as_its_words_say(said: str, unit: str, every: int) -> None:
    assert read_interval(said) == (unit, every)


@pytest.mark.parametrize("said", ["", "soms", "0 maanden", "0x per jaar", "7x per jaar", "maand 3"])
def test_what_is_no_interval_of_a_plan_is_none(said: str) -> None:
    assert read_interval(said) is None
