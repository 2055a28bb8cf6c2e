"""Following a host that has given a customer or an object another code, or has merged two of them (operations page)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor, TargetType
from powerup.contracts.contract import Contract, ReplacedObject, VisitPlan
from powerup.contracts.visit import visit_key
from powerup.documents.contract import contract_document
from powerup.store.audit_trail import AuditTrail
from powerup.store.calendar_keys import CalendarKeys
from powerup.store.changes_out import ChangesOut
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from powerup.store.marks import MarkKind, Marks
from powerup.store.renaming import rename_object_of_visits, retry_visits_never_sent
from powerup.store.runs import Runs
from powerup.store.tenants import Tenants
from powerup.store.webhook_addresses import ChangeEvent


def rename_customer(
    connection: Connection, tenant_id: str, old: str, new: str, actor: Actor, now: datetime
) -> list[str]:
    """Let contracts name the customer, or who gets their invoices, by another debtor number; gives the contracts'
    numbers. now is aware.

    A mark on the old number and the calendars that people follow go with it. Work orders that the host has are left to
    the host.
    """
    changed = [
        (contract, _with_customer(contract, old, new))
        for contract in Contracts(connection, tenant_id).naming_customer(old)
    ]
    _move_mark(connection, tenant_id, MarkKind.CUSTOMER_BLOCKED, old, new)
    CalendarKeys(connection).follow_customer(tenant_id, old, new)
    return _write(connection, tenant_id, "tenant.rename_customer", changed, actor, now)


def rename_object(connection: Connection, tenant_id: str, old: str, new: str, actor: Actor, now: datetime) -> list[str]:
    """Let contracts and their visits have the object's other code; gives the contracts' numbers. now is aware.

    Visits keep their work orders and numbers. Where a contract has both codes, since the host has merged them, the old
    one leaves the contract with its own dates, and its visits stay in the ledger as they are.
    """
    found = Contracts(connection, tenant_id).by_object(old)
    renamed = {contract.number for contract in found if new not in contract.objects}
    for number in renamed:
        rename_object_of_visits(connection, tenant_id, number, old, new)
    _follow_in_runs(connection, tenant_id, renamed, old, new)
    changed = [(contract, _with_object(contract, old, new)) for contract in found]
    _move_mark(connection, tenant_id, MarkKind.OBJECT_RETIRED, old, new)
    return _write(connection, tenant_id, "tenant.rename_object", changed, actor, now)


def _with_customer(contract: Contract, old: str, new: str) -> Contract:
    customer = new if contract.customer == old else contract.customer
    invoice_customer = new if contract.invoice_customer == old else contract.invoice_customer
    return replace(contract, customer=customer, invoice_customer=invoice_customer)


def _with_object(contract: Contract, old: str, new: str) -> Contract:
    objects = dict.fromkeys(new if code == old else code for code in contract.objects)
    now = None if new in contract.objects else new
    plans = tuple(_with_days(plan, old, now) for plan in contract.plans)
    replaced = (_with_codes(each, old, new) for each in contract.replaced)
    kept = tuple(each for each in replaced if each.old != each.new)
    return replace(contract, objects=tuple(objects), plans=plans, replaced=kept)


def _with_codes(each: ReplacedObject, old: str, new: str) -> ReplacedObject:
    return replace(each, old=new if each.old == old else each.old, new=new if each.new == old else each.new)


def _with_days(plan: VisitPlan, old: str, new: str | None) -> VisitPlan:
    """The plan's own dates of single objects under the new code; those of an object that is gone (None) are dropped."""
    return replace(
        plan,
        anchors=_renamed(plan.anchors, old, new),
        next_visits=_renamed(plan.next_visits, old, new),
        objects_from=_renamed(plan.objects_from, old, new),
    )


def _renamed(days: tuple[tuple[str, date], ...], old: str, new: str | None) -> tuple[tuple[str, date], ...]:
    per_object = dict(days)
    day = per_object.pop(old, None)
    if day is not None and new is not None:
        per_object.setdefault(new, day)
    return tuple(per_object.items())


def _follow_in_runs(connection: Connection, tenant_id: str, contracts: Collection[str], old: str, new: str) -> None:
    """Let runs that wait for a visit find it under its new id."""
    runs, ledger = Runs(connection, tenant_id), Ledger(connection, tenant_id)
    for run in runs.waiting():
        target = run.answer.get("target") or {}
        key = visit_key(target["id"]) if target.get("type") == TargetType.VISIT else None
        if key is None or key.contract not in contracts or key.object != old or ledger.get(key) is not None:
            continue
        effects = [
            effect | {"object": new} if effect["object"] == old else effect for effect in run.answer.get("effects", ())
        ]
        renamed = {"target": target | {"id": str(replace(key, object=new))}, "effects": effects}
        runs.promise(run.id, {**run.answer, **renamed})


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
    changes_out = ChangesOut(connection, tenant_id)
    for before, after in changed:
        saved = contracts.save(after, before.version)
        changes_out.tell_of_contract(ChangeEvent.CONTRACT_CHANGED, saved, action, now)
        told = {"before": contract_document(before), "after": contract_document(after)}
        trail.add(audit_line(actor, now, action, (TargetType.CONTRACT.value, before.number), **told))
    numbers = [before.number for before, _ in changed]
    retry_visits_never_sent(connection, tenant_id, numbers, now)
    Tenants(connection).wake(tenant_id, now)
    return numbers
