"""Giving one visit to another employee (rules: Actions)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from powerup.actions.kit.answer import InvalidInput, NotPossible
from powerup.contracts.effects import EffectKind
from powerup.contracts.schedule import due
from powerup.contracts.visit import VisitState
from tests.actions.scenes import AT_HOST, TODAY, at_host, ordered, the_contract
from tests.actions.visit.visit_scenes import DECEMBER, FEBRUARY, decide, row, written

KNOWN = replace(AT_HOST, employees={"2": "", "3": "Jan Smit"})


def test_before_its_order_is_made_the_employee_is_kept_with_the_visit_and_it_keeps_its_day() -> None:
    change = decide("visit.assign", ordered(the_contract()), FEBRUARY, {"employee": "2", "start_time": "09:30"}, KNOWN)
    (kept,) = change.ledger
    assert (kept.state, kept.employee, kept.start_time, kept.pinned) == (VisitState.PLANNED, "2", time(9, 30), True)
    assert not change.at_host


def test_a_visit_whose_employee_is_taken_back_follows_its_rule_again() -> None:
    about = ordered(the_contract())
    given = written(about, decide("visit.assign", about, FEBRUARY, {"employee": "2"}, KNOWN))
    (kept,) = decide("visit.assign", given, FEBRUARY, {}, KNOWN).ledger
    assert (kept.employee, kept.start_time, kept.pinned) == (None, None, False)


def test_a_visit_that_was_moved_too_keeps_its_day_when_its_employee_is_taken_back() -> None:
    about = ordered(the_contract())
    moved = written(about, decide("visit.move", about, FEBRUARY, {"to": "2027-03-05"}))
    given = written(moved, decide("visit.assign", moved, FEBRUARY, {"employee": "2"}, KNOWN))
    (kept,) = decide("visit.assign", given, FEBRUARY, {}, KNOWN).ledger
    assert (kept.employee, kept.pinned, kept.planned_date) == (None, True, date(2027, 3, 5))


def test_a_move_keeps_the_employee() -> None:
    about = ordered(the_contract())
    given = written(about, decide("visit.assign", about, FEBRUARY, {"employee": "2"}, KNOWN))
    (kept,) = decide("visit.move", given, FEBRUARY, {"to": "2027-03-05"}).ledger
    assert (kept.employee, kept.planned_date) == ("2", date(2027, 3, 5))


def test_an_order_with_a_deadline_only_is_taken_back_and_ordered_again_for_the_employee() -> None:
    about = ordered(the_contract())
    change = decide(
        "visit.assign", about, DECEMBER, {"employee": "2"}, replace(at_host(about), employees=KNOWN.employees)
    )
    kinds = sorted(effect.kind for effect in change.effects.listed if effect.key == DECEMBER)
    assert kinds == [EffectKind.CREATED, EffectKind.RETRACTED]
    again = {found.key: found for found in due(written(about, change), TODAY)}[DECEMBER]
    assert again.workorder_no == "C1042-A-20261231-CV-1.r2"
    assert again.employee == "2"


@pytest.mark.parametrize(
    ("entered", "pointer"),
    [
        ({"start_time": "09:30"}, "/input/start_time"),
        ({"employee": "9"}, "/input/employee"),
        ({}, "/input/employee"),
    ],
)
def test_a_time_alone_an_unknown_employee_and_no_change_are_refused(entered: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide("visit.assign", ordered(the_contract()), FEBRUARY, entered, KNOWN)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"planned_date": date(2026, 12, 27)}, "move it first"),
        ({"state": VisitState.RETRACTING}, "is being taken back"),
        (
            {"state": VisitState.ORDERING, "attempted_at": datetime(2026, 12, 28, 8, tzinfo=UTC)},
            "is being made",
        ),
        ({"state": VisitState.COMPLETED}, "has been started and stays"),
        ({"state": VisitState.REMOVED}, "will not get a work order"),
    ],
)
def test_what_cannot_be_given_to_another_says_why(changes: dict[str, Any], says: str) -> None:
    about = row(ordered(the_contract()), DECEMBER, **changes)
    with pytest.raises(NotPossible, match=says):
        decide("visit.assign", about, DECEMBER, {"employee": "2"}, replace(at_host(about), employees=KNOWN.employees))


def test_an_order_that_was_started_at_the_host_at_this_moment_stays() -> None:
    about = ordered(the_contract())
    number = about.ledger[DECEMBER].host_row_id
    assert number is not None
    with pytest.raises(NotPossible, match="has been started"):
        decide(
            "visit.assign",
            about,
            DECEMBER,
            {"employee": "2"},
            replace(at_host(about, [number]), employees=KNOWN.employees),
        )
