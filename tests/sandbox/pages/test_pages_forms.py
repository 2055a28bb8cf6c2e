"""Forms from JSON Schema: what is drawn, what is read back, and what of a filled form counts as changed."""

from typing import Any, cast

from werkzeug.datastructures import MultiDict

from powerup.sandbox.host import Host
from powerup.sandbox.pages.form_reading import changed_members, read_form
from powerup.sandbox.pages.form_schema import with_choices, with_needed
from powerup.sandbox.pages.forms import FormDrawing
from powerup.sandbox.pages.manifest import find_button
from powerup.sandbox.pages.pickers import Pickers
from powerup.sandbox.pages.texts import Texts
from tests.sandbox.pages.stand_in import MANIFEST

_BUTTON = find_button(MANIFEST, "contract.create")
assert _BUTTON is not None
SCHEMA = _BUTTON.input


def _read(*entries: tuple[str, str]) -> dict[str, Any]:
    """What is read beside the work order, which each entry of a contract has."""
    entered = read_form(SCHEMA, MultiDict([(f"input/{name}", value) for name, value in entries]))
    del entered["template"]
    return entered


def test_an_empty_group_that_is_required_is_sent_so_that_its_members_are_asked_for() -> None:
    assert read_form(SCHEMA, MultiDict([("input/name", "CV")])) == {"name": "CV", "template": {}}


def test_values_are_read_in_the_types_of_the_schema() -> None:
    entered = _read(("name", " CV "), ("days_in_advance", "30"), ("order_per_object", "true"), ("end", ""))
    assert entered == {"name": "CV", "days_in_advance": 30, "order_per_object": True}


def test_several_boxes_and_words_with_commas_are_lists() -> None:
    assert _read(("objects", "CV-1"), ("objects", "CV-2")) == {"objects": ["CV-1", "CV-2"]}
    entered = _read(("plans/", "0"), ("plans/0/excluded_dates", "2027-12-24, 31-12-2027"))
    assert entered["plans"][0]["excluded_dates"] == ["2027-12-24", "2027-12-31"]


def test_what_is_no_number_is_handed_on_for_the_powerup_to_refuse() -> None:
    assert _read(("days_in_advance", "many")) == {"days_in_advance": "many"}


def test_an_empty_place_of_a_group_is_still_a_place() -> None:
    assert _read(("plans/", "0"), ("plans/", "1"), ("plans/1/name", "B")) == {"plans": [{}, {"name": "B"}]}


def test_what_another_value_hides_is_not_sent() -> None:
    hidden = _read(("type", "yearly"), ("orders_per_year", "4"), ("plans/", "0"), ("plans/0/name", "A"))
    assert hidden == {"type": "yearly", "orders_per_year": 4}


def test_an_unchanged_form_sends_only_what_is_required() -> None:
    before = {"name": "CV", "end": None, "plans": [{"name": "A", "unit": "week", "weekdays": [], "every": 1}]}
    same = {"name": "CV", "plans": [{"name": "A", "unit": "week", "every": 1}]}
    assert changed_members(SCHEMA, before, same) == {"name": "CV"}


def test_what_was_emptied_is_said_at_every_depth() -> None:
    plan = {"name": "A", "unit": "month", "month_day": 31, "excluded_dates": ["2027-12-24"]}
    before = {"name": "CV", "end": "2027-12-31", "plans": [plan]}
    changed = changed_members(SCHEMA, before, {"name": "CV", "plans": [{"name": "A", "unit": "month"}]})
    emptied: dict[str, Any] = {"name": "A", "unit": "month", "month_day": None, "excluded_dates": []}
    assert changed == {"name": "CV", "end": None, "plans": [emptied]}


def test_the_firms_own_choices_become_a_choice() -> None:
    schema = with_choices(
        {"type": "object", "properties": {"reason": {"type": "string"}}},
        {"reason": [{"value": "MOVED", "label": "Verhuisd"}]},
    )
    assert schema["properties"]["reason"]["enum"] == ["MOVED"]
    assert schema["properties"]["reason"]["labels"] == {"MOVED": "Verhuisd"}


def test_what_cannot_be_null_is_sent_as_an_empty_text_when_it_was_emptied_so_that_it_is_not_kept_in_silence() -> None:
    before = {"name": "CV", "days_in_advance": 30, "order_per_object": True}
    changed = changed_members(SCHEMA, before, {"type": "preventive"})
    assert changed == {"type": "preventive", "name": "", "days_in_advance": "", "order_per_object": ""}


def test_what_another_value_hides_was_not_emptied() -> None:
    before = {"name": "CV", "plans": [{"name": "A", "unit": "month", "at_short_month": "skip"}]}
    changed = changed_members(SCHEMA, before, {"name": "CV", "plans": [{"name": "A", "unit": "week"}]})
    assert changed["plans"] == [{"name": "A", "unit": "week"}]


def test_a_member_that_only_this_firm_needs_is_marked() -> None:
    schema = with_needed({"properties": {"reason": {"type": "string"}, "remark": {"type": "string"}}}, ["reason"])
    assert [name for name, member in schema["properties"].items() if member.get("needed")] == ["reason"]


DAYS = {"CV-1": "2027-03-20", "CV-2": "2027-04-02"}
PAIRS = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "next_visits": {"type": "object", "additionalProperties": {"type": "string", "format": "date"}},
        "template": {"type": "object", "properties": {}},
    },
}


def test_a_date_per_object_is_one_line_of_pairs() -> None:
    drawing = FormDrawing(Texts("en"), Pickers(cast("Host", None)))
    form = drawing.draw(PAIRS, {"name": "A", "next_visits": DAYS})
    field = next(member for member in form.members if member.name == "input/next_visits")
    assert (field.kind, field.value) == ("pairs", "CV-1=2027-03-20, CV-2=2027-04-02")
    assert "CV-1=" in field.hint


def test_pairs_are_read_back_as_they_were_shown_and_what_is_no_pair_is_left_to_the_powerup() -> None:
    entries = MultiDict([("input/next_visits", "CV-1=20-03-2027; CV-2 = 2027-04-02, CV-3")])
    assert read_form(PAIRS, entries) == {"next_visits": {**DAYS, "CV-3": ""}}


def test_pairs_that_were_emptied_are_said_to_be_empty_and_others_are_whole() -> None:
    before = {"name": "A", "next_visits": DAYS}
    assert changed_members(PAIRS, before, {"name": "A"}) == {"next_visits": {}}
    assert changed_members(PAIRS, before, {"name": "A", "next_visits": DAYS}) == {}
    one = {"CV-2": "2027-05-04"}
    assert changed_members(PAIRS, before, {"name": "A", "next_visits": one}) == {"next_visits": one}
