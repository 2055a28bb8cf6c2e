"""What the power-up's manifest says, in the terms of the pages (webhooks page 1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from powerup.sandbox.pages.form_schema import Schema, properties
from powerup.sandbox.pages.listed import Manifest

_NO_INPUT: Schema = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class Button:
    """An action that people can press.

    Args:
        label: in several languages.
        target: the type of record it is about.
        style: `default` or `danger`.
        role: that a person needs.
        input: JSON Schema of its form.
    """

    id: str
    label: Mapping[str, str]
    target: str
    style: str
    role: str
    input: Schema

    @property
    def needs_form(self) -> bool:
        """Whether there is anything to fill in."""
        return bool(properties(self.input))


def buttons_of(manifest: Manifest) -> list[Button]:
    """All actions, in the manifest's order."""
    return [
        Button(
            id=action["id"],
            label=action["label"],
            target=action["target"],
            style=action.get("style", "default"),
            role=action.get("role", "planner"),
            input=action.get("input") or _NO_INPUT,
        )
        for action in manifest.get("actions", ())
    ]


def find_button(manifest: Manifest, action_id: str) -> Button | None:
    """The action of this id, None when the manifest has none."""
    return next((button for button in buttons_of(manifest) if button.id == action_id), None)


def buttons_about(manifest: Manifest, record_type: str) -> Sequence[Button]:
    """The actions about records of a type."""
    return [button for button in buttons_of(manifest) if button.target == record_type]


@dataclass(frozen=True, slots=True)
class Panel:
    """A page of the power-up, shown in a frame; label in several languages, where the places that lead to it."""

    id: str
    label: Mapping[str, str]
    where: Sequence[str]


def panels_of(manifest: Manifest) -> list[Panel]:
    """All panels, in the manifest's order."""
    return [Panel(panel["id"], panel["label"], tuple(panel["where"])) for panel in manifest.get("panels", ())]


def scopes_of(manifest: Manifest) -> Sequence[Mapping[str, Any]]:
    """What the power-up asks of the host's API: `scope` and `reason` each."""
    return [scope for scope in manifest.get("scopes", ()) if isinstance(scope, Mapping)]
