"""The schedule that results from a press, as people are shown it before and after it (rules: Actions; Recurrence).

A row per plan and day, with all that gave it its day; objects of the same day stand together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from dateutil.relativedelta import relativedelta

from powerup.contracts.calendar import WEEKEND
from powerup.contracts.contract import Shift
from powerup.contracts.days import A_DAY
from powerup.contracts.reasons import AFTER_THE_END
from powerup.contracts.schedule import Coming, visits
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


def shown_schedule(situation: ContractSituation, today: date, coming: Coming | None = None) -> ShownSchedule:
    """Twelve months of the contract's visits, from today on, or from its start where that is later. coming are visits
    that were worked out for something else already; those that are among them are not worked out again."""
    until = max(today, situation.contract.start) + SHOWN_AHEAD - A_DAY
    known = coming.within(situation, today, until) if coming is not None else None
    planned = visits(situation, today, until, today) if known is None else known
    found = [visit for visit in planned if visit.reason not in AFTER_THE_END]
    rows, total = _together(situation, found)
    orders = Counter(visit.key.plan for visit in found if visit.state not in _WITHOUT_ORDER)
    return ShownSchedule(rows, total, until, orders)


def _together(situation: ContractSituation, found: Iterable[Visit]) -> tuple[tuple[ScheduleRow, ...], int]:
    """The first rows, and how many there are."""
    alike: dict[tuple[object, ...], list[Visit]] = {}
    for visit in found:
        alike.setdefault(_shown_of(visit), []).append(visit)
    series = {
        plan.name: Series(situation.contract, plan, situation.calendar, situation.settings)
        for plan in situation.contract.plans
    }
    rows = []
    for several in islice(alike.values(), MOST_ROWS):
        row = _row(situation, series.get(several[0].key.plan), several[0])
        codes = dict.fromkeys(code for visit in several for code in situation.contract.carried_by(visit))
        rows.append(replace(row, objects=tuple(codes)))
    return tuple(rows), len(alike)


def _shown_of(visit: Visit) -> tuple[object, ...]:
    """All that the row of a visit depends on, but for its objects."""
    nominal, planned = visit.key.nominal_date, visit.planned_date
    by_hand = planned != nominal and visit.written is not None and visit.written.pinned
    plan, moved_from = visit.key.plan, visit.moved_from
    return plan, nominal, planned, by_hand, moved_from, visit.generation_date, visit.state, visit.reason


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
