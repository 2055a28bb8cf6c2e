"""The form of a part of the configuration, drawn from the schema that its document is checked by."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from powerup.actions.kit.labels import VALUE_LABELS
from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.configuration import configuration_document
from powerup.documents.configuration_schema import configuration_schema
from powerup.documents.configuration_titles import EXPLANATIONS, TITLES
from powerup.pages.forms.schema import Schema
from powerup.tenants.configuration_difference import LABELS, value_in_words
from powerup.texts import Reader, Text, text

_NESTED: Mapping[str, Text] = {
    "number": text("Number"),
    "unit": text("Unit"),
    "from": text("From"),
    "to": text("To"),
    "until": text("Until"),
    "priority": text("Priority"),
    "response": text("Response"),
    "resolution": text("Resolution"),
}
"""What members are called that mean the same wherever they stand."""

_UNITS: Mapping[str, Text] = {"minute": text("Minute"), "hour": text("Hour"), **VALUE_LABELS}

_SELDOM = frozenset(
    {"settings.batch_size", "settings.calls_per_minute", "settings.host_clock", "settings.previous_open"}
    | {"settings.order_before_start", "calendar.region", "sla_policies.stopping_work_statuses"}
)
"""Members that most tenants never change: shown on demand."""

_WHEN: Mapping[str, Mapping[str, Sequence[str]]] = {
    "terms.renewal_period": {"renewal": ("automatic", "by_hand")},
    "terms.notice_after_renewal": {"renewal": ("automatic", "by_hand", "indefinite")},
}
"""Members that have a meaning beside some values of another one alone."""

_AMOUNTS = frozenset({"settings.cost_per_hour"})

_LONG = frozenset({"terms.description"})

_PICKED: Mapping[str, str] = {"capacity.employees.employee": "host:employee"}
"""Members that name a record of the host."""

_ONE: Mapping[str, Text] = {
    "sla_policies.priorities": text("Priority"),
    "capacity.employees": text("Employee"),
    "capacity.regions": text("Region"),
}
"""What one place of a repeated group is called."""


@cache
def form_of(path: str, language: str, *, without: frozenset[str] = frozenset()) -> Schema:
    """The schema of a part (`settings`), or of one entry of a list (`terms`, `calendar.closed_days`), with what its
    members are called and what they do.

    Args:
        without: members that stand in a form of their own.
    """
    described: Schema = configuration_schema()
    for name in path.split("."):
        described = described["properties"][name]
    described = described.get("items", described)
    drawn = _drawn(described, path, Reader(language))
    members = {name: member for name, member in drawn["properties"].items() if name not in without}
    return {**drawn, "properties": members}


def closed_day_form(language: str, *, at_customer: bool = False) -> Schema:
    """The schema of a closed day: its first day and, where it is more than one, its last; at_customer: and whose."""
    reader = Reader(language)
    day = {"type": "string", "format": "date"}
    last = {"label": reader.say(text("Last day")), "hint": reader.say(text("Empty: that one day."))}
    customer = {"type": "string", "format": "host:relation", "label": reader.say(text("Customer"))}
    return {
        "type": "object",
        "properties": {
            **({"customer": customer} if at_customer else {}),
            "date": {**day, "label": reader.say(text("Day"))},
            "until": {**day, **last},
            "name": {"type": "string", "label": reader.say(text("Name"))},
            "every_year": {"type": "boolean", "label": reader.say(text("Every year again, on the same days"))},
        },
        "required": [*(["customer"] if at_customer else []), "date", "name"],
    }


def _drawn(schema: Mapping[str, Any], path: str, reader: Reader) -> dict[str, Any]:
    drawn = {name: value for name, value in schema.items() if name != "title"} | _told(schema, path, reader)
    if "properties" in schema:
        drawn["properties"] = {
            name: _drawn(member, f"{path}.{name}", reader) for name, member in schema["properties"].items()
        }
        if "." in path:  # all of it or nothing: the check says what is missing
            drawn.pop("required", None)
    if "items" in schema:
        one = _ONE.get(path)
        drawn["items"] = _drawn(schema["items"], path, reader) | {"hint": ""}
        drawn["items"] |= {"label": reader.say(one)} if one else {}
    return drawn


def _told(schema: Mapping[str, Any], path: str, reader: Reader) -> dict[str, Any]:
    """What the form says of a member beside what its document says."""
    told: dict[str, Any] = {"label": _label(path, reader)}
    if hint := _hint(path, reader):
        told["hint"] = hint
    if path in _SELDOM:
        told["advanced"] = True
    if path in _WHEN:
        told["when"] = _WHEN[path]
    if path in _PICKED:
        told["format"] = _PICKED[path]
    if path in _AMOUNTS:
        told["format"] = "decimal"
    if path in _LONG:
        told["format"] = "text"
    if re.match(r"\^\[0-2\]\[0-9\]:", str(schema.get("pattern", ""))):
        told["format"] = "time"
    if "enum" in schema:
        told["labels"] = _labels(path, schema["enum"], reader)
    return told


def _label(path: str, reader: Reader) -> str:
    member = path.rpartition(".")[2]
    called = TITLES.get(path) or _NESTED.get(member)
    return reader.say(called) if called else member


def _hint(path: str, reader: Reader) -> str:
    """What the member does, and what it is while nobody has said anything."""
    told = [EXPLANATIONS[path]] if path in EXPLANATIONS else []
    if (usual := _defaults().get(path)) is not None:
        told.append(text("Usual: {value}.", value=value_in_words(path, usual)))
    return " ".join(map(reader.say, told))


@cache
def _defaults() -> Mapping[str, Any]:
    """What settings and calendar have where nothing is said, by their paths."""
    document = configuration_document(TenantConfiguration())
    found = {f"{part}.{name}": value for part in ("settings", "calendar") for name, value in document[part].items()}
    return {path: value for path, value in found.items() if value not in (None, [])}


def _labels(path: str, values: Sequence[Any], reader: Reader) -> dict[str, str]:
    words = {**_UNITS, **LABELS.get(path, {})}
    said = {str(value): reader.say(words[value]) for value in values if value in words}
    return {value: f"{each[:1].upper()}{each[1:]}" for value, each in said.items()}
