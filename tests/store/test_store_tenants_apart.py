"""No tenant sees or touches anything of another, whatever keys they share (architecture: Parts).

Every public method of every store class, and every public function that is given a connection or a database, is called
for one of two tenants whose rows have the same keys. What it gives and what it leaves behind is the same as when the
other one is not there, and every row of the other one stays as it was.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from itertools import count
from pkgutil import iter_modules

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, select, update

import powerup.store
from powerup.contracts.held_back import Waits
from powerup.contracts.sla_order import SlaOrder, WorkOrderLink
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.store import (
    api_keys,
    bulk_runs,
    calendar_keys,
    changes_out,
    customers,
    database,
    erasure,
    export,
    figures,
    file_imports,
    host_facts,
    identifiers,
    inbox,
    key_check,
    leases,
    marks,
    opened_panels,
    planned_days,
    planning_wanted,
    presses,
    queue,
    refused_installings,
    renaming,
    resealing,
    retention,
    runs,
    server_clock,
    sessions,
    sign_in_tries,
    statistics,
    tenant_copy,
    timekeeping,
    turns,
    users,
    visit_writing,
    webhook_addresses,
    what_ifs,
)
from powerup.store.accounts import Accounts
from powerup.store.all_tables import tables_of_tenant
from powerup.store.api_keys import ApiKeys, Scope
from powerup.store.audit_trail import AuditTrail
from powerup.store.bulk_runs import BulkPressState, BulkRuns, BulkState
from powerup.store.calendar_keys import CalendarKeys, CalendarKind
from powerup.store.changes_out import ChangesOut
from powerup.store.contracts import Contracts, Settlement
from powerup.store.cycle_reports import CycleReports
from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.file_imports import FileImports, ImportedState, ImportState
from powerup.store.host_facts import KeptHostFacts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.host_profiles import HostProfiles, ProbeNumbers, ProfileEntry
from powerup.store.inbox import Inbox, TakenMessage
from powerup.store.installations import Installations, InstallationState
from powerup.store.invoiced_lines import InvoicedLines
from powerup.store.ledger import Ledger
from powerup.store.list_views import ListView, ListViews
from powerup.store.marks import MarkKind, Marks
from powerup.store.opened_panels import OpenedPanels
from powerup.store.outbox import Outbox, OutgoingState, TurnDue
from powerup.store.planned_days import PlannedDays, Reach
from powerup.store.presses import EndedPress, EndedPresses
from powerup.store.refused_installings import RefusedInstallings
from powerup.store.reminders import Reminders
from powerup.store.runs import Runs, RunState
from powerup.store.sessions import Sessions
from powerup.store.sign_in_tries import SignInTries
from powerup.store.sla_orders import SlaOrders, WorkOrderLinks
from powerup.store.snapshots import HostSnapshots
from powerup.store.tables import tenants
from powerup.store.tenants import CycleOutcome, Environment, Tenants
from powerup.store.users import Users
from powerup.store.visit_rows import visit_values
from powerup.store.webhook_addresses import ChangeEvent, WebhookAddresses
from powerup.store.what_ifs import KeptWhatIfs, WhatIfState
from tests.store.stored_examples import contract, visit
from tests.store.two_tenants import (
    DIGEST_AT,
    FIRST,
    LATER,
    NOON,
    OWN,
    POLICY,
    SECOND,
    TODAY,
    Side,
    bulk_press,
    bulk_run,
    empty_tables,
    exported_line,
    file_import,
    fill,
    found_out,
    host_fact,
    imported_contract,
    installation,
    message,
    own_key,
    own_object,
    planned_share,
    press_key,
    reminder,
    rows_apart,
    run,
    session,
    shared_key,
    user,
    what_if,
    what_if_step,
)

LIVE = Environment.PRODUCTION
FAILED = CycleOutcome(LATER, consecutive_failures=1, attention="out of reach")

Call = Callable[[Side], object]


def _taken_over(to: Side, asked: Callable[[Connection, leases.Lease], None]) -> None:
    leases.revoke(to.connection, to.mine)
    asked(to.connection, to.lease())


# Each gives something; asked for is always also what only the other one has.
READING: dict[Callable[..., object], Call] = {
    Contracts.get: lambda to: [to.contracts.get(number) for number in to.numbers],
    Contracts.get_standing: lambda to: [to.contracts.get_standing(number) for number in to.numbers],
    Contracts.standing: lambda to: [to.contracts.standing(number) for number in to.numbers],
    Contracts.versions_of_customer: lambda to: to.contracts.versions_of_customer(to.contract().customer),
    Contracts.without_plans: lambda to: to.contracts.without_plans(to.contract().customer),
    Contracts.of_numbers: lambda to: to.contracts.of_numbers(to.numbers),
    Contracts.versions_of: lambda to: to.contracts.versions_of(to.numbers),
    Contracts.claimants: lambda to: to.contracts.claimants(to.numbers),
    Contracts.due: lambda to: to.contracts.due(TODAY, 9),
    Contracts.due_numbers: lambda to: [
        to.contracts.due_numbers(TODAY),
        to.contracts.due_numbers(TODAY, with_terms=True),
    ],
    Contracts.page: lambda to: [to.contracts.page(None, 9), to.contracts.page("1001", 9)],
    Contracts.all: lambda to: to.contracts.all(),
    Contracts.corrective: lambda to: to.contracts.corrective(),
    Contracts.by_customer: lambda to: [to.contracts.by_customer(code) for code in ("1001", f"customer of {to.other}")],
    Contracts.naming_customer: lambda to: [
        to.contracts.naming_customer(code) for code in ("1001", f"customer of {to.other}")
    ],
    Contracts.by_customers: lambda to: to.contracts.by_customers(["1001", *(f"customer of {each}" for each in OWN)]),
    Contracts.customers_of_corrective: lambda to: to.contracts.customers_of_corrective(),
    Contracts.numbers: lambda to: to.contracts.numbers(),
    Contracts.named_codes: lambda to: to.contracts.named_codes(),
    Contracts.by_object: lambda to: [to.contracts.by_object(code) for code in ("CV-1", own_object(to.other))],
    Contracts.coming_number: lambda to: to.contracts.coming_number(),
    Contracts.problems: lambda to: [to.contracts.problems(), to.contracts.problems(to.numbers)],
    Contracts.changed_numbers: lambda to: [to.contracts.changed_numbers(), to.contracts.changed_numbers(to.numbers)],
    Contracts.held_numbers: lambda to: [to.contracts.held_numbers(), to.contracts.held_numbers(to.numbers)],
    Contracts.waiting: lambda to: to.contracts.waiting(),
    customers.customers_of: lambda to: customers.customers_of(to.connection, to.mine, to.numbers),
    Ledger.get: lambda to: [to.ledger.get(key) for key in (shared_key("new"), own_key(to.mine), own_key(to.other))],
    Ledger.of_contract: lambda to: [to.ledger.of_contract("1042"), to.ledger.of_contract("1042", TODAY)],
    Ledger.of_contracts: lambda to: to.ledger.of_contracts(to.numbers),
    Ledger.for_schedule: lambda to: to.ledger.for_schedule([to.contract("1042"), to.contract("1043")], since=TODAY),
    Ledger.by_workorder_numbers: lambda to: to.ledger.by_workorder_numbers(["C-ordered", "C-t_1", "C-t_2"]),
    Ledger.by_row_ids: lambda to: to.ledger.by_row_ids([77, 101, 102]),
    Ledger.known_numbers: lambda to: to.ledger.known_numbers(["C-ordered", "C-t_1", "C-t_2"]),
    Ledger.row_ids: lambda to: to.ledger.row_ids(VisitState),
    Ledger.covered_by: lambda to: to.ledger.covered_by([replace(visit(), key=own_key(each)) for each in OWN]),
    Ledger.in_states: lambda to: to.ledger.in_states(list(VisitState), 99),
    Ledger.withheld_since: lambda to: to.ledger.withheld_since(NOON - timedelta(days=1)),
    Ledger.earliest_waits: lambda to: to.ledger.earliest_waits(),
    Ledger.parts_of: lambda to: to.ledger.parts_of({replace(to.visit("settled").key, object="")}),
    Ledger.of_run: lambda to: to.ledger.of_run("run_waiting"),
    SlaOrders.open: lambda to: to.sla_orders.open(),
    SlaOrders.open_of: lambda to: to.sla_orders.open_of(to.numbers),
    SlaOrders.came_in: lambda to: to.sla_orders.came_in(datetime(2000, 1, 1, tzinfo=UTC), LATER),
    SlaOrders.open_rows: lambda to: to.sla_orders.open_rows(),
    SlaOrders.of_rows: lambda to: to.sla_orders.of_rows([77, 101, 102]),
    SlaOrders.next_alarm_at: lambda to: to.sla_orders.next_alarm_at(),
    WorkOrderLinks.of_rows: lambda to: to.links.of_rows([77, 101, 102]),
    WorkOrderLinks.rows: lambda to: to.links.rows(),
    Marks.all: lambda to: to.marks.all(),
    Marks.get: lambda to: [
        to.marks.get(MarkKind.CUSTOMER_BLOCKED, code) for code in ("1001", f"customer of {to.other}")
    ],
    marks.marked_by: lambda to: marks.marked_by(to.database, to.mine),
    KeptHostFacts.all: lambda to: to.host_facts.all(),
    HostProfiles.all: lambda to: to.host_profiles.all(),
    HostProfiles.profile: lambda to: to.host_profiles.profile(),
    ProbeNumbers.all: lambda to: to.probe_numbers.all(),
    Users.all: lambda to: to.users.all(),
    Users.get: lambda to: [to.users.get(user_id) for user_id in ("usr_1", f"usr of {to.other}")],
    Users.of_email: lambda to: [
        to.users.of_email(user(user_id, to.mine).email) for user_id in ("usr_1", f"usr of {to.other}")
    ],
    Sessions.last_seen: lambda to: to.sessions.last_seen(),
    Sessions.of_user: lambda to: to.sessions.of_user("usr_1"),
    CalendarKeys.of_tenant: lambda to: to.calendar_keys.of_tenant(to.mine),
    CalendarKeys.of: lambda to: to.calendar_keys.of(to.mine, CalendarKind.CUSTOMER, "1001"),
    HostNames.all: lambda to: to.host_names.all(),
    HostNames.news: lambda to: to.host_names.news(
        {(NameKind.CUSTOMER, code): HostName(f"customer of {to.other}") for code in ("1001", f"customer of {to.other}")}
    ),
    ListViews.for_person: lambda to: [to.list_views.for_person(who, "contracts") for who in ("u_1", to.other)],
    HostNames.of: lambda to: to.host_names.of(NameKind.CUSTOMER, ["1001", f"customer of {to.other}"]),
    HostNames.of_employees: lambda to: to.host_names.of_employees(),
    HostNames.search: lambda to: to.host_names.search(NameKind.CUSTOMER, "", "", 9),
    HostNames.of_customers: lambda to: to.host_names.of_customers(["1001", f"customer of {to.other}"]),
    PlannedDays.reach: lambda to: to.planned_days.reach(),
    PlannedDays.wanted: lambda to: list(to.planned_days.wanted(9)),
    PlannedDays.how_many_wanted: lambda to: to.planned_days.how_many_wanted(),
    PlannedDays.minutes: lambda to: to.planned_days.minutes(["Onderhoud"], date(2020, 1, 1), date(2040, 1, 1)),
    PlannedDays.minutes_of: lambda to: to.planned_days.minutes_of(date(2020, 1, 1), date(2040, 1, 1)),
    PlannedDays.visits_in_region: lambda to: to.planned_days.visits_in_region("35", date(2020, 1, 1), date(2040, 1, 1)),
    PlannedDays.shares: lambda to: to.planned_days.shares(to.numbers),
    host_facts.facts_of: lambda to: [
        host_facts.facts_of(to.connection, to.mine, replace(to.contract(), customer=code, objects=(code, "CV-1")))
        for code in (to.contract().customer, "1001", "1002", "CV-2")
    ],
    host_facts.known_hindrances: lambda to: host_facts.known_hindrances(to.connection, to.mine),
    InvoicedLines.of_contracts: lambda to: to.invoiced_lines.of_contracts(to.numbers),
    AuditTrail.of_action: lambda to: to.audit_trail.of_action("contract.edit", to.numbers),
    Reminders.of_contracts: lambda to: to.reminders.of_contracts(to.numbers),
    Contracts.with_a_price: lambda to: to.contracts.with_a_price("", 9),
    Ledger.completed: lambda to: to.ledger.completed(to.numbers, date.min, date.max),
    Reminders.waiting: lambda to: to.reminders.waiting(),
    Reminders.of_contract: lambda to: [to.reminders.of_contract(number) for number in to.numbers],
    HostSnapshots.get: lambda to: [to.snapshots.get("object", code) for code in ("CV-1", own_object(to.other))],
    Runs.get: lambda to: [to.runs.get(run_id) for run_id in ("run_waiting", f"run of {to.other}")],
    Runs.waiting: lambda to: to.runs.waiting(),
    BulkRuns.get: lambda to: [to.bulk_runs.get(each) for each in ("bulk_shown", f"bulk of {to.other}")],
    BulkRuns.presses: lambda to: [
        to.bulk_runs.presses(each, limit=9) for each in ("bulk_shown", f"bulk of {to.other}")
    ],
    BulkRuns.press: lambda to: [to.bulk_runs.press(each, 0) for each in ("bulk_shown", f"bulk of {to.other}")],
    BulkRuns.how_many: lambda to: [to.bulk_runs.how_many(each) for each in ("bulk_shown", f"bulk of {to.other}")],
    BulkRuns.counts: lambda to: to.bulk_runs.counts("bulk_shown", BulkPressState.WAITING),
    BulkRuns.is_held: lambda to: to.bulk_runs.is_held(to.bulk(BulkState.LOOKING)),
    KeptWhatIfs.get: lambda to: [to.what_ifs.get(each) for each in ("what_if_shown", f"what if of {to.other}")],
    KeptWhatIfs.latest: lambda to: to.what_ifs.latest(99),
    KeptWhatIfs.steps: lambda to: [to.what_ifs.steps(each) for each in ("what_if_shown", f"what if of {to.other}")],
    KeptWhatIfs.of_run: lambda to: to.what_ifs.of_run("bulk_shown") is not None,
    KeptWhatIfs.is_held: lambda to: to.what_ifs.is_held(to.what_if(WhatIfState.LOOKING)),
    KeptWhatIfs.contracts: lambda to: to.what_ifs.contracts("what_if_shown", limit=9),
    KeptWhatIfs.visits: lambda to: to.what_ifs.visits("what_if_shown", limit=9),
    tenant_copy.copy_of_tenant: lambda to: _copied(to),
    FileImports.get: lambda to: [to.file_imports.get(each) for each in ("import_shown", f"import of {to.other}")],
    FileImports.content: lambda to: [
        to.file_imports.content(each) for each in ("import_shown", f"import of {to.other}")
    ],
    FileImports.latest: lambda to: to.file_imports.latest(99),
    FileImports.is_held: lambda to: to.file_imports.is_held(to.file_import(ImportState.LOOKING)),
    FileImports.contracts: lambda to: to.file_imports.contracts("import_shown", limit=9),
    FileImports.how_many: lambda to: to.file_imports.how_many("import_shown"),
    Inbox.get: lambda to: [to.inbox.get(message_id) for message_id in ("msg_1", f"msg of {to.other}")],
    EndedPresses.find: lambda to: [
        to.presses.find(press_key(intent)) for intent in ("intent_1", f"intent of {to.other}")
    ],
    RefusedInstallings.get: lambda to: [to.refused.get(message_id) for message_id in ("msg_1", f"msg of {to.other}")],
    AuditTrail.newest_of_target: lambda to: to.audit_trail.newest_of_target("contract", "1042", 9),
    AuditTrail.of_target: lambda to: to.audit_trail.of_target("contract", "1042"),
    AuditTrail.of_contract: lambda to: to.audit_trail.of_contract("1042"),
    AuditTrail.newest_of_contract: lambda to: [
        to.audit_trail.newest_of_contract("1042", 9),
        to.audit_trail.newest_of_contract("1042", 9, action="contract.note"),
    ],
    AuditTrail.of_pauses: lambda to: to.audit_trail.of_pauses(["1042", "1043"]),
    AuditTrail.who_ended_or_paused: lambda to: to.audit_trail.who_ended_or_paused(["1042", "1043"]),
    AuditTrail.before: lambda to: to.audit_trail.before((LATER, "z"), 9),
    AuditTrail.of_contracts_since: lambda to: to.audit_trail.of_contracts_since(datetime(2000, 1, 1, tzinfo=UTC), 9),
    AuditTrail.with_pressed_visits: lambda to: [*to.audit_trail.with_pressed_visits(datetime(2000, 1, 1, tzinfo=UTC))],
    AuditTrail.latest: lambda to: to.audit_trail.latest(9),
    CycleReports.numbered: lambda to: to.reports.numbered(1),
    ApiKeys.of_tenant: lambda to: to.api_keys.of_tenant(to.mine),
    ApiKeys.get: lambda to: to.api_keys.get(to.mine, "key_1"),
    CycleReports.begun_by: lambda to: to.reports.begun_by(NOON),
    CycleReports.ordered_since: lambda to: to.reports.ordered_since(NOON - timedelta(days=9)),
    CycleReports.latest: lambda to: to.reports.latest(9),
    Installations.of_tenant: lambda to: to.installations.of_tenant(to.mine),
    Installations.links_of: lambda to: to.installations.links_of(to.mine),
    Outbox.due_in: lambda to: to.outbox.due_in(TurnDue(to.mine, False, (None, "wha_1")), LATER, 100),
    Outbox.newest_of_address: lambda to: to.outbox.newest_of_address(to.mine, "wha_1", "webhook.test"),
    WebhookAddresses.get: lambda to: to.webhook_addresses.get("wha_1", lock=True),
    WebhookAddresses.all: lambda to: to.webhook_addresses.all(),
    WebhookAddresses.wanting: lambda to: to.webhook_addresses.wanting(),
    Outbox.of_tenant: lambda to: to.outbox.of_tenant(to.mine, OutgoingState.WAITING),
    Tenants.get: lambda to: to.tenants.get(to.mine),
    Tenants.configured: lambda to: to.tenants.configured(to.mine),
    Tenants.host_tenant_id: lambda to: to.tenants.host_tenant_id(to.mine),
    Tenants.find: lambda to: [to.tenants.find(wanted) for wanted in (to.mine, f"h_{to.mine}", f"name of {to.mine}")],
    Tenants.configuration: lambda to: to.tenants.configuration(to.mine),
    leases.holder: lambda to: leases.holder(to.connection, to.mine, NOON),
    leases.check_fence: lambda to: to.said_when_refused(lambda: _taken_over(to, leases.check_fence)),
    leases.look: lambda to: to.said_when_refused(lambda: _taken_over(to, leases.look)),
    export.rows_of_tenant: lambda to: [
        list(export.rows_of_tenant(to.connection, table, owner, to.mine)) for table, owner in tables_of_tenant()
    ],
}


def _add_what_the_other_has(to: Side) -> None:
    to.contracts.add(contract(OWN[to.other]))


def _add_several_that_the_other_has(to: Side) -> None:
    to.contracts.add_all([contract(OWN[to.other]), contract("1044")])


def _save_over_another_version(to: Side) -> object:
    version = 4 if to.mine == FIRST else 1  # the other one's
    changed = replace(to.contract("1043"), name="other")
    said = [
        to.said_when_refused(lambda: to.contracts.save(changed, version)),
        to.said_when_refused(lambda: to.contracts.save_renewal(changed, version)),
        to.said_when_refused(lambda: to.contracts.save_settled([Settlement("1043", version, TODAY, TODAY)])),
    ]
    return said, to.contracts.save(replace(to.contract(), name="other", objects=("CV-1",)), 1)


def _add_visit_of_the_other(to: Side) -> LedgerVisit:
    new = replace(visit(), key=own_key(to.other), workorder_no=f"C-{to.other}")
    to.ledger.add([new])
    return new


def _insert_visit_of_the_other(to: Side) -> None:
    new = replace(visit(), key=own_key(to.other), workorder_no=f"C-{to.other}")
    visit_writing.insert_visits(to.connection, to.mine, [visit_values(new)])


def _parts_of_new(to: Side) -> list[LedgerVisit]:
    new = to.visit("new")
    return [
        replace(new, key=replace(new.key, object=f"@{place}"), workorder_no=f"C-{place}", carries=("CV-1",))
        for place in "AB"
    ]


def _outcome(to: Side) -> tuple[object, ...]:
    return to.visit("new").workorder_no, VisitState.ORDERED.value, 900, None, LATER, None


def _sla_order(to: Side, row_id: int) -> SlaOrder:
    return SlaOrder(row_id, f"new of {to.mine}", "1043", "1", POLICY, NOON)


def _new_tenant(to: Side) -> None:
    to.tenants.add(replace(to.tenants.get(to.mine), id="t_3"))


def _failing_after(to: Side) -> object:
    to.tenants.finish_cycle(to.mine, FAILED)
    return to.tenants.failing([to.mine])


def _due_after_it_was_stopped(to: Side) -> object:
    before = to.tenants.is_due(to.mine, LATER, LIVE)
    to.tenants.stop_cycles(to.mine)
    return before, to.tenants.is_due(to.mine, LATER, LIVE)


def _key_once_revoked(to: Side) -> object:
    to.api_keys.revoke(to.mine, "key_1", NOON)
    _, secret = to.api_keys.make(to.mine, Scope.READ, NOON)
    return to.api_keys.find(secret)


def _calendar_once_revoked(to: Side) -> object:
    to.calendar_keys.revoke(to.mine, "cal_1", NOON)
    _, secret = to.calendar_keys.make(to.mine, CalendarKind.CUSTOMER, "1001", NOON)
    return to.calendar_keys.find(secret)


def _link_orders(to: Side) -> None:
    for row_id in (77, 101, 102):
        to.links.save(WorkOrderLink(row_id, None))


def _note_what_the_other_has_noted(to: Side) -> None:
    _add_what_the_other_has(to)
    to.reminders.note(reminder(OWN[to.other], to.mine))


def _keep_snapshots(to: Side) -> None:
    for code in ("CV-1", own_object(to.other)):
        to.snapshots.save("object", code, {}, NOON)


def _add_lines_of_the_other(to: Side) -> None:
    line = to.audit_trail.latest(1)[0]
    to.audit_trail.add_all(replace(line, id=f"msg of {to.other}{which}") for which in ("", " paused"))


def _put_what_both_have(to: Side) -> None:
    marks = to.planned_days.wanted(9)
    to.planned_days.put({number: planned_share("new") for number in marks}, marks)


# Each changes something; what it gives counts, too.
WRITING: dict[Callable[..., object], Call] = {
    Contracts.add: _add_what_the_other_has,
    Contracts.add_all: _add_several_that_the_other_has,
    Contracts.save: _save_over_another_version,
    Contracts.save_renewal: lambda to: to.contracts.save_renewal(
        replace(to.contract(), end=date(2028, 12, 31), renewals=1, version=2), 1
    ),
    Contracts.save_settled: lambda to: to.contracts.save_settled([Settlement("1042", 1, TODAY, LATER.date())]),
    Contracts.wake: lambda to: to.contracts.wake(to.numbers),
    Contracts.decide_again_from: lambda to: to.contracts.decide_again_from("1042", TODAY - timedelta(days=9)),
    Contracts.next_number: lambda to: to.contracts.next_number(),
    Contracts.next_numbers: lambda to: to.contracts.next_numbers(2),
    Contracts.count_on_from: lambda to: to.contracts.count_on_from(5001),
    Contracts.set_aside: lambda to: to.contracts.set_aside("1043", "new problem", TODAY),
    Contracts.count_as_changed: lambda to: to.contracts.count_as_changed(to.numbers),
    Contracts.hold: lambda to: to.contracts.hold({"1043": Waits(3, 0)}),
    Contracts.release: lambda to: to.contracts.release(to.numbers),
    Ledger.retry_failed: lambda to: to.ledger.retry_failed(NOON),
    Ledger.add: _add_visit_of_the_other,
    Ledger.update: lambda to: to.ledger.update(to.in_state(VisitState.ORDERED), VisitState.ORDERING),
    Ledger.update_all: lambda to: to.ledger.update_all([to.in_state(VisitState.ORDERED)], VisitState.ORDERING),
    Ledger.split: lambda to: to.ledger.split(to.visit("new"), _parts_of_new(to)),
    Ledger.mark_attempted: lambda to: to.ledger.mark_attempted([replace(to.visit("new"), attempted_at=LATER)]),
    Ledger.mark_ordered: lambda to: to.ledger.mark_ordered([to.in_state(VisitState.ORDERED)]),
    Ledger.believe: lambda to: to.ledger.believe([to.visit("ordered")]),
    visit_writing.insert_visits: _insert_visit_of_the_other,
    visit_writing.update_visits: lambda to: visit_writing.update_visits(
        to.connection, to.mine, "ordering", [visit_values(to.in_state(VisitState.ORDERED))]
    ),
    visit_writing.write_outcomes: lambda to: visit_writing.write_outcomes(
        to.connection, to.mine, "ordering", [_outcome(to)]
    ),
    renaming.rename_object_of_visits: lambda to: renaming.rename_object_of_visits(
        to.connection, to.mine, "1042", "CV-1", own_object(to.other)
    ),
    renaming.retry_visits_never_sent: lambda to: renaming.retry_visits_never_sent(
        to.connection, to.mine, to.numbers, NOON
    ),
    SlaOrders.save: lambda to: to.sla_orders.save([_sla_order(to, row_id) for row_id in (77, 101, 102)]),
    SlaOrders.drop: lambda to: to.sla_orders.drop([77, 101, 102]),
    WorkOrderLinks.save: _link_orders,
    Marks.save: lambda to: to.marks.save(marks.Mark(MarkKind.CUSTOMER_BLOCKED, "1001", "new", NOON)),
    Marks.remove: lambda to: to.marks.remove(MarkKind.CUSTOMER_BLOCKED, "1001"),
    ListViews.save: lambda to: to.list_views.save(ListView("view_new", "contracts", "mine", "q=b", "u_1")),
    ListViews.remove: lambda to: [to.list_views.remove(view, None) for view in ("view_1", f"view of {to.other}")],
    HostNames.keep: lambda to: to.host_names.keep({(NameKind.CUSTOMER, "1001"): HostName("new")}),
    PlannedDays.begin_anew: lambda to: to.planned_days.begin_anew(Reach(TODAY, TODAY)),
    PlannedDays.put: _put_what_both_have,
    planning_wanted.want_planning: lambda to: planning_wanted.want_planning(to.connection, to.mine, ["1042"]),
    planning_wanted.want_planning_of_customers: lambda to: planning_wanted.want_planning_of_customers(
        to.connection, to.mine, ["1001"]
    ),
    planning_wanted.want_all_planning: lambda to: planning_wanted.want_all_planning(to.connection, to.mine),
    KeptHostFacts.save: lambda to: to.host_facts.save([host_fact("1001", "new")]),
    KeptHostFacts.remove: lambda to: to.host_facts.remove([host_fact("1001", to.mine)]),
    HostProfiles.save: lambda to: to.host_profiles.save([ProfileEntry("first_status", "new", NOON)]),
    ProbeNumbers.write_down: lambda to: to.probe_numbers.write_down("PROBE-first_status", LATER),
    ProbeNumbers.answered: lambda to: to.probe_numbers.answered("PROBE-first_status"),
    ProbeNumbers.forget: lambda to: to.probe_numbers.forget("PROBE-first_status"),
    InvoicedLines.write: lambda to: to.invoiced_lines.write(
        [replace(exported_line("1042", to.mine), amount=Decimal(9))]
    ),
    Reminders.note: _note_what_the_other_has_noted,
    Reminders.save: lambda to: to.reminders.save(replace(reminder("1042", to.mine), sent_at=NOON)),
    Reminders.drop: lambda to: to.reminders.drop(reminder("1042", to.mine)),
    HostSnapshots.save: _keep_snapshots,
    Runs.add: lambda to: to.runs.add(run(f"run of {to.other}", to.mine, RunState.WAITING)),
    Runs.promise: lambda to: to.runs.promise("run_waiting", {"new": 1}),
    Runs.hold: lambda to: to.runs.hold(to.run("run_deferred"), LATER),
    Runs.put_off: lambda to: to.runs.put_off(to.run("run_deferred"), LATER),
    Runs.begin: lambda to: to.runs.begin(to.run("run_deferred")),
    Runs.go_on: lambda to: to.runs.go_on("run_waiting", "1043", {"new": 1}),
    Runs.finish: lambda to: to.runs.finish("run_waiting", {"new": 1}, NOON),
    BulkRuns.add: lambda to: to.bulk_runs.add(bulk_run(f"bulk of {to.other}", to.mine), [bulk_press(to.mine)]),
    BulkRuns.hold: lambda to: to.bulk_runs.hold(to.bulk(BulkState.LOOKING), LATER),
    BulkRuns.put_back: lambda to: to.bulk_runs.put_back(to.bulk(BulkState.LOOKING), LATER),
    BulkRuns.show: lambda to: to.bulk_runs.show(to.bulk(BulkState.LOOKING), LATER),
    BulkRuns.confirm: lambda to: to.bulk_runs.confirm(to.bulk(BulkState.SHOWN), LATER),
    BulkRuns.look_again: lambda to: to.bulk_runs.look_again(to.bulk(BulkState.SHOWN), LATER),
    BulkRuns.end: lambda to: to.bulk_runs.end(to.bulk(BulkState.WORKING), LATER),
    BulkRuns.stop: lambda to: to.bulk_runs.stop("bulk_working", LATER),
    BulkRuns.write: lambda to: to.bulk_runs.write(
        "bulk_shown", replace(bulk_press(to.mine), state=BulkPressState.DONE), BulkPressState.WAITING
    ),
    BulkRuns.set_aside: lambda to: to.bulk_runs.set_aside(to.bulk(BulkState.SHOWN)),
    BulkRuns.show_found: lambda to: to.bulk_runs.show_found(to.bulk(BulkState.LOOKING), [bulk_press(to.mine)], LATER),
    KeptWhatIfs.add: lambda to: to.what_ifs.add(what_if(f"what if of {to.other}", to.mine)),
    KeptWhatIfs.add_step: lambda to: to.what_ifs.add_step("what_if_shown", what_if_step(to.mine)),
    KeptWhatIfs.write_step: lambda to: to.what_ifs.write_step(
        "what_if_shown", replace(what_if_step(to.mine), message="written")
    ),
    KeptWhatIfs.remove_step: lambda to: to.what_ifs.remove_step("what_if_shown", 0),
    KeptWhatIfs.look_anew: lambda to: to.what_ifs.look_anew(to.what_if(WhatIfState.SHOWN), LATER),
    KeptWhatIfs.hold: lambda to: to.what_ifs.hold(to.what_if(WhatIfState.LOOKING), LATER),
    KeptWhatIfs.put_back: lambda to: to.what_ifs.put_back(to.what_if(WhatIfState.LOOKING), LATER),
    KeptWhatIfs.become: lambda to: to.what_ifs.become(to.what_if(WhatIfState.LOOKING), WhatIfState.WRONG),
    KeptWhatIfs.keep_found: lambda to: to.what_ifs.keep_found("what_if_wrong", *found_out(to.mine)),
    KeptWhatIfs.drop: lambda to: to.what_ifs.drop("what_if_shown", LATER),
    FileImports.add: lambda to: to.file_imports.add(file_import(f"import of {to.other}", to.mine), b"file"),
    FileImports.hold: lambda to: to.file_imports.hold(to.file_import(ImportState.LOOKING), LATER),
    FileImports.go_on: lambda to: to.file_imports.go_on(to.file_import(ImportState.WORKING), 1, LATER),
    FileImports.put_back: lambda to: to.file_imports.put_back(to.file_import(ImportState.WORKING), LATER),
    FileImports.become: lambda to: to.file_imports.become(
        to.file_import(ImportState.WORKING), ImportState.DONE, {"ended_at": LATER}, keeps=False
    ),
    FileImports.save_contracts: lambda to: to.file_imports.save_contracts("import_wrong", [imported_contract(to.mine)]),
    FileImports.update_contracts: lambda to: to.file_imports.update_contracts(
        "import_shown", [replace(imported_contract(to.mine), state=ImportedState.DONE)]
    ),
    EndedPresses.add: lambda to: to.presses.add(press_key(f"intent of {to.other}"), EndedPress("asked", {}), NOON),
    EndedPresses.open_again: lambda to: to.presses.open_again(press_key("intent_1")),
    Inbox.add: lambda to: to.inbox.add(TakenMessage(f"msg of {to.other}", "", "", NOON)),
    RefusedInstallings.add: lambda to: to.refused.add(TakenMessage(f"msg of {to.other}", "", "", NOON)),
    AuditTrail.add: lambda to: to.audit_trail.add(replace(to.audit_trail.latest(1)[0], id=f"msg of {to.other}")),
    AuditTrail.add_all: _add_lines_of_the_other,
    CycleReports.add: lambda to: to.reports.add(replace(to.reports.latest(1)[0], fence=int(to.other[-1]) + 7)),
    Installations.add: lambda to: to.installations.add(replace(installation(to.mine), id="inst_2")),
    Installations.save: lambda to: to.installations.save(
        replace(installation(to.mine), state=InstallationState.SUSPENDED)
    ),
    Outbox.add: lambda to: to.outbox.add(message(to.mine, f"msg of {to.other}")),
    Outbox.save: lambda to: to.outbox.save(
        replace(message(to.mine, "msg_1"), state=OutgoingState.SENT), expected_attempts=0
    ),
    Outbox.add_all: lambda to: to.outbox.add_all([message(to.mine, f"msg of {to.other}")]),
    Outbox.hold_back: lambda to: to.outbox.hold_back(to.mine, None, LATER),
    Outbox.stop: lambda to: to.outbox.stop(to.mine),
    Outbox.stop_address: lambda to: to.outbox.stop_address(to.mine, "wha_1", "gone"),
    Outbox.forget_address: lambda to: to.outbox.forget_address(to.mine, "wha_1"),
    WebhookAddresses.make: lambda to: to.webhook_addresses.make("https://erp.example/", list(ChangeEvent), NOON)[0].url,
    WebhookAddresses.save: lambda to: to.webhook_addresses.save(replace(to.webhook_address(), last_failure="new")),
    WebhookAddresses.remove: lambda to: to.webhook_addresses.remove("wha_1"),
    ChangesOut.tell: lambda to: to.changes_out.tell(ChangeEvent.ATTENTION_RAISED, [{"of": to.mine}], NOON),
    ChangesOut.tell_of_contract: lambda to: to.changes_out.tell_of_contract(
        ChangeEvent.CONTRACT_CHANGED, to.contract(), "contract.edit", NOON
    ),
    ChangesOut.tell_of_visits: lambda to: to.changes_out.tell_of_visits(
        [replace(to.visit("ordered"), changed_at=NOON)]
    ),
    ApiKeys.make: lambda to: to.api_keys.make(to.mine, Scope.READ, NOON),
    ApiKeys.find: _key_once_revoked,
    ApiKeys.note_use: lambda to: to.api_keys.note_use(to.api_keys.of_tenant(to.mine)[0], NOON),
    ApiKeys.revoke: lambda to: to.api_keys.revoke(to.mine, "key_1", NOON),
    Users.add: lambda to: to.users.add(user(f"usr of {to.other}", to.mine)),
    Users.save: lambda to: to.users.save(replace(user("usr_1", to.mine), name="new")),
    Users.want_digest: lambda to: to.users.want_digest("usr_1", NOON),
    Users.put_off_digest: lambda to: [
        to.users.put_off_digest(user_id, DIGEST_AT, NOON) for user_id in ("usr_1", f"usr of {to.other}")
    ],
    Users.remove: lambda to: to.users.remove("usr_1"),
    OpenedPanels.add: lambda to: to.opened_panels.add("inst_1", f"token of {to.other}", LATER),
    Sessions.begin: lambda to: to.sessions.begin(session(f"ses of {to.other}", to.mine)),
    Sessions.seen: lambda to: to.sessions.seen("ses_1", LATER),
    Sessions.end: lambda to: to.sessions.end("ses_1"),
    Sessions.end_of_user: lambda to: to.sessions.end_of_user("usr_1", but="ses_1"),
    CalendarKeys.make: lambda to: to.calendar_keys.make(to.mine, CalendarKind.CUSTOMER, "1001", NOON),
    CalendarKeys.find: _calendar_once_revoked,
    CalendarKeys.revoke: lambda to: to.calendar_keys.revoke(to.mine, "cal_1", NOON),
    CalendarKeys.follow_customer: lambda to: to.calendar_keys.follow_customer(to.mine, "1001", "1002"),
    Tenants.add: _new_tenant,
    Tenants.save: lambda to: to.tenants.save(replace(to.tenants.get(to.mine), token=Secret("new"))),
    Tenants.save_configuration: lambda to: to.tenants.save_configuration(
        to.mine,
        replace(to.tenants.configuration(to.mine), reasons=()),
    ),
    Tenants.link: lambda to: to.tenants.link(to.mine, "inst_1"),
    Tenants.failing: _failing_after,
    Tenants.is_due: _due_after_it_was_stopped,
    Tenants.wake: lambda to: to.tenants.wake(to.mine, LATER),
    Tenants.reconcile_soon: lambda to: to.tenants.reconcile_soon(to.mine, LATER),
    Tenants.look_up_until: lambda to: to.tenants.look_up_until(to.mine, LATER),
    Tenants.restart_cycles: lambda to: to.tenants.restart_cycles(to.mine, LATER),
    Tenants.stop_cycles: lambda to: to.tenants.stop_cycles(to.mine),
    Tenants.finish_cycle: lambda to: to.tenants.finish_cycle(to.mine, FAILED),
    leases.acquire: lambda to: leases.acquire(to.connection, to.mine, "another", LATER, 60),
    leases.renew: lambda to: leases.renew(to.connection, to.lease(), NOON, 3600),
    leases.release: lambda to: leases.release(to.connection, to.lease()),
    leases.revoke: lambda to: leases.revoke(to.connection, to.mine),
    erasure.erase_tenant: lambda to: erasure.erase_tenant(to.connection, to.mine, NOON),
}

OF_THE_SERVER: dict[Callable[..., object], str] = {
    Installations.find: "before its signature is known a message names its installation and no tenant",
    Tenants.linked_to: "the one that waits for an installation, whichever that is",
    Accounts.lock: "an account belongs to one of all tenants",
    Accounts.holder: "an account belongs to one of all tenants",
    Accounts.prefixes_of_others: "an account belongs to one of all tenants",
    Accounts.was_here: "an account belongs to one of all tenants",
    Accounts.mark: "the same for all tenants, so that an account is known again",
    Accounts.known_mark: "the same for all tenants, so that an account is known again",
    Outbox.turns_due: "the sender sends for all tenants",
    Tenants.all: "for commands of the operator",
    Tenants.due_tenants: "the timer works for all tenants",
    runs.due_presses: "the timer works for all tenants",
    bulk_runs.due_bulk_runs: "the timer works for all tenants",
    bulk_runs.forget_bulk_runs: "for all tenants",
    what_ifs.due_what_ifs: "the timer works for all tenants",
    what_ifs.forget_what_ifs: "for all tenants",
    file_imports.due_imports: "the timer works for all tenants",
    file_imports.forget_imports: "for all tenants",
    file_imports.forget_files: "for all tenants",
    erasure.uninstalled_before: "for all tenants",
    erasure.erased_generation: "the tenant is gone",
    planned_days.tenants_with_planning_wanted: "the timer works for all tenants",
    figures.figures: "for the operator, numbers alone",
    inbox.forget_messages: "for all tenants",
    presses.forget_presses: "for all tenants",
    refused_installings.forget_refusals: "for all tenants",
    retention.forget_old_traces: "for all tenants",
    resealing.reseal: "for all tenants",
    key_check.keys_fit: "for all tenants",
    users.users_of_email: "who signs in names no tenant",
    users.digests_due: "the timer works for all tenants",
    users.user_of_invitation: "an invitation names no tenant",
    sessions.session_of_secret: "a cookie names no tenant",
    sessions.forget_sessions: "for all tenants",
    SignInTries.since: "whoever tries may be of no tenant",
    SignInTries.add: "whoever tries may be of no tenant",
    SignInTries.forgive: "whoever tries may be of no tenant",
    opened_panels.forget_opened_panels: "for all tenants",
    sign_in_tries.forget_tries: "for all tenants",
    queue.hint: "writes of the one tenant it is given; the queue is no table of ours",
    queue.hint_all: "for all tenants that are given",
    queue.has_queue: "no tenant's",
    queue.has_workers: "no tenant's",
    queue.waiting_hints: "a number alone",
    queue.forget_finished_jobs: "for all tenants",
    queue.make_queue: "no tenant's",
    server_clock.clock_difference: "no tenant's",
    statistics.note_growth: "no tenant's",
    timekeeping.note_done: "no tenant's",
    timekeeping.last_done: "no tenant's",
    turns.take_turn: "no tenant's",
    database.cipher_of: "no tenant's",
}
"""What is asked or done for more tenants than one, and why."""


def _copied(to: Side) -> list[object]:
    """All rows of the copy of mine with the contracts of both."""
    with tenant_copy.copy_of_tenant(to.connection, to.mine, to.numbers) as copy, copy.read() as connection:
        return [connection.execute(select(table)).all() for table, _ in tables_of_tenant()]


def _public_doors() -> Iterator[Callable[..., object]]:
    for module in iter_modules(powerup.store.__path__, "powerup.store."):
        if module.ispkg:
            continue
        for name, found in vars(import_module(module.name)).items():
            if name.startswith("_") or getattr(found, "__module__", None) != module.name:
                continue
            if inspect.isclass(found) and _takes_a_connection(found):
                yield from (each for name, each in inspect.getmembers(found, inspect.isfunction) if name[0] != "_")
            elif inspect.isfunction(found) and _takes_a_connection(found):
                yield found


def _takes_a_connection(door: Callable[..., object]) -> bool:
    try:
        return not {"connection", "database"}.isdisjoint(inspect.signature(door).parameters)
    except ValueError:  # of an enumeration
        return False


def test_every_way_into_the_store_is_tried_with_two_tenants() -> None:
    tried = [*READING, *WRITING, *OF_THE_SERVER]
    doors = set(_public_doors())
    assert [door.__qualname__ for door in doors if door not in tried] == []
    assert [door.__qualname__ for door in tried if door not in doors or tried.count(door) > 1] == []


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    yield opened
    opened.dispose()


@pytest.fixture(autouse=True)
def _the_same_ids_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (identifiers, api_keys, calendar_keys):
        monkeypatch.setattr(module, "token_urlsafe", lambda length: "x" * length)
    # Of each change its own, and the same again for the same call.
    _marks[0] = count()
    monkeypatch.setattr(webhook_addresses, "token_bytes", lambda length: b"x" * length)
    for module in (planning_wanted, changes_out):
        monkeypatch.setattr(module, "new_id", lambda prefix: f"{prefix}_{next(_marks[0])}")


_marks = [count()]


@pytest.mark.parametrize(("mine", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_no_tenant_sees_or_touches_what_another_has_under_the_same_keys(empty: Database, mine: str, other: str) -> None:
    for tenant_id in (FIRST, SECOND):
        fill(empty, tenant_id)
    with empty.read() as connection:
        assert empty_tables(connection) == ["erasures", "timekeeping"]
        others_rows, _ = rows_apart(connection, other)

    given, left = {}, {}
    for door, call in _calls():
        given[door], others_after, left[door] = _done(empty, call, mine, other)
        assert others_after == others_rows, f"{door.__qualname__} changed what another tenant has"

    with empty.write() as connection:
        erasure.erase_tenant(connection, other, NOON)
    for door, call in _calls():
        given_alone, _, left_alone = _done(empty, call, mine, other)
        assert given[door] == given_alone, f"{door.__qualname__} gave what another tenant has"
        assert left[door] == left_alone, f"{door.__qualname__} did something else because of what another tenant has"


def test_what_waits_of_all_tenants_comes_once_and_with_its_own(empty: Database) -> None:
    for tenant_id in (FIRST, SECOND):
        fill(empty, tenant_id)
    with empty.write() as connection:
        for tenant_id in (FIRST, SECOND):
            deferred = Runs(connection, tenant_id)
            assert deferred.put_off(run("run_deferred", tenant_id, RunState.DEFERRED), NOON)
        assert sorted(
            (owner, each.answer["of"]) for owner, each in runs.due_presses(connection, LATER, LATER, LIVE, 9)
        ) == [
            (FIRST, FIRST),
            (SECOND, SECOND),
        ]
        assert sorted(Tenants(connection).due_tenants(LATER, LIVE, 9)) == [FIRST, SECOND]
        assert sorted(each.tenant_id for each in Outbox(connection).turns_due(LATER, 9)) == [FIRST, SECOND]


def test_tokens_from_before_there_were_marks_get_each_its_own(empty: Database) -> None:
    for tenant_id in (FIRST, SECOND):
        fill(empty, tenant_id)
    with empty.write() as connection:
        marks_of = select(tenants.c.id, tenants.c.token_mark).order_by(tenants.c.id)
        before = connection.execute(marks_of).all()
        connection.execute(update(tenants).values(token_mark=None))
        Accounts(connection).lock()
        assert connection.execute(marks_of).all() == before
    assert len({row.token_mark for row in before}) == 2


def test_every_call_that_is_tried_gives_or_changes_something(empty: Database) -> None:
    fill(empty, FIRST)
    with empty.read() as connection:
        _, before = rows_apart(connection, SECOND)
    for door, call in READING.items():
        given, _, after = _done(empty, call, FIRST, SECOND)
        assert given, door.__qualname__
        assert after == before, door.__qualname__
    for door, call in WRITING.items():
        assert _done(empty, call, FIRST, SECOND)[2] != before, door.__qualname__


def _calls() -> list[tuple[Callable[..., object], Call]]:
    return [*READING.items(), *WRITING.items()]


def _done(database: Database, call: Call, mine: str, other: str) -> tuple[object, object, object]:
    """What a call gives, and what it leaves: the other one's rows, and all that is not. It is undone again."""
    _marks[0] = count(1_000)
    with database.write() as connection:
        given = call(Side(database, connection, mine, other))
        left = given, *rows_apart(connection, other)
        connection.rollback()
    return left
