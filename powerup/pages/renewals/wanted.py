"""What an address of the renewals asks for, and the address of what is asked for."""

from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from powerup.contracts.notice import AtEnd
from powerup.readings.renewals import USUAL_DAYS, RenewalFilter

MOST_DAYS = 3_660
DAYS = (30, 60, 90, 180, 365)
"""Numbers of days ahead that the filter offers."""


class NotUnderstood(ValueError):
    """An address that asks for something that the list does not have."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list as its address asks for it; everything says that all that match are selected, printed that the whole list
    is wanted on paper."""

    filter: RenewalFilter = field(default_factory=RenewalFilter)
    after: str = ""
    everything: bool = False
    printed: bool = False

    @property
    def members(self) -> dict[str, str | int | None]:
        """The query of its address, without its page; what is usual is left out."""
        asked = self.filter
        return {
            "within": asked.within if asked.within != USUAL_DAYS else None,
            "kind": ",".join(asked.kinds) or None,
            "customer": asked.customer or None,
            "terms": asked.terms or None,
        }

    @property
    def days(self) -> list[int]:
        """Numbers of days to choose from, with the one that is asked for."""
        return sorted({*DAYS, self.filter.within})


def wanted_of(query: MultiDict[str, str]) -> Wanted:
    """What the query of an address asks for; empty members ask for nothing. Raises NotUnderstood."""
    said = query.get("within", "").strip() or str(USUAL_DAYS)
    if not (said.isascii() and said.isdigit() and int(said) <= MOST_DAYS):
        raise NotUnderstood("within")
    try:
        kinds = tuple(AtEnd(each) for each in query.get("kind", "").split(",") if each)
    except ValueError as error:
        raise NotUnderstood("kind") from error
    customer, terms = query.get("customer", "").strip(), query.get("terms", "").strip()
    asked = RenewalFilter(int(said), kinds, customer, terms)
    return Wanted(asked, query.get("after", ""), query.get("everything") == "1", query.get("print") == "1")
