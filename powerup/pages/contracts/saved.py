"""Lists of contracts under a name: kept, shown above the list, and removed."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import go_on
from powerup.pages.blueprint import Pages
from powerup.pages.contracts.wanted import NotUnderstood, Wanted, wanted_of
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.store.identifiers import new_id
from powerup.store.list_views import ListView, ListViews, TooManyViewsError
from powerup.texts import sentence_of, text

CONTRACTS = "contracts"
MOST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A named list as a page leads to it; may_go says whether the visitor may remove it."""

    id: str
    name: str
    address: str
    shared: bool
    is_here: bool
    may_go: bool


def view_links(parts: PageParts, visitor: Visitor, here: Wanted) -> list[ViewLink]:
    """The named lists of contracts that a visitor has, and those that others share."""
    with parts.database.read() as connection:
        views = ListViews(connection, visitor.tenant_id).for_person(visitor.actor_id, CONTRACTS)
    address = addresses.contracts(**here.members)
    return [
        ViewLink(view.id, view.name, there, view.shared, there == address, _may_remove(visitor, view))
        for view in views
        for there in (f"{addresses.contracts()}?{view.query}" if view.query else addresses.contracts(),)
    ]


def add_saved(pages: Pages) -> None:
    """Add what keeps and removes a named list; who only reads keeps lists of their own, and shares none."""
    parts = pages.parts

    @pages.page("/contracts/views", role=Role.VIEWER, methods=("POST",))
    def contracts_view_kept(visitor: Visitor) -> Response:
        wanted, name = _given(), " ".join(request.form.get("name", "").split())[:MOST_LETTERS]
        there = addresses.contracts(**wanted.members)
        if not name:
            return go_on(visitor, there, News(text("Enter a name for the list"), failed=True))
        shared = request.form.get("shared") == "1" and visitor.may(Role.PLANNER)
        view = ListView(new_id("view"), CONTRACTS, name, urlsplit(there).query, visitor.actor_id, shared)
        try:
            with parts.database.write() as connection:
                ListViews(connection, visitor.tenant_id).save(view)
        except TooManyViewsError as error:
            return go_on(visitor, there, News(sentence_of(error), failed=True))
        return go_on(visitor, there, News(text("The list {name} is kept.", name=name)))

    @pages.page("/contracts/views/<view_id>/remove", role=Role.VIEWER, methods=("POST",))
    def contracts_view_removed(visitor: Visitor, view_id: str) -> Response:
        owner = None if visitor.may(Role.ADMIN) else visitor.actor_id
        with parts.database.write() as connection:
            if not ListViews(connection, visitor.tenant_id).remove(view_id, owner):
                abort(404)
        return go_on(visitor, addresses.contracts(), News(text("The list is removed; its contracts stay.")))


def _given() -> Wanted:
    """The list that the form names by its query."""
    try:
        return wanted_of(MultiDict(parse_qsl(request.form.get("query", ""))))
    except NotUnderstood:
        abort(400)


def _may_remove(visitor: Visitor, view: ListView) -> bool:
    return view.owner == visitor.actor_id or visitor.may(Role.ADMIN)
