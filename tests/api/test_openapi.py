"""The published document: whole, one with the routes both ways, and with examples that are what really is answered."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

import powerup.api
from powerup.actions.catalogue import ACTIONS
from powerup.api.blueprint import ROOT
from powerup.api.examples import INPUTS
from powerup.api.problems import PROBLEM_CODES
from tests.api.calling import Firm
from tests.pages.reading import assert_well_made

Json = dict[str, Any]

API = Path(powerup.api.__file__).parent

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WITHOUT_A_KEY = {("GET", "/openapi.json"), ("GET", "/docs"), ("GET", "/docs.css")}
"""Which are about the API, and no operations of it."""

CALENDARS = {
    ("GET", f"{of}/calendar.ics") for of in ("", "/customers/{code}", "/employees/{code}", "/contracts/{number}")
}
"""Which are read by keys of their own."""


def published(firm: Firm) -> Json:
    return dict(firm.client.get(f"{ROOT}/openapi.json").get_json())


def operations(document: Json) -> list[tuple[str, str, Json]]:
    return [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "x-scope" in operation  # calendars are read by keys of their own
    ]


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule.removeprefix(ROOT)))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api")
        for method in (rule.methods or set()) - {"HEAD"}
    }


def test_the_document_is_openapi_and_agrees_with_the_routes_both_ways(firm: Firm) -> None:
    document = published(firm)
    OpenAPIV31SpecValidator(document).validate()
    described = {(method, path) for method, path, _ in operations(document)}
    assert routes(firm.client.application) - WITHOUT_A_KEY - CALENDARS == described
    published_without = {(method.upper(), path) for path, each in document["paths"].items() for method in each}
    assert published_without - described == CALENDARS
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for _, path, operation in operations(document):
        in_path = [each["name"] for each in operation.get("parameters", []) if each["in"] == "path"]
        assert in_path == re.findall(r"{(\w+)}", path)


def test_every_action_of_the_catalogue_has_its_operation_with_its_own_input(firm: Firm) -> None:
    by_id = {operation["operationId"]: operation for _, _, operation in operations(published(firm))}
    for action in ACTIONS:
        body = by_id[action.id.replace(".", "_")]["requestBody"]["content"]["application/json"]
        entered = body["schema"]["properties"]["input"]
        assert set(entered["properties"]) == {
            field.data_key or name for name, field in action.input().load_fields.items()
        }
    assert set(INPUTS) == {action.id for action in ACTIONS}


def test_every_example_fits_what_it_is_an_example_of(firm: Firm) -> None:
    document = published(firm)
    checked = 0
    for schema, example in examples(document):
        whole = {"$schema": document["jsonSchemaDialect"], "components": document["components"], **schema}
        Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(example)
        checked += 1
    assert checked > 100


def examples(document: Json) -> list[tuple[Json, Any]]:
    sent = [told["post"]["requestBody"]["content"]["application/json"] for told in document["webhooks"].values()]
    found = [(media["schema"], media["example"]) for media in sent]
    for _, _, operation in operations(document):
        parameters = operation.get("parameters", [])
        found += [(each["schema"], each["example"]) for each in parameters if "example" in each]
        contents = [operation["requestBody"]["content"]] if "requestBody" in operation else []
        contents += [answer["content"] for answer in operation["responses"].values()]
        for content in contents:
            (media,) = content.values()
            assert "example" in media, operation["operationId"]
            found.append((media["schema"], media["example"]))
    return found


def test_the_page_shows_every_operation_and_every_code_without_a_script_or_an_address_of_others(firm: Firm) -> None:
    answer = firm.client.get(f"{ROOT}/docs")
    page = answer.get_data(as_text=True)
    assert_well_made(page)
    for _, _, operation in operations(published(firm)):
        assert f'<section id="{operation["operationId"]}">' in page
    for code in PROBLEM_CODES:
        assert f'<dt id="{code}">' in page
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "<script" not in page
    assert set(re.findall(r'(?:href|src)="([^#"][^"]*)"', page)) == {"docs.css", "openapi.json"}
    assert firm.client.get(f"{ROOT}/docs.css").mimetype == "text/css"
    raised = [re.findall(r'Problem\(\s*[\w.]+,\s*"(\w+)"', path.read_text()) for path in API.glob("*.py")]
    assert {code for each in raised for code in each} <= set(PROBLEM_CODES)
