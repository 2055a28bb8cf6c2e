"""How long a forecast of a year takes for 1,000 contracts, from the database to JSON, inside the process.

Contracts as firms have them: monthly on the 31st, quarterly per object, weekly in a season, on a working day, each with
a year of history in the ledger. On SQLite, in the product's own transaction.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

from cryptography.fernet import Fernet
from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, ContractType, Lead, Shift, VisitPlan
from powerup.contracts.recurrence import Moment, Recurrence, Unit
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Visit, VisitState
from powerup.readings.forecast import Forecast, visit_document
from powerup.store.contracts import Contracts
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher
from powerup.store.ledger import Ledger
from tests.benchmarks._workload import MONTHLY, TEMPLATE, TENANT, add_tenant

CONTRACTS = 1_000
HISTORY_FROM, TODAY, UNTIL = date(2026, 1, 1), date(2027, 1, 1), date(2027, 12, 31)
YESTERDAY = TODAY - timedelta(days=1)
PLANS = (
    MONTHLY,
    VisitPlan("A", Recurrence(Unit.MONTH, 3, month_day=15), Shift.NEAREST, window_after=7),
    VisitPlan("A", Recurrence(Unit.WEEK, weekdays=(0,), months=(4, 5, 6, 7)), Shift.NEXT_WORKING_DAY),
    VisitPlan("A", Recurrence(Unit.MONTH, moment=Moment(1, None)), lead=Lead(10)),
)
CALENDAR = Calendar(TenantConfiguration().calendar)
AROUND = TenantCircumstances(TENANT, TODAY, TenantConfiguration(), CALENDAR)


def run() -> dict[str, object]:
    """Milliseconds of a year's forecast, the best of several, and what of them is computing alone."""
    contracts = [contract_of(place) for place in range(CONTRACTS)]
    with tempfile.TemporaryDirectory() as directory:
        database = _filled(f"sqlite:///{Path(directory) / 'powerup.db'}", contracts)
        try:
            with database.read() as connection:
                return {
                    "contracts": CONTRACTS,
                    "visits": len(Forecast(connection, AROUND).visits(TODAY, UNTIL)),
                    "forecast_milliseconds": _best(lambda: _as_json(connection)),
                    "of_which_computing_milliseconds": _best(lambda: _computed(contracts)),
                }
        finally:
            database.dispose()


def contract_of(place: int) -> Contract:
    """A contract as firms have them, of one of four kinds by its place."""
    return Contract(
        number=str(1001 + place),
        name=f"Contract {place}",
        type=ContractType.PREVENTIVE,
        customer=str(1001 + place % 100),
        start=HISTORY_FROM,
        entered_on=HISTORY_FROM,
        template=TEMPLATE,
        objects=("CV-1", "CV-2", "CV-3"),
        order_per_object=place % 4 == 1,
        lead=Lead(30),
        plans=(PLANS[place % 4],),
    )


def _filled(address: str, contracts: list[Contract]) -> Database:
    """A database with these contracts; their visits of the year before today are done."""
    upgrade(address)
    database = Database(address, Cipher([Fernet.generate_key().decode()]))
    add_tenant(database)
    with database.write() as connection:
        for contract in contracts:
            Contracts(connection, TENANT).add(replace(contract, settled_through=YESTERDAY))
            Ledger(connection, TENANT).add([done(visit) for visit in visits_of(contract, HISTORY_FROM, YESTERDAY)])
    return database


def visits_of(contract: Contract, since: date, until: date) -> list[Visit]:
    """Its visits as its rule alone has them."""
    return visits(ContractSituation(contract, CALENDAR, AROUND.configuration.settings), since, until, since)


def done(visit: Visit) -> LedgerVisit:
    """The row of a visit that was done on its day, and settled since."""
    return LedgerVisit(
        visit.key,
        visit.planned_date,
        visit.generation_date,
        visit.deadline,
        VisitState.SETTLED,
        workorder_no=str(visit.key),
        completed_on=visit.planned_date,
    )


def _as_json(connection: Connection) -> str:
    rows = [visit_document(visit, "C") for visit in Forecast(connection, AROUND).visits(TODAY, UNTIL)]
    return json.dumps({"rows": rows})


def _computed(contracts: list[Contract]) -> int:
    return sum(len(visits_of(contract, TODAY, UNTIL)) for contract in contracts)


def _best(work: Callable[[], object], times: int = 7) -> float:
    """The quickest of several runs: what the work costs when nothing else runs."""
    taken = []
    for _ in range(times):
        begun = perf_counter()
        work()
        taken.append(perf_counter() - begun)
    return round(min(taken) * 1000, 1)
