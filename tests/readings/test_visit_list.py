"""The list looks at few contracts and leaves out no visit (the office: Visits)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, Lead, Pause, Schedule, Shift, Termination
from powerup.contracts.reasons import AFTER_THE_END
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import wake_on
from powerup.readings.forecast import Forecast
from powerup.readings.visit_list import VisitFilter, VisitList, VisitSort
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.ledger import Ledger
from tests.actions.scenes import CALENDAR, TODAY, ordered, the_contract

AROUND = TenantCircumstances("ten_1", TODAY, TenantConfiguration(), CALENDAR)


def every_kind() -> list[Contract]:
    """Contracts that sleep for a different reason each."""
    plan = the_contract().plans[0]
    kinds: list[dict[str, Any]] = [
        {},
        {"lead": Lead(0)},
        {"pauses": (Pause(date(2027, 2, 1), date(2027, 5, 31)),), "lead": Lead(3)},
        {"pauses": (Pause(TODAY, None),), "lead": Lead(0)},
        {"termination": Termination(date(2027, 3, 15), "MOVED"), "lead": Lead(0)},
        {"plans": (replace(plan, schedule=Schedule.FLOATING),)},
        {"plans": (replace(plan, shift=Shift.SKIP),), "lead": Lead(0)},
        {"plans": (replace(plan, recurrence=Recurrence(Unit.YEAR)),), "lead": Lead(14)},
        {
            "plans": (replace(plan, name="G", rank=2, recurrence=Recurrence(Unit.MONTH, every=3, month_day=31)), plan),
            "overlap_days": 10,
            "lead": Lead(0),
        },
        {"start": date(2027, 6, 1), "lead": Lead(0)},
    ]
    return [
        the_contract(number=str(number), objects=(f"CV-{number}",), **changes)
        for number, changes in enumerate(kinds, 1)
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_sleeps_through_a_period_has_no_visit_in_it(database: Database) -> None:
    with database.write() as connection:
        for contract in every_kind():
            after = ordered(contract)
            Contracts(connection, "ten_1").add(after.contract, wake_on(after, TODAY))
            Ledger(connection, "ten_1").add([replace(row, host_row_id=None) for row in after.ledger.values()])
    with database.read() as connection:
        for ahead in range(-60, 400, 20):
            since = TODAY + timedelta(days=ahead)
            until = since + timedelta(days=34)
            page = VisitList(connection, AROUND).page(VisitFilter(since, until), VisitSort.DAY, 1000)
            told = [
                visit
                for visit in Forecast(connection, AROUND).visits(since, until)
                if visit.written or visit.reason not in AFTER_THE_END
            ]
            assert sorted(row.id for row in page.rows) == sorted(str(visit.key) for visit in told), since
