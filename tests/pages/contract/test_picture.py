"""The picture of a year: each day in its place, each mark with what it says, and nothing that the policy forbids."""

from datetime import date
from xml.etree import ElementTree

from powerup.contracts.shown_as import ShownAs
from powerup.pages.contract.picture import Mark, PictureOfYear, picture_of_year, place_of, shape

SVG = ElementTree.Element


def drawn(**changes: object) -> SVG:
    given = {
        "year": 2028,
        "today": date(2028, 6, 15),
        "months": [f"m{month}" for month in range(1, 13)],
        "marks": [],
        "page": "/contract/1042",
        "address": lambda day: f"/contract/1042?day={day}#day",
        "said": lambda day: f"on {day}",
        "label": "The visits of 2028",
    } | changes
    return ElementTree.fromstring(picture_of_year(PictureOfYear(**given)))  # type: ignore[arg-type]


def linked(picture: SVG, group: str) -> list[SVG]:
    return [link for found in picture.iter("g") if found.get("class") == group for link in found.findall("a")]


def looks_of(picture: SVG, day: date) -> set[str]:
    (link,) = [each for each in linked(picture, "days") if each.get("data-day") == str(day)]
    rect = link.find("rect")
    assert rect is not None
    return set((rect.get("class") or "").split())


def test_each_day_of_a_leap_year_is_a_link_that_no_tab_stops_at() -> None:
    days = linked(drawn(), "days")
    assert len(days) == 366
    assert {day.get("tabindex") for day in days} == {"-1"}
    assert days[59].get("href") == "/contract/1042?day=2028-02-29#day"


def test_days_are_shaded_by_what_is_so_on_them() -> None:
    free, closed = date(2028, 1, 1), date(2028, 12, 27)
    picture = drawn(
        first=date(2028, 2, 1),
        last=date(2028, 11, 30),
        closed={free: "weekend", closed: "Kerstsluiting"},
        named=frozenset({closed}),
        paused=frozenset({date(2028, 7, 1)}),
    )
    assert looks_of(picture, free) == {"day", "weekend", "outside"}
    assert looks_of(picture, closed) == {"day", "holiday", "outside"}
    assert looks_of(picture, date(2028, 11, 30)) == {"day"}
    classes = [rect.get("class") for rect in picture.iter("rect")]
    assert classes.count("hatched") == 1
    assert classes.count("today") == 1
    assert "today" not in [rect.get("class") for rect in drawn(year=2029).iter("rect")]


def test_a_mark_says_what_it_is_and_lies_on_its_day() -> None:
    day = date(2028, 3, 10)
    (mark,) = linked(
        drawn(marks=[Mark(day, ShownAs.FAILED, 1, "10 March: <failed>", visit="1042:A:2028-03-10:")]), "marks"
    )
    assert mark.get("aria-label") == "10 March: <failed>"
    assert mark.get("data-visit") == "1042:A:2028-03-10:"
    assert mark.get("class") == "look failed"
    assert mark.get("tabindex") is None  # so that a tab stops at it
    ground = mark.find("rect")
    assert ground is not None
    x, y = place_of(day)
    assert x < float(ground.get("x") or 0) < x + 32
    assert y < float(ground.get("y") or 0) < y + 27


def test_several_of_a_day_share_it_and_say_how_many_they_are() -> None:
    day = date(2028, 3, 10)
    marks = linked(drawn(marks=[Mark(day, each, 10, each.value) for each in ShownAs]), "marks")
    assert len(marks) == len(ShownAs)
    assert [text.text for mark in marks for text in mark.findall("text")] == ["10"] * len(ShownAs)
    places = [str(group.get("transform")) for mark in marks for group in mark.findall("g")]
    assert len(set(places)) == len(ShownAs)
    assert all("scale(" in place for place in places)


def test_every_form_is_another_and_none_has_a_style_of_its_own() -> None:
    forms = [str(shape(each)) for each in ShownAs]
    assert len({form.split(">", 1)[1] for form in forms}) == len(ShownAs)
    assert not [form for form in forms if "style=" in form or "fill=" in form]
