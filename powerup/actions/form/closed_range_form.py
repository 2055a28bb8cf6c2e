"""The part of a contract's form that says on which days it has no visits (rules: Closed ranges)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from marshmallow import RAISE, Schema, validate

from powerup.actions.kit.answer import FieldProblem
from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.every_year import comes_back
from powerup.contracts.size import MOST_NAME
from powerup.documents.closed_days import closed_range
from powerup.documents.schema import Code, Day, Truth
from powerup.texts import text

MOST_RANGES = 50
"""Closed ranges that one contract may have."""

LONGEST_RANGE = timedelta(days=366)
"""The last day of a range lies within a year of its first."""

AT_MOST = validate.Length(max=MOST_RANGES, error="too_many: At most {max} closed ranges are expected.")

_NAME = (
    validate.Length(max=MOST_NAME),
    validate.ContainsNoneOf(";", error="semicolon: A name without ; is expected."),
)


class ClosedRangeForm(Schema):
    """One range: a day or the days from one through another, once or every year."""

    class Meta:
        unknown = RAISE

    first = Day(required=True, data_key="from", metadata={"label": text("First day")})
    until = Day(
        allow_none=True,
        metadata={"label": text("Last day"), "hint": text("Empty: that one day alone.")},
    )
    name = Code(
        required=True,
        validate=_NAME,
        metadata={
            "label": text("Name"),
            "hint": text("Such as Summer closing: answers say it."),
            "maxLength": MOST_NAME,
        },
    )
    every_year = Truth(
        allow_none=True, metadata={"label": text("Every year again, on the same days"), "empty": text("once")}
    )


def entered_ranges(entered: Iterable[Mapping[str, Any]] | None) -> tuple[ClosedDay, ...]:
    """The ranges that were entered; one that is still being filled in is left out: the form tells it."""
    return tuple(
        closed_range(each["first"], each.get("until") or each["first"], each["name"], bool(each.get("every_year")))
        for each in entered or ()
        if "first" in each and "name" in each
    )


def closed_range_problems(closed: Iterable[ClosedDay]) -> Iterator[FieldProblem]:
    """What is wrong with the days of a contract's ranges."""
    for place, each in enumerate(closed):
        pointer = f"/input/closed_ranges/{place}"
        if not each.day <= each.last_day < each.day + LONGEST_RANGE:
            message = text("A last day on or after the first is expected, and within a year of it.")
            yield FieldProblem(f"{pointer}/until", "until_out_of_range", message)
        elif each.every_year and not comes_back(each.day, each.last_day):
            message = text("A time that comes back every year does not begin on 29 February, and is shorter.")
            yield FieldProblem(f"{pointer}/every_year", "not_every_year", message)
