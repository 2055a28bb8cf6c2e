"""The recurrence of a visit plan in words (rules: Recurrence)."""

from collections.abc import Mapping

from powerup.actions.labels import DAYS_OF_MOMENTS, ORDINAL_LABELS, VALUE_LABELS
from powerup.contracts.contract import YearlyOrders
from powerup.contracts.recurrence import Moment, Recurrence, Unit
from powerup.documents.words import WEEKDAYS, moment_text
from powerup.texts import Month, Text, text

_EVERY: Mapping[Unit, Text] = {
    Unit.DAY: text("every day"),
    Unit.WORKDAY: text("every working day"),
    Unit.WEEK: text("every week"),
    Unit.MONTH: text("every month"),
    Unit.YEAR: text("every year"),
}

_EVERY_SO_MANY: Mapping[Unit, Text] = {
    Unit.DAY: text("every {number} days"),
    Unit.WORKDAY: text("every {number} working days"),
    Unit.WEEK: text("every {number} weeks"),
    Unit.MONTH: text("every {number} months"),
    Unit.YEAR: text("every {number} years"),
}


def rule_in_words(rule: Recurrence) -> Text:
    """The rule as people say it, such as: every month (on day 31)."""
    every = _EVERY[rule.unit] if rule.every == 1 else Text(_EVERY_SO_MANY[rule.unit].template, {"number": rule.every})
    details: list[Text] = []
    if rule.weekdays:
        days = [VALUE_LABELS[WEEKDAYS[day]] for day in sorted(rule.weekdays)]
        details.append(text("on {days}", days=days))
    if rule.month_day:
        details.append(text("on day {day}", day=rule.month_day))
    if rule.moment:
        details.append(_moment(rule.moment))
    if rule.months:
        details.append(text("in {months}", months=[Month(month) for month in sorted(rule.months)]))
    return text("{every} ({details})", every=every, details=details) if details else every


def yearly_in_words(yearly: YearlyOrders) -> Text:
    """How many work orders a year, and how they are spread (rules: Contract types)."""
    return text(
        "{number} work orders a year ({spread})", number=yearly.number, spread=VALUE_LABELS[yearly.spread.value]
    )


def _moment(moment: Moment) -> Text:
    ordinal, _, day = moment_text(moment).partition(" ")
    return Text(ORDINAL_LABELS[ordinal].template, {"day": DAYS_OF_MOMENTS[day]})
