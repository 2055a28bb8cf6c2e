"""Changing what belongs to a tenant rather than to a contract (rules: Settle, then change)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Actor
from powerup.contracts.calendar import Calendar
from powerup.contracts.changed_rules import (
    counting_anew,
    counting_days,
    keeping_next_visits,
    kept_on_their_day,
    last_nominal_dates,
)
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, VisitPlan
from powerup.contracts.periods import LONGEST_PERIOD
from powerup.contracts.recurrence import Unit
from powerup.contracts.series import Series
from powerup.contracts.settling import after_settling, orders_of, settled
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, VisitKey
from powerup.documents.configuration import configuration_document
from powerup.errors import PowerupError
from powerup.store.accounts import Accounts
from powerup.store.audit_trail import AuditTrail
from powerup.store.changes_out import ChangesOut
from powerup.store.contracts import AT_ONCE, Contracts, Settlement
from powerup.store.host_facts import known_hindrances
from powerup.store.ledger import Ledger
from powerup.store.marks import facts_from
from powerup.store.tenants import Tenants
from powerup.store.webhook_addresses import ChangeEvent
from powerup.tenants.new_tenant import account_of
from powerup.texts import text

CONFIGURE = "tenant.configure"
"""The action that a confirmation is for; the audit trail has the change under the same name."""


class PrefixUsedError(PowerupError):
    """An earlier tenant of the same host account used the number prefix, so that the host may hold such numbers."""

    def __init__(self, prefix: str) -> None:
        sentence = text(
            "An earlier tenant of this host account used the prefix {prefix}, and the host "
            "may still have work orders with such numbers. Choose another one.",
            prefix=prefix,
        )
        super().__init__(sentence)
        self.sentence = sentence


def check_prefix(connection: Connection, around: TenantCircumstances, configuration: TenantConfiguration) -> None:
    """That a new number prefix is none that an earlier tenant of the account used (rules: The two ideas).

    Raises PrefixUsedError.
    """
    prefix = configuration.settings.number_prefix
    if prefix == around.configuration.settings.number_prefix:
        return
    account = account_of(Tenants(connection).get(around.tenant_id))
    if prefix in Accounts(connection).prefixes_of_others(account, around.tenant_id):
        raise PrefixUsedError(prefix)


def configure(
    connection: Connection, around: TenantCircumstances, configuration: TenantConfiguration, actor: Actor, now: datetime
) -> None:
    """Write another configuration; what was due by the old one is written by it first. now is aware.

    Raises PrefixUsedError.
    """
    if configuration == around.configuration:
        return
    check_prefix(connection, around, configuration)
    concerned = _concerned(connection, around, configuration)
    if concerned:
        _settle(connection, around, configuration, concerned, now)
    if around.configuration.calendar != configuration.calendar:
        numbers = [each.number for each in concerned]
        _on_another_calendar(connection, around, Calendar(configuration.calendar), numbers, now)
    tenants = Tenants(connection)
    tenants.save_configuration(around.tenant_id, configuration)
    tenants.wake(around.tenant_id, now)
    AuditTrail(connection, around.tenant_id).add(
        audit_line(
            actor,
            now,
            CONFIGURE,
            ("tenant", around.tenant_id),
            before=configuration_document(around.configuration),
            after=configuration_document(configuration),
        )
    )


def _concerned(
    connection: Connection, around: TenantCircumstances, configuration: TenantConfiguration
) -> list[Contract]:
    """The contracts of which another configuration may compute something else: where only closed days of customers are
    others, those of these customers."""
    before, contracts = around.configuration, Contracts(connection, around.tenant_id)
    if (before.calendar.for_all, before.settings) != (configuration.calendar.for_all, configuration.settings):
        found = contracts.all()
    else:
        found = contracts.by_customers(before.calendar.closed_otherwise(configuration.calendar))
    return [each for each in found if each.deleted_on is None]


def _settle(
    connection: Connection,
    around: TenantCircumstances,
    configuration: TenantConfiguration,
    current: Sequence[Contract],
    now: datetime,
) -> None:
    contracts = Contracts(connection, around.tenant_id)
    ledger = Ledger(connection, around.tenant_id)
    known, unseen, waiting = ledger.for_schedule(current), contracts.changed_numbers(), contracts.held_numbers()
    calendar, marks = Calendar(configuration.calendar), known_hindrances(connection, around.tenant_id)
    settlements, room = [], around.configuration.settings.change_cap
    for contract in current:
        situation = ContractSituation(
            contract,
            around.calendar,
            around.configuration.settings,
            known[contract.number],
            facts_from(marks, contract),
            awaiting_release=contract.number in waiting,
        )
        due = settled(situation, around.today, unseen=contract.number in unseen, room=room)
        room -= orders_of(due) if contract.number in unseen else 0
        after = after_settling(situation, due, around.today)
        held = kept_on_their_day(after, replace(after, calendar=calendar), around.today)
        _write(ledger, [replace(visit, changed_at=now) for visit in (*due, *held)], situation)
        settlements.append(Settlement(contract.number, contract.version, after.contract.settled_through, AT_ONCE))
    contracts.save_settled(settlements)
    # Those count under the change cap, as of a changed contract.
    calendars_differ = configuration.calendar != around.configuration.calendar
    if calendars_differ or configuration.schedules_otherwise(around.configuration):
        contracts.count_as_changed([each.number for each in current])


def _on_another_calendar(
    connection: Connection, around: TenantCircumstances, calendar: Calendar, concerned: Sequence[str], now: datetime
) -> None:
    """A rule that counts working days yields other days on another calendar: it holds from the next period on. Of the
    others the next visits that they name stay the visits that they are."""
    contracts, ledger = Contracts(connection, around.tenant_id), Ledger(connection, around.tenant_id)
    told = ChangesOut(connection, around.tenant_id)
    current = contracts.of_numbers(concerned)
    for_all = around.calendar.rules.for_all != calendar.rules.for_all
    counting = [each for each in current if for_all and any(map(_counts_working_days, each.plans))]
    ledgers = ledger.for_schedule(counting, around.today - LONGEST_PERIOD)
    for contract in current:
        written = ledgers.get(contract.number, {}).values()
        plans = tuple(
            _on_calendar(contract, plan, around, calendar, written, for_all=for_all) for plan in contract.plans
        )
        if plans != contract.plans:
            saved = contracts.save(replace(contract, plans=plans), contract.version)
            told.tell_of_contract(ChangeEvent.CONTRACT_CHANGED, saved, CONFIGURE, now)


def _on_calendar(
    contract: Contract,
    plan: VisitPlan,
    around: TenantCircumstances,
    calendar: Calendar,
    written: Iterable[LedgerVisit],
    *,
    for_all: bool,
) -> VisitPlan:
    """The plan on another calendar; what counts working days counts none of a customer's closed days."""
    counts = for_all and _counts_working_days(plan)
    if not counts and plan.next_visit is None and not plan.next_visits:
        return plan
    settings = around.configuration.settings
    series = Series(contract, plan, calendar, settings)
    if counts:
        return _counted_anew(series, written, around.today)
    return keeping_next_visits(Series(contract, plan, around.calendar, settings), series)


def _counts_working_days(plan: VisitPlan) -> bool:
    moment = plan.recurrence.moment
    return plan.recurrence.unit is Unit.WORKDAY or (moment is not None and moment.weekday is None)


def _counted_anew(series: Series, written: Iterable[LedgerVisit], today: date) -> VisitPlan:
    last = last_nominal_dates(series.contract, series.plan, written, today)
    return counting_anew(series.plan, counting_days(series, series.contract.visited_objects(), last, today))


def _write(ledger: Ledger, due: Iterable[LedgerVisit], situation: ContractSituation) -> None:
    written: dict[VisitKey, LedgerVisit] = dict(situation.ledger)
    new = []
    for visit in due:
        if visit.key in written:
            ledger.update(visit, written[visit.key].state)
        else:
            new.append(visit)
    ledger.add(new)
