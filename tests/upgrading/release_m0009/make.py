"""Made `database.sql`, `host.json` and `answers.json` beside it, with the code of the release that has revision 0009.

Kept as it was run, for who wants to know what is in them: it is never run with newer code (README.md above).
"""

import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean

from powerup.actions import audit_lines, writing
from powerup.actions.configure import configure
from powerup.actions.confirmation import Confirmations
from powerup.actions.forecast import forecast, situations, visit_document
from powerup.actions.mark import mark
from powerup.actions.perform import act
from powerup.actions.request import Actor, Request, Role, Target, TargetType
from powerup.actions.scene import Circumstances
from powerup.actions.why_line import why_line
from powerup.commands.audit import audit_document
from powerup.commands.forecast import COLUMNS
from powerup.contracts.notice import notice_until, renews_on
from powerup.contracts.why import why
from powerup.documents.configuration import merge_configuration
from powerup.outsmart.client import OutsmartClient
from powerup.sandbox import board
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.records import KINDS
from powerup.sandbox.server import SandboxServer
from powerup.store.all_tables import METADATA
from powerup.store.contracts import Contracts
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher, Secret
from powerup.store.ledger import Ledger
from powerup.store.marks import MarkKind
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.sync import tell
from powerup.sync.audit import audit
from powerup.sync.circumstances import circumstances_of
from powerup.sync.context import Wish
from powerup.sync.cycle import Cycles
from powerup.sync.pace import Pace
from powerup.texts import Reader

HERE = Path(__file__).parent
TENANT = "t_1"
FIRST_DAY, TODAY = date(2026, 6, 1), date(2027, 3, 1)
UNTIL = date(2029, 2, 28)
ADMIN = Actor("u_1", "A. Planner", Role.ADMIN, "command")
CONFIRMATIONS = Confirmations("confirmations of an example firm")
API_URL = "https://host.example/openapi/8/"
"""Stands in the tenant's row in place of the address that the stand-in host had."""

SINGLE = {"number": 1, "unit": "month"}
YEAR = {"number": 1, "unit": "year"}
QUARTER = {"number": 3, "unit": "month"}
CONFIGURATION: dict[str, Any] = {
    "settings": {"change_cap": 1000, "previous_open": False},
    "calendar": {
        "closed_days": [{"date": "2026-12-28", "name": "Kerstsluiting"}, {"date": "2027-07-26", "name": "Bouwvak"}]
    },
    "terms": [
        {
            "code": "NONE",
            "name": "Vast",
            "duration": {"number": 2, "unit": "year"},
            "renewal": "none",
            "notice_before_end": SINGLE,
        },
        {
            "code": "AUTO",
            "name": "Stilzwijgend",
            "duration": YEAR,
            "renewal": "automatic",
            "renewal_period": YEAR,
            "notice_before_end": QUARTER,
            "notice_after_renewal": SINGLE,
            "invoice_period": SINGLE,
        },
        {
            "code": "AUTO-EEN",
            "name": "Na verlenging zonder opzegtermijn",
            "duration": YEAR,
            "renewal": "automatic",
            "renewal_period": YEAR,
            "notice_before_end": QUARTER,
        },
        {
            "code": "HAND",
            "name": "Op verzoek",
            "duration": YEAR,
            "renewal": "by_hand",
            "renewal_period": YEAR,
            "notice_before_end": QUARTER,
        },
        {
            "code": "HAND-TWEE",
            "name": "Op verzoek met termijn",
            "duration": YEAR,
            "renewal": "by_hand",
            "renewal_period": YEAR,
            "notice_before_end": QUARTER,
            "notice_after_renewal": {"number": 2, "unit": "week"},
        },
        {
            "code": "KAAL",
            "name": "Zonder opzegtermijn",
            "duration": {"number": 6, "unit": "month"},
            "renewal": "automatic",
            "renewal_period": {"number": 6, "unit": "month"},
        },
        {"code": "OPEN", "name": "Onbepaalde tijd", "renewal": "none", "notice_before_end": SINGLE},
    ],
    "sla_policies": [
        {
            "code": "GOUD",
            "name": "Goud",
            "clock": "business_hours",
            "response_statuses": ["Opgehaald"],
            "resolved_statuses": ["Compleet"],
            "priorities": [
                {
                    "priority": "1",
                    "response": {"number": 4, "unit": "hour"},
                    "resolution": {"number": 8, "unit": "hour"},
                }
            ],
        }
    ],
}


class Now:
    """The one clock of firm and host."""

    def __init__(self) -> None:
        self.now = _moment(FIRST_DAY)

    def __call__(self) -> datetime:
        return self.now


class Firm:
    """The example firm, its stand-in host and the day on which something is done."""

    def __init__(self, directory: Path, server: SandboxServer, clock: "Now") -> None:
        self.url = f"sqlite:///{directory / 'firm.db'}"
        upgrade(self.url)
        self.database = Database(self.url, Cipher([_KEY]))
        self.server = server
        self.clock = clock
        self.numbers: dict[str, str] = {}
        self.last_cycle: Any = None
        with self.database.write() as connection:
            Tenants(connection).add(
                Tenant(
                    id=TENANT,
                    name="Voorbeeld Installatietechniek",
                    environment=Environment.SANDBOX,
                    timezone="Europe/Amsterdam",
                    api_url=server.api_url,
                    token=Secret(server.credentials.token),
                    software_token=Secret(server.credentials.software_token),
                    locale="nl",
                    next_cycle_at=self.now,
                )
            )
        self.configure(CONFIGURATION)

    @property
    def now(self) -> datetime:
        return self.clock.now

    @property
    def today(self) -> date:
        return self.now.date()

    def tenant(self) -> Tenant:
        with self.database.read() as connection:
            return Tenants(connection).get(TENANT)

    @contextmanager
    def open_host(self, tenant: Tenant) -> Iterator[OutsmartClient]:
        assert tenant.token
        assert tenant.software_token
        with OutsmartClient(
            tenant.api_url, tenant.token.reveal(), tenant.software_token.reveal(), timeout_seconds=60, read_retries=0
        ) as client:
            yield client

    def around(self) -> Circumstances:
        tenant = self.tenant()
        with self.database.read() as connection:
            return circumstances_of(connection, tenant, self.now)

    def configure(self, document: Mapping[str, Any]) -> None:
        around = self.around()
        with self.database.write() as connection:
            configure(connection, around, merge_configuration(around.configuration, document), ADMIN, self.now)

    def cycle(self, **wish: Any) -> None:
        pace = Pace(lease_seconds=60.0, host_timeout_seconds=2.0)
        self.last_cycle = Cycles(self.database, self.open_host, "worker", self.clock, lambda: 0.5, pace).run(
            TENANT, Wish(**wish)
        )

    def go_to(self, day: date) -> None:
        self.clock.now = _moment(day)

    def press(self, action: str, target: TargetType, target_id: str, /, **entered: Any) -> Any:
        request = Request(action, Target(target, target_id), ADMIN, entered)
        tenant, around = self.tenant(), self.around()
        with self.open_host(tenant) as host:
            answer = act(self.database, host, around, request, CONFIRMATIONS, self.now)
            if answer.confirmation:
                request = Request(
                    action, Target(target, target_id), ADMIN, entered, confirmation=answer.confirmation.token
                )
                answer = act(self.database, host, around, request, CONFIRMATIONS, self.now)
        assert answer.status.value in ("succeeded", "accepted"), (
            action,
            target_id,
            Reader("en").say(answer.message),
            answer.problems,
        )
        return answer

    def on(self, action: str, name: str, /, **entered: Any) -> Any:
        """A press beside the contract of that name."""
        return self.press(f"contract.{action}", TargetType.CONTRACT, self.numbers[name], **entered)

    def visit(self, action: str, visit: str, **entered: Any) -> None:
        """A press beside the visit `name:plan:date:object`."""
        name, _, rest = visit.partition(":")
        self.press(f"visit.{action}", TargetType.VISIT, f"{self.numbers[name]}:{rest}", **entered)

    def make(
        self,
        name: str,
        /,
        *plans: Mapping[str, Any],
        customer: str = "1001",
        template: Mapping[str, Any] | None = None,
        **form: Any,
    ) -> None:
        """A contract of that name, by `contract.create`."""
        made = {"type_of_work": "Onderhoud", "payment_method": "op rekening", "description": "Beurt {visit}"}
        whole = {
            "name": name,
            "type": "preventive",
            "customer": customer,
            "start": "2026-01-01",
            "template": made | (template or {}),
            "plans": [{"name": "A"} | dict(plan) for plan in plans],
        } | form
        if not plans:
            del whole["plans"]
        answer = self.press("contract.create", TargetType.RELATION, customer, **whole)
        self.numbers[name] = answer.target.id

    def row_of(self, name: str, nominal: str) -> int:
        """The row id at the host of the contract's visit of that nominal date."""
        with self.database.read() as connection:
            visits = Ledger(connection, TENANT).of_contract(self.numbers[name])
        (found,) = [visit for visit in visits if visit.key.nominal_date.isoformat() == nominal and visit.host_row_id]
        return int(found.host_row_id or 0)


_KEY = "ZXhhbXBsZSBmaXJtLCBubyBzZWNyZXQgYXQgYWxsISE="
"""Encrypts for the time of the making; nothing encrypted is kept."""


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(8), UTC)


def open_contracts(firm: Firm) -> None:
    """Every kind of rule, as it is entered on the first day."""
    make = firm.make
    make("elke tien dagen", {"unit": "day", "every": 10}, days_in_advance=3)
    make(
        "vijf werkdagen",
        {"unit": "workday", "every": 5, "shift": "next_working_day"},
        days_in_advance=2,
        days_in_advance_unit="working",
    )
    make("twee weken", {"unit": "week", "every": 2, "weekdays": ["mon", "thu"]}, start="2026-01-05", days_in_advance=14)
    make("weekdag van de start", {"unit": "week", "every": 6}, start="2026-04-22", customer="1002", days_in_advance=7)
    make(
        "de 31e",
        {"unit": "month", "month_day": 31, "shift": "next_working_day", "anchors": {"CV-2": "2026-02-15"}},
        start="2026-01-31",
        objects=["CV-1", "CV-2"],
        order_per_object=True,
        days_in_advance=30,
    )
    make(
        "de 31e of niet",
        {"unit": "month", "month_day": 31, "at_short_month": "skip"},
        customer="1002",
        days_in_advance=10,
    )
    make(
        "derde vrijdag",
        {"unit": "month", "every": 3, "moment": "third fri"},
        start="2026-01-20",
        customer="1002",
        days_in_advance=21,
    )
    make("laatste werkdag", {"unit": "month", "every": 2, "moment": "last workday"}, customer="1003", days_in_advance=5)
    make("zonder dag", {"unit": "month"}, start="2026-01-31", customer="1003", days_in_advance=14)
    make(
        "seizoen", {"unit": "month", "month_day": 10, "months": [4, 5, 6, 7, 8, 9]}, customer="1003", days_in_advance=30
    )
    make("elk jaar", {"unit": "year"}, start="2020-03-14", customer="1004", days_in_advance=60)
    make(
        "april en oktober", {"unit": "year", "months": [4, 10]}, start="2018-04-12", customer="1004", days_in_advance=45
    )
    make(
        "twee jaar geankerd",
        {"unit": "year", "every": 2, "anchor": "2025-06-01"},
        start="2024-01-01",
        customer="1004",
        days_in_advance=30,
    )
    make(
        "extra en uitgezonderd",
        {
            "unit": "month",
            "month_day": 5,
            "extra_dates": ["2026-08-19", "2027-05-19"],
            "excluded_dates": ["2026-09-05", "2027-06-05"],
        },
        customer="1005",
        days_in_advance=9,
    )
    make(
        "verschoven",
        {
            "name": "V",
            "unit": "month",
            "month_day": 1,
            "shift": "previous_working_day",
            "window_before": 2,
            "window_after": 6,
        },
        {"name": "N", "unit": "month", "month_day": 11, "shift": "nearest"},
        {"name": "S", "unit": "month", "month_day": 21, "shift": "skip", "days_in_advance": 0},
        customer="1005",
        days_in_advance=4,
        days_in_advance_unit="working",
    )
    make(
        "maand kwartaal jaar",
        {"name": "M", "unit": "month", "month_day": 15, "rank": 1},
        {
            "name": "K",
            "unit": "month",
            "every": 3,
            "month_day": 17,
            "rank": 2,
            "description": "Kwartaal {planned_date}",
        },
        {
            "name": "J",
            "unit": "year",
            "months": [4],
            "month_day": 19,
            "rank": 3,
            "employee": "2",
            "start_time": "10:00",
            "duration_minutes": 240,
        },
        start="2026-01-15",
        customer="1006",
        overlap_days=7,
        days_in_advance=20,
    )
    make("alles inhalen", {"unit": "week", "weekdays": ["tue"], "catch_up": "all"}, customer="1006", days_in_advance=0)
    make("niets inhalen", {"unit": "week", "every": 3, "weekdays": ["wed"], "catch_up": "none"}, customer="1006")
    make(
        "wacht op de vorige",
        {"unit": "month", "month_day": 8, "previous_open": True},
        customer="1007",
        days_in_advance=45,
    )
    make(
        "ingepland",
        {"unit": "month", "month_day": 12},
        customer="1007",
        days_in_advance=40,
        template={"employee": "1", "start_time": "08:30", "duration_minutes": 90, "priority": "3"},
    )
    make(
        "project",
        {"unit": "month", "every": 4, "month_day": 3},
        customer="1002",
        days_in_advance=5,
        template={"project": "P-2026-01"},
    )
    make(
        "zonder omschrijving",
        {"unit": "month", "every": 2, "month_day": 22},
        customer="1008",
        days_in_advance=10,
        template={"description": ""},
    )
    make("nul dagen", {"unit": "month", "month_day": 6}, customer="1008", days_in_advance=0)
    make(
        "dagen niet ingevuld",
        {"unit": "month", "month_day": 7},
        {"name": "B", "unit": "year", "months": [5], "days_in_advance": 90},
        customer="1008",
    )
    make("werkdagen niet ingevuld", {"unit": "month", "month_day": 9}, customer="1008", days_in_advance_unit="working")
    make(
        "alle objecten op een bon",
        {"unit": "month", "every": 2, "month_day": 24, "anchors": {"CV-3": "2026-02-01"}},
        customer="1002",
        objects=["CV-3", "CV-4", "LB-1"],
        days_in_advance=14,
    )
    make(
        "object uit gebruik",
        {"unit": "month", "month_day": 26},
        customer="1004",
        objects=["CV-5", "CV-6"],
        order_per_object=True,
        days_in_advance=14,
    )
    make("klant geblokkeerd", {"unit": "month", "month_day": 27}, customer="1009", days_in_advance=14)

    make("zwevend", {"unit": "week", "every": 6, "schedule": "floating"}, customer="1010", days_in_advance=14)
    make(
        "zwevend op woensdag",
        {"unit": "week", "every": 2, "weekdays": ["wed"], "schedule": "floating"},
        start="2026-06-03",
        customer="1010",
        days_in_advance=7,
    )
    make(
        "zwevend op de 15e",
        {"unit": "month", "every": 3, "month_day": 15, "schedule": "floating", "shift": "next_working_day"},
        start="2026-05-02",
        customer="1010",
        days_in_advance=30,
    )
    make(
        "zwevend eerste maandag",
        {"unit": "month", "every": 2, "moment": "first mon", "schedule": "floating"},
        start="2026-05-20",
        customer="1010",
        days_in_advance=30,
    )
    make(
        "zwevend in april",
        {"unit": "year", "months": [4], "month_day": 3, "schedule": "floating"},
        start="2026-02-01",
        customer="1010",
        days_in_advance=30,
    )
    make(
        "zwevend per object",
        {"unit": "month", "every": 6, "month_day": 20, "schedule": "floating", "anchors": {"LB-3": "2026-08-04"}},
        start="2026-06-10",
        customer="1010",
        objects=["AC-3", "LB-3"],
        order_per_object=True,
        days_in_advance=30,
    )

    make("zeven per jaar", type="yearly", orders_per_year=7, spread="spread", customer="1011", days_in_advance=14)
    make(
        "vier per jaar per object",
        {"name": "Y", "shift": "next_working_day"},
        type="yearly",
        orders_per_year=4,
        start="2026-02-10",
        customer="1011",
        objects=["KV-1", "AC-4"],
        order_per_object=True,
        days_in_advance=30,
    )
    make(
        "twee aan het begin",
        type="yearly",
        orders_per_year=2,
        spread="at_start",
        start="2025-11-01",
        customer="1011",
        days_in_advance=30,
    )
    make(
        "aan het begin tot halverwege",
        type="yearly",
        orders_per_year=2,
        spread="at_start",
        start="2026-05-01",
        end="2028-10-31",
        customer="1011",
        days_in_advance=30,
    )
    make(
        "op afroep",
        type="yearly",
        orders_per_year=4,
        spread="call_off",
        start="2026-04-01",
        customer="1012",
        objects=["CV-11", "NS-1"],
        days_in_advance=14,
    )
    make("storingen", type="corrective", sla_policy="GOUD", customer="1012", start="2026-01-01")

    make(
        "volgende beurt voorbij",
        {"unit": "month", "every": 3, "next_visit": "2026-09-15"},
        start="2018-03-14",
        customer="1003",
        days_in_advance=14,
    )
    make(
        "volgende beurt voorbij op een datum",
        {"unit": "month", "every": 2, "month_day": 18, "next_visit": "2026-08-18"},
        start="2025-02-01",
        customer="1003",
        days_in_advance=14,
    )
    make(
        "volgende beurt jaar",
        {"unit": "year", "next_visit": "2027-03-20"},
        start="2018-03-14",
        customer="1004",
        days_in_advance=14,
    )
    make(
        "volgende beurt op een datum",
        {"unit": "month", "every": 3, "month_day": 1, "shift": "next_working_day", "next_visit": "2027-07-01"},
        start="2025-01-01",
        customer="1004",
        days_in_advance=14,
    )
    make(
        "volgende beurt kwartaal",
        {"unit": "month", "every": 3, "next_visit": "2027-05-25"},
        start="2018-03-14",
        customer="1004",
        days_in_advance=14,
    )
    make(
        "volgende beurt geankerd",
        {"unit": "month", "every": 3, "anchor": "2018-03-14", "next_visit": "2027-05-25"},
        start="2017-01-01",
        customer="1004",
        days_in_advance=14,
    )
    make(
        "volgende beurt per object",
        {"unit": "month", "every": 2, "month_day": 10, "next_visit": "2027-06-02", "anchors": {"CV-8": "2026-03-05"}},
        customer="1007",
        objects=["CV-8"],
        order_per_object=True,
        days_in_advance=14,
    )
    make(
        "volgende beurt zwevend",
        {"unit": "month", "every": 3, "schedule": "floating", "next_visit": "2027-04-08"},
        customer="1010",
        start="2026-03-01",
        days_in_advance=14,
    )
    make(
        "volgende beurt per jaar",
        {"name": "Y", "next_visit": "2027-06-25"},
        type="yearly",
        orders_per_year=4,
        customer="1011",
        days_in_advance=14,
    )

    make(
        "voorwaarden vast",
        {"unit": "month", "every": 6},
        terms="NONE",
        start="2026-02-01",
        customer="1005",
        days_in_advance=14,
    )
    make(
        "stilzwijgend eerste periode",
        {"unit": "month", "every": 6},
        terms="AUTO",
        start="2026-05-01",
        customer="1005",
        days_in_advance=14,
    )
    make(
        "stilzwijgend verlengd",
        {"unit": "month", "every": 6},
        terms="AUTO",
        start="2024-03-10",
        customer="1005",
        days_in_advance=14,
    )
    make(
        "stilzwijgend verlengd zonder termijn",
        {"unit": "month", "every": 6},
        terms="AUTO-EEN",
        start="2024-02-20",
        customer="1005",
        days_in_advance=14,
    )
    make(
        "stilzwijgend zonder termijn",
        {"unit": "month", "every": 6},
        terms="AUTO-EEN",
        start="2026-04-20",
        customer="1005",
        days_in_advance=14,
    )
    make(
        "op verzoek",
        {"unit": "month", "every": 6},
        terms="HAND",
        start="2026-07-01",
        customer="1006",
        days_in_advance=14,
    )
    make(
        "op verzoek verlengd",
        {"unit": "month", "every": 6},
        terms="HAND",
        start="2025-07-01",
        customer="1006",
        days_in_advance=14,
    )
    make(
        "op verzoek verlengd met termijn",
        {"unit": "month", "every": 6},
        terms="HAND-TWEE",
        start="2025-07-15",
        customer="1006",
        days_in_advance=14,
    )
    make(
        "geen opzegtermijn",
        {"unit": "month", "every": 6},
        terms="KAAL",
        start="2026-01-31",
        customer="1006",
        days_in_advance=14,
    )
    make(
        "onbepaalde tijd",
        {"unit": "month", "every": 6},
        terms="OPEN",
        start="2026-01-08",
        customer="1006",
        days_in_advance=14,
    )
    make(
        "einde gegeven",
        {"unit": "month", "every": 6},
        terms="AUTO-EEN",
        start="2026-01-09",
        end="2026-10-31",
        customer="1006",
        days_in_advance=14,
    )

    make("gepauzeerd zonder eind", {"unit": "month", "month_day": 13}, customer="1007", days_in_advance=14)
    make(
        "gepauzeerd tot juni", {"unit": "month", "month_day": 14}, end="2028-06-30", customer="1007", days_in_advance=14
    )
    make("hervat", {"unit": "month", "month_day": 16}, customer="1007", days_in_advance=14)
    make("opgezegd per juni", {"unit": "month", "month_day": 23}, customer="1008", days_in_advance=14)
    make("opgezegd geweest", {"unit": "month", "month_day": 25}, customer="1008", days_in_advance=14)
    make("afgelopen", {"unit": "month", "month_day": 28}, end="2026-12-31", customer="1008", days_in_advance=14)
    make(
        "keten",
        {"unit": "month", "every": 3, "month_day": None},
        start="2026-02-10",
        end="2026-08-20",
        customer="1009",
        days_in_advance=14,
    )
    make(
        "keten met gat",
        {"unit": "month", "every": 3},
        start="2026-02-12",
        end="2026-08-22",
        customer="1001",
        days_in_advance=14,
    )
    make(
        "keten per jaar",
        type="yearly",
        orders_per_year=4,
        spread="call_off",
        start="2026-02-15",
        end="2026-10-14",
        customer="1012",
        days_in_advance=14,
    )
    make(
        "keten zwevend",
        {"unit": "month", "every": 2, "schedule": "floating"},
        start="2026-05-10",
        end="2026-12-31",
        customer="1010",
        days_in_advance=14,
    )
    make("verwijderd", {"unit": "month", "month_day": 29}, start="2027-02-01", customer="1001", days_in_advance=14)
    make("begint nog", {"unit": "month", "month_day": 2}, start="2027-06-01", customer="1001", days_in_advance=30)
    make("verzet en overgeslagen", {"unit": "month", "month_day": 19}, customer="1001", days_in_advance=30)
    make(
        "gewijzigd",
        {"unit": "month", "month_day": 4},
        customer="1001",
        objects=["CV-1"],
        order_per_object=True,
        days_in_advance=14,
    )
    make("ander soort", {"unit": "month", "month_day": 4}, customer="1003", days_in_advance=14)
    make("voortgang", {"unit": "week", "weekdays": ["thu"]}, customer="1003", days_in_advance=21)
    make("geweigerd", {"unit": "month", "month_day": 10}, start="2027-03-01", customer="1005", days_in_advance=30)
    make(
        "object verdwenen",
        {"unit": "month", "month_day": 11},
        start="2027-03-01",
        customer="1006",
        objects=["WP-2"],
        days_in_advance=30,
    )


def complete(firm: Firm, name: str, nominal: str, worked_on: str | None = None) -> None:
    """The order is done at the host, on that day."""
    period = board.WorkPeriod(date.fromisoformat(worked_on)) if worked_on else None
    board.complete(firm.server.host, firm.row_of(name, nominal), period)


def june(firm: Firm) -> None:
    complete(firm, "zwevend op woensdag", "2026-06-03", "2026-06-05")
    firm.on("call_off", "op afroep", date="2026-06-20", object="CV-11")
    firm.on("call_off", "keten per jaar", date="2026-06-24")
    firm.on("renew", "op verzoek verlengd")
    firm.on("renew", "op verzoek verlengd met termijn")
    with firm.database.write() as connection:
        mark(connection, firm.around(), MarkKind.CUSTOMER_BLOCKED, "1009", "betaalt niet", ADMIN, firm.now)


def july(firm: Firm) -> None:
    complete(firm, "zwevend op woensdag", "2026-06-19", "2026-06-19")
    complete(firm, "wacht op de vorige", "2026-06-08")
    firm.on("pause", "hervat", **{"from": "2026-08-01", "until": "2027-12-31", "reason": "verbouwing"})
    firm.on("pause", "gepauzeerd tot juni", **{"from": "2027-01-15", "until": "2027-06-10", "extend_end": True})
    firm.on("edit", "gewijzigd", plans=[{"name": "A", "unit": "month", "month_day": 21}], objects=["CV-1", "AC-1"])


def september(firm: Firm) -> None:
    again = firm.on("restart", "keten", start="2026-08-21", end="2027-02-20")
    firm.numbers["keten twee"] = again.target.id
    firm.on("restart", "keten met gat", start="2026-10-01", end="2028-09-30")
    firm.on("terminate", "opgezegd geweest", last_day="2026-10-31", reason="PRICE", remark="te duur")
    firm.on("edit", "ander soort", type="yearly", orders_per_year=5, spread="spread")


def october(firm: Firm) -> None:
    firm.on("restart", "keten per jaar", start="2026-10-15", end="2027-10-14")
    firm.on("call_off", "op afroep", date="2026-11-05", object="NS-1")
    firm.on("resume", "hervat", on="2027-02-01")
    with firm.database.write() as connection:
        mark(connection, firm.around(), MarkKind.OBJECT_RETIRED, "CV-6", "vervangen", ADMIN, firm.now)


def february(firm: Firm) -> None:
    firm.on("call_off", "op afroep", date="2027-05-12", object="CV-11")
    firm.on("pause", "gepauzeerd zonder eind", **{"from": "2027-02-24", "reason": "leegstand"})
    firm.on("terminate", "opgezegd per juni", last_day="2027-06-30", reason="MOVED")
    firm.visit("skip", "verzet en overgeslagen:A:2027-04-19:", reason="vakantie")
    firm.visit("move", "verzet en overgeslagen:A:2027-05-19:", to="2027-05-26")
    firm.visit("move", "verzet en overgeslagen:A:2027-06-19:", to="2027-06-21")
    firm.visit("order_now", "verzet en overgeslagen:A:2027-07-19:")
    firm.visit("move", "ingepland:A:2027-03-12:", to="2027-03-15")
    firm.on("restart", "keten twee", start="2027-02-21", end="2028-08-20")
    firm.on("restart", "keten zwevend", start="2027-01-01", end="2028-12-31")
    firm.on("delete", "verwijderd")
    complete(firm, "voortgang", "2027-02-11", "2027-02-11")
    complete(firm, "voortgang", "2027-02-18")
    board.settle(firm.server.host, firm.row_of("voortgang", "2027-02-11"))
    board.pick_up(firm.server.host, firm.row_of("voortgang", "2027-03-04"))
    board.delete(firm.server.host, firm.row_of("voortgang", "2027-03-11"))
    board.delete(firm.server.host, firm.row_of("voortgang", "2027-02-25"))


def last_day(firm: Firm) -> None:
    """What is under way when the database is upgraded."""
    firm.configure({"settings": {"change_cap": 20, "batch_size": 1}})
    firm.make(
        "wacht op vrijgave", {"unit": "day"}, start="2027-03-01", end="2027-05-31", customer="1001", days_in_advance=60
    )
    firm.cycle(by_person=True)
    firm.make(
        "antwoord verloren", {"unit": "month", "month_day": 5}, start="2027-03-01", customer="1002", days_in_advance=10
    )
    firm.make(
        "vraag verloren", {"unit": "month", "month_day": 5}, start="2027-03-01", customer="1003", days_in_advance=10
    )
    faults, posts = firm.server.host.faults, frozenset({"PostWorkorders"})
    faults.set(Fault(FaultName.LOST_ANSWER, calls=frozenset({1}), endpoints=posts))
    faults.set(Fault(FaultName.LOST_REQUEST, calls=frozenset({2}), endpoints=posts))
    faults.set(Fault(FaultName.HTTP_500, rate=1.0, endpoints=frozenset({"GetWorkorders"})))
    firm.clock.now += timedelta(minutes=30)
    firm.cycle()
    firm.server.host.faults.clear()
    firm.visit("skip", "voortgang:A:2027-03-18:", reason="niet nodig")
    firm.visit("move", "nul dagen:A:2027-03-06:", to="2027-03-09")


PRESSES: dict[date, Callable[[Firm], None]] = {
    date(2026, 6, 16): june,
    date(2026, 7, 14): july,
    date(2026, 9, 1): september,
    date(2026, 10, 20): october,
    date(2027, 2, 23): february,
}


def live(firm: Firm) -> None:
    """Nine months: a cycle a week, and what people do now and then."""
    open_contracts(firm)
    day = FIRST_DAY
    while day < TODAY:
        firm.go_to(day)
        firm.cycle(by_person=True)
        if day == date(2027, 1, 25):
            firm.server.host.masterdata.delete(KINDS["objects"], "obj_code", "WP-2")
            fault = Fault(FaultName.REFUSE_RECORD, rate=1.0, matching=f"C{firm.numbers['geweigerd']}-")
            firm.server.host.faults.set(fault)
        day += timedelta(days=1)
        if day in PRESSES:
            firm.go_to(day)
            PRESSES[day](firm)
        day += timedelta(days=6)
    firm.go_to(TODAY)
    last_day(firm)


def answers(firm: Firm) -> dict[str, Any]:
    """What this release says of it all."""
    around, reader = firm.around(), Reader("en")
    with firm.database.read() as connection:
        visits = forecast(connection, around, TODAY, UNTIL)
        notices, reasons = [], []
        for contract in Contracts(connection, TENANT).all():
            until, renews = notice_until(contract), renews_on(contract)
            notices.append(
                {
                    "contract": contract.number,
                    "name": contract.name,
                    "status": contract.status(TODAY).value,
                    "end": _text(contract.end),
                    "last_notice_date": _text(until),
                    "renews_on": _text(renews),
                }
            )
            situation = next(situations(connection, around, contract.number))
            own = [visit for visit in visits if visit.key.contract == contract.number]
            days = {TODAY - timedelta(days=40), TODAY + timedelta(days=400)}
            for visit in own[:3]:
                days |= {visit.key.nominal_date, visit.planned_date + timedelta(days=1)}
            reasons += [
                _why(contract.number, each, reader) for day in sorted(days) for each in why(situation, day, TODAY)
            ]
        prefix = around.configuration.settings.number_prefix
        rows = [list(visit_document(visit, prefix).values()) for visit in visits]
    with firm.open_host(firm.tenant()) as host:
        report = audit(firm.database, host, firm.tenant(), TODAY)
    return {
        "today": TODAY.isoformat(),
        "until": UNTIL.isoformat(),
        "columns": list(COLUMNS),
        "forecast": rows,
        "contracts": notices,
        "why": reasons,
        "audit": json.loads(json.dumps(audit_document(report, reader), default=str)),
    }


def _why(number: str, answer: Any, reader: Reader) -> dict[str, Any]:
    visit = answer.visit
    return {
        "contract": number,
        "date": answer.day.isoformat(),
        "visit": str(visit.key) if visit else None,
        "planned_date": visit.planned_date.isoformat() if visit else None,
        "state": visit.state.value if visit else None,
        "reason": visit.reason.value if visit and visit.reason else None,
        "absence": answer.absence.value if answer.absence else None,
        "line": reader.say(why_line(answer)),
    }


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def database_rows(path: Path) -> str:
    """All rows of the database, as statements that SQLite and PostgreSQL read alike."""
    placed = {("tenants", "token"): None, ("tenants", "software_token"): None, ("tenants", "api_url"): API_URL}
    statements = []
    with closing(sqlite3.connect(path)) as connection:
        for table in METADATA.sorted_tables:
            columns = list(table.columns)
            names = ", ".join(column.name for column in columns)
            rows = [
                [
                    _literal(placed.get((table.name, column.name), value), truth=isinstance(column.type, Boolean))
                    for column, value in zip(columns, row, strict=True)
                ]
                for row in connection.execute(f"SELECT {names} FROM {table.name}")
            ]
            if rows:
                lines = ",\n".join(f"({', '.join(row)})" for row in rows)
                statements.append(f"INSERT INTO {table.name} ({names}) VALUES\n{lines};\n")
    return "".join(statements)


def host_records(path: Path) -> dict[str, list[dict[str, Any]]]:
    """What the host has: its master records, and its work orders with those that are gone; without empty fields."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return {
            table: [_host_record(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY row_id")]
            for table in ("master_record", "work_order")
        }


def _host_record(row: sqlite3.Row) -> dict[str, Any]:
    fields = {name: value for name, value in json.loads(row["fields"]).items() if value not in ("", [])}
    return {**dict(row), "fields": fields}


def lines_of(document: Mapping[str, Any]) -> str:
    """JSON with one line for each item of a list, so that a difference can be read."""
    parts = []
    for name, value in document.items():
        if isinstance(value, list):
            items = ",\n".join(json.dumps(item, ensure_ascii=False) for item in value)
            parts.append(f"{json.dumps(name)}: [\n{items}\n]")
        else:
            parts.append(f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return "{" + ",\n".join(parts) + "}\n"


def _literal(value: Any, *, truth: bool) -> str:
    if value is None:
        return "NULL"
    if truth:
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def number_ids() -> None:
    """Ids that are random in the product are counted here, so that what is made is the same each time."""
    numbers = count(1)

    def numbered(prefix: str) -> str:
        return f"{prefix}_{next(numbers):06}"

    for module in (writing, audit_lines, tell):
        module.new_id = numbered  # type: ignore[attr-defined]


def main() -> None:
    number_ids()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        now = Now()
        with SandboxServer(directory / "host", clock=now) as server:
            fill_with_example(server.host)
            firm = Firm(directory, server, now)
            live(firm)
            found = answers(firm)
            firm.database.dispose()
            (HERE / "database.sql").write_text(database_rows(directory / "firm.db"))
            (HERE / "host.json").write_text(lines_of(host_records(directory / "host" / "sandbox.sqlite")))
    (HERE / "answers.json").write_text(lines_of(found))
    sys.stdout.write(f"{len(found['contracts'])} contracts, {len(found['forecast'])} visits, {found['audit']}\n")


if __name__ == "__main__":
    main()
