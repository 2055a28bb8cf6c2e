"""What a tick costs when nothing is due, and that it costs the same however much there is.

10,000 contracts; with IDLE_CONTRACTS=1000000 in the environment as many beside them, with five ledger rows each. Beside
the tick stands a whole cycle of a tenant of which nothing is due, without the comparison with the host.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, Table, event, text

from powerup.store.database import Database
from powerup.store.tables import contracts, visit_plans, visits
from powerup.store.tenants import Environment
from powerup.sync.kit.context import Wish
from powerup.sync.process.timer import Timer
from tests.benchmarks._host_double import HostDouble
from tests.benchmarks._workload import NOW, TENANT, add_contracts, add_tenant, cycles_with, databases

SMALL = 10_000
VISITS_EACH = 5
TIMES = 50

_COUNTED = "WITH RECURSIVE counted(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < :number)"


def run() -> dict[str, object]:
    """Milliseconds of a tick and of a cycle with nothing to do, and the plans of their queries, per size."""
    sizes = [SMALL, *map(int, filter(None, [os.environ.get("IDLE_CONTRACTS")]))]
    figures: dict[str, object] = {}
    for size in sizes:
        with databases() as opened:
            for name, database in opened.items():
                _fill(database, size)
                figures[f"{name}_{size}_contracts"] = _measured(database)
    return figures


def _fill(database: Database, number: int) -> None:
    """One contract that was ordered through the year, and so many like it that sleep for a month."""
    add_tenant(database)
    add_contracts(database, 1, lambda _: "1001")
    cycles_with(database, HostDouble(["1001"])).run(TENANT, Wish())
    asleep = {"wake_on": ":wakes", "number": "'B' || i"}
    with database.write() as connection:
        for table, columns in ((contracts, asleep), (visit_plans, {"contract": "'B' || i"}), (visits, _AS_HISTORY)):
            rows = number * VISITS_EACH if table is visits else number
            statement = text(f"{_COUNTED} {_copies(table, columns)}")
            given = {"number": rows, "wakes": date(2027, 2, 1), "per_contract": VISITS_EACH}
            used = {name: value for name, value in given.items() if f":{name}" in str(statement)}
            connection.execute(statement, used)
    with database.write() as connection:
        connection.execute(text("ANALYZE"))


_AS_HISTORY = {
    "contract": "'B' || ((i - 1) / :per_contract + 1)",
    "sequence": "i",
    "workorder_no": "'B' || i",
    "state": "'settled'",
}


def _copies(table: Table, otherwise: dict[str, str]) -> str:
    """Rows like the first of the table, with some columns otherwise."""
    names = [column.name for column in table.columns]
    values = ", ".join(otherwise.get(name, f"one.{name}") for name in names)
    first = f"(SELECT * FROM {table.name} LIMIT 1) AS one"
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM counted, {first}"


def _measured(database: Database) -> dict[str, object]:
    cycles = cycles_with(database, HostDouble(["1001"]))
    timer = Timer(database, cycles, Environment.SANDBOX)
    before_all = NOW - timedelta(days=1)
    figures = {
        "tick_milliseconds": _milliseconds(lambda: timer.tick(before_all)),
        "tick_plans": _plans(database, lambda: timer.tick(before_all)),
        "cycle_milliseconds": _milliseconds(lambda: cycles.run(TENANT, Wish())),
        "cycle_plans": _plans(database, lambda: cycles.run(TENANT, Wish())),
    }
    timer.close()
    return figures


def _milliseconds(work: Callable[[], object]) -> float:
    """The median of many times."""
    taken = []
    for _ in range(TIMES):
        begun = perf_counter()
        work()
        taken.append(perf_counter() - begun)
    return round(median(taken) * 1000, 2)


def _plans(database: Database, work: Callable[[], object]) -> list[str]:
    """How the database answers each query of the work, without what depends on its size."""
    with _selects() as asked:
        work()
    plans = []
    with database.read() as connection:
        explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN (COSTS OFF)"
        for statement, parameters in asked:
            if " FOR " in statement:
                continue  # locks rows, which a reading transaction does not
            rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
            plans.append(" / ".join(str(row[-1]).strip() for row in rows))
    return plans


@contextmanager
def _selects() -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)
