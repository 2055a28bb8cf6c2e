"""Indexes that prices follow: values by month as they are published, and how one goes on as another (rules: Terms,
Indexation)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class ValueKind(StrEnum):
    """Whether a value may still be corrected by who publishes it."""

    PROVISIONAL = "provisional"
    DEFINITIVE = "definitive"


@dataclass(frozen=True, slots=True)
class IndexValue:
    """The value of one month."""

    value: Decimal
    kind: ValueKind = ValueKind.DEFINITIVE


@dataclass(frozen=True, slots=True)
class IndexLink:
    """An index goes on as another from a month (2025-12) on: a value of the earlier one times the factor is one of it.

    index is the code of the earlier one.
    """

    index: str
    month: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """One index of one reference year. values are by month (2026-10); ended is the month of its last value, where it is
    published no more. links are those of indexes that go on as this one."""

    code: str
    reference_year: int
    values: Mapping[str, IndexValue] = field(default_factory=dict)
    links: tuple[IndexLink, ...] = ()
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """The index that another one goes on as today, with the factor of all links between; ended is the month with which
    it ended, None while it is published."""

    index: PriceIndex
    factor: Decimal
    ended: str | None


def going_on_as(index: PriceIndex, indexes: Iterable[PriceIndex]) -> Linked:
    """Where an index leads by its links: an index that has ended is never computed on (rules: Terms, Indexation)."""
    known, factor, seen = tuple(indexes), Decimal(1), {index.code}
    while (next_one := _follower(index, known)) is not None and next_one[0].code not in seen:
        index, link = next_one
        factor *= link.factor
        seen.add(index.code)
    return Linked(index, factor, index.ended)


def _follower(index: PriceIndex, indexes: Iterable[PriceIndex]) -> tuple[PriceIndex, IndexLink] | None:
    return next(((each, link) for each in indexes for link in each.links if link.index == index.code), None)


def problems(indexes: Iterable[PriceIndex]) -> list[tuple[str, str]]:
    """What is wrong with a list of indexes, as pairs of a path and a reason code."""
    known = tuple(indexes)
    codes = {each.code for each in known}
    found, earlier = [], set()
    for place, index in enumerate(known):
        for position, link in enumerate(index.links):
            path = f"{place}/links/{position}/from"
            if link.index not in codes:
                found.append((path, "unknown_index"))
            elif link.index in earlier or _leads_back(index, link.index, known):
                found.append((path, "goes_on_twice"))
            earlier.add(link.index)
        if index.ended is not None and any(month > index.ended for month in index.values):
            found.append((f"{place}/ended", "values_after_the_end"))
    return found


def _leads_back(index: PriceIndex, code: str, indexes: tuple[PriceIndex, ...]) -> bool:
    """Whether the links of the earlier one lead to the index itself."""
    by_code = {each.code: each for each in indexes}
    found, waiting = set(), [code]
    while waiting:
        found.add(now := waiting.pop())
        waiting += [link.index for link in by_code[now].links if link.index in by_code and link.index not in found]
    return index.code in found
