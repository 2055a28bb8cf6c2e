"""Work orders that come of contracts, and keys of the API made by the API."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from powerup.contracts.sla import SlaClock, SlaPolicy, SlaPriority, SlaTime, SlaUnit
from powerup.contracts.sla_order import SlaOrder
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from powerup.store.api_keys import Scope
from powerup.store.ledger import Ledger
from powerup.store.sla_orders import SlaOrders
from tests.actions.scenes import FORM
from tests.api.calling import Firm
from tests.api.test_asking import problem

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FOUR_HOURS = SlaTime(4, SlaUnit.HOUR)
SOME_DAYS = [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]


def ordered(number: str, day: date, row_id: int, state: VisitState = VisitState.ORDERED) -> LedgerVisit:
    """A visit of CV-1 with its order."""
    reason = Reason.SKIPPED if state is VisitState.WITHHELD else None
    key = VisitKey(number, "A", day, "CV-1")
    return LedgerVisit(key, day, day, day, state, reason, workorder_no=f"C{number}-A-{day:%Y%m%d}", host_row_id=row_id)


def test_work_orders_are_listed_from_the_newest_with_what_they_were_made_for(firm: Firm) -> None:
    number = firm.act("/contracts", FORM).get_json()["target"]["id"]
    with firm.house.parts.database.write() as connection:
        ledger = Ledger(connection, firm.tenant_id)
        ledger.add([ordered(number, day, row_id) for row_id, day in enumerate(SOME_DAYS, start=11)])
        ledger.add([ordered(number, date(2027, 4, 30), 99, VisitState.WITHHELD)])
        gold = SlaPolicy("GOLD", "Goud", SlaClock.CALENDAR_HOURS, priorities=(SlaPriority("1", FOUR_HOURS),))
        came_in = datetime(2026, 12, 28, 9, tzinfo=UTC)
        SlaOrders(connection, firm.tenant_id).save([SlaOrder(50, "S-50", number, "1", gold, came_in)])
    first = firm.get("/work-orders", limit="2")
    rest = firm.get("/work-orders", cursor=first["next"])
    assert [each["row_id"] for each in (*first["items"], *rest["items"])] == [50, 13, 12, 11]
    assert rest["next"] is None
    under_sla, made = first["items"]
    assert (under_sla["workorder_no"], under_sla["visit"], under_sla["sla"]["sla_policy"]) == ("S-50", None, "GOLD")
    assert (made["visit"], made["state"], made["customer"]) == (f"{number}:A:2027-03-31:CV-1", "ordered", "1001")
    assert firm.get("/work-orders/13") == made

    def rows(**query: Any) -> list[int]:
        return [each["row_id"] for each in firm.get("/work-orders", **query)["items"]]

    assert rows(state="ordered", contract=number, customer="1001") == [13, 12, 11]
    assert rows(customer="1002") == rows(contract="77") == rows(state="completed") == []
    for nothing in ("99", "14", "x", "9" * 30):
        problem(firm.call("GET", f"/work-orders/{nothing}"), 404, "not_found")


@on_sqlite
def test_an_admins_key_makes_keys_that_count_until_they_are_revoked(firm: Firm) -> None:
    firm.house.clock.go_on(seconds=1)
    made = firm.call("POST", "/api-keys", {"scope": "read", "name": "Planbord"}).get_json()
    listed = {each["id"]: each for each in firm.get("/api-keys")["items"]}
    assert listed[made["id"]] == {name: value for name, value in made.items() if name != "key"}
    firm.keys[Scope.READ] = made["key"]
    assert firm.call("GET", "/contracts", scope=Scope.READ).status_code == 200
    firm.house.clock.go_on(seconds=1)
    assert firm.call("DELETE", f"/api-keys/{made['id']}").get_json() == {"revoked": made["id"]}
    problem(firm.call("GET", "/contracts", scope=Scope.READ), 401, "unauthorized")
    problem(firm.call("DELETE", f"/api-keys/{made['id']}"), 404, "not_found")
    assert [line["action"] for line in firm.get("/audit", limit="2")["items"]] == ["key.revoke", "key.make"]
