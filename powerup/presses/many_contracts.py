"""One contract to many: from a template or a contract, a list of addresses, objects or customers gives one each, or one
for all objects or addresses of a customer (rules: Contract types, One contract to many).

What is listed may be picked, typed or pasted: a code, or words that only one record of the host has. Each contract is a
press of a bulk run, with all of its input written out before anybody looks, so that it is what was shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from marshmallow import fields
from sqlalchemy import Connection

from powerup.actions.form.contract_form import FormSchema
from powerup.actions.form.template_form import begun_from
from powerup.actions.kit.answer import FieldProblem, InvalidInput, NotPossible, Refusal, invalid
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.input import load_input
from powerup.actions.kit.request import Actor
from powerup.contracts.contract import ContractType
from powerup.contracts.size import MOST_NAME
from powerup.documents.schema import Choice, Code, Day, Truth
from powerup.readings.contract_forms import ContractForms
from powerup.readings.contract_list import ContractList
from powerup.store.bulk_runs import BulkPress
from powerup.store.database import Database
from powerup.store.search_text import folded
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.tenants.host_choices import HostChoices, HostRecord, ListedRecords, RecordKind
from powerup.texts import Reader, Text, counted, first_of, text

MOST_ENTRIES = 5_000
"""As many as a bulk run has presses."""

_MOST_NAMED = 10
_MOST_TYPED = 200_000

Entered = Mapping[str, Any]

_Lying = Mapping[tuple[str, str], Sequence[str]]
"""The codes of objects by customer and address."""


class ManyKind(StrEnum):
    """What is listed."""

    ADDRESSES = "addresses"
    OBJECTS = "objects"
    CUSTOMERS = "customers"


class ManyForm(FormSchema):
    """What all of the contracts have alike, and the list of what they are for."""

    contract_template = Code(
        allow_none=True,
        metadata={"label": text("Contract template"), "choices": "contract_templates", "empty": text("none")},
    )
    contract = Code(
        allow_none=True,
        metadata={"label": text("Or as this contract"), "hint": text("The number of a contract that there is.")},
    )
    name = Code(
        metadata={
            "label": text("Name"),
            "maxLength": MOST_NAME,
            "hint": text("Empty: as the template or contract is called. Several of one customer get their place too."),
        }
    )
    start = Day(required=True, metadata={"label": text("Start")})
    kind = Choice(
        ManyKind, required=True, metadata={"label": text("A contract for each of these"), "default": "addresses"}
    )
    customer = Code(
        allow_none=True,
        metadata={
            "label": text("Customer"),
            "format": "host:relation",
            "when": {"kind": ["addresses", "objects"]},
            "empty": text("any"),
        },
    )
    addresses = fields.List(
        Code(),
        metadata={"label": text("Addresses"), "format": "host:address", "when": {"kind": ["addresses"]}},
    )
    objects = fields.List(
        Code(), metadata={"label": text("Objects"), "format": "host:object", "when": {"kind": ["objects"]}}
    )
    customers = fields.List(
        Code(), metadata={"label": text("Customers"), "format": "host:relation", "when": {"kind": ["customers"]}}
    )
    pasted = fields.String(
        metadata={
            "label": text("Or a list, one a line"),
            "format": "text",
            "maxLength": _MOST_TYPED,
            "hint": text("Codes, or words that only one of them has, such as its street and number."),
        }
    )
    together = Truth(
        metadata={
            "label": text("One contract for all of them of a customer"),
            "when": {"kind": ["addresses", "objects"]},
            "default": False,
            "hint": text("Of addresses: for the objects that lie there; orders for several of them come by address."),
        }
    )
    again = Truth(
        metadata={"label": text("Also where a contract that runs already does this"), "default": False},
    )


@dataclass(frozen=True, slots=True)
class ManyContracts:
    """What lists of many contracts are read by. Raises of its methods are InvalidInput alone."""

    database: Database
    choices: HostChoices

    def presses(
        self, tenant_id: str, actor: Actor, entered: Entered, now: datetime, locale: str
    ) -> Sequence[BulkPress]:
        """The presses of a list as it was entered: one for each contract, with its whole input; now is aware.

        Raises InvalidInput with everything of the list that is not at the host, or could be several.
        """
        wanted = load_input(ManyForm, entered)
        with self.database.read() as connection:
            _, around = tenant_in_circumstances(connection, tenant_id, now, open_tokens=False)
            alike = _alike(ContractForms(connection, around, actor, Reader(locale)), around, wanted)
        kind, found = wanted["kind"], self._found(tenant_id, wanted, now)
        together = bool(wanted.get("together")) and kind is not ManyKind.CUSTOMERS
        groups = _by_customer(found) if together else found
        lying = self._lying_at(tenant_id, found, now) if together and kind is ManyKind.ADDRESSES else None
        several = Counter(each[0].customer or each[0].code for each in groups)
        presses = []
        for place, records in enumerate(groups):
            own = _own(kind, records) if lying is None else _objects_at(records, lying)
            called = _called(records)
            name = str(wanted.get("name") or alike.get("name") or "")
            if several[own["customer"]] > 1:
                name = f"{name} – {records[0].name or records[0].code}"
            entry = {**alike, **own, "name": name[:MOST_NAME].strip(), "start": wanted["start"].isoformat()}
            presses.append(BulkPress(place, own["customer"], called=called, input=entry))
        return presses

    def _found(self, tenant_id: str, wanted: Entered, now: datetime) -> list[list[HostRecord]]:
        kind = wanted["kind"]
        entries = list(dict.fromkeys([*wanted.get(kind.value, ()), *_lines(wanted.get("pasted", ""))]))
        if not 0 < len(entries) <= MOST_ENTRIES:
            message = text("Name from 1 to {most} of them.", most=MOST_ENTRIES)
            raise invalid(f"/input/{kind.value}", "number_of_entries", message)
        listed = self._listed(tenant_id, _RECORDS[kind], now)
        return [[record] for record in _Lookup(listed, wanted.get("customer") or "").all(entries)]

    def _lying_at(self, tenant_id: str, found: Iterable[Sequence[HostRecord]], now: datetime) -> _Lying:
        """The codes of the objects at each address. Raises InvalidInput with the addresses where none lies."""
        lying: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for _, each in self._listed(tenant_id, RecordKind.OBJECT, now):
            lying[each.customer, each.address].append(each.code)
        without = [place.code for [place] in found if (place.customer, place.code) not in lying]
        if without:
            message = text("The host has no objects at: {entries}.", entries=first_of(without))
            raise invalid("/input/pasted", "no_objects", message)
        return lying

    def _listed(self, tenant_id: str, kind: RecordKind, now: datetime) -> ListedRecords:
        listed = self.choices.whole(tenant_id, kind, now)
        if listed is None:
            raise invalid("", "host_slow", text("The host has not given its list yet. Send it again in a moment."))
        return listed


def against_doubles(
    connection: Connection, around: TenantCircumstances, bulk: Entered, press: Entered
) -> Refusal | None:
    """That a contract which runs, or will, does this there already; None where that was said to be meant."""
    if bulk.get("again"):
        return None
    contracts = ContractList(connection, around)
    numbers = contracts.doubles(
        press["customer"], ContractType(press["type"]), press.get("address"), press.get("objects", ())
    )
    if not numbers:
        return None
    return NotPossible(
        counted(
            "Contract {contracts} already does the same kind of work there.",
            "Contracts {contracts} already do the same kind of work there.",
            len(numbers),
            contracts=first_of(numbers),
        )
    )


_RECORDS: Mapping[ManyKind, RecordKind] = {
    ManyKind.ADDRESSES: RecordKind.ADDRESS,
    ManyKind.OBJECTS: RecordKind.OBJECT,
    ManyKind.CUSTOMERS: RecordKind.RELATION,
}


def _alike(forms: ContractForms, around: TenantCircumstances, wanted: Entered) -> dict[str, Any]:
    """The input of each contract without what is its own."""
    code, number = wanted.get("contract_template"), wanted.get("contract")
    if bool(code) == bool(number):
        message = text("Choose a contract template, or a contract that the others are to be like.")
        raise invalid("/input/contract_template", "template_or_contract", message)
    if code:
        template = around.configuration.contract_template(code)
        if template is None:
            raise invalid("/input/contract_template", "unknown_contract_template", _no(code))
        return {"type": "preventive", **begun_from(template)}
    kept = forms.as_template(str(number))
    if kept is None:
        raise invalid("/input/contract", "unknown_contract", text("There is no contract {number}.", number=number))
    return {"name": kept.name, **kept.contract}


def _no(code: str) -> Text:
    return text("There is no contract template {code}.", code=code)


def _lines(pasted: str) -> list[str]:
    lines = (" ".join(line.split()) for line in pasted.replace(";", "\n").splitlines())
    return [line for line in lines if line]


class _Lookup:
    """Finds records by what somebody typed."""

    def __init__(self, listed: ListedRecords, customer: str) -> None:
        self._listed = [each for each in listed if not customer or each[1].customer in ("", customer)]
        self._by_code: defaultdict[str, list[HostRecord]] = defaultdict(list)
        for _, record in self._listed:
            self._by_code[record.code].append(record)
            self._by_code[f"{record.customer}/{record.code}"].append(record)

    def all(self, entries: Iterable[str]) -> list[HostRecord]:
        """The record of each entry, each once. Raises InvalidInput with those that none or several fit."""
        none: list[str] = []
        several: list[str] = []
        found: list[HostRecord] = []
        for entry in entries:
            fitting = self._fitting(entry)
            if len(fitting) == 1:
                found.append(fitting[0])
            else:
                (several if fitting else none).append(entry)
        problems = [
            FieldProblem("/input/pasted", code, words)
            for code, words in (("unknown", _unknown(none)), ("several", _ambiguous(several)))
            if words is not None
        ]
        if problems:
            raise InvalidInput(text("The list cannot be taken like this; nothing was done."), problems)
        return list({(record.customer, record.code): record for record in found}.values())

    def _fitting(self, entry: str) -> list[HostRecord]:
        if exactly := self._by_code.get(entry):
            return exactly
        words = folded(entry.replace(",", " ")).split()
        whole = [record for having, record in self._listed if set(words) <= set(having.split())]
        return whole or [record for having, record in self._listed if all(word in having for word in words)]


def _unknown(entries: Sequence[str]) -> Text | None:
    return text("The host does not have: {entries}.", entries=first_of(entries)) if entries else None


def _ambiguous(entries: Sequence[str]) -> Text | None:
    if not entries:
        return None
    return text("Several fit these; write them out, or by their code: {entries}.", entries=first_of(entries))


def _by_customer(found: Iterable[list[HostRecord]]) -> list[list[HostRecord]]:
    groups: defaultdict[str, list[HostRecord]] = defaultdict(list)
    for [record] in found:
        groups[record.customer].append(record)
    return list(groups.values())


def _own(kind: ManyKind, records: Sequence[HostRecord]) -> dict[str, Any]:
    """What of the input is of one contract alone."""
    first = records[0]
    match kind:
        case ManyKind.CUSTOMERS:
            return {"customer": first.code}
        case ManyKind.ADDRESSES:
            return {"customer": first.customer, "address": first.code}
        case ManyKind.OBJECTS:
            return {"customer": first.customer, "objects": [record.code for record in records]}


def _objects_at(records: Sequence[HostRecord], lying: _Lying) -> dict[str, Any]:
    """What is of one contract alone that is for the objects at several addresses of a customer."""
    codes = [code for place in records for code in lying[place.customer, place.code]]
    return {"customer": records[0].customer, "objects": codes}


def _called(records: Sequence[HostRecord]) -> str:
    """What a contract is for, as people know it."""
    first = records[0]
    words = ", ".join(filter(None, (first.name or first.code, first.about)))
    if len(records) > 1:
        words = ", ".join(record.code for record in records[:_MOST_NAMED])
    return f"{words} ({first.customer})" if first.customer else f"{words} ({first.code})"
