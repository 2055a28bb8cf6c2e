"""contract.replace_object: another object is visited in the place of one, by the same series (rules: Actions)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from powerup.actions.contract.not_ended import check_not_ended
from powerup.actions.form.contract_check import object_problems
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import InvalidInput, NotPossible, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import ExistingOrders, as_if_done, given_up, open_orders, with_rows
from powerup.contracts.contract import Contract, ReplacedObject, VisitPlan
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.schedule import as_written
from powerup.contracts.settling import after_settling, settled
from powerup.contracts.transitions import called_off, left_out
from powerup.contracts.visit import LedgerVisit, Reason, VisitState, is_undecided
from powerup.documents.schema import Choice, Code, Day, DocumentSchema
from powerup.texts import text

_CAN_STAY = (VisitState.ORDERING, VisitState.ORDERED, VisitState.FAILED, VisitState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class ReplaceObjectInput:
    """old and new are object codes; since is the first day of the new one. existing_orders are those of the old one
    that are planned from then on."""

    old: str
    new: str
    since: date
    existing_orders: ExistingOrders = ExistingOrders.KEEP


class ReplaceObjectSchema(DocumentSchema):
    """Input of contract.replace_object."""

    makes = ReplaceObjectInput

    old = Code(required=True, metadata={"label": text("Old object"), "format": "host:object"})
    new = Code(required=True, metadata={"label": text("New object"), "format": "host:object"})
    since = Day(required=True, data_key="from", metadata={"label": text("From")})
    existing_orders = Choice(
        ExistingOrders, metadata={"label": text("Work orders from then on"), "default": ExistingOrders.KEEP.value}
    )


def possible(scene: ActionScene) -> None:
    """Only a contract that runs, or will, and that has objects."""
    check_not_ended(scene)
    contract = scene.contract_situation.contract
    if not contract.objects:
        raise NotPossible(text("Contract {number} has no objects.", number=contract.number))


def questions(scene: ActionScene, wanted: ReplaceObjectInput) -> HostQuestions:
    """The new object, and the present status of the work orders that would be taken back."""
    if wanted.existing_orders is ExistingOrders.KEEP:
        return HostQuestions(objects=(wanted.new,))
    concerned = _concerned(scene, wanted, scene.contract_situation.ledger.values())
    return HostQuestions(objects=(wanted.new,), work_orders=open_orders(concerned))


def decide(scene: ActionScene, wanted: ReplaceObjectInput) -> Change:
    """Settles what is due, then lets the new object go on with the series of the old one: from its day on each visit is
    that of the new one, but where the old one's order of that date stays."""
    possible(scene)
    before = scene.contract_situation
    _check(scene, before.contract, wanted)
    ledger = with_rows(before.ledger, settled(before, scene.today, unseen=scene.unseen))
    orders = [row for row in _concerned(scene, wanted, ledger.values()) if row.state in _CAN_STAY]
    given = given_up(orders, Reason.CHANGED, wanted.existing_orders, scene.readings.work_orders)
    ledger = with_rows(ledger, given.ledger)
    ledger = with_rows(ledger, _by_hand(_concerned(scene, wanted, ledger.values()), wanted))
    complete = after_settling(before, ledger.values(), scene.today)
    contract = _replaced(complete.contract, wanted)
    after = replace(complete, contract=contract)
    resulting = as_if_done(after)
    return Change(
        text(
            "Object {new} is visited in the place of {old} from {day} on.",
            day=wanted.since,
            new=wanted.new,
            old=wanted.old,
        ),
        effects_of(before, resulting, scene.today, given.effects, wanted.since, to_show=True),
        contract=replace(contract, version=contract.version + 1),
        ledger=tuple(row for key, row in ledger.items() if before.ledger.get(key) != row),
        at_host=given.at_host,
        resulting=resulting,
    )


ACTION = Action(
    "contract.replace_object",
    text("Replace an object"),
    decide,
    ReplaceObjectSchema,
    questions=questions,
    possible=possible,
    whole_ledger=True,
)


def _check(scene: ActionScene, contract: Contract, wanted: ReplaceObjectInput) -> None:
    lasting = contract.lasting_objects
    if wanted.old not in lasting:
        raise invalid("/input/old", "unknown_object", text("Choose one of: {choices}.", choices=list(lasting)))
    if wanted.new in contract.objects:
        raise invalid("/input/new", "already_there", text("Object {code} is in the contract.", code=wanted.new))
    if wanted.since < scene.today:
        raise invalid("/input/from", "in_the_past", text("An object is replaced from today or later."))
    if not contract.has_on(wanted.old, wanted.since):
        message = text("Object {code} is not in use yet on {day}.", day=wanted.since, code=wanted.old)
        raise invalid("/input/from", "not_in_use", message)
    problems = tuple(object_problems(contract, wanted.new, "/new", scene.readings))
    if problems:
        raise InvalidInput(text("The object cannot be replaced like this; nothing was changed."), problems)


def _concerned(scene: ActionScene, wanted: ReplaceObjectInput, ledger: Iterable[LedgerVisit]) -> Iterator[LedgerVisit]:
    """The written visits from its day on that carry the old object."""
    contract, since = scene.contract_situation.contract, max(wanted.since, scene.today)
    of_all = contract.visited_objects() == (None,)
    return (
        row
        for row in ledger
        if row.planned_date >= since
        and (row.key.visited_as is None) == of_all
        and wanted.old in contract.carried_by(row)
    )


def _by_hand(rows: Iterable[LedgerVisit], wanted: ReplaceObjectInput) -> Iterator[LedgerVisit]:
    """What people decided about visits of the old object that are to come goes on for the new one: a day that they gave
    to a visit, and that they skipped one. An order that is still being taken back comes first."""
    for row in rows:
        if row.key.visited_as is None:
            continue
        key = replace(row.key, object=wanted.new)
        moved = row.pinned and (is_undecided(row) or (row.state, row.reason) == _ORDERED_ANEW)
        if row.state is VisitState.WITHHELD and row.reason is Reason.SKIPPED:
            yield replace(row, key=key, workorder_no=None, try_number=1, host_row_id=None, attempts=0, run_id=None)
        elif moved:
            held = called_off(key, row.planned_date, row.generation_date, row.deadline)
            by_person = {name: getattr(row, name) for name in ("asked_for", "moved_from", "employee", "start_time")}
            yield replace(held, **by_person)
        if moved and row.state is VisitState.RETRACTING:
            yield replace(row, pinned=False)
        elif is_undecided(row):
            yield replace(left_out(as_written(row), Reason.CHANGED), pinned=False)


_ORDERED_ANEW = (VisitState.RETRACTING, Reason.CHANGED)


def _replaced(contract: Contract, wanted: ReplaceObjectInput) -> Contract:
    """The contract with the new object behind the old one, whose dates of its own it takes over."""
    objects = list(contract.objects)
    objects.insert(objects.index(wanted.old) + 1, wanted.new)
    return replace(
        contract,
        objects=tuple(objects),
        replaced=(*contract.replaced, ReplacedObject(wanted.old, wanted.new, wanted.since)),
        plans=tuple(_with_days(plan, wanted) for plan in contract.plans),
    )


def _with_days(plan: VisitPlan, wanted: ReplaceObjectInput) -> VisitPlan:
    def both(days: tuple[tuple[str, date], ...]) -> tuple[tuple[str, date], ...]:
        named = dict(days)
        return (*days, (wanted.new, named[wanted.old])) if wanted.old in named else days

    return replace(
        plan,
        anchors=both(plan.anchors),
        next_visits=both(plan.next_visits),
        objects_from=both(plan.objects_from),
    )
