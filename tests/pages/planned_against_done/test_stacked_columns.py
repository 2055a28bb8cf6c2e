"""The picture of what came of visits: stacked columns."""

from powerup.pages.planned_against_done.picture import Column, Part, stacked_columns


def test_a_picture_says_each_number_and_escapes_what_comes_from_outside() -> None:
    january = Column("<jan>", "jan: 3", [(Part.ON_TIME, 2), (Part.LATE, 1)])
    picture = stacked_columns([january, Column("feb", "feb", [])], "x")
    assert "&lt;jan&gt;" in picture
    assert picture.count('class="part ') == 2
    assert ">3</text>" in picture
