"""Bringing a skipped visit back (rules: Actions)."""

from datetime import date

from powerup.contracts.effects import EffectKind
from powerup.contracts.schedule import due
from powerup.contracts.visit import VisitKey
from tests.actions.scenes import ordered, the_contract
from tests.actions.visit.visit_scenes import FEBRUARY, decide, state_of, written


def test_unskipping_is_as_if_nothing_had_happened() -> None:
    about = ordered(the_contract())
    skipped = written(about, decide("visit.skip", about, FEBRUARY))
    after = written(skipped, decide("visit.unskip", skipped, FEBRUARY))
    assert state_of(after, FEBRUARY) == state_of(about, FEBRUARY)
    due_then = [row.workorder_no for row in due(after, date(2026, 12, 30)) if row.key == FEBRUARY]
    assert due_then == ["C1042-A-20270228-CV-1"]


def test_an_unskipped_visit_is_named_however_far_ahead() -> None:
    far = VisitKey("1042", "A", date(2028, 1, 31), "CV-1")
    about = ordered(the_contract())
    skipped = written(about, decide("visit.skip", about, far))
    change = decide("visit.unskip", skipped, far)
    assert [(effect.kind, effect.key) for effect in change.effects.listed] == [(EffectKind.CREATED, far)]
