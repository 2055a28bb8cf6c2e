"""Contracts whose terms renew by themselves: their end moves on when its day has come (rules: Terms)."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from powerup.actions.contract import renew
from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor, Role, TargetType
from powerup.contracts.contract import Contract
from powerup.contracts.terms import due_renewals
from powerup.documents.contract import contract_document
from powerup.store.audit_trail import AuditTrail
from powerup.store.changes_out import ChangesOut
from powerup.store.contracts import Contracts
from powerup.store.webhook_addresses import ChangeEvent

TIMER = Actor("timer", "Timer", Role.PLANNER, "timer")
"""Who the audit trail says did what happened because its day had come."""


def renewed_by_itself(contract: Contract, today: date) -> Contract | None:
    """The contract after the renewals that its terms have made by today, or None when there was none."""
    if contract.terms is None or contract.deleted_on is not None:
        return None
    last_day = contract.termination.last_day if contract.termination else None
    ends = due_renewals(contract.start, contract.terms, contract.renewals, today, contract.end_counts_from, last_day)
    if not ends:
        return None
    return replace(contract, end=ends[-1], renewals=contract.renewals + len(ends), version=contract.version + 1)


def write_renewal(connection: Connection, tenant_id: str, before: Contract, after: Contract, now: datetime) -> None:
    """Writes that a contract has renewed by itself, once or several times, with its line of history; now is aware."""
    Contracts(connection, tenant_id).save_renewal(after, before.version)
    line = audit_line(
        TIMER,
        now,
        renew.ACTION.id,
        (TargetType.CONTRACT.value, after.number),
        before=contract_document(before),
        after=contract_document(after),
        counts={"renewed": after.renewals - before.renewals},
    )
    AuditTrail(connection, tenant_id).add(line)
    told = ChangesOut(connection, tenant_id)
    told.tell_of_contract(ChangeEvent.CONTRACT_CHANGED, after, renew.ACTION.id, now)
