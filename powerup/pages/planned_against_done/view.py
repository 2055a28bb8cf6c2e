"""Planned against done: what was agreed for a year, what came of it, what was worked and what it cost, per contract,
customer or year (rules: Planned against done)."""

from datetime import date
from itertools import islice

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.downloads import download
from powerup.pages.page_parts import PageParts
from powerup.pages.planned_against_done import words
from powerup.pages.planned_against_done.wanted import YEARS_AROUND, NotUnderstood, Wanted, wanted_of
from powerup.pages.visitor import Visitor
from powerup.readings.list_cursor import CursorRefused
from powerup.readings.planned_against_done import DoneBy, DonePage, PlannedAgainstDone, done_document
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

ON_A_PAGE = 50

MOST_IN_FILE = 2_000
"""Rows of a file of the page, for which somebody waits; the command writes all."""


def add_planned_against_done(pages: Pages) -> None:
    """Add the page and its files."""
    parts = pages.parts

    @pages.page("/planned-against-done", role=Role.VIEWER)
    def planned_against_done(visitor: Visitor) -> Response:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            wanted = _wanted(around.today)
            page = _page(PlannedAgainstDone(connection, around), wanted)
        reader = Reader(visitor.locale)
        return answer(
            "planned_against_done/page.html",
            visitor,
            section=addresses.renewals(),
            wanted=wanted,
            page=page,
            words=words,
            columns=words.columns_of(page, reader),
            years=[around.today.year - place for place in range(-1, YEARS_AROUND)],
            today=around.today,
            has_margins=bool(around.configuration.settings.cost_per_hour),
            most=MOST_IN_FILE,
        )

    @pages.page("/planned-against-done/export.csv", role=Role.VIEWER)
    def planned_against_done_csv(visitor: Visitor) -> Response:
        return _file(parts, visitor, "csv")

    @pages.page("/planned-against-done/export.xlsx", role=Role.VIEWER)
    def planned_against_done_xlsx(visitor: Visitor) -> Response:
        return _file(parts, visitor, "xlsx")


def _file(parts: PageParts, visitor: Visitor, kind: str) -> Response:
    from powerup.files.planned_against_done_sheet import PLANNED_AGAINST_DONE, sheet_row  # loads openpyxl

    with parts.database.read() as connection:
        _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
        asked = _wanted(around.today).asked
        reading = PlannedAgainstDone(connection, around)
        found = reading.page(asked, ON_A_PAGE).rows if asked.by is DoneBy.YEAR else reading.rows(asked)
        rows = [sheet_row(done_document(row)) for row in islice(found, MOST_IN_FILE)]
    reader = Reader(visitor.locale)
    name = f"{reader.say(text('Planned against done'))} {asked.year}"
    return download(PLANNED_AGAINST_DONE.content(kind, rows, reader), name, kind)


def _wanted(today: date) -> Wanted:
    try:
        return wanted_of(request.args, today)
    except NotUnderstood:
        abort(400)


def _page(reading: PlannedAgainstDone, wanted: Wanted) -> DonePage:
    """The page that is asked for, or the first one where its cursor belongs to another list."""
    try:
        return reading.page(wanted.asked, ON_A_PAGE, wanted.after or None)
    except CursorRefused:
        return reading.page(wanted.asked, ON_A_PAGE)
