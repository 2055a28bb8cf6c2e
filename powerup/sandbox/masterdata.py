"""Customers, objects, employees and the other lists of the firm: insert or update by code, whole lists out."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from powerup.sandbox.errors import ApiError
from powerup.sandbox.moments import Calendar, parse_iso_day
from powerup.sandbox.query import Filter
from powerup.sandbox.records import KINDS, Kind, Record, as_text, missing_fields
from powerup.sandbox.state import Store


@dataclass(frozen=True, slots=True)
class MasterData:
    """The firm's master records in the store."""

    store: Store
    calendar: Calendar

    def save(self, kind: Kind, records: Sequence[Mapping[str, Any]], missing_code: int | None = None) -> int:
        """Insert or update records by their key; a record that exists keeps the fields that are not given.

        Args:
            kind: which list.
            records: in the host's own field names.
            missing_code: in place of the kind's own code for a missing field.

        Returns:
            The number of records synced.

        Raises:
            ApiError: a required field is missing or a date is not Y-m-d; nothing is saved then.
        """
        flaws = [flaw for record in records for flaw in _flaws(kind, record)]
        if flaws:
            raise ApiError(missing_code or kind.missing_code, *flaws)
        with self.store.transaction() as db:
            for record in records:
                self._save_one(db, kind, {name: as_text(value) for name, value in record.items()})
        return len(records)

    def _save_one(self, db: sqlite3.Connection, kind: Kind, record: Record) -> None:
        code = record[kind.key]
        found = db.execute(
            "SELECT fields FROM master_record WHERE kind = ? AND code = ?", (kind.endpoint, code)
        ).fetchone()
        fields: Record = json.loads(found["fields"]) if found else dict.fromkeys(kind.optional, "")
        fields.update(record)
        if kind.endpoint == "objects":
            moment = self.calendar.stamp()
            fields.update(obj_created=fields["obj_created"] or moment, obj_modified=moment)
        db.execute(
            "INSERT INTO master_record (kind, code, fields) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, code) DO UPDATE SET fields = excluded.fields",
            (kind.endpoint, code, json.dumps(fields)),
        )

    def all(self, kind: Kind, filters: Iterable[Filter] = ()) -> list[Record]:
        """The records that meet all filters, oldest first."""
        conditions = list(filters)
        for condition in conditions:
            if condition.key == kind.key and condition.operator == "eq":
                return [one for one in self._with_code(kind, condition.value) if _meets(one, conditions)]
        rows = self.store.read("SELECT fields FROM master_record WHERE kind = ? ORDER BY row_id", (kind.endpoint,))
        return [record for record in (json.loads(row["fields"]) for row in rows) if _meets(record, conditions)]

    def _with_code(self, kind: Kind, code: str) -> list[Record]:
        rows = self.store.read("SELECT fields FROM master_record WHERE kind = ? AND code = ?", (kind.endpoint, code))
        return [json.loads(row["fields"]) for row in rows]

    def find(self, kind_name: str, code: str) -> Record | None:
        """The record with this code, None when there is none."""
        return next(iter(self._with_code(KINDS[kind_name], code)), None)

    def delete(self, kind: Kind, key: str, value: str) -> int:
        """Delete the records whose field `key` is `value` (`db_row`: whose row id). Returns how many."""
        if key == "db_row":
            condition, parameters = "row_id = ?", (kind.endpoint, value)
        else:
            condition, parameters = "fields ->> ? = ?", (kind.endpoint, f'$."{key}"', value)  # type: ignore[assignment]
        with self.store.transaction() as db:
            return db.execute(f"DELETE FROM master_record WHERE kind = ? AND {condition}", parameters).rowcount  # noqa: S608 - the condition is one of two above

    def delete_all(self, kind: Kind) -> int:
        """Delete the whole list, which the host allows for everything but work orders. Returns how many."""
        with self.store.transaction() as db:
            return db.execute("DELETE FROM master_record WHERE kind = ?", (kind.endpoint,)).rowcount


def _flaws(kind: Kind, record: Mapping[str, Any]) -> list[str]:
    flaws = missing_fields(record, kind.required)
    for name in kind.date_fields:
        text = as_text(record.get(name))
        if text and parse_iso_day(text) is None:
            flaws.append(f"Date invalid: {name}. Format: 2016-02-20")
    return flaws


def _meets(record: Record, filters: Sequence[Filter]) -> bool:
    return all(condition.holds(record) for condition in filters)
