"""A probe of the stand-in host, whatever its switches say (host page 7)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import combinations, count, product
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest
import requests

from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.probe.assumptions import ASSUMPTIONS, UNASKED, Seen, Value, switches_of
from powerup.outsmart.probe.by_hand import ByHand, Errand
from powerup.outsmart.probe.looking import Found, Looking
from powerup.outsmart.probe.orders import Basis, KeptNumber, ProbeOrders, record_of
from powerup.outsmart.probe.trials import Trials
from powerup.sandbox import board
from powerup.sandbox.accounts import PURPOSE
from powerup.sandbox.api import Incoming, envelope_of
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.host import Host, open_host
from powerup.sandbox.posting import Post, post_work_orders
from powerup.sandbox.query import Query
from powerup.sandbox.switches import Switches
from tests.sandbox.calling import order

NOW = datetime(2027, 7, 1, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
ADDRESS = "http://host.invalid/openapi/8"
LATER = timedelta(seconds=35)
STATUSES = ("Klaargezet", "Opgehaald", "Compleet", "Afgehandeld")


WRITES = ("PostWorkorders", "UpdateWorkorder", "DeleteEntity")


_PROBES = count(1)


class Killed(BaseException):
    """The process is gone in the middle of a call."""


@dataclass
class Response:
    """As much of an answer as the client reads."""

    status_code: int
    raw: Any

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""


class Body(BytesIO):
    """A body as urllib3 gives it."""

    def read1(self, amt: int | None = -1, decode_content: bool = True) -> bytes:  # noqa: ARG002 - urllib3's
        return super().read(amt)


@dataclass
class InProcess(requests.Session):
    """Calls the stand-in without a network. From the call `killed_at` on (counted from 1) the caller is gone: before
    the call arrives, or where `after_it` after that first one was carried out."""

    host: Host
    calls: list[str] = field(default_factory=list)
    killed_at: int = 0
    after_it: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def request(self, method: str, url: str, **given: Any) -> Any:  # type: ignore[override]
        self.calls.append(f"{method} {url}")
        gone = bool(self.killed_at) and len(self.calls) >= self.killed_at
        if gone and not (self.after_it and len(self.calls) == self.killed_at):
            raise Killed
        token, software_token = given["auth"].secrets()
        query = Query((*given["params"].items(), ("token", token), ("software_token", software_token)))
        endpoint, body = url.removeprefix(ADDRESS).strip("/"), json.dumps(given["json"]).encode()
        answer = envelope_of(self.host, Incoming(method, endpoint, query, body), self.host.calls.next_number(), {})
        if gone:
            raise Killed
        return Response(200, Body(answer.body.encode()))


@dataclass
class InMemory:
    """A journal that outlives what writes in it."""

    now: datetime = NOW
    numbers: dict[str, datetime | None] = field(default_factory=dict)

    def kept(self) -> Sequence[KeptNumber]:
        return [KeptNumber(number, posted_at) for number, posted_at in self.numbers.items()]

    def write_down(self, number: str) -> None:
        self.numbers[number] = self.now

    def answered(self, number: str) -> None:
        self.numbers[number] = None

    def forget(self, number: str) -> None:
        del self.numbers[number]


@dataclass
class AtTheBoard:
    """A person at the stand-in host."""

    host: Host

    def do(self, errand: Errand, number: str, row_id: int) -> bool:
        assert self.host.orders.find(row_id).workorder_no == number
        try:
            match errand:
                case Errand.FETCH:
                    board.pick_up(self.host, row_id)
                case Errand.COMPLETE:
                    board.complete(self.host, row_id)
                case Errand.ARCHIVE:
                    board.archive(self.host, row_id)
                case Errand.REMOVE:
                    board.delete(self.host, row_id)
        except SandboxError:
            return self.host.orders.find(row_id).status == "Opgehaald"
        return True


@dataclass
class Place:
    """The stand-in with the example firm, whose own work orders nobody may touch, and a journal."""

    host: Host
    journal: InMemory = field(default_factory=InMemory)

    def orders(self, name: str, session: InProcess | None = None) -> ProbeOrders:
        name = f"{name}{next(_PROBES)}"  # the stand-in remembers the numbers of other tests
        tokens = self.host.credentials.issued_for(PURPOSE)
        client = OutsmartClient(
            ADDRESS, tokens.token, tokens.software_token, session=session or InProcess(self.host), read_retries=0
        )
        return ProbeOrders(client, self.journal, name, lambda: self.journal.now, LATER)

    def basis(self, orders: ProbeOrders) -> Basis:
        customer = orders.host.relation("1001")
        assert customer is not None
        return Basis(customer, "Onderhoud", "op rekening", date(2027, 8, 1))

    def probe(self, orders: ProbeOrders, *, by_hand: bool = False) -> Found:
        """What the command does: what is left first, then reading, trials, and what a person is there for."""
        found: Found = {}
        orders.remove_all()
        basis = self.basis(orders)
        Looking(orders, found).look()
        Trials(orders, basis, found, lambda: self.journal.now, ZONE, lambda _: None).run()
        if by_hand:
            hands = ByHand(orders, basis, found, AtTheBoard(self.host))
            hands.run()
            hands.remove_left()
        return found

    def left(self) -> list[str]:
        """The numbers of probes that the stand-in still has."""
        return [each.workorder_no for each in self.host.orders.all() if each.workorder_no.startswith("PROBE-")]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Of all tests of this module, since each leaves no order behind; one order of somebody else is in it."""
    host = open_host(tmp_path_factory.mktemp("host"), lambda: NOW)
    fill_with_example(host)
    post_work_orders(host, Post([order("SOMEBODY-1", WorkDescription="Lekkage")]))
    yield host
    host.store.close()


@pytest.fixture
def place(host: Host) -> Iterator[Place]:
    host.change_switches(Switches().as_json())
    before = host.orders.all()
    yield Place(host)
    assert host.orders.all() == before


VALUES: Mapping[str, Sequence[Any]] = {
    "duplicate_workorder_no": ("create", "reject", "skip", "overwrite"),
    "skip_flag_honoured": (True, False),
    "skipped_in_reply": ("existing", "omitted"),
    "numbers_remembered": (False, True),
    "refuse_unknown": ((), ("employees", "addresses"), ("worktypes", "objects", "priorities", "contactpersons")),
    "bad_dates": ("refuse", "accept"),
    "too_long": ("refuse", "cut", "keep"),
    "batch_refused_whole": (True, False),
    "first_status": ("Klaargezet", "Opgehaald"),
    "free_fields_kept": (True, False),
    "order_no_given_at": ("pick_up", "posting"),
    "update_status_scope": ("fetched", "compleet", "none"),
    "missing_workorder": ("1500", "null"),
    "single_reply": ("object", "list"),
    "status_missing": ("all", "refuse"),
    "orders_by_id": (True, False),
    "projects_filtered": (True, False),
    "archived_included": (True, False),
    "empty_list": ("list", "null"),
    "undocumented_filters": (False, True),
    "list_lag_calls": (0, 3),
    "deadline_echo": ("as_posted", "Y-m-d", "Y-m-d H:i:s"),
    "creation_date_seconds": (True, False),
    "creation_date_zone": ("tenant", "utc"),
    "deletable_statuses": (STATUSES, ("Klaargezet", "Opgehaald"), ("Klaargezet", "Opgehaald", "Afgehandeld")),
    "delete_of_nothing": ("zero", "1600"),
}
"""Every switch that a probe asks about, with the values that matter."""

COLUMNS = {
    "duplicate_workorder_no": "021320131230210203",
    "skip_flag_honoured": "101001011010100111",
    "skipped_in_reply": "100110010101011011",
    "numbers_remembered": "100101101100010000",
    "refuse_unknown": "120021122012110022",
    "bad_dates": "100110101001000001",
    "too_long": "201211002220010001",
    "batch_refused_whole": "110000011110111010",
    "first_status": "011001100111010010",
    "free_fields_kept": "011010100011011000",
    "order_no_given_at": "100110100101000110",
    "update_status_scope": "102201102011202101",
    "missing_workorder": "010101100101100001",
    "single_reply": "010101101001000000",
    "status_missing": "101001011100101001",
    "orders_by_id": "100110100110000010",
    "projects_filtered": "010101101010011100",
    "archived_included": "101001010110011111",
    "empty_list": "100111000100111011",
    "undocumented_filters": "100110101010010010",
    "list_lag_calls": "010101011001111100",
    "deadline_echo": "021120002121012011",
    "creation_date_seconds": "101010110011101010",
    "creation_date_zone": "010101010100111000",
    "deletable_statuses": "210012211201012102",
    "delete_of_nothing": "010101100110010110",
}
"""For each switch which of its values each of eighteen hosts has, so that every two values of two switches stand
together in one of them: a pairwise list."""

HOSTS = [
    {name: VALUES[name][int(column[place])] for name, column in COLUMNS.items()}
    for place in range(len(COLUMNS["bad_dates"]))
]


def shown_by(chosen: Mapping[str, Any]) -> dict[str, Value | None]:
    """What a host with these switches shows, by the names of assumptions; None for what makes no difference there."""
    shown: dict[str, Value | None] = {
        name: value for name, value in chosen.items() if name not in ("refuse_unknown", "deletable_statuses")
    }
    for status in STATUSES:
        shown[f"deletable_statuses.{status}"] = status in chosen["deletable_statuses"]
    if chosen["first_status"] == "Opgehaald":
        shown["deletable_statuses.Klaargezet"] = None
    if chosen["update_status_scope"] == "none":
        shown["deletable_statuses.Afgehandeld"] = None
    for each in ASSUMPTIONS:
        whole, _, kind = each.name.partition(".")
        if whole == "refuse_unknown":
            shown[each.name] = kind in chosen["refuse_unknown"]
    second, flag = chosen["duplicate_workorder_no"], chosen["skip_flag_honoured"]
    if second == "skip":
        shown["skip_flag_honoured"] = None
    if second == "create" and not flag:
        shown["numbers_remembered"] = None
    if second != "skip" and not flag:
        shown["skipped_in_reply"] = None
    for name in ("orders_by_id", "projects_filtered"):
        shown[name] = chosen[name] or chosen["undocumented_filters"]
    return shown


def test_every_two_values_of_two_switches_are_those_of_one_host() -> None:
    for one, other in combinations(VALUES, 2):
        together = {(each[one], each[other]) for each in HOSTS}
        assert together == {*product(VALUES[one], VALUES[other])}, (one, other)


@pytest.mark.parametrize("chosen", HOSTS, ids=lambda each: each["duplicate_workorder_no"])
def test_a_probe_finds_out_every_switch_of_the_stand_in(place: Place, chosen: Mapping[str, Any]) -> None:
    place.host.change_switches(chosen)
    found = place.probe(place.orders("A"), by_hand=True)
    shown = shown_by(chosen)
    assert {name: found[name].value if name in found else None for name in shown} == shown
    assert (place.left(), place.journal.numbers) == ([], {})
    seen = {name: value for name, value in shown.items() if value is not None}
    like_it = shown_by(Switches().changed(switches_of(seen)).as_json())
    assert {name: like_it[name] for name in seen} == seen, "the stand-in that is set to it is another host"


@pytest.mark.parametrize(
    ("after_it", "every", "first"), [(True, 3, 0), (True, 3, 1), (True, 3, 2), (False, 1, 0)], ids=str
)
def test_killed_at_any_call_a_probe_leaves_nothing_once_it_is_run_again(
    place: Place, *, after_it: bool, every: int, first: int
) -> None:
    place.probe(place.orders("WHOLE", whole := InProcess(place.host)))
    for place_of_call, call in enumerate(whole.calls, 1):
        if place_of_call % every != first or not (after_it or any(name in call for name in WRITES)):
            continue  # of a reading that does not arrive nothing is otherwise than after the call before
        killed = InProcess(place.host, killed_at=place_of_call, after_it=after_it)
        with pytest.raises(Killed):
            place.probe(place.orders(f"{place_of_call}", killed))
        assert set(place.left()) <= place.journal.numbers.keys(), "a number is written down before it is posted"
        place.journal.now += LATER
        assert place.orders("AGAIN").remove_all() == []
        assert (place.left(), place.journal.numbers) == ([], {}), call
    assert place.probe(place.orders("LAST"))["delete_of_nothing"].value == "zero"


def test_an_order_that_may_still_be_made_is_looked_for_again(place: Place) -> None:
    orders = place.orders("A", session := InProcess(place.host))
    session.killed_at = len(session.calls) + 2
    basis, number = place.basis(orders), orders.next_number()
    with pytest.raises(Killed):
        orders.post(record_of(number, basis))
    [left] = place.orders("B").remove_all()
    assert left.number == number
    assert "may still make it" in str(left.why)
    post_work_orders(place.host, Post([record_of(number, basis)]))  # it was on its way
    place.journal.now += LATER
    assert place.orders("B").remove_all() == []
    assert (place.left(), place.journal.numbers) == ([], {})


def test_an_order_of_somebody_else_is_left_alone_though_it_has_the_number(place: Place) -> None:
    place.journal.numbers["SOMEBODY-1"] = None
    assert place.orders("A").remove_all() == []
    assert [each.workorder_no for each in place.host.orders.all()] == ["SOMEBODY-1"]


def test_a_host_that_deletes_nothing_gets_one_order_and_it_is_told(place: Place) -> None:
    place.host.change_switches(deletable_statuses=[])
    found = place.probe(orders := place.orders("A"))
    assert found["deletable_statuses.Klaargezet"].value is False
    [left] = orders.remove_all()
    assert (place.left(), str(left.why)) == (
        [left.number],
        "the host says: Workorder with status Klaargezet can not be deleted",
    )
    place.host.change_switches(deletable_statuses=["Klaargezet"])
    assert orders.remove_all() == []


def test_reading_alone_writes_nothing(place: Place) -> None:
    found: Found = {}
    Looking(orders := place.orders("A", session := InProcess(place.host)), found).look()
    assert not [call for call in session.calls if not call.startswith("GET") or "Update" in call or "Delete" in call]
    assert place.journal.numbers == {}
    assert orders.next_number().endswith("-2"), "one number was made, to ask for what is not there"
    assert found["missing_workorder"] == Seen("1500", found["missing_workorder"].said)
    assert found["projects_filtered"].value is True


def test_every_switch_is_asked_about_or_says_why_not() -> None:
    asked = {each.name.partition(".")[0] for each in ASSUMPTIONS if each.has_switch}
    of_stand_in = {each.name for each in fields(Switches)}
    assert asked | {name for name in UNASKED if "." not in name} == of_stand_in
    assert asked == VALUES.keys()


def test_what_is_assumed_is_how_the_stand_in_is_without_a_word() -> None:
    assumed = switches_of({each.name: each.assumed for each in ASSUMPTIONS})
    assert Switches().changed(assumed) == Switches()
