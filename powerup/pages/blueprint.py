"""The room of pages in the web: its routes, each of which names who may come in, and its styles and scripts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, request
from flask.typing import ResponseReturnValue

from powerup.actions.kit.request import Role
from powerup.pages.assets import by_address
from powerup.pages.frame import READING, has_token, is_our_own
from powerup.pages.page_parts import PageParts
from powerup.pages.signing_in.again import ask_to_sign_in
from powerup.pages.visitor import Visitor
from powerup.texts import Text

View = Callable[..., ResponseReturnValue]
"""Takes the visitor, and by name what stands in the address."""


class RoleMissing(TypeError):
    """A page was to be added without saying who may see it."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page that the menu leads to."""

    address: str
    label: Text
    role: Role


class Pages(Blueprint):
    """The blueprint that pages are added to, by `page` alone."""

    def __init__(self, parts: PageParts) -> None:
        """parts is what the pages work with."""
        super().__init__("pages", __name__, template_folder=".")
        self.parts = parts
        self.menu: list[MenuEntry] = []

    def page(
        self, rule: str, *, role: Role, methods: Sequence[str] = ("GET",), menu: Text | None = None
    ) -> Callable[[View], View]:
        """Add a view: signed in, with this role or more, and from our own pages where it changes something.

        Args:
            menu: what the page is called in the menu, for those who may see it; without one it is not there.
        """
        if menu is not None:
            self.menu.append(MenuEntry(rule, menu, role))

        def add(view: View) -> View:
            @wraps(view)
            def guarded(**from_address: Any) -> ResponseReturnValue:
                return view(self._let_in(role), **from_address)

            guarded.role = role  # type: ignore[attr-defined]  # by which add_url_rule knows that it was guarded
            self.add_url_rule(rule, view_func=guarded, methods=list(methods))
            return guarded

        return add

    def open_page(
        self, rule: str, *, methods: Sequence[str] = ("GET",), from_elsewhere: bool = False
    ) -> Callable[[View], View]:
        """Add a view for anybody: signing in and what leads to it, and nothing else.

        Args:
            from_elsewhere: whether another site may send a form there. All others have to come from our own pages.
        """

        def add(view: View) -> View:
            @wraps(view)
            def guarded(**from_address: Any) -> ResponseReturnValue:
                if request.method not in READING and not from_elsewhere and not self._is_our_own():
                    abort(400)
                return view(**from_address)

            guarded.role = None  # type: ignore[attr-defined]  # nobody's in particular, on purpose
            self.add_url_rule(rule, view.__name__, guarded, methods=list(methods))
            return guarded

        return add

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """As Flask has it, for views that were guarded. Raises RoleMissing for others."""
        if not hasattr(view_func, "role"):
            raise RoleMissing(f"{rule} names no role: add it by Pages.page")
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)

    def seen_by(self, visitor: Visitor) -> list[MenuEntry]:
        """The menu of a visitor."""
        return [entry for entry in self.menu if visitor.may(entry.role)]

    def _let_in(self, role: Role) -> Visitor:
        visitor = self.parts.door()
        g.visitor = visitor
        if visitor is None:
            abort(ask_to_sign_in(self.parts.base_url) or 400)
        if request.method not in READING and not (self._is_our_own() and has_token(request, visitor)):
            abort(400)
        if not visitor.may(role):
            abort(403)
        return visitor

    def _is_our_own(self) -> bool:
        return is_our_own(request, self.parts.base_url)


def add_pages(app: Flask, parts: PageParts) -> None:
    """The pages as a part of the web application."""
    from powerup.pages.all_pages import ALL_PAGES  # each of them knows this module
    from powerup.pages.calendar_address.following import add_following

    pages = Pages(parts)
    for add in ALL_PAGES:
        add(pages)
    app.extensions["pages"] = pages
    app.extensions["pages_menu"] = pages.seen_by
    app.extensions["pages_door"] = parts.door
    app.extensions["pages_base_url"] = parts.base_url
    app.register_blueprint(pages)
    app.add_url_rule("/assets/<name>", "assets", _asset)
    add_following(app, parts)


def _asset(name: str) -> Response:
    asset = by_address().get(name)
    if asset is None:
        abort(404)
    packed = request.accept_encodings["gzip"] > 0
    response = Response(asset.packed if packed else asset.content, mimetype=asset.mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.vary.add("Accept-Encoding")
    return response
