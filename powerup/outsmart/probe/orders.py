"""The work orders of a probe: each has a number that was written down before it was posted, and a text that says what
it is; nothing else is ever changed or deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import Decision, NotFound, OutsmartError, RecordRefused
from powerup.outsmart.exchange import Call, records_of
from powerup.outsmart.host_schema import read_records
from powerup.outsmart.outgoing import NewWorkOrder, Unscheduled, work_order_record
from powerup.outsmart.records import Relation
from powerup.outsmart.schemas import PostedWorkOrderSchema
from powerup.texts import Text, text
from powerup.timing import Clock

MARK = (
    "TEST: work order of a probe of the contract power-up, may be deleted. "
    "PROEF: werkbon van een onderzoek van de contractmodule, mag weg."
)
"""By this text and its number, both, an order is known as one of a probe."""

Record = Mapping[str, Any]

_AT_MOST = 20
"""Orders of one number that are deleted; more than a probe can have made."""


@dataclass(frozen=True, slots=True)
class KeptNumber:
    """A number that was written down. posted_at (aware) is there while it is not known what came of its last post."""

    number: str
    posted_at: datetime | None


class Journal(Protocol):
    """Where numbers are written down, each time at once and for good."""

    def kept(self) -> Sequence[KeptNumber]:
        """All that were not forgotten."""

    def write_down(self, number: str) -> None:
        """That an order of this number is posted now."""

    def answered(self, number: str) -> None:
        """That the host answered the post."""

    def forget(self, number: str) -> None:
        """That the host has no order of it any more."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What every test order has: a customer, and a type of work and a payment method that the tenant uses."""

    customer: Relation
    type_of_work: str
    payment_method: str
    deadline: date


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a post: the row ids that the host gave for each number, or why it refused."""

    rows: Mapping[str, tuple[int, ...]]
    refusal: RecordRefused | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """An order of a probe that is, or may be, still at the host, and why."""

    number: str
    why: Text
    row_id: int | None = None


class ProbeOrders:
    """Posts, reads and removes orders of a probe.

    Args:
        name: a word of this probe that no other has; numbers are made of it.
        settled_after: how long after a post that was not answered the host may still make the order.
    """

    def __init__(
        self, host: OutsmartClient, journal: Journal, name: str, clock: Clock, settled_after: timedelta
    ) -> None:
        self.host = host
        self._journal = journal
        self._name = name
        self._clock = clock
        self._settled_after = settled_after
        self._numbered = 0

    def next_number(self) -> str:
        """A number that nobody has used."""
        self._numbered += 1
        return f"PROBE-{self._name}-{self._numbered}"

    def post(self, *records: Record, skip_duplicates: bool = False) -> Reply:
        """Post records in one call, made once. Raises OutsmartError where the host says neither yes nor no."""
        numbers = [str(record["WorkorderNo"]) for record in records]
        for number in numbers:
            self._journal.write_down(number)
        params = {"skip_duplicate_workorder_no": "true"} if skip_duplicates else {}
        call = Call("PostWorkorders", params, records)
        refusal = None
        posted = []
        try:
            posted = read_records(PostedWorkOrderSchema(), records_of(call, self.host.ask(call)))
        except RecordRefused as error:
            refusal = error
        except OutsmartError as error:
            if error.decision is not Decision.LOOK_UP:
                self._answered(numbers)
            raise
        self._answered(numbers)
        rows = {no: tuple(each.row_id for each in posted if each.workorder_no == no) for no in numbers}
        return Reply(rows, refusal)

    def _answered(self, numbers: Sequence[str]) -> None:
        for number in numbers:
            self._journal.answered(number)

    def ask_for(self, **identity: str) -> object:
        """The host's answer about one order as it is; None where it says that there is none. Settles nothing."""
        try:
            return self.host.ask(_reading(**identity))
        except NotFound:
            return None

    def numbered(self, number: str) -> list[Record]:
        """The orders of a probe that the host gives for a number."""
        given = records_of(_reading(workorder_no=number), self.ask_for(workorder_no=number))
        return [record for record in given if _is_of_a_probe(record, number)]

    def order(self, row_id: int, number: str) -> Record | None:
        """One order of a probe as the host has it now."""
        given = records_of(_reading(row_id=str(row_id)), self.ask_for(row_id=str(row_id)))
        return next((each for each in given if _row_of(each) == row_id and _is_of_a_probe(each, number)), None)

    def delete(self, row_id: int, number: str) -> int:
        """Delete an order of a probe, once it was read and is one; the number of rows that the host says it deleted.

        Raises RecordRefused where the host does not allow it, OutsmartError.
        """
        if self.order(row_id, number) is None:
            return 0
        return self.host.delete_work_order(row_id)

    def remove(self, number: str) -> Left | None:
        """Delete whatever the host has of a number, look that it is gone, and forget it. Raises OutsmartError."""
        for _ in range(_AT_MOST):
            rows = [_row_of(record) for record in self.numbered(number)]
            if not rows:
                return self._gone(number)
            for row_id in rows:
                try:
                    affected = self.host.delete_work_order(row_id)
                except RecordRefused as error:
                    return Left(number, text("the host says: {words}", words=error.host_words), row_id)
                if not affected:
                    return Left(number, text("the host says that it deleted nothing"), row_id)
        return Left(number, text("it is still there after it was deleted"))

    def remove_all(self) -> list[Left]:
        """Remove the orders of all numbers that are written down; what could not be removed. Raises OutsmartError."""
        return [left for each in self._journal.kept() if (left := self.remove(each.number))]

    def _gone(self, number: str) -> Left | None:
        posted_at = next((each.posted_at for each in self._journal.kept() if each.number == number), None)
        if posted_at is not None and self._clock() < posted_at + self._settled_after:
            return Left(number, text("its post was not answered, and the host may still make it: look again soon"))
        self._journal.forget(number)
        return None


def record_of(number: str, basis: Basis, changes: Record | None = None) -> Record:
    """A test order as it is posted; changes are in the host's spelling, None leaves a field out."""
    order = NewWorkOrder(
        number,
        basis.type_of_work,
        basis.payment_method,
        basis.customer,
        Unscheduled(basis.deadline),
        description=MARK,
    )
    record = work_order_record(order) | dict(changes or {})
    return {name: value for name, value in record.items() if value is not None}


def _reading(**identity: str) -> Call:
    return Call("GetWorkorder", {**identity, "update_status": "false"})


def _is_of_a_probe(record: Record, number: str) -> bool:
    return str(record.get("WorkorderNo", "")) == number and MARK in str(record.get("WorkDescription", ""))


def _row_of(record: Record) -> int:
    found = str(record.get("id", ""))
    return int(found) if found.isdecimal() else 0
