"""What has changed in a record of the host, in people's words (rules: Actions, refresh)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from powerup.texts import Text, text

FIELDS: Mapping[str, Text] = {
    "debtor_number": text("customer number"),
    "name": text("name"),
    "street": text("street"),
    "house_number": text("house number"),
    "postal_code": text("postal code"),
    "city": text("city"),
    "contact": text("contact person"),
    "phone": text("telephone number"),
    "email": text("e-mail address"),
    "invoice_debtor_number": text("customer that is invoiced"),
    "debtor_type": text("kind of customer"),
    "language": text("language"),
    "kvk_number": text("number at the Chamber of Commerce"),
    "active": text("active"),
    "code": text("code"),
    "description": text("description"),
    "type": text("type"),
    "brand": text("brand"),
    "model": text("model"),
    "serial_number": text("serial number"),
    "location": text("location"),
    "address_code": text("address code"),
    "parent_code": text("object that it belongs to"),
    "installed_on": text("installation date"),
    "last_inspected_on": text("last inspection"),
    "warranty_expires_on": text("end of the warranty"),
    "number": text("number"),
    "first_name": text("first name"),
    "last_name": text("last name"),
}
"""What the fields of customers, objects and employees are called."""

_NOTHING = "–"


def record_changes(kind: str, code: str, before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Iterator[Text]:
    """What is otherwise than before, which is None where the record was not read yet. An empty record is not there."""
    record = _record(kind, code)
    if not now and before != {}:
        yield text("{record} is not at the host", record=record)
    if not now or not before:
        return
    for name, value in now.items():
        if before.get(name) != value:
            yield text(
                "{field} of {record} was {old}, is {new}",
                field=FIELDS[name],
                record=record,
                old=_in_words(name, before.get(name)),
                new=_in_words(name, value),
            )


def _record(kind: str, code: str) -> Text:
    match kind:
        case "relation":
            return text("customer {code}", code=code)
        case "object":
            return text("object {code}", code=code)
        case _:
            return text("employee {code}", code=code)


def _in_words(name: str, value: Any) -> object:
    if isinstance(value, bool):
        return text("yes") if value else text("no")
    if value and name.endswith("_on"):
        return date.fromisoformat(value)
    return value or _NOTHING
