"""What an account says of a sum, of a visit and of who decided, in the words of whoever gets it (rules: Account)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from powerup.contracts.account import AccountOutcome
from powerup.contracts.visit import Reason
from powerup.readings.customer_account import AccountLine, CustomerAccount
from powerup.texts import Reader, Text, counted, in_a_row, text

_PARTS: Mapping[AccountOutcome, Text] = {
    AccountOutcome.DONE: text("done"),
    AccountOutcome.TO_COME: text("still to come"),
    AccountOutcome.OVERDUE: text("not done yet"),
    AccountOutcome.SKIPPED_AT_WISH: text("skipped at your wish"),
    AccountOutcome.SKIPPED_BY_FIRM: text("skipped by us"),
    AccountOutcome.SKIPPED: text("skipped"),
    AccountOutcome.PAUSED: text("paused"),
    AccountOutcome.CLOSED: text("on closed days"),
    AccountOutcome.OUT_OF_USE: text("of what is out of use"),
    AccountOutcome.HELD_BACK: text("held back"),
    AccountOutcome.MISSED: text("missed"),
    AccountOutcome.REMOVED: text("dropped"),
    AccountOutcome.NOT_AGREED: text("not agreed"),
}


def part_in_words(outcome: AccountOutcome, number: int, reader: Reader) -> str:
    """How many visits came to something, as a part of a sum."""
    return f"{reader.number(number)} {reader.say(_PARTS[outcome])}"


def agreed_in_words(number: int, reader: Reader) -> str:
    """How many visits were agreed, as a sum begins."""
    return f"{reader.number(number)} {reader.say(text('agreed'))}"


OUTCOME_WORDS: Mapping[AccountOutcome, Text] = {
    AccountOutcome.DONE: text("Done"),
    AccountOutcome.TO_COME: text("Still to come"),
    AccountOutcome.OVERDUE: text("Not done yet"),
    AccountOutcome.SKIPPED_AT_WISH: text("Skipped at your wish"),
    AccountOutcome.SKIPPED_BY_FIRM: text("Skipped by us"),
    AccountOutcome.SKIPPED: text("Skipped"),
    AccountOutcome.PAUSED: text("Paused"),
    AccountOutcome.CLOSED: text("Closed day"),
    AccountOutcome.OUT_OF_USE: text("Object out of use"),
    AccountOutcome.HELD_BACK: text("Held back"),
    AccountOutcome.MISSED: text("Missed"),
    AccountOutcome.REMOVED: text("Dropped"),
    AccountOutcome.NOT_AGREED: text("Not agreed"),
}


def sum_in_words(account: CustomerAccount, reader: Reader) -> str:
    """The sum that closes, such as: 48 agreed = 44 done + 2 skipped at your wish + 2 paused."""
    agreed = agreed_in_words(account.agreed, reader)
    parts = " + ".join(part_in_words(outcome, number, reader) for outcome, number in account.counts.items())
    return f"{agreed} = {parts}" if parts else agreed


def state_in_words(line: AccountLine, reader: Reader) -> str:
    """What came of a visit: done, late by how much, moved, and why not."""
    return reader.say(in_a_row([OUTCOME_WORDS[line.outcome], *(text("({why})", why=each) for each in _whys(line))]))


def _whys(line: AccountLine) -> Iterator[Text]:
    if line.moved_to is not None:
        yield text("moved to {day}", day=line.moved_to)
    if line.days_late:
        yield counted("{number} day too late", "{number} days too late", line.days_late)
    yield from _said_of(line)


def _said_of(line: AccountLine) -> Iterator[Text]:
    match line.outcome:
        case AccountOutcome.SKIPPED_AT_WISH | AccountOutcome.SKIPPED_BY_FIRM | AccountOutcome.SKIPPED:
            yield from _reason_given(line)
        case AccountOutcome.PAUSED:
            yield from _reason_given(line)
        case AccountOutcome.CLOSED:
            yield text("not a working day")
        case AccountOutcome.HELD_BACK:
            if line.visit.reason is Reason.CUSTOMER_BLOCKED:
                yield text("no work was to be done for you then")
        case AccountOutcome.MISSED:
            if line.visit.reason is Reason.PREVIOUS_OPEN:
                yield text("the visit before it was still open")
        case AccountOutcome.REMOVED:
            yield text("its work order was deleted")
        case (
            AccountOutcome.DONE
            | AccountOutcome.TO_COME
            | AccountOutcome.OVERDUE
            | AccountOutcome.OUT_OF_USE
            | AccountOutcome.NOT_AGREED
        ):
            return


def _reason_given(line: AccountLine) -> Iterator[Text]:
    if line.decision.why:
        yield text("{words}", words=line.decision.why)


def decided_by(line: AccountLine, reader: Reader) -> str:
    """Who decided that it is otherwise than agreed: a person, or the rule by itself; empty where nobody had to."""
    if line.decision.by:
        return line.decision.by
    match line.outcome:
        case AccountOutcome.CLOSED | AccountOutcome.MISSED | AccountOutcome.OUT_OF_USE | AccountOutcome.HELD_BACK:
            return reader.say(text("by itself"))
        case AccountOutcome.REMOVED:
            return reader.say(text("the office"))
        case (
            AccountOutcome.DONE
            | AccountOutcome.TO_COME
            | AccountOutcome.OVERDUE
            | AccountOutcome.SKIPPED_AT_WISH
            | AccountOutcome.SKIPPED_BY_FIRM
            | AccountOutcome.SKIPPED
            | AccountOutcome.PAUSED
            | AccountOutcome.NOT_AGREED
        ):
            return ""


def not_agreed_in_words(account: CustomerAccount) -> Iterator[Text]:
    """How many visits are in no sum, and why."""
    left = Counter(account.not_agreed)
    replaced, before, ended = (sum(left.pop(reason, 0) for reason in some) for some in (_REPLACED, _BEFORE, _ENDED))
    if replaced:
        yield counted(
            "{number} visit is not counted: a larger one, or that of another contract, stands for it.",
            "{number} visits are not counted: a larger one, or those of another contract, stand for them.",
            replaced,
        )
    if before:
        yield counted(
            "{number} visit is not counted: it lies before what is kept here.",
            "{number} visits are not counted: they lie before what is kept here.",
            before,
        )
    if ended:
        yield counted(
            "{number} visit is not counted: its contract had ended.",
            "{number} visits are not counted: their contract had ended.",
            ended,
        )
    if changed := left.total():
        yield counted(
            "{number} visit is not counted: the agreement was changed.",
            "{number} visits are not counted: the agreement was changed.",
            changed,
        )


_REPLACED = (Reason.COVERED,)
_BEFORE = (Reason.BEFORE_ENTRY, Reason.BEFORE_NEXT_VISIT, Reason.CONTRACT_NOT_STARTED)
_ENDED = (Reason.CONTRACT_ENDED, Reason.TERMINATED, Reason.CONTRACT_DELETED)


def moved_in_in_words(account: CustomerAccount) -> Iterator[Text]:
    """Of each visit of another year that lies in this one."""
    for line in account.moved_in:
        yield text(
            "{work}: the visit of {day} was moved to {to}, and is counted in {year}.",
            work=line.contract.name,
            day=line.agreed_on,
            to=line.visit.planned_date,
            year=str(line.agreed_on.year),
        )


def line_document(line: AccountLine, reader: Reader) -> dict[str, Any]:
    """A line as JSON values, with its explanation in words."""
    return {
        "visit": str(line.visit.key),
        "contract": line.contract.number,
        "contract_name": line.contract.name,
        "objects": list(line.objects),
        "agreed_on": line.agreed_on.isoformat(),
        "planned_date": line.visit.planned_date.isoformat(),
        "done_on": line.done_on.isoformat() if line.done_on else None,
        "days_late": line.days_late,
        "outcome": line.outcome.value,
        "reason": line.visit.reason.value if line.visit.reason else None,
        "explanation": state_in_words(line, reader),
        "decided_by": decided_by(line, reader) or None,
        "workorder_no": line.workorder_no,
    }


def account_document(account: CustomerAccount, reader: Reader) -> dict[str, Any]:
    """The sum of an account as JSON values, without its lines."""
    to_know = (*not_agreed_in_words(account), *moved_in_in_words(account), *account.notes)
    return {
        "customer": account.code,
        "customer_name": account.known.name or None,
        "year": account.year,
        "agreed": account.agreed,
        "outcomes": {outcome.value: number for outcome, number in account.counts.items()},
        "done_late": account.late,
        "sum": sum_in_words(account, reader),
        "notes": [reader.say(each) for each in to_know],
    }
