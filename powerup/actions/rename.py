"""Following a host that has given a customer or an object another code, or has merged two of them (operations page)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from powerup.actions.audit_lines import audit_line
from powerup.actions.request import Actor, TargetType
from powerup.contracts.contract import Contract, VisitPlan
from powerup.documents.contract import contract_document
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.marks import MarkKind, Marks
from powerup.store.renaming import rename_object_of_visits, retry_visits_never_sent
from powerup.store.tenants import Tenants


def rename_customer(
    connection: Connection, tenant_id: str, old: str, new: str, actor: Actor, now: datetime
) -> list[str]:
    """Let the customer's contracts be those of another debtor number; gives their numbers. now is aware.

    A mark on the old number goes with it. Work orders that the host has are left to the host.
    """
    changed = [
        (contract, replace(contract, customer=new)) for contract in Contracts(connection, tenant_id).by_customer(old)
    ]
    _move_mark(connection, tenant_id, MarkKind.CUSTOMER_BLOCKED, old, new)
    return _write(connection, tenant_id, "tenant.rename_customer", changed, actor, now)


def rename_object(connection: Connection, tenant_id: str, old: str, new: str, actor: Actor, now: datetime) -> list[str]:
    """Let contracts and their visits have the object's other code; gives the contracts' numbers. now is aware.

    Visits keep their work orders and numbers. Where a contract has both codes, since the host has merged them, the old
    one leaves the contract, and its visits stay in the ledger as they are.
    """
    found = Contracts(connection, tenant_id).by_object(old)
    for contract in found:
        if new not in contract.objects:
            rename_object_of_visits(connection, tenant_id, contract.number, old, new)
    changed = [(contract, _with_object(contract, old, new)) for contract in found]
    _move_mark(connection, tenant_id, MarkKind.OBJECT_RETIRED, old, new)
    return _write(connection, tenant_id, "tenant.rename_object", changed, actor, now)


def _with_object(contract: Contract, old: str, new: str) -> Contract:
    objects = dict.fromkeys(new if code == old else code for code in contract.objects)
    return replace(contract, objects=tuple(objects), plans=tuple(_with_days(plan, old, new) for plan in contract.plans))


def _with_days(plan: VisitPlan, old: str, new: str) -> VisitPlan:
    """The plan's own dates of single objects; a date that the new code has already wins."""
    return replace(plan, anchors=_renamed(plan.anchors, old, new), objects_from=_renamed(plan.objects_from, old, new))


def _renamed(days: tuple[tuple[str, date], ...], old: str, new: str) -> tuple[tuple[str, date], ...]:
    per_object = dict(days)
    if old in per_object:
        per_object.setdefault(new, per_object.pop(old))
    return tuple(per_object.items())


def _move_mark(connection: Connection, tenant_id: str, kind: MarkKind, old: str, new: str) -> None:
    marks = Marks(connection, tenant_id)
    mark = marks.get(kind, old)
    if mark is not None:
        marks.remove(kind, old)
        marks.save(replace(mark, code=new))


def _write(
    connection: Connection,
    tenant_id: str,
    action: str,
    changed: Sequence[tuple[Contract, Contract]],
    actor: Actor,
    now: datetime,
) -> list[str]:
    contracts, trail = Contracts(connection, tenant_id), AuditTrail(connection, tenant_id)
    for before, after in changed:
        contracts.save(after, before.version)
        told = {"before": contract_document(before), "after": contract_document(after)}
        trail.add(audit_line(actor, now, action, (TargetType.CONTRACT.value, before.number), **told))
    numbers = [before.number for before, _ in changed]
    retry_visits_never_sent(connection, tenant_id, numbers, now)
    Tenants(connection).wake(tenant_id, now)
    return numbers
