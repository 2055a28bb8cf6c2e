"""What levelling the weeks would do with a selection of contracts: each plan that may move, worked out by the rules
(rules: Planning, Spread)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract, ContractType, Schedule, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.latest import has_latest_dates, latest_dates
from powerup.contracts.periods import period_start
from powerup.contracts.planned_work import USUAL_MINUTES, is_work
from powerup.contracts.recurrence import months_of
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.spread import Choice, Levelled, Moved, Spreadable, level
from powerup.contracts.visit import VisitState
from powerup.readings.forecast import Forecast
from powerup.readings.planned_shares import planned_shares
from powerup.store.contracts import Contracts
from powerup.store.planned_days import PlannedDays
from powerup.texts import Text, text

MOST_SPREAD = 500
"""So many contracts are levelled at once."""

MOST_TOLERANCE = 60
USUAL_TOLERANCE = 14

_LOOKED_AHEAD = relativedelta(months=12)


@dataclass(frozen=True, slots=True)
class Unmoved:
    """A contract none of whose plans may move, and why."""

    contract: Contract
    why: Text


@dataclass(frozen=True, slots=True)
class SpreadProposal:
    """What is proposed for contracts, by number; unmoved are those that cannot take part, and the others stay since
    they lie well as they are."""

    tolerance: int
    contracts: Mapping[str, Contract]
    levelled: Levelled
    unmoved: Sequence[Unmoved]

    @property
    def moved_of(self) -> Mapping[str, Sequence[Moved]]:
        """The moves of each contract that has some."""
        found: dict[str, list[Moved]] = {}
        for each in self.levelled.moved:
            found.setdefault(each.contract, []).append(each)
        return found

    def edit_of(self, number: str) -> dict[str, Any]:
        """The input of `contract.edit` that does it for one contract: its next visits, and the anchors that plans name;
        all else stays."""
        moved = {each.plan: each.then.day.isoformat() for each in self.moved_of[number]}
        return {"plans": [_plan_input(plan, moved.get(plan.name)) for plan in self.contracts[number].plans]}

    @property
    def heaviest(self) -> tuple[int, int]:
        """The minutes of the heaviest week without and with it."""
        return max(self.levelled.before.values(), default=0), max(self.levelled.after.values(), default=0)

    @property
    def weeks(self) -> list[tuple[date, int, int]]:
        """The weeks that change, with their minutes without and with it."""
        before, after = self.levelled.before, self.levelled.after
        found = sorted({week for week in (*before, *after) if before.get(week, 0) != after.get(week, 0)})
        return [(week, before.get(week, 0), after.get(week, 0)) for week in found]


def spread_of(
    connection: Connection, around: TenantCircumstances, numbers: Sequence[str], tolerance: int
) -> SpreadProposal:
    """What levelling these contracts would do, each visit at most tolerance days from where it is; contracts that are
    not there are left out, and of more than MOST_SPREAD the first are looked at."""
    found = Contracts(connection, around.tenant_id).of_numbers(list(dict.fromkeys(numbers))[:MOST_SPREAD])
    running = [each for each in found if each.deleted_on is None]
    until = around.today + _LOOKED_AHEAD
    asked: list[Spreadable] = []
    unmoved: list[Unmoved] = []
    for situation in _situations(connection, around, running):
        of_contract = [
            each
            for plan in situation.contract.plans
            if (each := _spreadable(situation, plan, around.today, until, tolerance)) is not None
        ]
        asked += of_contract
        if not of_contract:
            unmoved.append(Unmoved(situation.contract, _why_not(situation.contract)))
    monday = _monday(around.today)
    planned = _planned(connection, around, running, monday, until)
    levelled = level(asked, planned, tolerance, _room(around, planned))
    return SpreadProposal(tolerance, {each.number: each for each in running}, levelled, unmoved)


def _situations(
    connection: Connection, around: TenantCircumstances, asked: Sequence[Contract]
) -> list[ContractSituation]:
    """Each with as much of its past as counts: a latest date counts from a completion however long ago."""
    dated = [each for each in asked if has_latest_dates(each)]
    others = [each for each in asked if not has_latest_dates(each)]
    planned = Forecast(connection, around)
    return [*planned.situations_of(dated), *planned.situations_of(others, around.today)]


def _planned(
    connection: Connection, around: TenantCircumstances, asked: Sequence[Contract], since: date, until: date
) -> Counter[date]:
    """The minutes of each week: of all contracts as they were last worked out, of those that are asked as they are."""
    days = PlannedDays(connection, around.tenant_id)
    found: Counter[date] = Counter()
    for day, minutes in days.minutes_of(since, until).items():
        found[_monday(day)] += minutes
    then = days.shares([each.number for each in asked]) if days.reach() else {}
    now = planned_shares(connection, around, asked, since, until)
    for shares, sign in ((then, -1), (now, 1)):
        for key, work in ((key, work) for share in shares.values() for key, work in share.items()):
            if since <= key.day <= until:
                found[_monday(key.day)] += sign * work.minutes
    return found


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _room(around: TenantCircumstances, weeks: Mapping[date, int]) -> dict[date, float]:
    """The part of each week that is worked; a little of one that is not at all, since visits may lie in it."""
    in_all = len(set(around.calendar.rules.working_weekdays))
    return {
        week: max(0.1, sum(around.calendar.is_working_day(week + timedelta(days=day)) for day in range(7)) / in_all)
        for week in weeks
    }


def _spreadable(
    situation: ContractSituation, plan: VisitPlan, today: date, until: date, tolerance: int
) -> Spreadable | None:
    """The plan with what it may be instead; None where it may not move."""
    contract = situation.contract
    if not _may_move(contract, plan):
        return None
    coming = _days(situation, plan, today, until)
    if not coming:
        return None
    now = Choice(coming[0], coming)
    first, last = _bounds(situation, plan, now.day, today)
    first, last = max(first, now.day - timedelta(tolerance)), min(last, now.day + timedelta(tolerance))
    others = [
        Choice(day, days)
        for day in _one_a_week(situation, plan, now.day, first, last)
        if (days := _days(_with_next(situation, plan, day), plan, today, until)) and days[0] == day
    ]
    minutes = plan.override.duration_minutes or contract.template.duration_minutes or USUAL_MINUTES
    return Spreadable(contract.number, plan.name, minutes, now, others)


def _may_move(contract: Contract, plan: VisitPlan) -> bool:
    """Whether the plan has a next visit that its rule goes on from: one by month or year, the same for all objects,
    of a contract whose visits do not cover each other."""
    return (
        contract.type is ContractType.PREVENTIVE
        and len({each.rank for each in contract.plans}) == 1
        and plan.schedule is Schedule.FIXED
        and months_of(plan.recurrence.unit) is not None
        and not plan.anchors
        and not plan.next_visits
    )


def _why_not(contract: Contract) -> Text:
    if contract.type is not ContractType.PREVENTIVE:
        return text("It has no visit plans that could move.")
    if not any(_may_move(contract, plan) for plan in contract.plans):
        return text(
            "Its plans cover each other, or count by the day or the week, from the last completion, or for each object "
            "by itself."
        )
    return text("It has no visit in the next twelve months that could move.")


def _days(situation: ContractSituation, plan: VisitPlan, today: date, until: date) -> list[date]:
    """The days of the coming visits of a plan that nothing was decided about yet, each as often as it has orders."""
    return [
        visit.planned_date
        for visit in visits(situation, today + A_DAY, until, today)
        if visit.key.plan == plan.name
        and visit.written is None
        and visit.state is VisitState.PLANNED
        and is_work(visit)
    ]


def _with_next(situation: ContractSituation, plan: VisitPlan, day: date) -> ContractSituation:
    named = replace(plan, next_visit=day, anchor=day if plan.anchor is not None else None)
    plans = tuple(named if each.name == plan.name else each for each in situation.contract.plans)
    return replace(situation, contract=replace(situation.contract, plans=plans))


def _bounds(situation: ContractSituation, plan: VisitPlan, now: date, today: date) -> tuple[date, date]:
    """The first and the last day to which the next visit may move: after today and after what was decided already, in
    the period that it stands for, before the contract's end and its latest day."""
    contract = situation.contract
    decided = [
        max(row.key.nominal_date, row.planned_date) + A_DAY
        for row in situation.ledger.values()
        if row.key.plan == plan.name
    ]
    latest = [
        each.day
        for each in latest_dates(situation, today, now)
        if each.plan == plan.name and each.comes_on == now and not each.is_passed
    ]
    return max(today + A_DAY, contract.start, *decided), min([*latest, contract.last_day or date.max])


def _one_a_week(situation: ContractSituation, plan: VisitPlan, now: date, first: date, last: date) -> Iterator[date]:
    """Of each other week the day that is nearest to the weekday of the visit, open and in no pause."""
    contract, open_days = situation.contract, situation.open_days
    period = period_start(plan.recurrence, now)
    days: dict[date, list[date]] = {}
    for number in range((last - first).days + 1):
        day = first + number * A_DAY
        free = open_days.is_open(day) and contract.pause_on(day) is None
        if free and period_start(plan.recurrence, day) == period:
            days.setdefault(_monday(day), []).append(day)
    days.pop(_monday(now), None)
    for of_week in days.values():
        yield min(of_week, key=lambda day: (abs(day.weekday() - now.weekday()), day))


def _plan_input(plan: VisitPlan, day: str | None) -> dict[str, Any]:
    if day is None:
        return {"name": plan.name}
    return {"name": plan.name, "next_visit": day} | ({"anchor": day} if plan.anchor is not None else {})


def spread_document(proposal: SpreadProposal) -> dict[str, Any]:
    """The proposal as JSON values."""
    return {
        "tolerance_days": proposal.tolerance,
        "moves": [
            {
                "contract": each.contract,
                "plan": each.plan,
                "from": each.now.day.isoformat(),
                "to": each.then.day.isoformat(),
                "days": each.days,
            }
            for each in proposal.levelled.moved
        ],
        "weeks": [
            {"week": week.isoformat(), "minutes_before": before, "minutes_after": after}
            for week, before, after in proposal.weeks
        ],
        "heaviest_minutes_before": proposal.heaviest[0],
        "heaviest_minutes_after": proposal.heaviest[1],
    }
