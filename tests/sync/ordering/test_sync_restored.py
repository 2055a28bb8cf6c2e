"""A database restored from a backup that is older than the host makes no work order twice (operations page)."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from powerup.contracts.contract import CatchUp, Lead, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import VisitState
from powerup.sandbox import board
from powerup.store.backup import back_up_sqlite
from powerup.store.tenants import Tenants
from powerup.sync.proof.audit import audit
from powerup.tenants.today import today_of
from tests.postgres import PostgresServer
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite

Restore = Callable[[], None]


def backed_up(place: Workplace, url: str, directory: Path, request: pytest.FixtureRequest) -> Restore:
    """Make a backup now as the operations page says; gives what restores it."""
    if url.startswith("sqlite"):
        backup, database = directory / "backup.db", Path(make_url(url).database or "")
        back_up_sqlite(url, backup)

        def restore() -> None:
            place.database.dispose()
            for file in (
                database,
                database.with_name(f"{database.name}-wal"),
                database.with_name(f"{database.name}-shm"),
            ):
                file.unlink(missing_ok=True)
            with closing(sqlite3.connect(backup)) as source, closing(sqlite3.connect(database)) as target:
                source.backup(target)

        return restore
    server: PostgresServer = request.getfixturevalue("postgres_server")
    binaries = server.installation.binaries
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    backup = directory / "backup.dump"
    _run(binaries / "pg_dump", "--format=custom", f"--file={backup}", address)

    def restore_dump() -> None:
        place.database.dispose()
        _run(binaries / "pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={address}", backup)

    return restore_dump


def _run(program: Path, *arguments: object) -> None:
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def mark_restored(place: Workplace) -> None:
    """What `powerup tenant restored` does."""
    with place.database.write() as connection:
        Tenants(connection).look_up_until(TENANT, place.clock() + timedelta(days=400))
        Tenants(connection).reconcile_soon(TENANT, place.clock())


def audit_is_ok(place: Workplace) -> bool:
    with place.open_host(place.tenant()) as host:
        report = audit(place.database, host, place.tenant(), today_of(place.tenant(), place.clock()))
    return report.ok


def test_orders_made_since_the_backup_are_found_and_none_is_made_twice(
    place: Workplace, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    place.server.host.change_switches(skip_flag_honoured=False)
    weekly = VisitPlan("W", Recurrence(Unit.WEEK), catch_up=CatchUp.LATEST)
    place.add(contract(lead=Lead(10)), contract("1002", lead=Lead(10), plans=(weekly,)))
    place.run(date(2027, 1, 25))
    restore = backed_up(place, database_url, tmp_path, request)
    place.run_through(date(2027, 3, 5))
    before = place.numbers()
    for row_id, move in zip([place.row_id(number) for number in before], (board.pick_up, board.complete), strict=False):
        move(place.server.host, row_id)
    posts = place.calls("PostWorkorders")
    restore()
    mark_restored(place)
    place.run()
    place.run(date(2027, 3, 6))
    assert (place.numbers(), place.calls("PostWorkorders")) == (before, posts)
    assert audit_is_ok(place)
    place.run_through(date(2027, 4, 5))
    assert len(place.numbers()) == len(set(place.numbers())) > len(before)


@only_sqlite
def test_without_the_mark_such_orders_would_be_made_twice(
    place: Workplace, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """So that the test above is known to be able to fail."""
    place.server.host.change_switches(skip_flag_honoured=False)
    place.add(contract(lead=Lead(10)))
    restore = backed_up(place, database_url, tmp_path, request)
    place.run(date(2027, 1, 25))
    restore()
    place.run()
    assert place.calls("PostWorkorders") == 2  # the second one is taken back when it is seen


@only_sqlite
def test_a_later_try_at_the_host_is_found_too(place: Workplace) -> None:
    place.server.host.change_switches(skip_flag_honoured=False)
    place.add(contract(lead=Lead(30)))
    place.run()
    (visit,) = place.ledger()
    place.rewrite(
        visit, state=VisitState.FAILED, host_row_id=None, retry_at=place.clock(), workorder_no=None, try_number=1
    )
    mark_restored(place)
    place.run()
    assert len(place.numbers()) == 1
    assert place.ledger()[0].state is VisitState.ORDERED


@only_sqlite
def test_when_its_time_is_over_numbers_are_no_longer_looked_up(place: Workplace) -> None:
    mark_restored(place)
    place.clock.go_on(days=401)
    place.add(contract(lead=Lead(30), start=date(2028, 2, 1)))
    before = place.calls("GetWorkorder")
    place.run()
    assert place.calls("PostWorkorders") == 1
    assert place.calls("GetWorkorder") == before
