"""An upgrade changes no date, no order and no notice date of a contract that exists (rules: Upgrading)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from powerup.actions.contract import edit
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.load_scene import load_scene
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.actions.kit.writing import write_change
from powerup.contracts.contract import Contract
from powerup.contracts.notice import notice_until, renews_on
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.terms import Period, PeriodUnit
from powerup.contracts.why import Why, why
from powerup.files.host_lists import read_host_lists
from powerup.readings.forecast import Forecast, visit_document
from powerup.readings.invoice_list import InvoiceList
from powerup.sandbox.server import SandboxServer
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.database import Database, check, upgrade
from powerup.store.encryption import Cipher
from powerup.sync.kit.context import Wish
from powerup.sync.kit.pace import Pace
from powerup.sync.process.cycle import Cycles
from powerup.sync.proof.audit import audit
from powerup.tenants.circumstances import circumstances_of
from tests.upgrading.release import BEFORE, TENANT, host_of, morning_of, tenant_of

ANSWERS = BEFORE.answers()
TODAY, UNTIL = date.fromisoformat(ANSWERS["today"]), date.fromisoformat(ANSWERS["until"])

BEGINS_WITH_ITS_NEXT_VISIT = "1048", "2027-04-08"
"""A floating contract that nobody has visited yet, and its next visit."""
ENDS = {contract["contract"]: contract["end"] for contract in ANSWERS["contracts"]}
AT_START = "1038"
SENT_AGAIN = {"C1077-A-20270310-ALL.r3", "C1086-A-20270305-ALL"}
"""What the host had refused, and what it had never received."""
DO_NOT_COME = {"wacht op vrijgave", "wacht op de vorige", "object verdwenen", "klant geblokkeerd"}
"""Contracts whose visits wait for a person or for the one before, whose object is gone, whose customer is blocked."""

Row = dict[str, Any]


@dataclass(slots=True)
class Firm:
    """The firm of the earlier release after `db upgrade`."""

    database: Database
    server: SandboxServer

    def around(self) -> TenantCircumstances:
        with self.database.read() as connection:
            return circumstances_of(connection, tenant_of(self.server), morning_of(TODAY))

    def forecast(self) -> list[Row]:
        around = self.around()
        with self.database.read() as connection:
            found = Forecast(connection, around).visits(TODAY, UNTIL)
        return [visit_document(visit, around.configuration.settings.number_prefix) for visit in found]

    def contracts(self) -> list[Contract]:
        with self.database.read() as connection:
            return Contracts(connection, TENANT).all()

    def why(self, contract: str, day: date) -> list[Why]:
        around = self.around()
        with self.database.read() as connection:
            situation = Forecast(connection, around).situation_of(contract)
        return why(situation, day, TODAY)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SandboxServer]:
    with SandboxServer(tmp_path / "host", clock=lambda: morning_of(TODAY)) as running:
        BEFORE.load_host(running)
        yield running


@pytest.fixture
def firm(empty_database_url: str, server: SandboxServer) -> Iterator[Firm]:
    BEFORE.load_database(empty_database_url)
    upgrade(empty_database_url)
    assert check(empty_database_url).is_current
    database = Database(empty_database_url, Cipher([Fernet.generate_key().decode()]))
    yield Firm(database, server)
    database.dispose()


def test_an_upgrade_changes_no_date_and_no_order_of_two_years(firm: Firm) -> None:
    found = [{name: row[name] for name in ANSWERS["forecast"][0]} for row in firm.forecast()]
    assert _as_told(found) == _as_told(map(_as_mended, ANSWERS["forecast"]))


def test_an_upgrade_changes_no_end_and_no_notice_date(firm: Firm) -> None:
    found = [
        {
            "contract": contract.number,
            "name": contract.name,
            "status": contract.status(TODAY).value,
            "end": _text(contract.end),
            "last_notice_date": _text(notice_until(contract)),
            "renews_on": _text(renews_on(contract)),
        }
        for contract in firm.contracts()
    ]
    assert found == ANSWERS["contracts"]


def test_a_day_that_was_ignored_is_gone_and_history_says_so(firm: Firm) -> None:
    weekly = next(contract for contract in firm.contracts() if contract.name == "zwevend op woensdag")
    assert weekly.plans[0].recurrence == Recurrence(Unit.WEEK, 2)
    with firm.database.read() as connection:
        told = [line for line in AuditTrail(connection, TENANT).latest(1000) if line.action == "contract.upgrade"]
    by_contract = {line.target_id: (line.before or {}, line.after or {}) for line in told}
    assert sorted(by_contract) == ["1030", "1031", "1032", "1033", "1034"]
    assert [each["plans"][0]["weekdays"] for each in by_contract[weekly.number]] == [["wed"], []]


def test_an_upgrade_gives_the_same_reasons(firm: Firm) -> None:
    days = sorted({(row["contract"], row["date"]) for row in ANSWERS["why"]})
    found = [_reason(number, each) for number, day in days for each in firm.why(number, date.fromisoformat(day))]
    asked = [{name: _as_mended(row)[name] for name in found[0]} for row in ANSWERS["why"]]
    assert _sorted(found) == _sorted(asked)


def test_the_audit_is_good_after_an_upgrade(firm: Firm) -> None:
    with host_of(firm.server) as host:
        report = audit(firm.database, host, tenant_of(firm.server), TODAY)
    assert report.differences == ()
    told = ANSWERS["audit"]
    assert (report.due, dict(report.ledger), report.host) == (told["due"], told["ledger"], told["host"])


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
def test_the_cycles_after_an_upgrade_make_the_orders_that_were_foretold(firm: Firm) -> None:
    """Three weeks on, each order once; beside them only what had failed or was on its way, and none of what waits. A
    price that is given to a contract of before changes none of them, and is invoiced from then on."""
    _give_a_price(firm, "1001")
    before = _numbers(firm.server)
    last_day = TODAY + timedelta(days=21)
    for days in range(22):
        _cycle(firm, TODAY + timedelta(days=days))
    after = _numbers(firm.server)
    names = {contract["contract"]: contract["name"] for contract in ANSWERS["contracts"]}
    foretold = {
        row["workorder_no"]: names[row["contract"]]
        for row in ANSWERS["forecast"]
        if (row["state"], row["reason"]) == ("planned", None)
        and row["generation_date"] <= last_day.isoformat()
        and names[row["contract"]] not in DO_NOT_COME
    }
    made = set(after) - set(before) - SENT_AGAIN
    assert len(after) == len(set(after))
    assert made <= foretold.keys()
    late = {name for number, name in foretold.items() if number not in made}
    assert all(name.startswith("zwevend") for name in late)  # nobody has done the one before
    with host_of(firm.server) as host:
        assert audit(firm.database, host, tenant_of(firm.server), last_day).differences == ()


def _give_a_price(firm: Firm, number: str) -> None:
    entered = {"price": {"amount": Decimal("120.00"), "invoice_period": Period(1, PeriodUnit.MONTH)}}
    request = Request(edit.ACTION.id, Target(TargetType.CONTRACT, number), Actor("u", "Anna", Role.ADMIN, "panel"))
    around, month = firm.around(), TODAY.replace(day=1)
    with host_of(firm.server) as host:
        readings = read_host_lists(host)
    with firm.database.write() as connection:
        assert list(InvoiceList(connection, around).rows(month)) == []
        scene = load_scene(connection, around, edit.ACTION, request, readings)
        change = edit.decide(scene, entered)
        assert change.effects.counts() == {}
        write_change(connection, around, request, scene, change, morning_of(TODAY))
        assert [str(row.line.amount) for row in InvoiceList(connection, around).rows(month)] == ["120.00"]


def _cycle(firm: Firm, day: date) -> None:
    open_host = lambda _: host_of(firm.server)  # noqa: E731 - the tenant's own tokens were not kept
    clock = lambda: morning_of(day)  # noqa: E731
    Cycles(firm.database, open_host, "worker", clock, lambda: 0.5, Pace(lease_seconds=60.0)).run(TENANT, Wish())


def _numbers(server: SandboxServer) -> list[str]:
    return sorted(order.workorder_no for order in server.host.orders.all())


def _as_mended(row: Row) -> Row:
    """Orders at the start of a contract year had deadlines behind the end of their contract. What lies before a next
    visit that is still to come said until then that it lay before the entry, which is untrue, or of a floating plan
    that it has no visit then."""
    if row["contract"] == AT_START and "deadline" in row:
        return row | {"deadline": min(row["deadline"], ENDS[AT_START])}
    contract, day = BEGINS_WITH_ITS_NEXT_VISIT
    if row["contract"] == contract and row.get("absence") == "not_in_series" and row["date"] < day:
        return row | {"absence": "before_next_visit"}
    to_come = row["reason"] == "before_entry" and date.fromisoformat(row["planned_date"]) >= TODAY
    return row | {"reason": "before_next_visit"} if to_come else row


def _as_told(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["planned_date"], row["contract"], row["plan"], row["object"] or ""))


def _reason(number: str, answer: Why) -> Row:
    visit = answer.visit
    return {
        "contract": number,
        "date": _text(answer.day),
        "visit": str(visit.key) if visit else None,
        "planned_date": _text(visit.planned_date) if visit else None,
        "state": visit.state.value if visit else None,
        "reason": visit.reason.value if visit and visit.reason else None,
        "absence": answer.absence.value if answer.absence else None,
    }


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["contract"], row["date"], row["visit"] or ""))


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
