"""How long pages take on the server with 50,000 contracts and 600,000 visits in the ledger, from request to answer.

Contracts of 5,000 customers, monthly on the 31st, half of them with terms that go on, with two objects each; their
visits of the year before today are done, a few have failed. Every page is asked for through the web application, in the
process, as a planner sees it; its address changes with each request, so that nothing is read twice in a row. Beside the
time that passed stands that of the processor, which other work on the machine changes less. In the end pages are asked
for while an import of 10,000 contracts of another tenant goes on in the same process, and list and search while a cycle
of the same tenant goes through all contracts there.
"""

import importlib
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time

from cryptography.fernet import Fernet
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from powerup.actions.kit.request import Role
from powerup.app import create_app
from powerup.commands.kit.surroundings import OPERATOR
from powerup.contracts.contract import Contract, ContractType, Lead
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.outsmart.records import HostObject
from powerup.pages.frame import CSRF_FIELD, csrf_token
from powerup.pages.visitor import Visitor
from powerup.parts import Parts, build_parts
from powerup.presses.importing import Imports
from powerup.sandbox.server import SandboxServer
from powerup.settings import read_settings
from powerup.store.contracts import Contracts
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Secret
from powerup.store.file_imports import FileImports, ImportState
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.sync.kit.context import Wish
from tests.benchmarks._host_double import HostDouble
from tests.benchmarks._workload import MONTHLY, TEMPLATE, TENANT, add_tenant, cycles_with
from tests.postgres import PostgresServer

imports = importlib.import_module("tests.benchmarks.import")
"""The benchmark of imports, whose name is a word of the language."""

CONTRACTS = 50_000
CUSTOMERS = 5_000
VISITS_EACH = 12
REQUESTS = 40
AT_ONCE = 2_500
"""Contracts per transaction while the database is filled."""

OTHER_TENANT = "t_2"
TODAY = date(2027, 1, 1)
NOW = datetime(2027, 1, 1, 8, tzinfo=UTC)
LAST_YEAR = date(2026, 1, 1)
A_YEAR = Period(1, PeriodUnit.YEAR)
GOES_ON = Terms("STD", "Standaard", "", A_YEAR, Renewal.AUTOMATIC, A_YEAR, Period(1, PeriodUnit.MONTH))
KINDS = ("CV-ketel", "Airco", "Lift", "Brandmeldinstallatie", "Noodverlichting", "Warmtepomp", "Poort")
PLACES = ("Zutphen", "Bergen op Zoom", "Egmond aan Zee", "Amsterdam", "Den Haag", "Assen")
PLANNER = Visitor(TENANT, "Voorbeeld", "u_1", "B. Jacobs", Role.PLANNER, "nl", bytes(32))

REQUESTED: dict[str, Callable[[int], str]] = {
    "list": lambda turn: f"/contracts?ends={3_000 + turn}",
    "list_all": lambda turn: f"/contracts?columns=customer,status&sort={'-' * (turn % 2)}number",
    "search_rare": lambda turn: f"/contracts?q=lift+{1_000 + turn * 97}",
    "search_common": lambda turn: f"/contracts?q={PLACES[turn % len(PLACES)][: 3 + turn % 3]}",
    "search_nothing": lambda turn: f"/contracts?q=nergens{turn}",
    "filter_status": lambda turn: f"/contracts?status=active&ends={300 + turn}",
    "filter_notice": lambda turn: f"/contracts?notice={20 + turn}",
    "filter_paused": lambda turn: f"/contracts?status=paused&ends={3_000 + turn}",
    "filter_failed": lambda turn: f"/contracts?failed=1&ends={3_000 + turn}",
    "filter_employee_and_terms": lambda turn: f"/contracts?employee={10 + turn % 20}&terms=STD",
    "sort_name": lambda turn: f"/contracts?sort={'-' * (turn % 2)}name",
    "sort_customer": lambda turn: f"/contracts?sort={'-' * (turn % 2)}customer",
    "sort_employee": lambda turn: f"/contracts?sort={'-' * (turn % 2)}employee",
    "sort_last_notice_date": lambda turn: f"/contracts?sort={'-' * (turn % 2)}last_notice_date",
    "search_filter_and_sort": lambda turn: f"/contracts?q=lift&status=active&sort=customer&ends={300 + turn}",
    "today": lambda _: "/today",
    "search_page": lambda turn: f"/search?q={PLACES[turn % len(PLACES)]}",
    "contract": lambda turn: f"/contract/{1_001 + turn * 211}",
    "customer": lambda turn: f"/customer/{1_001 + turn}",
    "visits": lambda _: "/visits",
    "renewals": lambda turn: f"/renewals?within={90 + turn}",
    "renewals_of_kind": lambda turn: f"/renewals?within={365 + turn}&kind=ends&terms=STD",
    "planning_month": lambda turn: f"/planning?month=2027-{1 + turn % 12:02}",
    "planning_month_by_region": lambda turn: f"/planning?month=2027-{1 + turn % 12:02}&by=region",
    "planning_year": lambda turn: f"/planning/year?year={2026 + turn % 3}",
    "planning_year_by_employee": lambda turn: f"/planning/year?year={2026 + turn % 3}&by=employee",
    "planning_year_of_region": lambda turn: f"/planning/year?year={2026 + turn % 3}&region={10 + turn}",
    "faults": lambda turn: f"/faults?month=2026-{1 + turn % 12:02}",
    "customer_account": lambda turn: f"/customer-account/{1_001 + turn}?year=2026",
    "year_plan": lambda turn: f"/year-plan/{1_001 + turn}?year=2027",
    "new": lambda turn: f"/contract-new?customer={1_001 + turn}",
    "edit": lambda turn: f"/contract-edit/{1_001 + turn * 211}",
}
"""Addresses by what they ask for; pages that are not there are left out."""

BESIDE_A_CYCLE = ("list", "search_rare")
BESIDE_AN_IMPORT = ("list", "search_rare", "contract", "today")

PREVIEWED: dict[str, Callable[[int], dict[str, str]]] = {
    "preview_of_new": lambda turn: _typed(str(1_001 + turn), str(1 + turn % 6)),
    "preview_of_daily": lambda turn: _typed(str(1_001 + turn), "1") | {"input/plans/0/unit": "day"},
    "preview_of_edit": lambda turn: _typed(str(1_001 + turn), "2") | {"number": str(1_001 + turn), "seen": "{}"},
}
"""What stands in the form of a contract while somebody types, by what is asked."""


def _typed(customer: str, every: str) -> dict[str, str]:
    return {
        "input/name": "CV-ketel",
        "input/type": "preventive",
        "input/customer": customer,
        "input/objects": f"O-{int(customer) - 1_001}-1",
        "input/start": "1-1-2026",
        "input/plans/": "0",
        "input/plans/0/name": "A",
        "input/plans/0/unit": "month",
        "input/plans/0/every": every,
        "input/plans/0/shift": "next_working_day",
    }


class _Host(HostDouble):
    """A host that has the objects, too."""

    def objects(self) -> list[HostObject]:
        return [HostObject(f"O-{place}-{which}") for place in range(CONTRACTS) for which in (1, 2)]


def run() -> dict[str, object]:
    """Milliseconds per page, half of the requests and all but a twentieth of them, on each database; bytes packed."""
    with (
        tempfile.TemporaryDirectory() as directory,
        PostgresServer() as server,
        SandboxServer(Path(directory) / "host") as host,
    ):
        imports.fill(host)
        addresses = {"sqlite": f"sqlite:///{Path(directory) / 'powerup.db'}", "postgresql": server.create_database()}
        figures = {name: _figures(address, Path(directory), host) for name, address in addresses.items()}
    return {"contracts": CONTRACTS, "visits": CONTRACTS * VISITS_EACH, "requests": REQUESTS, **figures}


def _figures(address: str, directory: Path, host: SandboxServer) -> dict[str, object]:
    upgrade(address)
    environ = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATA_DIR": str(directory),
        "POWERUP_DATABASE_URL": address,
        "POWERUP_SECRET_KEY": "a-secret-of-the-operator",
        "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "POWERUP_BASE_URL": "https://contracts.example/",
        "POWERUP_HOST_API_URLS": host.api_url,
    }
    parts = replace(build_parts(read_settings(environ)), clock=lambda: NOW)
    try:
        begun = perf_counter()
        _fill(parts.database)
        filled = round(perf_counter() - begun, 1)
        planned = _work_ahead(parts)
        return {"filled_in_seconds": filled, "planning_made_in_seconds": planned, **_measured(parts, host, directory)}
    finally:
        parts.close()


def _work_ahead(parts: Parts) -> float:
    """Work out the planned work of all contracts, as a server does beside everything else; gives seconds."""
    begun, planning = perf_counter(), parts.planning_ahead()
    planning.look_ahead()
    while planning.take_turn():
        pass
    return round(perf_counter() - begun, 1)


def _fill(database: Database) -> None:
    add_tenant(database, "http://127.0.0.1:9/")  # nobody answers there, at once
    for start in range(0, CONTRACTS, AT_ONCE):
        some = [_contract(place) for place in range(start, start + AT_ONCE)]
        with database.write() as connection:
            Contracts(connection, TENANT).add_all(some)
            Contracts(connection, TENANT).release([each.number for each in some])
            Ledger(connection, TENANT).add([visit for each in some for visit in _visits(each)])
    with database.write() as connection:
        Contracts(connection, TENANT).count_on_from(1_001 + CONTRACTS)
        HostNames(connection, TENANT).keep(dict(_names()))


def _contract(place: int) -> Contract:
    goes_on = place % 2 == 0
    return Contract(
        number=str(1_001 + place),
        name=f"{KINDS[place % len(KINDS)]} {place}",
        type=ContractType.PREVENTIVE,
        customer=str(1_001 + place % CUSTOMERS),
        start=LAST_YEAR,
        entered_on=LAST_YEAR,
        template=replace(TEMPLATE, employee=str(10 + place % 20)),
        objects=(f"O-{place}-1", f"O-{place}-2"),
        end=TODAY + timedelta(days=place % 3_000) if goes_on or place % 3 == 0 else None,
        terms=GOES_ON if goes_on else None,
        lead=Lead(14),
        plans=(MONTHLY,),
        settled_through=TODAY - timedelta(days=1),
    )


def _visits(contract: Contract) -> Iterator[LedgerVisit]:
    for month in range(1, VISITS_EACH + 1):
        day = (date(2026, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        key = VisitKey(contract.number, "A", day)
        state = VisitState.FAILED if month == VISITS_EACH and int(contract.number) % 997 == 0 else VisitState.SETTLED
        yield LedgerVisit(key, day, day, day, state, workorder_no=str(key), completed_on=day)


def _names() -> Iterator[tuple[tuple[NameKind, str], HostName]]:
    for place in range(CUSTOMERS):
        where = PLACES[place % len(PLACES)]
        named = HostName(f"Voorbeeld {place} BV", where, f"{1_000 + place % 9_000} AB", str(place % 99))
        yield (NameKind.CUSTOMER, str(1_001 + place)), named
    for place in range(CONTRACTS):
        yield (NameKind.OBJECT, f"O-{place}-1"), HostName(f"Toestel {place}", serial_number=f"SN{place:06}")


def _measured(parts: Parts, host: SandboxServer, directory: Path) -> dict[str, object]:
    client = create_app(parts, lambda: PLANNER).test_client()
    there = {name: address for name, address in REQUESTED.items() if client.get(address(0)).status_code == 200}
    figures: dict[str, object] = {name: _times(partial(_get, client, address)) for name, address in there.items()}
    figures |= {name: _times(partial(_preview, client, typed)) for name, typed in PREVIEWED.items()}
    with ThreadPoolExecutor(1) as beside:
        imported = beside.submit(_import, parts, _begin_import(parts, host, directory))
        for name in BESIDE_AN_IMPORT:
            figures[f"{name}_beside_an_import"] = _times(partial(_get, client, there[name]))
        figures["import_went_on"] = not imported.done()
        figures["import_seconds"] = imported.result()
    with ThreadPoolExecutor(1) as beside:
        customers = [str(1_001 + place) for place in range(CUSTOMERS)]
        cycle = beside.submit(cycles_with(parts.database, _Host(customers)).run, TENANT, Wish())
        for name in BESIDE_A_CYCLE:
            figures[f"{name}_beside_a_cycle"] = _times(partial(_get, client, there[name]))
        figures["cycle_went_on"] = not cycle.done()
    return figures


def _begin_import(parts: Parts, host: SandboxServer, directory: Path) -> str:
    """A tenant beside the others, and a file of it that is to be imported."""
    tokens = host.credentials
    own = {"token": Secret(tokens.token), "software_token": Secret(tokens.software_token)}
    add_tenant(parts.database, host.api_url, tenant_id=OTHER_TENANT, **own)
    content = imports.file_of(directory / "many.csv", imports.CONTRACTS).read_bytes()
    begun = Imports(parts.presses(), parts.clock)
    return begun.begin(OTHER_TENANT, OPERATOR, "many.csv", content, locale="nl", at_once=True)


def _import(parts: Parts, import_id: str) -> float:
    """What a process does beside the web, until all of it is there; gives seconds."""
    begun, work = perf_counter(), parts.import_work()
    while work.take_turn():
        pass
    with parts.database.read() as connection:
        done = FileImports(connection, OTHER_TENANT).get(import_id)
    assert done, import_id
    assert done.state is ImportState.DONE, done
    return round(perf_counter() - begun, 1)


def _get(client: FlaskClient, address: Callable[[int], str], turn: int) -> TestResponse:
    return client.get(address(turn), headers={"Accept-Encoding": "gzip"})


def _preview(client: FlaskClient, typed: Callable[[int], dict[str, str]], turn: int) -> TestResponse:
    headers = {"Accept-Encoding": "gzip", "HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
    answered = client.post("/contract-preview", headers=headers, data=typed(turn) | {CSRF_FIELD: csrf_token(PLANNER)})
    assert answered.status_code == 200
    return answered


def _times(ask: Callable[[int], TestResponse]) -> dict[str, float | int]:
    taken: list[float] = []
    worked: list[float] = []
    size = 0
    for turn in range(REQUESTS):
        begun, before = perf_counter(), process_time()
        answered = ask(turn)
        taken.append((perf_counter() - begun) * 1000)
        worked.append((process_time() - before) * 1000)
        size = max(size, len(answered.get_data()))
    passed, processor = quantiles(taken, n=20), quantiles(worked, n=20)
    return {
        "p50_milliseconds": round(passed[9], 1),
        "p95_milliseconds": round(passed[18], 1),
        "p95_of_processor": round(processor[18], 1),
        "most_bytes_packed": size,
    }
