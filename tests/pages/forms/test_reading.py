"""From what a browser sends of a form to the input of a press."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from powerup.actions.catalogue import ACTIONS, find_action
from powerup.actions.contract.edit import ACTION as EDIT
from powerup.actions.kit.action import Action
from powerup.pages.forms.drawing import Field, draw_form
from powerup.pages.forms.entries import entries_by_names, entries_in, entries_of, redraws
from powerup.pages.forms.reading import ReadForm, read_form
from powerup.pages.forms.schema import Kind, Schema, kind_of, members_of, record_kind, schema_of
from powerup.tenants.host_choices import RecordKind
from powerup.texts import LANGUAGES, Reader

TODAY = date(2026, 11, 30)
CREATE = find_action("contract.create")
assert CREATE
SCHEMA = schema_of(CREATE)

BOILERS: dict[str, Any] = {
    "name": "Onderhoud ketels",
    "type": "preventive",
    "customer": "1001",
    "objects": ["K-1", "K/2"],
    "start": "2027-01-01",
    "end": "2027-12-31",
    "order_per_object": True,
    "days_in_advance": 14,
    "template": {
        "type_of_work": "Onderhoud",
        "payment_method": "Op rekening",
        "description": "Ketel\nnakijken",
        "start_time": "08:30",
    },
    "plans": [
        {
            "name": "Kwartaal",
            "unit": "month",
            "every": 3,
            "month_day": 31,
            "months": [1, 4, 7, 10],
            "extra_dates": ["2027-02-01", "2027-03-01"],
            "at_short_month": "skip",
            "shift": "next_working_day",
            "previous_open": False,
            "next_visits": {"K-1": "2027-02-03", "K/2": "2027-02-04"},
            "rank": 0,
        },
        {"name": "Week", "unit": "week", "every": 1, "weekdays": ["mon", "fri"], "shift": "as_is"},
    ],
}


def read(entries: Any, schema: Schema = SCHEMA, before: Any = None) -> ReadForm:
    return read_form(schema, MultiDict(entries), TODAY, before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_is_filled_and_sent_says_what_it_was_filled_with(language: str) -> None:
    entries = entries_of(SCHEMA, BOILERS, language)
    assert entries["input/start"] == {"nl": "1-1-2027", "en": "1 Jan 2027"}[language]
    assert read(entries) == ReadForm(BOILERS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_what_is_drawn_of_an_action_can_be_sent_and_is_what_its_schema_takes(action: Action) -> None:
    """Each kind of member of each action: filled in, drawn, and read to the same."""
    schema = schema_of(action)
    entered = {name: _likely(member) for name, member in members_of(schema).items()}
    entries = entries_of(schema, entered, "nl")
    root = draw_form(schema, entries, Reader("nl"), TODAY).root
    sent = MultiDict([pair for field in root.members for pair in _sent(field)])
    assert read_form(schema, sent, TODAY) == read_form(schema, entries, TODAY)
    assert action.input().validate(read_form(schema, sent, TODAY).input) == {}


LIKELY: dict[Kind, Any] = {
    Kind.PER_OBJECT: {"K-1": "2027-01-02"},
    Kind.NUMBER: 3,
    Kind.TICK: True,
    Kind.DAY: "2027-01-02",
    Kind.DAYS: ["2027-01-02", "2027-01-03"],
    Kind.TIME: "08:30",
    Kind.DECIMAL: "12.50",
    Kind.MONTH: "2026-10",
    Kind.PERIOD: "3 month",
    Kind.PICKS: ["A", "B"],
    Kind.WORDS: ["A", "B"],
    Kind.LINE: "Words",
    Kind.LINES: "Words\nmore",
    Kind.PICK: "7",
}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_record_that_a_form_names_can_be_picked(action: Action) -> None:
    assert {*_records(schema_of(action))} <= {*RecordKind}


def _records(schema: Schema) -> Iterator[str]:
    if record := record_kind(schema):
        yield record
    for member in members_of(schema.get("items", schema)).values():
        yield from _records(member)


def _likely(schema: Schema) -> Any:
    if (kind := kind_of(schema)) in LIKELY:
        return LIKELY[kind]
    if kind is Kind.GROUP:
        return {name: _likely(member) for name, member in members_of(schema).items()}
    if kind is Kind.GROUPS:
        return [_likely({"type": "object", **schema["items"]})] * 2
    return schema["items"]["enum"][1:3] if kind is Kind.BOXES else schema.get("enum", [True, False])[1]


def _sent(field: Field) -> list[tuple[str, str]]:
    """What a browser would send of a field as it is drawn."""
    if field.kind in (Kind.GROUP, Kind.PER_OBJECT):
        return [pair for member in field.members for pair in _sent(member)]
    if field.kind is Kind.GROUPS:
        marks = [(f"{field.name}/", str(place)) for place in range(len(field.members))]
        return [*marks, *(pair for place in field.members for member in place.members for pair in _sent(member))]
    if field.kind in (Kind.BOXES, Kind.PICKS, Kind.TICK):
        return [(field.name, code) for code, _ in field.chosen]
    return [(field.name, field.value)]


def test_what_cannot_be_read_stays_as_it_was_typed_and_is_told_beside_its_field() -> None:
    entries = {
        "input/start": "31-2-2027",
        "input/template/start_time": "half 9",
        "input/plans/": "0",
        "input/plans/0/every": "1-2",
        "input/plans/0/extra_dates": "1-3-2027, ooit",
    }
    found = read(entries)
    assert found.input["start"] == "31-2-2027"
    assert found.input["plans"][0] == {"every": "1-2", "extra_dates": ["2027-03-01", "ooit"]}
    assert {*found.complaints} == {name for name in entries if not name.endswith("/")}
    assert "31-2-2027" in str(found.complaints["input/start"])
    drawn = draw_form(SCHEMA, MultiDict(entries), Reader("nl"), TODAY, complaints=found.complaints)
    assert [(flaw.id, flaw.label) for flaw in drawn.flaws] == [
        ("input-start", "Begin"),
        ("input-template-start_time", "Werkbon: Begintijd"),
        ("input-plans-0-every", "Onderhoudsbeurt 1: Elke"),
        ("input-plans-0-extra_dates", "Onderhoudsbeurt 1: Extra datums"),
    ]


def test_stray_blanks_are_left_out_and_the_same_code_is_taken_once() -> None:
    found = read([("input/name", "  Ketels   oost "), ("input/objects", "K-1"), ("input/objects/words", "K-2; K-1,")])
    assert (found.input["name"], found.input["objects"]) == ("Ketels oost", ["K-1", "K-2"])


def test_what_another_choice_hides_is_not_sent_and_not_lost() -> None:
    entries = entries_of(SCHEMA, BOILERS, "nl")
    entries.setlist("input/type", ["yearly"])
    found = read(entries)
    assert "plans" not in found.input
    form = draw_form(SCHEMA, entries, Reader("nl"), TODAY)
    assert ("input/plans/1/name", "Week") in form.carried
    entries.setlist("input/type", ["preventive"])
    assert read(entries).input == BOILERS


def test_an_edit_sends_what_was_changed_and_what_was_emptied() -> None:
    schema = schema_of(EDIT)
    entries = entries_of(schema, BOILERS, "nl")
    entries.setlist("input/end", [""])
    entries.setlist("input/name", ["Ketels"])
    assert read(entries, schema, BOILERS).input == {"name": "Ketels", "end": None, "retract_not_started": False}
    entries = entries_of(schema, BOILERS, "nl")
    entries.poplist("input/plans/0/months")
    entries.setlist("input/plans/0/rank", [""])
    entries.setlist("input/plans/0/at_short_month", [""])
    plan = read(entries, schema, BOILERS).input["plans"][0]
    assert (plan["months"], plan["rank"], plan["at_short_month"], plan["every"]) == ([], 0, "", 3)


def test_what_has_to_be_filled_in_cannot_be_emptied() -> None:
    entries = entries_of(schema_of(EDIT), BOILERS, "nl")
    entries.setlist("input/template/type_of_work", [" "])
    found = read(entries, schema_of(EDIT), BOILERS)
    assert [*found.complaints] == ["input/template/type_of_work"]


def test_a_place_is_added_and_taken_out_with_all_that_stands_in_the_others() -> None:
    entries = entries_of(SCHEMA, BOILERS, "nl")
    more = entries_in(MultiDict([*entries.items(multi=True), ("add", "input/plans"), ("csrf_token", "x")]))
    assert read(more).input["plans"] == [*BOILERS["plans"], {}]
    assert "csrf_token" not in more
    less = entries_in(MultiDict([*entries.items(multi=True), ("remove", "input/plans/0")]))
    assert read(less).input["plans"] == BOILERS["plans"][1:]
    assert redraws(MultiDict({"remove": "input/plans/0"}))
    assert not redraws(entries)


def test_a_record_is_picked_alone_or_beside_others() -> None:
    entries = MultiDict([("input/customer", "bak"), ("input/objects", "K-1"), ("input/objects/words", "ket")])
    one = entries_in(MultiDict([*entries.items(multi=True), ("pick", "input/customer=1001=A")]))
    assert one["input/customer"] == "1001=A"
    more = entries_in(MultiDict([*entries.items(multi=True), ("pick_more", "input/objects=K/2")]))
    assert read(more).input["objects"] == ["K-1", "K/2"]


def test_an_address_fills_in_members_by_name() -> None:
    move = find_action("visit.move")
    assert move
    entries = entries_by_names(schema_of(move), {"to": "2027-03-27", "back": "/today", "planned_date": "x"}, "nl")
    assert [*entries.items()] == [("input/to", "27-3-2027")]
