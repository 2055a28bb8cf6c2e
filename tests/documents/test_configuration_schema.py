"""The published schema of a configuration: what it allows is taken, what it forbids is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.configuration import configuration_document
from powerup.documents.configuration_schema import FILE_NAME, configuration_schema, configuration_schema_text
from tests.documents.test_configuration_document import CHANGES, PUBLISHED

CHECKED_IN = Path(__file__).parents[2] / "manifest" / FILE_NAME
VALIDATOR = Draft202012Validator(configuration_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)

BEYOND_A_SCHEMA = {
    *("unknown_country", "unknown_region", "no_working_day", "not_after_works_from", "blank", "not_unique", "required"),
    *("required_for_renewal", "response_or_resolution_required", "date_or_from", "until_out_of_range"),
}
"""What depends on other members, or on lists that no schema holds."""


def test_the_file_that_is_checked_in_is_up_to_date() -> None:
    assert CHECKED_IN.read_text("utf-8") == configuration_schema_text(), (
        f"run: powerup config schema > manifest/{FILE_NAME}"
    )


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(configuration_schema())


@pytest.mark.parametrize("document", [{}, PUBLISHED, configuration_document(TenantConfiguration())])
def test_documents_that_are_taken_are_valid(document: Any) -> None:
    VALIDATOR.validate(json.loads(json.dumps(document)))


@pytest.mark.parametrize("document", [change for change, _, code in CHANGES if code not in BEYOND_A_SCHEMA])
def test_documents_that_are_refused_are_not_valid(document: Any) -> None:
    assert not VALIDATOR.is_valid(document)


def test_every_member_has_a_title() -> None:
    def untitled(described: Any, path: str = "") -> list[str]:
        found = []
        for name, member in described.get("items", described).get("properties", {}).items():
            below = f"{path}.{name}".removeprefix(".")
            found += [] if "title" in member else [below]
            if below.count(".") < 1 and below != "sla_policies.priorities":
                found += untitled(member, below)
        return found

    assert untitled(configuration_schema()) == []
