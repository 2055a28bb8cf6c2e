"""What is to be invoiced in a month, to be taken along to the bookkeeping (rules: Terms, Invoice list)."""

from datetime import date

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.contracts.terms import Period, PeriodUnit, add_period
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.blueprint import Pages
from powerup.pages.downloads import download
from powerup.pages.forms.days import read_month
from powerup.pages.news import News
from powerup.pages.visitor import Visitor
from powerup.readings.invoice_list import InvoiceList, invoice_document
from powerup.readings.price_words import price_in_words
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

ON_A_PAGE = 100
A_MONTH = Period(1, PeriodUnit.MONTH)


def add_invoices(pages: Pages) -> None:
    """Add the list of a month, and its files."""
    parts = pages.parts

    @pages.page("/invoices", role=Role.VIEWER)
    def invoices(visitor: Visitor) -> Response:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            listed, month = InvoiceList(connection, around), month_asked(request.args.get("month", ""), around.today)
            after = (request.args.get("contract", ""), request.args.get("line", ""))
            rows, last = listed.page(month, ON_A_PAGE, after if after[0] else None)
            totals = listed.totals(month)
        return answer(
            "invoices/page.html",
            visitor,
            section=addresses.renewals(),
            month=month,
            rows=rows,
            totals=totals,
            price_in_words=price_in_words,
            may_export=visitor.may(Role.PLANNER),
            earlier=addresses.invoices(add_period(month, A_MONTH, -1)),
            later=addresses.invoices(add_period(month, A_MONTH)),
            next_page=addresses.invoices(month, contract=last[0], line=last[1]) if last else "",
        )

    @pages.page("/invoices", role=Role.PLANNER, methods=("POST",))
    def invoices_taken(visitor: Visitor) -> Response:
        from powerup.files.invoice_sheet import INVOICES  # loads openpyxl, which no list needs

        now, kind = parts.clock(), request.form.get("kind", "")
        if kind not in ("xlsx", "csv"):
            abort(400)
        with parts.database.write() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, now, open_tokens=False)
            month = month_asked(request.form.get("month", ""), around.today)
            again = request.form.get("again") == "1"
            rows = InvoiceList(connection, around).export(month, now, visitor.name, again=again)
        if not rows:
            nothing = text(
                "There is nothing that was not exported yet. Tick “also what was exported before” to have all."
            )
            return go_on(visitor, addresses.invoices(month), News(nothing, failed=True))
        reader = Reader(visitor.locale)
        name = f"{reader.say(text('Invoice list'))} {month:%Y-%m}"
        return download(INVOICES.content(kind, [invoice_document(row) for row in rows], reader), name, kind)


def month_asked(typed: str, today: date) -> date:
    """The first day of the month that was asked for, else of the present one."""
    month = read_month(typed)
    try:
        return date.fromisoformat(f"{month}-01") if month else today.replace(day=1)
    except ValueError:
        return today.replace(day=1)
