"""The manifest: what the power-up is, asks for and offers, written from the code's own lists (webhooks page 1)."""

import json
from pathlib import Path
from typing import Any

from powerup import __version__
from powerup.actions.catalogue import ACTIONS
from powerup.actions.form.form_schema import form_schema, in_all_languages
from powerup.actions.kit.action import Action, Style
from powerup.actions.kit.request import Role, TargetType
from powerup.documents.json_schema import DIALECT
from powerup.texts import LANGUAGES, Text, text
from powerup.visitors.panels import PANELS
from powerup.webhooks.manifest.schema_document import FILE_NAME, schema_text
from powerup.webhooks.messages.events import EVENTS

UNFILLED = "{base_url}"
"""What stands for the address in the manifest that is checked in."""

NAME = text("Contract management")
SUMMARY = text(
    "Keeps your maintenance contracts and makes their work orders at the right time: never twice, never forgotten, "
    "none after the contract has ended."
)

SCOPES: tuple[tuple[str, Text], ...] = (
    ("work_orders:read", text("To see how far the work orders of a contract are.")),
    ("work_orders:write", text("To make work orders when they are due, and take back those that have not started.")),
    ("relations:read", text("To put name and address of the customer on a work order.")),
    ("addresses:read", text("To send work orders to the address where the work is.")),
    ("contact_persons:read", text("To name on work orders who is asked for there.")),
    ("free_fields:read", text("To put the customer's reference into a field of your own, when you choose that.")),
    ("forms:read", text("To let you choose which forms come with work orders.")),
    ("materials:read", text("To put materials with their prices on work orders.")),
    ("objects:read", text("To know which objects a contract covers.")),
    ("employees:read", text("To plan a work order for the employee of the contract.")),
    ("projects:read", text("To put work orders on the project of the contract.")),
    ("work_types:read", text("To let you choose the type of work.")),
    ("payment_methods:read", text("To let you choose the payment method.")),
    ("priorities:read", text("To know what was promised for an urgent work order.")),
    ("tasks:write", text("To remind you before a contract renews.")),
)
"""What is asked of the host's API, each with its reason."""


def manifest(base_url: str = UNFILLED) -> dict[str, Any]:
    """The manifest of a server at that address."""
    return {
        "manifest_version": "1",
        "id": "contract-management",
        "version": __version__,
        "name": in_all_languages(NAME),
        "summary": in_all_languages(SUMMARY),
        "vendor": {
            "name": "Contract management for OutSmart",
            "address": base_url,
            "support": base_url,
        },
        "base_url": base_url,
        "endpoints": {"webhooks": "/webhooks", "panel": "/panel/open", "health": "/health/ready"},
        "signature": "standard-webhooks-v1",
        "scopes": [{"scope": scope, "reason": in_all_languages(reason)} for scope, reason in SCOPES],
        "events": list(EVENTS),
        "actions": [_action(action) for action in ACTIONS],
        "panels": [
            {"id": panel.id, "label": in_all_languages(panel.label), "where": list(panel.where)} for panel in PANELS
        ],
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "id": action.id,
        "label": in_all_languages(action.label),
        "target": action.target.value,
        "style": action.style.value,
        "role": action.role.value,
        "input": form_schema(action.input),
    }


def manifest_text(base_url: str = UNFILLED) -> str:
    """The manifest as it is checked in: `manifest/powerup.json`."""
    return json.dumps(manifest(base_url), ensure_ascii=False, indent=2) + "\n"


def manifest_files() -> dict[str, str]:
    """What is checked in beside the code, by file name: the manifest, its schema, the schema of all messages."""
    return {
        "powerup.json": manifest_text(),
        "powerup.schema.json": json.dumps(manifest_schema(), ensure_ascii=False, indent=2) + "\n",
        FILE_NAME: schema_text(),
    }


def write_manifest(directory: Path) -> None:
    """Write the files into the directory where they are checked in."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in manifest_files().items():
        (directory / name).write_text(content, "utf-8")


def stale_files(directory: Path) -> list[str]:
    """Names of the files that are not what this version would write."""
    return [
        name
        for name, content in manifest_files().items()
        if not (directory / name).exists() or (directory / name).read_text("utf-8") != content
    ]


def manifest_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a manifest."""
    words = {
        "type": "object",
        "properties": {language: {"type": "string", "minLength": 1} for language in (*LANGUAGES, "de")},
        "required": list(LANGUAGES),
    }
    action = _object(
        id={"type": "string"},
        label={"$ref": "#/$defs/words"},
        target={"enum": [target.value for target in TargetType]},
        style={"enum": [style.value for style in Style]},
        role={"enum": [role.value for role in Role]},
        input={"type": "object"},
    )
    panel = _object(
        id={"type": "string"},
        label={"$ref": "#/$defs/words"},
        where={"type": "array", "items": {"enum": ["main_menu", "relation", "object", "work_order", "settings"]}},
    )
    return {
        "$schema": DIALECT,
        "title": "Manifest of a power-up",
        **_object(
            manifest_version={"const": "1"},
            id={"type": "string"},
            version={"type": "string"},
            name={"$ref": "#/$defs/words"},
            summary={"$ref": "#/$defs/words"},
            vendor=_object(name={"type": "string"}, address={"type": "string"}, support={"type": "string"}),
            base_url={"type": "string"},
            endpoints=_object(webhooks={"type": "string"}, panel={"type": "string"}, health={"type": "string"}),
            signature={"const": "standard-webhooks-v1"},
            scopes={
                "type": "array",
                "items": _object(scope={"type": "string"}, reason={"$ref": "#/$defs/words"}),
            },
            events={"type": "array", "items": {"type": "string"}},
            actions={"type": "array", "items": action},
            panels={"type": "array", "items": panel},
        ),
        "$defs": {"words": words},
    }


def _object(**members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members)}
