"""From the JSON Schema of an action's input to the fields of a form, with the host's own pickers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from powerup.sandbox.pages.form_reading import Unread
from powerup.sandbox.pages.form_schema import (
    ROOT,
    Schema,
    deciding_members,
    holds_days,
    holds_groups,
    is_map,
    is_shown,
    kind_of,
    properties,
)
from powerup.sandbox.pages.pickers import Choices, Pickers
from powerup.sandbox.pages.texts import Texts, as_day
from powerup.sandbox.pages.words import WORDS

Problems = Mapping[str, Sequence[str]]
"""What is wrong, by JSON pointer into the message, such as `/input/plans/0/unit` (RFC 6901)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, or a group of them.

    Args:
        name: its pointer without the first slash, as the browser sends it: `input/plans/0/unit`.
        kind: `line`, `lines`, `number`, `date`, `time`, `choice`, `boxes`, `list`, `pairs`, `group` or `groups`.
        value: the text or number shown; for `boxes` the list of codes ticked.
        one_label: of `groups`, what one of them is called.
        hint: what it is for, or what holds when it is empty.
        dates: it takes days, and says back how they were understood.
        said: the days that it holds, in words.
        empty: of `choice`, what it means to choose nothing; empty where something has to be chosen or is anyway.
        choices: of `choice` and `boxes`.
        members: of `group`, and of each place of `groups`, which is a `group` itself.
        advanced: shown on demand.
        decides: its value decides which other fields are shown.
    """

    name: str
    kind: str
    label: str
    one_label: str = ""
    hint: str = ""
    dates: bool = False
    said: str = ""
    empty: str = ""
    required: bool = False
    value: Any = ""
    choices: Choices = ()
    members: Sequence["Field"] = ()
    problems: Sequence[str] = ()
    advanced: bool = False
    decides: bool = False

    @property
    def id(self) -> str:
        """Its id in the page."""
        return self.name.replace("/", "-")

    @property
    def common(self) -> list["Field"]:
        """The members that are always shown."""
        return [member for member in self.members if not member.advanced]

    @property
    def on_demand(self) -> list["Field"]:
        """The members that are shown on demand."""
        return [member for member in self.members if member.advanced]

    @property
    def names(self) -> set[str]:
        """By which names the browser sends this field and all below it."""
        # A repeated group has a hidden field that says which places there are.
        return {self.name, f"{self.name}/"}.union(*(member.names for member in self.members))

    @property
    def pointers(self) -> set[str]:
        """The pointers of this field and of all below it."""
        return {f"/{name}" for name in self.names if not name.endswith("/")}

    def wrong(self, called: str = "") -> Iterator["Flaw"]:
        """What is wrong with it and with its members, in the order in which they are drawn.

        Args:
            called: what it is called here, with the groups in which it stands; its label where that is left out.
        """
        called = called or self.label
        for words in self.problems:
            yield Flaw(self.id, called, words)
        for place, member in enumerate((*self.common, *self.on_demand), 1):
            within = f"{member.label} {place}" if self.kind == "groups" else f"{called}: {member.label}"
            yield from member.wrong(within.removeprefix(": "))

    @property
    def has_problems(self) -> bool:
        """Whether something is wrong with it or with a member."""
        return bool(self.problems) or any(member.has_problems for member in self.members)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A line of the summary above a form: the id of the field in the page, what it is called, and what is wrong."""

    id: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class FormDrawing:
    """Draws forms for one person about one record.

    Args:
        problems: what the power-up said was wrong with an earlier try.
    """

    texts: Texts
    pickers: Pickers
    problems: Problems = field(default_factory=dict)

    def draw(self, schema: Schema, values: Mapping[str, Any]) -> Field:
        """The whole form as a group.

        Args:
            schema: of the action's input.
            values: what is filled in already.
        """
        return Field(ROOT, "group", "", members=self._members(schema, values, f"{ROOT}/"))

    def _members(self, schema: Schema, values: Mapping[str, Any], path: str) -> list[Field]:
        known = properties(schema)
        shown_values = {name: values.get(name, member.get("default")) for name, member in known.items()}
        deciding = deciding_members(schema)
        return [
            self._field(
                member,
                f"{path}{name}",
                shown_values[name],
                required=name in schema.get("required", ()) or bool(member.get("needed")),
                decides=name in deciding,
            )
            for name, member in known.items()
            if is_shown(member, shown_values)
        ]

    def _field(self, schema: Schema, name: str, value: Any, required: bool, decides: bool) -> Field:
        kind, choices = self._kind_and_choices(schema)
        members: list[Field] = []
        if kind == "groups":
            places = value or ([{}] if required else [])
            members = [self._place(schema, f"{name}/{place}", one) for place, one in enumerate(places)]
        elif kind == "group":
            members = self._members(schema, value or {}, f"{name}/")
        return Field(
            name=name,
            kind=kind,
            label=self.texts.of(schema.get("label")) or name.rpartition("/")[2],
            one_label=self._one_of(schema) if kind == "groups" else "",
            hint=self._hint(schema, kind),
            dates=holds_days(schema),
            said=self._said(value) if holds_days(schema) else "",
            empty=self._empty(schema, required, value) if kind == "choice" else "",
            required=required,
            value=self._shown_value(kind, value, are_days=holds_days(schema)),
            choices=choices,
            members=members,
            problems=self.problems.get(f"/{name}", ()),
            advanced=bool(schema.get("advanced")) and not required,
            decides=decides,
        )

    def _said(self, value: Any) -> str:
        several = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
        days = [as_day(str(one)) for one in several if one]
        return "; ".join(self.texts.long_day(day) for day in days if day)

    def _empty(self, schema: Schema, required: bool, value: Any) -> str:
        if required:
            return "" if value not in (None, "") else self.texts.say("– choose –")
        if schema.get("default") is not None:
            return ""
        return f"– {self.texts.of(schema.get('empty')) or self.texts.say('not chosen')} –"

    def _shown_value(self, kind: str, value: Any, *, are_days: bool) -> Any:
        if kind == "boxes":
            return [str(one) for one in value or ()]
        one_as_text = self._day_as_typed if are_days else str
        if kind == "list":
            return ", ".join(one_as_text(one) for one in value or ())
        if kind == "pairs":
            return ", ".join(_is_no_pair(one) or f"{code}={one_as_text(one)}" for code, one in (value or {}).items())
        if isinstance(value, bool):
            return "true" if value else "false"
        return "" if value is None else one_as_text(value) if are_days else value

    def _day_as_typed(self, value: Any) -> str:
        return self.texts.day(str(value))

    def _hint(self, schema: Schema, kind: str) -> str:
        kind = f"{kind}_of_days" if kind in ("list", "pairs") and holds_days(schema) else kind
        how = self.texts.word("filling_in", kind) if kind in WORDS["filling_in"] else ""
        return " ".join(filter(None, (self.texts.of(schema.get("hint")), how)))

    def _place(self, schema: Schema, name: str, values: Mapping[str, Any]) -> Field:
        label = self._one_of(schema)
        members = self._members(schema["items"], values, f"{name}/")
        return Field(name, "group", label, members=members, problems=self.problems.get(f"/{name}", ()))

    def _one_of(self, schema: Schema) -> str:
        """What one place of a repeated group is called: the label of its items, else that of the whole."""
        return self.texts.of(schema["items"].get("label")) or self.texts.of(schema.get("label"))

    def _kind_and_choices(self, schema: Schema) -> tuple[str, Choices]:
        if holds_groups(schema):
            return "groups", ()
        if is_map(schema):
            return "pairs", ()
        kind = kind_of(schema)
        inner = schema.get("items", {}) if kind == "array" else schema
        choices = self._choices(schema)
        if choices is None:
            choices = self._choices(inner)
        if choices is not None:
            return ("boxes" if kind == "array" else "choice"), choices
        if kind == "array":
            return "list", ()
        if kind in _KINDS:
            return _KINDS[kind], ()
        return _FORMATS.get(schema.get("format", ""), "line"), ()

    def _choices(self, schema: Schema) -> Choices | None:
        """What can be chosen; nothing where the host has no such record, None where the value is free."""
        offered = self.pickers.choices(schema.get("format", ""))
        if offered is not None:
            return offered
        if kind_of(schema) == "boolean":
            return [("true", self.texts.say("yes")), ("false", self.texts.say("no"))]
        if "enum" not in schema:
            return None
        labels = schema.get("labels", {})
        values = [value for value in schema["enum"] if value is not None]
        return [(str(value), self.texts.of(labels.get(str(value), value))) for value in values]


_KINDS = {"integer": "number", "object": "group"}
_FORMATS = {"date": "date", "time": "time", "text": "lines"}


def _is_no_pair(value: Any) -> str:
    """The word as it was typed, where it has no value behind it."""
    return str(value) if isinstance(value, Unread) and value.what == "pair" else ""
