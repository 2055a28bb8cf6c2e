"""Contract terms: how long a contract runs, renews, and when notice must be given (rules: Terms)."""

from dataclasses import dataclass
from enum import StrEnum


class PeriodUnit(StrEnum):
    """Unit of a period of terms."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of calendar time, such as three months."""

    number: int
    unit: PeriodUnit


class Renewal(StrEnum):
    """What happens at the end of the agreed period."""

    NONE = "none"
    AUTOMATIC = "automatic"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Terms:
    """Reusable contract terms; a contract keeps them as they were agreed.

    duration None means open-ended; the other periods are None where they do not apply.
    """

    code: str
    name: str
    description: str = ""
    duration: Period | None = None
    renewal: Renewal = Renewal.NONE
    renewal_period: Period | None = None
    notice_before_end: Period | None = None
    notice_after_renewal: Period | None = None
    invoice_period: Period | None = None
