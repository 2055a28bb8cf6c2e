"""Forms from JSON Schema: what is drawn, what is read back, and what of a filled form counts as changed."""

from dataclasses import replace
from typing import Any, cast

import pytest
from werkzeug.datastructures import MultiDict

from powerup.sandbox.host import Host
from powerup.sandbox.pages.form_entries import carried, with_place_added, with_place_removed
from powerup.sandbox.pages.form_reading import changed_members, flaws_of, read_form, without_flaws
from powerup.sandbox.pages.form_schema import with_choices, with_needed
from powerup.sandbox.pages.forms import Flaw, FormDrawing
from powerup.sandbox.pages.manifest import find_button
from powerup.sandbox.pages.outcome import Outcome, problems_of
from powerup.sandbox.pages.pickers import Pickers
from powerup.sandbox.pages.texts import Texts
from powerup.sandbox.server import SandboxServer
from tests.sandbox.pages.conftest import TODAY
from tests.sandbox.pages.stand_in import MANIFEST

_BUTTON = find_button(MANIFEST, "contract.create")
assert _BUTTON is not None
SCHEMA = _BUTTON.input


def _read(*entries: tuple[str, str]) -> dict[str, Any]:
    """What is read beside the work order, which each entry of a contract has."""
    entered = read_form(SCHEMA, MultiDict([(f"input/{name}", value) for name, value in entries]), TODAY)
    del entered["template"]
    return entered


def test_an_empty_group_that_is_required_is_sent_so_that_its_members_are_asked_for() -> None:
    assert read_form(SCHEMA, MultiDict([("input/name", "CV")]), TODAY) == {"name": "CV", "template": {}}


def test_values_are_read_in_the_types_of_the_schema() -> None:
    entered = _read(("name", " CV "), ("days_in_advance", "30"), ("order_per_object", "true"), ("end", ""))
    assert entered == {"name": "CV", "days_in_advance": 30, "order_per_object": True}


def test_several_boxes_and_words_with_commas_are_lists() -> None:
    assert _read(("objects", "CV-1"), ("objects", "CV-2")) == {"objects": ["CV-1", "CV-2"]}
    entered = _read(("plans/", "0"), ("plans/0/excluded_dates", "2027-12-24, 31-12-2027"))
    assert entered["plans"][0]["excluded_dates"] == ["2027-12-24", "2027-12-31"]


@pytest.mark.parametrize(
    ("name", "typed", "what"),
    [("days_in_advance", "1-2", "number"), ("days_in_advance", "many", "number"), ("end", "31022027", "day")],
)
def test_what_cannot_be_read_is_kept_as_it_was_typed_and_told(name: str, typed: str, what: str) -> None:
    entered = _read((name, typed))
    assert entered == {name: typed}
    assert [(pointer, flaw.what) for pointer, flaw in flaws_of(entered)] == [(f"/input/{name}", what)]
    assert without_flaws(entered) == {}


def test_of_a_list_only_what_cannot_be_read_is_told() -> None:
    entered = _read(("plans/", "0"), ("plans/0/excluded_dates", "24-12-2027, 31022027"))
    assert list(flaws_of(entered)) == [("/input/plans/0/excluded_dates", "31022027")]
    assert without_flaws(entered) == {"plans": [{"excluded_dates": ["2027-12-24"]}]}


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


PLANS = {
    "type": "object",
    "properties": {
        "plans": {
            "type": "array",
            "label": {"en": "Visit plans"},
            "items": {
                "type": "object",
                "label": {"en": "Visit plan"},
                "properties": {
                    "name": {"type": "string"},
                    "excluded_dates": {
                        "type": "array",
                        "label": {"en": "Not on"},
                        "advanced": True,
                        "items": {"type": "string", "format": "date"},
                    },
                },
            },
        }
    },
}

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
    assert (field.kind, field.value) == ("pairs", "CV-1=20 Mar 2027, CV-2=2 Apr 2027")
    assert "CV-1=" in field.hint


def test_pairs_are_read_back_as_they_were_shown_and_what_is_no_pair_is_told() -> None:
    entries = MultiDict([("input/next_visits", "CV-1=20 mrt 2027; CV-2 = 2-4-2027, CV-3")])
    entered = read_form(PAIRS, entries, TODAY)
    assert entered == {"next_visits": {**DAYS, "CV-3": "CV-3"}}
    assert [(pointer, flaw.what) for pointer, flaw in flaws_of(entered)] == [("/input/next_visits/CV-3", "pair")]
    form = FormDrawing(Texts("nl"), Pickers(cast("Host", None))).draw(PAIRS, entered)
    field = next(member for member in form.members if member.name == "input/next_visits")
    assert field.value == "CV-1=20-03-2027, CV-2=02-04-2027, CV-3"
    assert field.said == "zaterdag 20 maart 2027; vrijdag 2 april 2027"


def test_a_problem_stands_beside_the_field_that_holds_it_and_is_called_by_its_way_there() -> None:
    drawing = FormDrawing(Texts("en"), Pickers(cast("Host", None)))
    values = {"plans": [{"name": "A"}, {"name": "B", "excluded_dates": ["x"]}]}
    drawn = drawing.draw(PLANS, values).pointers
    errors = [
        {"pointer": "/input/plans/1/excluded_dates/0", "message": "no date"},
        {"pointer": "/input/nowhere", "message": "odd"},
    ]
    problems = problems_of(Outcome("invalid", errors=errors), drawn)
    assert problems == {"/input/plans/1/excluded_dates": ["no date"], "": ["odd"]}
    flaws = list(replace(drawing, problems=problems).draw(PLANS, values).wrong())
    assert flaws == [Flaw("input-plans-1-excluded_dates", "Visit plan 2: Not on", "no date")]


@pytest.mark.parametrize(
    ("member", "empty"),
    [
        ({"type": "string", "enum": ["a"]}, "– not chosen –"),
        (
            {"type": "string", "enum": ["a"], "empty": {"en": "as the contract", "nl": "als het contract"}},
            "– as the contract –",
        ),
        ({"type": "string", "enum": ["a"], "default": "a"}, ""),
        ({"type": "string", "enum": ["a"], "needed": True}, "– choose –"),
        ({"type": "boolean"}, "– not chosen –"),
    ],
)
def test_what_an_empty_choice_means_is_said(member: dict[str, Any], empty: str) -> None:
    drawing = FormDrawing(Texts("en"), Pickers(cast("Host", None)))
    (field,) = drawing.draw({"type": "object", "properties": {"it": member}}, {}).members
    assert field.empty == empty


def test_switching_the_type_and_back_keeps_the_plans(host: SandboxServer) -> None:
    entries = MultiDict([("input/type", "preventive"), ("input/plans/", "0"), ("input/plans/0/name", "A")])
    drawing = FormDrawing(Texts("en"), Pickers(host.host))
    entries["input/type"] = "yearly"
    drawn = drawing.draw(SCHEMA, read_form(SCHEMA, entries, TODAY)).names
    along = carried(entries, drawn)
    assert along == [("input/plans/", "0"), ("input/plans/0/name", "A")]
    back_again = MultiDict([("input/type", "preventive"), *along])
    assert read_form(SCHEMA, back_again, TODAY)["plans"] == [{"name": "A"}]


def test_a_place_that_is_removed_takes_nothing_of_its_neighbours_with_it() -> None:
    """Also what another value hides there at present."""
    entries = MultiDict(
        [
            *(("input/plans/", str(place)) for place in range(3)),
            *((f"input/plans/{place}/name", name) for place, name in enumerate("ABC")),
            ("input/plans/2/weekdays", "mon"),
            ("input/plans/2/weekdays", "thu"),
            ("input/name", "CV"),
        ]
    )
    left = with_place_removed(entries, "input/plans", 1)
    assert left.getlist("input/plans/") == ["0", "1"]
    assert [left[f"input/plans/{place}/name"] for place in range(2)] == ["A", "C"]
    assert left.getlist("input/plans/1/weekdays") == ["mon", "thu"]
    assert left["input/name"] == "CV"
    assert with_place_added(left, "input/plans").getlist("input/plans/") == ["0", "1", "2"]


def test_pairs_that_were_emptied_are_said_to_be_empty_and_others_are_whole() -> None:
    before = {"name": "A", "next_visits": DAYS}
    assert changed_members(PAIRS, before, {"name": "A"}) == {"next_visits": {}}
    assert changed_members(PAIRS, before, {"name": "A", "next_visits": DAYS}) == {}
    one = {"CV-2": "2027-05-04"}
    assert changed_members(PAIRS, before, {"name": "A", "next_visits": one}) == {"next_visits": one}
