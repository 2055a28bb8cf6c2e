"""What a person should know of the day from which a changed rule counts (rules: Settle, then change)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from powerup.contracts.changed_rules import counts_from
from powerup.contracts.contract import Schedule, VisitPlan
from powerup.contracts.days import A_DAY
from powerup.contracts.series import Series
from powerup.texts import Text, text

_LOOKED_AHEAD = timedelta(days=366 * 12)


def period_warnings(plan: VisitPlan, last: Mapping[str, date], chosen: date | None, today: date) -> Iterator[Text]:
    """That the day which a person chose lies in a period that has its visit; last has the last visits by object."""
    if chosen is None:
        return
    doubled = [day for day in last.values() if chosen < counts_from(plan, day, today)]
    if doubled:
        yield text(
            "Plan {plan}: {day} lies in a period that has its visit, of {visit}: it may get a second one.",
            plan=plan.name,
            day=chosen,
            visit=max(doubled),
        )


def gap_warnings(
    before: Series | None, after: Series, objects: Iterable[str | None], last: Mapping[str, date], today: date
) -> Iterator[Text]:
    """That the visit after the last one comes much later than without the change: by more than half of the time between
    them. last has the last visits by object; of several objects the one that waits longest is named."""
    if before is None or after.plan.schedule is Schedule.FLOATING or before.plan.schedule is Schedule.FLOATING:
        return
    gaps = []
    for code in objects:
        if (visit := last.get(code or "")) is None:
            continue
        was, will = _next_after(before, code, visit, today), _next_after(after, code, visit, today)
        if was is not None and will is not None and (will - was) * 2 > was - visit:
            gaps.append((will - was, visit, was, will))
    if gaps:
        _, visit, was, will = max(gaps)
        yield text(
            "Plan {plan}: last visit {visit}, next one {day}; without this change {earlier}.",
            plan=after.plan.name,
            visit=visit,
            day=will,
            earlier=was,
        )


def _next_after(series: Series, object_code: str | None, last: date, today: date) -> date | None:
    since = max(last + A_DAY, today)
    return next((day for day, _ in series.nominal_dates(object_code, since, since + _LOOKED_AHEAD)), None)
