"""The parts of the configuration that have a page: where it is, what it is called, and what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from powerup.contracts.sla import SlaPolicy
from powerup.contracts.terms import Terms
from powerup.documents.configuration import sla_policy_document
from powerup.documents.terms import terms_document
from powerup.pages.forms.schema import Schema
from powerup.pages.settings.form import closed_day_form, form_of
from powerup.pages.settings.template_form import PATH as TEMPLATES_PATH
from powerup.pages.settings.template_form import contract_template_form
from powerup.texts import Text, text

Document = Mapping[str, Any]
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """A part whose members are changed in one form; without are those that have a page of their own."""

    address: str
    path: str
    called: Text
    about: Text
    without: frozenset[str] = field(default=frozenset())

    def form(self, language: str) -> Schema:
        """The schema of its form."""
        return form_of(self.path, language, without=self.without)


@dataclass(frozen=True, slots=True)
class Listed:
    """A part that is a list: each entry is changed in a form of its own, and found by what names it.

    Args:
        one: what one entry is called.
        added: what is pressed for another one.
        columns: members that the list shows beside what names an entry.
        usual: what stands in the form of a new one.
    """

    address: str
    path: str
    called: Text
    about: Text
    one: Text
    added: Text
    none: Text
    columns: Sequence[str]
    key: str = "code"
    usual: Document = field(default_factory=dict)

    def form(self, language: str, configured: Document) -> Schema:
        """The schema of an entry's form, at a tenant that has configured this."""
        if self.is_of_contracts:
            return contract_template_form(language, configured)
        if self.is_of_days:
            return closed_day_form(language, at_customer=self.is_of_customers)
        return form_of(self.path, language)

    @property
    def is_of_contracts(self) -> bool:
        """Whether its entries are templates, from which contracts begin."""
        return self.path == TEMPLATES_PATH

    @property
    def is_of_days(self) -> bool:
        """Whether its entries are days, or times of several."""
        return self.key == "date"

    @property
    def is_of_customers(self) -> bool:
        """Whether its days are those of customers."""
        return "customer" in self.columns

    def entries(self, configured: Document) -> list[Entry]:
        """Its entries in a configuration document, as its form has them."""
        found: Any = configured
        for name in self.path.split("."):
            found = found[name]
        return [_as_in_form(each) for each in found] if self.is_of_days else list(found)

    def name_of(self, entry: Document) -> str:
        """By what it is found."""
        name = str(entry.get(self.key, ""))
        return f"{entry.get('customer', '')}/{name}" if self.is_of_customers else name

    def document(self, entries: Sequence[Entry]) -> dict[str, Any]:
        """The document that has these entries in the place of the present ones."""
        found: Any = [_as_in_document(each) for each in entries] if self.is_of_days else list(entries)
        for name in reversed(self.path.split(".")):
            found = {name: found}
        document: dict[str, Any] = found
        return document

    def pointer(self, place: int) -> str:
        """Where an entry stands in the document."""
        return f"/{self.path.replace('.', '/')}/{place}"


def _as_in_form(day: Document) -> Entry:
    """A closed day or time with its first day as `date`, and its last one where it has one."""
    more = {"every_year": True} if day.get("every_year") else {}
    more |= {"customer": day["customer"]} if "customer" in day else {}
    return {"date": day.get("date") or day["from"], "until": day.get("until"), "name": day["name"]} | more


def _as_in_document(day: Document) -> Entry:
    last = day.get("until")
    day = {name: value for name, value in day.items() if name != "every_year" or value}
    if not last or last == day.get("date"):
        return {name: value for name, value in day.items() if name != "until" and value is not None}
    return {"from" if name == "date" else name: value for name, value in day.items()}


GENERAL = Group(
    "/settings/general",
    "settings",
    text("Work orders and cycles"),
    text("When work orders are made, how many at once, and what is asked of people."),
)

CALENDAR = Group(
    "/settings/calendar",
    "calendar",
    text("Calendar"),
    text("On which days and hours is worked. Visits that fall on another day are moved as their visit plan says."),
    frozenset({"closed_days", "customer_closed_days"}),
)

CLOSED_DAYS = Listed(
    "/settings/closed-days",
    "calendar.closed_days",
    text("Closed days"),
    text("Days, or times of several, on which the whole firm is closed, beside weekends and public holidays."),
    one=text("Closed day"),
    added=text("Add a closed day or time"),
    none=text("There are no closed days yet."),
    columns=("until", "every_year", "name"),
    key="date",
)

CUSTOMER_CLOSED_DAYS = Listed(
    "/settings/customer-closed-days",
    "calendar.customer_closed_days",
    text("Closed days of customers"),
    text(
        "Days, or times of several, on which a customer is not visited, such as the summer closing of a holiday park."
    ),
    one=text("Closed at customer"),
    added=text("Add a closed day or time of a customer"),
    none=text("No customer has closed days yet. A single contract has its own in its form."),
    columns=("customer", "until", "every_year", "name"),
    key="date",
)

TERMS = Listed(
    "/settings/terms",
    "terms",
    text("Contract terms"),
    text(
        "How long contracts run, how they renew, and until when notice can be given. A contract keeps its terms as "
        "they were agreed, until somebody gives it the changed ones."
    ),
    one=text("Terms"),
    added=text("Add terms"),
    none=text("There are no terms yet: contracts then end where their end stands, and never renew."),
    columns=("name", "duration", "renewal", "notice_before_end", "consumer"),
    usual=terms_document(Terms("", "")),
)

REASONS = Listed(
    "/settings/reasons",
    "reasons",
    text("Reasons for an early end"),
    text("What people choose from when they end a contract early, so that it can be told later why customers left."),
    one=text("Reason"),
    added=text("Add a reason"),
    none=text("There are no reasons yet."),
    columns=("name",),
)

SLA_POLICIES = Listed(
    "/settings/sla-policies",
    "sla_policies",
    text("SLA policies"),
    text("Within which time a fault is answered and resolved, by priority. Corrective contracts name one."),
    one=text("SLA policy"),
    added=text("Add an SLA policy"),
    none=text("There are no SLA policies yet: nothing is promised of faults."),
    columns=("name", "clock", "priorities"),
    usual=sla_policy_document(SlaPolicy("", "")),
)

CONTRACT_TEMPLATES = Listed(
    "/settings/contract-templates",
    TEMPLATES_PATH,
    text("Contract templates"),
    text(
        "What contracts have alike: type, visit plans, terms, work order. A new contract begins as a copy of one; what "
        "is changed here later changes no contract that is there."
    ),
    one=text("Contract template"),
    added=text("Add a contract template"),
    none=text("There are no contract templates yet. The page of any contract can keep it as one."),
    columns=("name", "description"),
    usual={"contract": {"type": "preventive", "plans": [{"name": "A", "unit": "month", "every": 1}]}},
)

CAPACITY = Group(
    "/settings/capacity",
    "capacity",
    text("Hours for contract work"),
    text("How many hours a week there are for visits. The planning then says how full each week is."),
)

GROUPS: Sequence[Group] = (GENERAL, CALENDAR, CAPACITY)
LISTS: Sequence[Listed] = (CLOSED_DAYS, CUSTOMER_CLOSED_DAYS, TERMS, REASONS, SLA_POLICIES, CONTRACT_TEMPLATES)
