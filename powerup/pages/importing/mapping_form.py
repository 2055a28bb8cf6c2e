"""The form of a mapping: what each heading of a file stands for, what its values mean, and what every row has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from powerup.contracts.file_mapping import FileMapping
from powerup.files.columns import COLUMN, COLUMNS, REQUIRED, Belongs, column_named

Sent = MultiDict[str, str]

_USUAL_CONSTANTS = ("type", "type_of_work", "payment_method", "plan", "unit", "every")
"""Columns that lists of other systems often lack, the same in every row."""

_PASSED_OVER = ""


@dataclass(frozen=True, slots=True)
class HeadingField:
    """One heading of the file: the columns that it stands for, with `;`, and what its values stand for, each as
    `unit=month; every=3`."""

    place: int
    heading: str
    stands_for: str
    examples: Sequence[str]
    values: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class MappingForm:
    """A mapping as it is looked at and changed. choices are the columns by their English names."""

    name: str
    headings: Sequence[HeadingField]
    constants: Sequence[tuple[str, str]]
    choices: Sequence[str]


def mapping_form(understood: Mapping[str, Any], mapping: FileMapping | None, file_name: str) -> MappingForm:
    """The form of a file that is read with a mapping, or of one whose own columns are read as they are called."""
    found = mapping or FileMapping(file_name.rpartition(".")[0] or file_name)
    headings = [
        HeadingField(
            place,
            each["heading"],
            ";".join(each["columns"]),
            each["examples"],
            [(said, _written(cells)) for said, cells in found.values.get(each["heading"], {}).items()],
        )
        for place, each in enumerate(understood["headings"])
    ]
    given = {column for each in headings for column in each.stands_for.split(";")}
    given |= {column for by_value in found.values.values() for cells in by_value.values() for column in cells}
    wanted = [name for name in _USUAL_CONSTANTS if name not in given]
    missing = [each.name for each in COLUMNS if each.empty is REQUIRED and each.name not in given]
    names = dict.fromkeys((*found.constants, *wanted, *missing))
    constants = [(name, found.constants.get(name, "")) for name in names if column_named(name)]
    together = dict.fromkeys(each.stands_for for each in headings if ";" in each.stands_for)
    choices = [*together, *(each.name for each in COLUMNS if each.belongs is not Belongs.TOLD)]
    return MappingForm(found.name, headings, constants, choices)


def mapping_sent(form: Sent) -> FileMapping:
    """The mapping that was sent, as it was typed."""
    columns: dict[str, str] = {}
    values: dict[str, dict[str, dict[str, str]]] = {}
    for place, heading in enumerate(form.getlist("heading")):
        pairs = zip(form.getlist(f"value-{place}"), form.getlist(f"cells-{place}"), strict=False)
        if by_value := {value: cells for value, written in pairs if (cells := _cells(written))}:
            values[heading] = by_value
        chosen = form.get(f"column-{place}", _PASSED_OVER)
        if chosen or heading not in values:
            columns[heading] = chosen
    constants = {column: said for name, each in form.items() if (said := each.strip()) and (column := _constant(name))}
    return FileMapping(form.get("name", "").strip(), columns, values, constants)


def _constant(field: str) -> str:
    """The column of a field of the constants; empty for another field."""
    name = field.removeprefix("constant-")
    return name if field.startswith("constant-") and name in COLUMN else ""


def _written(cells: Mapping[str, str]) -> str:
    return "; ".join(f"{column}={cell}" for column, cell in cells.items())


def _cells(written: str) -> dict[str, str]:
    """Cells as they are typed: `unit=month; every=3`."""
    pairs = (each.partition("=") for each in written.split(";"))
    return {column.strip(): cell.strip() for column, equals, cell in pairs if equals and column.strip()}
