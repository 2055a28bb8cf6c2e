"""PostWorkorders: checks, duplicates, and the rule that one bad record refuses the whole batch (host page 4.7)."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from powerup.sandbox.errors import ApiError
from powerup.sandbox.host import Host
from powerup.sandbox.moments import DATE_MESSAGE, TIME_MESSAGE, day_text, parse_day, parse_iso_day, parse_time
from powerup.sandbox.records import (
    LARGEST,
    LONGEST,
    NESTED_REQUIRED,
    REFERENCES,
    WORK_ORDER_LISTS,
    WORK_ORDER_REQUIRED,
    WORK_ORDER_TEXTS,
    Record,
    as_text,
    missing_fields,
)
from powerup.sandbox.workorders import WorkOrder, insert_order, save_order, with_number

_DAYS: dict[str, Callable[[str], object]] = {"WorkDate": parse_day, "WorkEndDate": parse_day}
_TIMES: dict[str, Callable[[str], object]] = {"WorkTime": parse_time, "WorkEndTime": parse_time}


@dataclass(frozen=True, slots=True)
class Post:
    """One call of PostWorkorders.

    Args:
        records: the body.
        skip_duplicates: the parameter `skip_duplicate_workorder_no`.
        call_number: number of the API call.
        refused_no: a WorkorderNo that a fault refuses, None for none.
    """

    records: Sequence[Mapping[str, Any]]
    skip_duplicates: bool = False
    call_number: int = 0
    refused_no: str | None = None


def post_work_orders(host: Host, post: Post) -> list[Record]:
    """Store a batch of work orders, or nothing of it; by a switch, those that have no flaw.

    Returns:
        Per record `workorder_no` and `row_id`.

    Raises:
        ApiError: 1501 for missing fields; 1504 for what cannot be read, or what a switch or fault refuses.
    """
    if missing := [flaw for record in post.records for flaw in _missing(record)]:
        _store_the_others(host, post)
        raise ApiError(1501, *missing)
    records = [stored_fields(host, record) for record in post.records]
    flaws = [flaw for record in records for flaw in _flaws(host, record)]
    if post.refused_no is not None:
        flaws.append(f"Workorder {post.refused_no} could not be saved")
    if flaws:
        _store_the_others(host, post)
        raise ApiError(1504, *flaws)
    with host.store.transaction() as db:
        replies = [_place(db, host, post, record) for record in records]
    return [reply for reply in replies if reply is not None]


def _store_the_others(host: Host, post: Post) -> None:
    """Of a batch that is refused what is good by itself, where a switch says so."""
    if host.switches.batch_refused_whole:
        return
    good = [
        fields
        for record in post.records
        if not _missing(record) and not _flaws(host, fields := stored_fields(host, record))
    ]
    with host.store.transaction() as db:
        for fields in good:
            if fields["WorkorderNo"] != post.refused_no:
                _place(db, host, post, fields)


def _missing(record: Mapping[str, Any]) -> list[str]:
    flaws = missing_fields(record, WORK_ORDER_REQUIRED)
    for name, required in NESTED_REQUIRED.items():
        for row in record.get(name) or ():
            flaws += missing_fields(row if isinstance(row, dict) else {}, required)
    return flaws


def stored_fields(host: Host, record: Mapping[str, Any]) -> Record:
    """All fields of a work order in the host's own types, those that were given filled."""
    fields: Record = dict.fromkeys(WORK_ORDER_TEXTS, "")
    fields.update({name: [] for name in WORK_ORDER_LISTS})
    for name, value in record.items():
        fields[name] = (value or []) if name in WORK_ORDER_LISTS else _text_or_nested(value)
    if not host.switches.free_fields_kept:
        fields.pop("FreeFields", None)
    if host.switches.too_long == "cut":
        fields |= {name: _cut(name, value) for name, value in fields.items() if isinstance(value, str)}
    return with_end(fields)


def _cut(name: str, text: str) -> str:
    """As much of a text as its field holds, and no half character."""
    if name in LARGEST:
        return text.encode()[: LARGEST[name]].decode(errors="ignore")
    return text[: LONGEST[name]] if name in LONGEST else text


def _text_or_nested(value: object) -> object:
    return value if isinstance(value, (dict, list)) else as_text(value)


def with_end(fields: Record) -> Record:
    """The fields with WorkEndDate and WorkEndTime filled from WorkDuration (minutes), where all is known."""
    day, start = parse_day(str(fields["WorkDate"])), parse_time(str(fields["WorkTime"]))
    minutes = str(fields["WorkDuration"])
    if day is None or start is None or not minutes.isdigit():
        return fields
    end = datetime.combine(day, start) + timedelta(minutes=int(minutes))
    return {**fields, "WorkEndDate": day_text(end.date()), "WorkEndTime": f"{end:%H:%M}"}


def _flaws(host: Host, record: Record) -> list[str]:
    texts = {name: value for name, value in record.items() if isinstance(value, str)}
    too_long = [name for name, text in texts.items() if _cut(name, text) != text]
    flaws = [f"{name} too long, at most {_size(name)}" for name in too_long if host.switches.too_long != "keep"]
    if host.switches.bad_dates == "refuse":
        flaws += [DATE_MESSAGE for name, parse in _DAYS.items() if record[name] and parse(record[name]) is None]
        flaws += [TIME_MESSAGE for name, parse in _TIMES.items() if record[name] and parse(record[name]) is None]
        deadline = record["WorkDeadline"]
        if deadline and parse_day(deadline) is None and parse_iso_day(deadline[:10]) is None:
            flaws.append(DATE_MESSAGE)
    return flaws + _unknown_references(host, record)


def _size(name: str) -> str:
    return f"{LARGEST[name]} bytes" if name in LARGEST else str(LONGEST[name])


def _unknown_references(host: Host, record: Record) -> list[str]:
    flaws = []
    for name, kind in REFERENCES.items():
        if kind in host.switches.refuse_unknown:
            codes = record[name] if isinstance(record[name], list) else [record[name]]
            flaws += [
                f"{name} not found: {code}"
                for code in map(as_text, codes)
                if code and host.masterdata.find(kind, code) is None
            ]
    return flaws


def _place(db: sqlite3.Connection, host: Host, post: Post, record: Record) -> Record | None:
    number, switches = record["WorkorderNo"], host.switches
    existing = with_number(db, number, with_deleted=switches.numbers_remembered)
    if existing is not None:
        skipped = post.skip_duplicates and switches.skip_flag_honoured
        if switches.duplicate_workorder_no == "overwrite" and not skipped:
            save_order(db, replace(existing, fields=record))
            return {"workorder_no": number, "row_id": existing.row_id}
        if switches.duplicate_workorder_no == "skip" or skipped:
            omitted = switches.skipped_in_reply == "omitted"
            return None if omitted else {"workorder_no": number, "row_id": existing.row_id}
        if switches.duplicate_workorder_no == "reject":
            raise ApiError(1504, f"WorkorderNo already exists: {number}")
    return {"workorder_no": number, "row_id": _insert(db, host, post, record)}


def _insert(db: sqlite3.Connection, host: Host, post: Post, record: Record) -> int:
    order = WorkOrder(
        row_id=0,
        workorder_no=record["WorkorderNo"],
        order_no=as_text(record.get("OrderNr")),
        status=host.switches.first_status,
        created=host.calendar.stamp(),
        posted_in_call=post.call_number,
        fields=record,
    )
    row_id = insert_order(db, order)
    if host.switches.order_no_given_at == "posting":
        save_order(db, numbered(replace(order, row_id=row_id)))
    return row_id


def numbered(order: WorkOrder) -> WorkOrder:
    """The order with the host's own OrderNr, given now when it has none."""
    return order if order.order_no else replace(order, order_no=number_of_order(order))


def number_of_order(order: WorkOrder) -> str:
    """The host's own number for an order that is stored."""
    return f"WB-{order.created[:4]}-{order.row_id:05d}"
