"""Lengths of time in words: periods of terms, times of an SLA, and what is left of one."""

from powerup.contracts.sla import SlaTime, SlaUnit
from powerup.contracts.terms import Period, PeriodUnit
from powerup.texts import Text, counted, text

_HOUR = 60
_DAY = 24 * _HOUR


def period_in_words(period: Period) -> Text:
    """A period of terms, such as 3 months."""
    match period.unit:
        case PeriodUnit.DAY:
            return counted("{number} day", "{number} days", period.number)
        case PeriodUnit.WEEK:
            return counted("{number} week", "{number} weeks", period.number)
        case PeriodUnit.MONTH:
            return counted("{number} month", "{number} months", period.number)
        case PeriodUnit.YEAR:
            return counted("{number} year", "{number} years", period.number)


def sla_time_in_words(length: SlaTime) -> Text:
    """A time that an SLA promises, such as 4 hours."""
    match length.unit:
        case SlaUnit.MINUTE:
            return _minutes(length.number)
        case SlaUnit.HOUR:
            return _hours(length.number)
        case SlaUnit.DAY:
            return counted("{number} day", "{number} days", length.number)


def time_left_in_words(minutes: int) -> Text:
    """What is left of a time that was promised; negative is by how much it ran over."""
    if minutes < 0:
        return text("late by {length}", length=_length(-minutes))
    return text("still {length}", length=_length(minutes))


def _length(minutes: int) -> Text:
    """In two units at most, as people say it."""
    if minutes < _HOUR:
        return _minutes(minutes)
    if minutes < _DAY:
        hours, rest = divmod(minutes, _HOUR)
        return text("{hours}, {minutes}", hours=_hours(hours), minutes=_minutes(rest))
    return counted("{number} day", "{number} days", minutes // _DAY)


def _hours(number: int) -> Text:
    return counted("{number} hour", "{number} hours", number)


def _minutes(number: int) -> Text:
    return counted("{number} minute", "{number} minutes", number)
