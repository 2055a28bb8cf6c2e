"""The cap on what a change may make at once: more work orders wait for a person's word (rules: Generation)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from powerup.actions.contract.let_through import missed_then
from powerup.contracts.held_back import Waits, released, waits_of
from powerup.contracts.situation import ContractSituation
from powerup.store.batches import batches
from powerup.sync.kit.context import Cycle
from powerup.texts import Text, counted, first_of, text

PAGE = 50


@dataclass(frozen=True, slots=True)
class Held:
    """Contracts that are new or were changed since the last cycle, by number.

    waiting: their orders wait for a person since an earlier cycle. capped: they would make too many in this one.
    let_go: they waited until this cycle, and wait no longer.
    """

    changed: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    capped: frozenset[str] = frozenset()
    let_go: frozenset[str] = frozenset()


def held_contracts(cycle: Cycle) -> Held:
    """Whose orders wait in this cycle; nobody's when a person releases them.

    The count is taken anew: first of what is new since the last cycle, then of what waits. What waits is counted with
    the visits that catch-up would leave, so that none of them is missed only because the others have got fewer.
    """
    with cycle.read() as connection:
        contracts = cycle.contracts(connection)
        changed, waiting = contracts.changed_numbers(), contracts.held_numbers()
    if cycle.wish.release or not changed:
        return Held(changed, let_go=waiting)
    cap, fresh = cycle.settings.change_cap, changed - waiting
    making = _count(cycle, sorted(fresh), cap, lambda waits: waits.orders, learn=True)
    capped = fresh if making > cap else frozenset()
    left = cap if capped else cap - making
    if _count(cycle, sorted(waiting), left, lambda waits: waits.all) <= left:
        return Held(changed, capped=capped, let_go=waiting)
    return Held(changed, waiting, capped)


def waiting_attention(cycle: Cycle) -> Text | None:
    """What a person is told while orders wait for a word, or None."""
    with cycle.read() as connection:
        waiting = dict(cycle.contracts(connection).waiting())
    for number, waits in cycle.tally.waits.items():  # in a dry run the store does not know of it
        if waits is None:
            waiting.pop(number, None)
        else:
            waiting[number] = waits
    if not waiting:
        return None
    total = sum(waiting.values(), Waits())
    orders = counted(
        "{number} work order of new or changed contracts waits until it is released, because a cycle lets through "
        "{cap} at most.",
        "{number} work orders of new or changed contracts wait until they are released, because a cycle lets through "
        "{cap} at most.",
        total.orders,
        cap=cycle.settings.change_cap,
    )
    contracts = counted(
        "{number} contract: {contracts}.",
        "{number} contracts: {contracts}.",
        len(waiting),
        contracts=first_of(sorted(waiting)),
    )
    if total.missed:
        return text("{waiting} {missed} {of}", waiting=orders, missed=missed_then(total), of=contracts)
    return text("{waiting} {of}", waiting=orders, of=contracts)


def _count(
    cycle: Cycle, numbers: Sequence[str], most: int, count: Callable[[Waits], int], *, learn: bool = False
) -> int:
    """How many of these contracts' visits count today, read no further than to know that they are more than most.

    learn: their customers and objects are read at the host for it, as they will be anyway.
    """
    found = 0
    for page in batches(numbers, PAGE):
        with cycle.read() as connection:
            contracts = cycle.contracts(connection).of_numbers(page)
            ledgers = cycle.ledger(connection).for_schedule(contracts)
        cycle.facts.learn(contracts if learn else ())
        for contract in contracts:
            facts = cycle.facts.facts_of(contract)
            situation = ContractSituation(contract, cycle.calendar, cycle.settings, ledgers[contract.number], facts)
            found += count(_waits_of(situation, cycle))
            if found > most:
                return found
    return found


def _waits_of(situation: ContractSituation, cycle: Cycle) -> Waits:
    try:
        return waits_of(released(situation, cycle.today))
    except Exception:  # noqa: BLE001 - a contract that cannot be worked out makes none; `generate` says why on it
        return Waits()
