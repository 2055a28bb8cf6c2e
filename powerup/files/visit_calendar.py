"""Visits as an iCalendar file (RFC 5545), for the calendars of people (architecture: What others may rely on)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event, Timezone

from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.visit import Visit, VisitKey, VisitState
from powerup.readings.forecast import visit_document
from powerup.texts import Reader, Text, text

PRODUCT = "-//Contract Management//Visits//EN"

_COUNTED_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_STATUS = {
    VisitState.PLANNED: "TENTATIVE",
    VisitState.WITHHELD: "CANCELLED",
    VisitState.REMOVED: "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """A visit as an event tells it, in its reader's words. status is one of RFC 5545, 3.8.1.11."""

    visit: Visit
    summary: str
    place: str
    lines: tuple[str, ...]
    status: str


def visit_calendar(
    tenant_id: str,
    title: str,
    visits: Iterable[tuple[Contract, Visit]],
    reader: Reader,
    number_prefix: str,
    now: datetime,
) -> bytes:
    """The whole file: one all-day event per visit on its planned date, in the reader's language.

    Nothing is said of customer and object but their numbers. now is aware and becomes the DTSTAMP.
    """
    happenings = (happening_of(contract, visit, reader, number_prefix) for contract, visit in visits)
    return written_calendar(tenant_id, title, happenings, now)


def written_calendar(
    tenant_id: str, title: str, happenings: Iterable[Happening], now: datetime, remark: str = ""
) -> bytes:
    """The file of these events, all of them all-day. now is aware and becomes the DTSTAMP.

    An event keeps its UID for ever, so that a calendar that reads the file again moves it along.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _plain(title))
    if remark:
        calendar.add("x-wr-caldesc", _plain(remark))
    for happening in happenings:
        calendar.add_component(_event(tenant_id, happening, now))
    if not calendar.subcomponents:
        calendar.add_component(Timezone.from_tzid("UTC"))  # a calendar has one component at least (RFC 5545, 3.6)
    content: bytes = calendar.to_ical()
    return content


def happening_of(contract: Contract, visit: Visit, reader: Reader, number_prefix: str) -> Happening:
    """A visit as planners read it, by the numbers of its contract, customer and objects."""
    return Happening(
        visit,
        f"{contract.name} – {visit.key.plan}",
        reader.say(_location(contract, visit)),
        tuple(reader.say(line) for line in _lines(visit, number_prefix)),
        _STATUS.get(visit.state, "CONFIRMED"),
    )


def visit_uid(tenant_id: str, key: VisitKey) -> str:
    """The UID of a visit's event: the same at any time and on any machine, telling nothing (RFC 7986, 5.3)."""
    return str(uuid5(NAMESPACE_URL, f"visit:{tenant_id}:{key}"))


def _event(tenant_id: str, happening: Happening, now: datetime) -> Event:
    visit = happening.visit
    event = Event()
    event.add("uid", visit_uid(tenant_id, visit.key))
    event.add("dtstamp", now)
    event.add("sequence", _sequence(visit))
    event.add("dtstart", visit.planned_date)
    event.add("dtend", visit.planned_date + A_DAY)  # the end of a day is the next one
    event.add("summary", _plain(happening.summary))
    if happening.place:
        event.add("location", _plain(happening.place))
    event.add("description", "\n".join(map(_plain, happening.lines)))
    event.add("status", happening.status)
    event.add("transp", "TRANSPARENT")  # a visit of the firm does not make its reader busy
    return event


def _sequence(visit: Visit) -> int:
    """Larger whenever the visit was changed, so that a calendar takes its new day (RFC 5545, 3.8.7.4): the seconds from
    2020 to the last change, 0 for what was only computed."""
    changed_at = visit.written.changed_at if visit.written else None
    return int((changed_at - _COUNTED_FROM).total_seconds()) if changed_at else 0


def _location(contract: Contract, visit: Visit) -> Text:
    objects = list(contract.carried_by(visit))
    if not objects:
        return text("Customer {customer}", customer=contract.customer)
    return text("Customer {customer}, {objects}", customer=contract.customer, objects=objects)


def _lines(visit: Visit, number_prefix: str) -> list[Text]:
    shown: Mapping[str, str | None] = visit_document(visit, number_prefix)
    lines = [text("Contract {number}, visit plan {plan}", number=visit.key.contract, plan=visit.key.plan)]
    if shown["workorder_no"]:
        lines.append(text("Work order {number}", number=shown["workorder_no"]))
    if visit.moved_from is not None:
        lines.append(text("Moved from {day}", day=visit.moved_from))
    if visit.deadline != visit.planned_date:
        lines.append(text("To be done by {deadline}", deadline=visit.deadline))
    reason = visit.reason or shown["reason"]
    if reason:
        lines.append(text("Status: {state} ({reason})", state=visit.state, reason=reason))
    else:
        lines.append(text("Status: {state}", state=visit.state))
    return lines


def _plain(value: str) -> str:
    """Control characters have no place in a text (RFC 5545, 3.3.11)."""
    return _NOT_IN_TEXT.sub(" ", value)
