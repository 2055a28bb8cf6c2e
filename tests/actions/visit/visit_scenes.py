"""Buttons on a visit of the contract of tests.actions.scenes, and what becomes of the visit."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from powerup.actions.catalogue import find_action
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.request import Target, TargetType
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from tests.actions.scenes import AT_HOST, TODAY, scene

FEBRUARY = VisitKey("1042", "A", date(2027, 2, 28), "CV-1")


DECEMBER = VisitKey("1042", "A", date(2026, 12, 31), "CV-1")


def decide(
    action_id: str,
    about: ContractSituation,
    key: VisitKey,
    entered: Mapping[str, Any] | None = None,
    readings: HostReadings = AT_HOST,
    today: date = TODAY,
) -> Change:
    """What the action decides about the visit of that key."""
    action = find_action(action_id)
    assert action is not None
    on = replace(scene(about, readings=readings, today=today), target=Target(TargetType.VISIT, str(key)), visit=key)
    return action.decide(on, action.wanted(on, entered or {}))


def written(about: ContractSituation, change: Change) -> ContractSituation:
    """The situation once the change is written and the sync has taken back what it was asked to."""
    rows = [
        replace(row, state=VisitState.WITHHELD) if row.state is VisitState.RETRACTING else row for row in change.ledger
    ]
    return replace(about, ledger={**about.ledger, **{row.key: row for row in rows}})


def state_of(about: ContractSituation, key: VisitKey, today: date = TODAY) -> tuple[VisitState, Reason | None, date]:
    """State, reason and planned date of the visit on that day."""
    found = {visit.key: visit for visit in visits(about, date(2026, 1, 1), date(2028, 1, 1), today)}[key]
    return found.state, found.reason, found.planned_date


def row(about: ContractSituation, key: VisitKey, **changes: Any) -> ContractSituation:
    """The situation with other fields in the row of that visit."""
    changed: LedgerVisit = replace(about.ledger[key], **changes)
    return replace(about, ledger={**about.ledger, key: changed})
