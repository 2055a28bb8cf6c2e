"""Marking a customer as blocked here, or an object as retired here, and taking that back (rules: Generation).

What is due is checked with the marks of that moment; work orders that exist already stay.
"""

from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Actor, TargetType
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.marks import Mark, MarkKind, Marks
from powerup.store.tenants import Tenants

_TARGETS = {MarkKind.CUSTOMER_BLOCKED: TargetType.RELATION, MarkKind.OBJECT_RETIRED: TargetType.OBJECT}


def mark(
    connection: Connection,
    around: TenantCircumstances,
    kind: MarkKind,
    code: str,
    remark: str,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Set a mark, and give back the numbers of the contracts that it concerns; now is aware."""
    marks = Marks(connection, around.tenant_id)
    before = marks.get(kind, code)
    after = Mark(kind, code, remark, now)
    marks.save(after)
    return _written(connection, around, after, (before, after), actor, now)


def unmark(
    connection: Connection, around: TenantCircumstances, kind: MarkKind, code: str, actor: Actor, now: datetime
) -> list[str]:
    """Take a mark away, and give back the numbers of the contracts that it concerned; none where there was no mark."""
    marks = Marks(connection, around.tenant_id)
    before = marks.get(kind, code)
    if before is None:
        return []
    marks.remove(kind, code)
    return _written(connection, around, before, (before, None), actor, now)


def _written(
    connection: Connection,
    around: TenantCircumstances,
    changed: Mark,
    before_and_after: tuple[Mark | None, Mark | None],
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Leaves the audit line, and has the sync look at the contracts concerned."""
    before, after = map(_document, before_and_after)
    target = (_TARGETS[changed.kind].value, changed.code)
    line = audit_line(actor, now, f"mark.{changed.kind.value}", target, before=before, after=after)
    AuditTrail(connection, around.tenant_id).add(line)
    contracts = Contracts(connection, around.tenant_id)
    by_customer = changed.kind is MarkKind.CUSTOMER_BLOCKED
    concerned = contracts.by_customer(changed.code) if by_customer else contracts.by_object(changed.code)
    numbers = [contract.number for contract in concerned]
    contracts.wake(numbers)
    Tenants(connection).wake(around.tenant_id, now)
    return numbers


def _document(mark_: Mark | None) -> dict[str, str] | None:
    return {"remark": mark_.remark} if mark_ else None
