"""The worked effects of the rules, by the buttons of a host: shown, done and carried out (rules: Effects, worked).

What people are told is compared with what comes: the work orders at the stand-in host and the ledger, after the cycles
of the sixty days whose visits are named.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest

from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.readings.forecast import Forecast, visit_document
from powerup.sandbox.example import example_records
from powerup.store.tenants import Tenants
from powerup.sync.kit.context import Wish
from powerup.tenants.circumstances import circumstances_of
from tests.webhooks.installed import House
from tests.webhooks.messages.test_invoking import ANSWER, RELATION
from tests.worked_effects import BY_HAND, EMPLOYEE, ENTERED, SEVEN, WORKED, Line, Worked

LISTED_AHEAD = timedelta(days=60)
YEAR = Period(1, PeriodUnit.YEAR)

_prefixes = count(1)


class Firm:
    """A tenant with contract 7 as a row of the worked effects has it, and the days on which things are done."""

    def __init__(self, house: House, row: Worked) -> None:
        self.house = house
        self.prefix = f"E{next(_prefixes)}-"
        self.go_to(ENTERED)
        assert house.install()["status"] == "succeeded"
        by_hand = Terms(BY_HAND, "Jaar", duration=YEAR, renewal=Renewal.BY_HAND, renewal_period=YEAR)
        configuration = TenantConfiguration(settings=TenantSettings(number_prefix=self.prefix), terms=(by_hand,))
        with house.parts.database.write() as connection:
            Tenants(connection).save_configuration(house.tenant().id, configuration)
        self.seven = "" if row.contract is None else self._made(row.contract)
        for earlier in row.earlier:
            self.go_to(earlier.day)
            self.cycle()
            answer = self.confirmed(earlier.action, self.target(), earlier.entered)
            assert answer["status"] in ("succeeded", "accepted"), answer
            self.cycle()
        self.go_to(row.day)
        self.cycle()

    def _made(self, otherwise: Mapping[str, Any]) -> str:
        entered = {**SEVEN, **otherwise}
        if entered["template"].get("employee") == EMPLOYEE:
            template = entered["template"] | {"employee": example_records()["employees"][0]["number"]}
            entered = entered | {"template": template}
        answer = self.house.invoke("contract.create", RELATION, entered)
        assert answer["status"] == "succeeded", answer
        return str(answer["target"]["id"])

    def go_to(self, day: date) -> None:
        self.house.clock.moment = max(self.house.clock.moment, datetime.combine(day, time(10), UTC))

    def cycle(self) -> None:
        self.house.parts.cycles().run(self.house.tenant().id, Wish())

    def target(self) -> dict[str, Any]:
        return {"type": "contract", "id": self.seven}

    def pressed(self, row: Worked) -> tuple[str, dict[str, Any]]:
        if row.contract is None:
            return row.action, RELATION
        if row.visit is not None:
            return row.action, {"type": "visit", "id": f"{self.seven}:A:{row.visit}:"}
        return row.action, self.target()

    def preview(self, row: Worked) -> dict[str, Any]:
        action, target = self.pressed(row)
        return self.house.invoke(action, target, row.entered, preview=True, locale="en")

    def confirmed(self, action: str, target: Mapping[str, Any], entered: Mapping[str, Any]) -> dict[str, Any]:
        """Pressed, and confirmed where that is asked for."""
        press = self.house.press(action, target, entered, locale="en")
        answer = self.house.told("action.invoked", press)
        if answer["status"] == "needs_confirmation":
            answer = self.house.told("action.invoked", press | {"confirmation": answer["confirmation"]["token"]})
        return answer

    def orders(self) -> set[str]:
        """The numbers of this firm's work orders at the host."""
        orders = self.house.sandbox.host.orders.all()
        return {order.workorder_no for order in orders if order.workorder_no.startswith(self.prefix)}

    def coming(self, until: date) -> set[str]:
        """The numbers of the orders that are made by a day as things are, with those that are at the host."""
        with self.house.parts.database.read() as connection:
            around = circumstances_of(connection, self.house.tenant(), self.house.clock())
            visits = Forecast(connection, around).visits(date(2026, 1, 1), date(2029, 12, 31))
        shown = [visit_document(visit, self.prefix) for visit in visits if visit.generation_date <= until]
        return {each["workorder_no"] for each in shown if each["workorder_no"] and each["state"] != "withheld"}

    def run_until(self, last_day: date) -> None:
        day = self.house.clock.moment.date()
        while day < last_day:
            self.go_to(day)
            self.cycle()
            day += timedelta(days=12)
        self.go_to(last_day)
        self.cycle()


def _shown(line: Line, numbers: Mapping[str, str], prefix: str) -> dict[str, Any]:
    contract = numbers[line.contract]
    return {
        "effect": line.effect,
        "contract": contract,
        "nominal_date": line.nominal,
        "planned_date": line.planned or line.nominal,
        "moved_from": line.nominal if line.planned else None,
        "workorder_no": f"{prefix}{contract}{line.number}" if line.number else None,
        "reason": line.reason,
    }


def _as_shown(effect: Mapping[str, Any]) -> dict[str, Any]:
    return {name: effect[name] for name in _shown(Line("kept", "-"), {"seven": ""}, "")}


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Worked:
    found: Worked = request.param
    return found


@pytest.mark.parametrize("row", WORKED, indirect=True, ids=[each.name for each in WORKED])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_worked_effects_are_shown_and_come_true(house: House, row: Worked) -> None:
    firm = Firm(house, row)
    before, last_named = firm.orders(), row.day + LISTED_AHEAD
    anyway, ever = firm.coming(last_named), firm.coming(date.max)
    shown = firm.preview(row)
    ANSWER.validate(shown)
    assert shown["status"] == "needs_confirmation", shown
    numbers = {"seven": firm.seven or "1001", "eight": str(int(firm.seven or 1000) + 1)}
    told = [_shown(line, numbers, firm.prefix) for line in row.listed]
    assert [_as_shown(effect) for effect in shown["effects"]] == told
    assert (shown["counts"], shown["counted_until"]) == (row.counts, row.counted_until)
    assert shown.get("counts_from") == row.counts_from
    if row.warns is not None:
        assert any(row.warns in warning for warning in shown["warnings"])

    done = firm.confirmed(*firm.pressed(row), row.entered)
    ANSWER.validate(done)
    assert done["status"] in ("succeeded", "accepted"), done
    assert (done["effects"], done["counts"], done["counted_until"]) == (
        shown["effects"],
        shown["counts"],
        shown["counted_until"],
    )
    firm.run_until(last_named)
    taken = {each["workorder_no"] for each in shown["effects"] if each["effect"] == "retracted"}
    made = {each["workorder_no"] for each in shown["effects"] if each["effect"] == "created"}
    gone = {
        f"{firm.prefix}{each['contract']}-{each['plan']}-{each['nominal_date'].replace('-', '')}-ALL"
        for each in shown["effects"]
        if each["effect"] == "withheld"
    }
    expected = (before | anyway) - taken - gone | made
    sooner = firm.orders() - expected
    assert expected <= firm.orders()
    assert sooner <= (ever if row.warns else set())
