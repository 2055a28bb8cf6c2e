"""What a person should know of the day that a visit is moved to (rules: Actions)."""

from collections.abc import Iterator
from datetime import date, timedelta

from powerup.actions.kit.labels import VALUE_LABELS
from powerup.contracts.calendar import WEEKEND
from powerup.contracts.closed_days import Closed, ClosedFor
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
    if (closed := situation.open_days.closed(to)) is not None:
        yield _not_worked(closed, to)
    yield from _too_far(situation, visit, to)
    beside = [other for other in visits(situation, to - A_DAY, to + A_DAY, today) if _is_beside(other, visit)]
    if beside:
        yield text(
            "Beside it lies: {visits}.",
            visits=[text("plan {plan}, {day}", plan=other.key.plan, day=other.planned_date) for other in beside],
        )


def _not_worked(closed: Closed, day: date) -> Text:
    match closed.by:
        case ClosedFor.ALL if closed.name == WEEKEND:
            return text("{day} is not worked: {weekday}.", day=day, weekday=VALUE_LABELS[WEEKDAYS[day.weekday()]])
        case ClosedFor.ALL:
            return text("{day} is not worked: {holiday}.", day=day, holiday=closed.name)
        case ClosedFor.CUSTOMER:
            return text("{day} is closed for this customer: {name}.", day=day, name=closed.name)
        case ClosedFor.CONTRACT:
            return text("{day} is closed for this contract: {name}.", day=day, name=closed.name)


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
