"""Visits that could not be ordered, in words: whose, of which contracts, on which days, and what the host said."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from powerup.contracts.visit import LedgerVisit
from powerup.store.batches import batches
from powerup.store.host_names import HostNames
from powerup.store.tables import contracts
from powerup.texts import Text, counted, text

MOST_NAMED = 10
"""So many are named; of the others it is said how many they are."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Visits of one customer that failed with the same words, the earliest first: a customer who is gone at the host is
    told once. customer_name is what the host called it when it was last read, empty where that was never."""

    customer: str
    customer_name: str
    words: str
    visits: tuple[LedgerVisit, ...]

    @property
    def contracts(self) -> tuple[str, ...]:
        """The numbers of their contracts."""
        return tuple(sorted({visit.key.contract for visit in self.visits}))

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which they are planned, each once."""
        return tuple(dict.fromkeys(visit.planned_date for visit in self.visits))


def failures_of(connection: Connection, tenant_id: str, failed: Iterable[LedgerVisit]) -> list[Failures]:
    """The failed visits of a tenant, put together by customer and words, the largest heap first."""
    failed = sorted(failed, key=lambda visit: (visit.planned_date, visit.key))
    numbers = sorted({visit.key.contract for visit in failed})
    customers = _customers(connection, tenant_id, numbers)
    names = HostNames(connection, tenant_id).of_customers(customers.values())
    heaps: defaultdict[tuple[str, str], list[LedgerVisit]] = defaultdict(list)
    for visit in failed:
        heaps[customers[visit.key.contract], _without_its_number(visit)].append(visit)
    found = [
        Failures(customer, names.get(customer, ""), visits[0].refusal or "", tuple(visits))
        for (customer, _), visits in heaps.items()
    ]
    return sorted(found, key=lambda each: -len(each.visits))


def _customers(connection: Connection, tenant_id: str, numbers: Sequence[str]) -> dict[str, str]:
    """Whose contracts these are, by number."""
    of_tenant = select(contracts.c.number, contracts.c.customer).where(contracts.c.tenant_id == tenant_id)
    return {
        row.number: row.customer
        for some in batches(numbers)
        for row in connection.execute(of_tenant.where(contracts.c.number.in_(some)))
    }


def _without_its_number(visit: LedgerVisit) -> str:
    """Its words; the number of its own order, which a host may repeat, makes them no other ones."""
    words = visit.refusal or ""
    return words.replace(visit.workorder_no, "…") if visit.workorder_no else words


def failures_in_words(failures: Failures) -> Text:
    """One sentence: how many visits of which customer and contracts on which days, and why."""
    return counted(
        "{number} visit of customer {customer} could not be ordered: {contracts}, {days}. {words}",
        "{number} visits of customer {customer} could not be ordered: {contracts}, {days}. {words}",
        len(failures.visits),
        customer=f"{failures.customer} {failures.customer_name}".strip(),
        contracts=counted(
            "contract {numbers}",
            "contracts {numbers}",
            len(failures.contracts),
            numbers=first_and_more(failures.contracts),
        ),
        days=first_and_more(failures.days),
        words=failures.words,
    )


def failures_on_card(failed: Iterable[LedgerVisit]) -> Iterable[Text]:
    """A sentence for each reason for which visits of one contract could not be ordered."""
    heaps: defaultdict[str, list[LedgerVisit]] = defaultdict(list)
    for visit in sorted(failed, key=lambda visit: (visit.planned_date, visit.key)):
        heaps[_without_its_number(visit)].append(visit)
    for visits in heaps.values():
        yield counted(
            "{number} visit could not be ordered: {days}. {words}",
            "{number} visits could not be ordered: {days}. {words}",
            len(visits),
            days=first_and_more(tuple(dict.fromkeys(visit.planned_date for visit in visits))),
            words=visits[0].refusal or "",
        )


def first_and_more(several: Sequence[str] | Sequence[date]) -> Text:
    """The first of several, and how many more there are."""
    first = list(several[:MOST_NAMED])
    more = len(several) - len(first)
    return text("{first} and {more} more", first=first, more=more) if more else text("{first}", first=first)


def failed_visit_documents(failures: Iterable[Failures]) -> list[dict[str, Any]]:
    """The first of the visits as JSON values, each with its customer and why it failed."""
    rows = [
        {
            "id": str(visit.key),
            "contract": visit.key.contract,
            "customer": each.customer,
            "customer_name": each.customer_name or None,
            "planned_date": visit.planned_date.isoformat(),
            "words": visit.refusal or "",
        }
        for each in failures
        for visit in each.visits
    ]
    return rows[:MOST_NAMED]
