"""Terms of the tenant's list that were changed, and the contracts that carry them as they were agreed (rules: Terms).

Contracts keep theirs, unless somebody chooses to apply the change to them too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.kit.action import Action
from powerup.actions.kit.change import Change
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.load_scene import load_scene
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.writing import write_change
from powerup.actions.kit.written_visits import with_rows
from powerup.contracts.agreed_terms import under_terms
from powerup.contracts.contract import Contract, Status
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.settling import after_settling, settled
from powerup.contracts.terms import Terms
from powerup.store.contracts import Contracts
from powerup.texts import text


@dataclass(frozen=True, slots=True)
class Touched:
    """A contract that carries other terms than the list has under their code, and what applying those would do."""

    request: Request
    scene: ActionScene
    change: Change

    @property
    def before(self) -> Contract:
        """The contract as it is."""
        return self.scene.contract_situation.contract

    @property
    def after(self) -> Contract:
        """The contract with the terms of the list."""
        return self.change.contract or self.before


def touched_by_terms(connection: Connection, around: TenantCircumstances, actor: Actor) -> list[Touched]:
    """The contracts that run, or will, under terms that the configuration now has otherwise; nothing is written."""
    terms = {each.code: each for each in around.configuration.terms}
    found = []
    for contract in Contracts(connection, around.tenant_id).all():
        listed = terms.get(contract.terms.code) if contract.terms else None
        if listed is not None and listed != contract.terms and _runs(contract, around):
            found.append(_planned(connection, around, contract, listed, actor))
    return found


def apply_terms(connection: Connection, around: TenantCircumstances, touched: Iterable[Touched], now: datetime) -> None:
    """Write what was planned for these contracts, in the transaction in which that was done; now is aware."""
    for each in touched:
        write_change(connection, around, each.request, each.scene, each.change, now)


def decide(scene: ActionScene, terms: Terms) -> Change:
    """Settles what is due under the terms as agreed, then lets the others count."""
    before = scene.contract_situation
    ledger = with_rows(before.ledger, settled(before, scene.today, unseen=scene.unseen))
    changed = replace(before, contract=under_terms(before.contract, terms))
    after = after_settling(changed, ledger.values(), scene.today)
    return Change(
        text("Contract {number} has the terms {code} as they are now.", number=before.contract.number, code=terms.code),
        effects_of(before, after, scene.today),
        contract=replace(after.contract, version=before.contract.version + 1),
        ledger=tuple(visit for key, visit in ledger.items() if before.ledger.get(key) != visit),
    )


ACTION = Action(
    "contract.apply_terms",
    text("Apply the changed terms"),
    decide,
    role=Role.ADMIN,
)
"""Done with the configuration rather than by a button, so it is not in the catalogue."""


def _runs(contract: Contract, around: TenantCircumstances) -> bool:
    return contract.deleted_on is None and contract.status(around.today) in (Status.ACTIVE, Status.NOT_STARTED)


def _planned(
    connection: Connection, around: TenantCircumstances, contract: Contract, terms: Terms, actor: Actor
) -> Touched:
    target = Target(TargetType.CONTRACT, contract.number, contract.version)
    request = Request(ACTION.id, target, actor, {"terms": terms.code})
    scene = load_scene(connection, around, ACTION, request, HostReadings())
    return Touched(request, scene, decide(scene, terms))
