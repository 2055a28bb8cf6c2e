"""The cap on what a change may make at once: more work orders wait for a person's word (rules: Generation)."""

from collections.abc import Sequence
from dataclasses import dataclass

from powerup.contracts.schedule import Situation, due
from powerup.contracts.visit import VisitState
from powerup.store.batches import batches
from powerup.sync.context import Cycle
from powerup.texts import Text, first_of, text

PAGE = 50


@dataclass(frozen=True, slots=True)
class Held:
    """Contracts that are new or were changed since the last cycle, by number.

    waiting: their orders wait for a person since an earlier cycle. capped: they would make too many in this one.
    """

    changed: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    capped: frozenset[str] = frozenset()


def held_contracts(cycle: Cycle) -> Held:
    """Whose orders wait in this cycle; nobody's when a person releases them."""
    with cycle.read() as connection:
        contracts = cycle.contracts(connection)
        changed, waiting = contracts.changed_numbers(), contracts.held_numbers()
    if cycle.wish.release:
        return Held(changed)
    fresh = changed - waiting
    if _would_make_too_many(cycle, sorted(fresh)):
        return Held(changed, waiting, capped=fresh)
    return Held(changed, waiting)


def waiting_attention(cycle: Cycle) -> Text | None:
    """What a person is told while orders wait for a word, or None."""
    with cycle.read() as connection:
        waiting = cycle.contracts(connection).held_numbers()
    if not waiting:
        return None
    return text(
        "New or changed contracts would make more than {cap} work orders at once. They wait until they are released: "
        "{number} contracts, {contracts}.",
        cap=cycle.settings.change_cap,
        number=len(waiting),
        contracts=first_of(sorted(waiting)),
    )


def _would_make_too_many(cycle: Cycle, numbers: Sequence[str]) -> bool:
    """Whether these contracts together make more orders today than the cap allows; reads no further than needed."""
    orders = 0
    for page in batches(numbers, PAGE):
        with cycle.read() as connection:
            contracts = cycle.contracts(connection).of_numbers(page)
            ledgers = cycle.ledger(connection).for_schedule(contracts)
        for contract in contracts:
            situation = Situation(contract, cycle.calendar, cycle.settings, ledgers[contract.number])
            orders += _orders_of(situation, cycle)
            if orders > cycle.settings.change_cap:
                return True
    return False


def _orders_of(situation: Situation, cycle: Cycle) -> int:
    try:
        return sum(visit.state is VisitState.ORDERING for visit in due(situation, cycle.today))
    except Exception:  # noqa: BLE001 - a contract that cannot be worked out makes none; `generate` says why on it
        return 0
