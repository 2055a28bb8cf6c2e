"""Scenes for tests of actions: a contract on the 31st for two boilers, its ledger, and a host that knows it all."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from powerup.actions.catalogue import find_action
from powerup.actions.form.contract_form import ContractForm, entered_contract
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.input import load_input
from powerup.actions.kit.request import Actor, Role, Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.schedule import due
from powerup.contracts.settling import after_settling
from powerup.contracts.situation import ContractSituation
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.outsmart.records import HostObject, Relation, WorkOrder, WorkOrderStatus

TODAY = date(2026, 12, 28)
PLANNER = Actor("u_1", "A. Planner", Role.PLANNER, "webhook")
CALENDAR = Calendar(CalendarRules())

FORM: dict[str, Any] = {
    "name": "CV-ketel",
    "type": "preventive",
    "customer": "1001",
    "objects": ["CV-1", "CV-2"],
    "start": "2026-01-31",
    "order_per_object": True,
    "days_in_advance": 60,
    "template": {"type_of_work": "Onderhoud", "payment_method": "op rekening", "description": "Onderhoud {object}"},
    "plans": [{"name": "A", "unit": "month", "every": 1, "month_day": 31}],
}

AT_HOST = HostReadings(
    relations={"1001": Relation("1001", "Voorbeeld BV")},
    objects={"CV-1": HostObject("CV-1", "1001"), "CV-2": HostObject("CV-2", "1001")},
    work_types=frozenset({"Onderhoud"}),
    payment_methods=frozenset({"op rekening"}),
)


def the_contract(**changes: Any) -> Contract:
    """The contract of FORM, entered today as 1042, with other fields where they are given."""
    contract = entered_contract(load_input(ContractForm, FORM), "1042", TODAY, TenantConfiguration())
    return replace(contract, **changes)


def situation(contract: Contract, ledger: Iterable[LedgerVisit] = ()) -> ContractSituation:
    """The contract with these visits in its ledger."""
    return ContractSituation(contract, CALENDAR, TenantConfiguration().settings, {visit.key: visit for visit in ledger})


def ordered(contract: Contract, today: date = TODAY) -> ContractSituation:
    """The contract after a cycle on that day: everything due has its work order, with row ids from 1 up."""
    before = situation(contract)
    row_ids = count(1)
    done = [
        replace(row, state=VisitState.ORDERED, host_row_id=next(row_ids), attempts=1)
        if row.state is VisitState.ORDERING
        else row
        for row in due(before, today)
    ]
    return after_settling(before, done, today)


def scene(
    about: ContractSituation | None = None,
    *,
    today: date = TODAY,
    readings: HostReadings = AT_HOST,
    chain: tuple[Contract, ...] = (),
    related: tuple[Contract, ...] = (),
    unseen: bool = False,
    configuration: TenantConfiguration = TenantConfiguration(),  # noqa: B008 - frozen
) -> ActionScene:
    """A scene about a contract, or about customer 1001 where none is given."""
    target = Target(TargetType.CONTRACT, about.contract.number) if about else Target(TargetType.RELATION, "1001")
    return ActionScene(
        target=target,
        actor=PLANNER,
        today=today,
        configuration=configuration,
        calendar=CALENDAR,
        readings=readings,
        situation=about,
        related=related,
        chain=chain,
        unseen=unseen,
        next_number="1042" if about is None else "1043",
    )


def decide(action_id: str, on: ActionScene, entered: Mapping[str, Any] | None = None) -> Change:
    """What the action decides for this input. Raises its refusals."""
    action = find_action(action_id)
    assert action is not None
    return action.decide(on, action.wanted(on, entered or {}))


def at_host(
    about: ContractSituation, started: Iterable[int] = (), status: WorkOrderStatus = WorkOrderStatus.OPGEHAALD
) -> HostReadings:
    """The host's word of this moment: every order Klaargezet, but those that were started."""
    going = set(started)
    orders: dict[int, WorkOrder | None] = {}
    for visit in about.ledger.values():
        if visit.host_row_id is not None:
            state = status if visit.host_row_id in going else WorkOrderStatus.KLAARGEZET
            orders[visit.host_row_id] = WorkOrder(
                visit.host_row_id, workorder_no=visit.workorder_no or "", status=state
            )
    return replace(AT_HOST, work_orders=orders)


YEAR = Period(1, PeriodUnit.YEAR)


def terms_of_a_year(renewal: Renewal) -> Terms:
    """Terms that last a year and renew in this way by another one, with three months of notice."""
    return Terms(
        "STD",
        "Standaard",
        duration=YEAR,
        renewal=renewal,
        renewal_period=YEAR,
        notice_before_end=Period(3, PeriodUnit.MONTH),
    )


def effect_lines(change: Change) -> list[tuple[str, str, date | None, str | None]]:
    """The effects as they are listed: what, of which contract, on which day, why."""
    return [
        (effect.kind.value, effect.key.contract, effect.planned_date, effect.reason) for effect in change.effects.listed
    ]
