"""The invoice list of a month, for the bookkeeping, and whom to write to after an indexation (rules: Terms)."""

from datetime import date
from typing import Any

from marshmallow import fields, validate

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import Api
from powerup.api.cursors import Paged, page, place_in
from powerup.api.endpoint import Call, Described, Endpoint, Reply
from powerup.api.examples import CONTRACT, CUSTOMER
from powerup.documents.schema import Truth
from powerup.readings.invoice_list import InvoiceList, invoice_document
from powerup.readings.letter_list import LetterList, letter_document
from powerup.store.api_keys import Scope

_LINE: dict[str, Any] = {
    "contract": CONTRACT,
    "contract_name": "CV-ketel",
    "line": "2027-03-01",
    "customer": CUSTOMER,
    "customer_name": "Voorbeeld BV",
    "per": "invoice_period",
    "invoiced": "in_advance",
    "first": "2027-03-01",
    "until": "2027-03-31",
    "pro_rata": False,
    "amount": "120.00",
    "vat_code": "H",
    "ledger_code": None,
    "exported_at": None,
    "exported_amount": None,
}


class InvoiceLineSchema(AnswerPart):
    """A line: what is to be invoiced to whom, for which days, in euros without VAT. `line` is its name within its
    contract for ever; exported_at is when it was exported last on a page or by a command, with that amount."""

    contract = fields.String(required=True)
    contract_name = fields.String(required=True)
    line = fields.String(required=True)
    customer = fields.String(required=True)
    customer_name = fields.String(required=True)
    per = fields.String(required=True)
    invoiced = fields.String(required=True)
    first = fields.Date(required=True)
    until = fields.Date(required=True)
    pro_rata = Truth(required=True)
    amount = fields.String(required=True)
    vat_code = fields.String(required=True, allow_none=True)
    ledger_code = fields.String(required=True, allow_none=True)
    exported_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    exported_amount = fields.String(required=True, allow_none=True)


class InvoiceLinesPage(AnswerPart):
    """Lines, by contract."""

    items = fields.List(fields.Nested(InvoiceLineSchema), required=True)
    next = fields.String(required=True, allow_none=True)


MONTH = validate.Regexp(r"^[12][0-9]{3}-(0[1-9]|1[0-2])\Z", error="invalid_month: A month such as 2026-10 is expected.")


class InvoiceLinesQuery(Paged):
    """Of which month."""

    month = fields.String(required=True, validate=MONTH, metadata={"description": "The month, as 2027-03."})


_LETTER: dict[str, Any] = {
    "customer": CUSTOMER,
    "customer_name": "Voorbeeld BV",
    "street": "Dorpsstraat",
    "house_number": "12",
    "postal_code": "7201 AB",
    "city": "Zutphen",
    "invoice_customer": None,
    "reference": None,
    "contract": CONTRACT,
    "contract_name": "CV-ketel",
    "per": "invoice_period",
    "invoice_period": "1 month",
    "old": "120.00",
    "new": "123.04",
    "percentage": "2.53",
    "from": "2027-01-01",
    "base_index": "CPI-2025",
    "base_month": "2025-10",
    "base_value": "102.7",
    "last_index": "CPI-2025",
    "last_month": "2026-10",
    "last_value": "105.3",
    "why": "CPI-2025 of 2025-10 (102.7) to CPI-2025 of 2026-10 (105.3): 2.53 %.",
}


class PriceLetterSchema(AnswerPart):
    """Whom to tell of a new price, in euros without VAT, with the address at the host; `why` is a sentence in the
    language of the request. The index is null where a percentage was taken."""

    customer = fields.String(required=True)
    customer_name = fields.String(required=True)
    street = fields.String(required=True)
    house_number = fields.String(required=True)
    postal_code = fields.String(required=True)
    city = fields.String(required=True)
    invoice_customer = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    contract = fields.String(required=True)
    contract_name = fields.String(required=True)
    per = fields.String(required=True)
    invoice_period = fields.String(required=True, allow_none=True)
    old = fields.String(required=True)
    new = fields.String(required=True)
    percentage = fields.String(required=True)
    since = fields.Date(required=True, data_key="from")
    base_index = fields.String(required=True, allow_none=True)
    base_month = fields.String(required=True, allow_none=True)
    base_value = fields.String(required=True, allow_none=True)
    last_index = fields.String(required=True, allow_none=True)
    last_month = fields.String(required=True, allow_none=True)
    last_value = fields.String(required=True, allow_none=True)
    why = fields.String(required=True)


class PriceLettersPage(AnswerPart):
    """Letters, by contract."""

    items = fields.List(fields.Nested(PriceLetterSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class PriceLettersQuery(Paged):
    """Of which month."""

    month = fields.String(
        required=True, validate=MONTH, metadata={"description": "The month in which new prices begin, as 2027-01."}
    )


def add_invoices(api: Api) -> None:
    """What is read for the bookkeeping."""

    @api.add(
        Endpoint(
            "GET",
            "/invoice-lines",
            "invoice_lines",
            "Contracts",
            "What is to be invoiced in a month",
            Scope.READ,
            {200: Described("A page of the list.", InvoiceLinesPage, {"items": [_LINE], "next": None})},
            query=InvoiceLinesQuery,
            asked={"month": "2027-03", "limit": "100"},
        )
    )
    def invoice_lines(call: Call) -> Reply:
        after, month = place_in(call), date.fromisoformat(f"{call.query['month']}-01")
        with api.parts.database.read() as connection:
            rows, last = InvoiceList(connection, call.caller.around).page(month, call.query["limit"], after)
        return Reply(page(call, [invoice_document(row) for row in rows], last))

    @api.add(
        Endpoint(
            "GET",
            "/price-letters",
            "price_letters",
            "Contracts",
            "Whom to tell of prices that were indexed",
            Scope.READ,
            {200: Described("A page of the list.", PriceLettersPage, {"items": [_LETTER], "next": None})},
            query=PriceLettersQuery,
            asked={"month": "2027-01", "limit": "100"},
        )
    )
    def price_letters(call: Call) -> Reply:
        after, month = place_in(call), date.fromisoformat(f"{call.query['month']}-01")
        with api.parts.database.read() as connection:
            letters = LetterList(connection, call.caller.around)
            rows, last = letters.page(month, call.query["limit"], after[0] if after else "")
        return Reply(page(call, [letter_document(row, call.reader) for row in rows], (last, "") if last else None))
