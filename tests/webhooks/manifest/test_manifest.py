"""The manifest: made from the code's own lists, never stale, complete in both languages (webhooks page 1)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from powerup.actions.catalogue import ACTIONS
from powerup.webhooks.manifest.manifest_document import manifest, manifest_schema, stale_files, write_manifest
from tests.translations import translated

CHECKED_IN = Path(__file__).parents[3] / "manifest"


def labels(document: Any) -> Iterator[dict[str, str]]:
    """Every text of the manifest that people read."""
    if isinstance(document, dict):
        if set(document) == {"nl", "en"}:
            yield document
            return
        for member in document.values():
            yield from labels(member)
    elif isinstance(document, list):
        for member in document:
            yield from labels(member)


def test_the_files_that_are_checked_in_are_up_to_date() -> None:
    assert stale_files(CHECKED_IN) == [], "run: powerup manifest write"


def test_a_stale_file_is_named(tmp_path: Path) -> None:
    write_manifest(tmp_path)
    (tmp_path / "powerup.json").write_text("{}")
    assert stale_files(tmp_path) == ["powerup.json"]


def test_every_action_has_its_button() -> None:
    assert [action["id"] for action in manifest()["actions"]] == [action.id for action in ACTIONS]


@pytest.mark.parametrize("action", manifest()["actions"], ids=lambda action: action["id"])
def test_every_label_is_there_in_dutch_and_english(action: dict[str, Any]) -> None:
    dutch = translated()
    for label in labels(action):
        assert label["nl"]
        assert label["en"]
        is_translated = label["en"] in dutch or label["nl"] != label["en"]
        assert is_translated, f"{label['en']!r} has no Dutch form"


def test_the_manifest_is_what_its_schema_says() -> None:
    Draft202012Validator.check_schema(manifest_schema())
    Draft202012Validator(manifest_schema()).validate(manifest("https://contracts.example"))


@pytest.mark.parametrize("action", manifest()["actions"], ids=lambda action: action["id"])
def test_every_form_is_a_json_schema_whose_fields_have_labels(action: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(action["input"])
    for name, member in action["input"]["properties"].items():
        assert "label" in member, f"{action['id']}: {name} has no label"


def choices_left_open(schema: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The choices of a form, at every depth, that a person may leave open and that do not begin with a value."""
    for name, member in schema.get("properties", {}).items():
        chosen = "enum" in member or "choices" in member or member.get("format", "").startswith("host:")
        free = name not in schema.get("required", ()) and not member.get("needed") and "default" not in member
        of_lists = "array" in member.get("type", ())  # a hint says what none of them means
        if free and (chosen or member.get("type") in ("boolean", ["boolean", "null"])) and not of_lists:
            yield f"{path}.{name}", member
        yield from choices_left_open(member, f"{path}.{name}")
        yield from choices_left_open(member.get("items", {}), f"{path}.{name}")


@pytest.mark.parametrize("action", manifest()["actions"], ids=lambda action: action["id"])
def test_a_choice_that_may_be_left_open_says_what_that_means(action: dict[str, Any]) -> None:
    silent = [name for name, member in choices_left_open(action["input"], action["id"]) if "empty" not in member]
    assert silent == []


def test_the_manifest_holds_no_address_of_others() -> None:
    assert "http" not in json.dumps(manifest())
