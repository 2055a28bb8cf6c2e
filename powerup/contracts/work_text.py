"""Texts of a work order: what the placeholders in a contract's description become (rules: Generation)."""

import re
from collections.abc import Sequence
from datetime import date

from powerup.contracts.visit import VisitKey

PLACEHOLDERS = ("contract", "visit", "planned_date", "object")
"""The closed list of names."""

_IN_BRACES = re.compile(r"\{\{|\{([^{}]*)\}")
"""A brace that is meant as one, written twice, or a name in braces."""


def placeholders_in_words() -> str:
    """All of them, as they are written in a text."""
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def unknown_placeholders(template: str) -> list[str]:
    """The names in braces that are no placeholders, in braces, as they stand in the text."""
    found = _IN_BRACES.finditer(template)
    return [each[0] for each in found if each[1] is not None and each[1] not in PLACEHOLDERS]


def work_text(template: str, key: VisitKey, planned_date: date, objects: Sequence[str]) -> str:
    """The text with its placeholders filled: contract number, name of the visit plan, planned date as d-m-Y, object.

    objects are the codes that the work order carries; several are listed with commas. A brace that is written twice is
    one. What else stands in braces is left as it is: texts that were stored before such names were refused have it.
    """
    values = {
        "contract": key.contract,
        "visit": key.plan,
        "planned_date": f"{planned_date:%d-%m-%Y}",
        "object": ", ".join(objects),
    }
    return _IN_BRACES.sub(lambda found: "{" if found[1] is None else values.get(found[1], found[0]), template)
