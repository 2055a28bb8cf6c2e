"""The checks up to the envelope, as pure functions (webhooks page, section 2)."""

from typing import Any

import pytest
from standardwebhooks.webhooks import hmac_data

import powerup.webhooks.kit.signature
from powerup.documents.strict_json import parse_object
from powerup.webhooks.kit.keys import KeyKind, KeyRing, ListingKey
from powerup.webhooks.kit.refusal import DeliveryRefused
from powerup.webhooks.kit.signature import Flaw, InvalidWebhookError, decoded_key, read_headers, signed_headers
from powerup.webhooks.way_in.admission import (
    MOST_BYTES,
    Recipient,
    authenticate,
    check_content_type,
    check_declared_size,
    check_size,
    read_message,
)
from tests.webhooks.signed_messages import (
    AUDIENCE,
    KEY,
    LISTING_KEY,
    NOW,
    OTHER_KEY,
    body_of,
    envelope,
    headers_for,
)

RING = KeyRing((ListingKey("", decoded_key(LISTING_KEY)),), (decoded_key(KEY), decoded_key(OTHER_KEY)), generation=2)
NOBODY = KeyRing((ListingKey("", decoded_key(LISTING_KEY)),), ())


def refused(check: Any, *arguments: Any) -> dict[str, Any]:
    with pytest.raises(DeliveryRefused) as refusal:
        check(*arguments)
    return {"status": refusal.value.reply.status} | parse_object(refusal.value.reply.body)


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=UTF-8"])
def test_json_in_utf_8_is_taken(content_type: str) -> None:
    check_content_type({"content-type": content_type, "content-encoding": "identity"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/json"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json, application/json"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_other_content_or_a_compressed_body_is_415(headers: dict[str, str]) -> None:
    assert refused(check_content_type, headers)["status"] == 415


def test_an_oversized_body_is_413_by_its_header_and_by_what_was_read() -> None:
    check_declared_size({"content-length": str(MOST_BYTES)})
    check_declared_size({})
    check_size(b" " * MOST_BYTES)
    for length in (str(MOST_BYTES + 1), "9" * 5000):
        assert refused(check_declared_size, {"content-length": length})["status"] == 413
    assert refused(check_size, b" " * (MOST_BYTES + 1))["code"] == "too_large"


def authentic(body: bytes, ring: KeyRing = RING, **options: Any) -> Any:
    return authenticate(read_headers(headers_for(body, **options), NOW), body, ring)


def test_a_message_of_an_installation_key_is_authentic_with_either_of_two() -> None:
    body = body_of(envelope("installation.updated"))
    assert authentic(body).kinds == {KeyKind.INSTALLATION, KeyKind.PRESENT}
    assert authentic(body, keys=[OTHER_KEY]).kinds == {KeyKind.INSTALLATION}


def test_installing_again_may_be_signed_with_both_kinds_of_key() -> None:
    body = body_of(envelope("installation.created"))
    assert authentic(body, keys=[LISTING_KEY]).kinds == {KeyKind.LISTING}
    kinds = authentic(body, keys=[LISTING_KEY, KEY]).kinds
    assert kinds == {KeyKind.LISTING, KeyKind.INSTALLATION, KeyKind.PRESENT}


@pytest.mark.parametrize(
    ("message_type", "key"),
    [("installation.created", KEY), ("action.invoked", LISTING_KEY), ("unheard.of", LISTING_KEY)],
)
def test_a_key_that_does_not_fit_the_type_is_a_flaw(message_type: str, key: str) -> None:
    with pytest.raises(InvalidWebhookError) as refusal:
        authentic(body_of(envelope(message_type)), keys=[key])
    assert refusal.value.flaw is Flaw.WRONG_KEY_FOR_TYPE


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", body_of(envelope("action.invoked"))])
def test_a_key_that_counts_no_more_lets_nothing_in_whatever_the_body_is(body: bytes) -> None:
    ring = KeyRing(RING.listing, (decoded_key(KEY),), former=(decoded_key(OTHER_KEY),), generation=1)
    assert authentic(body, ring, keys=[OTHER_KEY]).flaw is Flaw.FORMER_KEY


@pytest.mark.parametrize(("ring", "flaw"), [(NOBODY, Flaw.UNKNOWN_INSTALLATION), (RING, Flaw.NO_MATCHING_SIGNATURE)])
def test_a_body_signed_with_an_unknown_key_is_a_flaw(ring: KeyRing, flaw: Flaw) -> None:
    unknown = "whsec_" + "u" * 32
    with pytest.raises(InvalidWebhookError) as refusal:
        authentic(body_of(envelope("action.invoked")), ring, keys=[unknown])
    assert refusal.value.flaw is flaw


def test_the_key_that_fills_the_ring_of_an_unknown_installation_opens_nothing() -> None:
    zeros = "whsec_" + "A" * 43 + "="
    with pytest.raises(InvalidWebhookError):
        authentic(body_of(envelope("action.invoked")), NOBODY, keys=[zeros])


def test_an_unknown_installation_costs_as_many_computations_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[int] = []
    compute = hmac_data

    def counted(key: bytes, data: bytes) -> bytes:
        computed.append(len(key))
        return compute(key, data)

    monkeypatch.setattr(powerup.webhooks.kit.signature, "hmac_data", counted)
    for ring in (RING, NOBODY, KeyRing(RING.listing, RING.installation[:1], generation=2)):
        with pytest.raises(InvalidWebhookError):
            authentic(b"{}", ring, keys=["whsec_" + "u" * 32])
    assert len(computed) == 3 * 3
    assert len(set(computed)) == 1


def test_a_signed_body_that_is_no_json_is_authentic_and_malformed() -> None:
    body = b'{"type": "action.invoked",'
    assert refused(read_message, authentic(body)) == {
        "status": 400,
        "code": "malformed",
        "message": "The body is not JSON: Expecting property name enclosed in double quotes.",
        "offset": len(body),
    }


def test_a_signed_body_that_is_not_utf_8_is_malformed() -> None:
    headers = signed_headers([KEY], "msg_1", "ins_7Q", b"{\xff}", NOW)
    by_lower_name = {name.lower(): value for name, value in headers.items()}
    message = authenticate(read_headers(by_lower_name, NOW), b"{\xff}", RING)
    assert refused(read_message, message)["offset"] == 1


def test_an_envelope_is_refused_with_a_pointer_for_each_flaw() -> None:
    wrong = envelope(
        "unheard.of",
        api_version="2",
        sent_at="2026-12-28T10:00:00",
        environment="test",
        installation={"id": "", "generation": 0},
        tenant={},
    )
    refusal = refused(read_message, authentic(body_of(wrong | {"data": []})))
    assert (refusal["status"], refusal["code"]) == (400, "invalid_message")
    assert {error["pointer"]: error["code"] for error in refusal["errors"]} == {
        "/type": "unknown_type",
        "/api_version": "unknown_version",
        "/sent_at": "invalid",
        "/environment": "unknown_choice",
        "/installation/id": "invalid",
        "/installation/generation": "out_of_range",
        "/tenant/id": "required",
        "/data": "invalid",
    }


@pytest.mark.parametrize(
    ("sent_at", "is_read"),
    [
        ("0001-01-01T00:00:00Z", True),
        ("9999-12-31T23:59:59+14:00", True),
        ("2026-12-28T10:00:00z", True),
        ("2026-12-28T10:00:60Z", True),
        ("2026-12-28T10:00:00.123456789-01:00", True),
        ("2026-12-28 10:00:00Z", False),
        ("2026-12-28T24:00:00Z", False),
        ("2026-12-28T10:00Z", False),
        ("2026-W53-1T10:00:00Z", False),
        (1_798_452_000, False),
    ],
)
def test_a_time_is_read_as_rfc_3339_says_and_no_other_way(sent_at: object, is_read: bool) -> None:
    message = authentic(body_of(envelope("installation.updated", sent_at=sent_at)))
    if is_read:
        assert read_message(message).sent_at.tzinfo is not None
    else:
        assert refused(read_message, message)["errors"][0]["pointer"] == "/sent_at"


def test_unknown_members_of_an_envelope_are_ignored() -> None:
    message = envelope("installation.updated", more=1, tenant={"id": "t_42", "more": 2})
    assert read_message(authentic(body_of(message))).tenant_id == "t_42"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("audience", {"audience": "https://other.example/"}),
        ("environment", {"environment": "production"}),
        ("installation", {"installation": {"id": "ins_8", "generation": 1}}),
        ("tenant", {"tenant": {"id": "t_43"}}),
    ],
)
def test_a_valid_body_for_another_recipient_is_403(name: str, changes: dict[str, Any]) -> None:
    message = read_message(authentic(body_of(envelope("installation.updated", **changes))))
    refusal = refused(Recipient(AUDIENCE, "sandbox", "ins_7Q", "t_42").check, message)
    assert (refusal["status"], refusal["code"]) == (403, "wrong_recipient")
    assert name in refusal["message"]


def test_the_right_recipient_may_be_written_without_its_final_slash() -> None:
    message = read_message(authentic(body_of(envelope("installation.updated", audience="https://contracts.example"))))
    Recipient(AUDIENCE, "sandbox", "ins_7Q", "t_42").check(message)
    Recipient(AUDIENCE, "sandbox", "ins_7Q", None).check(message)
