"""What stands in the way at the host is kept for reads, looked at again, and told to people (rules: Generation).

A cycle reads customers and objects of the contracts that are due. Without what it saw there, forecast, why, cards and
actions would say that an order comes which no cycle makes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation, Facts, last_due_day
from powerup.contracts.visit import Reason
from powerup.store.contracts import Contracts
from powerup.store.host_facts import FactKind, HostFact, KeptHostFacts
from powerup.store.host_names import HostNames
from powerup.sync.kit.context import Cycle
from powerup.texts import Text, counted

LOOK_AGAIN_AFTER = timedelta(hours=20)
"""What stands in the way is looked at once a day, also where nothing is due."""

WRITE_AFTER = timedelta(hours=1)
"""Seen again within this time, nothing is written of it."""

MOST_NAMED = 10
"""Customers that are told one by one; of those with fewer visits it is told how many they are."""


def look_again(cycle: Cycle) -> None:
    """Before anything is decided: what stood in the way the day before may not any more, and contracts that waited for
    it are looked at again. A cycle that a person starts looks at all of it. Raises OutsmartError, StoreError."""
    with cycle.read() as connection:
        kept = KeptHostFacts(connection, cycle.tenant.id).all()
    if not cycle.wish.by_person:
        kept = [fact for fact in kept if fact.seen_at + LOOK_AGAIN_AFTER <= cycle.clock()]
    for kind in FactKind:
        cycle.facts.look_at(kind, [fact.code for fact in kept if fact.kind is kind])
    with cycle.read() as connection:
        concerned = {fact: _numbers(cycle.contracts(connection), fact) for fact in kept}
    gone = [
        fact
        for fact, numbers in concerned.items()
        if not numbers or cycle.facts.in_the_way(fact.kind, fact.code) is None
    ]
    if gone and not cycle.wish.dry_run:
        numbers = [number for fact in gone for number in concerned[fact]]
        with cycle.write() as connection:
            KeptHostFacts(connection, cycle.tenant.id).remove(gone)
            cycle.contracts(connection).wake(numbers)
        cycle.tally.changed.update(numbers)


def _numbers(contracts: Contracts, fact: HostFact) -> list[str]:
    of_object = fact.kind is FactKind.OBJECT_MISSING
    found = contracts.by_object(fact.code) if of_object else contracts.by_customer(fact.code)
    return [contract.number for contract in found if contract.deleted_on is None]


def keep_and_tell(cycle: Cycle) -> None:
    """Keep what stands in the way for reads, and have a person know whose orders wait because the host has the customer
    as inactive: whom, how many, since when.

    The host is told when it begins; how many wait by now changes with the days. Raises StoreError.
    """
    facts, known = _keep(cycle)
    _keep_names(cycle)
    inactive = {fact.code: fact for fact in facts if fact.kind is FactKind.CUSTOMER_INACTIVE}
    if not inactive:
        return
    waiting = _waiting(cycle, inactive)
    most_first = sorted(waiting, key=lambda code: (-waiting[code], code))
    for code in most_first[:MOST_NAMED]:
        fact = inactive[code]
        news = code not in known
        (cycle.tally.attention if news else cycle.tally.told).append(_line(fact, waiting[code]))
    rest = most_first[MOST_NAMED:]
    if rest:
        cycle.tally.told.append(
            counted(
                "{number} more customer is inactive at the host; {visits}.",
                "{number} more customers are inactive at the host; {visits}.",
                len(rest),
                visits=counted(
                    "{number} visit that is due waits for that",
                    "{number} visits that are due wait for that",
                    sum(waiting[code] for code in rest),
                ),
            )
        )


def _keep(cycle: Cycle) -> tuple[Sequence[HostFact], Collection[str]]:
    """Write what this cycle saw. Gives all that stands in the way by now, also in a dry run, and the codes of those of
    which that was known before."""
    with cycle.read() as connection:
        kept = {(fact.kind, fact.code): fact for fact in KeptHostFacts(connection, cycle.tenant.id).all()}
    looked_at = {*cycle.facts.concerned(), *(key for key in kept if cycle.facts.is_known(*key))}
    now = cycle.clock()
    standing = {
        (kind, code): HostFact(kind, code, name, kept[kind, code].since if (kind, code) in kept else cycle.today, now)
        for kind, code in looked_at
        if (name := cycle.facts.in_the_way(kind, code)) is not None
    }
    gone = [fact for key, fact in kept.items() if key in looked_at and key not in standing]
    fresh = [fact for key, fact in standing.items() if key not in kept or kept[key].seen_at + WRITE_AFTER <= now]
    if (gone or fresh) and not cycle.wish.dry_run:
        with cycle.write() as connection:
            facts = KeptHostFacts(connection, cycle.tenant.id)
            facts.remove(gone)
            facts.save(fresh)
    _cards_change(cycle, [*gone, *(fact for key, fact in standing.items() if key not in kept)])
    by_now = {key: fact for key, fact in kept.items() if key not in looked_at} | standing
    return [by_now[key] for key in sorted(by_now)], {code for _, code in kept}


def _keep_names(cycle: Cycle) -> None:
    """What the host calls what was read, for people to read."""
    names = cycle.facts.names()
    if not names or cycle.wish.dry_run:
        return
    with cycle.read() as connection:
        news = HostNames(connection, cycle.tenant.id).news(names)
    if news:
        with cycle.write() as connection:
            HostNames(connection, cycle.tenant.id).keep(news)


def _cards_change(cycle: Cycle, facts: Collection[HostFact]) -> None:
    """What is shown beside a customer is otherwise where something began or ended to stand in the way."""
    if facts:
        with cycle.read() as connection:
            contracts = cycle.contracts(connection)
            cycle.tally.changed.update(number for fact in facts for number in _numbers(contracts, fact))


def _line(fact: HostFact, number: int) -> Text:
    return counted(
        "Customer {customer} {name} is inactive at the host, seen on {day}. {number} visit that is due waits for "
        "that; no work order comes of it when its day passes.",
        "Customer {customer} {name} is inactive at the host, seen on {day}. {number} visits that are due wait for "
        "that; no work order comes of those whose day passes.",
        number,
        customer=fact.code,
        name=fact.name,
        day=fact.since,
    )


def _waiting(cycle: Cycle, customers: Iterable[str]) -> dict[str, int]:
    """How many visits of each customer are due and wait, where any do."""
    with cycle.read() as connection:
        contracts = [each for each in cycle.contracts(connection).by_customers(customers) if each.deleted_on is None]
        ledgers = cycle.ledger(connection).for_schedule(contracts)
        held = cycle.contracts(connection).held_numbers()
    found: dict[str, int] = defaultdict(int)
    for contract in contracts:
        situation = ContractSituation(
            contract,
            cycle.calendar,
            cycle.settings,
            ledgers[contract.number],
            Facts(customer_blocked=True),
            awaiting_release=contract.number in held,
        )
        found[contract.customer] += _number_of(situation, cycle)
    return {code: number for code, number in found.items() if number}


def _number_of(situation: ContractSituation, cycle: Cycle) -> int:
    try:
        coming = visits(situation, cycle.today, last_due_day(situation, cycle.today), cycle.today)
    except Exception:  # noqa: BLE001 - a contract that cannot be worked out says why on itself
        return 0
    return sum(visit.reason is Reason.CUSTOMER_BLOCKED for visit in coming)
