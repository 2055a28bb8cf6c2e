"""What an address of the list asks for, and the address of what is asked for: the two ways belong together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from powerup.contracts.contract import ContractType
from powerup.pages.contracts.words import OF_DONE, Column
from powerup.readings.contract_list import ContractFilter, ContractOrder, ContractSort, ListedStatus

Value = TypeVar("Value", bound=StrEnum)
Members = dict[str, str | int | list[str] | None]

PAUSED = "paused"
"""Stands among the statuses, since people look for it there: those that stand still today."""

MOST_DAYS = 3_660
"""Ahead of today, ten years; further nobody plans."""

USUAL_COLUMNS = (
    Column.CUSTOMER,
    Column.STATUS,
    Column.NEXT_VISIT,
    Column.YEAR,
    Column.LAST_NOTICE_DATE,
    Column.TERMS,
    Column.EMPLOYEE,
    Column.TYPE,
)


class NotUnderstood(ValueError):
    """An address that asks for something that no list has."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list as its address asks for it. after is the cursor of a page, everything that all that match are selected,
    printed that the whole list is wanted on paper."""

    filter: ContractFilter = field(default_factory=ContractFilter)
    order: ContractOrder = field(default_factory=ContractOrder)
    columns: tuple[Column, ...] = USUAL_COLUMNS
    after: str = ""
    everything: bool = False
    printed: bool = False

    @property
    def members(self) -> Members:
        """The query of its address, without its page; what is usual is left out."""
        asked = self.filter
        return {
            "q": asked.search or None,
            "status": ",".join([*asked.statuses, *([PAUSED] if asked.paused else [])]) or None,
            "type": ",".join(asked.types) or None,
            "customer": asked.customer or None,
            "terms": asked.terms or None,
            "template": asked.contract_template or None,
            "employee": asked.employee or None,
            "ends": asked.ends_within,
            "notice": asked.notice_within,
            "failed": "1" if asked.failed else None,
            "held": "1" if asked.held else None,
            "columns": ",".join(self.columns) if self.columns != USUAL_COLUMNS else None,
            "sort": self.sort if self.order != ContractOrder() else None,
        }

    @property
    def sort(self) -> str:
        """The column that it is sorted by, with a minus before it where it goes down."""
        return f"{'-' if self.order.descending else ''}{self.order.by}"

    @property
    def counts_done(self) -> bool:
        """Whether a column is shown for which the visits of the year are counted."""
        return not OF_DONE.isdisjoint(self.columns)

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for less than all contracts."""
        return self.filter != ContractFilter()

    @property
    def shows_more(self) -> bool:
        """Whether it asks for something that stands behind "more filters"."""
        plain = replace(self.filter, search="", statuses=(), types=(), customer="", paused=False)
        return plain != ContractFilter()


def wanted_of(query: MultiDict[str, str]) -> Wanted:
    """What the query of an address asks for; empty members ask for nothing. Raises NotUnderstood."""
    return Wanted(
        ContractFilter(
            search=query.get("q", "").strip()[:200],
            statuses=_several(query, "status", ListedStatus, PAUSED),
            types=_several(query, "type", ContractType),
            customer=query.get("customer", "").strip(),
            terms=query.get("terms", "").strip(),
            contract_template=query.get("template", "").strip(),
            employee=query.get("employee", "").strip(),
            ends_within=_days(query, "ends"),
            notice_within=_days(query, "notice"),
            failed=_is_set(query, "failed"),
            held=_is_set(query, "held"),
            paused=PAUSED in _said(query.getlist("status")),
        ),
        _order(query.get("sort", "")),
        _columns(query),
        query.get("after", ""),
        _is_set(query, "everything"),
        _is_set(query, "print"),
    )


def _columns(query: MultiDict[str, str]) -> tuple[Column, ...]:
    """Always in one order, so that the usual ones are known again however a form sends them."""
    chosen = _several(query, "columns", Column)
    return tuple(column for column in Column if column in chosen) or USUAL_COLUMNS


def _several(
    query: MultiDict[str, str], name: str, kind: Callable[[str], Value], beside: str | None = None
) -> tuple[Value, ...]:
    """Values under one name, with commas or one by one, each once; beside is another word that may stand there."""
    said = [each for each in _said(query.getlist(name)) if each != beside]
    return tuple(dict.fromkeys(_one(name, kind, each) for each in said))


def _said(given: Iterable[str]) -> Iterable[str]:
    return (said.strip() for each in given for said in each.split(",") if said.strip())


def _one(name: str, kind: Callable[[str], Value], said: str) -> Value:
    try:
        return kind(said)
    except ValueError as error:
        raise NotUnderstood(name) from error


def _days(query: MultiDict[str, str], name: str) -> int | None:
    said = query.get(name, "").strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and int(said) <= MOST_DAYS):
        raise NotUnderstood(name)
    return int(said)


def _is_set(query: MultiDict[str, str], name: str) -> bool:
    said = query.get(name, "")
    if said not in ("", "0", "1"):
        raise NotUnderstood(name)
    return said == "1"


def _order(sort: str) -> ContractOrder:
    if not sort:
        return ContractOrder()
    return ContractOrder(_one("sort", ContractSort, sort.removeprefix("-")), sort.startswith("-"))


_SORTS = {sort.value: sort for sort in ContractSort}


def sorted_by(column: Column) -> ContractSort | None:
    """What the head of a column sorts by, None where the list cannot."""
    return _SORTS.get(column.value)


def days_to_choose(chosen: int | None, usual: Sequence[int] = (30, 60, 90, 180, 365)) -> list[int]:
    """Numbers of days that a filter offers, with the one that an address asks for."""
    return sorted({*usual, *(() if chosen is None else (chosen,))})
