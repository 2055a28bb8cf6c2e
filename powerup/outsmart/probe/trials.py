"""What can be found out of a host with orders of a probe, all of which the API can remove again."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo

from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import NotFound, NothingChanged, RecordRefused
from powerup.outsmart.exchange import Call
from powerup.outsmart.formats import read_datetime, written_date, written_time
from powerup.outsmart.outgoing import LONGEST_WORKORDER_NO
from powerup.outsmart.probe.assumptions import UNKNOWN_OF, Seen
from powerup.outsmart.probe.looking import Found, as_it_is, formats_of, has_order, in_host_words, single_reply
from powerup.outsmart.probe.orders import MARK, Basis, ProbeOrders, Record, Reply, record_of
from powerup.texts import text
from powerup.timing import Clock

MOST_READS = 6
"""How often a list is read until a new order is in it; before each but the first a second longer is waited."""

_LONG = "x" * (LONGEST_WORKORDER_NO + 1)
_MOVED_TO = time(9, 30)
_SAME_TIME = timedelta(minutes=10)
_DAY = timedelta(days=1)

REQUIRED = frozenset(
    {"TypeOfWork", "PaymentMethod"}
    | {
        f"Customer{name}{suffix}"
        for name in ("Name", "DebtorNr", "Street", "ZIP", "City", "ContactPerson")
        for suffix in ("", "Invoice")
    }
)
"""The fields that are documented as required beside the number (host page 4.7)."""

_UNKNOWN = "PROBE-0"
_NAMING: dict[str, dict[str, object]] = {
    "employees": {"EmployeeNr": _UNKNOWN, "Employees": [_UNKNOWN]},
    "worktypes": {"TypeOfWork": _UNKNOWN},
    "paymentmethods": {"PaymentMethod": _UNKNOWN},
    "objects": {"WorkObjects": [_UNKNOWN]},
    "projects": {"ProjectNr": _UNKNOWN},
    "priorities": {"PriorityCode": _UNKNOWN},
    "workstatusses": {"WorkStatus": _UNKNOWN},
    "addresses": {"AdrCode": _UNKNOWN},
    "contactpersons": {"CpnCode": _UNKNOWN},
}


class Trials:
    """Makes orders of a probe one after the other, looks what the host does with each, and removes it.

    What is seen is noted in `found` as it is seen. Methods raise OutsmartError where the host does not say what it did;
    what is left then is removed by `ProbeOrders.remove_all`, now or in another run.
    """

    def __init__(
        self,
        orders: ProbeOrders,
        basis: Basis,
        found: Found,
        clock: Clock,
        zone: tzinfo,
        wait: Callable[[float], None],
    ) -> None:
        self._host: OutsmartClient = orders.host
        self._orders = orders
        self._basis = basis
        self._found = found
        self._clock = clock
        self._zone = zone
        self._wait = wait

    def run(self) -> None:
        """All of them, once the first order could be deleted again; a host that does not allow it gets no others."""
        if not self._first_order():
            return
        self._second_posts()
        self._required_fields()
        self._refused_or_kept("bad_dates", {"WorkDate": "2030-01-31"}, lambda _: Seen("accept"))
        self._refused_or_kept("too_long", {"Comment": _LONG}, self._how_long)
        self._refused_or_kept("free_fields_kept", {"FreeFields": {"val_value_1": _UNKNOWN}}, self._free_field)
        self._unknown_codes()
        self._batch()

    def _post(self, number: str, changes: Record | None = None, *, skip_duplicates: bool = False) -> Reply:
        return self._orders.post(record_of(number, self._basis, changes), skip_duplicates=skip_duplicates)

    def _required_fields(self) -> None:
        number = self._orders.next_number()
        reply = self._orders.post({"WorkorderNo": number, "WorkDescription": MARK})
        if reply.refusal is None:
            self._found["required_fields"] = Seen("none")
        else:
            named = sorted({message.rpartition(":")[2].strip() for message in reply.refusal.messages})
            value = "documented" if set(named) == REQUIRED else ", ".join(named)
            self._found["required_fields"] = Seen(value, in_host_words(reply.refusal))
        self._orders.remove(number)

    def _first_order(self) -> bool:
        """Posted, read, moved, deleted. Whether it is gone."""
        number = self._orders.next_number()
        row_id = self._row_of(number)
        record = self._orders.order(row_id, number) if row_id else None
        if row_id is None or record is None:
            self._found.setdefault("first_status", Seen(None, text("The order is not there after it was posted.")))
            return self._orders.remove(number) is None
        self._as_posted(record)
        self._in_lists(row_id, str(record.get("status")))
        self._found["single_reply"] = single_reply(self._host, str(row_id))
        self._moved(number, row_id)
        return self._deleted(number, row_id)

    def _row_of(self, number: str) -> int | None:
        """Post the first order of a number; its row id as the answer has it, None where it was refused."""
        reply = self._post(number)
        if reply.refusal:
            self._found["first_status"] = Seen(None, in_host_words(reply.refusal))
        return next(iter(reply.rows[number]), None)

    def _as_posted(self, record: Record) -> None:
        self._found["first_status"] = Seen(str(record.get("status") or "") or None)
        order_no = str(record.get("OrderNr") or "")
        self._found["order_no_given_at"] = Seen("posting" if order_no else "pick_up", as_it_is(order_no or "–"))
        self._found |= formats_of(record)
        created = str(record.get("CreationDate") or "")
        try:
            moment = read_datetime(created)
        except ValueError:
            moment = None
        if moment is not None:
            self._found["creation_date_zone"] = self._clock_of(moment, created)

    def _clock_of(self, written: datetime, created: str) -> Seen:
        """By the time of day: the day of a stand-in may be another one."""
        now = self._clock()
        in_utc = _is_about(written, now.astimezone(UTC).replace(tzinfo=None))
        of_tenant = _is_about(written, now.astimezone(self._zone).replace(tzinfo=None))
        if in_utc == of_tenant:
            return Seen(None, as_it_is(created))
        return Seen("utc" if in_utc else "tenant", as_it_is(created))

    def _in_lists(self, row_id: int, status: str) -> None:
        """How many calls it takes until a list has the order, and whether the list can be filtered by its id."""
        call = Call("GetWorkorders", {"status": status, "update_status": "false"})
        for reads in range(MOST_READS):
            if reads:
                self._wait(float(reads))
            if has_order(self._host, call, row_id):
                self._found["list_lag_calls"] = Seen(reads + 1 if reads else 0)
                other = Call("GetWorkorders", {**call.params, "key": "Id", "value": "0"})
                self._found["orders_by_id"] = Seen(not has_order(self._host, other, row_id))
                return
        said = text("It was looked for and came into no list.")
        self._found["list_lag_calls"] = Seen(None, said)

    def _second_posts(self) -> None:
        """A number that is taken, and one whose orders were all deleted."""
        number = self._orders.next_number()
        row_id = self._row_of(number)
        if row_id is not None:
            self._again(number, row_id)
        if self._orders.remove(number) is None and row_id is not None:
            self._posted_after_its_end(number, row_id)

    def _again(self, number: str, row_id: int) -> None:
        """A second post of the number: without the flag, and with it."""
        name = "duplicate_workorder_no"
        self._found[name] = self._second_post(number, row_id, "again", skip_duplicates=False)
        if self._found[name].value in (None, "skip"):
            self._found["skip_flag_honoured"] = Seen(None, text("Nothing is made without it either."))
            return
        seen = self._second_post(number, row_id, "with the flag", skip_duplicates=True)
        if seen.value is not None:
            self._found["skip_flag_honoured"] = Seen(seen.value == "skip", seen.said)

    def _second_post(self, number: str, row_id: int, comment: str, *, skip_duplicates: bool) -> Seen:
        reply = self._post(number, {"Comment": comment}, skip_duplicates=skip_duplicates)
        if reply.refusal:
            return Seen("reject", in_host_words(reply.refusal))
        rows = reply.rows[number]
        if any(each != row_id for each in rows):
            return Seen("create", text("row {row}", row=str(rows[0])))
        record = self._orders.order(row_id, number)
        if record is not None and record.get("Comment") == comment:
            return Seen("overwrite", text("row {row}", row=str(row_id)))
        self._found["skipped_in_reply"] = Seen("existing" if rows else "omitted")
        return Seen("skip")

    def _moved(self, number: str, row_id: int) -> None:
        day = self._basis.deadline - _DAY
        try:
            self._host.update_work_order(row_id, work_date=day, work_time=_MOVED_TO)
        except (RecordRefused, NotFound, NothingChanged) as error:
            self._found["order_moved"] = Seen(value=False, said=in_host_words(error))
            return
        record = self._orders.order(row_id, number) or {}
        planned = str(record.get("WorkDate", "")), str(record.get("WorkTime", ""))
        moved = planned[0] == written_date(day) and planned[1].startswith(written_time(_MOVED_TO))
        self._found["order_moved"] = Seen(moved, as_it_is(" ".join(planned)))

    def _deleted(self, number: str, row_id: int) -> bool:
        """Delete the order; whether it is gone."""
        record = self._orders.order(row_id, number) or {}
        name = f"deletable_statuses.{record.get('status')}"
        try:
            self._orders.delete(row_id, number)
        except RecordRefused as error:
            self._found[name] = Seen(value=False, said=in_host_words(error))
            return False
        gone = self._orders.order(row_id, number) is None
        self._found[name] = Seen(gone)
        if gone:
            self._delete_nothing(row_id)
        return self._orders.remove(number) is None

    def _delete_nothing(self, row_id: int) -> None:
        try:
            affected = self._host.delete_work_order(row_id)
        except RecordRefused as error:
            self._found["delete_of_nothing"] = Seen(str(error.code), in_host_words(error))
            return
        self._found["delete_of_nothing"] = Seen("zero" if not affected else None)

    def _posted_after_its_end(self, number: str, row_id: int) -> None:
        """Whether a number of deleted orders is taken: seen where a number that is taken shows."""
        makes_another = self._found["duplicate_workorder_no"].value == "create"
        if makes_another and self._found["skip_flag_honoured"].value is not True:
            self._found["numbers_remembered"] = Seen(None, text("A number that is taken makes no difference."))
            return
        reply = self._post(number, skip_duplicates=makes_another)
        rows = reply.rows[number]
        said = in_host_words(reply.refusal) if reply.refusal else None
        self._found["numbers_remembered"] = Seen(not any(each != row_id for each in rows), said)
        self._orders.remove(number)

    def _refused_or_kept(self, name: str, changes: dict[str, object], kept: Callable[[Record], Seen]) -> None:
        number = self._orders.next_number()
        reply = self._post(number, changes)
        if reply.refusal:
            self._found[name] = Seen("refuse" if name != "free_fields_kept" else None, in_host_words(reply.refusal))
        elif record := next(iter(self._orders.numbered(number)), None):
            self._found[name] = kept(record)
        self._orders.remove(number)

    def _how_long(self, record: Record) -> Seen:
        length = len(str(record.get("Comment", "")))
        value = "keep" if length == len(_LONG) else "cut"
        return Seen(value, text("length {kept} of {all}", kept=length, all=len(_LONG)))

    def _free_field(self, record: Record) -> Seen:
        kept = record.get("FreeFields")
        return Seen(isinstance(kept, dict) and str(kept.get("val_value_1")) == _UNKNOWN)

    def _unknown_codes(self) -> None:
        """All at once; where that is refused, each alone."""
        every = {field: value for naming in _NAMING.values() for field, value in naming.items()}
        if self._refusal_of(every) is None:
            self._found |= {f"refuse_unknown.{kind}": Seen(value=False) for kind in UNKNOWN_OF}
            return
        for kind in UNKNOWN_OF:
            refusal = self._refusal_of(_NAMING[kind])
            said = in_host_words(refusal) if refusal else None
            self._found[f"refuse_unknown.{kind}"] = Seen(refusal is not None, said)

    def _refusal_of(self, changes: dict[str, object]) -> RecordRefused | None:
        number = self._orders.next_number()
        reply = self._post(number, changes)
        self._orders.remove(number)
        return reply.refusal

    def _batch(self) -> None:
        good, bad = self._orders.next_number(), self._orders.next_number()
        reply = self._orders.post(record_of(good, self._basis), record_of(bad, self._basis, {"TypeOfWork": None}))
        if reply.refusal is None:
            self._found["batch_refused_whole"] = Seen(
                None, text("The record without a required field was not refused.")
            )
        else:
            self._found["batch_refused_whole"] = Seen(not self._orders.numbered(good), in_host_words(reply.refusal))
        for number in (good, bad):
            self._orders.remove(number)


def _is_about(written: datetime, shown: datetime) -> bool:
    apart = (written - shown) % _DAY
    return min(apart, _DAY - apart) <= _SAME_TIME
