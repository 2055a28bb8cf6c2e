"""What a cycle has to know of customers and objects, at the host and here: read once, however many contracts ask."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from powerup.actions.kit.names_at_host import names_at_host
from powerup.contracts.configuration import REFERENCE_FIELDS
from powerup.contracts.contract import Contract
from powerup.contracts.situation import Facts
from powerup.contracts.visit import LedgerVisit
from powerup.contracts.work_forms import forms_named, forms_of
from powerup.contracts.work_materials import materials_of_order, names_materials, rounded
from powerup.outsmart.host import Host
from powerup.outsmart.outgoing import MaterialLine, Reference
from powerup.outsmart.records import Address, ContactPerson, HostObject, Material, Relation
from powerup.store.contracts import Contracts, NamedCodes
from powerup.store.database import Database
from powerup.store.host_facts import FactKind
from powerup.store.host_names import Names
from powerup.store.marks import Marked, facts_from
from powerup.texts import Text, counted, text

SINGLE_READS = 10
"""Up to so many records of a kind are read one by one in a cycle; for more, the whole list is read once."""

Record = TypeVar("Record", Relation, HostObject)
Placed = TypeVar("Placed", Address, ContactPerson)


@dataclass(slots=True)
class _Shelf(Generic[Record]):
    """Records of one kind by code; None for a code that the host does not have. Of the whole list only what was asked
    for is kept, and what contracts name, so that it is not read again for the next ones: a host may have many more."""

    read_one: Callable[[str], Record | None]
    read_all: Callable[[], Iterable[tuple[str, Record]]]
    named: Callable[[], frozenset[str]]
    known: dict[str, Record | None] = field(default_factory=dict)
    single_reads: int = 0
    has_all_named: bool = False

    def learn(self, codes: Iterable[str]) -> None:
        missing: list[str] = sorted({code for code in codes if code not in self.known})
        if not missing:
            return
        if self.single_reads + len(missing) > SINGLE_READS:
            wanted = {*missing, *self.named()}
            listed = {code: record for code, record in self.read_all() if code in wanted}
            self.known |= dict.fromkeys(wanted) | listed
            self.has_all_named = True
            return
        self.single_reads += len(missing)
        self.known |= {code: self.read_one(code) for code in missing}

    def get(self, code: str) -> Record | None:
        return self.known.get(code)


@dataclass(slots=True)
class _OfCustomers(Generic[Placed]):
    """Records whose codes count within a customer, by debtor number and code. Of a whole list those of the customers
    that contracts have are kept, so that it is not read again for the next ones."""

    read_one: Callable[[str, str], Placed | None]
    read_all: Callable[[], Iterable[Placed]]
    customers: Callable[[], frozenset[str]]
    known: dict[tuple[str, str], Placed | None] = field(default_factory=dict)
    whole_of: frozenset[str] = frozenset()
    single_reads: int = 0

    def learn(self, keys: Iterable[tuple[str, str]]) -> None:
        missing = sorted({key for key in keys if key[1] and key not in self.known and key[0] not in self.whole_of})
        if not missing:
            return
        if self.single_reads + len(missing) > SINGLE_READS:
            self.whole_of |= self.customers() | {customer for customer, _ in missing}
            wanted = (each for each in self.read_all() if each.debtor_number in self.whole_of)
            self.known |= {(each.debtor_number, each.code): each for each in wanted}
            return
        self.single_reads += len(missing)
        self.known |= {key: self.read_one(*key) for key in missing}

    def get(self, customer: str, code: str | None) -> Placed | None:
        return self.known.get((customer, code)) if code else None


class HostFacts:
    """Customers and objects at the host and the marks made here, as they were when this cycle first asked.

    reference_field is the tenant's setting; in_comment_too: the host is known to lose what that field has. Methods may
    raise OutsmartError.
    """

    def __init__(
        self,
        host: Host,
        read_marks: Callable[[], Marked],
        named: Callable[[], NamedCodes],
        reference_field: str = REFERENCE_FIELDS[0],
        *,
        in_comment_too: bool = False,
    ) -> None:
        self._host = host
        self._read_marks = read_marks
        self._reference_field = reference_field
        self._in_comment_too = in_comment_too
        self._free_places: dict[str, int] | None = None
        self._forms: frozenset[str] | None = None
        self._materials: dict[str, Material] | None = None
        self._marked: Marked | None = None
        self._concerned_customers: set[str] = set()
        self._concerned_objects: set[str] = set()
        self._invoiced: set[str] = set()
        self._facts: dict[tuple[str, tuple[str, ...]], Facts] = {}
        self._customers = _Shelf(
            host.relation,
            lambda: ((each.debtor_number, each) for each in host.relations()),
            lambda: named().customers,
        )
        self._objects = _Shelf(
            host.object, lambda: ((each.code, each) for each in host.objects()), lambda: named().objects
        )
        self._addresses = _OfCustomers(
            lambda customer, code: host.address(customer, code), lambda: host.addresses(), lambda: named().customers
        )
        self._contacts = _OfCustomers(
            lambda customer, code: host.contact_person(customer, code),
            lambda: host.contact_persons(),
            lambda: named().customers,
        )

    def learn(self, contracts: Iterable[Contract]) -> None:
        """Read what is not known yet of the customers, who is invoiced for them, and the objects of these contracts."""
        if self._marked is None:
            self._marked = self._read_marks()
        self._facts.clear()
        contracts = list(contracts)
        customers = {contract.customer for contract in contracts}
        objects = {code for contract in contracts for code in contract.objects}
        self._concerned_customers |= customers
        self._concerned_objects |= {code for contract in contracts for code in contract.lasting_objects}
        named = {each.invoice_customer for each in contracts if each.invoice_customer}
        self._invoiced |= named - self._concerned_customers
        self._customers.learn(customers | named)
        if self._customers.has_all_named:  # whoever is invoiced for any of them is looked for at once
            customers |= self._customers.known.keys() - self._invoiced
        found = [customer for code in customers if (customer := self._customers.get(code))]
        self._invoiced |= {each.invoice_debtor_number for each in found} - self._concerned_customers
        self._customers.learn(each.invoice_debtor_number for each in found if each.invoice_debtor_number)
        self._objects.learn(objects)
        self._learn_contacts(contracts)
        if any(contract.reference for contract in contracts):
            self._learn_free_places()
        if self._forms is None and any(forms_named(contract) for contract in contracts):
            self._forms = frozenset(each.name for each in self._host.forms())
        if self._materials is None and any(names_materials(contract) for contract in contracts):
            self._materials = {each.code: each for each in self._host.materials()}

    def _learn_contacts(self, contracts: Sequence[Contract]) -> None:
        """Whom the work is for: where a contract names nobody who is at the host, that is told by its addresses."""
        self._contacts.learn((each.customer, each.contact) for each in contracts if each.contact)
        others = [each for each in contracts if self._contacts.get(each.customer, each.contact) is None]
        places = {
            (each.customer, code)
            for each in others
            for code in (each.address, *self.addresses_of(each.objects))
            if code
        }
        self._addresses.learn(places)
        self._contacts.learn(
            (customer, found.contact_code)
            for customer, code in places
            if (found := self._addresses.get(customer, code)) is not None
        )

    def _learn_free_places(self) -> None:
        if self._reference_field not in REFERENCE_FIELDS and self._free_places is None:
            found = self._host.free_fields("WORKORDER")
            self._free_places = {each.name: each.place for each in found if each.place is not None}

    def look_at(self, kind: FactKind, codes: Iterable[str]) -> None:
        """Read what is not known yet of these customers or objects."""
        self._shelf(kind).learn(codes)

    def is_known(self, kind: FactKind, code: str) -> bool:
        """Whether this cycle has looked at the record."""
        shelf = self._shelf(kind)
        return code in shelf.known

    def in_the_way(self, kind: FactKind, code: str) -> str | None:
        """The host's name of a record that was looked at and stands in the way of work orders by what is said of its
        kind, empty where the host does not have it; None where it does not."""
        record = self._shelf(kind).get(code)
        if kind is not FactKind.CUSTOMER_INACTIVE:
            return None if record else ""
        return record.name if isinstance(record, Relation) and not record.active else None

    def names(self) -> Names:
        """What the customers and objects that were read are known by at the host."""
        return names_at_host(self._customers.known, self._objects.known)

    def concerned(self) -> Iterator[tuple[FactKind, str]]:
        """All that could stand in the way of the contracts that were learnt."""
        for code in self._concerned_customers:
            yield FactKind.CUSTOMER_INACTIVE, code
            yield FactKind.CUSTOMER_MISSING, code
        for code in self._concerned_objects:
            yield FactKind.OBJECT_MISSING, code

    def _shelf(self, kind: FactKind) -> "_Shelf[Relation] | _Shelf[HostObject]":
        return self._objects if kind is FactKind.OBJECT_MISSING else self._customers

    def facts_of(self, contract: Contract) -> Facts:
        """What decides about the visits of a contract; worked out once, since each of its visits asks for it."""
        concerned = contract.customer, contract.objects
        if concerned not in self._facts:
            self._facts[concerned] = self._worked_out(contract)
        return self._facts[concerned]

    def customer(self, debtor_number: str) -> Relation | None:
        """A customer that was learnt, or None when the host does not have it."""
        return self._customers.get(debtor_number)

    def object(self, code: str) -> HostObject | None:
        """An object that was learnt, or None when the host does not have it."""
        return self._objects.get(code)

    def addresses_of(self, codes: Iterable[str]) -> list[str]:
        """The address code of each of these objects that was learnt and is at the host, empty where it has none."""
        return [found.address_code for code in codes if (found := self._objects.get(code))]

    def contact(self, contract: Contract, address_code: str) -> ContactPerson | None:
        """Who is asked for where the work is: whom the contract names, else whom the address does; None where neither
        is at the host (rules: Generation)."""
        named = self._contacts.get(contract.customer, contract.contact)
        if named is not None:
            return named
        address = self._addresses.get(contract.customer, address_code)
        return self._contacts.get(contract.customer, address.contact_code) if address else None

    def reference(self, contract: Contract) -> Reference | None:
        """The contract's reference with the field of a work order that has it, once it is known to be there."""
        if not contract.reference:
            return None
        place = (self._free_places or {}).get(self._reference_field)
        return Reference(contract.reference, self._reference_field, place, in_comment_too=self._in_comment_too)

    def materials(self, contract: Contract, plan_name: str, decimals: int) -> tuple[MaterialLine, ...]:
        """What comes with an order: what the contract leaves open of it, and its name, are those of the host.

        decimals are those of prices. A material that the host lacks is left out: `missing_for` tells it.
        """
        lines = []
        for wanted in materials_of_order(contract, plan_name):
            found = (self._materials or {}).get(wanted.code)
            price = wanted.price if found is None or wanted.price is not None else found.price
            if found is not None and price is not None:
                name = found.description or found.code
                lines.append(MaterialLine(found.code, name, wanted.number, rounded(price, decimals), found.unit))
        return tuple(lines)

    def _lacks_of_materials(self, contract: Contract, plan_name: str) -> list[str]:
        """The codes of materials that the host does not have, or without the price that the contract leaves to it."""
        wanted = {each.code: each for each in materials_of_order(contract, plan_name)}
        found = self._materials or {}
        return [code for code, each in wanted.items() if code not in found or (found[code].price is None is each.price)]

    def invoiced(self, contract: Contract, customer: Relation) -> Relation | None:
        """Who gets the invoice, where that is another one than the customer and is at the host: whom the contract
        names, else whom the host has for the customer (rules: Generation)."""
        if contract.invoice_customer:
            return self._customers.get(contract.invoice_customer)
        if customer.invoice_debtor_number in ("", customer.debtor_number):
            return None
        return self._customers.get(customer.invoice_debtor_number)

    def address_of(self, code: str) -> str:
        """The code of an object's address at the host, empty where it has none or is not there."""
        found = self._objects.get(code)
        return found.address_code if found else ""

    def carried_by(self, contract: Contract, visit: LedgerVisit) -> tuple[str, ...]:
        """The objects on the work order of a visit: its own, or where it carries several those that are in use."""
        retired = self.facts_of(contract).retired_objects
        carried = contract.carried_by(visit)
        return carried if visit.key.visited_as else tuple(code for code in carried if code not in retired)

    def missing_for(self, contract: Contract, visit: LedgerVisit) -> Text | None:
        """What the work order of a visit needs and the host has not."""
        key = visit.key
        if self._customers.get(contract.customer) is None:
            return text(
                "Customer {customer} is not at the host. Correct the contract, or add the customer there.",
                customer=contract.customer,
            )
        if contract.invoice_customer and self._customers.get(contract.invoice_customer) is None:
            return text(
                "Invoice customer {customer} is not at the host. Correct the contract, or add the customer there.",
                customer=contract.invoice_customer,
            )
        if contract.reference and self._lacks_the_reference_field():
            return text(
                "The host has no free field {field} of work orders for the customer's reference. Correct the setting, "
                "or add the field there.",
                field=self._reference_field,
            )
        if absent := [name for name in forms_of(contract, key.plan) if name not in (self._forms or ())]:
            return counted(
                "Not at the host: form {forms}. Correct the contract, or add the form there.",
                "Not at the host: forms {forms}. Correct the contract, or add the forms there.",
                len(absent),
                forms=absent,
            )
        if lacking := self._lacks_of_materials(contract, key.plan):
            return counted(
                "Not at the host, or without a price there: material {materials}. Correct the contract, or the host.",
                "Not at the host, or without a price there: materials {materials}. Correct the contract, or the host.",
                len(lacking),
                materials=lacking,
            )
        gone = [code for code in self.carried_by(contract, visit) if self._objects.get(code) is None]
        if gone:
            return counted(
                "Not at the host: object {objects}. Correct the contract, or add the object there.",
                "Not at the host: objects {objects}. Correct the contract, or add the objects there.",
                len(gone),
                objects=gone,
            )
        return None

    def _lacks_the_reference_field(self) -> bool:
        field_ = self._reference_field
        return field_ not in REFERENCE_FIELDS and field_ not in (self._free_places or {})

    def _worked_out(self, contract: Contract) -> Facts:
        customer, here = self._customers.get(contract.customer), facts_from(self._marked or frozenset(), contract)
        inactive = customer is not None and not customer.active
        return Facts(here.customer_blocked or inactive, here.retired_objects)


def codes_named(database: Database, tenant_id: str) -> NamedCodes:
    """What the tenant's contracts name. Raises StoreError."""
    with database.read() as connection:
        return Contracts(connection, tenant_id).named_codes()
