"""Signatures by Standard Webhooks: known answers, both ways, and every flaw that a stranger can cause."""

from base64 import b64encode
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from powerup.webhooks.kit.signature import (
    Flaw,
    InvalidSigningKeyError,
    InvalidWebhookError,
    decoded_key,
    matching_keys,
    proof,
    read_headers,
    sign,
    signed_headers,
)
from tests.webhooks.signed_messages import KEY, NOW, OTHER_KEY, headers_for

BODY = '{"name": "Café"}'.encode()


def test_known_answer_of_the_standard() -> None:
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signature = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_known_answer_with_a_fixed_key_and_time() -> None:
    # printf 'msg_1.1798452000.{}' | openssl dgst -sha256 -hmac 01234567890123456789012345678901 -binary | base64
    assert sign(KEY, "msg_1", 1798452000, b"{}") == "v1,vE6MXdN1ZD+n6Mu3lU9Pa528hjSkYVbEJevvM7So8AA="


def test_what_the_library_signs_is_recognised() -> None:
    signed = read_headers(headers_for(BODY), NOW)
    assert matching_keys(signed, BODY, [decoded_key(KEY)]) == {0}


def test_what_we_sign_is_recognised_by_the_library() -> None:
    headers = signed_headers([KEY], "msg_1", "ins_7Q", BODY, NOW)
    assert headers["webhook-signature"] == Webhook(KEY).sign("msg_1", NOW, BODY.decode())


def test_each_of_several_keys_and_signatures_is_tried() -> None:
    signed = read_headers(headers_for(BODY, keys=[OTHER_KEY, KEY]), NOW)
    assert matching_keys(signed, BODY, [decoded_key(KEY), b"n" * 32, decoded_key(OTHER_KEY)]) == {0, 2}


@pytest.mark.parametrize("part", ["body", "webhook-id", "webhook-timestamp"])
def test_forged_or_altered_is_not_recognised(part: str) -> None:
    headers, body = headers_for(BODY), BODY
    if part == "body":
        body += b" "
    else:
        headers[part] = {"webhook-id": "msg_2", "webhook-timestamp": str(int(NOW.timestamp()) + 1)}[part]
    assert matching_keys(read_headers(headers, NOW), body, [decoded_key(KEY)]) == set()


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_timestamp_within_five_minutes_is_taken(seconds: int) -> None:
    read_headers(headers_for(BODY, at=NOW + timedelta(seconds=seconds)), NOW)


@pytest.mark.parametrize(("seconds", "flaw"), [(-301, Flaw.TOO_OLD), (301, Flaw.TOO_NEW)])
def test_replay_past_the_window_is_refused(seconds: int, flaw: Flaw) -> None:
    with pytest.raises(InvalidWebhookError) as refusal:
        read_headers(headers_for(BODY, at=NOW + timedelta(seconds=seconds)), NOW)
    assert refusal.value.flaw is flaw


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature", "powerup-installation"])
def test_a_missing_header_is_a_flaw(name: str) -> None:
    headers = headers_for(BODY)
    del headers[name]
    with pytest.raises(InvalidWebhookError) as refusal:
        read_headers(headers, NOW)
    assert refusal.value.flaw is Flaw.HEADER_MISSING


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", "msg 1"),
        ("webhook-id", "msg_1\n"),
        ("webhook-id", "m" * 256),
        ("webhook-id", "bericht_\u00e9"),
        ("webhook-timestamp", "now"),
        ("webhook-timestamp", "1e9"),
        ("webhook-timestamp", "-1"),
        ("webhook-timestamp", "\u0661\u0662"),
        ("webhook-timestamp", "9" * 400),
        ("webhook-signature", " ".join(["v1," + b64encode(b"s" * 32).decode()] * 17)),
        ("powerup-installation", "ins_7Q\r\nSet-Cookie: a=b"),
        ("powerup-installation", "../ins"),
    ],
)
def test_whatever_a_stranger_writes_into_a_header_is_one_error(name: str, value: str) -> None:
    with pytest.raises(InvalidWebhookError) as refusal:
        read_headers(headers_for(BODY) | {name: value}, NOW)
    assert refusal.value.flaw is Flaw.HEADER_MALFORMED


@given(st.dictionaries(st.sampled_from(list(headers_for(BODY))), st.text(max_size=60)), st.binary(max_size=60))
def test_no_other_error_reaches_a_stranger(headers: dict[str, str], body: bytes) -> None:
    try:
        signed = read_headers(headers_for(BODY) | headers, NOW)
    except InvalidWebhookError:
        return
    assert matching_keys(signed, body, [decoded_key(OTHER_KEY)]) == set()


NO_SIGNATURES = ["v1", "v1,", "v1,not-base64", "v1,\u00e9", "v1,YQ==", "v1,a,b", "", "v1a,anything"]


@pytest.mark.parametrize("other", NO_SIGNATURES)
def test_what_is_no_signature_is_left_aside_where_another_one_is_good(other: str) -> None:
    headers = headers_for(BODY)
    headers["webhook-signature"] = " ".join([other] * 8 + [headers["webhook-signature"]] + [other] * 7)
    assert matching_keys(read_headers(headers, NOW), BODY, [decoded_key(KEY)]) == {0}


@pytest.mark.parametrize("other", NO_SIGNATURES)
def test_what_is_no_signature_proves_nothing(other: str) -> None:
    headers = headers_for(BODY) | {"webhook-signature": f"{other} {other}"}
    assert matching_keys(read_headers(headers, NOW), BODY, [decoded_key(KEY), bytes(32)]) == set()


@pytest.mark.parametrize("size", [24, 32, 64])
def test_keys_of_24_to_64_bytes_are_taken(size: int) -> None:
    assert decoded_key("whsec_" + b64encode(b"k" * size).decode()) == b"k" * size


@pytest.mark.parametrize(
    "key",
    [
        "",
        "whsec_",
        KEY.removeprefix("whsec_"),
        "whsec_" + "A" * 31,
        "whsec_YWJj",
        "whsec_\u00e9" * 10,
        "whsec_" + "A" * 88,
    ],
)
def test_another_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(InvalidSigningKeyError) as refusal:
        decoded_key(key)
    assert key.removeprefix("whsec_") not in str(refusal.value) or not key.removeprefix("whsec_")


def test_the_proof_is_the_hmac_of_the_challenge() -> None:
    # printf challenge | openssl dgst -sha256 -hmac 01234567890123456789012345678901 -binary | base64
    assert proof(KEY, "challenge") == "WQClyrodx4KZqgIHz51h1a1h+s3eiLR26XGmL6jB2CA="
