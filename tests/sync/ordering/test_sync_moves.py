"""Moved visits at the host: scheduled orders get the new date, others are ordered again (rules: Actions)."""

from dataclasses import replace
from datetime import date
from typing import Any

from powerup.actions.kit.answer import Answer, AnswerStatus
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Lead
from powerup.contracts.visit import VisitState
from powerup.outsmart.host import Host
from powerup.sandbox import board
from powerup.sandbox.faults import FaultName
from powerup.store.contracts import Contracts
from powerup.store.runs import Run, Runs
from tests.actions.acting import act
from tests.sync.odd_host import odd_host
from tests.sync.workplace import NEW_YEAR, TENANT, Workplace, contract, only_sqlite

PLANNER = Actor("u_1", "A. Planner", Role.PLANNER, "webhook")
CONFIRMATIONS = Confirmations("secret of these tests")
VISIT = "1001:A:2027-01-31:"
TO = date(2027, 2, 3)


def press(place: Workplace, action: str, **entered: Any) -> Answer:
    """A person presses a button beside the visit of January, and confirms what is shown."""
    around = TenantCircumstances(TENANT, NEW_YEAR, TenantConfiguration(), Calendar(CalendarRules()))
    request = Request(action, Target(TargetType.VISIT, VISIT), PLANNER, entered, intent_id="int_1")
    with place.open_host(place.tenant()) as host:
        answer = act(place.database, host, around, request, CONFIRMATIONS, place.clock())
        if answer.confirmation:
            confirmed = replace(request, confirmation=answer.confirmation.token)
            answer = act(place.database, host, around, confirmed, CONFIRMATIONS, place.clock())
    return answer


def scheduled(place: Workplace) -> None:
    employed = replace(contract().template, employee="1")
    place.add(contract(lead=Lead(40), template=employed))
    place.run()


def run_of(place: Workplace, answer: Answer) -> Run:
    assert answer.run_id is not None
    with place.database.read() as connection:
        run = Runs(connection, TENANT).get(answer.run_id)
    assert run is not None
    return run


def finished(place: Workplace, answer: Answer) -> str:
    return run_of(place, answer).state.value


def told(place: Workplace, answer: Answer) -> tuple[str, str]:
    """How the run ended, and what people were told."""
    ending = run_of(place, answer).answer
    return ending["status"], ending["message"]


@only_sqlite
def test_a_scheduled_order_that_was_found_in_the_lists_gets_its_new_date_as_any_other(place: Workplace) -> None:
    place.fault(FaultName.LOST_ANSWER, calls=frozenset({1}), endpoints=frozenset({"PostWorkorders"}))
    scheduled(place)
    assert press(place, "visit.move", to=TO.isoformat()).status is AnswerStatus.ACCEPTED
    place.run()
    (order,) = place.server.host.orders.all(with_deleted=True)
    assert order.fields["WorkDate"] == "03-02-2027"


@only_sqlite
def test_a_scheduled_order_gets_its_new_date_at_the_host(place: Workplace) -> None:
    scheduled(place)
    answer = press(place, "visit.move", to=TO.isoformat())
    assert answer.status is AnswerStatus.ACCEPTED
    place.run()
    (order,) = place.server.host.orders.all()
    assert (order.workorder_no, order.fields["WorkDate"]) == ("C1001-A-20270131-ALL", "03-02-2027")
    assert finished(place, answer) == "finished"


@only_sqlite
def test_a_lost_answer_to_the_new_date_is_found_out(place: Workplace) -> None:
    scheduled(place)
    place.fault(FaultName.LOST_ANSWER, calls=(1,), endpoints={"UpdateWorkorder"})
    answer = press(place, "visit.move", to=TO.isoformat())
    place.run()
    assert finished(place, answer) == "waiting"
    place.clock.go_on(minutes=5)
    place.run()
    assert finished(place, answer) == "finished"
    assert place.calls("UpdateWorkorder") == 1


@only_sqlite
def test_an_order_that_was_started_before_the_host_was_told_keeps_its_date(place: Workplace) -> None:
    scheduled(place)
    answer = press(place, "visit.move", to=TO.isoformat())
    board.pick_up(place.server.host, place.row_id("C1001-A-20270131-ALL"))
    place.run()
    (order,) = place.server.host.orders.all()
    assert order.fields["WorkDate"] == "31-01-2027"
    assert told(place, answer) == ("failed", "De werkbon is niet verplaatst: opgehaald")
    assert [visit.state for visit in place.ledger()] == [VisitState.IN_PROGRESS]


@only_sqlite
def test_an_order_with_a_deadline_only_is_taken_back_and_ordered_again(place: Workplace) -> None:
    place.add(contract(lead=Lead(40)))
    place.run()
    answer = press(place, "visit.move", to=TO.isoformat())
    assert answer.status is AnswerStatus.ACCEPTED
    place.run()
    (order,) = place.server.host.orders.all()
    assert (order.workorder_no, order.fields["WorkDeadline"]) == ("C1001-A-20270131-ALL.r2", "03-02-2027")
    assert told(place, answer) == ("succeeded", "De werkbon is ingetrokken en opnieuw gemaakt voor 3 februari 2027.")


def test_an_order_that_people_have_seen_is_made_again_at_once_however_far_ahead_it_is_moved(place: Workplace) -> None:
    place.add(contract(lead=Lead(40)))
    place.run()
    answer = press(place, "visit.move", to="2027-05-03")
    place.run()
    (order,) = place.server.host.orders.all()
    assert (order.workorder_no, order.fields["WorkDeadline"]) == ("C1001-A-20270131-ALL.r2", "03-05-2027")
    assert told(place, answer) == ("succeeded", "De werkbon is ingetrokken en opnieuw gemaakt voor 3 mei 2027.")
    place.run(date(2027, 1, 20))
    assert [number for number in place.numbers() if "-20270131-" in number] == ["C1001-A-20270131-ALL.r2"]


@only_sqlite
def test_a_visit_without_an_order_that_is_moved_far_ahead_waits_for_its_days_in_advance(place: Workplace) -> None:
    place.add(contract(lead=Lead(5)))
    place.run()
    press(place, "visit.move", to="2027-05-03")
    place.run()
    place.run(date(2027, 2, 10))
    assert place.numbers() == []


@only_sqlite
def test_an_order_with_a_deadline_only_that_was_started_meanwhile_was_not_moved(place: Workplace) -> None:
    place.add(contract(lead=Lead(40)))
    place.run()
    answer = press(place, "visit.move", to=TO.isoformat())
    board.pick_up(place.server.host, place.row_id("C1001-A-20270131-ALL"))
    place.run()
    assert told(place, answer) == ("failed", "De werkbon is niet verplaatst: opgehaald")


@only_sqlite
def test_ordering_now_ends_with_the_order_at_the_host(place: Workplace) -> None:
    place.add(contract())
    place.run()
    assert place.numbers() == []
    answer = press(place, "visit.order_now")
    place.run()
    assert place.numbers() == ["C1001-A-20270131-ALL"]
    assert told(place, answer) == ("succeeded", "De werkbon staat bij de host.")


@only_sqlite
def test_an_order_that_could_not_be_made_now_is_told_so(place: Workplace) -> None:
    place.add(contract(customer="9999"))
    answer = press(place, "visit.order_now")
    place.run()
    assert place.numbers() == []
    status, message = told(place, answer)
    assert status == "failed"
    assert "Customer 9999 is not at the host" in message


@only_sqlite
def test_an_order_for_a_customer_who_is_blocked_meanwhile_is_told_so(place: Workplace) -> None:
    place.add(contract())
    place.run()
    answer = press(place, "visit.order_now")
    place.wrap_host = odd_host(relation=lambda host, number: replace(host.relation(number), active=False))
    place.run()
    status, message = told(place, answer)
    assert (status, place.numbers()) == ("failed", [])
    assert "relatie geblokkeerd" in message


@only_sqlite
def test_an_order_that_is_moved_once_more_while_the_host_is_told_gets_the_last_date(place: Workplace) -> None:
    def moved_meanwhile(host: Host, *arguments: Any, **changes: Any) -> None:
        place.wrap_host = lambda host: host
        press(place, "visit.move", to="2027-02-05")
        host.update_work_order(*arguments, **changes)

    scheduled(place)
    press(place, "visit.move", to=TO.isoformat())
    place.wrap_host = odd_host(update_work_order=moved_meanwhile)
    place.run()
    place.run()
    (order,) = place.server.host.orders.all()
    assert order.fields["WorkDate"] == "05-02-2027"


@only_sqlite
def test_a_run_ends_with_what_was_said_at_once_and_what_came_of_the_work_orders(place: Workplace) -> None:
    place.add(contract(lead=Lead(40)))
    place.run()
    answer = press(place, "visit.skip")
    place.run()
    assert told(place, answer) == (
        "succeeded",
        "Het bezoek van 31 januari 2027 wordt overgeslagen. 1 werkbon is ingetrokken.",
    )


@only_sqlite
def test_a_scheduled_order_goes_to_another_employee_at_the_host(place: Workplace) -> None:
    scheduled(place)
    answer = press(place, "visit.assign", employee="2", start_time="09:30")
    assert answer.status is AnswerStatus.ACCEPTED
    place.run()
    (order,) = place.server.host.orders.all()
    assert (order.workorder_no, order.fields["EmployeeNr"], order.fields["WorkTime"]) == (
        "C1001-A-20270131-ALL",
        "2",
        "09:30",
    )
    assert told(place, answer)[0] == "succeeded"
    assert place.calls("UpdateWorkorder") == 1


@only_sqlite
def test_an_order_with_a_deadline_only_that_gets_an_employee_is_taken_back_and_scheduled(place: Workplace) -> None:
    place.add(contract(lead=Lead(40)))
    place.run()
    press(place, "visit.assign", employee="2")
    place.run()
    (order,) = place.server.host.orders.all()
    assert (order.workorder_no, order.fields["EmployeeNr"], order.fields["WorkDate"]) == (
        "C1001-A-20270131-ALL.r2",
        "2",
        "31-01-2027",
    )


@only_sqlite
def test_a_visit_that_was_given_to_an_employee_is_ordered_for_them_after_a_move(place: Workplace) -> None:
    place.add(contract(lead=Lead(10)))
    place.run()
    assert press(place, "visit.assign", employee="2").status is AnswerStatus.SUCCEEDED
    assert press(place, "visit.move", to=TO.isoformat()).status is AnswerStatus.SUCCEEDED
    place.run(TO)
    (order,) = place.server.host.orders.all()
    assert (order.fields["EmployeeNr"], order.fields["WorkDate"]) == ("2", "03-02-2027")


@only_sqlite
def test_a_lost_answer_to_the_new_employee_is_found_out(place: Workplace) -> None:
    scheduled(place)
    place.fault(FaultName.LOST_ANSWER, calls=(1,), endpoints={"UpdateWorkorder"})
    answer = press(place, "visit.assign", employee="2")
    place.run()
    place.clock.go_on(minutes=5)
    place.run()
    (order,) = place.server.host.orders.all(with_deleted=True)
    assert order.fields["EmployeeNr"] == "2"
    assert (told(place, answer)[0], place.calls("UpdateWorkorder")) == ("succeeded", 1)


@only_sqlite
def test_a_visit_keeps_its_own_employee_when_the_contract_gets_another(place: Workplace) -> None:
    place.add(contract(lead=Lead(10)))
    place.run()
    press(place, "visit.assign", employee="2")
    employed = replace(contract().template, employee="1")
    with place.database.write() as connection:
        version = Contracts(connection, TENANT).versions_of(["1001"])["1001"]
        Contracts(connection, TENANT).save(contract(lead=Lead(10), template=employed), version)
    place.run(date(2027, 1, 25))
    place.run(date(2027, 2, 25))
    assert [order.fields["EmployeeNr"] for order in place.server.host.orders.all()] == ["2", "1"]
