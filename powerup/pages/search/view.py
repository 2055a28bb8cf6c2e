"""The search field that every page has, and what it finds of an object."""

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.visitor import Visitor
from powerup.readings.object_cover import ObjectCovers
from powerup.readings.search import Search
from powerup.tenants.circumstances import tenant_in_circumstances

_MOST_LETTERS = 200


def add_search(pages: Pages) -> None:
    """What is found by a few words, and whether an object is covered."""
    parts = pages.parts

    @pages.page("/search", role=Role.VIEWER)
    def search(visitor: Visitor) -> Response:
        typed = request.args.get("q", "").strip()[:_MOST_LETTERS]
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            found = Search(connection, around).find(typed)
        return answer("search/page.html", visitor, searched=typed, found=found)

    @pages.page("/object/<path:code>", role=Role.VIEWER)
    def covered_object(visitor: Visitor, code: str) -> Response:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            found = ObjectCovers(connection, around).find(code)
        if found is None:
            abort(404)
        return answer("search/object.html", visitor, cover=found, may_plan=visitor.may(Role.PLANNER))
