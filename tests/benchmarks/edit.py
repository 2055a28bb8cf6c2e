"""How long it takes to change the rule of a contract, and whether its age matters: decide, settle, write, commit.

A contract with three objects, monthly and an order per object, whose ledger is 1, 3 and 10 years old; on SQLite, by the
same way that a webhook goes, its transaction included.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter

from cryptography.fernet import Fernet

from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.actions.perform import decide, perform, prepare
from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, Lead
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Visit, VisitState
from powerup.outsmart.records import HostObject, Relation
from powerup.store.contracts import Contracts
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher
from powerup.store.ledger import Ledger
from tests.benchmarks._workload import NOW, TENANT, TODAY, add_tenant, contract_of

YEARS = (1, 3, 10)
EDITS = 40
OBJECTS = ("CV-1", "CV-2", "CV-3")
YESTERDAY = TODAY - timedelta(days=1)
CONFIGURATION = TenantConfiguration()
AROUND = TenantCircumstances(TENANT, TODAY, CONFIGURATION, Calendar(CONFIGURATION.calendar))
PLANNER = Actor("u_1", "A. Planner", Role.PLANNER, "webhook")
READINGS = HostReadings(
    relations={"1001": Relation("1001", "Voorbeeld BV")}, objects={code: HostObject(code, "1001") for code in OBJECTS}
)


def run() -> dict[str, object]:
    """Milliseconds of one edit by the contract's age: the quickest, and the one in the middle."""
    with tempfile.TemporaryDirectory() as directory:
        database = _opened(Path(directory))
        try:
            taken = {years: _edits(database, _aged(database, years)) for years in YEARS}
        finally:
            database.dispose()
    return {
        "milliseconds": {f"{years} years": round(min(each), 2) for years, each in taken.items()},
        "median_milliseconds": {f"{years} years": round(median(each), 2) for years, each in taken.items()},
        "oldest_times_youngest": round(median(taken[YEARS[-1]]) / median(taken[YEARS[0]]), 2),
    }


def _opened(directory: Path) -> Database:
    address = f"sqlite:///{directory / 'powerup.db'}"
    upgrade(address)
    database = Database(address, Cipher([Fernet.generate_key().decode()]))
    add_tenant(database)
    return database


def _aged(database: Database, years: int) -> Contract:
    """A contract that began so many years ago, with all its visits since then in the ledger."""
    start = date(TODAY.year - years, 1, 1)
    plain = replace(contract_of(years, "1001"), start=start, entered_on=start, end=None, lead=Lead(30))
    contract = replace(plain, objects=OBJECTS, order_per_object=True, settled_through=YESTERDAY)
    past = ContractSituation(replace(contract, settled_through=None), AROUND.calendar, CONFIGURATION.settings)
    with database.write() as connection:
        Contracts(connection, TENANT).add(contract)
        Ledger(connection, TENANT).add([_done(visit) for visit in visits(past, start, YESTERDAY, start)])
    return contract


def _done(visit: Visit) -> LedgerVisit:
    dates = (visit.planned_date, visit.generation_date, visit.deadline)
    return LedgerVisit(
        visit.key, *dates, VisitState.SETTLED, workorder_no=str(visit.key), completed_on=visit.planned_date
    )


def _edits(database: Database, contract: Contract) -> list[float]:
    """Milliseconds of each edit, which moves the visits to another day of the month and back."""
    return list(_timed_edits(database, contract.number))


def _timed_edits(database: Database, number: str) -> Iterator[float]:
    confirmations = Confirmations("a benchmark's secret")
    for version, day in zip(range(1, EDITS + 1), cycle((15, 20)), strict=False):
        target = Target(TargetType.CONTRACT, number, version)
        request = Request("contract.edit", target, PLANNER, {"plans": [{"name": "A", "month_day": day}]})
        begun = perf_counter()
        with database.read() as connection:
            prepared = prepare(connection, AROUND, request, NOW)
        decided = decide(prepared, READINGS)
        with database.write() as connection:
            answer = perform(connection, AROUND, request, decided, confirmations, NOW)
        yield (perf_counter() - begun) * 1000
        if answer.status is not AnswerStatus.SUCCEEDED:
            raise RuntimeError(f"The edit was not done: {answer.message}")
