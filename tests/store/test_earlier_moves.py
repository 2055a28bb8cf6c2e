"""A visit that was moved before the upgrade to revision 0022 says that it comes from the day of its rule."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from powerup.store.contracts import Contracts
from powerup.store.encryption import Cipher
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenants
from tests.store.conftest import tenant
from tests.store.earlier_rows import rows_of, upgraded_from
from tests.store.stored_examples import contract, visit

NOMINAL = date(2027, 2, 28)
ANOTHER_DAY = date(2027, 3, 1)
BY_HAND: dict[str, Any] = {"pinned": True, "asked_for": True}

WRITTEN = {
    "moved": replace(visit(day=NOMINAL, **BY_HAND), planned_date=ANOTHER_DAY),
    "called off for its day": visit(day=date(2027, 4, 1), **BY_HAND),
    "shifted by the rule": replace(visit(day=date(2027, 5, 1)), planned_date=date(2027, 5, 3)),
    "shifted by the rule, ordered at once": replace(
        visit(day=date(2027, 6, 5), asked_for=True), planned_date=date(2027, 6, 7)
    ),
    "held on the day of an earlier rule": replace(
        visit(day=date(2027, 7, 3), pinned=True), planned_date=date(2027, 7, 5)
    ),
}
"""As the release before had them."""


def _fill(connection: Connection) -> None:
    Tenants(connection).add(tenant("t_1"))
    Contracts(connection, "t_1").add(contract())
    Ledger(connection, "t_1").add(list(WRITTEN.values()))


def test_only_a_visit_that_was_moved_says_from_which_day(
    empty_database_url: str, cipher: Cipher, sqlite_template: Path, tmp_path: Path
) -> None:
    rows = rows_of(_fill, sqlite_template, tmp_path, cipher)
    with upgraded_from("0021", rows, empty_database_url, cipher) as connection:
        ledger = Ledger(connection, "t_1")
        found = {kind: ledger.get(each.key) for kind, each in WRITTEN.items()}
    assert found == WRITTEN | {"moved": replace(WRITTEN["moved"], moved_from=NOMINAL)}
