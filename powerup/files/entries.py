"""Rows put together as contracts: each with the form that a person would have filled in (architecture: Import columns).

Rows with one contract_no are plans of one contract; those whose plan is the same are objects of it. Its first row says
what the contract is; a second row may say otherwise only for its plan, and only in the columns that may differ.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from powerup.files.columns import COLUMN, COLUMNS, REQUIRED, Belongs, Column
from powerup.files.problems import CellProblem, FileProblem
from powerup.files.table import Row, Table
from powerup.texts import text

LONGEST_NUMBER = 30
"""Characters of a contract's number, which is part of every work order's number."""


_COLUMN_OF = {"name": "plan", "anchors": "anchor", "next_visits": "next_visit"}
"""The column of a member of the plan's form, where it is called otherwise."""

_PRICE_COLUMN_OF = {"amount": "price", "per": "price_per"}
_OF_PRICE_COLUMN = {column: member for member, column in _PRICE_COLUMN_OF.items()}
"""The same of the price, and back."""

_OF_THE_FORM = (
    *(Belongs.CONTRACT, Belongs.TEMPLATE, Belongs.OWN_TEMPLATE, Belongs.OWN),
    *(Belongs.PLAN, Belongs.PRICE),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One contract of the file. number is None where the next free one is to be given.

    form is the input of contract.create; state holds, of the columns that are in the file, those that are no part of
    the form (last_day, reason, paused_from …, goes_on_from, earlier_prices). rows[0] is the contract's own;
    plan_rows are in the order of the form's plans, object_rows in that of its objects where each has a row of its own.
    leaves_open: the file lacks columns, which a contract template may fill in.
    """

    number: str | None
    rows: tuple[Row, ...]
    plan_rows: tuple[Row, ...]
    form: dict[str, Any]
    state: dict[str, Any]
    object_rows: tuple[Row, ...] = ()
    leaves_open: bool = False

    def place_of(self, pointer: str) -> tuple[Row, str]:
        """The row and the column's English name that a pointer such as /input/plans/1/every means."""
        match pointer.removeprefix("/input").strip("/").split("/"):
            case ["plans", place, *member]:
                name = member[0] if member else "name"
                return self.plan_rows[int(place)], _COLUMN_OF.get(name, name)
            case ["plans"]:
                return self.rows[0], "plan"
            case ["objects", place] if self.object_rows:
                return self.object_rows[int(place)], "objects"
            case ["price", *member]:
                return self.rows[0], _PRICE_COLUMN_OF.get(name := member[0] if member else "amount", name)
            case ["template", name, *_]:
                return self.rows[0], name
            case [name, *_]:
                return self.rows[0], name
            case _:
                return self.rows[0], ""


def entry_rows(table: Table) -> list[tuple[Row, ...]]:
    """The rows of each contract, in the order of their first rows.

    A row without a number is a contract of its own. In another system's list it goes on with the contract above where
    it names no customer either: many write what is of the whole contract only once.
    """
    by_number: dict[str, list[Row]] = {}
    goes_on = table.has_numbers and table.is_mapped
    above = ""
    for row in table.rows:
        number = row.cell("contract_no")
        if number or not (goes_on and above and not row.cell("customer")):
            above = number or f"\0{row.number}"
        by_number.setdefault(above, []).append(row)
    return [tuple(rows) for rows in by_number.values()]


def read_entry(table: Table, rows: Sequence[Row]) -> tuple[Entry, list[FileProblem]]:
    """The contract of these rows, and its cells that cannot be read."""
    reader = _Reader(table)
    return reader.entry(rows), reader.problems


class _Reader:
    """Reads the cells of one contract and collects what is wrong with them."""

    def __init__(self, table: Table) -> None:
        self._columns = table.columns
        self._headings = table.headings
        self._at_fault = table.at_fault
        self.problems: list[FileProblem] = []

    def entry(self, rows: Sequence[Row]) -> Entry:
        number = rows[0].cell("contract_no") or None
        if number is not None and (len(number) > LONGEST_NUMBER or ":" in number):
            message = text("A number of at most {most} characters without a colon is expected.", most=LONGEST_NUMBER)
            self._problem(rows[0], "contract_no", "invalid_number", message)
        values = [self._values(row) for row in rows]
        plans = [place for place, row in enumerate(rows) if self._names_a_plan(row)]
        object_rows: list[Row] = []
        if _has_a_row_per_object(values):
            plans, object_rows = self._join_objects(rows, values, plans)
        self._compare(rows, values)
        for place in set(range(1, len(rows))) - set(range(len(rows)) if object_rows else plans):
            self._problem(rows[place], "plan", "required", text("This must be filled in."))
        form, state = self._form_and_state(values[0])
        if any(column.belongs is Belongs.PLAN for column in self._columns):
            form["plans"] = [self._plan(values[place], values[0], first=place == 0) for place in plans]
        plan_rows = tuple(rows[place] for place in plans)
        leaves_open = any(column.belongs in _OF_THE_FORM and column not in self._columns for column in COLUMNS)
        return Entry(number, tuple(rows), plan_rows, form, state, tuple(object_rows), leaves_open)

    def _join_objects(
        self, rows: Sequence[Row], values: Sequence[dict[str, Any]], plans: Collection[int]
    ) -> tuple[list[int], list[Row]]:
        """Take rows whose plan is the same for objects of one plan (architecture: Import columns).

        values are changed: the first row gets all objects, and the first row of each plan the days of its objects.
        Gives the places of the plans' first rows, and the row of each object.
        """
        by_plan: dict[str, list[int]] = {}
        for place, row_values in enumerate(values):
            own = {name: each for name, each in row_values.items() if self._is_of_the_plan(name)}
            by_plan.setdefault(repr(sorted(own.items())) if place in plans else "", []).append(place)
        codes_of = {
            key: [code for place in places for code in _codes(values[place])] for key, places in by_plan.items()
        }
        objects = max(codes_of.values(), key=len)
        owner = {code: rows[place] for place in reversed(range(len(rows))) for code in _codes(values[place])}
        for key, places in by_plan.items():
            if codes_of[key] and set(codes_of[key]) != set(objects):
                message = text("All plans of a contract are for the same objects; make this a contract of its own.")
                self._problem(rows[places[0]], "objects", "differs", message)
            for name in ("anchor", "next_visit"):
                _join_days(name, [values[place] for place in places])
        for row_values in values:
            row_values.pop("objects", None)
        values[0]["objects"] = objects
        return [places[0] for key, places in by_plan.items() if key], [owner[code] for code in objects]

    def _is_of_the_plan(self, name: str) -> bool:
        column = COLUMN[name]
        return name not in ("anchor", "next_visit") and (column.belongs is Belongs.PLAN or column.may_differ)

    def _values(self, row: Row) -> dict[str, Any]:
        """The cells of the row that are not empty, read."""
        values: dict[str, Any] = {}
        for column in self._columns:
            cell = row.cell(column.name)
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
            if (rows[0].number, self._headings.get(column.name)) in self._at_fault:
                continue
            for row, own in zip(rows[1:], values[1:], strict=True):
                if column.name in own and own[column.name] != values[0].get(column.name):
                    message = text(
                        "This differs from row {row} of the same contract; leave it empty or equal.",
                        row=str(rows[0].number),
                    )
                    self._problem(row, column.name, "differs", message)

    def _names_a_plan(self, row: Row) -> bool:
        return any(row.cell(column.name) for column in self._columns if column.belongs is Belongs.PLAN)

    def _form_and_state(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        form: dict[str, Any] = {"template": {}}
        state: dict[str, Any] = {}
        for column in self._columns:
            if column.belongs is Belongs.STATE:
                _put(state, column, values)
            elif column.belongs is Belongs.PRICE:
                member = _OF_PRICE_COLUMN.get(column.name, column.name)
                form.setdefault("price", {})[member] = values.get(column.name, column.empty)
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


def _has_a_row_per_object(values: Sequence[Mapping[str, Any]]) -> bool:
    """Whether second rows name other objects than the first: else they are plans alone."""
    return any(_codes(own) and _codes(own) != _codes(values[0]) for own in values[1:])


def _codes(values: Mapping[str, Any]) -> list[str]:
    return values.get("objects") or []


def _join_days(name: str, rows: Sequence[dict[str, Any]]) -> None:
    """The days that rows of single objects have, as those of their plan: the first is the usual one, others are named
    by their objects. name is anchor or next_visit; rows[0] gets them."""
    member, per_object = name, f"{name}s"
    usual = next((row[name][member] for row in rows if row.get(name, {}).get(member)), None)
    days: dict[str, str] = {}
    for row in rows:
        own = row.pop(name, {})
        days |= own.get(per_object, {})
        if own.get(member) not in (None, usual):
            days |= dict.fromkeys(_codes(row), own[member])
    if usual or days:
        rows[0][name] = {member: usual, per_object: days}


def _put(values: dict[str, Any], column: Column, read: Mapping[str, Any]) -> None:
    """The column's value, or what its empty cell stands for; nothing where it may not be empty."""
    if column.name in read:
        values[column.name] = read[column.name]
    elif column.empty is not REQUIRED:
        values[column.name] = column.empty
