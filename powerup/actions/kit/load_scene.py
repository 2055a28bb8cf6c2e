"""Setting the scene of an action: its tenant, its target and what is related to it, read from the store."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import invalid
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.request import Request, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.contracts.contract import Contract
from powerup.contracts.latest import has_latest_dates
from powerup.contracts.periods import LONGEST_PERIOD
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, VisitKey, visit_key
from powerup.store.contracts import Contracts, Standing
from powerup.store.host_facts import facts_of, known_hindrances
from powerup.store.ledger import Ledger
from powerup.store.marks import facts_from
from powerup.store.tenants import Tenants
from powerup.texts import text


def load_scene(
    connection: Connection,
    around: TenantCircumstances,
    action: Action,
    request: Request,
    readings: HostReadings,
    *,
    lock: bool = False,
) -> ActionScene:
    """What the action may look at; lock keeps others from changing its contract until the transaction ends.

    Raises InvalidInput when the target is not there or is not of the action's kind.
    """
    _check_target(action, request)
    _check_tenant(connection, around, request)
    contracts = Contracts(connection, around.tenant_id)
    situation, unseen = _situation(connection, contracts, around, action, request, lock=lock)
    chained = situation is not None and _is_chained(situation.contract)
    # Before the chain is read: of two restarts one waits here.
    next_number = contracts.coming_number(lock=lock) if action.makes_contracts or (chained and lock) else ""
    chain = chain_of(contracts, situation)
    return ActionScene(
        target=request.target,
        actor=request.actor,
        today=around.today,
        configuration=around.configuration,
        calendar=around.calendar,
        readings=readings,
        situation=situation,
        visit=_visit(request),
        related=_of_customer(contracts, request, situation) if action.beside_others else None,
        chain=chain,
        chain_ledger=_ledger_of(connection, around, chain) if action.chain_ledger else (),
        unseen=unseen,
        next_number=next_number if action.makes_contracts else "",
        waiting=_waiting(connection, around, request, lock=lock),
    )


def is_still_so(connection: Connection, around: TenantCircumstances, action: Action, scene: ActionScene) -> bool:
    """Whether a scene is known to be as it was, by a look that costs little; keeps others from changing its contract
    until the transaction ends.

    False where that cannot be seen so: then the scene is to be loaded anew.
    """
    before = scene.situation
    if scene.target.type is TargetType.TENANT or (before is not None and _is_chained(before.contract)):
        return False
    if (scene.today, scene.configuration) != (around.today, around.configuration):
        return False
    contracts = Contracts(connection, around.tenant_id)
    if before is not None and not _stands_as(contracts, before, unseen=scene.unseen):
        return False
    if action.makes_contracts and contracts.coming_number(lock=True) != scene.next_number:
        return False
    customer = scene.target.id if before is None else before.contract.customer
    if scene.related is not None and contracts.versions_of_customer(customer) != _versions(scene.related):
        return False
    return before is None or (
        _written(connection, around, action, before.contract) == before.ledger
        and facts_of(connection, around.tenant_id, before.contract) == before.facts
    )


def _stands_as(contracts: Contracts, before: ContractSituation, *, unseen: bool) -> bool:
    """Whether a contract stands as it did; keeps others from changing it until the transaction ends."""
    contract = before.contract
    seen = Standing(contract.version, contract.settled_through, unseen, before.awaiting_release)
    return contracts.standing(contract.number, lock=True) == seen


def _versions(seen: Sequence[Contract]) -> dict[str, int]:
    return {each.number: each.version for each in seen}


def _check_target(action: Action, request: Request) -> None:
    if request.target.type is not action.target:
        raise invalid(
            "/target/type",
            "wrong_target",
            text("This is done to a {expected}, not to a {given}.", expected=action.target, given=request.target.type),
        )


def _check_tenant(connection: Connection, around: TenantCircumstances, request: Request) -> None:
    if request.target.type is TargetType.TENANT and not is_this_tenant(connection, around, request.target.id):
        raise invalid("/target/id", "unknown_tenant", text("There is no tenant {id}.", id=request.target.id))


def is_this_tenant(connection: Connection, around: TenantCircumstances, named: str) -> bool:
    """Whether that is the tenant's id: the one that its host has for it, as in the envelope of a message, or ours."""
    return named in (around.tenant_id, Tenants(connection).host_tenant_id(around.tenant_id))


def _waiting(
    connection: Connection, around: TenantCircumstances, request: Request, *, lock: bool
) -> tuple[ContractSituation, ...]:
    if request.target.type is not TargetType.TENANT:
        return ()
    return waiting_contracts(connection, around, lock=lock)


def waiting_contracts(
    connection: Connection, around: TenantCircumstances, *, lock: bool = False
) -> tuple[ContractSituation, ...]:
    """All contracts of which orders wait to be released, by number; lock as in `load_scene`."""
    contracts = Contracts(connection, around.tenant_id)
    found = [
        contract
        for contract in contracts.of_numbers(sorted(contracts.held_numbers()), lock=lock)
        if contract.deleted_on is None
    ]
    ledgers = Ledger(connection, around.tenant_id).for_schedule(found)
    marks = known_hindrances(connection, around.tenant_id)
    return tuple(
        ContractSituation(
            contract,
            around.calendar,
            around.configuration.settings,
            ledgers[contract.number],
            facts_from(marks, contract),
            awaiting_release=True,
        )
        for contract in found
    )


def _visit(request: Request) -> VisitKey | None:
    if request.target.type is not TargetType.VISIT:
        return None
    key = visit_key(request.target.id)
    if key is None:
        raise invalid("/target/id", "unknown_visit", text("{id} is not the id of a visit.", id=request.target.id))
    return key


def _situation(
    connection: Connection,
    contracts: Contracts,
    around: TenantCircumstances,
    action: Action,
    request: Request,
    *,
    lock: bool,
) -> tuple[ContractSituation | None, bool]:
    """The contract's situation, and whether no cycle has seen its last change."""
    number = _contract_number(request)
    if number is None:
        return None, False
    found = contracts.get_standing(number, lock=lock)
    if found is None:
        pointer = "/input/contract" if request.target.type is TargetType.WORK_ORDER else "/target/id"
        raise invalid(pointer, "unknown_contract", text("There is no contract {number}.", number=number))
    contract, standing = found
    situation = ContractSituation(
        contract,
        around.calendar,
        around.configuration.settings,
        _written(connection, around, action, contract),
        facts_of(connection, around.tenant_id, contract),
        awaiting_release=standing.held,
    )
    return situation, standing.unseen


def _written(
    connection: Connection, around: TenantCircumstances, action: Action, contract: Contract
) -> dict[VisitKey, LedgerVisit]:
    """What the action has to know of the contract's visits."""
    ledger = Ledger(connection, around.tenant_id)
    if action.whole_ledger:
        return ledger.of_contracts([contract.number])[contract.number]
    return ledgers_for_change(ledger, [contract], around.today)[contract.number]


def ledgers_for_change(
    ledger: Ledger, contracts: Sequence[Contract], today: date
) -> dict[str, dict[VisitKey, LedgerVisit]]:
    """What a change of contracts has to know of the visits of each: those of a period that may not have ended, and all
    where a plan names a latest date, which counts from the last completion."""
    whole = [each.number for each in contracts if has_latest_dates(each)]
    others = [each for each in contracts if not has_latest_dates(each)]
    return ledger.of_contracts(whole) | ledger.for_schedule(others, today - LONGEST_PERIOD)


def _contract_number(request: Request) -> str | None:
    """The contract that the action is about: its target, that of the visit, or the one named for a work order."""
    match request.target.type:
        case TargetType.CONTRACT:
            return request.target.id
        case TargetType.VISIT:
            visit = _visit(request)
            return visit.contract if visit else None
        case TargetType.WORK_ORDER:
            named = request.input.get("contract")
            return named if isinstance(named, str) else None
        case TargetType.RELATION | TargetType.OBJECT | TargetType.TENANT:
            return None


def _of_customer(contracts: Contracts, request: Request, situation: ContractSituation | None) -> tuple[Contract, ...]:
    if situation is not None:
        return tuple(contracts.without_plans(situation.contract.customer))
    return tuple(contracts.without_plans(request.target.id)) if request.target.type is TargetType.RELATION else ()


def _ledger_of(
    connection: Connection, around: TenantCircumstances, chain: Sequence[Contract]
) -> tuple[LedgerVisit, ...]:
    ledgers = Ledger(connection, around.tenant_id).of_contracts([each.number for each in chain])
    return tuple(visit for written in ledgers.values() for visit in written.values())


def chain_of(contracts: Contracts, situation: ContractSituation | None) -> tuple[Contract, ...]:
    """The contracts that this one was restarted from and as, however far, and others restarted from one of them."""
    if situation is None or not _is_chained(situation.contract):
        return ()
    related = contracts.by_customer(situation.contract.customer)
    found = {situation.contract.number: situation.contract}
    to_follow = [situation.contract]
    while to_follow:
        for number in _linked(to_follow.pop(), related):
            if number not in found and (other := contracts.get(number)) is not None:
                found[number] = other
                to_follow.append(other)
    return tuple(found.values())[1:]


def _is_chained(contract: Contract) -> bool:
    return bool(contract.restarted_from or contract.restarted_as)


def _linked(contract: Contract, related: Sequence[Contract]) -> list[str]:
    """Numbers of the contracts at the ends of its links; a contract names only the latest that it was restarted as."""
    named = (contract.restarted_from, contract.restarted_as)
    others = [other.number for other in related if other.restarted_from == contract.number]
    return [*filter(None, named), *others]
