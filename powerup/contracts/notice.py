"""The days on which a contract's terms have something to do: reminders before the last notice date, and the renewal
the day after it (rules: Terms)."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.terms import Renewal, earliest_regular_last_day, last_notice_date, renewed_end
from powerup.contracts.visit import number_start


class AtEnd(StrEnum):
    """What becomes of a contract at its end when nobody does anything; a person can renew one that says so by hand."""

    BY_ITSELF = "by_itself"
    BY_HAND = "by_hand"
    ENDS = "ends"


def at_end(contract: Contract) -> AtEnd | None:
    """What becomes of the contract at its present end; None where nothing ends it."""
    if contract.termination is not None:
        return AtEnd.ENDS
    if contract.end is None:
        return None
    match contract.terms.renewal if contract.terms else Renewal.NONE:
        case Renewal.AUTOMATIC | Renewal.INDEFINITE:
            return AtEnd.BY_ITSELF
        case Renewal.BY_HAND:
            return AtEnd.BY_HAND
        case Renewal.NONE:
            return AtEnd.ENDS


def act_by(contract: Contract) -> date | None:
    """The day by which somebody has to decide about the contract: the last notice date where it goes on by itself, else
    its last day."""
    ends = contract.termination.last_day if contract.termination else contract.end
    return last_day_to_stop(contract) or ends


def notice_until(contract: Contract) -> date | None:
    """The last day on which notice ends the contract at its present end; None without terms or without an end."""
    if contract.terms is None or contract.end is None:
        return None
    return last_notice_date(contract.end, contract.terms, contract.renewals > 0)


def last_day_to_stop(contract: Contract) -> date | None:
    """The last notice date of a contract that goes on by itself; None where it does not, and once notice was given."""
    goes_on = contract.terms is not None and contract.terms.goes_on
    return notice_until(contract) if goes_on and contract.termination is None else None


def renews_on(contract: Contract) -> date | None:
    """The day on which the contract renews by itself, for a period or for good: when the last notice date has passed
    without notice."""
    until = notice_until(contract)
    if until is None or contract.deleted_on is not None or contract.terms is None:
        return None
    ends = (
        contract.termination is not None and contract.end is not None and contract.termination.last_day <= contract.end
    )
    return None if ends or not contract.terms.goes_on else until + A_DAY


def regular_last_day(contract: Contract, notice_given: date) -> date | None:
    """The earliest day on which notice given on a day ends the contract as agreed; None without terms."""
    if contract.terms is None:
        return None
    return earliest_regular_last_day(
        contract.start, contract.terms, contract.renewals, notice_given, contract.end_counts_from
    )


def due_reminder(contract: Contract, reminder_days: Iterable[int], today: date) -> int | None:
    """Which reminder people should have had last by today, as days before the last notice date; None where none is due.

    Only days inside the period that runs count, so that a contract of a month is not reminded three months ahead; and
    none after the last notice date, or once notice was given.
    """
    until = _reminded_until(contract)
    if until is None or today > until:
        return None
    since = _period_began(contract)
    passed = [days for days in reminder_days if since <= until - timedelta(days=days) <= today]
    return min(passed, default=None)


def reminded_until(contract: Contract, today: date) -> date | None:
    """The notice date of which people can still be reminded; None where there is none to come."""
    until = _reminded_until(contract)
    return until if until is not None and today <= until else None


def reminder_reference(prefix: str, number: str, until: date, days: int) -> str:
    """What the task of a reminder is known by at the host: the same whoever computes it."""
    return f"{number_start(prefix, number)}NOTICE-{until:%Y%m%d}-{days}"


def terms_wake_on(contract: Contract, reminder_days: Iterable[int], today: date) -> date | None:
    """The next day after today on which the terms have something to do, or None when they never will."""
    until, renewal = _reminded_until(contract), renews_on(contract)
    days = [until - timedelta(days=days) for days in reminder_days] if until else []
    days = [day for day in days if day > today]
    if renewal is not None:
        days.append(max(renewal, today + A_DAY))
    return min(days, default=None)


def _reminded_until(contract: Contract) -> date | None:
    ended = contract.deleted_on is not None or contract.termination is not None
    return None if ended else notice_until(contract)


def _period_began(contract: Contract) -> date:
    """The first day on which people could know of the present end: the start, or the day of the last renewal."""
    if contract.renewals == 0 or contract.terms is None:
        return contract.start
    before = contract.renewals - 1
    end = renewed_end(contract.start, contract.terms, before, contract.end_counts_from)
    return last_notice_date(end, contract.terms, before > 0) + A_DAY if end else contract.start
