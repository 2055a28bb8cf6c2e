"""The JSON Schema of a tenant's configuration, made from what checks it (`powerup config schema`)."""

import json

from powerup.documents.configuration import ConfigurationSchema
from powerup.documents.configuration_titles import TITLES
from powerup.documents.json_schema import DIALECT, JsonSchema, object_schema

FILE_NAME = "configuration.schema.json"
"""Its name among the published documents."""


def configuration_schema() -> JsonSchema:
    """JSON Schema 2020-12 of the document that `config show` writes and `config apply` takes."""
    described = object_schema(ConfigurationSchema())
    for path, title in TITLES.items():
        _member(described, path.split("."))["title"] = str(title)
    return {
        "$schema": DIALECT,
        "title": "Configuration of a tenant",
        "description": "Parts that are absent stay as they are: of settings and calendar each member, "
        "of the lists the whole list.",
        **described,
    }


def configuration_schema_text() -> str:
    """The schema as the file that is checked in."""
    return json.dumps(configuration_schema(), ensure_ascii=False, indent=2) + "\n"


def _member(described: JsonSchema, names: list[str]) -> JsonSchema:
    for name in names:
        described = described.get("items", described)["properties"][name]
    return described
