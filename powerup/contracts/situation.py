"""All that decides about the visits of one contract, and how far its ledger reaches (rules: The two ideas)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import Contract, LeadUnit, Schedule
from powerup.contracts.days import A_DAY
from powerup.contracts.open_days import OpenDays, open_days
from powerup.contracts.series import lead_of
from powerup.contracts.visit import LedgerVisit, VisitKey


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known today of a contract's customer and objects at the host and of marks made here."""

    customer_blocked: bool = False
    retired_objects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ContractSituation:
    """All that decides about the visits of one contract.

    ledger holds at least the visits with a nominal or planned date on or after `ledger_needed_from`, and those that
    are in play whatever their date. awaiting_release: the change cap holds this contract back.
    """

    contract: Contract
    calendar: Calendar
    settings: TenantSettings
    ledger: Mapping[VisitKey, LedgerVisit] = field(default_factory=dict)
    facts: Facts = Facts()
    awaiting_release: bool = False

    @property
    def open_days(self) -> OpenDays:
        """The days on which visits of the contract can be."""
        return open_days(self.contract, self.calendar)


_SHIFTED_BY = timedelta(days=31)
"""How far closed days usually shift a visit. One that is shifted further is not written twice: its key is taken."""


def from_the_start(situation: ContractSituation) -> ContractSituation:
    """The situation, with its whole ledger, as if none of it were settled: each visit whose day has come has to be in
    it, and what it lacks is found (rules: The two ideas)."""
    return replace(situation, contract=replace(situation.contract, settled_through=None))


def first_unsettled_day(contract: Contract) -> date:
    """The first planned date of which the ledger may not be complete.

    A floating visit can get its date after that date has passed, when a completion is seen late.
    """
    if contract.settled_through is None or any(plan.schedule is Schedule.FLOATING for plan in contract.plans):
        return contract.start
    return contract.settled_through + A_DAY


def unsettled_from(contract: Contract, visits: Iterable[LedgerVisit]) -> Contract:
    """The contract whose ledger is complete no further than before these visits, which are to be decided again."""
    if contract.settled_through is None:
        return contract
    before = (min(visit.planned_date, visit.key.nominal_date) - A_DAY for visit in visits)
    return replace(contract, settled_through=min((contract.settled_through, *before)))


def ledger_needed_from(contract: Contract) -> date:
    """From which nominal or planned date the schedule has to know the written visits.

    A larger visit that has been done still covers the smaller ones that follow within the overlap days, and a floating
    plan counts from its last visit, also where that was one of the contract before. A visit whose rule shifts it past
    the days that are settled may have been done before them, by hand or by the contract before.
    """
    first = first_unsettled_day(contract)
    if first == contract.start:
        first = contract.counted_from
    return first - max(timedelta(days=contract.overlap_days), _SHIFTED_BY)


def overlap_reach(contract: Contract) -> timedelta:
    """How far from a day a visit can lie that decides, through visits of other ranks, about one on that day."""
    ranks = {plan.rank for plan in contract.plans}
    return timedelta(days=contract.overlap_days * (len(ranks) - 1)) if ranks else timedelta()


def last_due_day(situation: ContractSituation, today: date) -> date:
    """No visit planned after this day is due today, whatever its lead."""
    last = today
    for plan in situation.contract.plans:
        lead = lead_of(situation.contract, plan, situation.settings)
        match lead.unit:
            case LeadUnit.WORKING:
                last = max(last, situation.calendar.add_working_days(today, lead.days + 1))
            case LeadUnit.CALENDAR:
                last = max(last, today + timedelta(days=lead.days))
    return last
