"""An account as a spreadsheet, for the customer, in its language (rules: Account)."""

from collections.abc import Iterator, Sequence

from powerup.files.xlsx_file import CellValue, xlsx_content
from powerup.readings.customer_account import AccountLine, CustomerAccount
from powerup.readings.customer_account_words import (
    OUTCOME_WORDS,
    decided_by,
    moved_in_in_words,
    not_agreed_in_words,
    state_in_words,
    sum_in_words,
)
from powerup.texts import Reader, text

_HEADINGS = (
    text("Agreed on"),
    text("Planned on"),
    text("Done on"),
    text("Days late"),
    text("Contract"),
    text("Work"),
    text("Place"),
    text("Object"),
    text("Came of it"),
    text("Explanation"),
    text("Work order"),
    text("Decided by"),
)


def customer_account_sheet(account: CustomerAccount, reader: Reader) -> bytes:
    """The whole file: a row for each visit by its agreed day, dates as dates; below them the sum, and what to know."""
    rows = [_row(line, reader) for line in account.lines]
    for sentence in [sum_in_words(account, reader), *_to_know(account, reader)]:
        rows.append([None] * len(_HEADINGS))
        rows[-1][_HEADINGS.index(text("Explanation"))] = sentence
    return xlsx_content(reader.say(text("Account of the year")), [reader.say(each) for each in _HEADINGS], rows)


def _row(line: AccountLine, reader: Reader) -> list[CellValue]:
    return [
        line.agreed_on,
        line.visit.planned_date,
        line.done_on,
        line.days_late or None,
        line.contract.number,
        line.contract.name,
        _listed(line.places),
        _listed(line.objects),
        reader.say(OUTCOME_WORDS[line.outcome]),
        state_in_words(line, reader),
        line.workorder_no,
        decided_by(line, reader),
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _to_know(account: CustomerAccount, reader: Reader) -> Iterator[str]:
    for sentence in (*not_agreed_in_words(account), *moved_in_in_words(account), *account.notes):
        yield reader.say(sentence)
