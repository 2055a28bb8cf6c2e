"""Restarts and pauses over whole cycles: no order of an old contract beside that of the new one (rules: Actions)."""

from dataclasses import replace
from datetime import date
from typing import Any

from powerup.actions.kit.answer import Answer, AnswerStatus
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, Lead, Schedule, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from powerup.sandbox import board
from powerup.store.runs import Runs
from powerup.sync.proof.audit import audit
from tests.actions.acting import act
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite

CONFIRMATIONS = Confirmations("secret of these tests")
PLANNER = Actor("u_1", "A. Planner", Role.ADMIN, "webhook")
OLD = "C1001-A-20270310-ALL"


def press(place: Workplace, action: str, number: str = "1001", **entered: Any) -> Answer:
    """A person presses a button of a contract today, and confirms what is shown."""
    today = place.clock.now.date()
    around = TenantCircumstances(TENANT, today, TenantConfiguration(), Calendar(CalendarRules()))
    request = Request(action, Target(TargetType.CONTRACT, number), PLANNER, entered, intent_id=f"int_{action}_{today}")
    with place.open_host(place.tenant()) as host:
        answer = act(place.database, host, around, request, CONFIRMATIONS, place.clock())
        if answer.confirmation:
            confirmed = replace(request, confirmation=answer.confirmation.token)
            answer = act(place.database, host, around, confirmed, CONFIRMATIONS, place.clock())
    return answer


def monthly(**fields: Any) -> Contract:
    """On the 10th, since January 2026 and until the end of 2027, ordered two weeks ahead."""
    plain = contract(
        start=date(2026, 1, 10),
        end=date(2027, 12, 31),
        lead=Lead(14),
        plans=(VisitPlan("A", Recurrence(Unit.MONTH, month_day=10)),),
    )
    return replace(plain, **fields)


def ended_with_an_order_left(place: Workplace) -> None:
    """Terminated per 5 March, and the order of 10 March was kept then; today is 8 March."""
    place.add(monthly())
    place.run(date(2027, 3, 1))
    assert OLD in place.numbers()
    press(place, "contract.terminate", last_day="2027-03-05", reason="MOVED")
    place.run(date(2027, 3, 8))


def restarted(place: Workplace, **entered: Any) -> str:
    answer = press(place, "contract.restart", end="2027-12-31", **entered)
    assert answer.status in (AnswerStatus.ACCEPTED, AnswerStatus.SUCCEEDED)
    assert answer.target is not None
    return answer.target.id


def of_march(place: Workplace, number: str) -> LedgerVisit:
    (visit,) = (
        row for row in place.ledger() if row.key.contract == number and row.key.nominal_date == date(2027, 3, 10)
    )
    return visit


def orders_of_march(place: Workplace) -> list[str]:
    return [number for number in place.numbers() if "-20270310-" in number]


def audited(place: Workplace) -> None:
    with place.open_host(place.tenant()) as host:
        report = audit(place.database, host, place.tenant(), place.clock.now.date())
    assert report.differences == ()


def test_the_order_that_the_old_contract_left_is_taken_back_and_made_by_the_new_one(place: Workplace) -> None:
    ended_with_an_order_left(place)
    new = restarted(place)
    place.run()
    assert orders_of_march(place) == [f"C{new}-A-20270310-ALL"]
    assert of_march(place, "1001").reason is Reason.TERMINATED
    place.run(date(2027, 4, 1))
    assert f"C{new}-A-20270410-ALL" in place.numbers()
    audited(place)


def test_an_order_that_is_kept_stands_for_the_visit_of_the_new_contract(place: Workplace) -> None:
    ended_with_an_order_left(place)
    new = restarted(place, existing_orders="keep")
    place.run()
    place.run(date(2027, 3, 12))
    assert orders_of_march(place) == [OLD]
    assert (of_march(place, new).reason, of_march(place, new).covered_by) == (Reason.COVERED, "1001")
    audited(place)


def test_an_order_that_was_started_before_it_could_be_taken_back_stays_the_only_one(place: Workplace) -> None:
    ended_with_an_order_left(place)
    new = restarted(place)
    board.pick_up(place.server.host, place.row_id(OLD))
    place.run()
    assert orders_of_march(place) == [OLD]
    assert of_march(place, new).reason is Reason.COVERED
    (run,) = _runs(place)
    march = [line for line in run["effects"] if line["nominal_date"] == "2027-03-10"]
    assert [(line["contract"], line["effect"], line["reason"]) for line in march] == [
        ("1001", "kept", "started"),
        (new, "withheld", "covered"),
    ]
    audited(place)


def _runs(place: Workplace) -> list[dict[str, Any]]:
    """The answers of the runs of the last press that waited for the host."""
    with place.database.read() as connection:
        rows = [Runs(connection, TENANT).get(row.run_id) for row in place.ledger() if row.run_id]
    return [dict(run.answer) for run in {run.id: run for run in rows if run}.values()]


def test_an_order_that_the_host_does_not_delete_is_not_made_a_second_time(place: Workplace) -> None:
    ended_with_an_order_left(place)
    place.server.host.change_switches(deletable_statuses=["Opgehaald"])
    new = restarted(place)
    place.run()
    assert (orders_of_march(place), of_march(place, "1001").state) == ([OLD], VisitState.RETRACTING)
    place.run(date(2027, 3, 14))
    assert orders_of_march(place) == [OLD]
    place.server.host.change_switches(deletable_statuses=["Klaargezet"])
    place.clock.go_on(hours=26)
    place.run()
    assert orders_of_march(place) == [f"C{new}-A-20270310-ALL"]
    audited(place)


def test_an_order_that_stood_for_a_visit_and_goes_with_its_contract_is_made_by_the_new_one(place: Workplace) -> None:
    ended_with_an_order_left(place)
    new = restarted(place, existing_orders="keep")
    place.run()
    press(place, "contract.delete")
    place.run()
    assert orders_of_march(place) == [f"C{new}-A-20270310-ALL"]


@only_sqlite
def test_a_floating_plan_goes_on_from_the_work_that_was_done_under_the_old_contract(place: Workplace) -> None:
    """Every 2 weeks after the last; the kept order of 10 March is done on the 15th: the next one is of the 29th."""
    plan = VisitPlan("A", Recurrence(Unit.WEEK, 2), schedule=Schedule.FLOATING)
    place.add(monthly(start=date(2027, 2, 24), entered_on=date(2027, 2, 24), plans=(plan,), lead=Lead(7)))
    place.run(date(2027, 2, 24))
    _done(place, "C1001-A-20270224-ALL")
    place.run(date(2027, 3, 4))
    assert OLD in place.numbers()
    press(place, "contract.terminate", last_day="2027-03-05", reason="MOVED")
    place.run(date(2027, 3, 8))
    new = restarted(place, existing_orders="keep")
    place.run(date(2027, 3, 15))
    assert orders_of_march(place) == [OLD]
    _done(place, OLD)
    place.run(date(2027, 3, 23))
    assert f"C{new}-A-20270329-ALL" in place.numbers()


def _done(place: Workplace, number: str) -> None:
    board.pick_up(place.server.host, place.row_id(number))
    board.complete(place.server.host, place.row_id(number))
    place.run(by_person=True)


def test_orders_in_a_pause_are_taken_back_and_made_again_when_it_ends_early(place: Workplace) -> None:
    place.add(monthly())
    place.run(date(2027, 3, 1))
    entered = {"from": "2027-03-05", "until": "2027-05-31", "existing_orders": "retract"}
    assert press(place, "contract.pause", **entered).status is AnswerStatus.ACCEPTED
    place.run(date(2027, 3, 2))
    assert orders_of_march(place) == []
    assert of_march(place, "1001").reason is Reason.PAUSED
    press(place, "contract.resume", on="2027-03-09")
    place.run()
    assert orders_of_march(place) == [f"{OLD}.r2"]
    assert of_march(place, "1001").state is VisitState.ORDERED
    audited(place)


def test_an_order_that_is_still_being_taken_back_when_the_pause_ends_is_made_again(place: Workplace) -> None:
    place.add(monthly())
    place.run(date(2027, 3, 1))
    place.server.host.change_switches(deletable_statuses=["Opgehaald"])
    press(place, "contract.pause", **{"from": "2027-03-05", "existing_orders": "retract"})
    place.run(date(2027, 3, 2))
    assert of_march(place, "1001").state is VisitState.RETRACTING
    press(place, "contract.resume", on="2027-03-09")
    place.run()
    assert orders_of_march(place) == [OLD]
    place.server.host.change_switches(deletable_statuses=["Klaargezet"])
    place.run(date(2027, 3, 12))
    assert orders_of_march(place) == [f"{OLD}.r2"]
    audited(place)


@only_sqlite
def test_orders_in_a_pause_stay_unless_a_person_wants_them_back(place: Workplace) -> None:
    place.add(monthly())
    place.run(date(2027, 3, 1))
    answer = press(place, "contract.pause", **{"from": "2027-03-05", "until": "2027-05-31"})
    assert answer.status is AnswerStatus.SUCCEEDED
    place.run(date(2027, 3, 2))
    assert orders_of_march(place) == [OLD]


@only_sqlite
def test_an_early_end_is_undone_while_its_orders_are_being_taken_back(place: Workplace) -> None:
    place.add(monthly())
    place.run(date(2027, 3, 1))
    press(place, "contract.terminate", last_day="2027-03-05", reason="MOVED", existing_orders="retract")
    assert press(place, "contract.undo_termination").status is AnswerStatus.SUCCEEDED
    place.run(date(2027, 3, 2))
    assert orders_of_march(place) == [f"{OLD}.r2"]
    audited(place)


@only_sqlite
def test_what_is_overdue_when_a_deletion_is_undone_is_ordered(place: Workplace) -> None:
    place.add(monthly())
    place.run(date(2027, 3, 1))
    press(place, "contract.delete")
    place.run(date(2027, 3, 2))
    assert orders_of_march(place) == []
    place.run(date(2027, 3, 14))
    press(place, "contract.undo_delete")
    place.run()
    assert orders_of_march(place) == [f"{OLD}.r2"]
    audited(place)
