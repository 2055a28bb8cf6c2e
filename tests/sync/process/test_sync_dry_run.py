"""A dry run shows exactly what the cycle then does (rules: Generation)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from powerup.contracts.configuration import Mode
from powerup.contracts.contract import Lead, Pause
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState
from powerup.readings.forecast import visit_document
from powerup.sandbox import board
from powerup.sandbox.faults import FaultName
from tests.sync.workplace import PACE, Workplace, contract, only_sqlite

FEBRUARY = date(2027, 2, 15)


def shown(visits: Iterable[LedgerVisit]) -> list[dict[str, Any]]:
    """The visits as `sync --dry-run` and `forecast` show them; what a dry run would order counts as ordered."""
    rows = [
        visit_document(
            Visit(row.key, row.planned_date, row.generation_date, row.deadline, row.state, row.reason, row), "C"
        )
        for row in sorted(visits, key=lambda row: row.key)
    ]
    return [row | {"state": "ordered" if row["state"] == "ordering" else row["state"]} for row in rows]


def told_and_done(place: Workplace, day: date | None = None, **wish: Any) -> list[dict[str, Any]]:
    """What a dry run says, when a cycle after it did just that; counts and all."""
    before = {visit.key: visit for visit in place.ledger()}
    told = place.run(day, dry_run=True, **wish)
    assert {visit.key: visit for visit in place.ledger()} == before
    done = place.run(day, **wish)
    changed = [visit for visit in place.ledger() if _differs(visit, before.get(visit.key))]
    assert shown(told.rows) == shown(changed)
    for count in ("ordered", "withheld", "failed", "retracted", "status_changes"):
        assert getattr(told, count) == getattr(done, count), count
    return shown(told.rows)


def _differs(visit: LedgerVisit, before: LedgerVisit | None) -> bool:
    return before is None or visit.state is not before.state or shown([visit]) != shown([before])


@only_sqlite
def test_orders_withheld_visits_and_failures_are_told_before(place: Workplace) -> None:
    place.add(
        contract(lead=Lead(60)),
        contract("1002", customer="9999", lead=Lead(60)),
        contract("1003", pauses=(Pause(date(2027, 1, 1), date(2027, 2, 10)),), lead=Lead(30)),
    )
    rows = told_and_done(place, FEBRUARY)
    assert {(row["state"], row["reason"]) for row in rows} >= {("ordered", None), ("withheld", "paused")}
    assert "failed" in {row["state"] for row in rows}


@only_sqlite
def test_nothing_to_do_is_told_as_nothing(place: Workplace) -> None:
    place.add(contract())
    place.run()
    assert told_and_done(place) == []


@only_sqlite
def test_failed_visits_that_are_tried_again_are_told_with_their_next_number(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.fault(FaultName.REFUSE_RECORD, calls=frozenset({1, 2}))
    place.run()
    (row,) = told_and_done(place, by_person=True)
    assert (row["state"], row["workorder_no"]) == ("ordered", "C1001-A-20270131-ALL.r2")


@only_sqlite
@pytest.mark.parametrize("started", [True, False])
def test_orders_to_be_taken_back_are_told_by_what_the_host_has_now(place: Workplace, started: bool) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    (visit,) = place.ledger()
    place.rewrite(visit, state=VisitState.RETRACTING, reason=Reason.TERMINATED)
    if started:
        board.pick_up(place.server.host, visit.host_row_id or 0)
    (row,) = told_and_done(place)
    assert row["state"] == ("in_progress" if started else "withheld")


@only_sqlite
def test_what_people_did_at_the_host_is_told_before_the_ledger_follows(place: Workplace) -> None:
    place.add(contract(lead=Lead(60)))
    place.run()
    first, second = place.ledger()
    board.pick_up(place.server.host, first.host_row_id or 0)
    board.delete(place.server.host, second.host_row_id or 0)
    rows = told_and_done(place, by_person=True)
    assert [row["state"] for row in rows] == ["in_progress", "removed"]


@only_sqlite
def test_an_order_of_unknown_outcome_is_looked_up_and_told_as_sent_again(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.fault(FaultName.LOST_REQUEST, calls=frozenset({1}), endpoints=frozenset({"PostWorkorders"}))
    place.run()
    place.clock.go_on(seconds=10)
    (row,) = told_and_done(place, by_person=True)
    assert row["state"] == "ordered"
    assert place.numbers() == ["C1001-A-20270131-ALL"]


@only_sqlite
def test_a_tenant_that_only_shows_is_looked_at_no_more_often_than_it_would_be_compared(place: Workplace) -> None:
    place.fault(FaultName.REFUSE_RECORD, rate=1.0)
    place.add(contract(lead=Lead(30)))
    place.run()
    place.configure(mode=Mode.DRY_RUN)
    place.clock.go_on(hours=2)
    place.run()
    assert place.tenant().next_cycle_at == place.clock() + PACE.reconcile_every
