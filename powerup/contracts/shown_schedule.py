"""The schedule that results from a press, as people are shown it before and after it (rules: Actions; Recurrence).

A row per plan and day, with all that gave it its day; objects of the same day stand together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from powerup.contracts.calendar import WEEKEND
from powerup.contracts.contract import Shift
from powerup.contracts.days import A_DAY
from powerup.contracts.reasons import AFTER_THE_END
from powerup.contracts.schedule import visits
from powerup.contracts.series import Series
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Reason, Visit, VisitState

MOST_ROWS = 200
"""Of a schedule, by planned date; its total counts them all."""

_WITHOUT_ORDER = (VisitState.WITHHELD, VisitState.REMOVED, VisitState.RETRACTING)

SHOWN_AHEAD = relativedelta(months=12)


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """The visits of one plan on one day that are alike; objects are those of their orders.

    holiday is the name of the holiday or closed day that the visit was shifted off, else of the one that it lies on.
    shifted_by is the policy that gave it its day, moved_from the day of the rule where a person gave it another.
    """

    plan: str
    objects: tuple[str, ...]
    nominal_date: date
    planned_date: date
    holiday: str | None
    shifted_by: Shift | None
    moved_from: date | None
    generation_date: date
    state: VisitState
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class ShownSchedule:
    """The first rows by planned date, how many there are in all, and the last day that they reach to, inclusive.

    orders counts by plan the visits that a work order comes of or came of, each object of a row that has its own.
    """

    rows: tuple[ScheduleRow, ...]
    total: int
    until: date
    orders: Mapping[str, int] = field(default_factory=dict)


def shown_schedule(situation: ContractSituation, today: date) -> ShownSchedule:
    """Twelve months of the contract's visits, from today on, or from its start where that is later."""
    since = max(today, situation.contract.start)
    until = since + SHOWN_AHEAD - A_DAY
    found = [visit for visit in visits(situation, today, until, today) if visit.reason not in AFTER_THE_END]
    rows = _together(situation, found)
    orders = Counter(visit.key.plan for visit in found if visit.state not in _WITHOUT_ORDER)
    return ShownSchedule(rows[:MOST_ROWS], len(rows), until, orders)


def _together(situation: ContractSituation, found: Iterable[Visit]) -> tuple[ScheduleRow, ...]:
    series = {
        plan.name: Series(situation.contract, plan, situation.calendar, situation.settings)
        for plan in situation.contract.plans
    }
    objects: dict[ScheduleRow, list[str]] = {}
    for visit in found:
        row = _row(situation, series.get(visit.key.plan), visit)
        of_order = situation.contract.carried_by(visit)
        objects.setdefault(row, []).extend(code for code in of_order if code not in objects.get(row, ()))
    return tuple(replace(row, objects=tuple(codes)) for row, codes in objects.items())


def _row(situation: ContractSituation, series: Series | None, visit: Visit) -> ScheduleRow:
    nominal, planned = visit.key.nominal_date, visit.planned_date
    pinned = visit.written is not None and visit.written.pinned
    shift = series.plan.shift if series is not None and not pinned and planned != nominal else None
    closed = situation.open_days.closed(planned if shift is None else nominal)
    return ScheduleRow(
        visit.key.plan,
        (),
        nominal,
        planned,
        None if closed is None or closed.name == WEEKEND else closed.name,
        shift,
        visit.moved_from,
        visit.generation_date,
        visit.state,
        visit.reason,
    )
