"""Rows put together as contracts: each with the form that a person would have filled in (architecture: Import columns).

Rows with one contract_no are plans of one contract. Its first row says what the contract is; a second row may say
otherwise only for its plan, and only in the columns that may differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from powerup.files.columns import REQUIRED, Belongs, Column
from powerup.files.problems import CellProblem, FileProblem
from powerup.files.table import Row, Table
from powerup.texts import text

LONGEST_NUMBER = 30
"""Characters of a contract's number, which is part of every work order's number."""


_COLUMN_OF = {"name": "plan", "anchors": "anchor", "next_visits": "next_visit"}
"""The column of a member of the plan's form, where it is called otherwise."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One contract of the file. number is None where the next free one is to be given.

    form is the input of contract.create; state holds, of the columns that are in the file, those that are no part of
    the form (last_day, reason, paused_from, paused_until, goes_on_from). rows[0] is the contract's own; plan_rows are
    in the order of the form's plans.
    """

    number: str | None
    rows: tuple[Row, ...]
    plan_rows: tuple[Row, ...]
    form: dict[str, Any]
    state: dict[str, Any]

    def place_of(self, pointer: str) -> tuple[Row, str]:
        """The row and the column's English name that a pointer such as /input/plans/1/every means."""
        match pointer.removeprefix("/input").strip("/").split("/"):
            case ["plans", place, *member]:
                name = member[0] if member else "name"
                return self.plan_rows[int(place)], _COLUMN_OF.get(name, name)
            case ["plans"]:
                return self.rows[0], "plan"
            case ["template", name, *_]:
                return self.rows[0], name
            case [name, *_]:
                return self.rows[0], name
            case _:
                return self.rows[0], ""


def read_entries(table: Table) -> tuple[list[Entry], list[FileProblem]]:
    """The contracts of the file in the order of their first rows, and the cells that cannot be read."""
    by_number: dict[str, list[Row]] = {}
    for row in table.rows:
        by_number.setdefault(row.cells["contract_no"] or f"\0{row.number}", []).append(row)
    reader = _Reader(table)
    entries = [reader.entry(rows) for rows in by_number.values()]
    return entries, reader.problems


class _Reader:
    """Reads the cells of one file and collects what is wrong with them."""

    def __init__(self, table: Table) -> None:
        self._columns = table.columns
        self._headings = table.headings
        self.problems: list[FileProblem] = []

    def entry(self, rows: Sequence[Row]) -> Entry:
        number = rows[0].cells["contract_no"] or None
        if number is not None and (len(number) > LONGEST_NUMBER or ":" in number):
            message = text("A number of at most {most} characters without a colon is expected.", most=LONGEST_NUMBER)
            self._problem(rows[0], "contract_no", "invalid_number", message)
        values = [self._values(row) for row in rows]
        self._compare(rows, values)
        plans = [place for place, row in enumerate(rows) if self._names_a_plan(row)]
        for place in set(range(1, len(rows))) - set(plans):
            self._problem(rows[place], "plan", "required", text("This must be filled in."))
        form, state = self._form_and_state(values[0])
        if any(column.belongs is Belongs.PLAN for column in self._columns):
            form["plans"] = [self._plan(values[place], values[0], first=place == 0) for place in plans]
        return Entry(number, tuple(rows), tuple(rows[place] for place in plans), form, state)

    def _values(self, row: Row) -> dict[str, Any]:
        """The cells of the row that are not empty, read."""
        values: dict[str, Any] = {}
        for column in self._columns:
            cell = row.cells[column.name]
            if not cell.strip():
                continue
            try:
                values[column.name] = column.read(cell)
            except CellProblem as problem:
                self._problem(row, column.name, problem.code, problem.message)
        return values

    def _compare(self, rows: Sequence[Row], values: Sequence[Mapping[str, Any]]) -> None:
        """What is of the contract is equal or empty in its second rows."""
        for column in self._columns:
            if column.may_differ or column.belongs in (Belongs.PLAN, Belongs.NUMBER):
                continue
            for row, own in zip(rows[1:], values[1:], strict=True):
                if column.name in own and own[column.name] != values[0].get(column.name):
                    message = text(
                        "This differs from row {row} of the same contract; leave it empty or equal.",
                        row=str(rows[0].number),
                    )
                    self._problem(row, column.name, "differs", message)

    def _names_a_plan(self, row: Row) -> bool:
        return any(row.cells[column.name] for column in self._columns if column.belongs is Belongs.PLAN)

    def _form_and_state(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        form: dict[str, Any] = {"template": {}}
        state: dict[str, Any] = {}
        for column in self._columns:
            if column.belongs is Belongs.STATE:
                _put(state, column, values)
            elif column.belongs in (Belongs.TEMPLATE, Belongs.OWN_TEMPLATE):
                _put(form["template"], column, values)
            elif column.belongs in (Belongs.CONTRACT, Belongs.OWN):
                _put(form, column, values)
        return form, state

    def _plan(self, values: Mapping[str, Any], contract: Mapping[str, Any], *, first: bool) -> dict[str, Any]:
        plan: dict[str, Any] = {}
        for column in self._columns:
            if column.belongs is Belongs.PLAN:
                _put(plan, column, values)
            elif column.may_differ:
                own = values.get(column.name)
                plan[column.name] = None if first or own == contract.get(column.name) else own
        if not first and plan.get("days_in_advance_unit") is not None:
            # A number and its unit belong together: another unit makes an equal number the plan's own.
            plan["days_in_advance"] = values.get("days_in_advance")
        plan["name"] = plan.pop("plan", None)
        if plan["name"] is None:
            del plan["name"]
        for name in ("anchor", "next_visit"):
            plan.update(plan.pop(name, {}))
        return plan

    def _problem(self, row: Row, name: str, code: str, message: Any) -> None:
        self.problems.append(FileProblem(row.number, self._headings.get(name, name), code, message))


def _put(values: dict[str, Any], column: Column, read: Mapping[str, Any]) -> None:
    """The column's value, or what its empty cell stands for; nothing where it may not be empty."""
    if column.name in read:
        values[column.name] = read[column.name]
    elif column.empty is not REQUIRED:
        values[column.name] = column.empty
