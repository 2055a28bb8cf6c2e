"""The days that suit a visit best, with what else is planned around them: from the copy of planned work, and from the
visits at its own postal code (rules: Planning, Best days)."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.visit.target_visit import visit_of
from powerup.contracts.best_days import (
    KnownOfDay,
    SuggestedDay,
    Why,
    best_days,
    days_to_look_at,
    to_place,
)
from powerup.contracts.capacity import Fullness, available_minutes
from powerup.contracts.contract import Contract
from powerup.contracts.heavy_weeks import is_heavy, usual_minutes, weeks_of
from powerup.contracts.latest import kept_by, latest_dates
from powerup.contracts.planned_work import USUAL_MINUTES, region_of
from powerup.contracts.schedule import written_from
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import AT_HOST, Visit, VisitKey, VisitState
from powerup.contracts.who_goes import who_goes
from powerup.readings.forecast import Forecast
from powerup.readings.visit_list import VisitFilter, VisitList, VisitSort
from powerup.store.errors import UnknownContractError
from powerup.store.host_names import HostNames, NameKind
from powerup.store.planned_days import PlannedDays
from powerup.texts import Text, counted, text

_PLACE = re.compile(r"\s*(\d{4})").match
_MOST_VISITS = 2_000
_WORKED_ON = AT_HOST - {VisitState.ORDERED, VisitState.IN_PROGRESS}


@dataclass(frozen=True, slots=True)
class DaysForVisit:
    """A visit with the days that suit it best, the best first."""

    visit: Visit
    days: Sequence[SuggestedDay]


def days_for_visit(connection: Connection, around: TenantCircumstances, key: VisitKey) -> DaysForVisit | None:
    """The best days of a visit that may be moved; None where its contract has no such visit."""
    try:
        situation = Forecast(connection, around).situation_of(key.contract)
    except UnknownContractError:
        return None
    visit = visit_of(situation, key, around.today) if situation.contract.deleted_on is None else None
    if visit is None:
        return None
    contract = situation.contract
    placed = to_place(contract, visit, _latest(situation, visit, around.today))
    days = days_to_look_at(contract, visit, placed, situation.open_days, around.today)
    if not days:
        return DaysForVisit(visit, ())
    known = _Known(connection, around, situation, visit, days).of_days()
    return DaysForVisit(visit, best_days(placed, known))


def _latest(situation: ContractSituation, visit: Visit, today: date) -> date | None:
    found = kept_by(visit, latest_dates(situation, today, visit.planned_date))
    return found.day if found is not None and not found.is_passed else None


class _Known:
    """What is planned around a visit."""

    def __init__(
        self,
        connection: Connection,
        around: TenantCircumstances,
        situation: ContractSituation,
        visit: Visit,
        days: Sequence[date],
    ) -> None:
        self._connection, self._around = connection, around
        self._situation, self._visit, self._days = situation, visit, days
        self._planned = PlannedDays(connection, around.tenant_id)
        goes = who_goes(situation.contract, written_from(visit))
        self._employee = goes.employee if goes else ""
        names = HostNames(connection, around.tenant_id).of(NameKind.CUSTOMER, [situation.contract.customer])
        self._postal_code = next((name.postal_code for name in names.values()), "")

    def of_days(self) -> Mapping[date, KnownOfDay]:
        """What is known of each day."""
        beside, in_region = self._beside(), self._in_region()
        last = self._last_employee()
        percents, heavy = self._percents(), self._heavy()
        return {
            day: KnownOfDay(
                percents.get(_monday(day)),
                _monday(day) in heavy,
                beside[day],
                max(sum(in_region.get(day, {}).values()), beside[day]),
                bool(last) and last in in_region.get(day, {}),
            )
            for day in self._days
        }

    def _beside(self) -> Counter[date]:
        """The other visits at the postal code of the customer, by day: of its figures, without the letters."""
        found = _PLACE(self._postal_code)
        if not found:
            return Counter()
        asked = VisitFilter(self._days[0], self._days[-1], region=found[1])
        page = VisitList(self._connection, self._around).page(asked, VisitSort.DAY, _MOST_VISITS)
        return Counter(
            row.visit.planned_date
            for row in page.rows
            if row.visit.key != self._visit.key and row.visit.state not in (VisitState.WITHHELD, VisitState.REMOVED)
        )

    def _in_region(self) -> Mapping[date, Mapping[str, int]]:
        region = region_of(self._postal_code)
        return self._planned.visits_in_region(region, self._days[0], self._days[-1]) if region else {}

    def _last_employee(self) -> str:
        """Who did the visit of this plan and object the last time."""
        done = [
            row
            for row in self._situation.ledger.values()
            if row.key.plan == self._visit.key.plan
            and row.key.object == self._visit.key.object
            and row.state in _WORKED_ON
        ]
        goes = who_goes(self._situation.contract, max(done, key=lambda row: row.planned_date)) if done else None
        return goes.employee if goes else ""

    def _percents(self) -> Mapping[date, int]:
        """How full the weeks are with the visit, of the employee who goes where their hours are said, else of all."""
        capacity = self._around.configuration.capacity
        own = capacity.of_employee(self._employee) if self._employee else None
        hours = capacity.in_all if own is None else own
        if hours is None:
            return {}
        weeks = self._weeks()
        planned = self._planned.minutes_of(
            weeks[0], weeks[-1] + timedelta(days=6), "" if own is None else self._employee
        )
        by_week = _by_week(planned)
        found = {}
        for week in weeks:
            full = Fullness(by_week[week] + self._more(week), available_minutes(hours, week, self._around.calendar))
            found[week] = 101 if full.percent is None else full.percent
        return found

    def _heavy(self) -> frozenset[date]:
        """The weeks that have much more of its work than usual with it."""
        kind = _kind(self._situation.contract, self._visit)
        found: set[date] = set()
        for year in sorted({week.isocalendar().year for week in self._weeks()}):
            weeks = weeks_of(year)
            planned = self._planned.minutes([kind], weeks[0], weeks[-1] + timedelta(days=6))
            by_week = _by_week({day: minutes for (day, _), minutes in planned.items()})
            usual = usual_minutes(weeks, by_week)
            found |= {
                week for week in self._weeks() if week in weeks and is_heavy(by_week[week] + self._more(week), usual)
            }
        return frozenset(found)

    def _weeks(self) -> list[date]:
        return sorted({_monday(day) for day in self._days})

    def _more(self, week: date) -> int:
        """The minutes that a week gets by the visit, none where it lies in it already."""
        return 0 if _monday(self._visit.planned_date) == week else _minutes(self._situation.contract, self._visit)


def _by_week(planned: Mapping[date, int]) -> Counter[date]:
    found: Counter[date] = Counter()
    for day, minutes in planned.items():
        found[_monday(day)] += minutes
    return found


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _kind(contract: Contract, visit: Visit) -> str:
    plan = contract.plan(visit.key.plan)
    return (plan.override.type_of_work if plan else None) or contract.template.type_of_work


def _minutes(contract: Contract, visit: Visit) -> int:
    plan = contract.plan(visit.key.plan)
    return (plan.override.duration_minutes if plan else None) or contract.template.duration_minutes or USUAL_MINUTES


def why_in_words(suggested: SuggestedDay) -> list[Text]:
    """What speaks for a day and against it, each as a few words."""
    return [_words(each.why, each.number or 0, each.day) for each in suggested.because]


def _words(why: Why, number: int, day: date | None) -> Text:
    match why:
        case Why.IN_WINDOW:
            return text("in its window")
        case Why.OUTSIDE_WINDOW:
            return text("outside its window")
        case Why.BEFORE_LATEST:
            return text("before its latest day, {day}", day=day)
        case Why.WEEK_FULL:
            return text("week {percent}\N{NO-BREAK SPACE}% full", percent=number)
        case Why.HEAVY_WEEK:
            return text("heavy week")
        case Why.SAME_POSTAL_CODE:
            return counted(
                "{number} other visit in this postal code", "{number} other visits in this postal code", number
            )
        case Why.SAME_REGION:
            return counted("{number} other visit in this region", "{number} other visits in this region", number)
        case Why.SAME_EMPLOYEE:
            return text("same employee as last time")


def suggested_document(suggested: SuggestedDay) -> dict[str, Any]:
    """A day as JSON values."""
    return {
        "date": suggested.day.isoformat(),
        "points": suggested.points,
        "why": [
            {"code": each.why.value, "number": each.number, "date": each.day.isoformat() if each.day else None}
            for each in suggested.because
        ],
    }
