"""The list of contracts."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from powerup.actions.kit.request import Role, TargetType
from powerup.pages import addresses
from powerup.pages.answers import answer, asks_for_a_part
from powerup.pages.blueprint import Pages
from powerup.pages.contracts import words
from powerup.pages.contracts.export import XLSX, all_rows, as_csv, as_xlsx
from powerup.pages.contracts.saved import add_saved, view_links
from powerup.pages.contracts.wanted import NotUnderstood, Wanted, days_to_choose, sorted_by, wanted_of
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.presses.bulk_actions import BULK_ACTIONS, BulkAction
from powerup.readings.contract_list import (
    MOST_COUNTED,
    MOST_ON_PAGE,
    ContractChoices,
    ContractList,
    ContractPage,
    ContractRow,
)
from powerup.readings.list_cursor import CursorRefused
from powerup.readings.planned_against_done import PlannedAgainstDone
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

ON_A_PAGE = 50

_ON_CONTRACTS = tuple(
    each for each in BULK_ACTIONS if each.of_each.target is TargetType.CONTRACT and not each.brings_input
)
"""What can be done to all that are selected, in the order of its buttons."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of the list is drawn from. count is that of all that match, no more than one above MOST_COUNTED;
    choices are those of the filters, None where the part alone is drawn; others are targets beside the rows, where all
    that match are selected."""

    rows: tuple[ContractRow, ...]
    next: str | None
    count: int
    choices: ContractChoices | None
    others: tuple[tuple[str, int], ...]
    news: tuple[News, ...] = ()


def add_contracts(pages: Pages) -> None:
    """Add the list, and its files."""
    parts = pages.parts
    add_saved(pages)

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
            bulk=_bulk_buttons(visitor),
            views=view_links(parts, visitor, wanted),
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


def _bulk_buttons(visitor: Visitor) -> list[BulkAction]:
    """What the visitor may do to all that are selected."""
    return [each for each in _ON_CONTRACTS if visitor.may(each.of_each.role)]


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
        page, count, news = _page(reading, wanted)
        on_page = {row.number for row in page.rows}
        others = reading.targets(wanted.filter) if wanted.everything else []
        return Shown(
            PlannedAgainstDone(connection, around).beside(page.rows) if wanted.counts_done else page.rows,
            page.next,
            count,
            None if asks_for_a_part() else reading.choices(),
            tuple((number, version) for number, version in others if number not in on_page),
            news,
        )


def _page(reading: ContractList, wanted: Wanted) -> tuple[ContractPage, int, tuple[News, ...]]:
    """The page that is asked for and how many match, or the first one where its cursor belongs to another list, which
    is told."""
    if wanted.printed:
        page = _on_paper(reading, wanted)
        return page, len(page.rows), ()
    if not wanted.after:
        return *reading.first_page(wanted.filter, wanted.order, ON_A_PAGE), ()
    try:
        page = reading.page(wanted.filter, wanted.order, ON_A_PAGE, wanted.after)
        return page, reading.count(wanted.filter), ()
    except CursorRefused:
        told = News(text("This is the first page: the list is another one by now."), failed=True)
        return *reading.first_page(wanted.filter, wanted.order, ON_A_PAGE), (told,)


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
    if asks_for_a_part():
        typing = request.headers.get("HX-Trigger-Name") == "q"
        here = addresses.contracts(**wanted.members, after=wanted.after or None)
        response.headers["HX-Replace-Url" if typing else "HX-Push-Url"] = here
    return response


def _file(content: bytes | Iterator[bytes], mimetype: str, visitor: Visitor, kind: str) -> Response:
    name = "contracten" if Reader(visitor.locale).language == "nl" else "contracts"
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
