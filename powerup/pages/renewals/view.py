"""The renewals: which contracts somebody has to decide about, by the last day to do so."""

from flask import Response, abort, request

from powerup.actions.contract import index, remind, renew, terminate
from powerup.actions.kit.request import Role
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.downloads import download
from powerup.pages.page_parts import PageParts
from powerup.pages.renewals import words
from powerup.pages.renewals.wanted import NotUnderstood, Wanted, wanted_of
from powerup.pages.visitor import Visitor
from powerup.presses.bulk_actions import find_bulk_action
from powerup.readings.list_cursor import CursorRefused
from powerup.readings.renewals import MOST_COUNTED, MOST_ON_PAGE, RenewalPage, RenewalRow, Renewals, renewal_document
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

ON_A_PAGE = 50

_ACTIONS = (renew.ACTION, terminate.ACTION, index.ACTION, remind.ACTION)
_BUTTONS = tuple(found for action in _ACTIONS if (found := find_bulk_action(action.id)) is not None)
"""What can be done to all that are selected."""


def add_renewals(pages: Pages) -> None:
    """Add the list, and its files."""
    parts = pages.parts

    @pages.page("/renewals", role=Role.VIEWER, menu=text("Renewals"))
    def renewals(visitor: Visitor) -> Response:
        wanted = _wanted()
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            reading = Renewals(connection, around)
            page, counts = _page(reading, wanted), reading.counts(wanted.filter)
            others = reading.targets(wanted.filter) if wanted.everything else []
        on_page = {row.contract.number for row in page.rows}
        return answer(
            "renewals/page.html",
            visitor,
            wanted=wanted,
            page=page,
            counts=counts,
            in_all=sum(counts[kind] for kind in wanted.filter.kinds or counts),
            others=[target for target in others if target[0] not in on_page],
            terms=around.configuration.terms,
            words=words,
            most=MOST_COUNTED,
            buttons=[each for each in _BUTTONS if visitor.may(each.of_each.role)],
        )

    @pages.page("/renewals/export.csv", role=Role.VIEWER)
    def renewals_csv(visitor: Visitor) -> Response:
        return _file(parts, visitor, "csv")

    @pages.page("/renewals/export.xlsx", role=Role.VIEWER)
    def renewals_xlsx(visitor: Visitor) -> Response:
        return _file(parts, visitor, "xlsx")


def _file(parts: PageParts, visitor: Visitor, kind: str) -> Response:
    from powerup.files.renewal_sheet import RENEWALS  # loads openpyxl, which no list needs

    reader = Reader(visitor.locale)
    rows = [renewal_document(row) for row in _all_rows(parts, visitor.tenant_id, _wanted())]
    return download(RENEWALS.content(kind, rows, reader), reader.say(text("Renewals")), kind)


def _wanted() -> Wanted:
    try:
        return wanted_of(request.args)
    except NotUnderstood:
        abort(400)


def _page(reading: Renewals, wanted: Wanted) -> RenewalPage:
    """The page that is asked for, or the first one where its cursor belongs to another list."""
    if wanted.printed:
        return reading.page(wanted.filter, MOST_ON_PAGE)
    try:
        return reading.page(wanted.filter, ON_A_PAGE, wanted.after or None)
    except CursorRefused:
        return reading.page(wanted.filter, ON_A_PAGE)


def _all_rows(parts: PageParts, tenant_id: str, wanted: Wanted) -> list[RenewalRow]:
    """Every contract of the list, read page by page."""
    rows: list[RenewalRow] = []
    cursor = None
    while True:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, tenant_id, parts.clock(), open_tokens=False)
            page = Renewals(connection, around).page(wanted.filter, MOST_ON_PAGE, cursor)
        rows += page.rows
        cursor = page.next
        if cursor is None:
            return rows
