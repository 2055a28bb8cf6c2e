"""What is not the host's envelope: the outcome of a write is unknown, a read may be tried again."""

import pytest

from powerup.outsmart.errors import Decision, HostFault, HostUnavailable, OutcomeUnknown
from powerup.outsmart.exchange import Answer, Call, records_of, result_of, unreadable

READ = Call("GetWorkorders")
WRITES = [Call("PostWorkorders", records=[]), Call("UpdateWorkorder"), Call("DeleteEntity"), Call("tasks", records=[])]

NO_ENVELOPE = {
    "an HTML page": Answer(200, b"<!DOCTYPE html><html>Maintenance</html>"),
    "an empty body": Answer(200, b""),
    "cut off": Answer(200, b'{"code":200,"messages":[],"respo'),
    "a list": Answer(200, b"[]"),
    "a text": Answer(200, b'"ok"'),
    "no code": Answer(200, b'{"messages":[],"response":[]}'),
    "code true": Answer(200, b'{"code":true,"response":[]}'),
    "code a word": Answer(200, b'{"code":"ok","response":[]}'),
    "not UTF-8": Answer(200, b'{"code":200,"response":"\xff\xfe"}'),
    "nested without end": Answer(200, b"[" * 200_000),
    "HTTP 500": Answer(500, b"Internal Server Error"),
    "HTTP 502 with an ok in it": Answer(502, b'{"code":200,"messages":[],"response":[]}'),
    "a redirect": Answer(302, b""),
    "HTTP 404 page": Answer(404, b"<html>Not Found</html>"),
    "HTTP 429": Answer(429, b"slow down"),
}


@pytest.mark.parametrize("kind", NO_ENVELOPE)
def test_a_read_without_an_envelope_can_be_tried_again(kind: str) -> None:
    with pytest.raises(HostUnavailable, match="try again later") as caught:
        result_of(READ, NO_ENVELOPE[kind])
    assert caught.value.decision is Decision.RETRY


@pytest.mark.parametrize("call", WRITES, ids=lambda call: call.endpoint)
@pytest.mark.parametrize("kind", NO_ENVELOPE)
def test_a_write_without_an_envelope_has_an_unknown_outcome(kind: str, call: Call) -> None:
    with pytest.raises(OutcomeUnknown, match="before sending it again") as caught:
        result_of(call, NO_ENVELOPE[kind])
    assert caught.value.decision is Decision.LOOK_UP


def test_the_error_says_what_came_instead() -> None:
    with pytest.raises(HostUnavailable, match="an HTML page"):
        result_of(READ, NO_ENVELOPE["an HTML page"])
    with pytest.raises(HostUnavailable, match=r"redirect \(HTTP 302\)"):
        result_of(READ, NO_ENVELOPE["a redirect"])


def test_the_code_decides_and_not_the_http_status() -> None:
    assert result_of(READ, Answer(404, b'{"code":200,"messages":[],"response":7}')) == 7


def test_an_envelope_with_a_byte_order_mark_is_read() -> None:
    assert result_of(READ, Answer(200, b'\xef\xbb\xbf{"code":200,"response":1}')) == 1


@pytest.mark.parametrize(
    ("response", "count"),
    [(None, 0), ([], 0), ("", 0), (0, 0), (False, 0), ({"id": 1}, 1), ([{"id": 1}, {"id": 2}], 2)],
)
def test_a_response_may_be_null_a_record_or_a_list(response: object, count: int) -> None:
    assert len(records_of(READ, response)) == count


@pytest.mark.parametrize("response", ["text", 7, True, [1], [{"id": 1}, None]])
def test_a_response_without_records_is_unreadable(response: object) -> None:
    with pytest.raises(HostFault):
        records_of(READ, response)
    with pytest.raises(OutcomeUnknown):
        records_of(WRITES[0], response)


def test_only_a_get_on_a_known_reading_endpoint_is_a_read() -> None:
    assert not READ.writes
    assert not Call("tasks").writes
    assert all(call.writes for call in WRITES)
    assert Call("an-endpoint-added-later").writes
    assert isinstance(unreadable(WRITES[1], "x"), OutcomeUnknown)
