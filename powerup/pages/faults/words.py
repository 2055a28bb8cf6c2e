"""Open work orders and a month's figures in words, and as a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from powerup.contracts.sla_order import Promise
from powerup.files.xlsx_file import CellValue, xlsx_content
from powerup.readings.faults import FaultFilter, FaultMonth, Kept, MonthFault, OpenFault
from powerup.texts import Reader, text

_HEADINGS = (
    text("Work order"),
    text("Customer"),
    text("Customer's name"),
    text("Contract"),
    text("Priority"),
    text("Came in"),
    text("Response by"),
    text("Responded"),
    text("Response kept"),
    text("Resolved by"),
    text("Resolved"),
    text("Resolution kept"),
)


def in_address(wanted: FaultFilter) -> dict[str, str]:
    """The filters as an address has them."""
    return {
        "customer": wanted.customer,
        "priority": wanted.priority,
        "at_risk": "1" if wanted.at_risk else "",
    }


def time_left(minutes: int | None, reader: Reader) -> str:
    """What the clock may still run, such as 3:05 hours, or by how much it ran over."""
    if minutes is None:
        return "–"
    hours, rest = divmod(abs(minutes), 60)
    length = f"{hours}:{rest:02}"
    return reader.say(
        text("too late by {length}", length=length) if minutes < 0 else text("still {length}", length=length)
    )


def measured_against(fault: OpenFault, reader: Reader) -> str:
    """What counts now: response or resolution, by the policy that was promised."""
    match fault.counts:
        case Promise.RESPONSE:
            return reader.say(text("response ({policy})", policy=fault.row["sla_policy"]))
        case Promise.RESOLUTION:
            return reader.say(text("resolution ({policy})", policy=fault.row["sla_policy"]))
        case None:
            return reader.say(text("nothing any more ({policy})", policy=fault.row["sla_policy"]))


def percent(kept: Kept, reader: Reader) -> str:
    """How many of a hundred were kept; a dash where none is decided."""
    return "–" if kept.percent is None else f"{reader.number(kept.percent)} %"


def sheet_of(month: FaultMonth, zone: tzinfo, reader: Reader) -> bytes:
    """Every work order of the month as XLSX, by when it came in; moments in the tenant's zone, as text in ISO form."""
    rows = [list(_cells(each, zone, reader)) for each in month.faults]
    return xlsx_content(reader.say(text("Faults")), [reader.say(each) for each in _HEADINGS], rows)


def _cells(fault: MonthFault, zone: tzinfo, reader: Reader) -> Iterator[CellValue]:
    of = fault.promises
    yield from (of.workorder_no, fault.customer, fault.customer_name, of.contract, of.priority)
    yield _moment(of.came_in_at, zone)
    yield from (_moment(of.response_due_at, zone), _moment(of.responded_at, zone), _said(fault.response, reader))
    yield from (_moment(of.resolution_due_at, zone), _moment(of.resolved_at, zone), _said(fault.resolution, reader))


def _moment(at: datetime | None, zone: tzinfo) -> str | None:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else None


def _said(kept: bool | None, reader: Reader) -> str | None:
    if kept is None:
        return None
    return reader.say(text("yes") if kept else text("no"))
