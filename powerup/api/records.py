"""Customers, objects and employees of the host as they are known here, for pickers; the host is not asked."""

from collections.abc import Mapping

from marshmallow import fields, validate

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import Api
from powerup.api.cursors import Paged, page, place_in
from powerup.api.endpoint import Call, Described, Endpoint, Reply
from powerup.api.examples import CUSTOMER, OBJECT
from powerup.readings.known_records import KnownRecords
from powerup.store.api_keys import Scope
from powerup.store.host_names import NameKind


class Search(Paged):
    """The query of a picker."""

    search = fields.String(load_default="", validate=validate.Length(max=100))


class CustomerSchema(AnswerPart):
    """A customer of the host as it was last read there; empty is what the host does not say."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    place = fields.String(required=True)
    postal_code = fields.String(required=True)
    house_number = fields.String(required=True)


class CustomersPage(AnswerPart):
    """Customers by debtor number."""

    items = fields.List(fields.Nested(CustomerSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ObjectSchema(AnswerPart):
    """An object of the host as it was last read there; empty is what the host does not say."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    place = fields.String(required=True)
    serial_number = fields.String(required=True)


class ObjectsPage(AnswerPart):
    """Objects by code."""

    items = fields.List(fields.Nested(ObjectSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class EmployeeSchema(AnswerPart):
    """An employee of the host as they were last read there."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class EmployeesPage(AnswerPart):
    """Employees by number."""

    items = fields.List(fields.Nested(EmployeeSchema), required=True)
    next = fields.String(required=True, allow_none=True)


_CUSTOMERS = {
    "items": [
        {"code": CUSTOMER, "name": "Voorbeeld BV", "place": "Utrecht", "postal_code": "3511 AB", "house_number": "7"}
    ],
    "next": None,
}
_OBJECTS = {
    "items": [{"code": OBJECT, "name": "CV-ketel", "place": "Kelder", "serial_number": "7736900"}],
    "next": None,
}
_EMPLOYEES = {"items": [{"code": "7", "name": "A. Voorbeeld"}], "next": None}
_KINDS: Mapping[NameKind, tuple[str, str, str, Described]] = {
    NameKind.CUSTOMER: (
        "/customers",
        "customers",
        "Customers that are known here",
        Described("By debtor number, as they were last read at the host.", CustomersPage, _CUSTOMERS),
    ),
    NameKind.OBJECT: (
        "/objects",
        "objects",
        "Objects that are known here",
        Described("By code, as they were last read at the host.", ObjectsPage, _OBJECTS),
    ),
    NameKind.EMPLOYEE: (
        "/employees",
        "employees",
        "Employees that are known here",
        Described("By number, as they were last read at the host.", EmployeesPage, _EMPLOYEES),
    ),
}


def add_records(api: Api) -> None:
    """What the host has, as far as it is known."""
    for kind in _KINDS:
        _add(api, kind)


def _add(api: Api, kind: NameKind) -> None:
    path, name, summary, answers = _KINDS[kind]

    @api.add(
        Endpoint(
            "GET",
            path,
            name,
            "Host",
            summary,
            Scope.READ,
            {200: answers},
            description="`search` is the beginning of a code, or words of name, place or number.",
            query=Search,
            asked={"search": "voor", "limit": "20"},
        )
    )
    def found(call: Call) -> Reply:
        after, limit = place_in(call), call.query["limit"]
        with api.parts.database.read() as connection:
            known = KnownRecords(connection, call.tenant_id)
            items = known.named(kind, call.query["search"], after[1] if after else "", limit + 1)
        more = ("", items[limit - 1]["code"]) if len(items) > limit else None
        return Reply(page(call, items[:limit], more))
