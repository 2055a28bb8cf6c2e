"""The ledger follows people's work at the host, by a few calls however much history there is."""

from datetime import date

import pytest

from powerup.contracts.contract import Lead, Schedule, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import VisitState
from powerup.sandbox import board
from powerup.sandbox.faults import FaultName
from powerup.store.host_names import HostNames
from tests.sandbox.calling import Caller
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite

NUMBER = "C1001-A-20270131-ALL"


@pytest.fixture
def ordered(place: Workplace) -> Workplace:
    """One contract with one work order."""
    place.add(contract(lead=Lead(30)))
    place.run()
    return place


def state(place: Workplace) -> VisitState:
    (visit,) = place.ledger()
    return visit.state


@only_sqlite
def test_an_order_is_followed_from_the_device_to_the_administration(ordered: Workplace) -> None:
    host, row = ordered.server.host, ordered.row_id(NUMBER)
    seen = [state(ordered)]
    for move in (board.pick_up, board.complete, board.settle):
        move(host, row)
        assert ordered.run(by_person=True).status_changes == 1
        seen.append(state(ordered))
    assert seen == [VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.COMPLETED, VisitState.SETTLED]


@only_sqlite
def test_an_order_that_is_put_back_is_ordered_again_and_makes_no_second(ordered: Workplace) -> None:
    board.complete(ordered.server.host, ordered.row_id(NUMBER), board.WorkPeriod(date(2026, 12, 24)))
    ordered.run(by_person=True)
    board.put_back(ordered.server.host, ordered.row_id(NUMBER))
    ordered.run(by_person=True)
    (visit,) = ordered.ledger()
    assert visit.state is VisitState.ORDERED
    assert visit.worked_minutes is None
    assert ordered.numbers() == [NUMBER]


@only_sqlite
@pytest.mark.parametrize(("worked_on", "expected"), [(date(2027, 1, 20), date(2027, 1, 20)), (None, date(2027, 1, 22))])
def test_completion_is_the_work_periods_date_else_the_day_it_was_seen(
    ordered: Workplace, worked_on: date | None, expected: date
) -> None:
    period = board.WorkPeriod(worked_on) if worked_on else None
    board.complete(ordered.server.host, ordered.row_id(NUMBER), period)
    ordered.run(date(2027, 1, 22), by_person=True)
    (visit,) = ordered.ledger()
    assert visit.completed_on == expected
    assert visit.worked_minutes == (60 if worked_on else None)


@only_sqlite
def test_a_removed_order_is_never_made_again_by_itself(ordered: Workplace) -> None:
    board.delete(ordered.server.host, ordered.row_id(NUMBER))
    ordered.run(by_person=True)
    assert state(ordered) is VisitState.REMOVED
    ordered.run(date(2027, 1, 2), by_person=True)
    assert ordered.numbers() == []


@only_sqlite
def test_an_archived_order_comes_no_more_and_counts_as_removed(ordered: Workplace) -> None:
    board.archive(ordered.server.host, ordered.row_id(NUMBER))
    ordered.run(by_person=True)
    ordered.run(by_person=True)
    assert state(ordered) is VisitState.REMOVED


@only_sqlite
def test_an_archived_order_that_was_done_is_settled(ordered: Workplace) -> None:
    board.complete(ordered.server.host, ordered.row_id(NUMBER))
    board.archive(ordered.server.host, ordered.row_id(NUMBER))
    ordered.run(by_person=True)
    assert state(ordered) is VisitState.SETTLED


@only_sqlite
def test_what_people_change_at_the_host_is_kept(ordered: Workplace) -> None:
    row = ordered.row_id(NUMBER)
    board.change_fields(ordered.server.host, row, {"WorkDescription": "Sleutel bij de buren", "WorkDeadline": ""})
    board.reschedule(ordered.server.host, row, date(2027, 2, 3))
    ordered.run(by_person=True)
    order = ordered.server.host.orders.find(row)
    assert (order.fields["WorkDescription"], order.fields["WorkDate"]) == ("Sleutel bij de buren", "03-02-2027")
    assert state(ordered) is VisitState.ORDERED


@only_sqlite
def test_a_second_order_with_our_number_is_told_and_taken_back(ordered: Workplace) -> None:
    _post_again(ordered, WorkDeadline="31-01-2027")
    report = ordered.run(by_person=True)
    assert ordered.numbers() == [NUMBER]
    assert "twice" in report.attention[0]
    (visit,) = ordered.ledger()
    assert visit.host_row_id == ordered.row_id(NUMBER)


@only_sqlite
def test_a_second_order_that_was_started_is_told_only(ordered: Workplace) -> None:
    second = _post_again(ordered, WorkDeadline="31-01-2027")
    board.pick_up(ordered.server.host, second)
    report = ordered.run(by_person=True)
    assert len(ordered.numbers()) == 2
    assert "could not be taken back" in report.attention[0]


@only_sqlite
def test_an_order_of_somebody_else_with_our_number_is_left_alone(ordered: Workplace) -> None:
    _post_again(ordered, CustomerDebtorNr="1005", WorkDeadline="31-01-2027")
    report = ordered.run(by_person=True)
    assert len(ordered.numbers()) == 2
    assert "somebody else" in report.attention[0]
    assert ordered.run().attention == ()
    assert ordered.tenant().attention == report.attention[0], "it stays until the next comparison"


@only_sqlite
def test_an_order_that_arrives_after_it_was_given_up_is_taken_back(ordered: Workplace) -> None:
    (visit,) = ordered.ledger()
    board.delete(ordered.server.host, ordered.row_id(NUMBER))
    ordered.run(by_person=True)
    _post_again(ordered, WorkDeadline=f"{visit.deadline:%d-%m-%Y}")
    ordered.run(by_person=True)
    assert ordered.numbers() == []


@only_sqlite
def test_lists_that_lag_remove_nothing(place: Workplace) -> None:
    place.fault(FaultName.LIST_LAG, rate=1.0, lag_calls=1000)
    place.add(contract(lead=Lead(30)))
    place.run(by_person=True)
    place.run(by_person=True)
    assert state(place) is VisitState.ORDERED


@only_sqlite
def test_a_floating_visit_follows_the_completion_in_the_same_cycle(place: Workplace) -> None:
    plan = VisitPlan("A", Recurrence(Unit.DAY, every=10), schedule=Schedule.FLOATING)
    place.add(contract(plans=(plan,), lead=Lead(20)))
    place.run()
    assert place.numbers() == ["C1001-A-20270101-ALL"]
    board.complete(place.server.host, place.row_id(place.numbers()[0]), board.WorkPeriod(date(2027, 1, 4)))
    assert place.run(date(2027, 1, 5), by_person=True).ordered == 1
    assert place.numbers()[1] == "C1001-A-20270114-ALL"


@only_sqlite
def test_calls_do_not_grow_with_settled_history(place: Workplace) -> None:
    place.configure(change_cap=1000)
    place.add(*[contract(str(number), lead=Lead(60)) for number in range(1001, 1021)])
    place.run()
    few = place.run(date(2027, 1, 2), by_person=True).calls
    for order in place.server.host.orders.all():
        board.complete(place.server.host, order.row_id)
        board.settle(place.server.host, order.row_id)
    place.run(by_person=True)
    assert place.calls("GetWorkorder") == 40, "each is asked for once, when it leaves the lists"
    assert place.run(by_person=True).calls == 2
    assert few == 4, "the first comparison of the day reads Compleet and what employees are called, too"


def _post_again(place: Workplace, **fields: str) -> int:
    place.server.host.change_switches(skip_flag_honoured=False)
    caller = Caller(place.server)
    row_id = caller.post_order(NUMBER, **fields)
    caller.session.close()
    return row_id


@only_sqlite
def test_what_employees_are_called_is_kept_once_a_day_and_hinders_nothing_where_it_is_refused(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.fault(FaultName.HTML, rate=1.0, endpoints=frozenset({"employees"}))
    place.run(by_person=True)
    assert place.numbers() == [NUMBER]
    with place.database.read() as connection:
        assert HostNames(connection, TENANT).of_employees() == {}
    place.server.host.faults.clear()
    place.run(date(2027, 1, 5), by_person=True)
    record = place.server.host.masterdata.find("employees", "2")
    assert record
    called = f"{record['firstname']} {record['lastname']}"
    with place.database.read() as connection:
        assert HostNames(connection, TENANT).of_employees()["2"] == called
