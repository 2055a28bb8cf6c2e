"""Texts of a work order: what the placeholders in a contract's description become (rules: Generation)."""

import re
from collections.abc import Sequence
from datetime import date

from powerup.contracts.visit import VisitKey

PLACEHOLDERS = ("contract", "visit", "planned_date", "object")
"""The closed list; whatever else stands between braces is left as it was entered."""

_PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


def work_text(template: str, key: VisitKey, planned_date: date, objects: Sequence[str]) -> str:
    """The text with its placeholders filled: contract number, name of the visit plan, planned date as d-m-Y, object.

    objects are the codes that the work order carries; several are listed with commas.
    """
    values = {
        "contract": key.contract,
        "visit": key.plan,
        "planned_date": f"{planned_date:%d-%m-%Y}",
        "object": ", ".join(objects),
    }
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)
