"""Faults on a page: a breach that is seen coming, and the figures of its month (rules: SLA)."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.contract import ContractType
from powerup.contracts.sla import SlaClock, SlaPolicy, SlaPriority, SlaTime, SlaUnit
from powerup.contracts.sla_clock import ServiceClock
from powerup.contracts.sla_order import SlaOrder, seen, watched
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.sla_orders import SlaOrders
from powerup.store.tenants import Tenants
from tests.actions.scenes import the_contract
from tests.pages.conftest import TENANT
from tests.pages.reading import PageClient

CAME_IN = datetime(2027, 3, 1, 8, tzinfo=UTC)
CLOCK = ServiceClock(SlaClock.CALENDAR_HOURS, Calendar(CalendarRules()), ZoneInfo("Europe/Amsterdam"))
GOLD = SlaPolicy(
    "GOLD",
    "Goud",
    SlaClock.CALENDAR_HOURS,
    priorities=(SlaPriority("1", SlaTime(4, SlaUnit.HOUR), SlaTime(8, SlaUnit.HOUR)),),
)
OPEN = watched(seen(SlaOrder(7, "WB-7", "2001", "1", GOLD, CAME_IN), "Klaargezet", "", CAME_IN), CLOCK, CAME_IN)[0]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def words_of(html: str) -> str:
    """What is read of a page: no tags, and one blank wherever there are several."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@dataclass
class Hours:
    """So many hours after the work order came in."""

    passed: float = 0

    def __call__(self) -> datetime:
        return CAME_IN + timedelta(hours=self.passed)


@pytest.fixture
def clock() -> Hours:
    return Hours()


@pytest.fixture
def parts(parts: Parts) -> Parts:
    """An open order, and one of priority 2 that was resolved; another tenant has one of its own."""
    done = replace(
        OPEN,
        row_id=8,
        workorder_no="WB-8",
        priority="2",
        responded_at=CAME_IN,
        resolved_at=CAME_IN + timedelta(hours=9),
        closed_at=CAME_IN + timedelta(hours=9),
    )
    corrective = the_contract(
        number="2001", type=ContractType.CORRECTIVE, plans=(), sla_policy="GOLD", objects=(), customer="1001"
    )
    with parts.database.write() as connection:
        Tenants(connection).add(replace(TENANT, id="ten_2"))
        for tenant_id, orders in ((TENANT.id, [OPEN, done]), ("ten_2", [replace(OPEN, workorder_no="WB-2")])):
            Contracts(connection, tenant_id).add(corrective)
            SlaOrders(connection, tenant_id).save(orders)
    return parts


@pytest.mark.parametrize(
    ("hours", "state", "left", "against"),
    [
        (1, "loopt", "nog 3:00", "reactie (GOLD)"),
        (3.5, "bijna over tijd", "nog 0:30", "reactie (GOLD)"),
        (4.5, "over tijd", "0:30 uur te laat", "reactie (GOLD)"),
    ],
)
def test_a_breach_is_seen_coming_with_the_time_that_is_left(
    planner: PageClient, clock: Hours, hours: float, state: str, left: str, against: str
) -> None:
    clock.passed = hours
    said = words_of(planner.get("/faults").get_data(as_text=True))
    assert f"{state} {left} {against}" in said
    assert "WB-2" not in said
    at_risk = planner.get("/faults?at_risk=1").get_data(as_text=True)
    assert ("WB-7" in at_risk) is (hours > 3)


def test_a_month_says_what_was_kept_and_missed_by_priority_and_customer(planner: PageClient, clock: Hours) -> None:
    clock.passed = 5
    page = words_of(planner.get("/faults?month=2027-03").get_data(as_text=True))
    assert "Samen 2 1 1 50 % 0 1 0 %" in page
    assert "Prioriteit 1 1 0 1 0 % 0 0 –" in page
    assert "Prioriteit 2 1 1 0 100 % 0 1 0 %" in page
    assert "WB-7" not in words_of(planner.get("/faults?priority=2").get_data(as_text=True))
    rows = list(load_workbook(BytesIO(planner.get("/faults/export.xlsx?month=2027-03").data)).active)  # type: ignore[arg-type]
    assert [cell.value for cell in rows[1]][:8:4] == ["WB-7", "1"]
    assert [cell.value for cell in rows[1]][8] == "nee"
