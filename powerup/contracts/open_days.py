"""The days on which the visits of one contract can be: worked by the tenant, its customer open, and the contract, too
(rules: Closed ranges)."""

from dataclasses import dataclass
from datetime import date, timedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.closed_days import Closed, ClosedDay, ClosedFor
from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY

LONGEST_SHIFT = timedelta(days=366)
"""No visit is shifted further: ranges that close more than that one after the other leave it on its day."""


@dataclass(frozen=True, slots=True)
class OpenDays:
    """The open days of one contract. They shift its visits; whatever counts working days counts those of the tenant."""

    calendar: Calendar
    of_customer: tuple[ClosedDay, ...] = ()
    of_contract: tuple[ClosedDay, ...] = ()

    def is_open(self, day: date) -> bool:
        """Whether a visit can be on a day."""
        return self.calendar.is_working_day(day) and self._of_its_own(day) is None

    def closed(self, day: date) -> Closed | None:
        """Why no visit can be on a day; a weekend and a holiday before all else. None where one can."""
        reason = self.calendar.reason_closed(day)
        return self._of_its_own(day) if reason is None else Closed(ClosedFor.ALL, reason)

    def previous(self, day: date) -> date:
        """The last open day on or before a day, or the day that lies as far back as visits are shifted."""
        if not self.of_customer and not self.of_contract:
            return self.calendar.previous_working_day(day)
        furthest = day - LONGEST_SHIFT
        while day > furthest and not self.is_open(day):
            day -= A_DAY
        return day

    def next(self, day: date) -> date:
        """The first open day on or after a day, or the day that lies as far ahead as visits are shifted."""
        if not self.of_customer and not self.of_contract:
            return self.calendar.next_working_day(day)
        furthest = day + LONGEST_SHIFT
        while day < furthest and not self.is_open(day):
            day += A_DAY
        return day

    def _of_its_own(self, day: date) -> Closed | None:
        for closed_for, several in (
            (ClosedFor.CUSTOMER, self.of_customer),
            (ClosedFor.CONTRACT, self.of_contract),
        ):
            for each in several:
                if each.is_on(day):
                    return Closed(closed_for, each.name)
        return None


def open_days(contract: Contract, calendar: Calendar) -> OpenDays:
    """The open days of a contract on its tenant's calendar, which has the closed days of its customer."""
    return OpenDays(calendar, calendar.closed_at(contract.customer), contract.closed_ranges)
