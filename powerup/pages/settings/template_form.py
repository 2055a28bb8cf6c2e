"""The form of a contract template: what it is called, and what contracts begin with."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from powerup.actions.form.form_schema import form_schema
from powerup.actions.form.template_form import TemplateContractForm
from powerup.pages.forms.schema import Schema, members_of
from powerup.pages.settings.form import form_of

PATH = "contract_templates"

_LISTS = {"terms": "terms", "sla_policy": "sla_policies"}
"""Members that are chosen from a list of the tenant, and the part of the configuration that has it."""


def contract_template_form(language: str, configured: Mapping[str, Any]) -> Schema:
    """The schema of a template, whose contract is filled in as a new contract is, and may be left open anywhere."""
    schema = form_of(PATH, language)
    contract = {**members_of(schema)["contract"], **_contract()}
    members = {name: dict(member) for name, member in members_of(contract).items()}
    for name, part in _LISTS.items():
        labels = {entry["code"]: entry["name"] for entry in configured[part]}
        members[name] |= {"enum": list(labels), "labels": labels}
    contract["properties"] = members
    description = {**members_of(schema)["description"], "format": "text"}
    return {**schema, "properties": {**members_of(schema), "description": description, "contract": contract}}


@cache
def _contract() -> dict[str, Any]:
    schema = _left_open(form_schema(TemplateContractForm))
    order = _left_open(schema["properties"]["template"])
    return {**schema, "properties": {**schema["properties"], "template": order}}


def _left_open(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The group without what a contract needs and its template does not."""
    members = {
        name: {said: value for said, value in member.items() if said != "needed"}
        for name, member in members_of(schema).items()
    }
    return {**schema, "properties": members}
