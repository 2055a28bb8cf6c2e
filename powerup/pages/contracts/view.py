"""The list of contracts."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.contracts import words
from powerup.pages.contracts.bulk_buttons import bulk_buttons
from powerup.pages.contracts.export import XLSX, all_rows, as_csv, as_xlsx
from powerup.pages.contracts.wanted import NotUnderstood, Wanted, days_to_choose, sorted_by, wanted_of
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.readings.contract_list import (
    MOST_COUNTED,
    MOST_ON_PAGE,
    ContractChoices,
    ContractList,
    ContractPage,
    ContractRow,
)
from powerup.readings.list_cursor import CursorRefused
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of the list is drawn from. count is that of all that match, no more than one above MOST_COUNTED;
    others are targets beside the rows, where all that match are selected."""

    rows: tuple[ContractRow, ...]
    next: str | None
    count: int
    choices: ContractChoices
    others: tuple[tuple[str, int], ...]
    news: tuple[News, ...] = ()


def add_contracts(pages: Pages) -> None:
    """Add the list, and its files."""
    parts = pages.parts

    @pages.page("/contracts", role=Role.VIEWER, menu=text("Contracts"))
    def contracts(visitor: Visitor) -> ResponseReturnValue:
        wanted = _wanted()
        shown = _shown(parts, visitor, wanted)
        response = answer(
            "contracts/page.html",
            visitor,
            part="found",
            news=shown.news,
            wanted=wanted,
            shown=shown,
            words=words,
            sorted_by=sorted_by,
            days_to_choose=days_to_choose,
            most=MOST_COUNTED,
            bulk=bulk_buttons(visitor),
            may_plan=visitor.may(Role.PLANNER),
        )
        return _with_address(response, wanted)

    @pages.page("/contracts/export.csv", role=Role.VIEWER)
    def contracts_csv(visitor: Visitor) -> ResponseReturnValue:
        wanted = _wanted()
        rows = all_rows(parts, visitor.tenant_id, wanted)
        return _file(as_csv(rows, wanted, Reader(visitor.locale)), "text/csv; charset=utf-8", visitor, "csv")

    @pages.page("/contracts/export.xlsx", role=Role.VIEWER)
    def contracts_xlsx(visitor: Visitor) -> ResponseReturnValue:
        wanted = _wanted()
        rows = all_rows(parts, visitor.tenant_id, wanted)
        return _file(as_xlsx(rows, wanted, Reader(visitor.locale)), XLSX, visitor, "xlsx")


def _wanted() -> Wanted:
    """What the address asks for; one that nobody can have got from a page of ours is not understood."""
    try:
        return wanted_of(request.args)
    except NotUnderstood:
        abort(400)


def _shown(parts: PageParts, visitor: Visitor, wanted: Wanted) -> Shown:
    with parts.database.read() as connection:
        _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
        reading = ContractList(connection, around)
        page, news = _page(reading, wanted)
        count = reading.count(wanted.filter) if wanted.after or page.next else len(page.rows)
        on_page = {row.number for row in page.rows}
        others = reading.targets(wanted.filter) if wanted.everything else []
        return Shown(
            page.rows,
            page.next,
            count,
            reading.choices(),
            tuple((number, version) for number, version in others if number not in on_page),
            news,
        )


def _page(reading: ContractList, wanted: Wanted) -> tuple[ContractPage, tuple[News, ...]]:
    """The page that is asked for, or the first one where its cursor belongs to another list, which is told."""
    if wanted.printed:
        return _on_paper(reading, wanted), ()
    try:
        return reading.page(wanted.filter, wanted.order, ON_A_PAGE, wanted.after or None), ()
    except CursorRefused:
        first = reading.page(wanted.filter, wanted.order, ON_A_PAGE)
        return first, (News(text("This is the first page: the list is another one by now."), failed=True),)


def _on_paper(reading: ContractList, wanted: Wanted) -> ContractPage:
    """All rows as one page, as many as are counted; behind them the cursor of those that are not there."""
    rows: list[ContractRow] = []
    page = reading.page(wanted.filter, wanted.order, MOST_ON_PAGE)
    rows += page.rows
    while page.next and len(rows) < MOST_COUNTED:
        page = reading.page(wanted.filter, wanted.order, MOST_ON_PAGE, page.next)
        rows += page.rows
    return ContractPage(tuple(rows), page.next)


def _with_address(response: Response, wanted: Wanted) -> Response:
    """Let a browser that swaps a part show the address of what it shows; while somebody types, in the place of the
    one before, so that going back leaves the list."""
    if request.headers.get("HX-Request") == "true":
        typing = request.headers.get("HX-Trigger-Name") == "q"
        here = addresses.contracts(**wanted.members, after=wanted.after or None)
        response.headers["HX-Replace-Url" if typing else "HX-Push-Url"] = here
    return response


def _file(content: bytes | Iterator[bytes], mimetype: str, visitor: Visitor, kind: str) -> Response:
    name = "contracten" if Reader(visitor.locale).language == "nl" else "contracts"
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
