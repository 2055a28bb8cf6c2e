"""What an address of the list of visits asks for, and the address of what is asked for."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from werkzeug.datastructures import MultiDict

from powerup.contracts.visit import Reason, VisitState
from powerup.pages.addresses import Given
from powerup.pages.forms.days import read_day
from powerup.readings.visit_list import VisitFilter, VisitSort
from powerup.texts import Text, counted, text

WEEKS_AHEAD = 4


class VisitColumn(StrEnum):
    """What can be shown of a visit beside its day and contract."""

    CUSTOMER = "customer"
    OBJECT = "object"
    TYPE_OF_WORK = "work"
    EMPLOYEE = "employee"
    STATE = "state"
    WORK_ORDER = "order"
    DEADLINE = "deadline"


USUAL_COLUMNS = (
    VisitColumn.CUSTOMER,
    VisitColumn.OBJECT,
    VisitColumn.EMPLOYEE,
    VisitColumn.STATE,
    VisitColumn.WORK_ORDER,
)

_TEXTS = ("customer", "contract", "employee", "work", "object", "region")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list as its address asks for it. typed are the days as they were typed, problems what cannot be read of them,
    by the field; the usual period stands in the place of such a one."""

    filter: VisitFilter
    sort: VisitSort
    descending: bool
    columns: tuple[VisitColumn, ...]
    after: str
    typed: tuple[str, str]
    problems: tuple[tuple[str, Text], ...]

    @property
    def members(self) -> dict[str, Given]:
        """The query of its address, without its page."""
        asked = self.filter
        return {
            "from": asked.since.isoformat(),
            "to": asked.until.isoformat(),
            "state": [state.value for state in asked.states],
            "reason": [reason.value for reason in asked.reasons],
            "customer": asked.customer,
            "contract": asked.contract,
            "employee": asked.employee,
            "work": asked.type_of_work,
            "object": asked.object,
            "region": asked.region,
            "late": "1" if asked.late else None,
            "columns": [column.value for column in self.columns] if self.columns != USUAL_COLUMNS else None,
            "sort": self.sorted_by if self.sorted_by != VisitSort.DAY else None,
        }

    @property
    def sorted_by(self) -> str:
        """The column that it is sorted by, with a minus before it where it goes down."""
        return f"{'-' if self.descending else ''}{self.sort.value}"

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for less than all visits of the period."""
        return self.filter != VisitFilter(self.filter.since, self.filter.until)


def wanted_of(query: MultiDict[str, str], today: date) -> Wanted:
    """What the query of an address asks for; empty members, and such as no list has, ask for nothing."""
    typed = query.get("from", "").strip(), query.get("to", "").strip()
    sort = query.get("sort", "")
    given = {name: query.get(name, "").strip()[:200] for name in _TEXTS}
    unlimited = VisitFilter(
        today,
        today,
        tuple(state for state in VisitState if state.value in query.getlist("state")),
        tuple(reason for reason in Reason if reason.value in query.getlist("reason")),
        customer=given["customer"],
        contract=given["contract"],
        employee=given["employee"],
        type_of_work=given["work"],
        object=given["object"],
        late=query.get("late") == "1",
        region=given["region"],
    )
    since, until, problems = _period(typed, unlimited.longest, today)
    return Wanted(
        replace(unlimited, since=since, until=until),
        next((each for each in VisitSort if each.value == sort.removeprefix("-")), VisitSort.DAY),
        sort.startswith("-"),
        tuple(column for column in VisitColumn if column.value in query.getlist("columns")) or USUAL_COLUMNS,
        query.get("after", ""),
        typed,
        problems,
    )


def _period(typed: tuple[str, str], longest: timedelta, today: date) -> tuple[date, date, tuple[tuple[str, Text], ...]]:
    """The days that were typed; the usual ones are from this week's Monday to the end of the fourth week after it."""
    monday = today - timedelta(days=today.weekday())
    usual = monday, monday + timedelta(days=7 * (WEEKS_AHEAD + 1) - 1)
    since = read_day(typed[0], today) if typed[0] else usual[0]
    if since is None:
        return *usual, (("from", _NO_DAY),)
    until = read_day(typed[1], today) if typed[1] else max(usual[1], since + (usual[1] - usual[0]))
    if until is None:
        return *usual, (("to", _NO_DAY),)
    if until < since:
        return since, since, (("to", text("The last day lies before the first.")),)
    if until - since > longest:
        told = counted(
            "At most {number} day at once; a year for one customer or contract.",
            "At most {number} days at once; a year for one customer or contract.",
            longest.days + 1,
        )
        return since, since + longest, (("to", told),)
    return since, until, ()


_NO_DAY = text("This is no day. Write it like 27-3-2027 or 27 mrt.")
