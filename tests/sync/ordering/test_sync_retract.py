"""Taking work orders back: deleted at the host while Klaargezet, and never else (rules: Actions)."""

from dataclasses import replace

import pytest

from powerup.contracts.contract import Lead, TemplateOverride
from powerup.contracts.visit import Reason, VisitState
from powerup.sandbox import board
from powerup.sandbox.faults import FaultName
from powerup.sandbox.records import KINDS
from powerup.store.runs import Run, Runs, RunState
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite

NUMBER = "C1001-A-20270131-ALL"


@pytest.fixture
def retracting(place: Workplace) -> Workplace:
    """One contract, whose only work order is to be taken back."""
    place.add(contract(lead=Lead(30)))
    place.run()
    (visit,) = place.ledger()
    place.rewrite(visit, state=VisitState.RETRACTING, reason=Reason.TERMINATED, run_id="run_1")
    return place


def only(place: Workplace) -> tuple[VisitState, Reason | None]:
    (visit,) = place.ledger()
    return visit.state, visit.reason


@only_sqlite
def test_an_order_that_nobody_started_is_deleted_and_withheld_with_its_reason(retracting: Workplace) -> None:
    report = retracting.run()
    assert (report.retracted, report.withheld) == (1, {"terminated": 1})
    assert retracting.numbers() == []
    assert only(retracting) == (VisitState.WITHHELD, Reason.TERMINATED)


@only_sqlite
def test_an_order_that_was_started_meanwhile_keeps_its_own_state(retracting: Workplace) -> None:
    board.pick_up(retracting.server.host, retracting.row_id(NUMBER))
    assert retracting.run().retracted == 0
    assert only(retracting) == (VisitState.IN_PROGRESS, None)


@only_sqlite
def test_an_order_that_is_gone_already_is_withheld(retracting: Workplace) -> None:
    board.delete(retracting.server.host, retracting.row_id(NUMBER))
    retracting.run()
    assert only(retracting) == (VisitState.WITHHELD, Reason.TERMINATED)


@only_sqlite
@pytest.mark.parametrize("fault", [FaultName.LOST_ANSWER, FaultName.LOST_REQUEST, FaultName.CODE_1007])
def test_a_deletion_with_an_unknown_outcome_is_looked_at_again(retracting: Workplace, fault: FaultName) -> None:
    retracting.fault(fault, calls=frozenset({1}), endpoints=frozenset({"DeleteEntity"}))
    retracting.run()
    assert only(retracting) == (VisitState.RETRACTING, Reason.TERMINATED)
    retracting.clock.go_on(seconds=10)
    retracting.run()
    assert only(retracting) == (VisitState.WITHHELD, Reason.TERMINATED)
    assert retracting.numbers() == []


@only_sqlite
def test_a_deletion_that_the_host_refuses_is_tried_again_later(retracting: Workplace) -> None:
    retracting.server.host.change_switches(deletable_statuses=["Opgehaald"])
    retracting.run()
    (visit,) = retracting.ledger()
    assert visit.state is VisitState.RETRACTING
    assert visit.refusal
    retracting.server.host.change_switches(deletable_statuses=["Klaargezet"])
    retracting.clock.go_on(minutes=61)
    retracting.run()
    assert only(retracting) == (VisitState.WITHHELD, Reason.TERMINATED)


@only_sqlite
@pytest.mark.parametrize("fault", [FaultName.LOST_ANSWER, FaultName.LOST_REQUEST])
def test_an_order_of_unknown_outcome_is_taken_back_once_it_can_be_known(place: Workplace, fault: FaultName) -> None:
    place.run()
    place.fault(fault, calls=frozenset({1}), endpoints=frozenset({"PostWorkorders"}))
    place.add(contract(lead=Lead(30)))
    place.run()
    (visit,) = place.ledger()
    place.rewrite(visit, state=VisitState.RETRACTING, reason=Reason.TERMINATED)
    place.run()
    assert only(place) == (VisitState.RETRACTING, Reason.TERMINATED)
    place.clock.go_on(seconds=10)
    place.run()
    assert only(place) == (VisitState.WITHHELD, Reason.TERMINATED)
    assert place.numbers() == []


@only_sqlite
@pytest.mark.parametrize("started", [False, True])
def test_the_run_ends_with_what_was_really_done(retracting: Workplace, started: bool) -> None:
    if started:
        board.pick_up(retracting.server.host, retracting.row_id(NUMBER))
    _begin_run(retracting)
    retracting.run()
    with retracting.database.read() as connection:
        run = Runs(connection, TENANT).get("run_1")
    assert run is not None
    assert (run.state, run.answer["status"]) == (RunState.FINISHED, "succeeded")
    (effect,) = run.answer["effects"]
    done = (effect["effect"], effect["state"], effect["reason"])
    assert done == (("kept", "in_progress", "started") if started else ("retracted", "withheld", "terminated"))
    assert run.answer["counts"] == ({"kept": 1} if started else {"retracted": 1})


def _begin_run(place: Workplace) -> None:
    (visit,) = place.ledger()
    promised = {
        "effect": "retracted",
        "plan": "A",
        "object": None,
        "nominal_date": visit.key.nominal_date.isoformat(),
        "planned_date": visit.planned_date.isoformat(),
        "workorder_no": visit.workorder_no,
        "state": "ordered",
        "reason": "terminated",
    }
    answer = {
        "status": "accepted",
        "message": "…",
        "effects": [promised],
        "counts": {"retracted": 1},
        "run": {"id": "run_1"},
    }
    run = Run("run_1", "contract.terminate", "1001", "en", answer, place.clock())
    with place.database.write() as connection:
        Runs(connection, TENANT).add(run)


@only_sqlite
def test_a_refresh_says_what_changed_at_the_host(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    first = _refresh(place, "run_1")
    assert first == "Contract 1001 was read again; nothing has changed."
    board.pick_up(place.server.host, place.row_id(NUMBER))
    _move_customer(place, "Utrecht")
    second = _refresh(place, "run_2")
    assert "city of customer 1001 was Amersfoort, is Utrecht" in second
    assert f"work order {NUMBER} is in progress" in second


@only_sqlite
def test_a_refresh_tells_of_the_employees_of_visit_plans_too_and_in_dutch(place: Workplace) -> None:
    plan = replace(contract().plans[0], override=TemplateOverride(employee="2"))
    place.add(contract(plans=(plan,)))
    place.run()
    _refresh(place, "run_1", "nl")
    masterdata = place.server.host.masterdata
    record = masterdata.find("employees", "2")
    assert record is not None
    masterdata.save(KINDS["employees"], [record | {"lastname": "Jansen-de Boer"}])
    _move_customer(place, "Utrecht")
    told = _refresh(place, "run_2", "nl")
    assert "plaats van relatie 1001 was Amersfoort, is nu Utrecht" in told
    assert f"achternaam van medewerker 2 was {record['lastname']}, is nu Jansen-de Boer" in told


def _refresh(place: Workplace, run_id: str, locale: str = "en") -> str:
    answer = {"status": "accepted", "message": "…", "run": {"id": run_id}}
    run = Run(run_id, "contract.refresh", "1001", locale, answer, place.clock())
    with place.database.write() as connection:
        Runs(connection, TENANT).add(run)
    place.run()
    with place.database.read() as connection:
        finished = Runs(connection, TENANT).get(run_id)
    assert finished is not None
    return str(finished.answer["message"])


def _move_customer(place: Workplace, city: str) -> None:
    record = place.server.host.masterdata.find("relations", "1001")
    assert record is not None
    place.server.host.masterdata.save(KINDS["relations"], [record | {"city": city}])
