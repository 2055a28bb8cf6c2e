"""What terms do on their days: contracts renew by themselves, and reminders are noted (rules: Terms).

The days themselves wake a contract, so that nothing else is read.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from powerup.actions.contract.renewal_by_itself import renewed_by_itself, write_renewal
from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.notice import due_reminder, notice_until, reminder_reference, renews_on
from powerup.errors import PowerupError
from powerup.store.batches import batches
from powerup.store.reminders import Reminder, Reminders
from powerup.sync.kit.context import Cycle

PAGE = 200
"""Contracts per transaction."""


def keep_terms(cycle: Cycle) -> None:
    """Renew what renews by itself today, and note the reminders that are due. Raises StoreError."""
    with cycle.read() as connection:
        numbers = cycle.contracts(connection).due_numbers(cycle.today, with_terms=True)
    for page in batches(numbers, PAGE):
        with cycle.read() as connection:
            woken = cycle.contracts(connection).of_numbers(page)
        concerned = [contract.number for contract in woken if _is_concerned(cycle, contract)]
        if concerned:
            _keep(cycle, concerned)


def _is_concerned(cycle: Cycle, contract: Contract) -> bool:
    renewal = renews_on(contract)
    renews = renewal is not None and renewal <= cycle.today
    return renews or due_reminder(contract, cycle.settings.reminder_days, cycle.today) is not None


def _keep(cycle: Cycle, numbers: Sequence[str]) -> None:
    with cycle.write() as connection:
        contracts = cycle.contracts(connection)
        for contract in contracts.of_numbers(numbers, lock=True):
            try:
                current = renewed_by_itself(contract, cycle.today) or contract
            except PowerupError as error:  # the others go on
                contracts.set_aside(contract.number, str(error), cycle.today + A_DAY)
                continue
            if current is not contract:
                write_renewal(connection, cycle.tenant.id, contract, current, cycle.clock())
                cycle.tally.changed.add(contract.number)
            _note_reminder(cycle, connection, current)


def _note_reminder(cycle: Cycle, connection: Connection, contract: Contract) -> None:
    """Only the latest one that is due: those that were missed say nothing that it does not say."""
    days = due_reminder(contract, cycle.settings.reminder_days, cycle.today)
    until = notice_until(contract)
    if days is None or until is None:
        return
    reference = reminder_reference(cycle.settings.number_prefix, contract.number, until, days)
    Reminders(connection, cycle.tenant.id).note(Reminder(contract.number, until, days, reference))
