"""Contracts go through files and the real plan of import: into another tenant they come out the same, into their own
they change nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from powerup.actions.form.contract_check import contract_problems
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.request import Actor, Role
from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantConfiguration, TerminationReason
from powerup.contracts.contract import Contract, Pause, Shift, Termination, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.terms import Period, PeriodUnit
from powerup.files.contract_export import export_csv, export_xlsx
from powerup.files.contract_import import LatestDatesPassedError, carry_out, check, read_contract_file
from powerup.files.decisions import Result
from powerup.files.problems import InvalidFile
from powerup.outsmart.records import HostObject, Relation
from powerup.presses.configuring import LatestDatesPassed, change_configuration
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.encryption import Secret
from powerup.store.tenants import Environment, Tenant, Tenants
from tests.actions.scenes import the_contract
from tests.contracts.generated_contracts import RENEWING, contracts

TODAY = date(2026, 2, 20)
NOW = datetime(2026, 2, 20, 8, tzinfo=UTC)
CONFIGURATION = TenantConfiguration(terms=(RENEWING,), reasons=(TerminationReason("MOVED", "Verhuisd"),))
READINGS = HostReadings(
    relations={"1001": Relation("1001", "Voorbeeld BV")},
    objects={code: HostObject(code, "1001") for code in ("CV-1", "CV-2")},
)
OPERATOR = Actor("operator", "Operator", Role.ADMIN, "command")

numbers = count(1)


def is_possible(made: Contract) -> bool:
    """Whether people's actions could have made it so: its rules can be met, and pauses follow each other."""
    apart = all(earlier.until is not None and earlier.until < later.start for earlier, later in pairwise(made.pauses))
    ends_in_time = made.termination is None or made.termination.last_day >= made.start
    return apart and ends_in_time and not any(contract_problems(made, CONFIGURATION))


def new_tenant(connection: Connection) -> TenantCircumstances:
    tenant_id = f"t_{next(numbers)}"
    tenant = Tenant(
        id=tenant_id,
        name=tenant_id,
        environment=Environment.SANDBOX,
        timezone="Europe/Amsterdam",
        api_url="https://host.example/openapi/8/",
        token=Secret("token"),
        software_token=Secret("software token"),
    )
    Tenants(connection).add(tenant)
    return TenantCircumstances(tenant_id, TODAY, CONFIGURATION, Calendar(CONFIGURATION.calendar))


def taken_in(connection: Connection, around: TenantCircumstances, content: bytes) -> tuple[set[Result], list[Contract]]:
    """What the import said of each contract, and the tenant's contracts after it."""
    outcomes = carry_out(connection, around, read_contract_file(content), READINGS, OPERATOR, NOW, passing_latest=True)
    return {outcome.result for outcome in outcomes}, Contracts(connection, around.tenant_id).all()


@pytest.mark.parametrize("export", [export_csv, export_xlsx])
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(contracts().filter(is_possible), min_size=1, max_size=3))
def test_contracts_come_out_of_a_file_as_they_went_in(
    database: Database, export: Callable[..., bytes], made: list[Contract]
) -> None:
    given_contracts = [replace(each, number=str(1001 + place)) for place, each in enumerate(made)]
    with database.write() as connection:
        first, second = new_tenant(connection), new_tenant(connection)
        results, of_first = taken_in(connection, first, export(given_contracts))
        assert results == {Result.CREATED}
        assert [each.number for each in of_first] == [each.number for each in given_contracts]
        assert [each.termination for each in of_first] == [each.termination for each in given_contracts]
        assert [each.pauses for each in of_first] == [each.pauses for each in given_contracts]

        results, of_second = taken_in(connection, second, export(of_first))
        assert of_second == of_first

        results, unchanged = taken_in(connection, first, export(of_first))
        assert results == {Result.UNCHANGED}
        assert unchanged == of_first


def test_latest_dates_go_through_a_file_and_are_told_the_same_of_what_comes_of_it(database: Database) -> None:
    """And nothing of the file is done until somebody has confirmed that visits pass them."""
    late = VisitPlan(
        "A", Recurrence(Unit.MONTH, 13, month_day=1), latest_after=Period(12, PeriodUnit.MONTH), basis="NEN 3140"
    )
    made = the_contract(number="7", start=TODAY, entered_on=TODAY, objects=("CV-1",), plans=(late,))
    file = read_contract_file(export_csv([made], dutch=True))
    with database.write() as connection:
        first, second = new_tenant(connection), new_tenant(connection)
    told = pytest.raises(LatestDatesPassedError, match=r"Contract 7\. Visit plan A, CV-1: has to be done by")
    with told, database.write() as connection:
        carry_out(connection, first, file, READINGS, OPERATOR, NOW, passing_latest=False)
    with database.write() as connection:
        outcomes = carry_out(connection, first, file, READINGS, OPERATOR, NOW, passing_latest=True)
        exported = read_contract_file(export_csv(Contracts(connection, first.tenant_id).all()))
        again = check(connection, second, exported, READINGS, OPERATOR)
    assert [each.passed for each in again] == [each.passed for each in outcomes]
    assert again[0].warnings == outcomes[0].warnings
    assert (again[0].passed[0].day, again[0].passed[0].basis) == (date(2027, 2, 20), "NEN 3140")


def test_another_calendar_that_lets_visits_pass_their_latest_date_is_confirmed(database: Database) -> None:
    """A holiday of the firm as one range: what it shifts past the day is told with the contract."""
    inspection = VisitPlan(
        "A", Recurrence(Unit.YEAR), Shift.NEXT_WORKING_DAY, latest_after=Period(13, PeriodUnit.MONTH), basis="NEN 3140"
    )
    made = the_contract(number="7", start=date(2026, 3, 2), entered_on=TODAY, objects=(), plans=(inspection,))
    closed = {"calendar": {"closed_days": [{"from": "2027-03-01", "until": "2027-04-09", "name": "Verhuizing"}]}}
    with database.write() as connection:
        around = new_tenant(connection)
        Contracts(connection, around.tenant_id).add(replace(made, order_per_object=False))
    told = pytest.raises(LatestDatesPassed, match=r"Contract 7\. Visit plan A: has to be done by")
    with told, database.write() as connection:
        change_configuration(connection, around, closed, OPERATOR, NOW, passing_latest=False)
    with database.write() as connection:
        planned = change_configuration(connection, around, closed, OPERATOR, NOW, passing_latest=True)
    ((number, dates),) = [(each.contract, each.dates) for each in planned.passed]
    assert (number, dates[0].day, dates[0].comes_on) == ("7", date(2027, 4, 2), date(2027, 4, 12))
    assert "NEN 3140" in str(planned.warnings[0])


def test_a_file_does_not_let_an_ended_contract_run_beside_the_one_that_it_was_restarted_as(database: Database) -> None:
    started = date(TODAY.year - 2, 1, 1)
    ended = replace(
        the_contract(number="7", start=started, entered_on=started, objects=(), order_per_object=False),
        end=TODAY - timedelta(days=10),
        restarted_as="8",
    )
    running = replace(ended, number="8", start=TODAY, end=None, restarted_from="7", restarted_as=None)
    with database.write() as connection:
        around = new_tenant(connection)
        for each in (ended, running):
            Contracts(connection, around.tenant_id).add(each)
        longer = export_csv([replace(ended, end=None)])
        with pytest.raises(InvalidFile, match="goes on as contract 8"):
            taken_in(connection, around, longer)


@pytest.mark.parametrize("contracts_in_file", [20, 60])
def test_new_contracts_are_written_in_as_many_statements_however_many_they_are(
    database: Database, contracts_in_file: int
) -> None:
    """One statement a contract made ten thousand of them take minutes on a server (architecture: How fast)."""
    made = [
        replace(the_contract(number=str(1001 + place), objects=(), order_per_object=False), customer="1001")
        for place in range(contracts_in_file)
    ]
    statements: list[str] = []
    with database.write() as connection:
        around = new_tenant(connection)
        event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        results, _ = taken_in(connection, around, export_csv(made))
    assert results == {Result.CREATED}
    assert len(statements) <= 30


def test_a_file_sets_an_early_end_moves_it_and_takes_it_back(database: Database) -> None:
    started = date(TODAY.year - 1, 1, 1)
    running = the_contract(number="7", start=started, entered_on=started, objects=(), order_per_object=False)
    with database.write() as connection:
        around = new_tenant(connection)
        Contracts(connection, around.tenant_id).add(running)
        for early in (Termination(date(2026, 4, 30), "MOVED"), Termination(date(2026, 6, 30), "MOVED"), None):
            results, (there,) = taken_in(connection, around, export_csv([replace(running, termination=early)]))
            assert results == {Result.CHANGED}
            assert there.termination == early


def test_a_file_sets_pauses_and_takes_them_away(database: Database) -> None:
    started = date(TODAY.year - 1, 1, 1)
    running = the_contract(number="7", start=started, entered_on=started, objects=(), order_per_object=False)
    with database.write() as connection:
        around = new_tenant(connection)
        Contracts(connection, around.tenant_id).add(running)
        for pauses in ((Pause(date(2026, 3, 1), date(2026, 3, 31)), Pause(date(2026, 5, 1), None)), ()):
            results, (there,) = taken_in(connection, around, export_csv([replace(running, pauses=pauses)]))
            assert results == {Result.CHANGED}
            assert there.pauses == pauses
