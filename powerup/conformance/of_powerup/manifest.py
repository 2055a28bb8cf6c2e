"""The manifest (webhooks page, section 1)."""

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from powerup.conformance.check import Checks, Unmet
from powerup.conformance.expectations import expect, expect_schema
from powerup.conformance.playing_host import PlayedHost
from powerup.texts import text

CHECKS = Checks[PlayedHost]("webhooks 1")


@CHECKS.add("manifest.served", text("The manifest is served at its well-known address."), installed=False)
def _served(host: PlayedHost) -> None:
    host.fetch_manifest()


@CHECKS.add(
    "manifest.schema", text("The manifest is as its schema says; every text is in Dutch and English."), installed=False
)
def _schema(host: PlayedHost) -> None:
    expect_schema(host.fetch_manifest(), "manifest")


@CHECKS.add("manifest.inputs", text("The input of each action is a JSON Schema of an object."), installed=False)
def _inputs(host: PlayedHost) -> None:
    for action in host.fetch_manifest()["actions"]:
        try:
            Draft202012Validator.check_schema(action["input"])
        except SchemaError as error:
            raise Unmet(text("{what}: {words}", what=action["id"], words=error.message)) from error
        expect(
            action["input"].get("type") == "object", text("{what}: {words}", what=action["id"], words="type ≠ object")
        )


@CHECKS.add("manifest.ids", text("Ids of actions and of panels are each used once."), installed=False)
def _ids(host: PlayedHost) -> None:
    manifest = host.fetch_manifest()
    for listed in ("actions", "panels"):
        ids = [each["id"] for each in manifest[listed]]
        expect(len(ids) == len({*ids}), text("An id is used twice: {ids}", ids=", ".join(sorted(ids))))


@CHECKS.add("manifest.health", text("The address for health answers."), installed=False)
def _health(host: PlayedHost) -> None:
    answer = host.wire.send("GET", host.address_of("health", "health/ready"), {})
    expect(
        answer.status in (200, 503),
        text("Expected status {expected}, came {found}.", expected="200 / 503", found=str(answer.status)),
    )
