"""As what a visit is shown: done in time, outside its window and late are told apart."""

from datetime import date, timedelta

import pytest

from powerup.contracts.shown_as import ShownAs, shown_as
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState

DAY = date(2027, 3, 12)


def a_visit(
    state: VisitState, reason: Reason | None = None, done_on: date | None = None, after: int = 0
) -> LedgerVisit:
    key = VisitKey("1042", "A", DAY)
    return LedgerVisit(key, DAY, DAY, DAY + timedelta(days=after), state, reason, completed_on=done_on)


@pytest.mark.parametrize(
    ("days", "before", "after", "shown"),
    [
        (0, 0, 0, ShownAs.DONE_IN_TIME),
        (-30, 0, 0, ShownAs.DONE_IN_TIME),  # without a window nothing lies outside it
        (1, 0, 0, ShownAs.DONE_LATE),
        (-7, 7, 7, ShownAs.DONE_IN_TIME),
        (-8, 7, 7, ShownAs.DONE_OUTSIDE_WINDOW),
        (-1, 0, 7, ShownAs.DONE_OUTSIDE_WINDOW),
        (7, 7, 7, ShownAs.DONE_IN_TIME),
        (8, 7, 7, ShownAs.DONE_LATE),
    ],
)
@pytest.mark.parametrize("state", [VisitState.COMPLETED, VisitState.SETTLED])
def test_done_is_shown_by_the_window_of_the_visit(
    state: VisitState, days: int, before: int, after: int, shown: ShownAs
) -> None:
    assert shown_as(a_visit(state, done_on=DAY + timedelta(days=days), after=after), before) is shown


@pytest.mark.parametrize(
    ("state", "reason", "shown"),
    [
        (VisitState.PLANNED, None, ShownAs.PLANNED),
        (VisitState.PLANNED, Reason.AWAITING_CONFIRMATION, ShownAs.WAITING),
        (VisitState.RETRACTING, Reason.CHANGED, ShownAs.ORDERED),
        (VisitState.WITHHELD, Reason.SKIPPED, ShownAs.SKIPPED),
        (VisitState.WITHHELD, Reason.PAUSED, ShownAs.PAUSED),
        (VisitState.WITHHELD, Reason.COVERED, ShownAs.WITHHELD),
        (VisitState.COMPLETED, None, ShownAs.DONE_IN_TIME),  # its day of completion is not known
    ],
)
def test_what_is_not_done_is_shown_by_its_state_and_reason(
    state: VisitState, reason: Reason | None, shown: ShownAs
) -> None:
    assert shown_as(a_visit(state, reason)) is shown
