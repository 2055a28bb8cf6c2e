"""A form as a template draws it: its fields with what stands in them, and what is wrong."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from powerup.documents.errors import escaped
from powerup.pages.forms.days import read_day, said_back
from powerup.pages.forms.entries import Entries, picked_in, places, several_in, unescaped
from powerup.pages.forms.reading import Complaints, field_of, shown_members
from powerup.pages.forms.schema import (
    ROOT,
    Kind,
    Schema,
    Shape,
    Written,
    deciding,
    is_needed,
    kind_of,
    may_be_null,
    record_kind,
)
from powerup.texts import Reader, text

Problem = Mapping[str, Any]
"""What an answer says is wrong: `pointer` and `message` (webhooks page, section 4)."""

Choice = tuple[str, str]
"""A value as it is sent, and what it is called."""

NameOf = Callable[[str, str], str]
"""What the host calls a record, by its kind and code; empty where that is not known here."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, or a group of them.

    name is what the browser sends it by. value is what stands in it as a text; chosen what is ticked or picked, with
    names. one_label is what one place of a repeated group is called. said is what was understood of days, or the name
    of a picked record. empty says what choosing nothing means; where it is empty itself, something is chosen. decides:
    which others are shown hangs on its value. record is the kind of the host's records that it names.
    """

    name: str
    kind: Kind
    label: str
    hint: str = ""
    needed: bool = False
    value: str = ""
    chosen: Sequence[Choice] = ()
    choices: Sequence[Choice] = ()
    empty: str = ""
    one_label: str = ""
    said: str = ""
    record: str = ""
    members: Sequence["Field"] = ()
    problems: Sequence[str] = ()
    advanced: bool = False
    decides: bool = False

    @property
    def id(self) -> str:
        """Its id in the page."""
        return id_of(self.name)

    @property
    def wide(self) -> bool:
        """Whether it takes the whole breadth of the form."""
        return self.kind is Kind.LINES or self.kind.shape is not Shape.SINGLE

    @property
    def common(self) -> list["Field"]:
        """The members that are always shown."""
        return [member for member in self.members if not member.advanced]

    @property
    def on_demand(self) -> list["Field"]:
        """The members that are shown on demand."""
        return [member for member in self.members if member.advanced]

    @property
    def filled(self) -> bool:
        """Whether something stands in it or in a member that is not usual: a nought, or the first of the choices."""
        usual = ("", "0", *(code for code, _ in self.choices[:1]))
        return self.value not in usual or bool(self.chosen) or any(member.filled for member in self.members)

    @property
    def wrong(self) -> bool:
        """Whether something is wrong with it or with a member."""
        return bool(self.problems) or any(member.wrong for member in self.members)

    def member(self, name: str) -> "Field | None":
        """The member of that name, for a page that has places of its own for some."""
        return next((member for member in self.members if member.name == f"{self.name}/{name}"), None)

    def names(self) -> Iterator[str]:
        """By which names the browser sends this field and all below it."""
        yield from (self.name, f"{self.name}/", f"{self.name}/words")
        for member in self.members:
            yield from member.names()

    def flaws(self, called: str = "") -> Iterator["Flaw"]:
        """What is wrong with it and with its members, as they are drawn; called is its name with that of its groups."""
        called = called or self.label
        yield from (Flaw(self.id, called, words) for words in self.problems)
        for place, member in enumerate((*self.common, *self.on_demand), 1):
            within = f"{member.label} {place}" if self.kind is Kind.GROUPS else f"{called}: {member.label}"
            yield from member.flaws(within.removeprefix(": "))


@dataclass(frozen=True, slots=True)
class Flaw:
    """A line of the summary above a form: the id of its field, what that is called, and what is wrong; the first two
    are empty for what belongs to no field."""

    id: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form, ready to be drawn. carried are entries that no field shows now, which go along unseen until one does."""

    root: Field
    flaws: Sequence[Flaw] = ()
    carried: Sequence[Choice] = ()

    @property
    def errors(self) -> list[Choice]:
        """The flaws for the summary above the form: the id of a field and words."""
        return [(flaw.id, f"{flaw.label}: {flaw.words}" if flaw.label else flaw.words) for flaw in self.flaws]

    @property
    def fields(self) -> Sequence[Field]:
        """Its fields and groups, one below the other."""
        return self.root.members


def draw_form(
    schema: Schema,
    entries: Entries,
    reader: Reader,
    today: date,
    *,
    problems: Iterable[Problem] = (),
    complaints: Complaints | None = None,
    name_of: NameOf | None = None,
) -> Form:
    """The form of an action with what stands in it.

    Args:
        today: the tenant's, for days without a year.
        problems: what an answer said was wrong with an earlier try.
        complaints: what could not be read of it; they are said in the place of problems of the same field.
        name_of: what the host calls records that are picked.
    """
    drawing = _Drawing(entries, reader, name_of or _nameless, today)
    bare = drawing.group(schema, ROOT)
    known = {*bare_names(bare)}
    drawing.problems, loose = _by_field(problems, complaints or {}, known, reader)
    root = drawing.group(schema, ROOT) if drawing.problems else bare
    drawn = {*root.names()}
    carried = [(name, typed) for name, typed in entries.items(multi=True) if name not in drawn and typed]
    return Form(root, [*root.flaws(), *(Flaw("", "", words) for words in loose)], carried)


def _nameless(_: str, __: str) -> str:
    return ""


def bare_names(field_: Field) -> Iterator[str]:
    """The names of a field and of all below it, without those that are only for the browser."""
    yield field_.name
    for member in field_.members:
        yield from bare_names(member)


def id_of(name: str) -> str:
    """The id of a field; a code in it may hold any character."""
    return re.sub(r"[^a-zA-Z0-9_-]", lambda found: "-" if found[0] == "/" else f"_{ord(found[0]):x}", name)


def _by_field(
    problems: Iterable[Problem], complaints: Complaints, known: set[str], reader: Reader
) -> tuple[dict[str, list[str]], list[str]]:
    """What is wrong by field, and what belongs to none of them."""
    by_field = {name: [reader.say(words)] for name, words in complaints.items() if name in known}
    loose: list[str] = []
    for problem in problems:
        name, words = field_of(str(problem.get("pointer", "")), known), str(problem["message"])
        if name in complaints:
            continue
        told = by_field.setdefault(name, []) if name and name != ROOT else loose
        if words not in told:
            told.append(words)
    return by_field, loose


@dataclass(slots=True)
class _Drawing:
    entries: Entries
    reader: Reader
    name_of: NameOf
    today: date
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def group(self, schema: Schema, name: str, label: str = "", *, needed: bool = False, hint: str = "") -> Field:
        decide = deciding(schema)
        members = [
            self._field(
                described,
                f"{name}/{member}",
                needed=is_needed(schema, member),
                decides=member in decide,
            )
            for member, described in shown_members(schema, self.entries, name)
        ]
        told = self.problems.get(name, ())
        return Field(name, Kind.GROUP, label, hint, needed=needed, members=members, problems=told)

    def _field(self, schema: Schema, name: str, *, needed: bool, decides: bool) -> Field:
        kind, label = kind_of(schema), self._said(schema, "label") or name.rpartition("/")[2]
        if kind is Kind.GROUP:
            return self.group(schema, name, label, needed=needed, hint=self._said(schema, "hint"))
        value = self._typed(schema, kind, name)
        return Field(
            name,
            kind,
            label,
            hint=self._hint(schema, kind),
            needed=needed,
            value=value,
            chosen=self._chosen(schema, kind, name, value),
            choices=self._choices(schema, kind),
            empty=self._empty(schema, kind, value, needed=needed),
            one_label=self._one_label(schema) if kind.shape is Shape.GROUPS else "",
            said=self._understood(schema, kind, value),
            record=record_kind(schema),
            members=self._members(schema, kind, name),
            problems=self.problems.get(name, ()),
            advanced=bool(schema.get("advanced")) and not needed,
            decides=decides,
        )

    def _typed(self, schema: Schema, kind: Kind, name: str) -> str:
        """What stands in a field, or is likely where nothing was sent yet; one that was emptied stays empty."""
        if kind.shape is Shape.SEVERAL:
            return ", ".join(self._several(kind, name))
        if name in self.entries:
            return self.entries[name]
        default = schema.get("default", "")
        return str(default).lower() if isinstance(default, bool) else str(default)

    def _several(self, kind: Kind, name: str) -> list[str]:
        return picked_in(self.entries, name) if kind is Kind.PICKS else several_in(self.entries.getlist(name))

    def _members(self, schema: Schema, kind: Kind, name: str) -> list[Field]:
        match kind.shape:
            case Shape.GROUPS:
                label = self._one_label(schema)
                return [self.group(schema["items"], f"{name}/{place}", label) for place in places(self.entries, name)]
            case Shape.PER_OBJECT:
                return [*self._per_object(name)]
            case Shape.SINGLE | Shape.SEVERAL | Shape.TICK | Shape.GROUP:
                return []

    def _per_object(self, name: str) -> Iterator[Field]:
        """A day for each object of the contract, and for those that are not in it any more."""
        objects = several_in(self.entries.getlist(f"{ROOT}/objects"))
        typed = [each for each in self.entries if each.startswith(f"{name}/")]
        for place in dict.fromkeys((*(f"{name}/{escaped(code)}" for code in objects), *typed)):
            code = unescaped(place.removeprefix(f"{name}/"))
            value = self.entries.get(place, "")
            label = " ".join(filter(None, (code, self.name_of("object", code))))
            said = self._understood({}, Kind.DAY, value)
            yield Field(place, Kind.DAY, label, value=value, said=said, problems=self.problems.get(place, ()))

    def _chosen(self, schema: Schema, kind: Kind, name: str, value: str) -> list[Choice]:
        match kind.shape:
            case Shape.SEVERAL:
                return [(code, self._name_of(schema, code)) for code in self._several(kind, name)]
            case Shape.TICK:
                return [("true", "")] if "true" in (*self.entries.getlist(name), value) else []
            case Shape.SINGLE | Shape.PER_OBJECT | Shape.GROUP | Shape.GROUPS:
                return []

    def _name_of(self, schema: Schema, code: str) -> str:
        record = record_kind(schema)
        return self.name_of(record, code) if record and code else ""

    def _choices(self, schema: Schema, kind: Kind) -> list[Choice]:
        inner = schema.get("items", schema)
        if "enum" in inner:
            labels = inner.get("labels", {})
            values = [str(value) for value in inner["enum"] if value is not None]
            return [(value, self._in_language(labels.get(value, value))) for value in values]
        if kind is Kind.CHOICE:
            return [("true", self.reader.say(text("yes"))), ("false", self.reader.say(text("no")))]
        return []

    def _empty(self, schema: Schema, kind: Kind, value: str, *, needed: bool) -> str:
        """What stands for choosing nothing; nothing does where something is chosen and cannot be taken back."""
        if kind is Kind.CHOICE and (needed or not may_be_null(schema)) and value:
            return ""
        if kind is Kind.CHOICE and needed:
            return self.reader.say(text("– choose –"))
        return self._said(schema, "empty") or (self.reader.say(text("– not chosen –")) if kind is Kind.CHOICE else "")

    def _understood(self, schema: Schema, kind: Kind, value: str) -> str:
        if kind.written is not Written.DAY:
            return self._name_of(schema, value)
        days = [read_day(word, self.today) for word in several_in([value])]
        return "; ".join(said_back(day, self.reader.language) for day in days if day is not None)

    def _hint(self, schema: Schema, kind: Kind) -> str:
        free = kind.shape is Shape.SEVERAL and "enum" not in schema["items"] and not record_kind(schema)
        how = self.reader.say(text("With commas between them.")) if free else ""
        return " ".join(filter(None, (self._said(schema, "hint"), how)))

    def _one_label(self, schema: Schema) -> str:
        return self._said(schema["items"], "label") or self._said(schema, "label")

    def _said(self, schema: Schema, word: str) -> str:
        return self._in_language(schema.get(word) or "")

    def _in_language(self, said: Mapping[str, str] | str) -> str:
        return said[self.reader.language] if isinstance(said, Mapping) else str(said)
