"""Blanking of secrets in what people are shown."""

from typing import Any

_SECRET_MEMBERS = frozenset({"key", "token", "software_token", "challenge", "proof"})


def without_secrets(value: Any) -> Any:
    """A JSON value to show to people: members that hold keys or tokens are blanked, at any depth."""
    if isinstance(value, dict):
        return {
            name: "***" if name in _SECRET_MEMBERS and item else without_secrets(item) for name, item in value.items()
        }
    return [without_secrets(item) for item in value] if isinstance(value, list) else value
