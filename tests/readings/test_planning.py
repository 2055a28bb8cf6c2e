"""The planning says what the visits say, whether it was worked out before or is only now (rules: Planning)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.best_days import Why
from powerup.contracts.calendar import CalendarRules
from powerup.contracts.capacity import Capacity, EmployeeHours, RegionHours
from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import Contract, Pause, VisitPlan
from powerup.contracts.planned_work import Work
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import VisitKey, VisitState
from powerup.readings import planning
from powerup.readings.best_days import days_for_visit
from powerup.readings.forecast import Forecast
from powerup.readings.planned_shares import planned_shares
from powerup.readings.planning import Planning, PlanningBy, PlanningFilter
from powerup.readings.planning_year import HoursAWeek, hours_for, planned_year
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.marks import Mark, MarkKind, Marks
from powerup.store.planned_days import PlannedDays
from powerup.store.tenants import Environment, Tenants
from powerup.sync.ahead import plan_ahead
from powerup.sync.ahead.plan_ahead import PlanningAhead, reach_on
from tests.actions.scenes import CALENDAR, TODAY, ordered, the_contract

AROUND = TenantCircumstances("ten_1", TODAY, TenantConfiguration(), CALENDAR)
NOW = datetime(2026, 12, 28, 12, tzinfo=UTC)
SINCE, UNTIL = date(2026, 12, 1), date(2027, 12, 31)
ALL = PlanningFilter()


def kept(number: int) -> Contract:
    contract = the_contract(number=str(number), objects=(f"CV-{number}",), customer=str(1000 + number % 2))
    return replace(contract, template=replace(contract.template, employee=str(number % 3), duration_minutes=45))


@pytest.fixture
def database(database: Database) -> Database:
    with database.write() as connection:
        for number in range(1, 7):
            after = ordered(kept(number))
            Contracts(connection, "ten_1").add(after.contract)
            rows = [
                replace(row, host_row_id=None, workorder_no=f"{number}-{place}")
                for place, row in enumerate(after.ledger.values())
            ]
            Ledger(connection, "ten_1").add(rows)
        HostNames(connection, "ten_1").keep({(NameKind.CUSTOMER, "1000"): HostName("A", postal_code="3511 AB")})
    return database


def ahead(database: Database) -> PlanningAhead:
    return PlanningAhead(database, Environment.SANDBOX, lambda: NOW)


def work_out(database: Database) -> None:
    while ahead(database).take_turn():
        pass


def told(database: Database, wanted: PlanningFilter = ALL, by: PlanningBy = PlanningBy.TYPE_OF_WORK) -> Work:
    """All work of the period, which must be whole."""
    with database.read() as connection:
        found = Planning(connection, AROUND).period(wanted, by, SINCE, UNTIL)
    assert found.is_whole
    return sum(found.work.values(), Work())


def visits(database: Database) -> int:
    """As the list of visits has them."""
    with database.read() as connection:
        left_out = (VisitState.WITHHELD, VisitState.REMOVED)
        return sum(each.state not in left_out for each in Forecast(connection, AROUND).visits(SINCE, UNTIL))


def lacking(database: Database) -> int:
    with database.read() as connection:
        return PlannedDays(connection, "ten_1").how_many_wanted()


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_the_planning_is_the_same_before_and_after_it_was_worked_out_and_after_a_change(database: Database) -> None:
    filters = (
        ALL,
        PlanningFilter(employee="1"),
        PlanningFilter(region="3"),
        PlanningFilter(customer="1001"),
        PlanningFilter(type_of_work="none"),
    )
    before = [told(database, wanted, PlanningBy.REGION) for wanted in filters]
    assert [each.visits for each in before] == [78, 26, 39, 39, 0]
    assert before[0] == Work(78, 78 * 45)
    work_out(database)
    assert lacking(database) == 0
    assert [told(database, wanted, PlanningBy.EMPLOYEE) for wanted in filters] == before
    with database.write() as connection:
        paused = replace(kept(3), pauses=(Pause(date(2027, 6, 1), date(2027, 8, 31)),))
        Contracts(connection, "ten_1").save(paused, 1)
    assert lacking(database) == 1
    changed = [told(database, wanted) for wanted in filters]
    assert [each.visits for each in changed] == [75, 26, 39, 36, 0]
    work_out(database)
    assert [told(database, wanted) for wanted in filters] == changed
    assert visits(database) == 75


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_changes_visits_is_worked_out_again(database: Database) -> None:
    work_out(database)

    def after(change: object) -> int:
        del change
        assert lacking(database) > 0
        assert told(database).visits == visits(database)
        work_out(database)
        assert told(database).visits == visits(database)
        return visits(database)

    with database.write() as connection:
        ledger = Ledger(connection, "ten_1")
        row = next(each for each in ledger.of_contract("1") if each.state is VisitState.ORDERED)
        ledger.update(replace(row, state=VisitState.REMOVED), VisitState.ORDERED)
    assert after("an order that was removed") == 77
    with database.write() as connection:
        Contracts(connection, "ten_1").save(replace(kept(2), deleted_on=TODAY), 1)
    assert after("a contract that was deleted") == 64
    with database.write() as connection:
        rules = replace(CalendarRules(), closed_days=())
        configuration = TenantConfiguration(TenantSettings(previous_open=True), rules)
        Tenants(connection).save_configuration("ten_1", configuration)
    assert lacking(database) == 6
    work_out(database)
    with database.write() as connection:
        HostNames(connection, "ten_1").keep({(NameKind.CUSTOMER, "1000"): HostName("B", postal_code="3512 AB")})
    assert lacking(database) == 0  # the same region
    with database.write() as connection:
        HostNames(connection, "ten_1").keep({(NameKind.CUSTOMER, "1000"): HostName("B", postal_code="9712 AB")})
    assert told(database, PlanningFilter(region="97")).visits == told(database, PlanningFilter(customer="1000")).visits
    work_out(database)
    assert told(database, PlanningFilter(region="35")).visits == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_where_many_contracts_were_changed_the_sums_say_how_many_they_lack(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MOST_WORKED_OUT", 2)
    monkeypatch.setattr(plan_ahead, "_AT_ONCE", 2)

    def read() -> tuple[int, int, int]:
        with database.read() as connection:
            found = Planning(connection, AROUND).period(ALL, PlanningBy.EMPLOYEE, SINCE, UNTIL)
        return found.lacking, found.all, sum(each.visits for each in found.work.values())

    assert read() == (6, 6, 0)  # nothing was worked out yet
    ahead(database).take_turn()
    assert read() == (4, 6, 26)
    ahead(database).take_turn()
    assert read() == (0, 0, 78)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_change_that_comes_while_its_contract_is_worked_out_is_not_lost(database: Database) -> None:
    work_out(database)
    with database.write() as connection:
        Contracts(connection, "ten_1").wake(["1"])
    with database.read() as connection:
        days = PlannedDays(connection, "ten_1")
        seen, old = days.wanted(9), days.shares(["1"])
    with database.write() as connection:
        Contracts(connection, "ten_1").save(replace(kept(1), deleted_on=TODAY), 1)
    with database.write() as connection:
        PlannedDays(connection, "ten_1").put(old, seen)
    assert lacking(database) == 1
    assert told(database).visits == 65
    work_out(database)
    with database.write() as connection:
        PlannedDays(connection, "ten_1").put(old, seen)  # a slow one, whose marks another took away
    assert told(database).visits == 65


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_new_year_needs_no_run(database: Database) -> None:
    work_out(database)
    with database.read() as connection:
        year = planned_year(Planning(connection, AROUND), ALL, PlanningBy.TYPE_OF_WORK, 2027)
        assert year.all.visits == 72
    assert reach_on(TODAY).until >= date(2027, 12, 31)
    later = PlanningAhead(database, Environment.SANDBOX, lambda: NOW + timedelta(days=7))
    later.look_ahead()
    assert lacking(database) == 6
    with database.read() as connection:
        assert PlannedDays(connection, "ten_1").reach() == reach_on(date(2027, 1, 4))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_large_contracts_are_worked_out_one_at_a_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_ahead, "_VISITS_AT_ONCE", 12)
    wanted = lacking(database)
    assert ahead(database).take_turn()
    assert lacking(database) == wanted - 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_contract_that_cannot_be_worked_out_keeps_no_other_waiting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = planned_shares

    def broken(connection: object, around: object, found: list[Contract], *period: date) -> object:
        if any(each.number == "4" for each in found):
            raise ValueError
        return real(connection, around, found, *period)  # type: ignore[arg-type]

    monkeypatch.setattr(plan_ahead, "planned_shares", broken)
    work_out(database)
    assert told(database).visits == 65


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_blocked_customer_and_a_heavy_week_are_seen(database: Database) -> None:
    with database.write() as connection:
        for number in range(10, 40):
            Contracts(connection, "ten_1").add(kept(number))
        Marks(connection, "ten_1").save(Mark(MarkKind.OBJECT_RETIRED, "CV-1", "", NOW))
    with database.read() as connection:
        year = planned_year(Planning(connection, AROUND), ALL, PlanningBy.TYPE_OF_WORK, 2027)
    assert {each.group for each in year.heavy} == {"Onderhoud"}
    assert {each.usual for each in year.heavy} == {0}
    assert date(2027, 1, 25) in {each.week for each in year.heavy}


HOURS = Capacity(100, (EmployeeHours("1", 40),), (RegionHours("35", 16), RegionHours("36", 8)))


@pytest.mark.parametrize(
    ("wanted", "by", "in_all", "of_groups"),
    [
        (ALL, PlanningBy.TYPE_OF_WORK, 100, {}),
        (ALL, PlanningBy.EMPLOYEE, 100, {"1": 40}),
        (ALL, PlanningBy.REGION, 100, {"35": 16}),
        (PlanningFilter(employee="1"), PlanningBy.EMPLOYEE, 40, {"1": 40}),
        (PlanningFilter(employee="1"), PlanningBy.REGION, 40, {}),
        (PlanningFilter(employee="2"), PlanningBy.EMPLOYEE, None, {}),
        (PlanningFilter(region="3"), PlanningBy.REGION, 24, {"35": 16}),
        (PlanningFilter(region="35"), PlanningBy.EMPLOYEE, 16, {}),
        (PlanningFilter(employee="1", region="35"), PlanningBy.EMPLOYEE, None, {}),
        (PlanningFilter(type_of_work="Onderhoud"), PlanningBy.EMPLOYEE, None, {}),
        (PlanningFilter(customer="1001"), PlanningBy.REGION, None, {}),
    ],
)
def test_a_week_is_compared_with_the_hours_of_what_is_counted_and_with_no_others(
    wanted: PlanningFilter, by: PlanningBy, in_all: int | None, of_groups: dict[str, int]
) -> None:
    groups = {PlanningBy.TYPE_OF_WORK: "Onderhoud", PlanningBy.EMPLOYEE: "1", PlanningBy.REGION: "35"}
    assert hours_for(HOURS, wanted, by, [groups[by], ""]) == HoursAWeek(in_all, of_groups)


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_the_best_days_of_a_visit_know_what_else_is_planned(database: Database) -> None:
    with database.write() as connection:
        HostNames(connection, "ten_1").keep({(NameKind.CUSTOMER, "1001"): HostName("B", postal_code="3511 ZZ")})
        on_tuesday = replace(kept(9), plans=(VisitPlan("A", Recurrence(Unit.MONTH, 1, month_day=30)),))
        Contracts(connection, "ten_1").add(on_tuesday)
        hours = Capacity(None, (EmployeeHours("1", 1), EmployeeHours("0", 40)))
        Tenants(connection).save_configuration("ten_1", TenantConfiguration(capacity=hours))
    work_out(database)
    around = replace(AROUND, configuration=TenantConfiguration(capacity=hours))
    with database.read() as connection:
        found = days_for_visit(connection, around, VisitKey("3", "A", date(2027, 3, 31), "CV-3"))
        assert days_for_visit(connection, around, VisitKey("3", "B", date(2027, 3, 31))) is None
        assert days_for_visit(connection, around, VisitKey("77", "A", date(2027, 3, 31))) is None
    assert found is not None
    best = found.days[0]
    assert best.day == date(2027, 3, 30)
    assert [(each.why, each.number) for each in best.because] == [(Why.WEEK_FULL, 7), (Why.SAME_POSTAL_CODE, 1)]
