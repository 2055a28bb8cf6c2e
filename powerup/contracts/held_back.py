"""What a person's word lets through of a contract that the change cap holds back (rules: Generation)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from powerup.contracts.schedule import due
from powerup.contracts.settling import orders_of
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, VisitState, awaits_a_word


@dataclass(frozen=True, slots=True)
class Waits:
    """How much waits: orders are those that releasing makes at once, missed the visits whose day has passed and that
    the catch-up policy leaves then."""

    orders: int = 0
    missed: int = 0

    @property
    def all(self) -> int:
        """Every visit that waits. Counted so, what waits never gets less only because time passes."""
        return self.orders + self.missed

    def __add__(self, other: "Waits") -> "Waits":
        return Waits(self.orders + other.orders, self.missed + other.missed)


def released(situation: ContractSituation, today: date) -> list[LedgerVisit]:
    """What would be written if nobody's word were waited for: orders, and what is withheld."""
    return due(replace(situation, awaiting_release=False), today)


def waits_of(rows: Iterable[LedgerVisit]) -> Waits:
    """How much waits, by what `released` gives."""
    rows = list(rows)
    return Waits(
        orders=orders_of(rows),
        missed=sum(row.state is VisitState.WITHHELD and row.reason is Reason.MISSED for row in rows),
    )


def still_waits(situation: ContractSituation, rows: Collection[LedgerVisit]) -> bool:
    """Whether there is anything for a person to release, where `released` gives these rows."""
    if situation.contract.deleted_on is not None:
        return False
    return waits_of(rows).all > 0 or any(map(awaits_a_word, situation.ledger.values()))
