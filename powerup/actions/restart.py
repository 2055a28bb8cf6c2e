"""contract.restart: a new contract with the conditions of one that has ended (rules: Actions; host page 1.12)."""

from dataclasses import dataclass, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from powerup.actions.answer import NotPossible, invalid
from powerup.actions.change import Change, Scene
from powerup.actions.request import Target, TargetType
from powerup.contracts.changes import effects_of
from powerup.contracts.contract import Contract, Status, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.schedule import Situation
from powerup.contracts.terms import agreed_end
from powerup.contracts.visit import OPEN
from powerup.documents.schema import Day, DocumentSchema
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class RestartInput:
    """start by default the day after the old last day; end by default from the terms, else as long as it was."""

    start: date | None = None
    end: date | None = None


class RestartSchema(DocumentSchema):
    """Input of contract.restart."""

    makes = RestartInput

    start = Day(allow_none=True, metadata={"label": text("Start")})
    end = Day(allow_none=True, metadata={"label": text("End")})


def possible(scene: Scene) -> None:
    """Only what has ended is restarted, and only once at a time."""
    old = scene.contract_situation.contract
    if old.deleted_on is not None or old.status(scene.today) not in (Status.ENDED, Status.TERMINATED):
        raise NotPossible(text("Contract {number} has not ended: only an ended one is restarted.", number=old.number))
    for other in scene.chain:
        if other.deleted_on is None and other.status(scene.today) in (Status.ACTIVE, Status.NOT_STARTED):
            raise NotPossible(
                text("Contract {number} was already restarted as {other}.", number=old.number, other=other.number)
            )


def plan(scene: Scene, wanted: RestartInput) -> Change:
    """Makes the new contract and links both; the old one stays as it was."""
    old = scene.contract_situation.contract
    possible(scene)
    last_day = old.last_day or scene.today
    start = wanted.start or last_day + A_DAY
    if start <= last_day:
        raise invalid(
            "/input/start",
            "before_last_day",
            text("The new start must lie after the old last day, {last_day}.", last_day=last_day),
        )
    end = wanted.end or _end(old, start)
    if end and end < start:
        raise invalid("/input/end", "before_start", text("The end lies before the start, {start}.", start=start))
    new = _restarted(old, scene, start, end)
    situation = Situation(new, scene.calendar, scene.configuration.settings)
    return Change(
        text("Contract {old} is restarted as contract {new}.", old=old.number, new=new.number),
        effects_of(None, situation, scene.today),
        contract=replace(old, restarted_as=new.number, version=old.version + 1),
        added=(new,),
        result=Target(TargetType.CONTRACT, new.number, new.version),
        warnings=_still_standing(scene.contract_situation, start),
    )


def _still_standing(old: Situation, start: date) -> tuple[Text, ...]:
    """Work orders that were kept when the old contract ended, of the days on which the new one makes its own."""
    orders = sorted(
        visit.workorder_no
        for visit in old.ledger.values()
        if visit.workorder_no and visit.state in OPEN and visit.planned_date >= start
    )
    if not orders:
        return ()
    return (
        text(
            "These work orders of contract {number} still stand, beside those of the new one: {orders}.",
            number=old.contract.number,
            orders=orders,
        ),
    )


def _end(old: Contract, start: date) -> date | None:
    if old.terms:
        return agreed_end(start, old.terms)
    if old.end is None:
        return None
    return start + relativedelta(old.end + A_DAY, old.start) - A_DAY


def _restarted(old: Contract, scene: Scene, start: date, end: date | None) -> Contract:
    return replace(
        old,
        number=scene.next_number,
        start=start,
        end=end,
        entered_on=scene.today,
        plans=tuple(_fresh(plan) for plan in old.plans),
        termination=None,
        pauses=(),
        renewals=0,
        end_counts_from=None,
        restarted_from=old.number,
        restarted_as=None,
        settled_through=None,
        version=1,
    )


def _fresh(plan: VisitPlan) -> VisitPlan:
    """The plan without what belonged to the old period."""
    return replace(plan, next_visit=None, counts_from=None, objects_from=())
