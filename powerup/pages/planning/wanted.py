"""What an address of the planning asks for, and the address of what is asked for."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from powerup.contracts.visit import VisitState
from powerup.pages.addresses import Given
from powerup.readings.employee_names import FilterNames
from powerup.readings.planning import PlanningBy, PlanningFilter

_MONTH = re.compile(r"(\d{4})-(\d{2})").fullmatch
_FIGURES = re.compile(r"\d{1,2}").match

OF_WORK = tuple(
    state.value for state in VisitState if state not in (VisitState.WITHHELD, VisitState.REMOVED, VisitState.RETRACTING)
)
"""The states in which a list of visits shows what the planning counts."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A month by its first day, or its year; what is counted, and what it is told apart by.

    beyond: another year was asked for than is worked out. names are those of employees and of the
    customer who is asked for, as far as they are known.
    """

    filter: PlanningFilter
    by: PlanningBy
    first: date
    today: date
    beyond: bool = False
    names: FilterNames = field(default_factory=FilterNames)

    @property
    def filters(self) -> dict[str, Given]:
        """The query of its address, without month and year."""
        asked = self.filter
        return {
            "by": self.by.value if self.by is not PlanningBy.TYPE_OF_WORK else None,
            "work": asked.type_of_work,
            "employee": asked.employee,
            "region": asked.region,
            "customer": asked.customer,
        }

    @property
    def is_filtered(self) -> bool:
        """Whether not all work is counted."""
        return self.filter != PlanningFilter()

    def month(self, step: int = 0) -> dict[str, Given]:
        """The query of this month, or of one so many months before or after it."""
        months = self.first.year * 12 + self.first.month - 1 + step
        return {**self.filters, "month": f"{months // 12}-{months % 12 + 1:02}"}

    def of_year(self, number: int | None = None) -> dict[str, Given]:
        """The query of its year, or of another one."""
        return {**self.filters, "year": str(number or self.first.year)}

    def is_there(self, year: int) -> bool:
        """Whether a year is worked out."""
        return abs(year - self.today.year) <= 1

    def is_there_after(self, step: int) -> bool:
        """Whether the month so many months before or after is worked out."""
        return self.is_there((self.first.year * 12 + self.first.month - 1 + step) // 12)

    def visits(self, since: date, until: date, group: str | None = None) -> dict[str, Given]:
        """The query of the list of visits that are counted from since to until, of one group where one is given.

        What has no employee and no region cannot be asked for there; all of the days is shown then.
        """
        asked = self.filter
        members: dict[str, Given] = {
            "from": since.isoformat(),
            "to": until.isoformat(),
            "state": list(OF_WORK),
            "work": asked.type_of_work,
            "employee": asked.employee,
            "region": asked.region,
            "customer": asked.customer,
        }
        return members | ({_NAMES[self.by]: group} if group else {})

    def visits_of_week(self, monday: date, group: str | None = None) -> dict[str, Given]:
        """The same of a week."""
        return self.visits(monday, monday + timedelta(days=6), group)


_NAMES = {PlanningBy.TYPE_OF_WORK: "work", PlanningBy.EMPLOYEE: "employee", PlanningBy.REGION: "region"}


def wanted_of(query: MultiDict[str, str], today: date) -> Wanted:
    """What the query of an address asks for; empty members, and such as there are none of, ask for nothing."""
    given = {name: query.get(name, "").strip()[:200] for name in ("work", "employee", "region", "customer")}
    figures = _FIGURES(given["region"])
    first, beyond = _first(query, today)
    return Wanted(
        PlanningFilter(given["work"], given["employee"], figures[0] if figures else "", given["customer"]),
        next((each for each in PlanningBy if each.value == query.get("by")), PlanningBy.TYPE_OF_WORK),
        first,
        today,
        beyond,
    )


def _first(query: MultiDict[str, str], today: date) -> tuple[date, bool]:
    """The first day of what is asked for, in the nearest year that is there; usually that of this month."""
    month, year = _MONTH(query.get("month", "")), query.get("year", "")
    if month and 1 <= int(month[2]) <= 12:
        asked, number = int(month[1]), int(month[2])
    elif year.isdecimal() and len(year) == 4:
        asked, number = int(year), today.month if int(year) == today.year else 1
    else:
        return today.replace(day=1), False
    nearest = min(max(asked, today.year - 1), today.year + 1)
    return date(nearest, number, 1), nearest != asked
