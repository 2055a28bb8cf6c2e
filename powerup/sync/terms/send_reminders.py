"""Reminders that were noted become tasks at the host, once each (rules: Terms).

A task is known by its reference there: one with an unknown outcome is looked up before it is sent again. Reminders that
cannot be sent hold up nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from powerup.contracts.contract import Contract
from powerup.contracts.notice import due_reminder, notice_until, reminded_until
from powerup.contracts.terms import Renewal
from powerup.outsmart.errors import Decision, OutsmartError
from powerup.outsmart.records import Task
from powerup.store.reminders import Reminder, Reminders
from powerup.sync.kit.context import Cycle
from powerup.texts import Text, sentence_of, text

RETRY_AFTER = timedelta(days=1)
"""How long after the host refused a reminder it is tried again."""


def send_reminders(cycle: Cycle) -> None:
    """Send what is noted and still holds. Raises OutsmartError for wrong tokens only, StoreError."""
    with cycle.read() as connection:
        waiting = Reminders(connection, cycle.tenant.id).waiting()
        found = cycle.contracts(connection).of_numbers([reminder.contract for reminder in waiting])
    contracts = {contract.number: contract for contract in found}
    outstanding = [each for each in waiting if _still_holds(cycle, contracts[each.contract], each)]
    _drop(cycle, [each for each in waiting if each not in outstanding])
    due = [each for each in outstanding if each.retry_at is None or each.retry_at <= cycle.clock()]
    with _told_when_the_host_fails(cycle):
        present = _present_at_host(cycle, due)
        for reminder in due:
            if reminder.reference in present:
                _save(cycle, replace(reminder, attempted_at=None, sent_at=cycle.clock()))
            else:
                _send(cycle, contracts[reminder.contract], reminder)


def _still_holds(cycle: Cycle, contract: Contract, reminder: Reminder) -> bool:
    """Whether people are still to be reminded: a later reminder, a notice or a new end takes its place. What a person
    asked for is sent all the same while its notice date is to come."""
    if reminder.asked:
        return reminded_until(contract, cycle.today) == reminder.last_notice_date
    days = due_reminder(contract, cycle.settings.reminder_days, cycle.today)
    return days == reminder.days and notice_until(contract) == reminder.last_notice_date


def _present_at_host(cycle: Cycle, due: list[Reminder]) -> frozenset[str]:
    """The references of tasks that the host has, read only where somebody does not know it."""
    if all(reminder.attempted_at is None for reminder in due):
        return frozenset()
    return frozenset(task.reference for task in cycle.host.tasks())


def _send(cycle: Cycle, contract: Contract, reminder: Reminder) -> None:
    attempted = replace(reminder, attempted_at=cycle.clock(), retry_at=None)
    _save(cycle, attempted)
    cycle.before_change()
    try:
        cycle.host.post_task(_task(cycle, contract, reminder))
    except OutsmartError as error:
        if error.decision is not Decision.CORRECT:
            raise
        cycle.tally.attention.append(
            text(
                "The host refused the reminder of contract {number}: {words}",
                number=contract.number,
                words=error.host_words,
            )
        )
        _save(cycle, replace(reminder, attempted_at=None, retry_at=cycle.clock() + RETRY_AFTER))
    else:
        _save(cycle, replace(attempted, attempted_at=None, sent_at=cycle.clock()))


@contextmanager
def _told_when_the_host_fails(cycle: Cycle) -> Iterator[None]:
    """What is not sent now is looked at again in the next cycle."""
    try:
        yield
    except OutsmartError as error:
        if error.decision is Decision.STOP:
            raise
        cycle.tally.attention.append(text("Reminders could not be sent: {words}", words=sentence_of(error)))


def _task(cycle: Cycle, contract: Contract, reminder: Reminder) -> Task:
    """The task, due at the end of the last notice date's working hours, in the tenant's own time."""
    due_at = datetime.combine(reminder.last_notice_date, cycle.calendar.rules.works_until)
    return Task(
        reference=reminder.reference,
        name=cycle.say(_sentence(contract, reminder)),
        debtor_number=contract.customer,
        due_at=due_at,
    )


def _sentence(contract: Contract, reminder: Reminder) -> Text:
    values = {
        "number": contract.number,
        "name": contract.name,
        "end": contract.end,
        "until": reminder.last_notice_date,
    }
    match contract.terms.renewal if contract.terms else Renewal.NONE:
        case Renewal.AUTOMATIC:
            return text("Contract {number} ({name}) renews unless notice is given by {until}.", **values)
        case Renewal.INDEFINITE:
            return text(
                "Contract {number} ({name}) goes on without an end after {end} unless notice is given by {until}.",
                **values,
            )
        case Renewal.BY_HAND:
            return text(
                "Contract {number} ({name}) ends on {end} unless somebody renews it. Last notice date: {until}.",
                **values,
            )
        case Renewal.NONE:
            return text("Contract {number} ({name}) ends on {end}. Last notice date: {until}.", **values)


def _drop(cycle: Cycle, passed: list[Reminder]) -> None:
    if passed:
        with cycle.write() as connection:
            for reminder in passed:
                Reminders(connection, cycle.tenant.id).drop(reminder)


def _save(cycle: Cycle, reminder: Reminder) -> None:
    with cycle.write() as connection:
        Reminders(connection, cycle.tenant.id).save(reminder)
