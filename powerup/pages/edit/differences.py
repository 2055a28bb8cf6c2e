"""What differs between two states of a contract's form, member by member and in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from powerup.pages.forms.days import decimal_as_typed, length_in_words, said_back
from powerup.pages.forms.schema import Schema, Shape, Written, kind_of, members_of
from powerup.texts import Reader, text


@dataclass(frozen=True, slots=True)
class Difference:
    """A member that another person changed, and what stands in the form of the one who looks; all in words."""

    label: str
    was: str
    became: str
    typed: str


def differences(
    schema: Schema, seen: Mapping[str, Any], now: Mapping[str, Any], typed: Mapping[str, Any], reader: Reader
) -> list[Difference]:
    """What is otherwise now than when it was seen, in the order of the form."""
    return [*_Words(reader).of_group(schema, (seen, now, typed), "")]


def merged(now: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """The contract as it is now, with what a person changed of it on top."""
    together = {**now, **changed}
    for name, value in changed.items():
        if isinstance(value, Mapping) and isinstance(now.get(name), Mapping):
            together[name] = {**now[name], **value}
    return together


_States = tuple[Any, Any, Any]
"""As it was seen, as it is now, and as it was typed."""


@dataclass(frozen=True, slots=True)
class _Words:
    reader: Reader

    def of_group(self, schema: Schema, states: _States, above: str) -> Iterator[Difference]:
        seen, now, typed = (state or {} for state in states)
        for name, member in members_of(schema).items():
            label = f"{above}{member['label'][self.reader.language]}"
            yield from self._of_member(member, (seen.get(name), now.get(name), typed.get(name)), label)

    def _of_member(self, schema: Schema, states: _States, label: str) -> Iterator[Difference]:
        seen, now, _ = states
        if (seen or None) == (now or None):
            return
        match kind_of(schema).shape:
            case Shape.GROUP:
                yield from self.of_group(schema, states, f"{label}: ")
            case Shape.GROUPS:
                yield from self._of_places(schema["items"], states)
            case Shape.SINGLE | Shape.SEVERAL | Shape.TICK | Shape.PER_OBJECT:
                yield Difference(label, *(self._said(schema, each) for each in states))

    def _of_places(self, schema: Schema, states: _States) -> Iterator[Difference]:
        by_name = [{self._called(place): place for place in state or ()} for state in states]
        for name in dict.fromkeys(name for state in by_name[:2] for name in state):
            seen, now, typed = (state.get(name) for state in by_name)
            label = f"{schema['label'][self.reader.language]} {name}"
            if seen is not None and now is not None:
                yield from self.of_group(schema, (seen, now, typed), f"{label}: ")
            else:
                there, gone = self.reader.say(text("there")), "–"
                yield Difference(label, *(there if state is not None else gone for state in (seen, now, typed)))

    def _called(self, place: Mapping[str, Any]) -> str:
        """What tells one place of a list from the others: several of the same name have their first days."""
        name = str(place.get("name") or place.get("code", ""))
        return f"{name} {self._day(place['from'])}" if place.get("from") else name

    def _said(self, schema: Schema, value: Any) -> str:
        if value is None or value == "" or value == [] or value == {}:
            return "–"
        if isinstance(value, bool):
            return self.reader.say(text("yes") if value else text("no"))
        if isinstance(value, Mapping):
            return ", ".join(f"{code}: {self._one(schema, each)}" for code, each in value.items())
        several = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        return ", ".join(self._one(schema, each) for each in several)

    def _one(self, schema: Schema, value: Any) -> str:
        labels = schema.get("items", schema).get("labels", {})
        if (label := labels.get(str(value))) is not None:
            return str(label[self.reader.language] if isinstance(label, Mapping) else label)
        match kind_of(schema).written:
            case Written.DAY:
                return self._day(value)
            case Written.PERIOD:
                return length_in_words(str(value), self.reader)
            case Written.DECIMAL:
                return decimal_as_typed(str(value), self.reader.language)
            case Written.WORDS | Written.LINES | Written.NUMBER | Written.MONTH | Written.TIME | Written.CODE:
                return str(value)

    def _day(self, value: Any) -> str:
        try:
            return said_back(date.fromisoformat(value), self.reader.language)
        except (TypeError, ValueError):
            return str(value)
