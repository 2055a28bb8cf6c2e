"""contract.restart: a new contract with the conditions of one that has ended (rules: Actions; host page 1.12)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from powerup.actions.contract.chain import running_in_chain
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.request import Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import ExistingOrders, Written, given_up, open_orders
from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.situation import ContractSituation
from powerup.contracts.succession import followed, restarted, stands, taken_over
from powerup.contracts.terms import agreed_end
from powerup.contracts.transitions import taken_back
from powerup.contracts.visit import OPEN, LedgerVisit, Reason, VisitKey, VisitState
from powerup.documents.schema import Choice, Day, DocumentSchema
from powerup.texts import Text, counted, text


@dataclass(frozen=True, slots=True)
class RestartInput:
    """start by default the day after the old last day; end by default from the terms, else as long as it was.
    existing_orders are those of the old contract from the start on."""

    start: date | None = None
    end: date | None = None
    existing_orders: ExistingOrders = ExistingOrders.RETRACT


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
        metadata={"label": text("Old work orders from the start on"), "default": ExistingOrders.RETRACT.value},
    )


def questions(scene: ActionScene, wanted: RestartInput) -> HostQuestions:
    """The present status of the work orders that would be taken back."""
    if wanted.existing_orders is ExistingOrders.KEEP:
        return HostQuestions()
    old = scene.contract_situation.contract
    start = wanted.start or _first_start(old, scene.today)
    return HostQuestions(work_orders=open_orders(_given_up(scene, start)))


def possible(scene: ActionScene) -> None:
    """Only what has ended is restarted, and only once at a time."""
    old = scene.contract_situation.contract
    if old.deleted_on is not None or not old.has_ended(scene.today):
        raise NotPossible(text("Contract {number} has not ended: only an ended one is restarted.", number=old.number))
    running = running_in_chain(scene)
    if running is not None:
        raise NotPossible(
            text("Contract {number} was already restarted as {other}.", number=old.number, other=running.number)
        )


def decide(scene: ActionScene, wanted: RestartInput) -> Change:
    """Makes the new contract and links both; the old one stays as it was, but for work orders that are taken back."""
    possible(scene)
    before = scene.contract_situation
    old = before.contract
    start, end = _period(old, wanted, scene.today)
    new = restarted(old, scene.coming_number, start, end, scene.today)
    given = _taken_back(scene, wanted, start)
    written = {visit.key: visit for visit in given.ledger}
    earlier = [written.get(visit.key, visit) for visit in scene.chain_ledger]
    left = replace(before, ledger={key: written.get(key, visit) for key, visit in before.ledger.items()})
    rows = taken_over(left, new, earlier, scene.today)
    covering = {visit.key: visit for visit in (*earlier, *left.ledger.values())}
    after = ContractSituation(new, scene.calendar, scene.configuration.settings, _as_if_taken_back(rows, covering))
    return Change(
        text("Contract {old} is restarted as contract {new}.", old=old.number, new=new.number),
        effects_of(None, after, scene.today, given.effects, start, to_show=True),
        contract=replace(old, restarted_as=new.number, version=old.version + 1),
        added=(new,),
        ledger=(*given.ledger, *rows),
        at_host=given.at_host,
        result=Target(TargetType.CONTRACT, new.number, new.version),
        warnings=_still_standing(covering.values(), rows, start),
        resulting=after,
    )


ACTION = Action(
    "contract.restart",
    text("Restart"),
    decide,
    RestartSchema,
    questions=questions,
    possible=possible,
    whole_ledger=True,
    chain_ledger=True,
    makes_contracts=True,
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


def _from(scene: ActionScene, start: date) -> list[LedgerVisit]:
    """The visits of the old contract, and of others of its chain, that are planned from the new start on."""
    visits = (*scene.chain_ledger, *scene.contract_situation.ledger.values())
    return [visit for visit in visits if visit.planned_date >= start]


def _given_up(scene: ActionScene, start: date) -> list[LedgerVisit]:
    """Those that the new contract makes in their place. An order whose day has passed is not made again for sure, so
    it stays."""
    return _from(scene, max(start, scene.today))


def _taken_back(scene: ActionScene, wanted: RestartInput, start: date) -> Written:
    passed = [visit for visit in _from(scene, start) if visit.planned_date < scene.today]
    parts = [
        given_up([visit], _reason(scene, visit.key), existing, scene.readings.work_orders)
        for visits, existing in (
            (passed, ExistingOrders.KEEP),
            (_given_up(scene, start), wanted.existing_orders),
        )
        for visit in visits
    ]
    return Written(
        tuple(visit for part in parts for visit in part.ledger),
        tuple(effect for part in parts for effect in part.effects),
    )


def _reason(scene: ActionScene, key: VisitKey) -> Reason:
    """Why the contract of the visit does not have it any more."""
    contracts = {each.number: each for each in (*scene.chain, scene.contract_situation.contract)}
    contract = contracts[key.contract]
    if contract.deleted_on is not None:
        return Reason.CONTRACT_DELETED
    return Reason.TERMINATED if contract.termination else Reason.CONTRACT_ENDED


def _as_if_taken_back(
    rows: Iterable[LedgerVisit], covering: Mapping[VisitKey, LedgerVisit]
) -> dict[VisitKey, LedgerVisit]:
    """The new contract's ledger when the sync has done what it was asked to."""
    done = {}
    for row in rows:
        old = covering.get(replace(row.key, contract=row.covered_by or ""))
        if old is not None and old.state is VisitState.RETRACTING:
            row = followed(row, taken_back(old))
        done[row.key] = row
    return done


def _still_standing(old: Iterable[LedgerVisit], rows: Sequence[LedgerVisit], start: date) -> tuple[Text, ...]:
    """Work orders that stay and stand for no visit of the new contract, which makes its own beside them."""
    stand_for = {(row.covered_by, replace(row.key, contract="")) for row in rows}
    orders = sorted(
        visit.workorder_no
        for visit in old
        if visit.workorder_no
        and visit.planned_date >= start
        and stands(visit)
        and visit.state in OPEN
        and visit.state is not VisitState.RETRACTING
        and (visit.key.contract, replace(visit.key, contract="")) not in stand_for
    )
    if not orders:
        return ()
    return (
        counted(
            "This work order still stands, beside those of the new contract: {orders}.",
            "These work orders still stand, beside those of the new contract: {orders}.",
            len(orders),
            orders=orders,
        ),
    )


def _end(old: Contract, start: date) -> date | None:
    if old.terms:
        return agreed_end(start, old.terms)
    if old.end is None:
        return None
    return start + relativedelta(old.end + A_DAY, old.start) - A_DAY
