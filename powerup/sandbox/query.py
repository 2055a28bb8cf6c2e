"""Query parameters of an API 8 call, and the host's filters (host page 4.6)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from powerup.sandbox.errors import ApiError

SECRET_PARAMETERS = frozenset({"token", "software_token"})
_ARRAY_NAME = re.compile(r"^(key|value|operator)\[\d*\]$")
_OPERATORS = ("li", "eq", "ne", "gt", "ge", "lt", "le")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on a field; all conditions of a call must hold."""

    key: str
    value: str
    operator: str = "eq"

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Whether a record meets the condition. A field that the record does not have never does."""
        found = record.get(self.key)
        if found is None:
            return False
        if self.operator == "li":
            return self.value.strip("%").casefold() in str(found).casefold()
        order = _compare(str(found), self.value)
        return {
            "eq": order == 0, "ne": order != 0, "gt": order > 0, "ge": order >= 0, "lt": order < 0, "le": order <= 0
        }[self.operator]  # fmt: skip


def _compare(left: str, right: str) -> int:
    try:
        first, second = float(left), float(right)
    except ValueError:
        return (left > right) - (left < right)
    return (first > second) - (first < second)


@dataclass(frozen=True, slots=True, repr=False)
class Query:
    """The parameters of one call in the order they came, repeated names included."""

    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The first value of a parameter, None when it is absent."""
        return next((value for key, value in self.pairs if key == name), None)

    def flag(self, name: str, default: bool) -> bool:
        """A `true`/`false` parameter; anything else counts as the default."""
        return {"true": True, "1": True, "false": False, "0": False}.get((self.get(name) or "").lower(), default)

    def filters(self) -> list[Filter]:
        """The conditions given as key/value/operator, key[]/value[]/operator[] or key[0]/value[0]/operator[0].

        Raises:
            ApiError: 1504, an operator that is not documented.
        """
        keys, values, operators = (list(self._array(name)) for name in ("key", "value", "operator"))
        operators += ["eq"] * (len(keys) - len(operators))
        for operator in operators:
            if operator not in _OPERATORS:
                raise ApiError(1504, f"Operator: {operator} not allowed")
        return [Filter(*parts) for parts in zip(keys, values, operators, strict=False)]

    def _array(self, name: str) -> Iterable[str]:
        return (value for key, value in self.pairs if _ARRAY_NAME.sub(r"\1", key) == name)

    def redacted(self) -> dict[str, str]:
        """Parameters for the list of calls, with tokens blanked; of a repeated name all values, with commas."""
        shown: dict[str, str] = {}
        for name, value in self.pairs:
            text = "***" if name in SECRET_PARAMETERS else value
            shown[name] = f"{shown[name]},{text}" if name in shown else text
        return shown
