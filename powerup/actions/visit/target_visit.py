"""The visit that a button stands beside: written or computed, and what every action on it has to know."""

from datetime import date

from powerup.actions.kit.answer import InvalidInput, NotPossible, invalid
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import open_orders
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Visit, VisitKey, VisitState
from powerup.texts import text


def the_visit(scene: ActionScene) -> Visit:
    """The visit of the scene. Raises InvalidInput when the contract has no such visit."""
    key = _key(scene)
    situation = scene.contract_situation
    if situation.contract.deleted_on is not None:
        raise NotPossible(text("Contract {number} is deleted; undo that first.", number=situation.contract.number))
    visit = visit_of(situation, key, scene.today)
    if visit is None and any(each.whole == key for each in situation.ledger):
        raise NotPossible(
            text("The visit of {day} has a work order per address by now; act on one of those.", day=key.nominal_date)
        )
    if visit is None:
        raise unknown_visit(key)
    return visit


def visit_of(situation: ContractSituation, key: VisitKey, today: date) -> Visit | None:
    """The visit of that key, None where the contract has none."""
    days, nominal = situation.open_days, key.nominal_date
    row = situation.ledger.get(key)
    around = [days.previous(nominal), days.next(nominal)]
    around += [row.planned_date] if row else []
    found = visits(situation, min(around), max(around), today)
    return next((visit for visit in found if visit.key == key), None)


def check_not_stood_for(visit: Visit) -> None:
    """Raises NotPossible for a visit that has its work order in an earlier contract of the chain."""
    if visit.written is not None and visit.written.covered_by is not None:
        raise NotPossible(
            text(
                "The visit of {day} has its work order in contract {number}, which was restarted; act on that one.",
                day=visit.planned_date,
                number=visit.written.covered_by,
            )
        )


def unknown_visit(key: VisitKey) -> InvalidInput:
    """The refusal of a visit that its contract does not have."""
    return invalid(
        "/target/id",
        "unknown_visit",
        text("Contract {number} has no visit {visit}.", number=key.contract, visit=str(key)),
    )


def is_not_started(visit: Visit | LedgerVisit) -> bool:
    """Whether a visit may still get a work order, or has one that has not been started."""
    return visit.state in (VisitState.PLANNED, VisitState.ORDERED, VisitState.FAILED)


def its_order(scene: ActionScene, _: object) -> HostQuestions:
    """The present status of the visit's work order, where it has one."""
    row = scene.contract_situation.ledger.get(_key(scene))
    return HostQuestions(work_orders=open_orders([row] if row else []))


def _key(scene: ActionScene) -> VisitKey:
    if scene.visit is None:
        raise ValueError(f"A {scene.target.type} is no visit")
    return scene.visit
