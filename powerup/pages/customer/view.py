"""The page of a customer."""

from flask import Response, abort

from powerup.actions.kit.closed_words import range_in_words
from powerup.actions.kit.request import Role
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.visitor import Visitor
from powerup.readings.customer_page import CustomerOverviews
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader


def add_customer(pages: Pages) -> None:
    """All of a customer, by debtor number."""
    parts = pages.parts

    @pages.page("/customer/<path:code>", role=Role.VIEWER)
    def customer(visitor: Visitor, code: str) -> Response:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            found = CustomerOverviews(connection, around).find(code, visitor.actor, Reader(visitor.locale))
        if found is None:
            abort(404)
        closed = [(each, range_in_words(each), each.coming(around.today)) for each in around.calendar.closed_at(code)]
        return answer(
            "customer/page.html",
            visitor,
            customer=found,
            closed=closed,
            may_plan=visitor.may(Role.PLANNER),
            may_configure=visitor.may(Role.ADMIN),
        )
