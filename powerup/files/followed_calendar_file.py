"""A calendar that people follow, as an iCalendar file (RFC 5545): names for codes, in its readers' language.

What customers follow says no more than their year plan; what the house follows also has contract and order.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.files.visit_calendar import Happening, happening_of, written_calendar
from powerup.readings.followed_calendar import FollowedCalendar, FollowedVisit
from powerup.readings.year_plan import PlanMark, as_planned
from powerup.readings.year_plan_words import in_words
from powerup.texts import Reader, text

_MADE_AT = re.compile(rb"DTSTAMP:[^\r\n]*")
_STATUS = {
    PlanMark.PLANNED: "CONFIRMED",
    PlanMark.UNCERTAIN: "TENTATIVE",
    PlanMark.UNDER_WAY: "CONFIRMED",
    PlanMark.DONE: "CONFIRMED",
    PlanMark.NOT_DONE: "CONFIRMED",
    PlanMark.DROPPED: "CANCELLED",
}


def followed_calendar_file(
    calendar: FollowedCalendar, around: TenantCircumstances, tenant_name: str, reader: Reader, now: datetime
) -> bytes:
    """The whole file; now is aware."""
    title = f"{tenant_name} – {calendar.name}" if calendar.name else tenant_name
    happenings = (
        _for_customers(calendar, around, reader)
        if calendar.for_customer
        else (_for_the_house(each, around, reader) for each in calendar.visits)
    )
    remark = "" if calendar.whole else reader.say(text("Not all visits are here: there are too many for one calendar."))
    return written_calendar(around.tenant_id, title, happenings, now, remark)


def mark_of(content: bytes) -> str:
    """By what two files are known as the same: all of it but the moment at which they were made."""
    return sha256(_MADE_AT.sub(b"", content)).hexdigest()[:32]


def _for_customers(calendar: FollowedCalendar, around: TenantCircumstances, reader: Reader) -> Iterator[Happening]:
    for each in calendar.visits:
        shown = as_planned(each.contract, each.visit, around.today)
        if shown is not None:
            yield Happening(each.visit, _summary(each), each.place, (in_words(shown, reader),), _STATUS[shown.mark])


def _for_the_house(each: FollowedVisit, around: TenantCircumstances, reader: Reader) -> Happening:
    plain = happening_of(each.contract, each.visit, reader, around.configuration.settings.number_prefix)
    place = ", ".join(part for part in (each.customer, each.place) if part)
    return Happening(each.visit, f"{each.customer}: {_summary(each)}", place, plain.lines, plain.status)


def _summary(each: FollowedVisit) -> str:
    return f"{each.contract.name} – {', '.join(each.objects)}" if each.objects else each.contract.name
