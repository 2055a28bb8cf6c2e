"""Renewing at once all contracts that run out and whose terms renew by hand (rules: Actions, renew)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from powerup.actions.contract import renew
from powerup.actions.kit.answer import Refusal
from powerup.actions.kit.change import Change
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.latest_words import passed_by, passed_in_words
from powerup.actions.kit.load_scene import load_scene
from powerup.actions.kit.request import Actor, Request, Target, TargetType
from powerup.actions.kit.writing import write_change
from powerup.contracts.contract import Contract
from powerup.contracts.terms import Renewal
from powerup.store.contracts import Contracts
from powerup.texts import Text, in_a_row, text


@dataclass(frozen=True, slots=True)
class BulkRenewal:
    """What becomes of one contract: its change, or why it is not renewed."""

    contract: Contract
    change: Change | None
    refusal: Text | None = None


def renew_in_bulk(
    connection: Connection, around: TenantCircumstances, due_by: date, actor: Actor, now: datetime, *, writing: bool
) -> list[BulkRenewal]:
    """Renew every contract by hand that runs and ends on that day or before; one that cannot be leaves the others, and
    one whose visits would pass their latest date is left to a press of its own, which is confirmed.

    writing False only says what would be done. now is aware.
    """
    contracts = Contracts(connection, around.tenant_id)
    due = [each for each in contracts.all() if _is_due(each, around.today, due_by)]
    if writing:  # all of them before the tenant, as a cycle does, else the two may wait for each other
        contracts.versions_of([each.number for each in due], lock=True)
    return [_renewed(connection, around, contract, actor, now, writing=writing) for contract in due]


def _is_due(contract: Contract, today: date, due_by: date) -> bool:
    """What has ended already is restarted rather than renewed, by those who want it."""
    by_hand = contract.terms is not None and contract.terms.renewal is Renewal.BY_HAND
    stands = contract.deleted_on is None and contract.termination is None
    return by_hand and stands and contract.end is not None and today <= contract.end <= due_by


def _renewed(
    connection: Connection,
    around: TenantCircumstances,
    contract: Contract,
    actor: Actor,
    now: datetime,
    *,
    writing: bool,
) -> BulkRenewal:
    request = Request(renew.ACTION.id, Target(TargetType.CONTRACT, contract.number), actor)
    scene = load_scene(connection, around, renew.ACTION, request, HostReadings(), lock=writing)
    try:
        change = renew.decide(scene, renew.RenewInput())
    except Refusal as refusal:
        return BulkRenewal(contract, None, refusal.message)
    if passed := passed_by(scene, change):
        words = in_a_row(passed_in_words(passed))
        return BulkRenewal(contract, None, text("{passed} Renew it by itself to confirm that.", passed=words))
    if writing:
        write_change(connection, around, request, scene, change, now)
    return BulkRenewal(contract, change)
