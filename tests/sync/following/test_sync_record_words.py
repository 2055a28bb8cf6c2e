"""Changes of the host's records in people's words."""

from dataclasses import asdict, fields

import pytest

from powerup.outsmart.records import Employee, HostObject, Relation
from powerup.sync.following.record_words import FIELDS, record_changes
from powerup.texts import Reader


def told(kind: str, before: dict[str, object], now: dict[str, object], locale: str) -> list[str]:
    return [Reader(locale).say(each) for each in record_changes(kind, "7", before, now)]


@pytest.mark.parametrize("record", [Relation, HostObject, Employee])
def test_every_field_of_a_record_has_a_name(record: type[Relation | HostObject | Employee]) -> None:
    assert {each.name for each in fields(record)} <= FIELDS.keys()


def test_dates_truths_and_what_is_empty_are_said_as_people_write_them() -> None:
    before = asdict(HostObject("7")) | {"installed_on": "2020-05-01"}
    now = before | {"installed_on": "2021-05-01", "brand": "Remeha"}
    assert told("object", before, now, "nl") == [
        "merk van object 7 was –, is nu Remeha",
        "installatiedatum van object 7 was 1 mei 2020, is nu 1 mei 2021",
    ]
    was = asdict(Employee("7"))
    assert told("employee", was, was | {"active": False}, "en") == ["active of employee 7 was yes, is no"]
    assert told("relation", was, {}, "nl") == ["relatie 7 staat niet bij de host"]
