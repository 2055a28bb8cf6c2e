"""The early end, the pauses, the earlier start, the replaced objects and the earlier prices that a file gives a
contract (columns last_day, reason, paused_from, paused_until, paused_every_year, goes_on_from, replaced_objects,
earlier_prices)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from powerup.actions.contract import terminate, undo_termination
from powerup.actions.contract.changed_pauses import in_order, overlap, why_not_every_year, with_pauses
from powerup.actions.kit.answer import invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import with_rows
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, Pause, ReplacedObject, Termination
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.price import EarlierPrice, Price, in_cents
from powerup.texts import text


def with_state(contract: Contract, state: Mapping[str, Any], configuration: TenantConfiguration) -> Contract:
    """A new contract that may be terminated and paused already, or go on from an earlier one. Raises InvalidInput."""
    if not state:
        return contract
    contract = replace(
        contract,
        pauses=_pauses(contract, state),
        goes_on_from=_goes_on_from(contract, state),
        price=_price(contract, state),
        replaced=_replaced(contract, state),
    )
    last_day = _last_day(state)
    if last_day is None:
        return contract
    terminate.check_reason(state.get("reason"), configuration)
    if last_day < contract.start:
        message = text("The last day lies before the start, {start}.", start=contract.start)
        raise invalid("/input/last_day", "before_start", message)
    return replace(contract, termination=Termination(last_day, state.get("reason")))


def state_change(scene: ActionScene, state: Mapping[str, Any]) -> Change | None:
    """What the file changes of the early end and the pauses of the scene's contract; None where nothing.

    Raises a Refusal, of whose pointers the last part is a column.
    """
    situation = scene.contract_situation
    _check_going_on(situation.contract, state)
    _check_replaced(situation.contract, state)
    changes = []
    if "last_day" in state and not _is_so(situation.contract, state):
        if situation.contract.termination:
            changes.append(undo_termination.decide(scene, NoInput()))
            scene = after_change(scene, changes[-1])
        if (last_day := _last_day(state)) is not None:
            changes.append(terminate.decide(scene, terminate.TerminateInput(last_day, state.get("reason"))))
            scene = after_change(scene, changes[-1])
    if (price := _price(scene.contract_situation.contract, state)) != scene.contract_situation.contract.price:
        priced = replace(scene.contract_situation.contract, price=price)
        changes.append(Change(text("The earlier prices are changed."), contract=priced))
        scene = after_change(scene, changes[-1])
    pauses = _pauses(situation.contract, state)
    if pauses != situation.contract.pauses:
        before = scene.contract_situation
        paused = replace(before.contract, pauses=pauses)
        written = with_pauses(before, paused, scene.today)
        after = replace(before, contract=paused, ledger=with_rows(before.ledger, written.ledger))
        effects = effects_of(before, after, scene.today)
        changes.append(Change(text("The pauses are changed."), effects, contract=paused, ledger=written.ledger))
    return joined(changes)


def after_change(scene: ActionScene, change: Change) -> ActionScene:
    """The scene as the change leaves it, for a change that follows it."""
    before = scene.contract_situation
    ledger = {**before.ledger, **{visit.key: visit for visit in change.ledger}}
    return replace(scene, situation=replace(before, contract=change.contract or before.contract, ledger=ledger))


def joined(changes: list[Change]) -> Change | None:
    """Changes that follow each other, as one; the effects are those of the last, which saw all before it."""
    if not changes:
        return None
    ledger = {visit.key: visit for change in changes for visit in change.ledger}
    return replace(
        changes[-1],
        ledger=tuple(ledger.values()),
        at_host=any(change.at_host for change in changes),
        warnings=tuple(warning for change in changes for warning in change.warnings),
    )


def _is_so(contract: Contract, state: Mapping[str, Any]) -> bool:
    termination = contract.termination
    if termination is None or _last_day(state) is None:
        return termination is None and _last_day(state) is None
    return termination.last_day == _last_day(state) and termination.reason == state.get("reason", termination.reason)


def _last_day(state: Mapping[str, Any]) -> date | None:
    return _day(state, "last_day")


def _day(state: Mapping[str, Any], name: str) -> date | None:
    given = state.get(name)
    return date.fromisoformat(given) if given else None


def _goes_on_from(contract: Contract, state: Mapping[str, Any]) -> date | None:
    """The start of the first contract of a chain, from which a restarted one counts. Raises InvalidInput."""
    day = _day(state, "goes_on_from")
    if day is not None and day >= contract.start:
        message = text("A contract goes on from an earlier one: a day before its start, {start}.", start=contract.start)
        raise invalid("/input/goes_on_from", "not_before_start", message)
    return day


def _price(contract: Contract, state: Mapping[str, Any]) -> Price | None:
    """The price with the amounts that the file has from before its day. Raises InvalidInput."""
    if "earlier_prices" not in state or (contract.price is None and not state["earlier_prices"]):
        return contract.price
    price = contract.price
    given = state["earlier_prices"] or {}
    earlier = tuple(EarlierPrice(date.fromisoformat(day), in_cents(Decimal(given[day]))) for day in sorted(given))
    if price is None or any(each.price_date >= price.price_date for each in earlier):
        message = text("Earlier prices lie before the day from which the price counts.")
        raise invalid("/input/earlier_prices", "not_before_price", message)
    return replace(price, earlier=earlier)


def _check_going_on(contract: Contract, state: Mapping[str, Any]) -> None:
    """A contract that exists goes on from where its restart had it. Raises InvalidInput."""
    if "goes_on_from" in state and _day(state, "goes_on_from") != contract.goes_on_from:
        message = text(
            "From which earlier contract contract {number} goes on cannot be changed.", number=contract.number
        )
        raise invalid("/input/goes_on_from", "not_changed", message)


def _replaced(contract: Contract, state: Mapping[str, Any]) -> tuple[ReplacedObject, ...]:
    """The objects in whose place others come. Raises InvalidInput."""
    found = tuple(
        ReplacedObject(each["old"], each["new"], date.fromisoformat(each["from"]))
        for each in state.get("replaced_objects", ())
    )
    olds, news = [each.old for each in found], [each.new for each in found]
    if len(set(olds)) < len(olds) or len(set(news)) < len(news) or not set(news) <= set(contract.objects):
        message = text("Each object is replaced once, by one of the objects of the contract.")
        raise invalid("/input/replaced_objects", "unknown_object", message)
    return found


def _check_replaced(contract: Contract, state: Mapping[str, Any]) -> None:
    """Of a contract that exists an object is replaced by its own action. Raises InvalidInput."""
    if "replaced_objects" in state and set(_replaced(contract, state)) != set(contract.replaced):
        message = text("Objects of a contract that exists are replaced one by one, not by a file.")
        raise invalid("/input/replaced_objects", "not_changed", message)


def _pauses(contract: Contract, state: Mapping[str, Any]) -> tuple[Pause, ...]:
    """The pauses of the file; those that the contract has already keep what no column says. Raises InvalidInput."""
    named = "paused_from" in state or state.get("paused_until") or state.get("paused_every_year")
    if not named:
        return contract.pauses
    starts = [date.fromisoformat(day) for day in state.get("paused_from", ())]
    ends: list[date | None] = [date.fromisoformat(day) for day in state.get("paused_until", ())]
    if len(ends) == len(starts) - 1:
        ends.append(None)
    if len(ends) != len(starts):
        message = text("Every pause but the last needs both its days.")
        raise invalid("/input/paused_until", "required", message)
    known = {(pause.start, pause.until): pause for pause in contract.pauses}
    pauses = [known.get(days) or Pause(*days) for days in zip(starts, ends, strict=True)]
    if "paused_every_year" in state:
        pauses = _that_come_back(pauses, state["paused_every_year"])
    _check_pauses(pauses)
    return in_order(pauses)


def _that_come_back(pauses: Sequence[Pause], every_year: Sequence[bool]) -> list[Pause]:
    """The pauses as the column says of each whether it comes back every year; an empty cell says of none."""
    if every_year and len(every_year) != len(pauses):
        message = text("This says yes or no for each pause.")
        raise invalid("/input/paused_every_year", "required", message)
    said = every_year or (False,) * len(pauses)
    return [replace(pause, every_year=yes) for pause, yes in zip(pauses, said, strict=True)]


def _check_pauses(pauses: Sequence[Pause]) -> None:
    for pause in pauses:
        if pause.until and pause.until < pause.start:
            message = text("The pause ends before it begins, {start}.", start=pause.start)
            raise invalid("/input/paused_until", "before_start", message)
        if (wrong := why_not_every_year(pause)) is not None:
            raise invalid("/input/paused_every_year", *wrong[1:])
    for earlier, later in combinations(in_order(pauses), 2):
        if overlap(earlier, later):
            message = text("There is already a pause from {start}.", start=earlier.start)
            raise invalid("/input/paused_from", "overlaps", message)
