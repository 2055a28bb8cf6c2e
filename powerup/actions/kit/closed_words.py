"""Closed days in words: when they are, and what stays on them (rules: Closed ranges)."""

from collections.abc import Iterator, Sequence
from datetime import date

from powerup.actions.kit.object_words import object_words
from powerup.contracts.closed_days import Closed, ClosedDay, ClosedFor
from powerup.contracts.visit import Visit
from powerup.texts import Text, counted, text

MOST_SAID = 10
"""Visits that are named one by one."""


def range_in_words(closed: ClosedDay) -> Text:
    """Its name, its days, and whether they come back."""
    days: Text | date = closed.day
    if closed.last_day != closed.day:
        days = text("{first} to {last}", first=closed.day, last=closed.last_day)
    if closed.every_year:
        return text("{name}: {days}, every year", name=closed.name, days=days)
    return text("{name}: {days}", name=closed.name, days=days)


def closed_in_words(closed: Closed) -> Text | str:
    """Why a day is closed: whose range it is, or the name alone of what closes it for all."""
    match closed.by:
        case ClosedFor.ALL:
            return closed.name
        case ClosedFor.CUSTOMER:
            return text("closed for this customer: {name}", name=closed.name)
        case ClosedFor.CONTRACT:
            return text("closed for this contract: {name}", name=closed.name)


def staying_in_words(staying: Sequence[Visit]) -> Iterator[Text]:
    """That visits stay on closed days, each with its plan, its object and its order; nothing where none does."""
    if not staying:
        return
    said = [_visit(each) for each in staying[:MOST_SAID]]
    if (more := len(staying) - MOST_SAID) > 0:
        said.append(text("and {more} more", more=more))
    yield counted(
        "{number} visit stays on closed days, and is moved or skipped by itself: {visits}.",
        "{number} visits stay on closed days, and are moved or skipped one by one: {visits}.",
        len(staying),
        visits=said,
    )


def _visit(visit: Visit) -> Text:
    objects = object_words(visit)
    plan = f"{visit.key.plan} ({objects})" if objects else visit.key.plan
    order = visit.written.workorder_no if visit.written is not None else None
    if order:
        return text("{plan} on {day} (work order {number})", plan=plan, day=visit.planned_date, number=order)
    return text("{plan} on {day}", plan=plan, day=visit.planned_date)
