"""Runs end when the cycle has done their part at the host; their last answer says what came of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from powerup.actions.answer import AnswerStatus
from powerup.contracts.effects import STARTED, EffectKind
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.store.runs import Run, Runs
from powerup.sync.context import Cycle
from powerup.sync.refresh import REFRESH, refreshed
from powerup.sync.reschedule import MOVE, to_be_told
from powerup.sync.tell import tell_host
from powerup.texts import Reader, Text, text

UNDER_WAY = (VisitState.RETRACTING, VisitState.ORDERING)

Document = dict[str, Any]


def finish_runs(cycle: Cycle) -> None:
    """Finish each run whose visits are all done, and tell the host. Raises OutsmartError for one that reads there."""
    with cycle.read() as connection:
        ledger = cycle.ledger(connection)
        done = [run for run in Runs(connection, cycle.tenant.id).waiting() if not _under_way(ledger.of_run(run.id))]
    for run in done:
        message, effects = _come_of(cycle, run)
        answer = _answer(run, message, effects)
        with cycle.write() as connection:
            now = cycle.clock()
            if Runs(connection, cycle.tenant.id).finish(run.id, answer, now):
                tell_host(connection, cycle.tenant.id, "run.finished", answer, now)


def _come_of(cycle: Cycle, run: Run) -> tuple[Text, list[Document]]:
    if run.action == REFRESH:
        return refreshed(cycle, run)
    if any(effect["effect"] == EffectKind.RETRACTED for effect in run.answer.get("effects", ())):
        return _retracted(cycle, run)
    if run.action == MOVE:
        return text("The host has the new date."), list(run.answer.get("effects", ()))
    return _made(cycle, run)


def _made(cycle: Cycle, run: Run) -> tuple[Text, list[Document]]:
    """What came of the orders that a person wanted at once: each in the state it has now."""
    promised: list[Document] = list(run.answer.get("effects", []))
    with cycle.read() as connection:
        visits = cycle.ledger(connection).by_workorder_numbers([effect["workorder_no"] for effect in promised])
    states = {number: visit.state.value for number, visit in visits.items()}
    effects = [{**effect, "state": states.get(effect["workorder_no"], effect["state"])} for effect in promised]
    refusals = [visit.refusal for visit in visits.values() if visit.refusal]
    if refusals:
        return text("The host refused it: {words}", words="; ".join(refusals)), effects
    return text("The work order is at the host."), effects


def _under_way(visits: Sequence[LedgerVisit]) -> bool:
    return any(visit.state in UNDER_WAY for visit in visits) or bool(to_be_told(visits))


def _retracted(cycle: Cycle, run: Run) -> tuple[Text, list[Document]]:
    """The promised effects as they came true: an order that somebody had started meanwhile is kept."""
    promised: list[Document] = list(run.answer.get("effects", []))
    numbers = [effect["workorder_no"] for effect in promised if effect["effect"] == EffectKind.RETRACTED]
    with cycle.read() as connection:
        visits = cycle.ledger(connection).by_workorder_numbers([number for number in numbers if number])
    effects = [_as_it_came(effect, visits) for effect in promised]
    kept = sum(effect["effect"] != EffectKind.RETRACTED for effect in effects if effect["workorder_no"] in numbers)
    if kept:
        message = text(
            "{taken} work orders were taken back; {kept} had been started meanwhile and stay.",
            taken=len(numbers) - kept,
            kept=kept,
        )
    else:
        message = text("Work orders taken back: {taken}.", taken=len(numbers))
    return message, effects


def _as_it_came(effect: Mapping[str, Any], visits: Mapping[str, LedgerVisit]) -> Document:
    visit = visits.get(effect["workorder_no"] or "")
    if effect["effect"] != EffectKind.RETRACTED or visit is None:
        return dict(effect)
    if visit.state is VisitState.WITHHELD:
        return {**effect, "state": visit.state.value}
    return {**effect, "effect": EffectKind.KEPT.value, "state": visit.state.value, "reason": STARTED}


def _answer(run: Run, message: Text, effects: Sequence[Document]) -> Document:
    """The run's last answer: the promise, with what was done in the place of what was to be done."""
    answer = {**run.answer, "status": AnswerStatus.SUCCEEDED.value, "message": Reader(run.locale).say(message)}
    if effects:
        counts = Counter(effect["effect"] for effect in effects if effect["effect"] != EffectKind.WITHHELD)
        withheld = run.answer.get("counts", {}).get("withheld")
        answer["effects"] = list(effects)
        answer["counts"] = dict(sorted(counts.items())) | ({"withheld": withheld} if withheld else {})
    return answer
