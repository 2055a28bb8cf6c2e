"""Where each page is: the one place that knows how an address is written.

What stands in an address as an id is quoted as a whole, since a number or a code may hold any character. A member that
is None or empty is left out of a query.
"""

import re
from datetime import date
from urllib.parse import quote, urlencode

from flask import Request

HOME = "/today"

_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*").fullmatch

Given = str | int | list[str] | None
"""What may stand under a name of a query; a list stands there once for each of it."""


def today() -> str:
    """What needs somebody today."""
    return HOME


def search(words: str = "") -> str:
    """What is found for these words."""
    return _with("/search", {"q": words})


def contracts(**filters: Given) -> str:
    """The list of contracts, as these filters leave it."""
    return _with("/contracts", filters)


def contracts_export(kind: str, **filters: Given) -> str:
    """That list as a file; kind is xlsx or csv."""
    return _with(f"/contracts/export.{kind}", filters)


def visits(**filters: Given) -> str:
    """The list of visits, as these filters leave it."""
    return _with("/visits", filters)


def visits_export(kind: str, **filters: Given) -> str:
    """That list as a file; kind is xlsx or csv."""
    return _with(f"/visits/export.{kind}", filters)


def planned_against_done(**filters: Given) -> str:
    """What was planned in a year and what was done, as these filters leave it."""
    return _with("/planned-against-done", filters)


def planned_against_done_export(kind: str, **filters: Given) -> str:
    """That list as a file; kind is xlsx or csv."""
    return _with(f"/planned-against-done/export.{kind}", filters)


def planning(**filters: Given) -> str:
    """A month of planned work, as these filters leave it."""
    return _with("/planning", filters)


def planning_year(**filters: Given) -> str:
    """A year of planned work by week, as these filters leave it."""
    return _with("/planning/year", filters)


def planning_together(**filters: Given) -> str:
    """Visits of a month at one address that could be one trip, as these filters leave it."""
    return _with("/planning/together", filters)


def planning_spread(**chosen: Given) -> str:
    """Levelling the weeks of contracts; chosen are those, or an import that made them."""
    return _with("/planning/spread", chosen)


def planning_export(kind: str, **filters: Given) -> str:
    """The days of a month or the weeks of a year as a file; kind is xlsx or csv."""
    return _with(f"/planning/export.{kind}", filters)


def contract_page(number: str, **chosen: Given) -> str:
    """One contract; chosen are the year shown, a day to explain, a visit to move."""
    return _with(f"/contract/{_quoted(number)}", chosen)


def contract_new(*, customer: str | None = None, like: str | None = None, template: str | None = None) -> str:
    """The form of a new contract, of a customer, or filled in as the contract of the number `like` or as a contract
    template is."""
    return _with("/contract-new", {"customer": customer, "from": like, "template": template})


def contract_many(*, like: str | None = None, template: str | None = None) -> str:
    """The form of contracts for many, as the contract of the number `like` or as a contract template is."""
    return _with("/contract-many", {"contract": like, "contract_template": template})


def contract_edit(number: str, **prefilled: Given) -> str:
    """The form of a contract that there is, with members filled in otherwise than it has them."""
    return _with(f"/contract-edit/{_quoted(number)}", prefilled)


def customer_page(code: str) -> str:
    """All of a customer, by debtor number."""
    return f"/customer/{_quoted(code)}"


def year_plan(code: str, **chosen: Given) -> str:
    """The year plan of a customer."""
    return _with(f"/year-plan/{_quoted(code)}", chosen)


def customer_account(code: str, **chosen: Given) -> str:
    """What was agreed with a customer for a year, and what came of it."""
    return _with(f"/customer-account/{_quoted(code)}", chosen)


def calendar_address(kind: str, code: str) -> str:
    """Where addresses of a calendar are made and revoked; kind is customer, contract, employee or tenant."""
    return f"/calendar-address/{kind}/{_quoted(code)}"


def object_page(code: str) -> str:
    """Whether an object is covered, and by what."""
    return f"/object/{_quoted(code)}"


def action(action_id: str, target_id: str, *, version: int | None = None, back: str = "", **prefilled: Given) -> str:
    """The page of an action on a target, as it is in a version; back is where its button stands."""
    return _with(f"/actions/{_quoted(action_id)}/{_quoted(target_id)}", {"version": version, "back": back, **prefilled})


def bulk(bulk_id: str = "", *, back: str = "") -> str:
    """Many presses as one: where they are begun, or how far they are; back is where they were asked for."""
    return _with(f"/bulk/{_quoted(bulk_id)}", {"back": back}) if bulk_id else "/bulk"


def what_ifs() -> str:
    """Presses that were collected, to see a year with and without them."""
    return "/what-ifs"


def what_if(what_if_id: str, **chosen: Given) -> str:
    """One of them; chosen are the contract whose visits are shown, and where the lists go on."""
    return _with(f"/what-ifs/{_quoted(what_if_id)}", chosen)


def what_if_export(what_if_id: str, kind: str) -> str:
    """Its visits that differ as a file; kind is xlsx or csv."""
    return f"/what-ifs/{_quoted(what_if_id)}/export.{kind}"


def run(run_id: str, *, back: str = "", undo: str = "") -> str:
    """How far something is that goes on in the background; back is where its button stands, undo what takes it back."""
    return _with(f"/runs/{_quoted(run_id)}", {"back": back, "undo": undo})


def cycle(number: int) -> str:
    """What one cycle did, by its number."""
    return f"/cycle/{number}"


def cycles(**filters: Given) -> str:
    """What the cycles of the last 90 days did."""
    return _with("/cycles", filters)


def importing(import_id: str = "") -> str:
    """Where files are imported, or one import."""
    return f"/importing/{_quoted(import_id)}" if import_id else "/importing"


def invoices(month: date | None = None, **place: Given) -> str:
    """What is to be invoiced in a month, by its first day; behind a place where one is named."""
    return _with("/invoices", {"month": f"{month:%Y-%m}" if month else "", **place})


def renewals(**filters: Given) -> str:
    """Contracts by the last day to decide about them."""
    return _with("/renewals", filters)


def renewals_export(kind: str, /, **filters: Given) -> str:
    """The same list as a file: xlsx or csv."""
    return _with(f"/renewals/export.{kind}", filters)


def letters(month: date | None = None, **place: Given) -> str:
    """Whom to write to about prices that were indexed as from a month, by its first day."""
    return _with("/letters", {"month": f"{month:%Y-%m}" if month else "", **place})


def letter_file(kind: str, month: date) -> str:
    """The same as a file: xlsx or csv."""
    return _with(f"/letters/export.{kind}", {"month": f"{month:%Y-%m}"})


def faults(**filters: Given) -> str:
    """Open work orders under an SLA, and how a month went, as these filters leave them."""
    return _with("/faults", filters)


def faults_export(**filters: Given) -> str:
    """The work orders of that month as a file."""
    return _with("/faults/export.xlsx", filters)


def users() -> str:
    """The people of the tenant."""
    return "/users"


def settings(part: str = "") -> str:
    """What the tenant has configured, or one part of it."""
    return f"/settings/{part}" if part else "/settings"


def settings_new(listed: str) -> str:
    """The form of one more entry of a list, that is at an address."""
    return f"{listed}/new"


def settings_entry(listed: str, name: str) -> str:
    """The form of the entry that is there under a name."""
    return f"{listed}/entry/{_quoted(name)}"


def customer_closed_days_new(customer: str) -> str:
    """The form of closed days of a customer, with that filled in."""
    return _with(settings_new(settings("customer-closed-days")), {"customer": customer})


def customer_closed_days(customer: str, first_day: date) -> str:
    """The form of the closed days of a customer that begin on a day."""
    return settings_entry(settings("customer-closed-days"), f"{customer}/{first_day.isoformat()}")


def contract_template_new(number: str) -> str:
    """The form of a new contract template, filled in with what the contract of that number gives to one."""
    return _with(settings_new(settings("contract-templates")), {"contract": number})


def account() -> str:
    """What a person may change of themselves."""
    return "/account"


def manual(chapter: str = "") -> str:
    """The manual, or one chapter of it."""
    return f"/manual/{chapter}" if chapter else "/manual"


def manual_picture(name: str) -> str:
    """A picture of the manual, by the name of its file."""
    return f"/manual/pictures/{name}"


def sign_in(*, to: str = "") -> str:
    """Where one signs in, and goes on to an own path."""
    return _with("/sign-in", {"next": to})


def sign_out() -> str:
    """Where a session is ended, by a form that posts."""
    return "/sign-out"


def panel_opened(installation_id: str, to: str) -> str:
    """Where it is seen whether the browser kept the session of a panel, before going on to an own path."""
    return _with("/panel/opened", {"installation": installation_id, "to": to})


def invitation(token: str) -> str:
    """Where an invited person chooses a password."""
    return f"/invitation/{_quoted(token)}"


def back(request: Request, otherwise: str = HOME) -> str:
    """Where a request wants to go on to: the own path under `back` in its form or its address, or another one.

    A path of ours begins with one slash and has no blank and no backslash, which browsers take for a slash.
    """
    wanted = request.form.get("back") or request.args.get("back") or ""
    return wanted if is_own_path(wanted) else otherwise


def is_own_path(address: str) -> bool:
    """Whether an address leads to a page of ours, whatever a browser makes of it."""
    return _OWN_PATH(address) is not None


def _quoted(given: str) -> str:
    return quote(given, safe="")


def _with(path: str, members: dict[str, Given]) -> str:
    query = urlencode({name: value for name, value in members.items() if value not in (None, "", [])}, doseq=True)
    return f"{path}?{query}" if query else path
