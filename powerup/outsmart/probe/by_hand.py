"""What can be found out of a host only while a person is there, who does with orders of a probe what the API cannot:
fetch and complete them, archive them, and remove what the API may not delete any more."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from powerup.outsmart.errors import RecordRefused
from powerup.outsmart.exchange import Call
from powerup.outsmart.probe.assumptions import Seen
from powerup.outsmart.probe.looking import Found, has_order, in_host_words
from powerup.outsmart.probe.orders import Basis, ProbeOrders, Record, record_of
from powerup.outsmart.probe.trials import MOST_READS
from powerup.texts import text


class Errand(StrEnum):
    """What a person is asked to do with an order."""

    FETCH = "fetch"
    COMPLETE = "complete"
    ARCHIVE = "archive"
    REMOVE = "remove"


class Hands(Protocol):
    """A person at the host's screen or a device."""

    def do(self, errand: Errand, number: str, row_id: int) -> bool:
        """Do it with the order of that number; False where it cannot be done. Looked at is what the host has then."""


class ByHand:
    """Trials with a person. What is seen is noted in `found`; methods raise OutsmartError."""

    def __init__(self, orders: ProbeOrders, basis: Basis, found: Found, hands: Hands) -> None:
        self._orders = orders
        self._basis = basis
        self._found = found
        self._hands = hands

    def run(self) -> None:
        """An order that is fetched, one that is completed, one that is settled by reading, and one in the archive."""
        self._try(lambda number, row_id: self._ended(Errand.FETCH, "Opgehaald", number, row_id))
        self._try(lambda number, row_id: self._ended(Errand.COMPLETE, "Compleet", number, row_id))
        self._try(self._settled)
        self._try(self._archived)

    def remove_left(self) -> None:
        """Have a person remove what the API may not."""
        for left in self._orders.remove_all():
            if left.row_id is not None:
                self._hands.do(Errand.REMOVE, left.number, left.row_id)

    def _try(self, trial: Callable[[str, int], None]) -> None:
        number = self._orders.next_number()
        row_id = next(iter(self._orders.post(record_of(number, self._basis)).rows[number]), None)
        if row_id is not None:
            trial(number, row_id)
        left = self._orders.remove(number)
        if left is not None and left.row_id is not None:
            self._hands.do(Errand.REMOVE, number, left.row_id)
            self._orders.remove(number)

    def _ended(self, errand: Errand, status: str, number: str, row_id: int) -> None:
        name = f"deletable_statuses.{status}"
        if self._hands.do(errand, number, row_id) and self._status(number, row_id) == status:
            self._delete(status, number, row_id)
        else:
            self._found.setdefault(name, Seen(None, text("No order came to be {status}.", status=status)))

    def _settled(self, number: str, row_id: int) -> None:
        """First as it was posted; where that settles nothing, once it is completed."""
        self._read_settling(row_id)
        value = "fetched"
        if self._status(number, row_id) != "Afgehandeld":
            if not (self._hands.do(Errand.COMPLETE, number, row_id) and self._status(number, row_id) == "Compleet"):
                said = text("No order came to be {status}.", status="Compleet")
                self._found["update_status_scope"] = Seen(None, said)
                return
            self._read_settling(row_id)
            value = "compleet" if self._status(number, row_id) == "Afgehandeld" else "none"
        self._found["update_status_scope"] = Seen(value)
        if value != "none":
            self._delete("Afgehandeld", number, row_id)

    def _read_settling(self, row_id: int) -> None:
        """Read the order of a probe, alone, as every other reading never does (host page 4.7, the trap)."""
        self._orders.host.ask(Call("GetWorkorder", {"row_id": str(row_id), "update_status": "true"}))

    def _archived(self, number: str, row_id: int) -> None:
        done = self._hands.do(Errand.ARCHIVE, number, row_id)
        record: Record = self._orders.order(row_id, number) or {}
        if not done or str(record.get("Archived")) != "1":
            self._found.setdefault("archived_included", Seen(None, text("No order came into the archive.")))
            return
        call = Call("GetWorkorders", {"status": str(record.get("status")), "update_status": "false"})
        seen = self._found.get("list_lag_calls")
        reads = 1 if seen and seen.value == 0 else MOST_READS
        self._found["archived_included"] = Seen(any(has_order(self._orders.host, call, row_id) for _ in range(reads)))

    def _status(self, number: str, row_id: int) -> str:
        return str((self._orders.order(row_id, number) or {}).get("status"))

    def _delete(self, status: str, number: str, row_id: int) -> None:
        name = f"deletable_statuses.{status}"
        try:
            self._orders.delete(row_id, number)
        except RecordRefused as error:
            self._found[name] = Seen(value=False, said=in_host_words(error))
        else:
            self._found[name] = Seen(self._orders.order(row_id, number) is None)
