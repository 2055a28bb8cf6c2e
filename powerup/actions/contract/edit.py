"""contract.edit: other conditions for the visits that have no work order yet (rules: Settle, then change)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from powerup.actions.contract.chain import running_in_chain, runs_on_as
from powerup.actions.contract.create import warnings_of
from powerup.actions.contract.edit_warnings import gap_warnings, period_warnings
from powerup.actions.form.contract_check import contract_problems, host_problems, host_questions
from powerup.actions.form.contract_form import ContractForm, PlanForm, with_entries
from powerup.actions.form.incomplete_form import problems_so_far
from powerup.actions.form.price_form import PriceForm
from powerup.actions.form.template_form import unknown_template
from powerup.actions.form.unused_entries import no_longer_used, unused
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import FieldProblem, InvalidInput, NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.closed_words import staying_in_words
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.request import Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import ExistingOrders, Written, as_if_done, given_up, open_orders, with_rows
from powerup.contracts.changed_rules import (
    counting_anew,
    counting_days,
    counting_objects,
    keeping_next_visits,
    kept_on_their_day,
    last_nominal_dates,
)
from powerup.contracts.contract import Contract, Status, VisitPlan
from powerup.contracts.effects import Effect, EffectKind
from powerup.contracts.effects_of_change import counted_until, effects_of, kept
from powerup.contracts.series import Series, counts_from_of
from powerup.contracts.settling import after_settling, settled
from powerup.contracts.situation import ContractSituation
from powerup.contracts.staying import added, staying_on
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from powerup.documents.contract import contract_document
from powerup.documents.schema import Day, Truth
from powerup.texts import Text, text


class EditForm(ContractForm):
    """The members that change, from when a changed rule counts, and whether to take back what has not started."""

    counts_from = Day(data_key="from", metadata={"label": text("The change counts from")})
    retract_not_started = Truth(
        metadata={"label": text("Take back work orders that have not started"), "empty": text("no")}
    )

    def __init__(self, **options: Any) -> None:
        """Nothing is required, but the name of each plan, by which it is known."""
        required = ("name", "type", "customer", "start", "template")
        nested = ("template.type_of_work", "template.payment_method")
        super().__init__(partial=(*required, *nested), **options)


def questions(scene: ActionScene, entered: Mapping[str, Any]) -> HostQuestions:
    """Whether all that the changed contract names exists, and what has started meanwhile."""
    contract = _changed(scene, entered)
    asked = host_questions(contract)
    if not entered.get("retract_not_started"):
        return asked
    return replace(asked, work_orders=open_orders(_from_today(scene, scene.contract_situation.ledger.values())))


def by_the_rules(scene: ActionScene, readable: Mapping[str, Any]) -> list[FieldProblem]:
    """What is wrong with the members that could be loaded, the others being as they were."""
    contract = scene.contract_situation.contract
    found = problems_so_far(
        readable, lambda members: with_entries(contract, members, scene.configuration), scene.configuration, contract
    )
    return [*found, *_day_problems(scene, readable)]


def possible(scene: ActionScene) -> None:
    """A deleted contract is not edited."""
    contract = scene.contract_situation.contract
    if contract.deleted_on is not None:
        raise NotPossible(text("Contract {number} is deleted; undo that first.", number=contract.number))


def decide(scene: ActionScene, entered: Mapping[str, Any]) -> Change:
    """Settles what is due by the old conditions, then lets the new ones count."""
    before = scene.contract_situation
    contract = _changed(scene, entered)
    if contract == before.contract and not entered.get("retract_not_started"):
        return _nothing(contract, entered)
    problems = tuple(host_problems(contract, scene.readings))
    if problems:
        raise InvalidInput(text("The contract cannot be changed like this; nothing was changed."), problems)
    due_before = settled(before, scene.today, unseen=scene.unseen)
    ledger = with_rows(before.ledger, due_before)
    given = _given_up(scene, ledger.values(), entered)
    ledger = with_rows(ledger, given.ledger)
    contract = _counting_from(scene, before.contract, contract, ledger.values(), entered.get("counts_from"))
    held = kept_on_their_day(replace(before, ledger=ledger), replace(before, contract=contract), scene.today)
    ledger = with_rows(ledger, held)
    complete = after_settling(before, ledger.values(), scene.today)
    after = replace(complete, contract=replace(contract, settled_through=complete.contract.settled_through))
    resulting = as_if_done(after)
    counts_from = _counts_from(before.contract, contract)
    orders = _of_orders(before, resulting, given, scene.today)
    return Change(
        text("Contract {number} is changed.", number=contract.number),
        effects_of(before, resulting, scene.today, orders, min(counts_from.values(), default=None), to_show=True),
        contract=replace(after.contract, version=before.contract.version + 1),
        ledger=tuple(visit for key, visit in ledger.items() if before.ledger.get(key) != visit),
        at_host=given.at_host,
        warnings=(
            *(unused(entered, contract) | no_longer_used(before.contract, contract)).values(),
            *warnings_of(scene, contract),
            *_rule_warnings(scene, contract, ledger.values(), entered.get("counts_from")),
            *_staying(before.contract, resulting, scene.today),
        ),
        resulting=resulting,
        counts_from=counts_from,
    )


def prefilled(contract: Contract) -> dict[str, Any]:
    """The contract as its form would be filled in."""
    document = contract_document(contract)
    names = {field.data_key or name for name, field in ContractForm().load_fields.items()}
    plan_names = set(PlanForm().load_fields)
    values = {name: value for name, value in document.items() if name in names}
    values["plans"] = [
        {name: value for name, value in plan.items() if name in plan_names} for plan in document["plans"]
    ]
    if document["price"] is not None:
        values["price"] = {name: value for name, value in document["price"].items() if name in PriceForm().load_fields}
    return values


ACTION = Action(
    "contract.edit",
    text("Edit"),
    decide,
    EditForm,
    questions=questions,
    possible=possible,
    by_the_rules=by_the_rules,
    prefilled=prefilled,
    beside_others=True,
)


def _nothing(contract: Contract, entered: Mapping[str, Any]) -> Change:
    """Nobody else who looks at the contract is told that it was changed."""
    return Change(
        text("Nothing changes: contract {number} is like this already.", number=contract.number),
        result=Target(TargetType.CONTRACT, contract.number, contract.version),
        warnings=tuple(unused(entered, contract).values()),
    )


def _changed(scene: ActionScene, entered: Mapping[str, Any]) -> Contract:
    possible(scene)
    before = scene.contract_situation.contract
    contract = with_entries(before, entered, scene.configuration)
    problems = (
        *contract_problems(contract, scene.configuration, before),
        *unknown_template(contract, scene.configuration, before),
        *_day_problems(scene, entered),
        *_chain_problems(scene, contract),
    )
    if problems:
        raise InvalidInput(text("The contract cannot be changed like this; nothing was changed."), problems)
    return contract


def _day_problems(scene: ActionScene, entered: Mapping[str, Any]) -> Iterator[FieldProblem]:
    if entered.get("counts_from") and entered["counts_from"] < scene.today:
        yield FieldProblem("/input/from", "in_the_past", text("A changed rule counts from today or later."))
    old = scene.contract_situation.contract
    for place, plan_ in enumerate(entered.get("plans", ())):
        known = old.plan(plan_.get("name", ""))
        for member, days, before in _next_visits_entered(plan_, known):
            if any(day < scene.today and day != before.get(code) for code, day in days.items()):
                message = text("A next visit is named for today or later: the plan counts from it.")
                yield FieldProblem(f"/input/plans/{place}/{member}", "in_the_past", message)


def _next_visits_entered(
    entered: Mapping[str, Any], known: VisitPlan | None
) -> Iterator[tuple[str, Mapping[str, date], Mapping[str, date]]]:
    """The next visits that were entered and those that the plan had, each by object (empty for all), by member."""
    if entered.get("next_visit"):
        before = {"": known.next_visit} if known and known.next_visit else {}
        yield "next_visit", {"": entered["next_visit"]}, before
    if entered.get("next_visits"):
        yield "next_visits", entered["next_visits"], dict(known.next_visits) if known else {}


def _chain_problems(scene: ActionScene, changed: Contract) -> Iterator[FieldProblem]:
    """What has ended does not run again beside the contract that it was restarted as."""
    ended = scene.contract_situation.contract.has_ended(scene.today)
    running = running_in_chain(scene)
    if ended and running is not None and changed.status(scene.today) in (Status.ACTIVE, Status.NOT_STARTED):
        yield FieldProblem("/input/end", "restarted", runs_on_as(changed, running))


def _given_up(scene: ActionScene, ledger: Iterable[LedgerVisit], entered: Mapping[str, Any]) -> Written:
    if not entered.get("retract_not_started"):
        return Written()
    upcoming = [
        visit
        for visit in _from_today(scene, ledger)
        if visit.state in (VisitState.ORDERING, VisitState.ORDERED, VisitState.FAILED)
    ]
    return given_up(upcoming, Reason.CHANGED, ExistingOrders.RETRACT, scene.readings.work_orders)


def _from_today(scene: ActionScene, ledger: Iterable[LedgerVisit]) -> list[LedgerVisit]:
    return [visit for visit in ledger if visit.planned_date >= scene.today]


def _of_orders(before: ContractSituation, after: ContractSituation, given: Written, today: date) -> list[Effect]:
    """The lines of work orders: those that are taken back, and those that stay though the contract has them no more."""
    told = {effect.key: effect for effect in given.effects if effect.kind in (EffectKind.RETRACTED, EffectKind.KEPT)}
    taken_back = [effect for effect in told.values() if effect.kind is EffectKind.RETRACTED]
    stay = kept(before, after, today, {effect.key for effect in taken_back})
    return [*taken_back, *(told.get(effect.key, effect) for effect in stay)]


def _staying(old: Contract, after: ContractSituation, today: date) -> Iterator[Text]:
    """What stays on closed ranges that the contract did not have before."""
    closed = added(old.closed_ranges, after.contract.closed_ranges)
    yield from staying_in_words(staying_on(after, closed, today, counted_until([after.contract], today)))


def _rule_warnings(
    scene: ActionScene, new: Contract, ledger: Collection[LedgerVisit], chosen: date | None
) -> Iterator[Text]:
    """Of each plan whose rule changes; ledger has what the change itself writes."""
    old, settings = scene.contract_situation.contract, scene.configuration.settings
    for plan_ in new.plans:
        if not (changed := _with_another_rule(old, new, plan_)):
            continue
        last = last_nominal_dates(new, plan_, ledger, scene.today)
        known = old.plan(plan_.name)
        before = Series(old, known, scene.calendar, settings) if known is not None else None
        yield from period_warnings(plan_, last, chosen, scene.today)
        yield from gap_warnings(before, Series(new, plan_, scene.calendar, settings), changed, last, scene.today)


def _counts_from(old: Contract, new: Contract) -> dict[str, date]:
    """The day from which the changed rule counts, of each plan whose rule changed that of its earliest object."""
    found = {}
    for plan_ in new.plans:
        changed = _with_another_rule(old, new, plan_)
        days = [day for code in changed if (day := counts_from_of(plan_, code)) is not None]
        if days:
            found[plan_.name] = min(days)
    return found


def _counting_from(
    scene: ActionScene, old: Contract, new: Contract, ledger: Collection[LedgerVisit], chosen: date | None
) -> Contract:
    """Gives each plan whose series changed the day from which it counts, and that of objects that were added or have
    another next visit; the others stay as they are."""
    objects = new.visited_objects()
    added = set(objects) - set(old.visited_objects())
    plans = []
    for plan_ in _keeping_next_visits(scene, old, new):
        last = last_nominal_dates(new, plan_, ledger, scene.today)
        renamed = _with_another_next_visit(old.plan(plan_.name), plan_, objects)
        anew = _is_anew(old, new, plan_)
        if anew and last and _one_for_all(old) != _one_for_all(new):
            last = {code or "": max(last.values()) for code in objects}
        series = Series(new, plan_, scene.calendar, scene.configuration.settings)
        concerned = objects if anew else added | renamed
        days = counting_days(series, concerned, last, scene.today, chosen=chosen, named=renamed)
        plans.append(counting_anew(plan_, days) if anew else counting_objects(plan_, objects, days))
    return replace(new, plans=tuple(plans))


def _keeping_next_visits(scene: ActionScene, old: Contract, new: Contract) -> Iterator[VisitPlan]:
    """The plans of a contract; where it has other closed ranges now, a next visit that was named by its planned date
    stays the visit that it is."""
    settings = scene.configuration.settings
    for plan_ in new.plans:
        known = old.plan(plan_.name)
        if old.closed_ranges == new.closed_ranges or known is None or _with_another_rule(old, new, plan_):
            yield plan_
        else:
            before = Series(old, known, scene.calendar, settings)
            yield keeping_next_visits(before, Series(new, plan_, scene.calendar, settings))


def _with_another_next_visit(
    known: VisitPlan | None, changed: VisitPlan, objects: Iterable[str | None]
) -> set[str | None]:
    """The objects for which another next visit is named, or none any more."""
    before = VisitPlan("", changed.recurrence) if known is None else known
    return {code for code in objects if before.next_visit_named(code) != changed.next_visit_named(code)}


def _with_another_rule(old: Contract, new: Contract, changed: VisitPlan) -> set[str | None]:
    """The objects of the contract as it is now whose visits follow another rule of a plan."""
    objects = new.visited_objects()
    if _is_anew(old, new, changed):
        return set(objects)
    return _with_another_next_visit(old.plan(changed.name), changed, objects)


def _is_anew(old: Contract, new: Contract, changed: VisitPlan) -> bool:
    """Whether the whole plan counts anew: its rule is another one, or each object has another next visit."""
    known, objects = old.plan(changed.name), new.visited_objects()
    if known is None or _series_changed(old, known, new, changed):
        return True
    return _with_another_next_visit(known, changed, objects).issuperset(objects)


def _series_changed(old: Contract, known: VisitPlan, new: Contract, changed: VisitPlan) -> bool:
    return (
        known.recurrence != changed.recurrence
        or known.schedule is not changed.schedule
        or known.anchors != changed.anchors
        or (known.anchor or old.counted_from) != (changed.anchor or new.counted_from)
        or (old.type, old.yearly) != (new.type, new.yearly)
        or _one_for_all(old) != _one_for_all(new)
    )


def _one_for_all(contract: Contract) -> bool:
    return contract.visited_objects() == (None,)
