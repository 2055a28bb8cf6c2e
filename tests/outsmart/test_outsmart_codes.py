"""Each documented code of the host is one type of error (host page 4.3)."""

import json

import pytest

from powerup.outsmart.errors import (
    ERROR_OF_CODE,
    AddressRefused,
    CallRefused,
    Decision,
    HostFault,
    NotFound,
    NothingChanged,
    OutcomeUnknown,
    OutsmartError,
    RecordRefused,
    TokenRefused,
)
from powerup.outsmart.exchange import Answer, Call, result_of

READ = Call("relations")
WRITE = Call("PostWorkorders", records=[])

SAVE_FAILED = (1100, 1200, 1300, 1600, 1700, 1800, 1900, 2000, 2100, 2200, 2300, 2400, 2500, 2600, 2700, 2800)
FIELD_MISSING = (1051, 1101, 1201, 1301, 1501, 1701, 1801, 1901, 2001, 2101, 2201, 2301, 2401, 2501, 2601, 2701, 2801)
DOCUMENTED: dict[int, type[OutsmartError]] = {
    1000: AddressRefused,
    1001: AddressRefused,
    1002: TokenRefused,
    1003: TokenRefused,
    1004: TokenRefused,
    1005: TokenRefused,
    1006: AddressRefused,
    1007: HostFault,
    1008: CallRefused,
    1009: CallRefused,
    1400: NotFound,
    1500: NotFound,
    1502: RecordRefused,
    1503: NothingChanged,
    1504: RecordRefused,
    **dict.fromkeys(SAVE_FAILED + FIELD_MISSING, RecordRefused),
}


def envelope(code: object, messages: object = (), response: object = None) -> Answer:
    return Answer(200, json.dumps({"code": code, "messages": messages, "response": response}).encode())


@pytest.mark.parametrize("code", DOCUMENTED)
def test_each_documented_code_is_its_type_of_error_with_the_hosts_words(code: int) -> None:
    with pytest.raises(OutsmartError) as caught:
        result_of(READ, envelope(code, ["Required field missing: name"]))
    error = caught.value
    assert type(error) is DOCUMENTED[code]
    assert (error.code, error.messages, error.endpoint) == (code, ("Required field missing: name",), "relations")
    assert "Required field missing: name" in str(error)
    assert f"code {code}" in str(error)


def test_the_table_holds_the_documented_codes_and_no_other() -> None:
    assert set(ERROR_OF_CODE) == set(DOCUMENTED)


def test_code_200_gives_the_response() -> None:
    assert result_of(READ, envelope(200, [], [{"a": 1}])) == [{"a": 1}]


def test_a_code_written_as_text_is_that_code() -> None:
    assert result_of(READ, envelope("200", [], 3)) == 3


@pytest.mark.parametrize("code", [1007, 1505, 9999, 0, -1])
def test_a_write_that_ended_in_a_fault_or_an_undocumented_code_has_an_unknown_outcome(code: int) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        result_of(WRITE, envelope(code, ["Uncaught server error"]))
    assert caught.value.code == code
    assert caught.value.decision is Decision.LOOK_UP
    assert "Uncaught server error" in str(caught.value)


def test_an_undocumented_code_on_a_read_is_a_fault_of_the_host() -> None:
    with pytest.raises(HostFault):
        result_of(READ, envelope(9999))


def test_a_refused_record_names_every_missing_field_and_asks_for_correction() -> None:
    words = ["Required field missing: CustomerZIP", "Required field missing: CustomerCity"]
    with pytest.raises(RecordRefused) as caught:
        result_of(WRITE, envelope(1501, words))
    assert caught.value.host_words == "Required field missing: CustomerZIP; Required field missing: CustomerCity"
    assert caught.value.decision is Decision.CORRECT


def test_a_wrong_token_says_which_two_must_belong_together_and_stops_the_tenant() -> None:
    with pytest.raises(TokenRefused, match="token and the software token again") as caught:
        result_of(READ, envelope(1005, ["Software token invalid"]))
    assert caught.value.decision is Decision.STOP


def test_messages_that_are_no_list_are_taken_as_they_are() -> None:
    for messages, expected in (
        ("Not so", ("Not so",)),
        (None, ()),
        ({"a": 1}, ()),
        ({"0": "a"}, ("a",)),
        ([7], ("7",)),
    ):
        with pytest.raises(OutsmartError) as caught:
            result_of(READ, envelope(1300, messages))
        assert caught.value.messages == expected


def test_endless_messages_are_cut() -> None:
    with pytest.raises(OutsmartError) as caught:
        result_of(READ, envelope(1300, ["x" * 10_000] * 1_000))
    assert len(str(caught.value)) < 30_000


def test_a_token_in_the_hosts_words_is_not_passed_on() -> None:
    with pytest.raises(TokenRefused) as caught:
        result_of(READ, envelope(1004, ["Token s3cret/value not authorised"]), "s3cret/value")
    assert "s3cret" not in f"{caught.value} {caught.value!r} {caught.value.messages}"
