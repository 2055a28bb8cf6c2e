"""Which visits another calendar or other settings let pass their latest date (rules: Recurrence, latest)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.latest_words import passed_in_words
from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.latest import LatestDate, has_latest_dates, newly_passed
from powerup.contracts.situation import ContractSituation
from powerup.store.contracts import Contracts
from powerup.store.host_facts import known_hindrances
from powerup.store.ledger import Ledger
from powerup.store.marks import facts_from
from powerup.texts import Text, in_a_row, text

_LOOKED_AHEAD = timedelta(days=366 * 3)
"""Closed days further ahead are looked at when they come nearer: by attention, 60 days before."""

MOST_SAID = 20
"""Contracts that are named one by one."""


@dataclass(frozen=True, slots=True)
class PassedOf:
    """The latest dates that visits of one contract pass."""

    contract: str
    dates: tuple[LatestDate, ...]


def passed_by_configuration(
    connection: Connection, around: TenantCircumstances, wanted: TenantConfiguration
) -> list[PassedOf]:
    """What passes its latest date under another configuration, and does not under the present one; by number."""
    before = around.configuration
    contracts = Contracts(connection, around.tenant_id)
    if before.schedules_otherwise(wanted):
        concerned = contracts.all()
    elif customers := before.calendar.closed_otherwise(wanted.calendar):
        concerned = contracts.by_customers(customers)
    else:
        return []
    current = [each for each in concerned if each.deleted_on is None and has_latest_dates(each)]
    known = known_hindrances(connection, around.tenant_id)
    ledgers = Ledger(connection, around.tenant_id).of_contracts([each.number for each in current])
    calendar, until = Calendar(wanted.calendar), around.today + _LOOKED_AHEAD

    def found(contract: Contract) -> tuple[LatestDate, ...]:
        now = ContractSituation(
            contract, around.calendar, before.settings, ledgers[contract.number], facts_from(known, contract)
        )
        then = replace(now, calendar=calendar, settings=wanted.settings)
        return newly_passed(now, then, around.today, until)

    return [PassedOf(each.number, dates) for each in current if (dates := found(each))]


def passed_of_contracts(passed: Sequence[PassedOf]) -> Iterator[Text]:
    """A sentence for each contract, and how many more there are."""
    for each in passed[:MOST_SAID]:
        yield text("Contract {number}. {passed}", number=each.contract, passed=in_a_row(passed_in_words(each.dates)))
    if len(passed) > MOST_SAID:
        yield text("and {more} more", more=len(passed) - MOST_SAID)
