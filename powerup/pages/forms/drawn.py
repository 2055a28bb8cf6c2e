"""Forms for pages: drawn for a visitor with the names that are known, and read back on the tenant's day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from powerup.actions.kit.answer import InvalidInput
from powerup.pages.forms.days import read_day, said_back
from powerup.pages.forms.drawing import Field, Form, Problem, draw_form
from powerup.pages.forms.entries import Entries, picked_in
from powerup.pages.forms.reading import Complaints, ReadForm, read_form
from powerup.pages.forms.schema import Kind, Schema
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.tenants.host_choices import HostChoices, HostRecord, RecordKind
from powerup.texts import Reader, Text

CUSTOMER = "input/customer"
"""The field whose customer the objects and projects of a form belong to."""


@dataclass(frozen=True, slots=True)
class FormResults:
    """What was found for a field, to be picked from: for `parts/fields.html`. again is the address that has more in a
    moment, empty where nothing comes."""

    field: str
    records: Sequence[HostRecord] = ()
    told: Text | None = None
    several: bool = False
    again: str = ""


@dataclass(frozen=True, slots=True)
class Forms:
    """Draws and reads the forms of pages."""

    parts: PageParts

    @property
    def choices(self) -> HostChoices:
        """What is picked from at the host."""
        return self.parts.host_choices

    def today(self, visitor: Visitor) -> date:
        """The day that it is for the visitor's tenant."""
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
        return around.today

    def draw(
        self,
        visitor: Visitor,
        schema: Schema,
        entries: Entries,
        *,
        problems: Iterable[Problem] = (),
        complaints: Complaints | None = None,
    ) -> Form:
        """The form with what stands in it; records that are picked by the names that are known here, without asking
        the host. problems and complaints as in `draw_form`."""
        reader, today = Reader(visitor.locale), self.today(visitor)
        bare = draw_form(schema, entries, reader, today)
        names = self.choices.kept_names(visitor.tenant_id, _picked(bare.root, entries))
        return draw_form(
            schema,
            entries,
            reader,
            today,
            problems=problems,
            complaints=complaints,
            name_of=lambda kind, code: names.get((RecordKind(kind), code), ""),
        )

    def draw_refused(
        self,
        visitor: Visitor,
        schema: Schema,
        entries: Entries,
        refusal: InvalidInput | None,
        complaints: Complaints | None,
    ) -> Form:
        """The form with what a refusal, where there was one, and the reading of it found wrong."""
        say = Reader(visitor.locale).say
        found = refusal.problems if refusal else ()
        problems = [{"pointer": each.pointer, "message": say(each.message)} for each in found]
        return self.draw(visitor, schema, entries, problems=problems, complaints=complaints)

    def read(
        self, visitor: Visitor, schema: Schema, entries: Entries, before: Mapping[str, Any] | None = None
    ) -> ReadForm:
        """What a person filled in, as `read_form` has it."""
        return read_form(schema, entries, self.today(visitor), before)

    def found(self, visitor: Visitor, form: Form, entries: Entries, wanted: str | None) -> FormResults | None:
        """What the host has for the field whose button `find` was pressed, for browsers without scripts."""
        found = _field_named(form.root, wanted) if wanted else None
        if found is None or not found.record:
            return None
        several = found.kind is Kind.PICKS
        words = entries.get(f"{found.name}/words" if several else found.name, "")
        picked = self.choices.find(
            visitor.tenant_id,
            RecordKind(found.record),
            words,
            self.parts.clock(),
            entries.get(CUSTOMER, "").strip(),
        )
        return FormResults(found.name, picked.records, picked.told, several)

    def days_said(self, visitor: Visitor, typed: Sequence[str]) -> tuple[str, str]:
        """How days were understood, and the first words that are none."""
        language, today = Reader(visitor.locale).language, self.today(visitor)
        days = [(word, read_day(word, today)) for word in typed]
        wrong = next((word for word, day in days if day is None), "")
        return "; ".join(said_back(day, language) for _, day in days if day is not None), wrong


def _picked(root: Field, entries: Entries) -> set[tuple[RecordKind, str]]:
    """The records that stand in the fields of a form, by kind and code."""
    found = {(RecordKind.OBJECT, code) for code in picked_in(entries, "input/objects")}
    for each in _all(root):
        if each.record:
            found |= {(RecordKind(each.record), code) for code in picked_in(entries, each.name)}
    return found


def _field_named(root: Field, name: str) -> Field | None:
    return next((each for each in _all(root) if each.name == name), None)


def _all(root: Field) -> Iterable[Field]:
    yield root
    for member in root.members:
        yield from _all(member)
