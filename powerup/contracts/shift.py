"""From nominal to planned to generation date: the shift off closed days, and days in advance (rules: Recurrence)."""

from datetime import date, timedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.contract import Lead, LeadUnit, Shift
from powerup.contracts.open_days import OpenDays


def shifted(nominal: date, shift: Shift, open_days: OpenDays, first_day: date, last_day: date | None) -> date | None:
    """The planned date of a nominal date inside the agreed period, or None when the policy skips closed days.

    first_day and last_day bound the agreed period, both inclusive; last_day None is open-ended. A shift that would
    leave the period goes the other way instead; when that way leaves it too, the date stays where it is.
    """
    if shift is Shift.AS_IS or open_days.is_open(nominal):
        return nominal
    earlier = open_days.previous(nominal)
    later = open_days.next(nominal)
    match shift:
        case Shift.SKIP:
            return None
        case Shift.PREVIOUS_WORKING_DAY:
            by_preference = earlier, later
        case Shift.NEXT_WORKING_DAY:
            by_preference = later, earlier
        case Shift.NEAREST:
            by_preference = (earlier, later) if nominal - earlier <= later - nominal else (later, earlier)
    for day in by_preference:
        if open_days.is_open(day) and first_day <= day and (last_day is None or day <= last_day):
            return day
    return nominal


def generation_date(planned: date, lead: Lead, calendar: Calendar) -> date:
    """The day on which a visit's work order is due to be made: planned date minus days in advance (host page 1.7).

    In working days, 1 is the last working day before the planned date. 0 is the planned date itself, working or not.
    """
    match lead.unit:
        case LeadUnit.WORKING:
            return calendar.add_working_days(planned, -lead.days)
        case LeadUnit.CALENDAR:
            return planned - timedelta(days=lead.days)
