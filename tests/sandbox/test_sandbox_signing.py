"""Signatures and proofs, with known answers computed by OpenSSL."""

from datetime import UTC, datetime

import pytest

from powerup.sandbox.signing import BadSignatureError, expected_proof, new_key, proof_is_right, signed_headers, verify

KEY = "whsec_" + "MDEy" * 8


def test_the_proof_is_the_hmac_of_the_challenge_as_sent() -> None:
    assert expected_proof(KEY, "abc") == "8dOqzchHq0ge/v3Z1VGAz4WAf6/xBJIvvee3sdx9dxg="
    assert not proof_is_right(KEY, "abc", None)


def test_the_signature_covers_id_timestamp_and_body() -> None:
    headers = signed_headers("msg_1", "ins_1", b"{}", [KEY], datetime.fromtimestamp(1798000000, UTC))
    assert headers["webhook-timestamp"] == "1798000000"
    assert headers["webhook-signature"] == "v1,9RT1PMjlbk6i4Z1N3YxVG9yIVgFK48RLy9sHOeAKAXU="


def test_any_of_several_keys_may_have_signed() -> None:
    headers = signed_headers("msg_1", "ins_1", b"{}", [new_key(), KEY], datetime.now(UTC))
    verify(b"{}", headers, [new_key(), KEY])


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": "v1,a,b"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "nan"},
        {"webhook-id": "msg_2"},
    ],
)
def test_whatever_a_stranger_sends_is_a_bad_signature(changes: dict[str, str]) -> None:
    headers = signed_headers("msg_1", "ins_1", b"{}", [KEY], datetime.now(UTC))
    with pytest.raises(BadSignatureError):
        verify(b"{}", {**headers, **changes}, [KEY])


def test_a_body_that_is_no_text_is_a_bad_signature() -> None:
    with pytest.raises(BadSignatureError):
        verify(b"\xff", signed_headers("msg_1", "ins_1", b"{}", [KEY], datetime.now(UTC)), [KEY])
