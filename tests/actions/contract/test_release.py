"""What a person does about visits that wait to be released (rules: Generation, Actions)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import CatchUp, Lead, VisitPlan
from powerup.contracts.effects import EffectKind
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import due
from powerup.contracts.settling import after_settling
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, VisitState, visit_key
from tests.actions.scenes import TODAY, decide, scene, situation, the_contract

WAITS = (VisitState.PLANNED, Reason.AWAITING_CONFIRMATION)
DAY_2 = date(2026, 12, 30)


def waiting(policy: CatchUp = CatchUp.LATEST) -> ContractSituation:
    """A visit a day from 28 December, four of them due at once: on the 30th two have passed."""
    plan = VisitPlan("A", Recurrence(Unit.DAY), catch_up=policy)
    of = the_contract(start=TODAY, objects=(), order_per_object=False, plans=(plan,), lead=Lead(3))
    held = replace(situation(of), awaiting_release=True)
    return after_settling(held, due(held, DAY_2), DAY_2)


def pressed(action: str, on: ContractSituation, visit: str | None = None, **entered: Any) -> Change:
    about = scene(on, today=DAY_2, unseen=True)
    return decide(action, replace(about, visit=visit_key(visit) if visit else None), entered)


def states(rows: Any) -> dict[int, tuple[VisitState, Reason | None]]:
    return {row.planned_date.day: (row.state, row.reason) for row in rows}


def test_it_stands_written_while_it_waits() -> None:
    assert states(waiting().ledger.values()) == {28: WAITS, 29: WAITS}


@pytest.mark.parametrize(
    ("policy", "counts"),
    [
        (CatchUp.LATEST, {"created": 5, "withheld": {"missed": 1}}),
        (CatchUp.ALL, {"created": 6}),
        (CatchUp.NONE, {"created": 4, "withheld": {"missed": 2}}),
    ],
)
def test_releasing_names_each_order_and_what_catch_up_leaves(policy: CatchUp, counts: dict[str, Any]) -> None:
    change = pressed("contract.release", waiting(policy))
    assert change.effects.counts() == counts
    assert change.released == ("1042",)
    missed = [effect for effect in change.effects.listed if effect.reason == Reason.MISSED]
    assert all(effect.workorder_no is None for effect in missed)


def test_releasing_all_lists_some_and_counts_all() -> None:
    one = waiting()
    many = tuple(replace(one, contract=replace(one.contract, number=str(number))) for number in range(1000, 1100))
    rows = [replace(each, ledger=_of(each)) for each in many]
    change = decide("tenant.release", replace(scene(today=DAY_2), waiting=tuple(rows)))
    assert change.effects.counts() == {"created": 500, "withheld": {"missed": 100}}
    assert len(change.effects.listed) == 200
    assert len(change.released) == 100


def _of(situation_: ContractSituation) -> dict[Any, LedgerVisit]:
    """The ledger of the contract that this one was copied from, as its own."""
    rows = [
        replace(row, key=replace(row.key, contract=situation_.contract.number)) for row in situation_.ledger.values()
    ]
    return {row.key: row for row in rows}


def test_nothing_is_released_where_nothing_waits() -> None:
    with pytest.raises(NotPossible):
        pressed("contract.release", replace(waiting(), awaiting_release=False))
    with pytest.raises(NotPossible):
        decide("tenant.release", scene(today=DAY_2))


def test_an_edit_orders_nothing_of_it_and_writes_off_nothing() -> None:
    change = pressed("contract.edit", waiting(), name="Ketel en boiler")
    assert change.ledger == ()
    assert change.contract is not None


def test_an_edit_of_the_rule_keeps_what_has_passed() -> None:
    change = pressed("contract.edit", waiting(), plans=[{"name": "A", "unit": "week", "every": 1}])
    assert change.contract is not None
    after = replace(waiting(), contract=change.contract)
    kept = {row.planned_date.day for row in due(replace(after, awaiting_release=False), DAY_2)}
    assert {28, 29} <= kept


def test_an_end_in_the_past_withholds_what_waits_behind_it() -> None:
    change = pressed("contract.terminate", waiting(), last_day="2026-12-28", reason="MOVED")
    assert change.contract is not None
    after = replace(waiting(), contract=change.contract)
    assert states(due(after, DAY_2)) == {29: (VisitState.WITHHELD, Reason.TERMINATED)}
    assert change.effects.counts()["withheld"] == {"terminated": 1 + 365}, "and those of twelve months"


def test_deleting_withholds_all_that_waits() -> None:
    change = pressed("contract.delete", waiting())
    assert change.contract is not None
    assert change.effects.counts()["withheld"] == {"contract_deleted": 2 + 365}


def test_a_waiting_visit_that_has_passed_is_skipped() -> None:
    change = pressed("visit.skip", waiting(), "1042:A:2026-12-28:")
    assert states(change.ledger) == {28: (VisitState.WITHHELD, Reason.SKIPPED)}


def test_a_waiting_visit_that_has_passed_is_moved_ahead_and_waits_there() -> None:
    change = pressed("visit.move", waiting(), "1042:A:2026-12-28:", to="2027-01-20")
    (row,) = change.ledger
    assert (row.state, row.reason, row.planned_date, row.pinned) == (
        VisitState.PLANNED,
        None,
        date(2027, 1, 20),
        True,
    )
    after = replace(waiting(), ledger={**waiting().ledger, row.key: row})
    assert due(after, date(2027, 1, 20))[-1].state is VisitState.PLANNED


def test_a_waiting_visit_that_has_passed_is_ordered_by_itself() -> None:
    change = pressed("visit.order_now", waiting(), "1042:A:2026-12-28:")
    assert states(change.ledger) == {28: (VisitState.ORDERING, None)}
    assert change.at_host
    assert [effect.kind for effect in change.effects.listed] == [EffectKind.CREATED]


def test_settings_that_change_nothing_about_visits_are_named() -> None:
    assert not TenantSettings().schedules_otherwise(TenantSettings(change_cap=1, batch_size=2, number_prefix="X"))
    assert TenantSettings().schedules_otherwise(TenantSettings(previous_open=True))
    assert TenantConfiguration().settings.change_cap == 50
