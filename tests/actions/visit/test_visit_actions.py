"""One visit: skip, move, order now, try again (rules: Actions)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.actions.catalogue import find_action
from powerup.actions.kit.answer import InvalidInput, NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.request import Target, TargetType
from powerup.contracts.calendar import Calendar, CalendarRules, ClosedDay
from powerup.contracts.contract import Pause, Shift
from powerup.contracts.effects import EffectKind
from powerup.contracts.schedule import due, visits
from powerup.contracts.situation import ContractSituation, Facts
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from powerup.texts import Reader
from tests.actions.scenes import AT_HOST, TODAY, at_host, ordered, scene, the_contract

FEBRUARY = VisitKey("1042", "A", date(2027, 2, 28), "CV-1")
DECEMBER = VisitKey("1042", "A", date(2026, 12, 31), "CV-1")


def decide(
    action_id: str,
    about: ContractSituation,
    key: VisitKey,
    entered: Mapping[str, Any] | None = None,
    readings: HostReadings = AT_HOST,
    today: date = TODAY,
) -> Change:
    action = find_action(action_id)
    assert action is not None
    on = replace(scene(about, readings=readings, today=today), target=Target(TargetType.VISIT, str(key)), visit=key)
    return action.decide(on, action.wanted(on, entered or {}))


def written(about: ContractSituation, change: Change) -> ContractSituation:
    rows = [
        replace(row, state=VisitState.WITHHELD) if row.state is VisitState.RETRACTING else row for row in change.ledger
    ]
    return replace(about, ledger={**about.ledger, **{row.key: row for row in rows}})


def state_of(about: ContractSituation, key: VisitKey, today: date = TODAY) -> tuple[VisitState, Reason | None, date]:
    found = {visit.key: visit for visit in visits(about, date(2026, 1, 1), date(2028, 1, 1), today)}[key]
    return found.state, found.reason, found.planned_date


def row(about: ContractSituation, key: VisitKey, **changes: Any) -> ContractSituation:
    changed: LedgerVisit = replace(about.ledger[key], **changes)
    return replace(about, ledger={**about.ledger, key: changed})


def test_a_skipped_visit_gets_no_work_order_and_the_series_does_not_shift() -> None:
    about = ordered(the_contract())
    after = written(about, decide("visit.skip", about, FEBRUARY, {"reason": "op verzoek"}))
    assert state_of(after, FEBRUARY) == (VisitState.WITHHELD, Reason.SKIPPED, date(2027, 2, 28))
    assert state_of(after, replace(FEBRUARY, nominal_date=date(2027, 3, 31)))[0] is VisitState.PLANNED


def test_unskipping_is_as_if_nothing_had_happened() -> None:
    about = ordered(the_contract())
    skipped = written(about, decide("visit.skip", about, FEBRUARY))
    after = written(skipped, decide("visit.unskip", skipped, FEBRUARY))
    assert state_of(after, FEBRUARY) == state_of(about, FEBRUARY)
    due_then = [row.workorder_no for row in due(after, date(2026, 12, 30)) if row.key == FEBRUARY]
    assert due_then == ["C1042-A-20270228-CV-1"]


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


def test_a_moved_visit_keeps_its_key_and_waits_for_its_new_day() -> None:
    about = ordered(the_contract())
    change = decide("visit.move", about, FEBRUARY, {"to": "2027-03-05"})
    assert [effect.kind for effect in change.effects.listed if effect.key == FEBRUARY] == [EffectKind.MOVED]
    after = written(about, change)
    assert state_of(after, FEBRUARY) == (VisitState.PLANNED, None, date(2027, 3, 5))
    assert FEBRUARY not in {found.key for found in due(after, date(2026, 12, 30))}
    assert FEBRUARY in {found.key for found in due(after, date(2027, 1, 4))}


@pytest.mark.parametrize(("action", "kind"), [("visit.move", EffectKind.MOVED), ("visit.skip", EffectKind.WITHHELD)])
def test_the_effects_name_the_visit_however_far_ahead_and_no_other(action: str, kind: EffectKind) -> None:
    far = VisitKey("1042", "A", date(2028, 1, 31), "CV-1")
    change = decide(action, ordered(the_contract()), far, {"to": "2028-02-02"} if action == "visit.move" else {})
    assert [(effect.kind, effect.key) for effect in change.effects.listed] == [(kind, far)]
    assert change.effects.beyond == {}


def test_an_unskipped_visit_is_named_however_far_ahead() -> None:
    far = VisitKey("1042", "A", date(2028, 1, 31), "CV-1")
    about = ordered(the_contract())
    skipped = written(about, decide("visit.skip", about, far))
    change = decide("visit.unskip", skipped, far)
    assert [(effect.kind, effect.key) for effect in change.effects.listed] == [(EffectKind.CREATED, far)]


def test_a_move_names_the_other_visits_that_it_changes() -> None:
    """Of two visits of one plan and object that land on one day the second is covered."""
    about = ordered(the_contract())
    other = replace(FEBRUARY, nominal_date=date(2027, 3, 31))
    change = decide("visit.move", about, FEBRUARY, {"to": "2027-03-31"})
    assert {effect.key: effect.reason for effect in change.effects.listed} == {FEBRUARY: None, other: Reason.COVERED}


def test_moving_an_order_with_a_deadline_only_takes_it_back_and_orders_it_again() -> None:
    about = ordered(the_contract())
    change = decide("visit.move", about, DECEMBER, {"to": "2027-01-08"}, readings=at_host(about))
    kinds = sorted(effect.kind for effect in change.effects.listed if effect.key == DECEMBER)
    assert kinds == [EffectKind.CREATED, EffectKind.RETRACTED]
    again = {found.key: found for found in due(written(about, change), TODAY)}[DECEMBER]
    assert (again.planned_date, again.workorder_no) == (date(2027, 1, 8), "C1042-A-20261231-CV-1.r2")


def test_moving_a_scheduled_order_tells_the_host_its_new_date() -> None:
    about = row(ordered(the_contract()), DECEMBER, told_date=date(2026, 12, 31))
    change = decide("visit.move", about, DECEMBER, {"to": "2027-01-08"}, readings=at_host(about))
    assert change.at_host
    assert change.effects.retracted_keys() == ()
    moved = change.ledger[0]
    assert (moved.state, moved.planned_date, moved.told_date) == (
        VisitState.ORDERED,
        date(2027, 1, 8),
        date(2026, 12, 31),
    )


@pytest.mark.parametrize("to", ["2026-12-27", "2028-01-01", "2027-03-15"])
def test_a_visit_is_not_moved_into_the_past_out_of_the_contract_or_into_a_pause(to: str) -> None:
    pause = Pause(date(2027, 3, 10), date(2027, 3, 20))
    about = ordered(the_contract(end=date(2027, 12, 31), pauses=(pause,)))
    with pytest.raises(InvalidInput) as refused:
        decide("visit.move", about, FEBRUARY, {"to": to})
    assert refused.value.problems[0].pointer == "/input/to"
    assert "from December 28, 2026 to December 31, 2027" in Reader("en").say(refused.value.message)


def test_a_visit_is_not_moved_to_the_day_it_is_on() -> None:
    """The host would be told for nothing, or an order taken back and made again."""
    about = ordered(the_contract())
    with pytest.raises(InvalidInput, match="already"):
        decide("visit.move", about, DECEMBER, {"to": "2026-12-31"}, readings=at_host(about))


@pytest.mark.parametrize("action", ["visit.order_now", "visit.retry"])
def test_a_visit_in_a_pause_is_not_ordered(action: str) -> None:
    """The sync would withhold it at the moment of creation."""
    failed = row(ordered(the_contract()), DECEMBER, state=VisitState.FAILED, refusal="1234 no such customer")
    about = replace(failed, contract=replace(failed.contract, pauses=(Pause(date(2026, 12, 30), None),)))
    key = FEBRUARY if action == "visit.order_now" else DECEMBER
    with pytest.raises(NotPossible, match="paused"):
        decide(action, about, key)


@pytest.mark.parametrize("action", ["visit.order_now", "visit.retry"])
def test_a_visit_of_a_customer_who_is_blocked_now_is_not_ordered(action: str) -> None:
    failed = row(ordered(the_contract()), DECEMBER, state=VisitState.FAILED, refusal="1234 no such customer")
    about = replace(failed, facts=Facts(customer_blocked=True))
    with pytest.raises(NotPossible, match="customer blocked"):
        decide(action, about, FEBRUARY if action == "visit.order_now" else DECEMBER)


def test_a_visit_that_was_withheld_for_what_no_longer_holds_can_be_ordered_now() -> None:
    """What holds now decides, not what was written down when its day passed."""
    blocked = row(ordered(the_contract()), DECEMBER, state=VisitState.WITHHELD, reason=Reason.CUSTOMER_BLOCKED)
    assert decide("visit.order_now", blocked, DECEMBER).ledger[0].state is VisitState.ORDERING


def test_a_visit_that_is_not_due_yet_can_be_ordered_now() -> None:
    about = ordered(the_contract())
    change = decide("visit.order_now", about, FEBRUARY)
    assert [(visit.state, visit.workorder_no) for visit in change.ledger] == [
        (VisitState.ORDERING, "C1042-A-20270228-CV-1")
    ]


def test_a_removed_order_is_made_again_only_by_a_person_and_under_its_next_number() -> None:
    about = row(ordered(the_contract()), DECEMBER, state=VisitState.REMOVED)
    assert DECEMBER not in {found.key for found in due(about, TODAY)}
    change = decide("visit.order_now", about, DECEMBER)
    assert change.ledger[0].workorder_no == "C1042-A-20261231-CV-1.r2"


def test_what_has_its_work_order_is_not_ordered_twice() -> None:
    about = ordered(the_contract())
    with pytest.raises(NotPossible, match="already has its work order"):
        decide("visit.order_now", about, DECEMBER)


@pytest.mark.parametrize(
    ("state", "words"), [(VisitState.FAILED, "“Try again”"), (VisitState.RETRACTING, "being taken back")]
)
def test_a_visit_that_has_no_order_yet_is_not_said_to_have_one(state: VisitState, words: str) -> None:
    about = row(ordered(the_contract()), DECEMBER, state=state)
    with pytest.raises(NotPossible, match=words):
        decide("visit.order_now", about, DECEMBER)


def test_a_refused_visit_is_tried_again_under_its_next_number() -> None:
    about = row(ordered(the_contract()), DECEMBER, state=VisitState.FAILED, refusal="Required field missing")
    change = decide("visit.retry", about, DECEMBER)
    assert (change.ledger[0].state, change.ledger[0].workorder_no) == (
        VisitState.ORDERING,
        "C1042-A-20261231-CV-1.r2",
    )


def test_a_visit_that_the_contract_does_not_have_is_unknown() -> None:
    about = ordered(the_contract())
    with pytest.raises(InvalidInput, match="has no visit"):
        decide("visit.skip", about, replace(FEBRUARY, nominal_date=date(2027, 2, 27)))


def test_a_visit_that_a_long_closure_shifts_far_can_still_be_skipped() -> None:
    closed = tuple(ClosedDay(date(2027, 2, 1) + timedelta(days=day), "Verbouwing") for day in range(100))
    plan = replace(the_contract().plans[0], shift=Shift.NEXT_WORKING_DAY)
    about = replace(ordered(the_contract(plans=(plan,))), calendar=Calendar(CalendarRules(closed_days=closed)))
    change = decide("visit.skip", about, FEBRUARY)
    assert [(visit.planned_date, visit.reason) for visit in change.ledger] == [(date(2027, 5, 12), Reason.SKIPPED)]
