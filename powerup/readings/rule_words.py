"""The recurrence of a visit plan in words (rules: Recurrence)."""

from collections.abc import Iterator, Mapping, Sequence

from powerup.actions.kit.labels import DAYS_OF_MOMENTS, ORDINAL_LABELS, VALUE_LABELS
from powerup.contracts.contract import Spread, YearlyOrders
from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit, names_its_months
from powerup.documents.words import WEEKDAYS, moment_text
from powerup.texts import Month, Text, counted, text

_SPREAD: Mapping[Spread, Text] = {
    Spread.SPREAD: text("spread evenly"),
    Spread.AT_START: text("all at the start of the year"),
    Spread.CALL_OFF: text("on request"),
}

_IN_EVERY_MONTH = 28
"""The last day that every month has."""


def rule_in_words(rule: Recurrence) -> Text:
    """The rule as people say it, such as: every month on day 31 (last day in short months)."""
    words = _every(rule.unit, rule.every)
    for place in _places(rule):
        words = text("{rule} {place}", rule=words, place=place)
    if rule.month_day and rule.month_day > _IN_EVERY_MONTH:
        words = _in_short_months(rule, words)
    if rule.months and not names_its_months(rule.unit):
        words = text("{rule}, only in {months}", rule=words, months=_months(rule))
    return words


def yearly_in_words(yearly: YearlyOrders) -> Text:
    """How many work orders a year, and how they are spread (rules: Contract types)."""
    return counted(
        "{number} work order a year, {spread}",
        "{number} work orders a year, {spread}",
        yearly.number,
        spread=_SPREAD[yearly.spread],
    )


def _every(unit: Unit, number: int) -> Text:
    match unit:
        case Unit.DAY:
            return counted("every day", "every {number} days", number)
        case Unit.WORKDAY:
            return counted("every working day", "every {number} working days", number)
        case Unit.WEEK:
            return counted("every week", "every {number} weeks", number)
        case Unit.MONTH:
            return counted("every month", "every {number} months", number)
        case Unit.YEAR:
            return counted("every year", "every {number} years", number)


def _places(rule: Recurrence) -> Iterator[Text]:
    """Where in its week, month or year the rule has its dates."""
    if rule.weekdays:
        yield text("on {days}", days=_and([VALUE_LABELS[WEEKDAYS[day]] for day in sorted(rule.weekdays)]))
    if rule.months and names_its_months(rule.unit):
        yield text("in {months}", months=_months(rule))
    if rule.month_day:
        yield text("on day {day}", day=rule.month_day)
    if rule.moment:
        yield text("on the {moment}", moment=_moment(rule.moment))


def _in_short_months(rule: Recurrence, words: Text) -> Text:
    match rule.at_short_month:
        case ShortMonth.SKIP:
            return text("{rule} (not in short months)", rule=words)
        case ShortMonth.LAST_DAY:
            return text("{rule} (last day in short months)", rule=words)


def _months(rule: Recurrence) -> Text | Month:
    return _and([Month(month) for month in sorted(rule.months)])


def _and(several: Sequence[Text | Month]) -> Text | Month:
    """Monday, Wednesday and Friday."""
    *others, last = several
    return text("{others} and {last}", others=others, last=last) if others else last


def _moment(moment: Moment) -> Text:
    ordinal, _, day = moment_text(moment).partition(" ")
    return Text(ORDINAL_LABELS[ordinal].template, {"day": DAYS_OF_MOMENTS[day]})
