"""The list of visits of a period."""

from flask import Response, request

from powerup.actions.kit.request import Role, TargetType
from powerup.contracts.visit import Reason, VisitState
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.blueprint import Pages
from powerup.pages.downloads import download
from powerup.pages.forms.days import as_typed
from powerup.pages.news import News
from powerup.pages.visitor import Visitor
from powerup.pages.visits import words
from powerup.pages.visits.wanted import VisitColumn, Wanted, wanted_of
from powerup.presses.bulk_actions import BULK_ACTIONS
from powerup.readings.employee_names import FilterNames, filter_names
from powerup.readings.list_cursor import CursorRefused
from powerup.readings.visit_list import MOST_CONTRACTS, VisitList, VisitPage
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, sentence_of, text

ON_A_PAGE = 100
MOST_ON_PAPER = 2_000
MOST_IN_A_FILE = 20_000

_ON_VISITS = tuple(each for each in BULK_ACTIONS if each.of_each.target is TargetType.VISIT)


def add_visits(pages: Pages) -> None:
    """Add the list, and its files."""
    parts = pages.parts

    def found(visitor: Visitor, limit: int, *, whole: bool = False) -> tuple[Wanted, VisitPage]:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            wanted = wanted_of(request.args, around.today)
            reading = VisitList(connection, around)
            after = None if whole else wanted.after or None
            return wanted, reading.page(wanted.filter, wanted.sort, limit, after, descending=wanted.descending)

    def names_known(visitor: Visitor, wanted: Wanted) -> FilterNames:
        with parts.database.read() as connection:
            return filter_names(connection, visitor.tenant_id, wanted.filter.customer)

    @pages.page("/visits", role=Role.VIEWER, menu=text("Visits"))
    def visits(visitor: Visitor) -> Response:
        printed = request.args.get("print") == "1"
        try:
            wanted, page = found(visitor, MOST_ON_PAPER if printed else ON_A_PAGE, whole=printed)
        except CursorRefused as error:
            first = {name: request.args.getlist(name) for name in request.args if name != "after"}
            return go_on(visitor, addresses.visits(**first), News(sentence_of(error), failed=True))
        return answer(
            "visits/page.html",
            visitor,
            wanted=wanted,
            page=page,
            printed=printed,
            words=words,
            every_column=VisitColumn,
            states=VisitState,
            reasons=Reason,
            as_typed=as_typed,
            most=MOST_CONTRACTS,
            known=names_known(visitor, wanted),
            bulk=[each for each in _ON_VISITS if visitor.may(each.of_each.role)],
        )

    @pages.page("/visits/export.xlsx", role=Role.VIEWER)
    def visits_xlsx(visitor: Visitor) -> Response:
        _, page = found(visitor, MOST_IN_A_FILE, whole=True)
        reader = Reader(visitor.locale)
        return download(words.as_xlsx(page.rows, reader), reader.say(text("Visits")), "xlsx")

    @pages.page("/visits/export.csv", role=Role.VIEWER)
    def visits_csv(visitor: Visitor) -> Response:
        _, page = found(visitor, MOST_IN_A_FILE, whole=True)
        reader = Reader(visitor.locale)
        return download(words.as_csv(page.rows, reader), reader.say(text("Visits")), "csv")
