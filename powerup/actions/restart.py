"""contract.restart: a new contract with the conditions of one that has ended (rules: Actions; host page 1.12)."""

from dataclasses import dataclass, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from powerup.actions.answer import NotPossible, invalid
from powerup.actions.change import Change, Scene
from powerup.actions.existing import ExistingOrders, Written, given_up, open_orders, with_rows
from powerup.actions.host_reading import HostQuestions
from powerup.actions.request import Target, TargetType
from powerup.contracts.changes import effects_of
from powerup.contracts.contract import Contract, Status, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.schedule import Situation
from powerup.contracts.terms import agreed_end
from powerup.contracts.visit import OPEN, LedgerVisit, Reason, VisitState
from powerup.documents.schema import Choice, Day, DocumentSchema
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class RestartInput:
    """start by default the day after the old last day; end by default from the terms, else as long as it was.
    existing_orders are those of the old contract from the start on."""

    start: date | None = None
    end: date | None = None
    existing_orders: ExistingOrders = ExistingOrders.KEEP


class RestartSchema(DocumentSchema):
    """Input of contract.restart."""

    makes = RestartInput

    start = Day(
        allow_none=True,
        metadata={"label": text("Start"), "hint": text("Empty: the day after the old contract's last day.")},
    )
    end = Day(
        allow_none=True,
        metadata={
            "label": text("End"),
            "hint": text("Empty: as the contract terms say, without terms as long as the old contract."),
        },
    )
    existing_orders = Choice(
        ExistingOrders,
        metadata={"label": text("Old work orders from the start on"), "default": ExistingOrders.KEEP.value},
    )


def questions(scene: Scene, wanted: RestartInput) -> HostQuestions:
    """The present status of the work orders that would be taken back."""
    if wanted.existing_orders is ExistingOrders.KEEP:
        return HostQuestions()
    old = scene.contract_situation
    return HostQuestions(work_orders=open_orders(_later(old, wanted.start or _first_start(old.contract, scene.today))))


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
    """Makes the new contract and links both; the old one stays as it was, but for work orders that are taken back."""
    before = scene.contract_situation
    old = before.contract
    possible(scene)
    start, end = _period(old, wanted, scene.today)
    new = _restarted(old, scene, start, end)
    given = _given_up(scene, wanted, start)
    situation = Situation(new, scene.calendar, scene.configuration.settings)
    return Change(
        text("Contract {old} is restarted as contract {new}.", old=old.number, new=new.number),
        effects_of(None, situation, scene.today, given.effects),
        contract=replace(old, restarted_as=new.number, version=old.version + 1),
        added=(new,),
        ledger=given.ledger,
        at_host=given.at_host,
        result=Target(TargetType.CONTRACT, new.number, new.version),
        warnings=_still_standing(replace(before, ledger=with_rows(before.ledger, given.ledger)), start),
    )


def _first_start(old: Contract, today: date) -> date:
    return (old.last_day or today) + A_DAY


def _period(old: Contract, wanted: RestartInput, today: date) -> tuple[date, date | None]:
    """Start and end of the new contract."""
    first = _first_start(old, today)
    start = wanted.start or first
    if start < first:
        raise invalid(
            "/input/start",
            "before_last_day",
            text("The new start must lie after the old last day, {last_day}.", last_day=first - A_DAY),
        )
    end = wanted.end or _end(old, start)
    if end and end < start:
        raise invalid("/input/end", "before_start", text("The end lies before the start, {start}.", start=start))
    return start, end


def _later(old: Situation, start: date) -> list[LedgerVisit]:
    return [visit for visit in old.ledger.values() if visit.planned_date >= start]


def _given_up(scene: Scene, wanted: RestartInput, start: date) -> Written:
    if wanted.existing_orders is ExistingOrders.KEEP:
        return Written()
    old = scene.contract_situation
    reason = Reason.TERMINATED if old.contract.termination else Reason.CONTRACT_ENDED
    return given_up(_later(old, start), reason, wanted.existing_orders, scene.readings.work_orders)


def _still_standing(old: Situation, start: date) -> tuple[Text, ...]:
    """Work orders that were kept when the old contract ended, of the days on which the new one makes its own."""
    orders = sorted(
        visit.workorder_no
        for visit in _later(old, start)
        if visit.workorder_no and visit.state in OPEN and visit.state is not VisitState.RETRACTING
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
    return replace(plan, next_visit=None, next_visits=(), counts_from=None, objects_from=())
