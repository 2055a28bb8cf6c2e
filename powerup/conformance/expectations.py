"""What checks expect of an answer: each raises Unmet with what came instead."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from powerup.conformance.check import Unmet
from powerup.conformance.exchange import Answer
from powerup.texts import Text, text
from powerup.webhooks.manifest.manifest_document import manifest_schema
from powerup.webhooks.manifest.schema_document import schema_document

_LONGEST_SHOWN = 200


def expect(holds: object, sentence: Text) -> None:
    """Raises Unmet with the sentence where it does not hold."""
    if not holds:
        raise Unmet(sentence)


def expect_status(answer: Answer, status: int, code: str | None = None) -> None:
    """The status, and the code of its body where there is one (webhooks page, section 2)."""
    expect(
        answer.status == status,
        text("Expected status {expected}, came {found}.", expected=str(status), found=str(answer.status)),
    )
    if code is not None:
        document = answer.document()
        expect_member(document, "code", code)
        message = document.get("message")
        expect(isinstance(message, str) and message, text("The body has no message in words."))


def expect_member(document: Mapping[str, Any], name: str, *expected: object) -> None:
    """A member that is one of those expected."""
    found = document.get(name)
    expect(
        found in expected,
        text(
            "Expected {name} to be {expected}, came {found}.",
            name=name,
            expected=" / ".join(map(str, expected)),
            found=_short(found),
        ),
    )


def expect_pointer(document: Mapping[str, Any], *pointers: str) -> None:
    """An error at one of these pointers among the `errors` of a document."""
    found = [str(each.get("pointer")) for each in document.get("errors", ())]
    expect(
        set(pointers) & set(found),
        text(
            "Expected an error at {expected}, came errors at {found}.",
            expected=" / ".join(pointers),
            found=", ".join(found) or "-",
        ),
    )


def expect_among(found: object, expected: Collection[object], what: str) -> None:
    """A value that is among others; what names it."""
    expect(found in expected, text("{what} has no {found}.", what=what, found=_short(found)))


def expect_schema(document: object, definition: str) -> None:
    """A document as `manifest/webhooks.schema.json` has it under `$defs`, or as `manifest`, or as `message`."""
    flaw = best_match(_validator(definition).iter_errors(document))
    if flaw is not None:
        raise Unmet(
            text(
                "It is not as its schema says, at {pointer}: {flaw}",
                pointer="/" + "/".join(map(str, flaw.absolute_path)),
                flaw=_short(flaw.message),
            )
        )


@cache
def _validator(definition: str) -> Draft202012Validator:
    if definition == "manifest":
        return Draft202012Validator(manifest_schema())
    document = schema_document()
    if definition == "message":
        return Draft202012Validator(document)
    return Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": document["$defs"]})


def _short(value: object) -> str:
    shown = str(value)
    return shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "…"
