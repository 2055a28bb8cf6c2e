"""Visits as iCalendar: what RFC 5545 asks for, and what calendars of people need to follow a visit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import Contract, ContractType, Pause, Template, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Visit, VisitKey, VisitState
from powerup.files.visit_calendar import visit_calendar, visit_uid
from powerup.texts import Reader
from tests.actions.scenes import CALENDAR

NOW = datetime(2026, 12, 28, 9, 30, 15, tzinfo=UTC)
CONTRACT = Contract(
    number="1042",
    name="CV-ketels; blok A, B",
    type=ContractType.PREVENTIVE,
    customer="1001",
    start=date(2027, 1, 1),
    entered_on=date(2027, 1, 1),
    template=Template("Onderhoud", "op rekening", "geheim", employee="3"),
    objects=("CV-1", "CV-2"),
    order_per_object=True,
    plans=(VisitPlan("A", Recurrence(Unit.MONTH, month_day=31), window_after=5),),
)


def computed(contract: Contract = CONTRACT, until: date = date(2027, 12, 31)) -> list[Visit]:
    return visits(ContractSituation(contract, CALENDAR, TenantSettings()), date(2027, 1, 1), until, date(2027, 1, 1))


def written(found: Sequence[Visit], contract: Contract = CONTRACT, language: str = "nl", tenant: str = "t_1") -> bytes:
    return visit_calendar(tenant, "Voorbeeld", [(contract, visit) for visit in found], Reader(language), "C", NOW)


def test_every_visit_is_an_all_day_event_on_its_planned_date() -> None:
    events = Calendar.from_ical(written(computed())).walk("VEVENT")
    assert len(events) == 24
    assert events[0].decoded("dtstart") == date(2027, 1, 31)
    assert events[0].decoded("dtend") == date(2027, 2, 1)
    assert events[0].decoded("dtstamp") == NOW
    assert b"DTSTART;VALUE=DATE:20270131\r\nDTEND;VALUE=DATE:20270201\r\n" in written(computed())


def test_an_event_says_in_the_readers_language_what_its_visit_is() -> None:
    event = Calendar.from_ical(written(computed())).walk("VEVENT")[0]
    assert str(event["summary"]) == "CV-ketels; blok A, B – A"
    assert str(event["location"]) == "Relatie 1001, CV-1"
    assert str(event["description"]).split("\n") == [
        "Contract 1042, beurt A",
        "Werkbon C1042-A-20270131-CV-1",
        "Uit te voeren tot en met 5 februari 2027",
        "Status: gepland",
    ]


def test_an_event_keeps_its_uid_when_the_visit_moves_and_shares_it_with_no_other_tenant() -> None:
    visit = computed()[0]
    moved = replace(visit, planned_date=date(2027, 2, 3))
    assert visit_uid("t_1", visit.key) == visit_uid("t_1", moved.key)
    assert visit_uid("t_1", visit.key) != visit_uid("t_2", visit.key)
    uids = {str(event["uid"]) for event in Calendar.from_ical(written(computed())).walk("VEVENT")}
    assert len(uids) == 24


def test_a_uid_is_the_same_in_every_version_of_the_product() -> None:
    assert visit_uid("t_1", VisitKey("1042", "A", date(2026, 12, 31), "CV-1")) == "64a3570f-6261-5dc1-bf2a-1e03ec526467"


def test_an_event_of_a_visit_that_was_moved_has_a_larger_sequence_each_time() -> None:
    visit = computed()[0]
    day = date(2027, 2, 3)
    row = LedgerVisit(visit.key, day, visit.generation_date, day, VisitState.PLANNED, pinned=True)
    found = [visit, *(replace(visit, written=replace(row, changed_at=at)) for at in (NOW, NOW + timedelta(seconds=1)))]
    sequences = [int(str(event["sequence"])) for event in Calendar.from_ical(written(found)).walk("VEVENT")]
    assert sequences == [0, sequences[1], sequences[1] + 1]
    assert 0 < sequences[2] < 2**31


def test_a_calendar_without_visits_is_a_valid_one() -> None:
    assert [each.name for each in Calendar.from_ical(written([])).subcomponents] == ["VTIMEZONE"]


def test_what_will_not_come_is_cancelled_and_says_why() -> None:
    paused = replace(CONTRACT, pauses=(Pause(date(2027, 1, 1), None),))
    event = Calendar.from_ical(written(computed(paused), paused, "en")).walk("VEVENT")[0]
    assert str(event["status"]) == "CANCELLED"
    assert "Status: withheld (paused)" in str(event["description"])


def test_ordered_visits_are_confirmed_and_planned_ones_are_not_yet() -> None:
    visit = computed()[0]
    row = LedgerVisit(
        visit.key, visit.planned_date, visit.generation_date, visit.deadline, VisitState.ORDERED, workorder_no="C1"
    )
    ordered = replace(visit, state=VisitState.ORDERED, written=row)
    events = Calendar.from_ical(written([visit, ordered])).walk("VEVENT")
    assert [str(event["status"]) for event in events] == ["TENTATIVE", "CONFIRMED"]


def test_nothing_of_the_work_or_of_people_is_in_the_file() -> None:
    content = written(computed()).decode()
    assert "geheim" not in content
    assert "EMPLOYEE" not in content.upper()
    names = {line.partition(":")[0].partition(";")[0] for line in content.split("\r\n") if not line.startswith(" ")}
    assert names == {
        *("", "BEGIN", "END", "PRODID", "VERSION", "METHOD", "X-WR-CALNAME"),
        *("UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "TRANSP"),
    }


@pytest.mark.parametrize("name", ["a, b; c\\n d", "a\nb", "é" * 60, "\x00\x0bx", "BEGIN:VEVENT\r\nUID:1", "–" * 100])
def test_lines_are_folded_at_75_octets_and_texts_escaped(name: str) -> None:
    contract = replace(CONTRACT, name=name)
    content = written(computed(contract)[:1], contract)
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() is not None for line in lines)  # no character is torn apart
    assert content.count(b"\nBEGIN:VEVENT") == 1


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=80))
def test_any_name_is_read_back(name: str) -> None:
    contract = replace(CONTRACT, name=name)
    (event,) = Calendar.from_ical(written(computed(contract)[:1], contract)).walk("VEVENT")
    assert str(event["summary"]) == f"{name} – A"


def test_a_period_without_visits_is_an_empty_calendar() -> None:
    assert Calendar.from_ical(written([])).walk("VEVENT") == []
