"""Skipping one visit (rules: Actions)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from powerup.actions.kit.answer import NotPossible
from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.contract import Shift
from powerup.contracts.effects import EffectKind
from powerup.contracts.visit import Reason, VisitState
from tests.actions.scenes import at_host, ordered, the_contract
from tests.actions.visit.visit_scenes import DECEMBER, FEBRUARY, decide, state_of, written


def test_a_skipped_visit_gets_no_work_order_and_the_series_does_not_shift() -> None:
    about = ordered(the_contract())
    after = written(about, decide("visit.skip", about, FEBRUARY, {"reason": "op verzoek"}))
    assert state_of(after, FEBRUARY) == (VisitState.WITHHELD, Reason.SKIPPED, date(2027, 2, 28))
    assert state_of(after, replace(FEBRUARY, nominal_date=date(2027, 3, 31)))[0] is VisitState.PLANNED


def test_skipping_takes_back_an_order_that_has_not_started() -> None:
    about = ordered(the_contract())
    change = decide("visit.skip", about, DECEMBER, readings=at_host(about))
    assert change.at_host
    assert [effect.kind for effect in change.effects.listed if effect.key == DECEMBER] == [EffectKind.RETRACTED]


def test_a_started_order_is_not_skipped() -> None:
    about = ordered(the_contract())
    row_id = about.ledger[DECEMBER].host_row_id
    assert row_id is not None
    with pytest.raises(NotPossible, match="has been started"):
        decide("visit.skip", about, DECEMBER, readings=at_host(about, started=[row_id]))


def test_a_visit_that_a_long_closure_shifts_far_can_still_be_skipped() -> None:
    closed = tuple(ClosedDay(date(2027, 2, 1) + timedelta(days=day), "Verbouwing") for day in range(100))
    plan = replace(the_contract().plans[0], shift=Shift.NEXT_WORKING_DAY)
    about = replace(ordered(the_contract(plans=(plan,))), calendar=Calendar(CalendarRules(closed_days=closed)))
    change = decide("visit.skip", about, FEBRUARY)
    assert [(visit.planned_date, visit.reason) for visit in change.ledger] == [(date(2027, 5, 12), Reason.SKIPPED)]
