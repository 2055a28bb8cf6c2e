"""An account as it is drawn: every word in the customer's language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from powerup.contracts.account import AccountOutcome
from powerup.readings.customer_account import AccountLine, AccountOfContract, CustomerAccount
from powerup.readings.customer_account_words import (
    OUTCOME_WORDS,
    agreed_in_words,
    decided_by,
    moved_in_in_words,
    not_agreed_in_words,
    part_in_words,
    state_in_words,
)
from powerup.texts import Reader, counted, text

MOST_OBJECTS_NAMED = 3
"""Of a visit to more objects their number is told; the spreadsheet has all names."""


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part of the sum: its words with their number, and its kind for the style."""

    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class ShownSum:
    """A row of the table by contract: its number and name, how much was agreed, and a cell for each part."""

    number: str
    name: str
    agreed: int
    parts: tuple[int, ...]
    late: int


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A visit in a list; done_on is empty where it was not done."""

    day: str
    where: str
    objects: str
    work: str
    contract: str
    state: str
    kind: str
    done_on: str
    workorder_no: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """An account in its language: the sum as parts, the same by contract with the headings of its parts, what went
    otherwise than agreed, what is still to come, what went as agreed, and what to know."""

    language: str
    title: str
    customer: str
    place: str
    made_on: str
    agreed: str
    parts: tuple[ShownPart, ...]
    late: str
    headings: tuple[str, ...]
    contracts: tuple[ShownSum, ...]
    otherwise: tuple[ShownLine, ...]
    to_come: tuple[ShownLine, ...]
    as_agreed: tuple[ShownLine, ...]
    notes: tuple[str, ...]
    words: dict[str, str]


def shown_account(account: CustomerAccount, reader: Reader) -> ShownAccount:
    """The account as it is drawn, in the language of the reader."""
    told = (*not_agreed_in_words(account), *moved_in_in_words(account), *account.notes)
    otherwise, to_come, as_agreed = _told_apart(account)
    late = text("of them too late: {number}", number=account.late)
    return ShownAccount(
        reader.language,
        reader.say(text("Account of the work in {year}", year=str(account.year))),
        account.known.name or account.code,
        account.known.place,
        reader.say(text("As it stands on {day}.", day=account.made_on)),
        agreed_in_words(account.agreed, reader),
        tuple(
            ShownPart(part_in_words(outcome, number, reader), _kind(outcome))
            for outcome, number in account.counts.items()
        ),
        reader.say(late) if account.late else "",
        tuple(reader.say(OUTCOME_WORDS[outcome]) for outcome in account.counts),
        tuple(_sum(each, account) for each in account.by_contract),
        tuple(_lines(otherwise, account, reader)),
        tuple(_lines(to_come, account, reader)),
        tuple(_lines(as_agreed, account, reader)),
        tuple(reader.say(each) for each in told),
        {name: reader.say(said) for name, said in _WORDS.items()},
    )


_WORDS = {
    "agreed": text("Agreed"),
    "agreed_on": text("Agreed on"),
    "late": text("Of these too late"),
    "contract": text("Contract"),
    "together": text("Together"),
    "where": text("Object"),
    "work": text("Work"),
    "state": text("Came of it"),
    "done_on": text("Done on"),
    "order": text("Work order"),
    "decided_by": text("Decided by"),
    "otherwise": text("Otherwise than agreed"),
    "to_come": text("Still to come"),
    "as_agreed": text("Done as agreed"),
    "by_contract": text("By contract"),
    "nothing": text("Nothing was agreed for this year."),
    "to_know": text("To know"),
}


def _sum(each: AccountOfContract, account: CustomerAccount) -> ShownSum:
    figures = each.figures
    parts = tuple(figures.counts.get(outcome, 0) for outcome in account.counts)
    return ShownSum(each.contract.number, each.contract.name, figures.agreed, parts, figures.late)


def _told_apart(account: CustomerAccount) -> tuple[list[AccountLine], list[AccountLine], list[AccountLine]]:
    """What went otherwise than agreed, what is still to come, and what went as agreed."""
    to_come = [line for line in account.lines if line.outcome is AccountOutcome.TO_COME]
    as_agreed = [line for line in account.lines if line.is_as_agreed]
    otherwise = [line for line in account.lines if line.outcome is not AccountOutcome.TO_COME and not line.is_as_agreed]
    return otherwise, to_come, as_agreed


def _lines(lines: Iterable[AccountLine], account: CustomerAccount, reader: Reader) -> Iterator[ShownLine]:
    are_several = len({line.contract.number for line in account.lines}) > 1
    for line in lines:
        yield ShownLine(
            _day(line.agreed_on, account.year, reader),
            ", ".join(line.places[:MOST_OBJECTS_NAMED]),
            _objects(line.objects, reader),
            line.contract.name,
            line.contract.number if are_several else "",
            state_in_words(line, reader),
            "owed" if line.days_late else _kind(line.outcome),
            _day(line.done_on, account.year, reader) if line.done_on else "",
            line.workorder_no or "",
            decided_by(line, reader),
        )


def _day(day: date, year: int, reader: Reader) -> str:
    """Without its year, where that is the account's own."""
    return f"{reader.weekday(day)} {reader.day_of_year(day)}" if day.year == year else reader.weekday_date(day)


def _objects(names: tuple[str, ...], reader: Reader) -> str:
    if len(names) <= MOST_OBJECTS_NAMED:
        return ", ".join(names)
    return reader.say(counted("{number} object", "{number} objects", len(names)))


def _kind(outcome: AccountOutcome) -> str:
    """What the style tells apart: done, still to come, what needs an explanation, and what is to be answered for."""
    match outcome:
        case AccountOutcome.DONE:
            return "done"
        case AccountOutcome.TO_COME:
            return "coming"
        case AccountOutcome.OVERDUE | AccountOutcome.MISSED | AccountOutcome.REMOVED | AccountOutcome.HELD_BACK:
            return "owed"
        case (
            AccountOutcome.SKIPPED_AT_WISH
            | AccountOutcome.SKIPPED_BY_FIRM
            | AccountOutcome.SKIPPED
            | AccountOutcome.PAUSED
            | AccountOutcome.CLOSED
            | AccountOutcome.OUT_OF_USE
            | AccountOutcome.NOT_AGREED
        ):
            return "agreed-otherwise"
