"""Runs end when the cycle has done their part at the host; their last answer says what came of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from powerup.actions.catalogue import waits_for
from powerup.actions.kit.action import WaitsFor
from powerup.actions.kit.answer import AnswerStatus
from powerup.contracts.effects import STARTED, EffectKind
from powerup.contracts.visit import AT_HOST, LedgerVisit, Reason, VisitState, visit_key
from powerup.store.runs import Run, Runs
from powerup.sync.following.read_again import refreshed
from powerup.sync.kit.context import Cycle
from powerup.sync.ordering.reschedule import to_be_told
from powerup.tenants.tell_host import tell_host
from powerup.texts import Reader, Text, counted, text

UNDER_WAY = (VisitState.RETRACTING, VisitState.ORDERING)

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Ending:
    """What people are told of a run that is over, and the lines of what was promised as they came true."""

    message: Text
    effects: list[Document]
    status: AnswerStatus = AnswerStatus.SUCCEEDED


def finish_runs(cycle: Cycle) -> None:
    """Finish each run whose visits are all done, and tell the host. Raises OutsmartError for one that reads there."""
    with cycle.read() as connection:
        ledger = cycle.ledger(connection)
        waiting = [run for run in Runs(connection, cycle.tenant.id).waiting() if _was_served(cycle, run)]
        done = [run for run in waiting if not _under_way(ledger.of_run(run.id))]
    for run in done:
        answer = _answer(run, _come_of(cycle, run))
        with cycle.write() as connection:
            now = cycle.clock()
            if Runs(connection, cycle.tenant.id).finish(run.id, answer, now):
                tell_host(connection, cycle.tenant.id, "run.finished", answer, now)


def readings_asked_for(cycle: Cycle) -> tuple[Run, ...]:
    """The runs of those who want to know what has changed at the host until now."""
    with cycle.read() as connection:
        waiting = Runs(connection, cycle.tenant.id).waiting()
    return tuple(run for run in waiting if waits_for(run.action) is WaitsFor.READING)


def _was_served(cycle: Cycle, run: Run) -> bool:
    """Whether the cycle did what the run waits for: who asked while it was reading may be told what was so before."""
    return waits_for(run.action) is not WaitsFor.READING or run.id in {each.id for each in cycle.tally.readings}


def _come_of(cycle: Cycle, run: Run) -> _Ending:
    match waits_for(run.action):
        case WaitsFor.READING:
            return _Ending(*refreshed(cycle, run))
        case WaitsFor.NEW_DATE | WaitsFor.EMPLOYEE if _takes_back(run):
            return _ordered_again(cycle, run, _Ending(*_retracted(cycle, run)))
        case WaitsFor.ORDERS if _takes_back(run):
            return _with_what_was_done(run, _Ending(*_retracted(cycle, run)))
        case WaitsFor.NEW_DATE | WaitsFor.EMPLOYEE | WaitsFor.ORDERS:
            return _of_one_visit(cycle, run)


def _takes_back(run: Run) -> bool:
    return any(effect["effect"] == EffectKind.RETRACTED for effect in _promised(run))


def _of_one_visit(cycle: Cycle, run: Run) -> _Ending:
    """What came of the one order that a person wanted at once, on another day, or for another employee."""
    found = _visits_of(cycle, run)
    if not found:
        return _Ending(text("The visit is not there any more."), _promised(run), AnswerStatus.FAILED)
    effects = [effect | _as_it_is(visit) for effect in _promised(run) for visit in found]
    visit = next((each for each in found if each.state not in AT_HOST), found[0])
    why = _reason_of(visit) or visit.state
    match waits_for(run.action):
        case WaitsFor.NEW_DATE:
            is_done, done = visit.state is VisitState.ORDERED, text("The host has the new date.")
            not_done = text("The work order was not moved: {why}", why=why)
        case WaitsFor.EMPLOYEE:
            is_done, done = visit.state is VisitState.ORDERED, text("The host has the new employee.")
            not_done = text("The employee was not changed: {why}", why=why)
        case WaitsFor.ORDERS | WaitsFor.READING:
            is_done = visit.state in AT_HOST
            done = counted("The work order is at the host.", "{number} work orders are at the host.", len(found))
            not_done = text("The work order was not made: {why}", why=why)
    return _Ending(done, effects) if is_done else _Ending(not_done, effects, AnswerStatus.FAILED)


def _as_it_is(visit: LedgerVisit) -> Document:
    now = {"state": visit.state.value, "reason": _reason_of(visit), "workorder_no": visit.workorder_no}
    return now | {"object": visit.key.object} if visit.key.address is not None else now


def _reason_of(visit: LedgerVisit) -> str | None:
    if visit.state is VisitState.PLANNED:  # turned down at the last look, and waits: its customer is blocked
        return Reason.CUSTOMER_BLOCKED
    return visit.refusal or visit.reason


def _with_what_was_done(run: Run, ending: _Ending) -> _Ending:
    """What was said at once, such as the number of a new contract, and what came of the work orders."""
    return replace(ending, message=text("{done} {orders}", done=run.answer["message"], orders=ending.message))


def _ordered_again(cycle: Cycle, run: Run, taken_back: _Ending) -> _Ending:
    """What came of a move of an order that had to be taken back, because the host cannot change its deadline."""
    visit = next(iter(_visits_of(cycle, run)), None)
    if visit is None:
        return taken_back
    if not any(effect["effect"] == EffectKind.RETRACTED for effect in taken_back.effects):
        message = text("The work order was not moved: {why}", why=visit.state)
        return _Ending(message, taken_back.effects, AnswerStatus.FAILED)
    if visit.state in AT_HOST:
        message = text("The work order was taken back and made again for {day}.", day=visit.planned_date)
        return replace(taken_back, message=message)
    if visit.state is VisitState.WITHHELD and visit.reason is Reason.CHANGED:
        message = text("The work order was taken back; a new one is made for {day}.", day=visit.planned_date)
        return replace(taken_back, message=message)
    return taken_back


def _visits_of(cycle: Cycle, run: Run) -> list[LedgerVisit]:
    """The visit that the run is about; where its date was split by address since, those of its addresses."""
    key = visit_key(run.answer["target"]["id"])
    if key is None:
        return []
    with cycle.read() as connection:
        ledger = cycle.ledger(connection)
        visit = ledger.get(key)
        return [visit] if visit is not None else ledger.parts_of({key})


def _promised(run: Run) -> list[Document]:
    return list(run.answer.get("effects", ()))


def _under_way(visits: Sequence[LedgerVisit]) -> bool:
    return any(visit.state in UNDER_WAY for visit in visits) or bool(to_be_told(visits))


def _retracted(cycle: Cycle, run: Run) -> tuple[Text, list[Document]]:
    """The promised effects as they came true: an order that somebody had started meanwhile is kept."""
    promised = _promised(run)
    numbers = [effect["workorder_no"] for effect in promised if effect["effect"] == EffectKind.RETRACTED]
    with cycle.read() as connection:
        visits = cycle.ledger(connection).by_workorder_numbers([number for number in numbers if number])
    effects = _without_what_is_covered([_as_it_came(effect, visits) for effect in promised])
    kept = sum(effect["effect"] != EffectKind.RETRACTED for effect in effects if effect["workorder_no"] in numbers)
    if kept:
        stay = counted(
            "{number} work order had been started meanwhile and stays.",
            "{number} work orders had been started meanwhile and stay.",
            kept,
        )
        return text("{taken} {stay}", taken=taken_back(len(numbers) - kept), stay=stay), effects
    return taken_back(len(numbers)), effects


def taken_back(number: int) -> Text:
    """What people are told of work orders that are the host's no more."""
    return counted("{number} work order was taken back.", "{number} work orders were taken back.", number)


def _as_it_came(effect: Mapping[str, Any], visits: Mapping[str, LedgerVisit]) -> Document:
    visit = visits.get(effect["workorder_no"] or "")
    if effect["effect"] != EffectKind.RETRACTED or visit is None:
        return dict(effect)
    if visit.state is VisitState.WITHHELD:
        return {**effect, "state": visit.state.value}
    return {**effect, "effect": EffectKind.KEPT.value, "state": visit.state.value, "reason": STARTED}


def _without_what_is_covered(effects: Sequence[Document]) -> list[Document]:
    """Of a restart: what was to be made in the place of an order that stays after all is covered by that."""
    stay = {_visit(effect) for effect in effects if effect["effect"] == EffectKind.KEPT}
    return [
        effect | _COVERED if effect["effect"] == EffectKind.CREATED and _visit(effect) in stay else effect
        for effect in effects
    ]


_COVERED = {
    "effect": EffectKind.WITHHELD.value,
    "workorder_no": None,
    "state": VisitState.WITHHELD.value,
    "reason": Reason.COVERED.value,
}


def _visit(effect: Mapping[str, Any]) -> tuple[str, str, str]:
    """The visit of a line, whatever its contract."""
    return effect["plan"], effect["object"], effect["nominal_date"]


def _answer(run: Run, ending: _Ending) -> Document:
    """The run's last answer: the promise, with what was done in the place of what was to be done."""
    answer = {**run.answer, "status": ending.status.value, "message": Reader(run.locale).say(ending.message)}
    answer["effects"] = ending.effects
    answer["counts"] = _counts(run.answer.get("counts", {}), _promised(run), ending.effects)
    answer.setdefault("counted_until", None)
    return answer


def _counts(promised: Mapping[str, Any], lines_promised: Sequence[Document], lines: Sequence[Document]) -> Document:
    """The totals that were promised, also beyond the list, as the lines of the list have changed them since."""
    totals: Counter[tuple[str, str | None]] = Counter()
    totals.update({(name, None): number for name, number in promised.items() if name != EffectKind.WITHHELD})
    totals.update({(EffectKind.WITHHELD.value, why): number for why, number in promised.get("withheld", {}).items()})
    totals.update(map(_counted_as, lines))
    totals.subtract(map(_counted_as, lines_promised))
    counts: Document = {}
    for (effect, reason), number in sorted(totals.items(), key=str):
        if number <= 0:
            continue
        if effect == EffectKind.WITHHELD:
            counts.setdefault(effect, {})[reason or ""] = number
        else:
            counts[effect] = number
    return counts


def _counted_as(effect: Mapping[str, Any]) -> tuple[str, str | None]:
    return effect["effect"], (effect["reason"] or "") if effect["effect"] == EffectKind.WITHHELD else None
