"""The account of a customer: looked at, printed, or taken along as a spreadsheet (rules: Account)."""

from datetime import date

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.files.customer_account_sheet import customer_account_sheet
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.customer_account.words import shown_account
from powerup.pages.downloads import download
from powerup.pages.visitor import Visitor
from powerup.readings.customer_account import CustomerAccounts
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader

_LAST_YEAR_UNTIL = 3
"""Until this month it is last year's account that people give away."""

_YEARS_AROUND = 5
"""As far as a year plan goes."""


def add_customer_account(pages: Pages) -> None:
    """The account of `?year=`; `?as=xlsx` is the same as a spreadsheet."""
    parts = pages.parts

    @pages.page("/customer-account/<path:code>", role=Role.VIEWER)
    def customer_account(visitor: Visitor, code: str) -> Response:
        with parts.database.read() as connection:
            tenant, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            year = _year(around.today)
            account = CustomerAccounts(connection, around).find(code, year)
        if account is None:
            abort(404)
        reader = Reader(request.args.get("language") or account.language or tenant.locale)
        if request.args.get("as") == "xlsx":
            return download(customer_account_sheet(account, reader), f"{account.known.name or code} {year}", "xlsx")
        return answer(
            "customer_account/page.html",
            visitor,
            account=shown_account(account, reader),
            code=code,
            year=year,
            this_year=around.today.year,
            firm=tenant.name,
        )


def _year(today: date) -> int:
    """The year of the address. Without one it is this year, in its first months the last one."""
    year = request.args.get("year", today.year - (today.month <= _LAST_YEAR_UNTIL), int)
    if abs(year - today.year) > _YEARS_AROUND:
        abort(404)
    return year
