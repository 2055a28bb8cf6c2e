"""Where the configuration is changed: what a request means, what is pressed by it, and the page that follows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from flask import Response, abort, request

from powerup.actions.kit.answer import FieldProblem, InvalidInput
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Role
from powerup.documents.configuration import configuration_document
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.forms.drawn import Forms
from powerup.pages.forms.entries import Entries, entries_in, entries_of, redraws
from powerup.pages.forms.reading import Complaints, ReadForm
from powerup.pages.forms.schema import Schema
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.settings.parts import LISTS, Document, Entry, Group, Listed
from powerup.pages.visitor import Visitor
from powerup.pages.what_if.choosing import chosen_in
from powerup.presses.configuring import (
    ConfigurationAnswer,
    ConfigurationPress,
    ConfigurationRefused,
    Configurations,
)
from powerup.presses.what_if import WhatIfs
from powerup.readings.contract_forms import ContractForms
from powerup.readings.contract_list import ContractFilter, ContractList
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, Text, counted, text

MOST_SHOWN = 20
"""Contracts that are named before something is confirmed; the others are counted."""

_MOST_COUNTED = 100_000

_CHANGED = text("It was changed meanwhile; nothing was done. Look at it once more.")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with what stands in it, and where it is sent; back is where one goes on to.

    seen is a mark of the entry as it was when it was looked at; is_there: it is one, rather than a new one.
    shows_in_a_year: visits or hours of a year are others by it, so that it can be a step of a what if. written is the
    document that is sent, of the form that takes one as a whole.
    """

    schema: Schema
    entries: Entries
    address: str
    back: str
    heading: Text
    about: Text | None = None
    seen: str = ""
    is_there: bool = False
    shows_in_a_year: bool = False
    written: str | None = None


@dataclass(frozen=True, slots=True)
class SettingsDesk:
    """Takes what people change, and draws what comes of it."""

    parts: PageParts

    @property
    def forms(self) -> Forms:
        """What draws and reads its forms."""
        return Forms(self.parts)

    def around(self, visitor: Visitor) -> TenantCircumstances:
        """The visitor's tenant as it is now."""
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
        return around

    def configured(self, visitor: Visitor) -> Document:
        """What it has configured, as its document."""
        return configuration_document(self.around(visitor).configuration)

    def names_of_customers(self, visitor: Visitor, entries: Sequence[Entry]) -> Mapping[str, HostName]:
        """What the host calls the customers that entries are about, as far as it was read."""
        with self.parts.database.read() as connection:
            codes = {str(each["customer"]) for each in entries}
            return HostNames(connection, visitor.tenant_id).of(NameKind.CUSTOMER, codes)

    def group(self, visitor: Visitor, group: Group) -> Response:
        """The form of a group, as it is."""
        return self._page(visitor, self._of_group(visitor, group, None))

    def change_group(self, visitor: Visitor, group: Group) -> Response:
        """What was pressed in it."""
        filled = self._of_group(visitor, group, entries_in(request.form))
        if redraws(request.form):
            return self._page(visitor, filled)
        before = self.configured(visitor)[group.path]
        read = self.forms.read(visitor, filled.schema, filled.entries, before)
        return self._pressed(visitor, filled, {group.path: read.input}, f"/{group.path}", read)

    def entry(self, visitor: Visitor, listed: Listed, name: str | None) -> Response:
        """The form of an entry, of a new one where it has no name yet; 404 where there is none of that name."""
        return self._page(visitor, self._of_entry(visitor, listed, name, None))

    def change_entry(self, visitor: Visitor, listed: Listed, name: str | None) -> Response:
        """What was pressed in it: kept in the place of the one that was seen, or removed."""
        filled = self._of_entry(visitor, listed, name, entries_in(request.form))
        if redraws(request.form):
            return self._page(visitor, filled)
        entries = listed.entries(self.configured(visitor))
        place = next((place for place, each in enumerate(entries) if listed.name_of(each) == name), len(entries))
        if filled.is_there and request.form.get("seen") != filled.seen:
            return self._page(visitor, filled, problems=(FieldProblem("", "conflict", _CHANGED),), status=409)
        if filled.is_there and request.form.get("do") == "remove":
            left = [each for each in entries if listed.name_of(each) != name]
            return self._pressed(visitor, filled, listed.document(left), listed.pointer(place), ReadForm({}))
        read = self.forms.read(visitor, filled.schema, filled.entries)
        entries[place:] = [read.input, *entries[place + 1 :]]
        if listed.is_of_days and not filled.is_there:
            place = _sort_in(entries)
        return self._pressed(visitor, filled, listed.document(entries), listed.pointer(place), read)

    def document(self, visitor: Visitor, filled: Filled, problems: Sequence[FieldProblem] = ()) -> Response:
        """The form of the whole document; problems say why it could not be read."""
        return self._page(visitor, filled, problems=problems, status=422 if problems else 200)

    def change_document(self, visitor: Visitor, filled: Filled, document: Any) -> Response:
        """A document that was sent."""
        return self._pressed(visitor, filled, document, None, ReadForm({}))

    def _of_group(self, visitor: Visitor, group: Group, typed: Entries | None) -> Filled:
        language = Reader(visitor.locale).language
        schema = group.form(language)
        entries = entries_of(schema, self.configured(visitor)[group.path], language) if typed is None else typed
        return Filled(
            schema, entries, group.address, addresses.settings(), group.called, group.about, shows_in_a_year=True
        )

    def _of_entry(self, visitor: Visitor, listed: Listed, name: str | None, typed: Entries | None) -> Filled:
        language = Reader(visitor.locale).language
        schema = listed.form(language, self.configured(visitor))
        if name is None:
            entries = typed if typed is not None else entries_of(schema, self._usual(visitor, listed), language)
            new = addresses.settings_new(listed.address)
            return Filled(schema, entries, new, listed.address, listed.added, shows_in_a_year=listed.is_of_days)
        found = next((each for each in listed.entries(self.configured(visitor)) if listed.name_of(each) == name), None)
        if found is None:
            abort(404)
        return Filled(
            schema,
            entries_of(schema, found, language) if typed is None else typed,
            addresses.settings_entry(listed.address, name),
            listed.address,
            text("{list} {entry}", list=listed.one, entry=found.get("name") or name),
            seen=_mark_of(found),
            is_there=True,
            shows_in_a_year=listed.is_of_days,
        )

    def _usual(self, visitor: Visitor, listed: Listed) -> Document:
        """What stands in the form of a new entry; a template may be kept from a contract that the address names."""
        if listed.is_of_customers:
            return {"customer": request.args.get("customer", "")}
        number = request.args.get("contract", "") if listed.is_of_contracts else ""
        if not number:
            return listed.usual
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
            kept = ContractForms(connection, around, visitor.actor, Reader(visitor.locale)).as_template(number)
        if kept is None:
            abort(404)
        return {"name": kept.name, "contract": kept.contract}

    def _pressed(
        self, visitor: Visitor, filled: Filled, document: Any, pointer: str | None, read: ReadForm
    ) -> Response:
        if request.form.get("do") == "what_if":
            return self._collected(visitor, filled, document, pointer, read)
        press = ConfigurationPress(
            document,
            visitor.actor,
            request.form.get("confirmation", ""),
            to_contracts=request.form.get("to_contracts") == "1",
        )
        answered = Configurations(self.parts.presses).press(visitor.tenant_id, press, self.parts.clock())
        if answered.problems:
            problems = [_in_form(each, pointer) for each in answered.problems]
            return self._page(visitor, filled, problems=problems, complaints=read.complaints, status=422)
        if answered.confirmation is not None:
            return self._page(visitor, filled, answered=answered)
        return go_on(visitor, filled.back, News(_told(answered, to_contracts=press.to_contracts)))

    def _collected(
        self, visitor: Visitor, filled: Filled, document: Any, pointer: str | None, read: ReadForm
    ) -> Response:
        """Adds the change to a what if, to be done with its other steps."""
        what_ifs = WhatIfs(self.parts.presses, self.parts.clock)
        try:
            added = what_ifs.add_configuration(
                visitor.tenant_id, visitor.actor, document, chosen_in(request.form), locale=visitor.locale
            )
        except ConfigurationRefused as refused:
            problems = [_in_form(each, pointer) for each in refused.problems]
            return self._page(visitor, filled, problems=problems, complaints=read.complaints, status=422)
        except InvalidInput as refusal:
            return go_on(visitor, filled.back, News(refusal.message, failed=True))
        return go_on(visitor, addresses.what_if(added))

    def _page(
        self,
        visitor: Visitor,
        filled: Filled,
        *,
        answered: ConfigurationAnswer | None = None,
        problems: Sequence[FieldProblem] = (),
        complaints: Complaints | None = None,
        status: int = 200,
    ) -> Response:
        say = Reader(visitor.locale).say
        told: list[Mapping[str, Any]] = [{"pointer": each.pointer, "message": say(each.message)} for each in problems]
        form = self.forms.draw(visitor, filled.schema, filled.entries, problems=told, complaints=complaints)
        return answer(
            "settings/form.html",
            visitor,
            status=status,
            section=addresses.settings(),
            crumbs=_crumbs(filled, Reader(visitor.locale)),
            filled=filled,
            form=form,
            answered=answered,
            planned=answered.planned if answered else None,
            running=self._running(visitor) if answered else 0,
            most_shown=MOST_SHOWN,
            may_change=visitor.may(Role.ADMIN),
            what_ifs=WhatIfs(self.parts.presses, self.parts.clock).open_of(visitor.tenant_id, visitor.actor),
            removing=request.form.get("do") == "remove",
        )

    def _running(self, visitor: Visitor) -> int:
        """How many contracts of the tenant there are, which a change of days may concern."""
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
            return ContractList(connection, around).count(ContractFilter(), _MOST_COUNTED)


def _sort_in(entries: list[Entry]) -> int:
    """Puts the last one where its day belongs; gives its place."""
    new = entries.pop()
    place = next((place for place, each in enumerate(entries) if each["date"] > str(new.get("date", ""))), len(entries))
    entries.insert(place, new)
    return place


def _mark_of(entry: Document) -> str:
    return sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()[:16]


def _in_form(problem: FieldProblem, pointer: str | None) -> FieldProblem:
    """The problem at its field, where it is one of the part that the form is about."""
    if not problem.pointer:
        return problem
    if pointer is None or not problem.pointer.startswith(pointer):
        told = text("{pointer}: {flaw}", pointer=problem.pointer, flaw=problem.message)
        return FieldProblem("", problem.code, told)
    place = problem.pointer.removeprefix(pointer)
    return replace(problem, pointer=f"/input{place.replace('/from', '/date') if 'closed_days/' in pointer else place}")


def _told(answered: ConfigurationAnswer, *, to_contracts: bool) -> Text:
    planned = answered.planned
    if planned is None or not (planned.differences or (to_contracts and planned.touched)):
        return text("Nothing changes.")
    if to_contracts and planned.touched:
        number = len(planned.touched)
        return counted(
            "It is kept, and {number} contract has the changed terms.",
            "It is kept, and {number} contracts have the changed terms.",
            number,
        )
    return text("It is kept.")


def _crumbs(filled: Filled, reader: Reader) -> list[tuple[str, str]]:
    """The way here: the overview, and the list that an entry is one of."""
    steps = [(reader.say(text("Settings")), addresses.settings())]
    above = next((each for each in LISTS if each.address == filled.back), None)
    return [*steps, (reader.say(above.called), above.address)] if above else steps
