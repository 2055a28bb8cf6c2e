"""Two tenants whose rows have the same keys, and other contents; each also has rows that the other has not."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text, update

from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import Contract, ContractType
from powerup.contracts.held_back import Waits
from powerup.contracts.planned_work import Share, Work, WorkKey
from powerup.contracts.price import Price
from powerup.contracts.sla import SlaPolicy, SlaPriority, SlaTime, SlaUnit
from powerup.contracts.sla_order import SlaOrder, WorkOrderLink
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import Doubt, LedgerVisit, Reason, VisitKey, VisitState
from powerup.store import leases
from powerup.store.accounts import Accounts
from powerup.store.all_tables import METADATA
from powerup.store.api_keys import ApiKeys
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.bulk_runs import BulkPress, BulkRun, BulkRuns, BulkState
from powerup.store.calendar_keys import CalendarKeys
from powerup.store.changes_out import ChangesOut
from powerup.store.contracts import Contracts
from powerup.store.cycle_reports import CycleReports, KeptReport
from powerup.store.database import Database, cipher_of
from powerup.store.encryption import Sealed, Secret
from powerup.store.errors import StoreError
from powerup.store.file_imports import FileImport, FileImports, ImportedContract, ImportState
from powerup.store.host_facts import FactKind, HostFact, KeptHostFacts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.host_profiles import HostProfiles, ProbeNumbers, ProfileEntry
from powerup.store.inbox import Inbox, TakenMessage
from powerup.store.installations import Installation, InstallationKey, Installations, InstallationState
from powerup.store.invoiced_lines import ExportedLine, InvoicedLines
from powerup.store.ledger import Ledger
from powerup.store.list_views import ListView, ListViews
from powerup.store.marks import Mark, MarkKind, Marks
from powerup.store.opened_panels import OpenedPanels
from powerup.store.outbox import Outbox, OutgoingMessage
from powerup.store.planned_days import PlannedDays, Reach
from powerup.store.presses import EndedPress, EndedPresses, PressKey
from powerup.store.queue import has_queue, hint
from powerup.store.refused_installings import RefusedInstallings
from powerup.store.reminders import Reminder, Reminders
from powerup.store.runs import Run, Runs, RunState
from powerup.store.sessions import Session, Sessions
from powerup.store.sign_in_tables import sign_in_tries
from powerup.store.sla_orders import SlaOrders, WorkOrderLinks
from powerup.store.snapshots import HostSnapshots
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.store.traffic_tables import api_keys, calendar_keys, webhook_addresses
from powerup.store.users import User, Users
from powerup.store.webhook_addresses import AddressState, ChangeEvent, WebhookAddress, WebhookAddresses
from powerup.store.what_ifs import (
    ContractOfWhatIf,
    KeptWhatIfs,
    StepKind,
    VisitOfWhatIf,
    WhatIf,
    WhatIfState,
    WhatIfStep,
)
from tests.store.stored_examples import contract, visit

TODAY = date(2027, 3, 1)
NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = NOON + HOUR
DIGEST_AT = NOON - timedelta(hours=5)
"""When no lease is held any more."""

FIRST, SECOND = "t_1", "t_2"
SHARED = ("1042", "1043")
"""Contracts that both have: of the same version, and of different ones."""

OWN = {FIRST: "1002", SECOND: "1001"}
"""Contracts that one of them has: the number that comes next at the other."""

MOMENTS = {FIRST: NOON, SECOND: NOON - HOUR}
"""What is waited for comes sooner at the second."""

A_YEAR = Period(1, PeriodUnit.YEAR)
TERMS = Terms("J", "Jaar", duration=A_YEAR, renewal=Renewal.AUTOMATIC, renewal_period=A_YEAR)
POLICY = SlaPolicy("S", "Standaard", priorities=(SlaPriority("1", response=SlaTime(4, SlaUnit.HOUR)),))

DAYS = {
    name: TODAY + timedelta(days=number)
    for number, name in enumerate(("new", "tried", "ordered", "unsent", "failed", "withheld", "retracting", "settled"))
}
"""Of the visits that both have, by what they are."""

ROWS = {"ordered": 77, "retracting": 78, "settled": 79}
"""The host's row ids of those that have one."""


@dataclass(frozen=True)
class Side:
    """One of the two as it works with the store, and whom it must neither see nor touch."""

    database: Database
    connection: Connection
    mine: str
    other: str

    @property
    def numbers(self) -> list[str]:
        """Contract numbers of both."""
        return [*SHARED, *OWN.values()]

    @cached_property
    def contracts(self) -> Contracts:
        return Contracts(self.connection, self.mine)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.connection, self.mine)

    @cached_property
    def tenants(self) -> Tenants:
        return Tenants(self.connection)

    @cached_property
    def runs(self) -> Runs:
        return Runs(self.connection, self.mine)

    @cached_property
    def bulk_runs(self) -> BulkRuns:
        return BulkRuns(self.connection, self.mine)

    def bulk(self, state: BulkState) -> BulkRun:
        """Mine in that state."""
        found = self.bulk_runs.get(f"bulk_{state}")
        assert found is not None
        return found

    @cached_property
    def file_imports(self) -> FileImports:
        return FileImports(self.connection, self.mine)

    @cached_property
    def what_ifs(self) -> KeptWhatIfs:
        return KeptWhatIfs(self.connection, self.mine)

    def what_if(self, state: WhatIfState) -> WhatIf:
        """Mine in that state."""
        found = self.what_ifs.get(f"what_if_{state}")
        assert found is not None
        return found

    def file_import(self, state: ImportState) -> FileImport:
        """Mine in that state."""
        found = self.file_imports.get(f"import_{state}")
        assert found is not None
        return found

    @cached_property
    def invoiced_lines(self) -> InvoicedLines:
        return InvoicedLines(self.connection, self.mine)

    @cached_property
    def reminders(self) -> Reminders:
        return Reminders(self.connection, self.mine)

    @cached_property
    def marks(self) -> Marks:
        return Marks(self.connection, self.mine)

    @cached_property
    def sla_orders(self) -> SlaOrders:
        return SlaOrders(self.connection, self.mine)

    @cached_property
    def host_names(self) -> HostNames:
        return HostNames(self.connection, self.mine)

    @cached_property
    def list_views(self) -> ListViews:
        return ListViews(self.connection, self.mine)

    @cached_property
    def planned_days(self) -> PlannedDays:
        return PlannedDays(self.connection, self.mine)

    @cached_property
    def host_profiles(self) -> HostProfiles:
        return HostProfiles(self.connection, self.mine)

    @cached_property
    def probe_numbers(self) -> ProbeNumbers:
        return ProbeNumbers(self.connection, self.mine)

    @cached_property
    def host_facts(self) -> KeptHostFacts:
        return KeptHostFacts(self.connection, self.mine)

    @cached_property
    def links(self) -> WorkOrderLinks:
        return WorkOrderLinks(self.connection, self.mine)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.connection, self.mine, "inst_1")

    @cached_property
    def presses(self) -> EndedPresses:
        return EndedPresses(self.connection, self.mine)

    @cached_property
    def refused(self) -> RefusedInstallings:
        return RefusedInstallings(self.connection, host_id(self.mine), "inst_1")

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.connection)

    @cached_property
    def installations(self) -> Installations:
        return Installations(self.connection)

    @cached_property
    def snapshots(self) -> HostSnapshots:
        return HostSnapshots(self.connection, self.mine)

    @cached_property
    def audit_trail(self) -> AuditTrail:
        return AuditTrail(self.connection, self.mine)

    @cached_property
    def reports(self) -> CycleReports:
        return CycleReports(self.connection, self.mine)

    @cached_property
    def api_keys(self) -> ApiKeys:
        return ApiKeys(self.connection)

    @cached_property
    def users(self) -> Users:
        return Users(self.connection, self.mine)

    @cached_property
    def opened_panels(self) -> OpenedPanels:
        return OpenedPanels(self.connection, self.mine)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.connection, self.mine)

    @cached_property
    def webhook_addresses(self) -> WebhookAddresses:
        return WebhookAddresses(self.connection, self.mine)

    @cached_property
    def changes_out(self) -> ChangesOut:
        return ChangesOut(self.connection, self.mine)

    def webhook_address(self) -> WebhookAddress:
        """Mine."""
        found = self.webhook_addresses.get("wha_1")
        assert found is not None
        return found

    @cached_property
    def calendar_keys(self) -> CalendarKeys:
        return CalendarKeys(self.connection)

    def contract(self, number: str = "1042") -> Contract:
        """Mine of that number."""
        found = self.contracts.get(number)
        assert found is not None
        return found

    def visit(self, name: str) -> LedgerVisit:
        """Mine of that name in DAYS."""
        found = self.ledger.get(shared_key(name))
        assert found is not None
        return found

    def in_state(self, state: VisitState, name: str = "new") -> LedgerVisit:
        """Mine as it is to be written in another state."""
        return replace(self.visit(name), state=state, host_row_id=900, changed_at=LATER)

    def lease(self) -> leases.Lease:
        """The one that I have had since NOON; the other one's has the same fence."""
        return leases.Lease(self.mine, f"worker of {self.mine}", 1, NOON + HOUR / 2)

    def run(self, run_id: str) -> Run:
        """Mine of that id."""
        found = self.runs.get(run_id)
        assert found is not None
        return found

    def said_when_refused(self, does: Callable[[], object]) -> str:
        """With what words it is refused."""
        try:
            with self.connection.begin_nested():
                done = does()
        except StoreError as error:
            return f"{type(error).__name__}: {error}"
        raise AssertionError(f"It was not refused, and gave {done!r}.")


def shared_key(name: str) -> VisitKey:
    """Of a visit that both have."""
    return VisitKey("1042", "A", DAYS[name], "CV-1")


def own_key(tenant_id: str) -> VisitKey:
    """Of a visit that one of them has."""
    return replace(shared_key("ordered"), object=own_object(tenant_id))


def own_object(tenant_id: str) -> str:
    """An object that one of them has."""
    return f"X-{tenant_id}"


def host_id(tenant_id: str) -> str:
    """What the host calls a tenant whose installing was refused."""
    return f"host_{tenant_id}"


def fill(database: Database, tenant_id: str) -> None:
    """Write a tenant with rows in every table."""
    with database.write() as connection:
        Accounts(connection).lock()  # so that their key is made
        Tenants(connection).add(_tenant(tenant_id), _configuration(tenant_id))
        _fill_contracts(connection, tenant_id)
        _fill_service(connection, tenant_id)
        _fill_traffic(connection, tenant_id)
        leases.acquire(connection, tenant_id, f"worker of {tenant_id}", NOON, HOUR.total_seconds() / 2)
        hint(connection, tenant_id)


def _tenant(tenant_id: str) -> Tenant:
    return Tenant(
        id=tenant_id,
        name=f"name of {tenant_id}",
        environment=Environment.PRODUCTION,
        timezone="Europe/Amsterdam",
        api_url="https://host.example/openapi/8/",
        token=Secret(f"token of {tenant_id}"),
        software_token=Secret("software"),
        host_tenant_id=f"h_{tenant_id}",
        next_cycle_at=NOON,
        reconciled_at=NOON,
        attention=f"attention of {tenant_id}",
    )


def _configuration(tenant_id: str) -> TenantConfiguration:
    return TenantConfiguration(settings=TenantSettings(number_prefix=tenant_id.upper().replace("_", "")))


def _fill_contracts(connection: Connection, tenant_id: str) -> None:
    written = Contracts(connection, tenant_id)
    for number in (*SHARED, OWN[tenant_id]):
        written.add(_contract(number, tenant_id), wake_on=TODAY)
    written.release(["1043"])
    written.hold({number: Waits(len(tenant_id), 1) for number in ("1042", OWN[tenant_id])})
    for number in ("1042", OWN[tenant_id]):
        written.set_aside(number, f"problem of {tenant_id}", TODAY)
    Ledger(connection, tenant_id).add(_visits(tenant_id))
    planned = PlannedDays(connection, tenant_id)
    planned.begin_anew(Reach(TODAY, MOMENTS[tenant_id].date()))
    marks = planned.wanted(1)
    planned.put({number: planned_share(tenant_id) for number in marks}, marks)


def planned_share(employee: str) -> Share:
    """One visit for somebody."""
    return {WorkKey(TODAY, "Onderhoud", employee, "35"): Work(1, 60, 1)}


def _contract(number: str, tenant_id: str) -> Contract:
    return contract(
        number,
        name=f"name at {tenant_id}",
        customer="1001" if number == "1042" else f"customer of {tenant_id}",
        type=ContractType.CORRECTIVE if number == "1043" else ContractType.PREVENTIVE,
        objects=("CV-1", own_object(tenant_id)),
        end=date(2027, 12, 31),
        terms=TERMS,
        price=Price(Decimal(len(tenant_id)), TODAY),
        version=4 if number == "1043" and tenant_id == SECOND else 1,
        settled_through=TODAY - timedelta(days=1) if number == "1042" else None,
    )


def _visits(tenant_id: str) -> list[LedgerVisit]:
    moment = MOMENTS[tenant_id]
    given: dict[str, dict[str, Any]] = {
        "new": {"state": VisitState.ORDERING, "run_id": "run_waiting"},
        "tried": {"state": VisitState.ORDERING, "attempted_at": moment, "attempts": 1},
        "ordered": {"doubt": Doubt.ANSWERED},
        "unsent": {"state": VisitState.FAILED, "workorder_no": None},
        "failed": {"state": VisitState.FAILED, "retry_at": moment + 2 * HOUR},
        "withheld": {"state": VisitState.WITHHELD, "reason": Reason.SKIPPED, "changed_at": moment},
        "retracting": {"state": VisitState.RETRACTING, "run_id": "run_waiting"},
        "settled": {"state": VisitState.SETTLED, "completed_on": TODAY},
    }
    shared = []
    for name, fields in given.items():
        plain = {"workorder_no": f"C-{name}", "host_row_id": ROWS.get(name), "refusal": f"refusal of {tenant_id}"}
        shared.append(visit(day=DAYS[name], **plain | fields))
    own = replace(visit(), key=own_key(tenant_id), workorder_no=f"C-{tenant_id}", host_row_id=100 + int(tenant_id[-1]))
    covered = replace(own, key=replace(own.key, contract="1043"), covered_by="1042", workorder_no=None)
    split = visit(day=DAYS["settled"], object="@A", state=VisitState.SETTLED, workorder_no="C-split")
    split = replace(split, carries=("CV-1", own_object(tenant_id)), refusal=f"refusal of {tenant_id}")
    return [*shared, own, covered, split]


def exported_line(number: str, tenant_id: str) -> ExportedLine:
    """A line of the invoice list of a contract, as that tenant exported it."""
    return ExportedLine(number, "2027-03-01", Decimal(len(tenant_id)), MOMENTS[tenant_id], f"somebody of {tenant_id}")


def _fill_service(connection: Connection, tenant_id: str) -> None:
    moment = MOMENTS[tenant_id]
    for number in ("1042", OWN[tenant_id]):
        Reminders(connection, tenant_id).note(reminder(number, tenant_id))
        InvoicedLines(connection, tenant_id).write([exported_line(number, tenant_id)])
    for code in ("1001", f"customer of {tenant_id}"):
        Marks(connection, tenant_id).save(Mark(MarkKind.CUSTOMER_BLOCKED, code, f"remark of {tenant_id}", NOON))
        KeptHostFacts(connection, tenant_id).save([host_fact(code, tenant_id)])
        named = HostName(f"name at {tenant_id}")
        HostNames(connection, tenant_id).keep({(NameKind.CUSTOMER, code): named, (NameKind.EMPLOYEE, code): named})
    for name in ("first_status", f"seen of {tenant_id}"):
        HostProfiles(connection, tenant_id).save([ProfileEntry(name, f"value of {tenant_id}", moment)])
        ProbeNumbers(connection, tenant_id).write_down(f"PROBE-{name}", moment)
    for view_id in ("view_1", f"view of {tenant_id}"):
        name = f"{view_id} at {tenant_id}"
        ListViews(connection, tenant_id).save(ListView(view_id, "contracts", name, "q=a", "u_1", shared=True))
    Marks(connection, tenant_id).save(Mark(MarkKind.OBJECT_RETIRED, own_object(tenant_id), "", NOON))
    for row_id in (77, 100 + int(tenant_id[-1])):
        order = SlaOrder(row_id, f"W of {tenant_id}", "1043", "1", POLICY, moment, next_alarm_at=moment)
        SlaOrders(connection, tenant_id).save([order])
        WorkOrderLinks(connection, tenant_id).save(WorkOrderLink(row_id, "1042" if tenant_id == FIRST else "1043"))


def host_fact(code: str, tenant_id: str) -> HostFact:
    """What stands in the way of a customer's orders; its key is the same at both."""
    return HostFact(FactKind.CUSTOMER_INACTIVE, code, f"name at {tenant_id}", TODAY, NOON)


def reminder(number: str, tenant_id: str) -> Reminder:
    """A reminder of a contract; its key is the same at both."""
    return Reminder(number, date(2027, 10, 1), 90, f"reference of {tenant_id}")


def _fill_traffic(connection: Connection, tenant_id: str) -> None:
    Installations(connection).add(installation(tenant_id))
    for number, message_id in enumerate(("msg_1", f"msg of {tenant_id}")):
        intent = "intent_1" if number == 0 else f"intent of {tenant_id}"
        ended = EndedPress("asked", {"answer to": tenant_id})
        EndedPresses(connection, tenant_id).add(press_key(intent), ended, NOON)
        taken = TakenMessage(message_id, "hash", f"answer to {tenant_id}", NOON)
        Inbox(connection, tenant_id, "inst_1").add(taken)
        RefusedInstallings(connection, host_id(tenant_id), "inst_1").add(taken)
        Outbox(connection).add(message(tenant_id, message_id))
        line = AuditLine(message_id, NOON, tenant_id, "Jan", "admin", "panel", "contract.edit", "contract", "1042")
        AuditTrail(connection, tenant_id).add(line)
        paused = replace(line, id=f"{message_id} paused", action="contract.pause", after={"pauses": [tenant_id]})
        skipped = replace(line, id=f"{message_id} skipped", target_type="visit", target_id=f"{tenant_id}:A:2027-01-31:")
        AuditTrail(connection, tenant_id).add_all([paused, skipped])
        report = KeptReport(number, TODAY, NOON, 1.0, 1, 1, {}, 0, 0, 0, None, (tenant_id,))
        CycleReports(connection, tenant_id).add(replace(report, fence=number or int(tenant_id[-1]) + 7))
    for run_id, state in (
        ("run_waiting", RunState.WAITING),
        ("run_deferred", RunState.DEFERRED),
        (f"run of {tenant_id}", RunState.WAITING),
    ):
        Runs(connection, tenant_id).add(run(run_id, tenant_id, state))
    for how_far in BulkState:
        BulkRuns(connection, tenant_id).add(bulk_run(f"bulk_{how_far}", tenant_id, how_far), [bulk_press(tenant_id)])
    BulkRuns(connection, tenant_id).add(bulk_run(f"bulk of {tenant_id}", tenant_id), [bulk_press(tenant_id)])
    for import_state in ImportState:
        FileImports(connection, tenant_id).add(
            file_import(f"import_{import_state}", tenant_id, import_state), tenant_id.encode()
        )
    for what_if_state in WhatIfState:
        KeptWhatIfs(connection, tenant_id).add(what_if(f"what_if_{what_if_state}", tenant_id, what_if_state))
        KeptWhatIfs(connection, tenant_id).add_step(f"what_if_{what_if_state}", what_if_step(tenant_id))
    KeptWhatIfs(connection, tenant_id).keep_found("what_if_shown", *found_out(tenant_id))
    KeptWhatIfs(connection, tenant_id).add(what_if(f"what if of {tenant_id}", tenant_id))
    FileImports(connection, tenant_id).save_contracts("import_shown", [imported_contract(tenant_id)])
    FileImports(connection, tenant_id).add(file_import(f"import of {tenant_id}", tenant_id), tenant_id.encode())
    HostSnapshots(connection, tenant_id).save("object", "CV-1", {"of": tenant_id}, NOON)
    HostSnapshots(connection, tenant_id).save("object", own_object(tenant_id), {"of": tenant_id}, NOON)
    key = {"id": "key_1", "hash": tenant_id, "scope": "read", "created_at": NOON, "revoked_at": None}
    connection.execute(insert(api_keys), {"tenant_id": tenant_id} | key)
    calendar = {
        "id": "cal_1",
        "hash": tenant_id,
        "kind": "customer",
        "code": "1001",
        "made_at": NOON,
        "revoked_at": None,
    }
    connection.execute(insert(calendar_keys), {"tenant_id": tenant_id} | calendar)
    _fill_addresses(connection, tenant_id)
    _fill_people(connection, tenant_id)


def _fill_addresses(connection: Connection, tenant_id: str) -> None:
    """One each, in use, under the same id."""
    addresses = WebhookAddresses(connection, tenant_id)
    made, _ = addresses.make(f"https://{tenant_id.replace('_', '-')}.example/", list(ChangeEvent), NOON)
    connection.execute(update(webhook_addresses).where(webhook_addresses.c.id == made.id).values(id="wha_1"))
    addresses.save(replace(made, id="wha_1", state=AddressState.ON, last_failure=tenant_id))
    tested = replace(message(tenant_id, "msg_test"), type="webhook.test", address_id="wha_1")
    Outbox(connection).add(tested)


def _fill_people(connection: Connection, tenant_id: str) -> None:
    for which in ("usr_1", f"usr of {tenant_id}"):
        Users(connection, tenant_id).add(user(which, tenant_id))
    for which in ("ses_1", f"ses of {tenant_id}"):
        Sessions(connection, tenant_id).begin(session(which, tenant_id))
    for token in ("token_1", f"token of {tenant_id}"):
        OpenedPanels(connection, tenant_id).add("inst_1", token, NOON)
    tried = {"id": f"try of {tenant_id}", "email": tenant_id, "address": tenant_id, "tried_at": NOON}
    connection.execute(insert(sign_in_tries), tried)


def user(user_id: str, tenant_id: str) -> User:
    """One whose e-mail is the same at both where the id is."""
    return User(
        tenant_id=tenant_id,
        id=user_id,
        email=f"{user_id.replace(' ', '-')}@x.example",
        name=f"name at {tenant_id}",
        role="admin",
        locale="nl",
        added_at=NOON,
        password_hash=f"password at {tenant_id}",
        invitation_hash=f"{user_id} at {tenant_id}",
        digest_at=DIGEST_AT,
    )


def session(session_id: str, tenant_id: str) -> Session:
    """One of the user that both have."""
    secret_hash = f"{session_id} at {tenant_id}"
    return Session(tenant_id, session_id, secret_hash, tenant_id, NOON, NOON, LATER, user_id="usr_1")


def installation(tenant_id: str) -> Installation:
    """One that both have."""
    keys = (InstallationKey(Secret(f"key of {tenant_id}")),)
    return Installation(tenant_id, "inst_1", int(tenant_id[-1]), InstallationState.ACTIVE, keys)


def message(tenant_id: str, message_id: str) -> OutgoingMessage:
    """One that waits to be sent."""
    return OutgoingMessage(tenant_id, message_id, "inst_1", "run.finished", {"to": tenant_id}, NOON, NOON)


def run(run_id: str, tenant_id: str, state: RunState) -> Run:
    """One that has just begun."""
    press = {"of": tenant_id} if state is RunState.DEFERRED else None
    return Run(run_id, "contract.create", "1042", "nl", {"of": tenant_id}, NOON, state, press=press)


def bulk_run(bulk_id: str, tenant_id: str, state: BulkState = BulkState.LOOKING) -> BulkRun:
    """One that somebody has begun; both have one of each state by the same id."""
    whose = ("u_1", f"name at {tenant_id}", "planner", "panel", "nl")
    return BulkRun(bulk_id, "contract.pause", {"of": tenant_id}, *whose, MOMENTS[tenant_id], state, next_turn_at=NOON)


def bulk_press(tenant_id: str) -> BulkPress:
    """The only one of a bulk run."""
    return BulkPress(0, "1042", called=f"name at {tenant_id}", counts={tenant_id: 1})


def file_import(import_id: str, tenant_id: str, state: ImportState = ImportState.LOOKING) -> FileImport:
    """One that somebody has begun; both have one of each state by the same id."""
    whose = ("u_1", f"name at {tenant_id}", "admin", "panel", "nl")
    return FileImport(import_id, f"{tenant_id}.csv", *whose, MOMENTS[tenant_id], state=state, next_turn_at=NOON)


def imported_contract(tenant_id: str) -> ImportedContract:
    """The only one of an import."""
    return ImportedContract(0, 2, "1042", "created", message=f"told at {tenant_id}")


def what_if(what_if_id: str, tenant_id: str, state: WhatIfState = WhatIfState.LOOKING) -> WhatIf:
    """One that somebody has begun; both have one of each state by the same id."""
    whose = ("u_1", f"name at {tenant_id}", "planner", "panel", "nl")
    moments = (MOMENTS[tenant_id], MOMENTS[tenant_id])
    return WhatIf(what_if_id, f"of {tenant_id}", *whose, *moments, state, next_turn_at=NOON)


def what_if_step(tenant_id: str) -> WhatIfStep:
    """The only one of a what if."""
    return WhatIfStep(0, StepKind.BULK, "bulk_shown", called=f"name at {tenant_id}")


def found_out(tenant_id: str) -> tuple[list[ContractOfWhatIf], list[VisitOfWhatIf]]:
    """One contract and one visit that differ."""
    return (
        [ContractOfWhatIf("1042", False, {"of": tenant_id})],
        [VisitOfWhatIf("1042", TODAY, "1042:A", {"of": tenant_id}, None)],
    )


def press_key(intent_id: str) -> PressKey:
    """The same person at both, by the same entrance."""
    return PressKey("webhook", "u_1", intent_id)


Rows = dict[str, list[str]]

_JOBS = text("SELECT args ->> 'tenant_id' AS owner, priority, status FROM procrastinate_jobs")


def rows_apart(connection: Connection, tenant_id: str) -> tuple[Rows, Rows]:
    """All rows of a tenant by table, and all that are not its own; secrets are open."""
    opened = cipher_of(connection).open
    its_own: Rows = defaultdict(list)
    others: Rows = defaultdict(list)
    for table, owner, row in _rows(connection):
        found = its_own if owner in (tenant_id, host_id(tenant_id)) else others
        found[table].append(repr([opened(value).reveal() if isinstance(value, Sealed) else value for value in row]))
    return _sorted(its_own), _sorted(others)


def _sorted(found: Rows) -> Rows:
    return {table: sorted(rows) for table, rows in found.items()}


def _rows(connection: Connection) -> Iterator[tuple[str, str | None, Row[Any]]]:
    for table in METADATA.sorted_tables:
        owner = "id" if table.name == "tenants" else "tenant_id"
        for row in connection.execute(select(table)):
            yield table.name, getattr(row, owner, None), row
    if has_queue(connection):
        for row in connection.execute(_JOBS):
            yield "queue", row.owner, row


def empty_tables(connection: Connection) -> list[str]:
    """Those in which nobody has a row."""
    return [
        table.name for table in METADATA.sorted_tables if not connection.scalar(select(func.count()).select_from(table))
    ]
