"""Moving one visit (rules: Actions)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.actions.kit.answer import InvalidInput
from powerup.contracts.contract import Pause
from powerup.contracts.effects import EffectKind
from powerup.contracts.schedule import due
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Reason, VisitKey, VisitState
from powerup.texts import Reader
from tests.actions.scenes import TODAY, at_host, ordered, the_contract
from tests.actions.visit.visit_scenes import DECEMBER, FEBRUARY, decide, row, state_of, written


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


def _warned(about: ContractSituation, key: VisitKey, to: str) -> list[str]:
    return [str(warning) for warning in decide("visit.move", about, key, {"to": to}).warnings]


def test_a_day_that_is_not_worked_is_said() -> None:
    about = ordered(the_contract())
    assert _warned(about, FEBRUARY, "2027-03-06") == ["March 6, 2027 is not worked: Saturday."]
    easter_monday = replace(FEBRUARY, nominal_date=date(2027, 3, 31))
    assert _warned(about, easter_monday, "2027-03-29") == ["March 29, 2027 is not worked: Tweede paasdag."]


def test_a_move_far_from_the_day_of_the_rule_is_said_also_when_it_was_moved_before() -> None:
    about = ordered(the_contract())
    far = "29 days from the day that the rule gives, February 28, 2027."
    assert far in _warned(about, FEBRUARY, "2027-03-29")
    once = written(about, decide("visit.move", about, FEBRUARY, {"to": "2027-03-05"}))
    change = decide("visit.move", once, FEBRUARY, {"to": "2027-03-29"})
    assert far in [str(warning) for warning in change.warnings]
    assert [(effect.planned_date, effect.moved_from) for effect in change.effects.listed] == [
        (date(2027, 3, 29), FEBRUARY.nominal_date)
    ]


def test_a_day_outside_the_window_of_the_visit_is_said() -> None:
    contract = the_contract()
    windowed = replace(contract, plans=(replace(contract.plans[0], window_before=2, window_after=3),))
    outside = "March 4, 2027 lies outside the window of the visit, February 26, 2027 to March 3, 2027."
    assert _warned(ordered(windowed), FEBRUARY, "2027-03-04") == [outside]
    assert _warned(ordered(windowed), FEBRUARY, "2027-03-03") == []


def test_a_day_beside_another_visit_of_the_object_is_said() -> None:
    about = ordered(the_contract())
    assert "Beside it lies: plan A, March 31, 2027." in _warned(about, FEBRUARY, "2027-03-30")


def test_a_visit_that_is_moved_back_to_its_day_was_not_moved() -> None:
    about = ordered(the_contract())
    moved = written(about, decide("visit.move", about, FEBRUARY, {"to": "2027-03-05"}))
    back = decide("visit.move", moved, FEBRUARY, {"to": "2027-02-28"})
    assert [effect.moved_from for effect in back.effects.listed] == [None]
