"""Lists are read as they come in: whatever the host sends, in flat memory, and never half a list for a whole one."""

import gzip
import itertools
import json
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powerup.outsmart import connection, long_list
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import HostFault, HostUnavailable, TokenRefused
from powerup.outsmart.long_list import BrokenListError, ListAnswer
from powerup.outsmart.records import Relation, WorkOrderStatus
from tests.outsmart.bad_host import BadHost, Dribble
from tests.outsmart.test_outsmart_connection import READS, client_of

MakeHost = Callable[..., BadHost]

_ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\nConnection: close\r\n\r\n"

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
records = st.dictionaries(st.text(max_size=9).filter(lambda name: not name.isdigit()), values, max_size=4)
responses_of_hosts = (
    st.lists(records, max_size=4)
    | st.lists(records, max_size=4).map(lambda found: {str(place): each for place, each in enumerate(found)})
    | records
    | st.none()
)


@st.composite
def envelopes(draw: st.DrawFn) -> dict[str, Any]:
    """An answer with its members in any order, and others beside them."""
    members = {
        "code": draw(st.sampled_from([200, "200", 1004])),
        "messages": draw(st.lists(st.text(), max_size=2)),
        "response": draw(responses_of_hosts),
        "took": draw(values),
    }
    return {name: members[name] for name in draw(st.permutations(sorted(members)))}


def in_pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


def read(pieces: Iterable[bytes]) -> tuple[str, object, object]:
    """Records, code and messages; the records as text, since NaN is not equal to itself."""
    answer = ListAnswer(pieces)
    found = [*answer]
    assert answer.has_response
    return repr(found), answer.code, answer.messages


def as_read_whole(body: bytes) -> tuple[str, object, object]:
    whole = json.loads(body)
    response = whole["response"]
    if isinstance(response, dict):
        response = [*response.values()] if all(name.isdigit() for name in response) else [response]
    return repr(response or []), whole["code"], whole["messages"]


@given(envelopes(), st.integers(1, 40), st.booleans(), st.sampled_from([None, 1]))
def test_a_list_in_pieces_is_what_it_is_when_read_whole(
    envelope: dict[str, Any], size: int, plain: bool, indent: int | None
) -> None:
    body = json.dumps(envelope, ensure_ascii=not plain, indent=indent).encode("utf-8", "surrogatepass")
    assert read(in_pieces(body, size)) == as_read_whole(body)


@given(envelopes(), st.integers(1, 40), st.data())
def test_a_list_that_is_cut_off_anywhere_is_refused(envelope: dict[str, Any], size: int, data: st.DataObject) -> None:
    body = json.dumps(envelope, ensure_ascii=False).encode("utf-8", "surrogatepass")
    cut = data.draw(st.integers(0, len(body) - 1))
    with pytest.raises(BrokenListError):
        read(in_pieces(body[:cut], size))


@given(st.binary() | st.binary().map(lambda rest: b'{"code":200,"response":[' + rest), st.integers(1, 9))
def test_anything_else_is_refused_or_what_it_is_when_read_whole(body: bytes, size: int) -> None:
    try:
        found = read(in_pieces(body, size))
    except (BrokenListError, AssertionError):
        return
    assert found == as_read_whole(body)


REFUSED = {
    "an HTML page": (b"<html>Maintenance</html>", "an HTML page"),
    "nothing": (b"", "an empty body"),
    "a bare list": (b'[{"id":1}]', "something else"),
    "cut off": (b'{"code":200,"response":[{"id":1},', "cut off"),
    "no comma": (b'{"code":200,"response":[{"id":1} {"id":2}]}', "cut off|something else"),
    "a text for a list": (b'{"code":200,"response":"none"}', "a value where records"),
    "false for a list": (b'{"code":200,"response":false}', "a value where records"),
    "half a list": (b'{"code":200,"response":{"0":{"id":1},"total":1}}', "half a list"),
    "two lists": (b'{"code":200,"response":[],"response":[]}', "two lists"),
    "more behind it": (b'{"code":200,"response":[]}{}', "behind the end"),
    "no UTF-8": (b'{"code":200,"response":[{"id":1,"x":"\xff\xfe"}]}', "no UTF-8"),
    "half a letter at the end": (b'{"code":200,"response":[]}\xc3', "no UTF-8"),
    "100,000 deep": (b'{"code":200,"response":[' + b"[" * 100_000, "nested"),
    "a number without end": (b'{"code":200,"response":[' + b"7" * 5000 + b"]}", "number"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_list_is_a_fault_of_the_host_and_never_nothing(bad_host: MakeHost, kind: str) -> None:
    body, words = REFUSED[kind]
    with client_of(bad_host(_plain(body)).url) as client, pytest.raises(HostUnavailable, match=words):
        [*client.work_orders(WorkOrderStatus.KLAARGEZET)]


@pytest.mark.parametrize("answer", [b'{"code":200,"messages":[]}', b'{"code":200,"response":[null,{"id":"x"}]}'])
def test_an_answer_of_which_nothing_can_be_read_is_a_fault_of_the_host(bad_host: MakeHost, answer: bytes) -> None:
    with client_of(bad_host(_plain(answer)).url) as client, pytest.raises(HostFault):
        [*client.work_orders(WorkOrderStatus.KLAARGEZET)]


@pytest.mark.parametrize(
    "answer", [b'{"code":200,"response":null}', b'{"response":[],"code":"200"}', b'{"code":200,"response":{}}']
)
def test_null_and_an_empty_list_are_no_orders(bad_host: MakeHost, answer: bytes) -> None:
    with client_of(bad_host(_plain(answer)).url) as client:
        assert [*client.work_orders(WorkOrderStatus.KLAARGEZET)] == []


def test_a_list_that_comes_as_an_object_is_a_list(bad_host: MakeHost) -> None:
    body = b'{"response":{"0":{"id":"7","WorkObjects":{"0":"CV-1","1":"CV-2"}},"3":{"Id":8}},"code":200}'
    with client_of(bad_host(_plain(body)).url) as client:
        found = [listed.whole() for listed in client.work_orders(WorkOrderStatus.KLAARGEZET)]
    assert [(order.row_id, order.objects) for order in found] == [(7, ("CV-1", "CV-2")), (8, ())]


def test_one_record_that_cannot_be_read_is_passed_over_and_noted(bad_host: MakeHost) -> None:
    body = b'{"code":200,"response":[{"id":1},{"WorkorderNo":"C1"},null,{"id":2}]}'
    with client_of(bad_host(_plain(body)).url) as client:
        assert [listed.row_id for listed in client.work_orders(WorkOrderStatus.OPGEHAALD)] == [1, 2]
        (aside,) = client.put_aside
    assert (aside.name, aside.number, aside.first_place) == ("GetWorkorders Opgehaald", 2, 2)


def test_a_refusal_that_comes_behind_the_list_is_a_refusal(bad_host: MakeHost) -> None:
    body = b'{"response":[{"debtor_number":"1"}],"messages":{"0":"Token not authorised"},"code":1004}'
    with client_of(bad_host(_plain(body)).url) as client, pytest.raises(TokenRefused, match="not authorised"):
        client.relation("1")


def test_a_list_that_is_cut_off_on_the_way_is_unavailable(bad_host: MakeHost) -> None:
    host = bad_host(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\n" + _orders(3)[:60])
    with client_of(host.url) as client, pytest.raises(HostUnavailable):
        [*client.work_orders(WorkOrderStatus.KLAARGEZET)]


def test_a_list_that_brings_enough_may_last_longer_than_any_answer(
    bad_host: MakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LEAST_BYTES", 50)
    monkeypatch.setattr(connection, "LEAST_IN_SECONDS", 0.2)
    body = b'{"code":200,"response":[{"debtor_number":"1"}]}' + b" " * 1000
    host = bad_host(Dribble([_head(body), *in_pieces(body, 100)], 0.05))
    with client_of(host.url, timeout_seconds=0.15) as client:
        assert [*client.relations()] == [Relation("1")]


def test_a_list_that_dribbles_below_the_rate_is_given_up(bad_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LEAST_IN_SECONDS", 0.2)
    body = b'{"code":200,"response":[]}' + b" " * 1000
    host = bad_host(Dribble([_head(body), *in_pieces(body, 10)], 0.05))
    with client_of(host.url) as client, pytest.raises(HostUnavailable, match="time-out"):
        [*client.relations()]


def test_a_single_answer_that_dribbles_ends_with_the_time_out(bad_host: MakeHost) -> None:
    body = b'{"code":200,"response":{"id":1}}' + b" " * 1000
    host = bad_host(Dribble([_head(body), *in_pieces(body, 10)], 0.05))
    with client_of(host.url, timeout_seconds=0.3) as client, pytest.raises(HostUnavailable, match="time-out"):
        client.work_order(row_id=1)


@pytest.mark.parametrize("ask", READS.values(), ids=READS)
def test_headers_that_dribble_end_with_the_time_out(
    bad_host: MakeHost, ask: Callable[[OutsmartClient], object]
) -> None:
    head = b"HTTP/1.1 200 OK\r\n" + b"X-Padding: 1\r\n" * 90
    host = bad_host(Dribble(in_pieces(head, 9), 0.05))
    begun = monotonic()
    with (
        client_of(host.url, timeout_seconds=0.3, read_retries=0) as client,
        pytest.raises(HostUnavailable, match="time-out"),
    ):
        ask(client)
    assert monotonic() - begun < 2, "its headers would take 7 seconds"


def test_no_list_lasts_longer_than_a_quarter_of_an_hour(bad_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LONGEST_LIST_SECONDS", 0.3)
    host = bad_host(Dribble(itertools.chain([_ENDLESS], [b'{"response":['], itertools.repeat(b" " * 99)), 0.02))
    with client_of(host.url) as client, pytest.raises(HostUnavailable, match="time-out"):
        [*client.relations()]


def test_a_text_without_end_is_refused_and_not_held(bad_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_list, "LARGEST_RECORD", 512 * 1024)
    endless = itertools.chain([_ENDLESS, b'{"code":200,"response":["'], itertools.repeat(b"a" * 65536))
    host = bad_host(Dribble(endless, 0))
    with client_of(host.url) as client, pytest.raises(HostUnavailable, match="a record larger"):
        [*client.relations()]


@pytest.mark.parametrize("packed", [False, True])
def test_a_list_of_64_mebibytes_is_read_in_flat_memory(bad_host: MakeHost, packed: bool) -> None:
    body = _orders(27_000)
    assert len(body) > 64 * 1024 * 1024
    sent = gzip.compress(body, 1) if packed else body
    host = bad_host(_head(sent, b"Content-Encoding: gzip\r\n" if packed else b"") + sent)
    with client_of(host.url, timeout_seconds=20) as client:
        tracemalloc.start()
        try:
            count = sum(1 for _ in client.work_orders(WorkOrderStatus.KLAARGEZET))
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert count == 27_000
    assert most < 8 * 1024 * 1024


def test_who_has_seen_enough_of_a_list_lets_go_of_it(bad_host: MakeHost) -> None:
    told: list[object] = []
    body = _orders(1000)
    with client_of(bad_host(_plain(body)).url) as client:
        client._connection._gate = _Gate(told)
        next(iter(client.work_orders(WorkOrderStatus.KLAARGEZET)))
        assert [listed.row_id for listed in client.work_orders(WorkOrderStatus.KLAARGEZET)][-1] == 1000
    assert told == [None, None]


class _Gate:
    def __init__(self, told: list[object]) -> None:
        self._told = told

    def enter(self, _: object) -> None:
        """Nothing holds the call up."""

    def leave(self, _: object, failure: object) -> None:
        self._told.append(failure)


def _orders(number: int) -> bytes:
    """So many work orders of 2.5 KB, the last one's row id the number."""
    order = b'{"id":%d,"WorkorderNo":"WB-%d","WorkDescription":"' + b"Onderhoud " * 245 + b'"}'
    return b'{"code":200,"messages":[],"response":[' + b",".join(order % (n, n) for n in range(1, number + 1)) + b"]}"


def _head(body: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n" % (len(body), more)


def _plain(body: bytes) -> bytes:
    return _head(body) + body
