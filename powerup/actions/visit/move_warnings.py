"""What a person should know of the day that a visit is moved to (rules: Actions)."""

from collections.abc import Iterator
from datetime import date, timedelta

from powerup.actions.kit.labels import VALUE_LABELS
from powerup.contracts.calendar import WEEKEND
from powerup.contracts.days import A_DAY
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Visit, VisitState
from powerup.documents.words import WEEKDAYS
from powerup.texts import Text, counted, text

FAR = 7
"""Days from the day of its rule beyond which a visit without a window is said to be moved far."""


def move_warnings(situation: ContractSituation, visit: Visit, to: date, today: date) -> Iterator[Text]:
    """That the day is not worked, lies outside the visit's window or far from its rule's day, or beside another visit
    of the object: on the same day or the next."""
    closed = situation.calendar.reason_closed(to)
    if closed == WEEKEND:
        yield text("{day} is not worked: {weekday}.", day=to, weekday=VALUE_LABELS[WEEKDAYS[to.weekday()]])
    elif closed is not None:
        yield text("{day} is not worked: {holiday}.", day=to, holiday=closed)
    yield from _too_far(situation, visit, to)
    beside = [other for other in visits(situation, to - A_DAY, to + A_DAY, today) if _is_beside(other, visit)]
    if beside:
        yield text(
            "Beside it lies: {visits}.",
            visits=[text("plan {plan}, {day}", plan=other.key.plan, day=other.planned_date) for other in beside],
        )


def _too_far(situation: ContractSituation, visit: Visit, to: date) -> Iterator[Text]:
    plan = situation.contract.plan(visit.key.plan)
    by_rule = visit.moved_from or visit.planned_date
    before = timedelta(days=plan.window_before if plan else 0)
    after = timedelta(days=plan.window_after if plan else 0)
    if before or after:
        if not by_rule - before <= to <= by_rule + after:
            yield text(
                "{day} lies outside the window of the visit, {first} to {last}.",
                day=to,
                first=by_rule - before,
                last=by_rule + after,
            )
    elif (apart := abs((to - by_rule).days)) > FAR:
        yield counted(
            "{number} day from the day that the rule gives, {day}.",
            "{number} days from the day that the rule gives, {day}.",
            apart,
            day=by_rule,
        )


def _is_beside(other: Visit, moved: Visit) -> bool:
    same_object = other.key.object == moved.key.object or not (other.key.object and moved.key.object)
    return other.key != moved.key and same_object and other.state not in (VisitState.WITHHELD, VisitState.REMOVED)
