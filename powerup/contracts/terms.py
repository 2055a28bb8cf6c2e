"""Contract terms: how long a contract runs, renews, and when notice must be given (rules: Terms)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from powerup.contracts.days import A_DAY
from powerup.errors import PowerupError


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
    INDEFINITE = "indefinite"


@dataclass(frozen=True, slots=True)
class Terms:
    """Reusable contract terms; a contract keeps them as they were agreed.

    duration None means open-ended; the other periods are None where they do not apply. notice_after_renewal None is the
    notice before the first end; a notice period of number 0 says that there is none. consumer: they are meant for
    private customers, so that people are warned of what the law on tacit renewal does not hold such customers to.
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
    consumer: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether a contract goes on past its end when nobody gives notice: for a period each time, or for good."""
        match self.renewal:
            case Renewal.AUTOMATIC | Renewal.INDEFINITE:
                return True
            case Renewal.NONE | Renewal.BY_HAND:
                return False

    @property
    def renews_for_periods(self) -> bool:
        """Whether an end is followed by another one, by itself or by hand."""
        match self.renewal:
            case Renewal.AUTOMATIC | Renewal.BY_HAND:
                return True
            case Renewal.NONE | Renewal.INDEFINITE:
                return False

    @property
    def ends_for_good(self) -> bool:
        """Whether a contract has an end that nothing moves."""
        return self.duration is not None and self.renewal is Renewal.NONE


MOST_NUMBER = 999
"""The largest number of a period that is accepted: above it a typing error is likelier than a wish."""


NOTICE_PERIODS = ("notice_before_end", "notice_after_renewal")
"""Fields of terms whose period may have the number 0."""


class TermsError(PowerupError):
    """The terms do not say what is needed, such as a renewal period for a contract that is to be renewed."""


def problems(terms: Terms) -> list[tuple[str, str]]:
    """What is wrong with terms, as pairs of field name and reason code; empty when they can be used."""
    found = [(field, "required") for field in ("code", "name") if not getattr(terms, field).strip()]
    for field in ("duration", "renewal_period", "notice_before_end", "notice_after_renewal", "invoice_period"):
        period: Period | None = getattr(terms, field)
        least = 0 if field in NOTICE_PERIODS else 1
        if period is not None and not least <= period.number <= MOST_NUMBER:
            found.append((field, f"must_be_{least}_to_999"))
    if terms.renews_for_periods and terms.renewal_period is None:
        found.append(("renewal_period", "required_for_renewal"))
    return found


_A_MONTH = {PeriodUnit.DAY: 31, PeriodUnit.WEEK: 4, PeriodUnit.MONTH: 1, PeriodUnit.YEAR: 0}
_A_YEAR = {PeriodUnit.DAY: 366, PeriodUnit.WEEK: 52, PeriodUnit.MONTH: 12, PeriodUnit.YEAR: 1}
"""The largest number of each unit that is no longer than the longest month, or year."""


def consumer_flaws(terms: Terms) -> list[str]:
    """What terms that are marked for private customers ask and the Dutch law on tacit renewal does not hold them to, as
    codes; empty for terms that are not marked (rules: Terms). It is told, and refuses nothing."""
    if not terms.consumer:
        return []
    found = ["renews_for_a_period"] if terms.renewal is Renewal.AUTOMATIC else []
    notice = _notice(terms, True)
    if notice is not None and not terms.ends_for_good and notice.number > _A_MONTH[notice.unit]:
        found.append("notice_over_a_month")
    if terms.duration is not None and terms.duration.number > _A_YEAR[terms.duration.unit]:
        found.append("longer_than_a_year")
    return found


def add_period(day: date, period: Period, times: int = 1) -> date:
    """The day that lies so many periods later, or earlier when times is negative.

    All periods are added at once, so that months and years clamp to the month's end without drift:
    31 January and two months is 31 March.
    """
    number = times * period.number
    match period.unit:
        case PeriodUnit.DAY:
            return day + timedelta(days=number)
        case PeriodUnit.WEEK:
            return day + timedelta(weeks=number)
        case PeriodUnit.MONTH:
            return _add_months(day, number)
        case PeriodUnit.YEAR:
            return _add_months(day, 12 * number)


def agreed_end(start: date, terms: Terms) -> date | None:
    """The end that a start and the terms give, inclusive: start + duration - 1 day; None is open-ended."""
    return renewed_end(start, terms, 0)


def renewed_end(start: date, terms: Terms, renewals: int, counts_from: date | None = None) -> date | None:
    """The end, inclusive, after so many renewals: start + duration + renewals * renewal period - 1 day.

    counts_from is the day after an end that a person gave: renewals are counted from there instead, and none gives
    that end itself. None is open-ended, as are indefinite terms after their first end. Raises TermsError when there are
    renewals but the terms name no period.
    """
    if renewals and terms.renewal is Renewal.INDEFINITE:
        return None
    if counts_from is not None:
        return _renewed(counts_from, None, terms, renewals) - A_DAY
    if terms.duration is None:
        return None
    return _renewed(start, terms.duration, terms, renewals) - A_DAY


def last_notice_date(end: date, terms: Terms, renewed: bool) -> date:
    """The last day on which notice ends the contract at its end: (end + 1 day - notice) - 1 day.

    renewed says whether the period that ends was a renewal, which may have a notice period of its own; where none is
    given it is that before the first end (rules: Terms). Without a notice period it is the end itself.
    """
    notice = _notice(terms, renewed)
    return end if notice is None else add_period(end + A_DAY, notice, -1) - A_DAY


def due_renewals(
    start: date,
    terms: Terms,
    renewals: int,
    today: date,
    counts_from: date | None = None,
    terminated_last_day: date | None = None,
) -> list[date | None]:
    """The new ends, in order, of a contract that renews by itself and did so `renewals` times; empty when none is due.
    Indefinite terms renew once, and have no end from then on: None.

    A renewal is due when the last notice date has passed without notice. A termination stops renewing from the
    period on in which its last day lies, and no earlier: notice that came too late for one end holds for the next.
    """
    ends: list[date | None] = []
    if not terms.goes_on:
        return ends
    end = renewed_end(start, terms, renewals, counts_from)
    while end is not None and today > last_notice_date(end, terms, renewals > 0):
        if terminated_last_day is not None and terminated_last_day <= end:
            break
        renewals += 1
        end = renewed_end(start, terms, renewals, counts_from)
        ends.append(end)
    return ends


def earliest_regular_last_day(
    start: date, terms: Terms, renewals: int, notice_given: date, counts_from: date | None = None
) -> date:
    """The last day of a contract for which notice is given on a day: the end of the period that runs, or of the next
    when notice is too late for that.

    Terms that do not renew by themselves end where they end. An open-ended contract ends with the notice period.
    Indefinite terms end on any day from the first end on, by the notice period after renewal.
    """
    if terms.renewal is Renewal.INDEFINITE and (first := renewed_end(start, terms, 0, counts_from)) is not None:
        return _indefinite_last_day(first, terms, notice_given)
    end = renewed_end(start, terms, renewals, counts_from)
    if end is None:
        notice = _notice(terms, renewals > 0)
        return notice_given if notice is None else add_period(notice_given + A_DAY, notice) - A_DAY
    return next(reversed(due_renewals(start, terms, renewals, notice_given, counts_from)), end) or end


def _indefinite_last_day(first_end: date, terms: Terms, notice_given: date) -> date:
    if notice_given <= last_notice_date(first_end, terms, renewed=False):
        return first_end
    notice = _notice(terms, renewed=True)
    return max(first_end, notice_given if notice is None else add_period(notice_given, notice))


def horizon_end(end: date | None, terms: Terms | None, terminated_last_day: date | None) -> date | None:
    """The day past which generation does not look, inclusive; None when nothing ends it.

    Generation looks past the end of a contract that goes on by itself, but never past the last day of a termination.
    """
    agreed = None if terms is not None and terms.goes_on else end
    if agreed is None or terminated_last_day is None:
        return agreed or terminated_last_day
    return min(agreed, terminated_last_day)


def _renewed(start: date, duration: Period | None, terms: Terms, renewals: int) -> date:
    """The day after the end. Duration and renewals that are both months are added at once, against drift."""
    if renewals == 0:
        return add_period(start, duration) if duration else start
    renewal = terms.renewal_period
    if renewal is None:
        raise TermsError(f"Terms {terms.code} name no renewal period: give them one before renewing a contract.")
    if duration is None:
        return add_period(start, renewal, renewals)
    first, later = _months_in(duration), _months_in(renewal)
    if first is not None and later is not None:
        return _add_months(start, first + renewals * later)
    return add_period(add_period(start, duration), renewal, renewals)


def _notice(terms: Terms, renewed: bool) -> Period | None:
    notice = terms.notice_before_end
    if renewed and terms.notice_after_renewal is not None:
        notice = terms.notice_after_renewal
    return notice if notice is not None and notice.number else None


def _months_in(period: Period) -> int | None:
    match period.unit:
        case PeriodUnit.DAY | PeriodUnit.WEEK:
            return None
        case PeriodUnit.MONTH:
            return period.number
        case PeriodUnit.YEAR:
            return 12 * period.number


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
