"""What can be found out of a host by reading alone; nothing is changed by it."""

import re
from collections.abc import Callable, Mapping
from contextlib import closing
from itertools import islice

from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import Decision, HostUnreachable, OutsmartError, RecordRefused
from powerup.outsmart.exchange import Call
from powerup.outsmart.probe.assumptions import Seen, Value
from powerup.outsmart.probe.orders import ProbeOrders, Record
from powerup.texts import Text, text

MOST_LOOKED_AT = 500
"""Work orders of a list that are looked at; it may have very many."""

_UNTOLD = {"update_status": "false"}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOST_DAY = re.compile(r"\d{1,2}-\d{1,2}-\d{4}")

Found = dict[str, Seen]
"""What was seen, by the names of assumptions; filled as it goes, so that what is known stays when a host breaks off."""


class Looking:
    """Reads what a host has and how it answers, and notes it in `found`. Raises OutsmartError of a host that does not
    let it go on: out of reach, or tokens refused."""

    def __init__(self, orders: ProbeOrders, found: Found) -> None:
        self._host = orders.host
        self._orders = orders
        self._found = found

    def look(self) -> None:
        """Every question that needs no order of a probe."""
        absent = self._orders.next_number()
        self._note("missing_workorder", lambda: self._missing(absent))
        self._note("empty_list", lambda: self._empty(absent))
        self._note("projects_filtered", lambda: self._filters("projects", "code", absent))
        self._note("undocumented_filters", lambda: self._filters("employees", "number", absent))
        self._note("status_missing", self._without_status)
        self._of_present_orders()

    def _note(self, name: str, ask: Callable[[], Seen]) -> None:
        try:
            self._found[name] = ask()
        except OutsmartError as error:
            if error.decision is Decision.STOP or isinstance(error, HostUnreachable):
                raise
            self._found[name] = Seen(None, error.sentence)

    def _missing(self, absent: str) -> Seen:
        call = Call("GetWorkorder", {"workorder_no": absent, **_UNTOLD})
        try:
            answer = self._host.ask(call)
        except OutsmartError as error:
            if error.code is None:
                raise
            return Seen(str(error.code), in_host_words(error))
        return Seen("null" if not answer else None)

    def _empty(self, absent: str) -> Seen:
        answer = self._host.ask(Call("object", {"key": "obj_code", "value": absent}))
        if answer is None:
            return Seen("null")
        return Seen("list" if answer == [] else None)

    def _filters(self, endpoint: str, key: str, absent: str) -> Seen:
        """Whether a list has nothing in it once it is filtered by a code that is not there."""
        if self._has_any(Call(endpoint, {"key": key, "value": absent, "operator": "eq"})):
            return Seen(value=False)
        if self._has_any(Call(endpoint)):
            return Seen(value=True)
        return Seen(None, text("The list is empty."))

    def _has_any(self, call: Call) -> bool:
        with closing(self._host.records(call)) as records:
            return next(iter(records), None) is not None

    def _without_status(self) -> Seen:
        try:
            self._has_any(Call("GetWorkorders", {"key": "Id", "value": "0", **_UNTOLD}))
        except RecordRefused as error:
            return Seen("refuse", in_host_words(error))
        return Seen("all")

    def _of_present_orders(self) -> None:
        """What records that are there show; what they do not show is not seen."""
        call = Call("GetWorkorders", {"status": "Klaargezet", **_UNTOLD})
        try:
            with closing(self._host.records(call)) as records:
                looked_at = [each for each in islice(records, MOST_LOOKED_AT) if isinstance(each, Mapping)]
        except OutsmartError as error:
            if error.decision is Decision.STOP or isinstance(error, HostUnreachable):
                raise
            return
        if any(str(each.get("Archived")) == "1" for each in looked_at):
            self._found["archived_included"] = Seen(value=True)
        for each in looked_at:
            for name, seen in formats_of(each).items():
                self._found.setdefault(name, seen)
        if looked_at and str(looked_at[0].get("id", "")).isdecimal():
            self._note("single_reply", lambda: single_reply(self._host, str(looked_at[0]["id"])))


def has_order(host: OutsmartClient, call: Call, row_id: int) -> bool:
    """Whether a list has an order; it is read no further than that."""
    with closing(host.records(call)) as records:
        return any(isinstance(each, dict) and str(each.get("id")) == str(row_id) for each in records)


def single_reply(host: OutsmartClient, row_id: str) -> Seen:
    """How the host answers when it is asked for one order."""
    answer = host.ask(Call("GetWorkorder", {"row_id": row_id, **_UNTOLD}))
    return Seen("list" if isinstance(answer, list) else "object" if isinstance(answer, Mapping) else None)


def formats_of(record: Record) -> Found:
    """How the host writes the dates of an order, as far as it has them."""
    found: Found = {}
    created, deadline = str(record.get("CreationDate") or ""), str(record.get("WorkDeadline") or "")
    if created:
        found["creation_date_seconds"] = Seen(created.count(":") == len("HM"), as_it_is(created))
    if echo := _echo_of(deadline):
        found["deadline_echo"] = Seen(echo, as_it_is(deadline))
    return found


def _echo_of(deadline: str) -> Value | None:
    if _HOST_DAY.fullmatch(deadline):
        return "as_posted"
    if _ISO_DAY.fullmatch(deadline):
        return "Y-m-d"
    return "Y-m-d H:i:s" if _ISO_DAY.match(deadline) and deadline.count(":") == len("HM") else None


def as_it_is(words: str) -> Text:
    """What the host wrote."""
    return text("{words}", words=words)


def in_host_words(error: OutsmartError) -> Text:
    """The host's code with its own words."""
    return text("code {code}: {words}", code=str(error.code), words=error.host_words)
