"""Messages by example, their schemas, and the published JSON Schema made of them (webhooks page, section 9)."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from powerup.webhooks.message_schemas import DATA_SCHEMAS, InvalidMessageError, read_data, read_envelope
from powerup.webhooks.schema_document import FILE_NAME, schema_document, schema_text
from tests.webhooks.signed_messages import KEY, envelope

ADMIN = {"id": "u_1", "name": "A. de Wit", "role": "admin"}
TENANT = {"id": "t_42", "name": "Jansen Installatie BV", "locale": "nl", "timezone": "Europe/Amsterdam"}
API = {"base_url": "https://app.out-smart.com/openapi/8/", "token": "t", "software_token": "s"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "installation.created": {
        "tenant": TENANT,
        "key": KEY,
        "api": API,
        "origins": ["https://app.out-smart.com"],
        "callback_url": "https://app.out-smart.com/powerups/callbacks",
        "challenge": "b64-random",
        "actor": ADMIN,
    },
    "installation.suspended": {"actor": ADMIN},
    "installation.resumed": {"actor": ADMIN},
    "installation.key_rotated": {"key": KEY},
    "installation.credentials_changed": {"api": API},
    "installation.updated": {"tenant": {"name": "Jansen BV"}, "origins": ["https://a.example"], "today": "2027-01-01"},
    "installation.uninstalled": {"actor": ADMIN},
    "installation.erased": {"actor": ADMIN},
    "action.invoked": {
        "action": "contract.terminate",
        "target": {"type": "contract", "id": "1042", "version": 1},
        "input": {"last_day": "2026-12-30", "reason": "MOVED", "remark": "", "existing_orders": "retract"},
        "actor": ADMIN,
        "locale": "nl",
        "intent_id": "int_a0",
        "not_after": "2026-12-28T10:05:00Z",
        "confirmation": None,
    },
    "cards.requested": {"target": {"type": "relation", "id": "1001"}, "actor": ADMIN, "locale": "nl"},
    "work_order.changed": {"ids": ["169824"]},
    "work_order.deleted": {"ids": ["169824"]},
    "relation.changed": {"ids": ["1001"]},
    "object.changed": {"ids": ["CV-1"]},
    "object.deleted": {"ids": ["CV-1"]},
    "employee.changed": {"ids": ["7"]},
}
ANSWER = {
    "status": "needs_confirmation",
    "message": "…",
    "confirmation": {"token": "cnf_x", "expires_at": "2026-12-28T10:10:00Z"},
    "effects": [
        {
            "effect": "retracted",
            "contract": "1042",
            "plan": "A",
            "object": None,
            "nominal_date": "2027-01-31",
            "planned_date": "2027-01-31",
            "workorder_no": "C1042-A-20270131-CV-1",
            "state": "ordered",
            "reason": "terminated",
        }
    ],
    "counts": {"retracted": 3, "kept": 1, "withheld": {"terminated": 4}},
}
VALIDATOR = Draft202012Validator(schema_document())


def problems(message_type: str, data: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidMessageError) as refusal:
        read_data(read_envelope(envelope(message_type, data)))
    return {problem.pointer: problem.code for problem in refusal.value.problems}


def test_the_published_schema_is_what_the_code_says() -> None:
    published = Path(__file__).parents[2] / "manifest" / FILE_NAME
    assert published.read_text(encoding="utf-8") == schema_text()
    Draft202012Validator.check_schema(schema_document())


@pytest.mark.parametrize("message_type", DATA_SCHEMAS)
def test_each_message_of_the_contract_is_taken_by_code_and_schema(message_type: str) -> None:
    message = envelope(message_type, EXAMPLES[message_type] | {"a_member_of_version_2": 1})
    assert read_data(read_envelope(message))
    VALIDATOR.validate(message)


def test_an_answer_and_callbacks_are_in_the_schema() -> None:
    VALIDATOR.evolve(schema={"$ref": "#/$defs/answer", "$defs": schema_document()["$defs"]}).validate(ANSWER)
    for callback, data in (
        ("run.finished", ANSWER | {"run": {"id": "run_1"}}),
        ("cards.changed", {"targets": [{"type": "relation", "id": "1001"}]}),
        ("attention.raised", {"message": "…"}),
    ):
        VALIDATOR.validate(envelope(callback, data))
    assert not VALIDATOR.is_valid(envelope("cards.changed", {}))


@pytest.mark.parametrize(
    ("message_type", "changes", "pointer", "code"),
    [
        ("installation.created", {"key": "whsec_YWJj"}, "/key", "invalid_key"),
        (
            "installation.created",
            {"tenant": TENANT | {"timezone": "Mars/Base"}},
            "/tenant/timezone",
            "unknown_timezone",
        ),
        (
            "installation.created",
            {"tenant": TENANT | {"timezone": "../../etc/passwd"}},
            "/tenant/timezone",
            "unknown_timezone",
        ),
        ("installation.created", {"tenant": TENANT | {"locale": "nl\n"}}, "/tenant/locale", "invalid"),
        ("installation.created", {"tenant": TENANT | {"name": "a\r\nb"}}, "/tenant/name", "control_character"),
        (
            "installation.created",
            {"api": {"base_url": API["base_url"], "software_token": "s"}},
            "/api/token",
            "required",
        ),
        ("installation.updated", {"today": "1-1-2027"}, "/today", "invalid"),
        ("installation.updated", {"tenant": {"name": ""}}, "/tenant/name", "invalid"),
        ("action.invoked", {"actor": ADMIN | {"role": "owner"}}, "/actor/role", "unknown_choice"),
        ("action.invoked", {"target": {"type": "moon", "id": "1"}}, "/target/type", "unknown_choice"),
        ("action.invoked", {"not_after": "2026-12-28T10:05:00"}, "/not_after", "invalid"),
        ("action.invoked", {"input": []}, "/input", "invalid"),
        ("action.invoked", {"preview": "yes"}, "/preview", "invalid"),
        ("work_order.changed", {"ids": []}, "/ids", "invalid"),
        ("work_order.changed", {"ids": ["1"] * 501}, "/ids", "invalid"),
        ("work_order.changed", {"ids": [7]}, "/ids/0", "invalid"),
    ],
)
def test_wrong_data_is_named_by_its_pointer(
    message_type: str, changes: dict[str, Any], pointer: str, code: str
) -> None:
    assert problems(message_type, EXAMPLES[message_type] | changes) == {pointer: code}


def test_no_secret_of_a_message_is_in_a_repr_or_an_error() -> None:
    secrets = ("hunter2", KEY)
    data = EXAMPLES["installation.created"] | {"api": API | {"token": "hunter2"}}
    read = read_envelope(envelope("installation.created", data))
    with pytest.raises(InvalidMessageError) as refusal:
        read_data(read_envelope(envelope("installation.created", data | {"key": "whsec_hunter2", "actor": {}})))
    shown = f"{read!r} {read_data(read)!r} {refusal.value}"
    assert not any(secret in shown for secret in secrets)
