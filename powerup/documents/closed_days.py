"""Closed ranges of a contract as a document: what it keeps, its form shows and the audit trail has (webhooks page,
section 9)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from powerup.contracts.closed_days import ClosedDay


def closed_ranges_document(closed: Iterable[ClosedDay]) -> list[dict[str, Any]]:
    """The ranges as JSON values; of a single day both are that day."""
    return [
        {
            "from": each.day.isoformat(),
            "until": each.last_day.isoformat(),
            "name": each.name,
            "every_year": each.every_year,
        }
        for each in closed
    ]


def closed_ranges_of(document: Iterable[dict[str, Any]]) -> tuple[ClosedDay, ...]:
    """The ranges of their own document, which is taken to be right."""
    return tuple(
        closed_range(first, date.fromisoformat(each["until"]), each["name"], each["every_year"])
        for each in document
        for first in (date.fromisoformat(each["from"]),)
    )


def closed_range(first: date, last: date, name: str, every_year: bool) -> ClosedDay:
    """A range, in the one way in which a single day is kept."""
    return ClosedDay(first, name, None if last == first else last, every_year)
