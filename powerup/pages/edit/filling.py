"""A contract's form while it is filled in: what it was opened with, what stands in it, and what would come of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Request as WebRequest
from werkzeug.datastructures import MultiDict

from powerup.actions.kit.request import Request, Target, TargetType
from powerup.documents.errors import escaped
from powerup.pages.edit.differences import merged
from powerup.pages.edit.picture import Bar, bars
from powerup.pages.forms.days import as_typed, read_day
from powerup.pages.forms.drawn import CUSTOMER
from powerup.pages.forms.entries import Entries, entries_in, entries_of, places
from powerup.pages.forms.reading import ReadForm, read_form
from powerup.pages.forms.schema import ROOT, Schema, members_of, schema_of
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.presses.draft import Draft, look_at_draft
from powerup.readings.contract_forms import ContractForm, ContractForms
from powerup.readings.draft_year import DraftYear, draft_year
from powerup.store.identifiers import new_id
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader

TEMPLATE_MEMBER = "contract_template"
"""The member that names what a contract is begun from."""

_TEMPLATE = f"{ROOT}/{TEMPLATE_MEMBER}"

_PLANS = "input/plans"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Filling:
    """One person's form. seen and version are the contract as it was when the form was opened; intent is one press.

    number is empty for a new contract, and seen is then what its template says, so that what was emptied says so.
    """

    visitor: Visitor
    form: ContractForm
    entries: Entries
    today: date
    intent: str
    seen: Mapping[str, Any] | None = None
    version: int | None = None

    @property
    def schema(self) -> Schema:
        """What the form takes, with the tenant's own choices."""
        return schema_of(self.form.action, self.form.button)

    @property
    def number(self) -> str:
        """Of the contract that is changed; empty for a new one."""
        return self.form.contract.number if self.form.contract else ""

    @property
    def names_of_templates(self) -> frozenset[str]:
        """What the tenant's contract templates are called; empty where it has none."""
        choices = self.form.button.get("choices", {}).get("contract_template", ())
        return frozenset(choice["label"] for choice in choices)

    @property
    def keeps_its_template(self) -> bool:
        """Whether it is a contract that is changed, and has a template or could have one."""
        return bool(self.number) and bool(self.names_of_templates or self.entries.get(_TEMPLATE))

    @property
    def seen_as_text(self) -> str:
        """What was seen, to go along with the form."""
        return json.dumps(self.seen, separators=(",", ":"), ensure_ascii=False) if self.seen is not None else ""

    def read(self) -> ReadForm:
        """What was filled in; of an edit what was changed."""
        return read_form(self.schema, self.entries, self.today, self.seen)

    def request(self, entered: Mapping[str, Any], confirmation: str | None = None) -> Request:
        """The press of this form."""
        target = (
            Target(TargetType.CONTRACT, self.number, self.version)
            if self.number
            else Target(TargetType.RELATION, " ".join(self.entries.get(CUSTOMER, "").split()) or "–")
        )
        return Request(
            self.form.action.id,
            target,
            self.visitor.actor,
            entered,
            confirmation=confirmation,
            intent_id=self.intent,
            locale=self.visitor.locale,
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a form: its draft, and its year where there is one; unread has the fields that were left out.

    bars are its months, hours the work of the year.
    """

    draft: Draft
    year: DraftYear | None
    unread: ReadForm
    bars: Sequence[Bar] = ()
    hours: float = 0


@dataclass(frozen=True, slots=True)
class Fillings:
    """Opens forms, and looks at what would come of them."""

    parts: PageParts

    def begin(self, visitor: Visitor, asked: WebRequest, number: str = "") -> Filling | None:
        """A form that is opened, as its address says; None for a contract that is not there."""
        return self._filling(visitor, number, asked, None)

    def go_on(self, visitor: Visitor, asked: WebRequest, number: str = "") -> Filling | None:
        """A form that was sent, after what its button does to it; None for a contract that is not there any more."""
        return self._filling(visitor, number, asked, asked.form)

    def anew(self, filling: Filling, changed: Mapping[str, Any]) -> tuple[Filling, str]:
        """The same form over the contract as it is now, with what was changed on top; and who changed it last."""
        opened, changed_by = self._open(filling.visitor, filling.number)
        if opened is None or opened.before is None or opened.contract is None:
            return filling, ""
        entries = entries_of(filling.schema, merged(opened.before, changed), Reader(filling.visitor.locale).language)
        version = opened.contract.version
        return replace(filling, form=opened, entries=entries, seen=opened.before, version=version), changed_by

    def preview(self, filling: Filling) -> Preview:
        """What would come of it, by the rules alone; nothing is written and no host is asked."""
        read = filling.read()
        readable = [pair for pair in filling.entries.items(multi=True) if pair[0] not in read.complaints]
        entered = replace(filling, entries=MultiDict(readable)).read().input
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(
                connection, filling.visitor.tenant_id, self.parts.clock(), open_tokens=False
            )
            draft = look_at_draft(connection, around, filling.request(entered))
        if draft.situation is None:
            return Preview(draft, None, read)
        year = draft_year(draft.situation, draft.today, draft.effects.coming)
        hours = round((year.minutes or 0) / 60, 1)
        return Preview(draft, year, read, bars(year, Reader(filling.visitor.locale)), hours)

    def _filling(
        self, visitor: Visitor, number: str, asked: WebRequest, sent: MultiDict[str, str] | None
    ) -> Filling | None:
        now, reader = self.parts.clock(), Reader(visitor.locale)
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, now, open_tokens=False)
            forms = ContractForms(connection, around, visitor.actor, reader)
            opened = forms.of(number) if number else forms.new()
            if opened is None:
                return None
            wanted = [asked.args.get(name, "") for name in ("customer", "from", "template")]
            likely = opened.before or forms.likely(*wanted)
            filling = Filling(visitor, opened, MultiDict(), around.today, new_id("intent"))
            if sent is not None:
                return _begun(_as_sent(filling, sent), forms, anew="begin" in sent)
        version = opened.contract.version if opened.contract else None
        entries = entries_of(filling.schema, likely, reader.language)
        entries = _with_next_visit(entries, asked, around.today, reader.language)
        seen = opened.before if opened.contract else begun_of(forms, entries)
        return replace(filling, entries=entries, seen=seen, version=version)

    def _open(self, visitor: Visitor, number: str) -> tuple[ContractForm | None, str]:
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
            forms = ContractForms(connection, around, visitor.actor, Reader(visitor.locale))
            return forms.of(number), forms.changed_last_by(number)


def begun_of(forms: ContractForms, entries: Entries) -> dict[str, Any] | None:
    """What the template says that is named in the form of a new contract; None where none is. That it is named is the
    form's own word."""
    begun = forms.of_template(entries.get(_TEMPLATE, ""))
    return {name: value for name, value in begun.items() if name != TEMPLATE_MEMBER} if begun is not None else None


def _begun(filling: Filling, forms: ContractForms, *, anew: bool) -> Filling:
    """A new contract's form with its template behind it; anew fills in all of it but what is of this contract alone."""
    if filling.number:
        return filling
    begun, entries = begun_of(forms, filling.entries), filling.entries
    if anew and begun is not None:
        called = entries.get("input/name", "").strip()
        if called and called not in filling.names_of_templates:
            begun = begun | {"name": called}
        own = {f"input/{name}" for name in members_of(filling.schema)} - {f"input/{name}" for name in begun}
        kept = [(name, typed) for name, typed in entries.items(multi=True) if _top(name) in own]
        filled = entries_of(filling.schema, begun, Reader(filling.visitor.locale).language)
        entries = MultiDict([*kept, *filled.items(multi=True)])
    return replace(filling, entries=entries, seen=begun_of(forms, entries))


def _top(name: str) -> str:
    """The member of the form that a field is, or is in."""
    return "/".join(name.split("/")[:2])


def _as_sent(filling: Filling, sent: MultiDict[str, str]) -> Filling:
    version = sent.get("version", "")
    return replace(
        filling,
        entries=with_names_of_plans(entries_in(sent)) if "add" in sent else entries_in(sent),
        intent=sent.get("intent") or filling.intent,
        seen=_seen(sent.get("seen", "")) or filling.form.before,
        version=int(version) if version.isascii() and version.isdigit() else None,
    )


def _seen(text: str) -> dict[str, Any] | None:
    """What the form was opened with, as it came along; None for what is no such thing."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def with_names_of_plans(entries: Entries) -> Entries:
    """A plan without a name gets the first letter that none has, since it needs one and any will do."""
    named: Entries = MultiDict(entries)
    taken = {entries.get(f"{_PLANS}/{place}/name", "").strip() for place in places(entries, _PLANS)}
    free = (letter for letter in _LETTERS if letter not in taken)
    for place in places(entries, _PLANS):
        if not entries.get(f"{_PLANS}/{place}/name", "").strip():
            named[f"{_PLANS}/{place}/name"] = next(free, "")
            named.setdefault(f"{_PLANS}/{place}/unit", "month")
            named.setdefault(f"{_PLANS}/{place}/every", "1")
            named.setdefault(f"{_PLANS}/{place}/shift", "next_working_day")
    return named


def _with_next_visit(entries: Entries, asked: WebRequest, today: date, language: str) -> Entries:
    """The next visit of a plan, and of one of its objects, as an address names it: this visit and all that follow."""
    plan, named, code = (asked.args.get(name, "") for name in ("plan", "next_visit", "object"))
    for place in places(entries, _PLANS):
        if named and entries.get(f"{_PLANS}/{place}/name") == plan:
            day = read_day(named, today)
            member = f"next_visits/{escaped(code)}" if code else "next_visit"
            entries.setlist(f"{_PLANS}/{place}/{member}", [as_typed(day, language) if day else named])
    return entries
