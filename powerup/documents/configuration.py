"""The tenant's configuration as one document (architecture: The tenant's configuration document).

Parts that are absent stay as they are: of settings and calendar each member, of the lists the whole list.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, missing, validate, validates_schema

from powerup.contracts.calendar import LIBERATION_DAY, Calendar, CalendarError, CalendarRules
from powerup.contracts.capacity import MOST_HOURS, Capacity, EmployeeHours, RegionHours
from powerup.contracts.closed_days import ClosedAtCustomer, ClosedDay
from powerup.contracts.configuration import HostClock, Mode, TenantConfiguration, TenantSettings, TerminationReason
from powerup.contracts.contract import CatchUp, LeadUnit
from powerup.contracts.contract_template import MOST_CONTRACT_TEMPLATES
from powerup.contracts.days import MOST_DAYS
from powerup.contracts.every_year import comes_back
from powerup.contracts.price_index import problems as index_problems
from powerup.contracts.size import MOST_NAME
from powerup.contracts.sla import MOST_NUMBER, SlaClock, SlaPolicy, SlaPriority, SlaTime, SlaUnit, problems
from powerup.documents.contract_template import ContractTemplateSchema
from powerup.documents.file_mapping import FileMappingSchema
from powerup.documents.materials import MOST_DECIMALS
from powerup.documents.plain_texts import check_texts
from powerup.documents.price import Amount
from powerup.documents.price_index import PriceIndexSchema
from powerup.documents.schema import (
    DAYS,
    Choice,
    Code,
    Day,
    DocumentSchema,
    TimeOfDay,
    Truth,
    Whole,
    accepted,
    from_to,
    read_document,
)
from powerup.documents.terms import TermsSchema
from powerup.documents.words import Weekday

MOST_PER_BATCH = 100

MOST_CLOSED_DAYS = 366
MOST_AT_CUSTOMERS = 2000
"""Days that one time may have in which the tenant is closed."""


class SettingsSchema(DocumentSchema):
    """The tenant's settings; each may be absent."""

    makes = TenantSettings

    days_in_advance = Whole(validate=DAYS)
    days_in_advance_unit = Choice(LeadUnit)
    catch_up = Choice(CatchUp)
    reason_required = Truth()
    change_cap = Whole(validate=from_to(0, 1_000_000))
    batch_size = Whole(validate=from_to(1, MOST_PER_BATCH))
    number_prefix = fields.String(
        validate=validate.Regexp(
            r"^[A-Za-z0-9_-]{1,10}\Z", error="invalid: One to ten letters, digits, - or _ are expected."
        )
    )
    mode = Choice(Mode)
    order_before_start = Truth()
    previous_open = Truth()
    reminder_days = fields.List(Whole(validate=from_to(1, MOST_DAYS)))
    calls_per_minute = Whole(validate=from_to(0, 100_000))
    host_clock = Choice(HostClock)
    reference_field = Code(
        validate=validate.Length(max=MOST_NAME, error="too_long: At most {max} characters are expected.")
    )
    price_decimals = Whole(validate=from_to(0, MOST_DECIMALS))
    cost_per_hour = Amount()


class WorkingHoursSchema(Schema):
    """From when until when is worked on a working day."""

    works_from = TimeOfDay(data_key="from", required=True)
    works_until = TimeOfDay(data_key="to", required=True)


class ClosedDaySchema(DocumentSchema):
    """A day on which the tenant is closed (`date`), or all days of a time (`from`, `until`, both inclusive); once, or
    again every year."""

    makes = ClosedDay

    day = Day(data_key="date")
    first = Day(data_key="from")
    until = Day()
    name = Code(required=True)
    every_year = Truth()

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """A day has its date, a time its first and last day."""
        if attr == ("first" if obj.until is None else "day") or (attr == "until" and obj.until is None):
            return missing
        if attr == "every_year" and not obj.every_year:
            return missing
        return obj.day if attr == "first" else super().get_attribute(obj, attr, default)

    def made_from(self, values: dict[str, Any]) -> ClosedDay:
        """The day or time, if it is one of both."""
        first, until = values.pop("first", None), values.get("until")
        found = self._once(first, until, values)
        if found.every_year and not comes_back(found.day, found.until or found.day):
            advice = "not_every_year: A time that comes back every year does not begin on 29 February, and is shorter."
            raise ValidationError({"every_year": [advice]})
        return found

    def _once(self, first: date | None, until: date | None, values: dict[str, Any]) -> ClosedDay:
        if "day" in values:
            if first or until:
                raise ValidationError({"date": ["date_or_from: Either a date is expected, or a first and a last day."]})
            return ClosedDay(**values)
        if first is None or until is None:
            absent = "until" if first else "from" if until else "date"
            raise ValidationError({absent: ["Missing data for required field."]})
        if not 0 <= (until - first).days < MOST_CLOSED_DAYS:
            raise ValidationError(
                {
                    "until": [
                        "until_out_of_range: A last day on or after the first is expected, and within a year of it."
                    ]
                }
            )
        return ClosedDay(first, values["name"], until, values.get("every_year", False))


class ClosedAtCustomerSchema(ClosedDaySchema):
    """A day, or all days of a time, on which one customer is not visited; `customer` is its debtor number."""

    customer = Code(required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The customer, and what a closed day has."""
        return obj.customer if attr == "customer" else super().get_attribute(obj.closed, attr, default)

    def made_from(self, values: dict[str, Any]) -> Any:
        """The closed day of the customer, if it is a day or a time."""
        customer = values.pop("customer")
        return ClosedAtCustomer(customer, super().made_from(values))


class CalendarSchema(DocumentSchema):
    """The tenant's calendar; each member may be absent."""

    makes = CalendarRules

    country = Code()
    region = Code(allow_none=True)
    working_weekdays = fields.List(Weekday(), data_key="working_days")
    working_hours = fields.Nested(WorkingHoursSchema)
    good_friday = Truth()
    liberation_day = fields.String(
        validate=validate.OneOf(LIBERATION_DAY, error="unknown_choice: One of these is expected: {choices}.")
    )
    closed_days = fields.List(fields.Nested(ClosedDaySchema))
    customer_closed_days = fields.List(
        fields.Nested(ClosedAtCustomerSchema),
        validate=validate.Length(
            max=MOST_AT_CUSTOMERS, error="too_many: At most {max} closed days of customers are expected."
        ),
    )

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Working hours are one member of the document and two fields of the class."""
        return obj if attr == "working_hours" else super().get_attribute(obj, attr, default)

    def made_from(self, values: dict[str, Any]) -> CalendarRules:
        """The rules, tried at once: what a calendar refuses is told at its member."""
        rules = CalendarRules(**values.pop("working_hours", {}), **values)
        try:
            Calendar(rules)
        except CalendarError as error:
            raise ValidationError(_at_member(error.field, f"{error.reason}: {error.advice}")) from error
        return rules


class ReasonSchema(DocumentSchema):
    """One reason for an early end."""

    makes = TerminationReason

    code = Code(required=True)
    name = Code(required=True)


class SlaTimeSchema(DocumentSchema):
    """A length of time: `{"number": 4, "unit": "hour"}`."""

    makes = SlaTime

    number = Whole(required=True, validate=from_to(1, MOST_NUMBER))
    unit = Choice(SlaUnit, required=True)


class SlaPrioritySchema(DocumentSchema):
    """The times that are promised for one priority of the host."""

    makes = SlaPriority

    priority = Code(required=True)
    response = fields.Nested(SlaTimeSchema, allow_none=True)
    resolution = fields.Nested(SlaTimeSchema, allow_none=True)


class SlaPolicySchema(DocumentSchema):
    """One SLA policy (rules: SLA)."""

    makes = SlaPolicy

    code = Code(required=True)
    name = Code(required=True)
    clock = Choice(SlaClock)
    response_statuses = fields.List(Code())
    resolved_statuses = fields.List(Code())
    stopping_work_statuses = fields.List(Code())
    priorities = fields.List(fields.Nested(SlaPrioritySchema))

    def made_from(self, values: dict[str, Any]) -> SlaPolicy:
        """The policy, if it can be used."""
        policy = SlaPolicy(**values)
        return accepted(policy, problems(policy))


_HOURS = from_to(0, MOST_HOURS)


class EmployeeHoursSchema(DocumentSchema):
    """The hours a week of one employee."""

    makes = EmployeeHours

    employee = Code(required=True)
    hours = Whole(required=True, validate=_HOURS)


class RegionHoursSchema(DocumentSchema):
    """The hours a week for one region."""

    makes = RegionHours

    region = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9]{2}\Z", error="invalid: The first two figures of a postal code are expected."),
    )
    hours = Whole(required=True, validate=_HOURS)


class CapacitySchema(DocumentSchema):
    """The hours a week for the work of contracts (rules: Planning); each member may be absent."""

    makes = Capacity

    hours = Whole(allow_none=True, validate=_HOURS)
    employees = fields.List(fields.Nested(EmployeeHoursSchema))
    regions = fields.List(fields.Nested(RegionHoursSchema))

    @validates_schema
    def _said_once(self, values: dict[str, Any], **_: Any) -> None:
        _refuse_doubles("employees", values.get("employees", []), "employee")
        _refuse_doubles("regions", values.get("regions", []), "region")


class ConfigurationSchema(DocumentSchema):
    """The whole document; each part may be absent."""

    makes = TenantConfiguration

    settings = fields.Nested(SettingsSchema)
    calendar = fields.Nested(CalendarSchema)
    terms = fields.List(fields.Nested(TermsSchema))
    reasons = fields.List(fields.Nested(ReasonSchema))
    sla_policies = fields.List(fields.Nested(SlaPolicySchema))
    mappings = fields.List(fields.Nested(FileMappingSchema))
    indexes = fields.List(fields.Nested(PriceIndexSchema))
    contract_templates = fields.List(
        fields.Nested(ContractTemplateSchema),
        validate=validate.Length(max=MOST_CONTRACT_TEMPLATES, error="too_many: At most {max} are expected."),
    )
    capacity = fields.Nested(CapacitySchema)

    @validates_schema
    def _codes_used_once(self, values: dict[str, Any], **_: Any) -> None:
        for part in ("terms", "reasons", "sla_policies", "contract_templates", "indexes"):
            _refuse_doubles(part, values.get(part, []))
        _refuse_doubles("mappings", values.get("mappings", []), "name")
        accepted(None, ((f"indexes/{path}", code) for path, code in index_problems(values.get("indexes", []))))


def configuration_document(configuration: TenantConfiguration) -> dict[str, Any]:
    """All that the tenant has configured, as JSON values."""
    document: dict[str, Any] = ConfigurationSchema().dump(configuration)
    return document


def configuration_from_document(document: object) -> TenantConfiguration:
    """The configuration of a document; what is absent is as rules.md has it. Raises InvalidDocumentError."""
    configuration: TenantConfiguration = read_document(ConfigurationSchema(), document)
    return configuration


def sla_policy_document(policy: SlaPolicy) -> dict[str, Any]:
    """One SLA policy as JSON values."""
    document: dict[str, Any] = SlaPolicySchema().dump(policy)
    return document


def sla_policy_from_document(document: object) -> SlaPolicy:
    """The SLA policy of a document. Raises InvalidDocumentError."""
    policy: SlaPolicy = read_document(SlaPolicySchema(), document)
    return policy


def merge_configuration(configuration: TenantConfiguration, document: object) -> TenantConfiguration:
    """The configuration with the document's parts in it; parts that are absent stay as they are.

    Raises InvalidDocumentError with every flaw of the document.
    """
    check_texts(document)
    if not isinstance(document, Mapping):
        return configuration_from_document(document)
    merged = {**configuration_document(configuration), **document}
    for part, present in configuration_document(configuration).items():
        given = document.get(part)
        if isinstance(present, Mapping) and isinstance(given, Mapping):
            merged[part] = {**present, **given}
    return configuration_from_document(merged)


def _at_member(field: str, message: str) -> dict[str, Any]:
    hours = {"works_from": "from", "works_until": "to"}
    if field in hours:
        return {"working_hours": {hours[field]: [message]}}
    return {"working_days" if field == "working_weekdays" else field: [message]}


def _refuse_doubles(part: str, items: Sequence[Any], key: str = "code") -> None:
    seen: set[str] = set()
    for place, item in enumerate(items):
        named = getattr(item, key)
        if named in seen:
            raise ValidationError({part: {place: {key: [f"not_unique: {named} is there twice."]}}})
        seen.add(named)
