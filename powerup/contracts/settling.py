"""What is written down under the old rule before a contract changes (rules: Settle, then change)."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from powerup.contracts.days import A_DAY
from powerup.contracts.schedule import due
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import (
    LedgerVisit,
    VisitState,
)


def settled(situation: ContractSituation, today: date, *, unseen: bool, room: int | None = None) -> list[LedgerVisit]:
    """What is written under the old rule before a change: overdue visits, and the orders that are due.

    unseen: no cycle has looked at the contract since it was last changed. Then nothing is ordered that the person
    may be correcting at this moment; only what has passed is written. Where that would be more orders than the change
    cap lets through (room: what is left of it, where others are settled besides), they wait for that cycle.
    """
    if not unseen:
        return due(situation, today)
    passed = _passed(situation, today)
    if orders_of(passed) <= (situation.settings.change_cap if room is None else room):
        return passed
    return _passed(replace(situation, awaiting_release=True), today)


def orders_of(rows: Iterable[LedgerVisit]) -> int:
    """How many of these rows are intents to order."""
    return sum(row.state is VisitState.ORDERING for row in rows)


def _passed(situation: ContractSituation, today: date) -> list[LedgerVisit]:
    return [visit for visit in due(situation, today) if visit.planned_date < today]


def after_settling(situation: ContractSituation, written: Collection[LedgerVisit], today: date) -> ContractSituation:
    """The situation with these visits in the ledger, which is then complete through yesterday.

    It is complete through the contract's last day at most: what a later renewal adds behind it was never decided. Of a
    deleted contract nothing is decided, so that undoing that finds all that passed meanwhile.
    """
    contract = situation.contract
    ledger = {**situation.ledger, **{visit.key: visit for visit in written}}
    if contract.deleted_on is not None:
        return replace(situation, ledger=ledger)
    complete = min(today - A_DAY, contract.last_day or date.max)
    complete = max(complete, contract.settled_through or date.min)
    return replace(situation, contract=replace(contract, settled_through=complete), ledger=ledger)
