"""Whom to write to after an indexation, to merge letters from (rules: Terms, Letter list)."""

from flask import Response, request

from powerup.actions.kit.request import Role
from powerup.contracts.terms import add_period
from powerup.pages import addresses
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.downloads import download
from powerup.pages.invoices.view import A_MONTH, ON_A_PAGE, month_asked
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.readings.letter_list import LetterList, letter_document
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text


def add_letters(pages: Pages) -> None:
    """Add the list of a month, and its files."""
    parts = pages.parts

    @pages.page("/letters", role=Role.VIEWER)
    def letters(visitor: Visitor) -> Response:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            month = month_asked(request.args.get("month", ""), around.today)
            rows, last = LetterList(connection, around).page(month, ON_A_PAGE, request.args.get("contract", ""))
        return answer(
            "letters/page.html",
            visitor,
            section=addresses.renewals(),
            month=month,
            rows=rows,
            earlier=addresses.letters(add_period(month, A_MONTH, -1)),
            later=addresses.letters(add_period(month, A_MONTH)),
            next_page=addresses.letters(month, contract=last) if last else "",
        )

    @pages.page("/letters/export.csv", role=Role.VIEWER)
    def letters_csv(visitor: Visitor) -> Response:
        return _file(parts, visitor, "csv")

    @pages.page("/letters/export.xlsx", role=Role.VIEWER)
    def letters_xlsx(visitor: Visitor) -> Response:
        return _file(parts, visitor, "xlsx")


def _file(parts: PageParts, visitor: Visitor, kind: str) -> Response:
    from powerup.files.letter_sheet import LETTERS  # loads openpyxl, which no list needs

    with parts.database.read() as connection:
        _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
        month = month_asked(request.args.get("month", ""), around.today)
        rows = list(LetterList(connection, around).rows(month))
    reader = Reader(visitor.locale)
    content = LETTERS.content(kind, [letter_document(row, reader) for row in rows], reader)
    return download(content, f"{reader.say(text('Letter list'))} {month:%Y-%m}", kind)
