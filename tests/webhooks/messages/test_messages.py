"""Messages by example, their schemas, and the published JSON Schema made of them (webhooks page, section 9)."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from powerup import webhooks
from powerup.webhooks.kit.envelope import InvalidMessageError
from powerup.webhooks.kit.message_parts import EXAMPLE_KEY
from powerup.webhooks.kit.message_type import Asking, Changing, Installing, MessageType
from powerup.webhooks.kit.prepared_message import PreparedAnswer
from powerup.webhooks.manifest.schema_document import FILE_NAME, schema_document, schema_text
from powerup.webhooks.messages.all_messages import ALL, MESSAGES, read_envelope
from powerup.webhooks.messages.events import RecordsChangedSchema
from tests.webhooks.signed_messages import envelope

EXAMPLES = {name: dict(each.example) for name, each in MESSAGES.items()}
ADMIN, TENANT, API = (EXAMPLES["installation.created"][part] for part in ("actor", "tenant", "api"))
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
            "moved_from": None,
            "workorder_no": "C1042-A-20270131-CV-1",
            "state": "ordered",
            "reason": "terminated",
        }
    ],
    "counts": {"retracted": 3, "kept": 1, "withheld": {"terminated": 4}},
}
PUBLISHED = schema_document()
VALIDATOR = Draft202012Validator(PUBLISHED)


def read(message: Mapping[str, Any]) -> Any:
    taken = read_envelope(message)
    return MESSAGES[taken.type].read(taken)


def problems(message_type: str, data: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidMessageError) as refusal:
        read(envelope(message_type, data))
    return {problem.pointer: problem.code for problem in refusal.value.problems}


def test_the_published_schema_is_what_the_code_says() -> None:
    published = Path(__file__).parents[3] / "manifest" / FILE_NAME
    assert published.read_text(encoding="utf-8") == schema_text()
    Draft202012Validator.check_schema(schema_document())


@pytest.mark.parametrize("message_type", MESSAGES)
def test_each_message_of_the_contract_is_taken_by_code_and_schema(message_type: str) -> None:
    message = envelope(message_type, EXAMPLES[message_type] | {"a_member_of_version_2": 1})
    assert isinstance(read(message), MESSAGES[message_type].schema.makes)
    VALIDATOR.validate(message)


def test_the_published_schema_shows_the_example_of_every_type() -> None:
    shown = {
        each["if"]["properties"]["type"]["const"]: each["then"]["properties"]["data"] for each in PUBLISHED["allOf"]
    }
    assert {name: data["examples"] for name, data in shown.items() if "examples" in data} == {
        name: [example] for name, example in EXAMPLES.items()
    }


def test_every_row_there_is_can_be_sent() -> None:
    modules = [import_module(each.name) for each in walk_packages(webhooks.__path__, "powerup.webhooks.")]
    rows = [row for module in modules for row in vars(module).values() if isinstance(row, MessageType)]
    assert {row.name for row in rows} - set(MESSAGES) == set(), "to be listed in all_messages.py"


def test_no_two_rows_have_one_name() -> None:
    assert [row.name for row in ALL] == list(MESSAGES)


@pytest.mark.parametrize("message_type", MESSAGES)
def test_the_page_names_every_type(message_type: str) -> None:
    page = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text("utf-8")
    assert f"`{message_type}`" in page


@pytest.mark.parametrize("kind", [Installing, Changing, Asking])
def test_a_type_without_handler_or_example_cannot_be(kind: type[MessageType[Any]]) -> None:
    whole: dict[str, Any] = {"name": "machine.seen", "schema": RecordsChangedSchema, "example": {"ids": ["7"]}}
    whole["reader" if kind is Asking else "handler"] = lambda *_: PreparedAnswer({})
    kind(**whole)
    for missing in whole:
        with pytest.raises(TypeError, match=missing):
            kind(**{name: value for name, value in whole.items() if name != missing})


def test_an_answer_and_callbacks_are_in_the_schema() -> None:
    VALIDATOR.evolve(schema={"$ref": "#/$defs/answer", "$defs": schema_document()["$defs"]}).validate(ANSWER)
    for callback, data in (
        ("run.finished", ANSWER | {"run": {"id": "run_1"}}),
        ("cards.changed", {"targets": [{"type": "relation", "id": "1001"}]}),
        (
            "attention.raised",
            {"message": "…", "kind": "tenant", "number": 1, "contracts": [], "visits": []},
        ),
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
        ("installation.created", {"tenant": TENANT | {"locale": "nl\n"}}, "/tenant/locale", "control_character"),
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
    secrets = ("hunter2", EXAMPLE_KEY)
    data = EXAMPLES["installation.created"] | {"api": API | {"token": "hunter2"}}
    taken = read_envelope(envelope("installation.created", data))
    with pytest.raises(InvalidMessageError) as refusal:
        read(envelope("installation.created", data | {"key": "whsec_hunter2", "actor": {}}))
    shown = f"{taken!r} {MESSAGES[taken.type].read(taken)!r} {refusal.value}"
    assert not any(secret in shown for secret in secrets)
