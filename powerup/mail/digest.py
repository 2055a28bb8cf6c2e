"""What one mail of the day says: what needs somebody, what was ordered, and which days come near, as Today has it.

Where there is nothing to tell there is no mail. Links lead to the pages at the address of this server alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from powerup.readings.attention import Need, need_in_words
from powerup.readings.today import MOST_SHOWN, FailedHeap, LateOrder, NearDay, Today, WaitingContract
from powerup.texts import Reader, Text, counted, text

_Told = TypeVar("_Told")
"""What a line is about."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where the pages are that a mail names; base_url is that of this server, with its final slash."""

    base_url: str

    def today(self, part: str = "") -> str:
        """What needs somebody today, at one part of it."""
        return f"{self.base_url}today{f'#{part}' if part else ''}"

    def cycles(self) -> str:
        """What the last cycles did."""
        return f"{self.base_url}cycles"

    def account(self) -> str:
        """Where mails are asked for, and no longer."""
        return f"{self.base_url}account"


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading, in the reader's language; link is the page that has all of it."""

    heading: str
    lines: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What a mail says, in the reader's language."""

    subject: str
    sections: tuple[Section, ...]
    ending: str
    account: str
    language: str


def digest_of(found: Today, ordered: int, tenant_name: str, day: date, reader: Reader, links: Links) -> Digest | None:
    """What to tell of a tenant's day, where ordered work orders were made since the day before; None for nothing."""
    needing = [each for each in _needing(found, reader, links) if each.lines]
    coming = [each for each in _coming(found, ordered, reader, links) if each.lines]
    if not needing and not coming:
        return None
    return Digest(
        subject=reader.say(_subject(_needed(found), tenant_name, day)),
        sections=(*needing, *coming),
        ending=reader.say(
            text("You get this mail once a day because you asked for it. Here you say that you want it no longer:")
        ),
        account=links.account(),
        language=reader.language,
    )


def _needed(found: Today) -> int:
    """How many things need somebody."""
    return (
        len(found.told)
        + found.failed_number
        + found.waiting_number
        + found.late_number
        + found.sla_number
        + found.latest_number
        + found.problems_number
        + len(found.messages)
    )


def _subject(needed: int, tenant_name: str, day: date) -> Text:
    if needed:
        return counted(
            "{tenant}: {number} thing needs you, {day}",
            "{tenant}: {number} things need you, {day}",
            needed,
            tenant=tenant_name,
            day=day,
        )
    return text("{tenant}: nothing needs you, {day}", tenant=tenant_name, day=day)


def _needing(found: Today, reader: Reader, links: Links) -> Iterator[Section]:
    say, today = reader.say, links.today
    yield Section(say(text("What needs you")), (*found.told, *map(say, found.notes)) if found.told else (), today())
    yield _listed(
        text("Visits that could not be ordered"), found.failed, len(found.failed), _failed, today("failed"), reader
    )
    yield _listed(text("Wait for your word"), found.waiting, found.waiting_number, _waiting, today("waiting"), reader)
    yield _listed(text("Orders past their deadline"), found.late, found.late_number, _late, today("late"), reader)
    yield _listed(text("At risk under an SLA"), found.sla, found.sla_number, _at_risk, today("sla"), reader)
    yield _listed(
        text("Latest dates without a work order"),
        found.latest,
        found.latest_number,
        _of_contract,
        today("latest"),
        reader,
    )
    yield _listed(
        text("Contracts that cannot be worked out"),
        found.problems,
        found.problems_number,
        _of_contract,
        today("problems"),
        reader,
    )
    told = tuple(need_in_words(each, reader) for each in found.messages)
    yield Section(say(text("Messages that were not taken")), told, today("messages"))


def _coming(found: Today, ordered: int, reader: Reader, links: Links) -> Iterator[Section]:
    say = reader.say
    made = counted(
        "{number} work order was made since yesterday morning.",
        "{number} work orders were made since yesterday morning.",
        ordered,
    )
    yield Section(say(text("Ordered")), (say(made),) if ordered else (), links.cycles())

    def near(day: NearDay, reader: Reader) -> str:
        return _near(day, found.customer_names.get(day.customer), reader)

    notice, ends = links.today("notice"), links.today("ends")
    yield _listed(text("Notice dates within two months"), found.notice, found.notice_number, near, notice, reader)
    yield _listed(text("Periods that end within two months"), found.ends, found.ends_number, near, ends, reader)


def _listed(
    title: Text,
    found: Iterable[_Told],
    number: int,
    line: Callable[[_Told, Reader], str],
    address: str,
    reader: Reader,
) -> Section:
    """A section with a line for each of what was found, of which there are so many."""
    return Section(reader.say(title), _cut([line(each, reader) for each in found], number, reader), address)


def _failed(heap: FailedHeap, reader: Reader) -> str:
    failures = heap.failures
    number = counted("{number} visit", "{number} visits", len(failures.visits))
    days = [reader.weekday_date(day) for day in failures.days]
    who = failures.customer_name or failures.customer
    return f"{who}: {reader.say(number)} ({_first(days)}): {failures.words}"


def _waiting(waiting: WaitingContract, reader: Reader) -> str:
    contract = waiting.contract
    orders = counted("{number} work order", "{number} work orders", waiting.waits.orders)
    return (
        f"{_named(contract.number, contract.name)}, {waiting.customer_name or contract.customer}: {reader.say(orders)}"
    )


def _late(order: LateOrder, reader: Reader) -> str:
    deadline = reader.say(text("deadline {day}", day=reader.weekday_date(order.deadline)))
    named = _named(order.contract, order.name)
    return f"{order.workorder_no}, {named}, {order.customer_name or order.customer}: {deadline}"


def _at_risk(row: dict[str, object], reader: Reader) -> str:
    until = [row["response_deadline"], row["resolution_deadline"]]
    told = ", ".join(reader.moment_of(str(each)) for each in until if each)
    order = row["workorder_no"] or row["row_id"]
    return f"{order}, {row['contract']}: {reader.code(str(row['state']))} ({told})"


def _of_contract(need: Need, reader: Reader) -> str:
    words = need_in_words(need, reader)
    about = [need.contracts[0], need.customer_name] if need.contracts else [need.customer_name]
    return f"{', '.join(filter(None, about))}: {words}"


def _near(near: NearDay, customer_name: str | None, reader: Reader) -> str:
    return f"{reader.weekday_date(near.day)}: {_named(near.number, near.name)}, {customer_name or near.customer}"


def _named(number: str, name: str) -> str:
    return f"{number} {name}".rstrip()


def _first(days: Sequence[str]) -> str:
    return ", ".join(days[:3]) + (" …" if len(days) > 3 else "")


def _cut(lines: Iterable[str], number: int, reader: Reader) -> tuple[str, ...]:
    """The lines that are shown, and how many more there are."""
    shown = tuple(lines)[:MOST_SHOWN]
    if number <= len(shown):
        return shown
    return (*shown, reader.say(text("and {more} more", more=number - len(shown))))
