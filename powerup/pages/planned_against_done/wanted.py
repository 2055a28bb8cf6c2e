"""What an address of planned against done asks for, and the address of what is asked for."""

from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from powerup.readings.contract_list import ContractFilter
from powerup.readings.planned_against_done import DoneBy, DoneWanted

_LAST_YEAR_UNTIL = 1
"""Until this month it is last year that people look at."""

YEARS_AROUND = 5
"""As far as an account goes."""


class NotUnderstood(ValueError):
    """An address that asks for something that the page does not have."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page as its address asks for it. usual is the year of an address without one."""

    asked: DoneWanted
    usual: int
    after: str = ""

    @property
    def members(self) -> dict[str, str | int | None]:
        """The query of its address, without its page; what is usual is left out."""
        asked = self.asked
        return {
            "year": asked.year if asked.year != self.usual else None,
            "by": asked.by.value if asked.by is not DoneBy.CONTRACT else None,
            "q": asked.filter.search or None,
            "customer": asked.filter.customer or None,
            "contract": asked.filter.number or None,
        }

    @property
    def is_filtered(self) -> bool:
        """Whether it is of less than all contracts."""
        return self.asked.filter != ContractFilter()


def wanted_of(query: MultiDict[str, str], today: date) -> Wanted:
    """What the query of an address asks for; empty members ask for nothing. Raises NotUnderstood."""
    usual = today.year - (today.month <= _LAST_YEAR_UNTIL)
    said = query.get("year", "").strip() or str(usual)
    if not (said.isascii() and said.isdigit() and abs(int(said[:5]) - today.year) <= YEARS_AROUND):
        raise NotUnderstood("year")
    try:
        by = DoneBy(query.get("by", "").strip() or DoneBy.CONTRACT)
    except ValueError as error:
        raise NotUnderstood("by") from error
    asked = ContractFilter(
        search=query.get("q", "").strip()[:200],
        customer=query.get("customer", "").strip(),
        number=query.get("contract", "").strip(),
    )
    return Wanted(DoneWanted(int(said), by, asked), usual, query.get("after", ""))
