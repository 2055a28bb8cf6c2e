"""Bringing a deleted contract back (rules: Actions)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from powerup.actions.kit.answer import NotPossible
from powerup.contracts.contract import Lead
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import due
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Reason, VisitState
from tests.actions.scenes import TODAY, at_host, decide, effect_lines, ordered, scene, situation, the_contract
from tests.contracts.cycles import plan


def _deleted_on(day: date, about: ContractSituation) -> ContractSituation:
    """The contract after a deletion that took back all its orders."""
    change = decide("contract.delete", scene(about, today=day, readings=at_host(about)))
    assert change.contract is not None
    rows = {row.key: replace(row, state=VisitState.WITHHELD, host_row_id=None) for row in change.ledger}
    return replace(about, contract=change.contract, ledger={**about.ledger, **rows})


def test_what_is_overdue_when_a_deletion_is_undone_follows_the_catch_up_policy_and_is_named() -> None:
    """Weekly; deleted on 28 December, undone on 15 January: of three that have passed the last is ordered."""
    weekly = the_contract(plans=(plan("A", Unit.WEEK, weekdays=(1,)),), objects=(), lead=Lead(8))
    deleted = _deleted_on(TODAY, ordered(weekly))
    change = decide("contract.undo_delete", scene(deleted, today=date(2027, 1, 15)))
    assert change.contract is not None
    assert (change.contract.deleted_on, change.contract.settled_through) == (None, TODAY - timedelta(days=1))
    assert ("created", "1042", date(2027, 1, 12), None) in effect_lines(change)
    assert "withheld" not in change.effects.counts(), "what is missed now did not come before"
    back = situation(change.contract, {**deleted.ledger, **{row.key: row for row in change.ledger}}.values())
    rows = {row.planned_date: (row.state, row.reason) for row in due(back, date(2027, 1, 15))}
    missed = (VisitState.WITHHELD, Reason.MISSED)
    assert rows[date(2026, 12, 29)] == rows[date(2027, 1, 5)] == missed
    assert rows[date(2027, 1, 12)] == rows[date(2027, 1, 19)] == (VisitState.ORDERING, None)


def test_an_overdue_order_that_a_deletion_took_back_is_not_left_out_when_that_is_undone() -> None:
    monthly = the_contract(plans=(plan("A", Unit.MONTH, 1, month_day=24),), objects=(), entered_on=date(2026, 12, 1))
    before = ordered(monthly, date(2026, 12, 20))
    before = replace(before, contract=replace(before.contract, settled_through=date(2026, 12, 27)))
    deleted = _deleted_on(TODAY, before)
    change = decide("contract.undo_delete", scene(deleted, today=date(2026, 12, 29)))
    assert ("created", "1042", date(2026, 12, 24), None) in effect_lines(change)


def test_undo_of_a_deletion_lasts_thirty_days() -> None:
    about = situation(the_contract(deleted_on=date(2026, 11, 27)))
    with pytest.raises(NotPossible, match="30 days"):
        decide("contract.undo_delete", scene(about))
