"""What one configuration has otherwise than another, member by member and in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from powerup.actions.kit.labels import VALUE_LABELS
from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.configuration import configuration_document
from powerup.documents.configuration_titles import TITLES
from powerup.texts import Text, counted, text

_ENTRIES = {"terms": "code", "reasons": "code", "sla_policies": "code", "mappings": "name"} | {
    "calendar.closed_days": "date",
    "calendar.customer_closed_days": "date",
    "contract_templates": "code",
    "indexes": "code",
    "capacity.employees": "employee",
    "capacity.regions": "region",
}
"""Lists of entries, by the member that names one."""

LABELS: Mapping[str, Mapping[str, Text]] = {
    "settings.mode": {
        "live": text("yes"),
        "dry_run": text("no, cycles only say what they would do"),
        "stopped": text("no, the tenant is stopped"),
    },
    "settings.host_clock": {
        "found": text("as a probe of the host found it, else that of the tenant"),
        "tenant": text("that of the tenant"),
        "utc": text("UTC"),
    },
    "terms.renewal": {
        "none": text("none"),
        "automatic": text("automatic"),
        "by_hand": text("by hand"),
        "indefinite": text("on without an end"),
    },
    "sla_policies.clock": {
        "business_hours": text("business hours"),
        "calendar_hours": text("round the clock"),
    },
    "calendar.liberation_day": {
        "every_fifth_year": text("every fifth year"),
        "always": counted("every year", "every {number} years", 1),
        "never": text("never"),
    },
    "settings.catch_up": VALUE_LABELS,
    "settings.days_in_advance_unit": VALUE_LABELS,
    "calendar.working_days": VALUE_LABELS,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One member that changes. part is its path, such as `settings.change_cap` or `terms.STD.renewal`; before or after
    is None where an entry of a list is added or dropped; line says it in words."""

    part: str
    before: Any
    after: Any
    line: Text


def differences(before: TenantConfiguration, after: TenantConfiguration) -> list[Difference]:
    """Every member that differs, in the order of the document."""
    old, new = configuration_document(before), configuration_document(after)
    return [found for part in new for found in _of_part(part, old[part], new[part])]


def _of_part(path: str, old: Any, new: Any) -> Iterator[Difference]:
    if path in _ENTRIES:
        yield from _of_entries(path, old, new)
    else:
        yield from _of_members(path, path, TITLES[path], old, new)


def _of_members(
    path: str, part: str, place: Text, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Difference]:
    for name in (*new, *(each for each in old if each not in new)):
        below = f"{path}.{name}"
        if below in _ENTRIES:
            yield from _of_entries(below, old[name], new[name])
        elif (was := _member(old, name)) != (becomes := _member(new, name)):
            line = text(
                "{place}, {member}: {before} → {after}",
                place=place,
                member=TITLES[below],
                before=value_in_words(below, was),
                after=value_in_words(below, becomes),
            )
            yield Difference(f"{part}.{name}", was, becomes, line)


def _member(entry: Mapping[str, Any], name: str) -> Any:
    """What does not come back every year does not say so."""
    return entry.get(name, False if name == "every_year" else None)


def _of_entries(path: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    """Entries by what names them: those that change, then those that are added and dropped."""
    was, becomes = _by_name(path, old), _by_name(path, new)
    for name in sorted(was.keys() | becomes.keys()):
        part, place = f"{path}.{name}", text("{list} {entry}", list=TITLES[path], entry=_entry_name(path, name))
        if name not in was:
            line = text("{place}: added ({name})", place=place, name=_called(becomes[name]))
            yield Difference(part, None, becomes[name], line)
        elif name not in becomes:
            line = text("{place}: dropped ({name})", place=place, name=_called(was[name]))
            yield Difference(part, was[name], None, line)
        else:
            yield from _of_members(path, part, place, was[name], becomes[name])


def _called(entry: Mapping[str, Any]) -> object:
    """An index has a year for its name, and whoever has hours those."""
    if "hours" in entry:
        return _so_many(entry["hours"])["hour"]
    return str(entry.get("name") or entry.get("reference_year") or "")


def _by_name(path: str, entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {_name_of(path, entry): entry for entry in entries}


def _name_of(path: str, entry: Mapping[str, Any]) -> str:
    """Closed days are named by their first and last, those of a customer by that, too."""
    name: str = entry.get(_ENTRIES[path]) or f"{entry['from']}/{entry['until']}"
    return f"{entry['customer']} {name}" if "customer" in entry else name


def _entry_name(path: str, name: str) -> object:
    """The name as people say it; closed days from one to another are named by both."""
    if _ENTRIES[path] != "date":
        return name
    customer, _, days = name.rpartition(" ")
    first, _, last = days.partition("/")
    said: object = date.fromisoformat(first)
    if last:
        said = text("{first} to {last}", first=said, last=date.fromisoformat(last))
    return text("{customer}, {days}", customer=customer, days=said) if customer else said


def value_in_words(path: str, value: Any) -> object:
    """A value of the document as people say it, by the path of its member."""
    match value:
        case None | "" | []:
            return text("none")
        case bool():
            return text("yes") if value else text("no")
        case {} if path.startswith("indexes."):
            return _of_an_index(value)
        case list():
            return [value_in_words(path, item) for item in value]
        case {"number": 0}:
            return text("none")
        case {"number": number, "unit": unit}:
            return _so_many(number)[unit]
        case {"from": works_from, "to": works_until}:
            return text("from {from_time} to {to_time}", from_time=works_from, to_time=works_until)
        case {} if path.startswith(("mappings.", "contract_templates.")):
            return ", ".join(value)
        case {"priority": priority, **times}:
            return text(
                "{priority}: response {response}, resolution {resolution}",
                priority=priority,
                response=value_in_words(path, times.get("response")),
                resolution=value_in_words(path, times.get("resolution")),
            )
        case _:
            return LABELS.get(path, {}).get(value, value)


def _of_an_index(values: Mapping[str, Any]) -> object:
    """A link, or the newest values: the others do not change often."""
    if "factor" in values:
        return text("{index} by {factor}", index=values["from"], factor=values["factor"])
    shown = [f"{month} {values[month]['value']}" for month in sorted(values)[-3:]]
    return ", ".join(["…", *shown] if len(values) > len(shown) else shown)


def _so_many(number: int) -> Mapping[str, Text]:
    """A length of time in each unit that a document can have."""
    return {
        "minute": counted("{number} minute", "{number} minutes", number),
        "hour": counted("{number} hour", "{number} hours", number),
        "day": counted("{number} day", "{number} days", number),
        "week": counted("{number} week", "{number} weeks", number),
        "month": counted("{number} month", "{number} months", number),
        "year": counted("{number} year", "{number} years", number),
    }
