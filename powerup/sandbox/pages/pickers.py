"""The host's own pickers: what a form offers for `format: host:employee` and the like (webhooks page 1)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from powerup.sandbox.host import Host
from powerup.sandbox.records import KINDS, Record

Choices = Sequence[tuple[str, str]]
"""Code and label of each thing that can be picked."""


@dataclass(frozen=True, slots=True)
class Pickers:
    """Offers the firm's records.

    Args:
        customer: debtor number of the customer that the form is about; then only its objects and projects are
            offered. Empty for all.
    """

    host: Host
    customer: str = ""

    def choices(self, format_: str) -> Choices | None:
        """What a format offers, None for a format that is no picker of this host."""
        offer = _OFFERS.get(format_)
        return offer(self) if offer else None

    def _all(self, kind: str) -> list[Record]:
        return [one for one in self.host.masterdata.all(KINDS[kind]) if one.get("active", "1") != "0"]

    def _of_customer(self, kind: str, field: str) -> list[Record]:
        return [one for one in self._all(kind) if not self.customer or one[field] == self.customer]

    def relations(self) -> Choices:
        """Customers by debtor number."""
        return [(one["debtor_number"], f"{one['debtor_number']} {one['name']}") for one in self._all("relations")]

    def objects(self) -> Choices:
        """Objects by code, the customer's where one is known."""
        rows = self._of_customer("objects", "obj_debiteur_nummer")
        return [(one["obj_code"], f"{one['obj_code']} {one['obj_description']}") for one in rows]

    def addresses(self) -> Choices:
        """Addresses by code, the customer's where one is known."""
        rows = self._of_customer("addresses", "adr_debtor_nr")
        return [(one["adr_code"], f"{one['adr_code']} {one['adr_line_1']}, {one['adr_city']}") for one in rows]

    def contacts(self) -> Choices:
        """Contact persons by code, the customer's where one is known."""
        rows = self._of_customer("contactpersons", "cpn_debtor_nr")
        return [(one["cpn_code"], f"{one['cpn_code']} {one['cpn_name']}") for one in rows]

    def materials(self) -> Choices:
        """Materials by code."""
        return [(one["code"], f"{one['code']} {one['description']}") for one in self._all("materials")]

    def forms(self) -> Choices:
        """Forms by name."""
        return [(one["name"], one["name"]) for one in self._all("forms")]

    def employees(self) -> Choices:
        """Employees by number."""
        return [(one["number"], f"{one['firstname']} {one['lastname']}") for one in self._all("employees")]

    def projects(self) -> Choices:
        """Projects by code, the customer's where one is known."""
        rows = self._of_customer("projects", "debtor_number")
        return [(one["code"], f"{one['code']} {one['name']}") for one in rows]

    def types_of_work(self) -> Choices:
        """Types of work by name."""
        return [(one["wrt_name"], one["wrt_name"]) for one in self.host.masterdata.all(KINDS["worktypes"])]

    def payment_methods(self) -> Choices:
        """Payment methods by name."""
        return [(one["pmd_description"],) * 2 for one in self.host.masterdata.all(KINDS["paymentmethods"])]

    def priorities(self) -> Choices:
        """Priorities by code."""
        return [(one["code"], f"{one['code']} {one['description']}") for one in self._all("priorities")]


_OFFERS: Mapping[str, Callable[[Pickers], Choices]] = {
    "host:relation": Pickers.relations,
    "host:object": Pickers.objects,
    "host:address": Pickers.addresses,
    "host:contact": Pickers.contacts,
    "host:employee": Pickers.employees,
    "host:project": Pickers.projects,
    "host:type_of_work": Pickers.types_of_work,
    "host:payment_method": Pickers.payment_methods,
    "host:priority": Pickers.priorities,
    "host:form": Pickers.forms,
    "host:material": Pickers.materials,
}
