"""What the cycles of the last 90 days did."""

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.visitor import Visitor
from powerup.readings.cycle_list import CycleList
from powerup.store.tenants import Tenants

_ON_PAGE = 50


def add_cycles(pages: Pages) -> None:
    """The list of cycles, and each by its number."""
    parts = pages.parts

    @pages.page("/cycles", role=Role.VIEWER)
    def cycles(visitor: Visitor) -> Response:
        with parts.database.read() as connection:
            tenant = Tenants(connection).get(visitor.tenant_id, open_tokens=False)
            found = CycleList(connection, tenant).latest(_ON_PAGE + 1, before=request.args.get("before", type=int))
        shown = found[:_ON_PAGE]
        earlier = addresses.cycles(before=shown[-1]["cycle"]) if len(found) > _ON_PAGE else ""
        return answer("cycles/page.html", visitor, cycles=shown, earlier=earlier)

    @pages.page("/cycle/<int:number>", role=Role.VIEWER)
    def cycle(visitor: Visitor, number: int) -> Response:
        with parts.database.read() as connection:
            tenant = Tenants(connection).get(visitor.tenant_id, open_tokens=False)
            found = CycleList(connection, tenant).numbered(number)
        if found is None:
            abort(404)
        return answer("cycles/one.html", visitor, cycle=found)
