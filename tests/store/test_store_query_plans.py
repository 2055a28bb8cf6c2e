"""No query of a cycle or a press reads history: each goes by an index, on the columns that leave only what it needs.

Seen on SQLite, whose plans do not depend on how much is in the tables.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, event

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.visit import VisitKey, VisitState
from powerup.readings.renewals import RenewalFilter, Renewals
from powerup.store.bulk_runs import BulkPressState, BulkRuns, due_bulk_runs
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.file_imports import FileImports, ImportedState, due_imports
from powerup.store.ledger import Ledger
from powerup.store.presses import EndedPresses, PressKey
from powerup.store.reminders import Reminders
from powerup.store.runs import due_presses
from powerup.store.sla_orders import SlaOrders
from powerup.store.tenants import Environment, Tenants
from powerup.store.what_ifs import KeptWhatIfs, due_what_ifs
from tests.store.conftest import NOON
from tests.store.stored_examples import contract

TODAY = date(2027, 3, 1)
AROUND = TenantCircumstances("t_1", TODAY, TenantConfiguration(), Calendar(CalendarRules()))
KEY = VisitKey("1042", "A", TODAY)
SETTLED = contract("1042", settled_through=TODAY, order_per_object=True)

QUERIES: dict[str, tuple[Callable[[Connection], object], list[str]]] = {
    "tenants that are due": (
        lambda connection: Tenants(connection).due_tenants(NOON, Environment.PRODUCTION, 9),
        ["tenants_by_next_cycle (next_cycle_at<?)"],
    ),
    "deferred presses that are due": (
        lambda connection: due_presses(connection, NOON, NOON, Environment.PRODUCTION, 9),
        [
            "runs_by_next_attempt (next_attempt_at<?)",
            "runs_by_state (tenant_id=? AND state=?)",
            "sqlite_autoindex_tenants_1 (id=?)",
        ],
    ),
    "bulk runs that are due": (
        lambda connection: due_bulk_runs(connection, NOON, Environment.PRODUCTION, 9),
        [
            "bulk_runs_by_next_turn (next_turn_at<?)",
            "sqlite_autoindex_bulk_runs_1 (tenant_id=?)",
            "sqlite_autoindex_tenants_1 (id=?)",
        ],
    ),
    "the next presses of a bulk run": (
        lambda connection: BulkRuns(connection, "t_1").presses("b_1", (BulkPressState.SHOWN,), limit=9),
        ["bulk_presses_by_state (tenant_id=? AND bulk_id=? AND state=? AND place>?)"],
    ),
    "what ifs that are due": (
        lambda connection: due_what_ifs(connection, NOON, Environment.PRODUCTION, 9),
        ["what_ifs_by_next_turn (next_turn_at<?)", "sqlite_autoindex_tenants_1 (id=?)"],
    ),
    "the what ifs of a tenant": (
        lambda connection: KeptWhatIfs(connection, "t_1").latest(9),
        ["what_ifs_by_moment (tenant_id=?)"],
    ),
    "the what if of a run": (
        lambda connection: KeptWhatIfs(connection, "t_1").of_run("b_1"),
        ["what_if_steps_by_run (tenant_id=? AND run_id=?)"],
    ),
    "imports that are due": (
        lambda connection: due_imports(connection, NOON, Environment.PRODUCTION, 9),
        ["file_imports_by_next_turn (next_turn_at<?)", "sqlite_autoindex_tenants_1 (id=?)"],
    ),
    "the newest imports": (
        lambda connection: FileImports(connection, "t_1").latest(9),
        ["file_imports_by_moment (tenant_id=?)"],
    ),
    "contracts of an import": (
        lambda connection: FileImports(connection, "t_1").contracts("imp_1", (ImportedState.DONE,), limit=9),
        ["sqlite_autoindex_file_import_contracts_1 (tenant_id=? AND import_id=? AND place>?)"],
    ),
    "a press that has ended": (
        lambda connection: EndedPresses(connection, "t_1").find(PressKey("webhook", "u_1", "int_1")),
        ["sqlite_autoindex_presses_1 (tenant_id=? AND entrance=? AND actor_id=? AND intent_id=?)"],
    ),
    "contracts of a customer": (
        lambda connection: Contracts(connection, "t_1").by_customer("1001"),
        ["contracts_by_customer (tenant_id=? AND customer=?)"],
    ),
    "contracts to be decided about": (
        lambda connection: Renewals(connection, AROUND).page(RenewalFilter()),
        ["contracts_by_act_by (tenant_id=? AND act_by>? AND act_by<?)"],
    ),
    "contracts that are due": (
        lambda connection: Contracts(connection, "t_1").due_numbers(TODAY),
        ["contracts_by_wake_on (tenant_id=? AND wake_on<?)"],
    ),
    "contracts that changed": (
        lambda connection: Contracts(connection, "t_1").changed_numbers(),
        ["contracts_changed (tenant_id=?)"],
    ),
    "contracts that are held": (
        lambda connection: Contracts(connection, "t_1").held_numbers(),
        ["contracts_changed (tenant_id=?)"],
    ),
    "contracts with a problem": (
        lambda connection: Contracts(connection, "t_1").problems(),
        ["contracts_with_problem (tenant_id=?)"],
    ),
    "contracts with terms that are due": (
        lambda connection: Contracts(connection, "t_1").due_numbers(TODAY, with_terms=True),
        ["contracts_by_wake_on (tenant_id=? AND wake_on<?)"],
    ),
    "corrective contracts": (
        lambda connection: Contracts(connection, "t_1").corrective(),
        ["contracts_corrective (tenant_id=?)"],
    ),
    "reminders to be sent": (
        lambda connection: Reminders(connection, "t_1").waiting(),
        ["reminders_waiting (tenant_id=?)"],
    ),
    "open work orders under an SLA": (
        lambda connection: SlaOrders(connection, "t_1").open(),
        ["sla_orders_open (tenant_id=?)"],
    ),
    "work orders of a month under an SLA": (
        lambda connection: SlaOrders(connection, "t_1").came_in(
            datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
        ),
        ["sla_orders_by_arrival (tenant_id=? AND came_in_at>? AND came_in_at<?)"],
    ),
    "the next warning of an SLA": (
        lambda connection: SlaOrders(connection, "t_1").next_alarm_at(),
        ["sla_orders_by_alarm (tenant_id=? AND next_alarm_at>?)"],
    ),
    "visits in a state": (
        lambda connection: Ledger(connection, "t_1").in_states([VisitState.ORDERING], 9),
        ["visits_in_play (tenant_id=? AND state=?)"],
    ),
    "visits in a state, the next page": (
        lambda connection: Ledger(connection, "t_1").in_states([VisitState.FAILED], 9, after=KEY),
        ["visits_in_play (tenant_id=? AND state=? AND (contract,plan,nominal_date,object,sequence)>(?,?,?,?,?))"],
    ),
    "what a tenant waits for": (
        lambda connection: Ledger(connection, "t_1").earliest_waits(),
        ["visits_in_play (tenant_id=? AND state=?)"],
    ),
    "row ids of the visits in a state": (
        lambda connection: Ledger(connection, "t_1").row_ids([VisitState.COMPLETED]),
        ["visits_in_play (tenant_id=? AND state=?)"],
    ),
    "which work order numbers are known": (
        lambda connection: Ledger(connection, "t_1").known_numbers(["C1", "C2"]),
        ["visits_work_order_number_unique (tenant_id=? AND workorder_no=?)"],
    ),
    "customers with a corrective contract": (
        lambda connection: Contracts(connection, "t_1").customers_of_corrective(),
        ["contracts_corrective (tenant_id=?)"],
    ),
    "row ids of work orders under an SLA": (
        lambda connection: SlaOrders(connection, "t_1").open_rows(),
        ["sla_orders_open (tenant_id=?)"],
    ),
    "visits of a run": (
        lambda connection: Ledger(connection, "t_1").of_run("run_1"),
        ["visits_in_play (tenant_id=? AND state=?)"],
    ),
    "what the schedule has to know": (
        lambda connection: Ledger(connection, "t_1").for_schedule([SETTLED]),
        [
            "sqlite_autoindex_visits_1 (tenant_id=? AND contract=? AND nominal_date>?)",
            "visits_by_planned_date (tenant_id=? AND contract=? AND planned_date>?)",
            "visits_in_play (tenant_id=? AND state=? AND contract=?)",
        ],
    ),
    "visits by the host's row ids": (
        lambda connection: Ledger(connection, "t_1").by_row_ids([1, 2]),
        ["visits_by_host_row (tenant_id=? AND host_row_id=?)"],
    ),
    "visits by work order number": (
        lambda connection: Ledger(connection, "t_1").by_workorder_numbers(["C1", "C2"]),
        ["visits_work_order_number_unique (tenant_id=? AND workorder_no=?)"],
    ),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_a_cycle_goes_by_its_index(database: Database, name: str) -> None:
    ask, indexes = QUERIES[name]
    with database.read() as connection:
        assert _index_searches(connection, ask) == indexes


def _index_searches(connection: Connection, ask: Callable[[Connection], object]) -> list[str]:
    """The tables that SQLite would search while something is asked, as `index (columns)`; a scan has neither."""
    asked: list[tuple[str, object]] = []

    def note(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    ask(connection)
    event.remove(connection, "before_cursor_execute", note)
    plans = [
        row[-1]
        for statement, parameters in asked
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]  # as they were
    ]
    return [line.partition("INDEX ")[2] for line in plans if line.startswith(("SEARCH", "SCAN"))]
