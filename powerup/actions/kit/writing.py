"""Writing down what an action decided, all in the transaction it is given: contract, ledger, audit line, run."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.change import Change
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.names_at_host import names_at_host
from powerup.actions.kit.request import Request, Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.contracts.contract import Contract
from powerup.contracts.notice import reminder_reference
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.documents.contract import contract_document
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.changes_out import ChangesOut
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostNames, NameKind
from powerup.store.identifiers import new_id
from powerup.store.ledger import Ledger
from powerup.store.reminders import Reminder, Reminders
from powerup.store.sla_orders import WorkOrderLinks
from powerup.store.tenants import Tenants
from powerup.store.webhook_addresses import ChangeEvent


def write_change(
    connection: Connection,
    around: TenantCircumstances,
    request: Request,
    scene: ActionScene,
    change: Change,
    now: datetime,
) -> str | None:
    """Writes the change and wakes the tenant's sync; gives the id of the run that the host is waited for with, if any.

    now is aware. The run itself is written by who knows its answer.
    """
    run_id = (request.run_id or new_id("run")) if change.at_host else None
    _write_contracts(Contracts(connection, around.tenant_id), scene, change)
    _write_visits(Ledger(connection, around.tenant_id), scene, change, run_id, now)
    _tell(ChangesOut(connection, around.tenant_id), request, scene, change, now)
    AuditTrail(connection, around.tenant_id).add(_audit_line(request, scene, change, now))
    if change.reminds_of is not None:
        _note_reminder(Reminders(connection, around.tenant_id), around, scene, change.reminds_of)
    if change.link is not None:
        WorkOrderLinks(connection, around.tenant_id).save(change.link)
        Tenants(connection).reconcile_soon(around.tenant_id, now)
    Tenants(connection).wake(around.tenant_id, now)
    return run_id


def keep_names(
    connection: Connection, tenant_id: str, readings: HostReadings, only: Iterable[Contract] | None = None
) -> None:
    """Keep what the host calls the customers, objects and employees that were read, or those among the customers and
    objects that contracts name."""
    names = names_at_host(readings.relations, readings.objects, readings.employees)
    if only is not None:
        contracts = list(only)
        named = {(NameKind.CUSTOMER, contract.customer) for contract in contracts}
        named |= {(NameKind.OBJECT, code) for contract in contracts for code in contract.objects}
        names = {key: name for key, name in names.items() if key in named or key[0] is NameKind.EMPLOYEE}
    HostNames(connection, tenant_id).keep(names)


def write_changes(
    connection: Connection,
    around: TenantCircumstances,
    changes: Sequence[tuple[Request, ActionScene, Change]],
    now: datetime,
) -> None:
    """Writes many changes, none of which anybody waits for: new contracts in few statements, the others one by one.

    The tenant's sync is woken once. now is aware.
    """
    contracts, ledger = Contracts(connection, around.tenant_id), Ledger(connection, around.tenant_id)
    contracts.add_all([contract for _, _, change in changes if _only_adds(change) for contract in change.added])
    for _, scene, change in changes:
        if not _only_adds(change):
            _write_contracts(contracts, scene, change)
            _write_visits(ledger, scene, change, new_id("run") if change.at_host else None, now)
    told = ChangesOut(connection, around.tenant_id)
    for each in changes:
        _tell(told, *each, now)
    AuditTrail(connection, around.tenant_id).add_all(_audit_line(*each, now) for each in changes)
    if changes:
        made = [each for _, _, change in changes for each in (*change.added, change.contract) if each]
        keep_names(connection, around.tenant_id, changes[0][1].readings, made)
        Tenants(connection).wake(around.tenant_id, now)


def _note_reminder(reminders: Reminders, around: TenantCircumstances, scene: ActionScene, until: date) -> None:
    number, days = scene.contract_situation.contract.number, (until - around.today).days
    reference = reminder_reference(around.configuration.settings.number_prefix, number, until, days)
    reminders.note(Reminder(number, until, days, reference, asked=True))


def _only_adds(change: Change) -> bool:
    return bool(change.added) and change.contract is None and not change.ledger


def _write_contracts(contracts: Contracts, scene: ActionScene, change: Change) -> None:
    for contract in change.added:
        if contract.number == scene.next_number:
            contracts.next_number()
        contracts.add(contract)
    if change.contract is not None:
        before = scene.contract_situation.contract
        contracts.save(change.contract, before.version, before=before)
    elif scene.situation is not None:
        contracts.wake([scene.situation.contract.number])
    if change.released:
        contracts.release(change.released)
        contracts.wake(change.released)


def _tell(told: ChangesOut, request: Request, scene: ActionScene, change: Change, now: datetime) -> None:
    """Tell whoever wants to hear of the contracts that are new or were changed."""
    for contract in change.added:
        told.tell_of_contract(ChangeEvent.CONTRACT_CREATED, contract, request.action, now)
    if change.contract is not None:
        was_deleted = scene.contract_situation.contract.deleted_on is not None
        deleted = change.contract.deleted_on is not None and not was_deleted
        event = ChangeEvent.CONTRACT_DELETED if deleted else ChangeEvent.CONTRACT_CHANGED
        told.tell_of_contract(event, change.contract, request.action, now)


def _write_visits(ledger: Ledger, scene: ActionScene, change: Change, run_id: str | None, now: datetime) -> None:
    """Visits that the scene knew are written over the state it saw; the others are new."""
    known = {visit.key: visit for visit in scene.chain_ledger}
    known |= scene.situation.ledger if scene.situation else {}
    added = [visit for visit in change.ledger if visit.key not in known]
    ledger.add([replace(visit, changed_at=now, run_id=run_id if _waited_for(visit) else None) for visit in added])
    for visit in change.ledger:
        if visit.key in known:
            marked = replace(visit, changed_at=now, run_id=run_id or visit.run_id)
            ledger.update(marked, known[visit.key].state)


def _waited_for(visit: LedgerVisit) -> bool:
    """Whether the sync has something to do at the host for a visit that is new."""
    return visit.state is VisitState.ORDERING


def _audit_line(request: Request, scene: ActionScene, change: Change, now: datetime) -> AuditLine:
    before = scene.situation.contract if scene.situation else None
    after = change.contract or (change.added[0] if change.added and before is None else before)
    target = _target_of(request.target, change.added, before)
    return audit_line(
        request.actor,
        now,
        request.action,
        (target.type.value, target.id),
        input=dict(request.input),
        before=_document(before, change.ledger, scene),
        after=_document(after, change.ledger) or _released(change),
        counts=change.effects.counts(),
    )


def _released(change: Change) -> Any:
    """Which contracts a word for the whole tenant let through."""
    return {"released": list(change.released)} if change.released else None


def _target_of(target: Target, added: Iterable[Contract], before: Contract | None) -> Target:
    """What the line is found by: the contract, also the one that was just made."""
    made = next(iter(added), None)
    if before is None and made is not None:
        return Target(TargetType.CONTRACT, made.number)
    return target


def _document(contract: Contract | None, touched: Iterable[LedgerVisit], scene: ActionScene | None = None) -> Any:
    """The contract and the states of the visits that the change touched."""
    if contract is None:
        return None
    known = scene.situation.ledger if scene and scene.situation else None
    states = {}
    for visit in touched:
        row = known.get(visit.key) if known is not None else visit
        states[str(visit.key)] = [row.state.value, row.reason.value if row.reason else None] if row else None
    return contract_document(contract) | {"visits": states}
