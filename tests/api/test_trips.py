"""Riding together by the API: trips are listed, and one is moved to its day as one run (rules: Planning)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from powerup.contracts.contract import Contract
from powerup.store.api_keys import Scope
from powerup.store.contracts import Contracts
from tests.actions.scenes import the_contract
from tests.api.calling import Firm
from tests.contracts.cycles import plan

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def monthly(number: str, firm: Firm, day: int) -> Contract:
    entered = firm.house.clock().date()
    parts = {"customer": "1003", "objects": (), "plans": (replace(plan(month_day=day), name="A"),)}
    return the_contract(number=number, start=entered, entered_on=entered, **parts)


def test_visits_at_one_address_are_offered_as_a_trip_and_moved_to_its_day_as_one_run(firm: Firm) -> None:
    with firm.house.parts.database.write() as connection:
        Contracts(connection, firm.tenant_id).add_all([monthly("7001", firm, 10), monthly("7002", firm, 12)])
    coming = (firm.house.clock().date().replace(day=28) + timedelta(days=10)).strftime("%Y-%m")
    asked = {"month": coming, "customer": "1003"}
    (trip,) = firm.get("/trips", **asked)["items"]
    assert (trip["day"], [each["moves"] for each in trip["visits"]]) == (
        f"{coming}-12",
        [True, False],
    )  # the 10th is a Sunday
    assert firm.get("/trips", **asked, days_apart="1")["items"] == []
    moved = {"day": trip["day"], "visits": [each["visit"] for each in trip["visits"] if each["moves"]]}
    assert firm.call("POST", "/trips", moved, scope=Scope.READ).status_code == 403
    run = firm.call("POST", "/trips", moved, scope=Scope.WRITE).get_json()["bulk_run"]
    while firm.house.parts.bulk_work().take_turn():
        pass
    shown = firm.call("GET", f"/bulk-runs/{run}", scope=Scope.WRITE).get_json()
    assert (shown["state"], shown["numbers"]["shown"]) == ("shown", 1)
    firm.call("POST", f"/bulk-runs/{run}/confirm", scope=Scope.WRITE)
    while firm.house.parts.bulk_work().take_turn():
        pass
    assert firm.get("/trips", **asked)["items"] == []
