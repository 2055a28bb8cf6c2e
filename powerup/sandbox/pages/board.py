"""The work-order board: four statuses as columns, filtered, and kept up to date while the power-up works."""

import hashlib
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from powerup.sandbox.pages.order_listing import OrderFilter, months_with_orders, orders_by_status
from powerup.sandbox.pages.pickers import Pickers
from powerup.sandbox.pages.site import Site

_SHOWN_AT_FIRST = 25
_MOST_SHOWN = 500


def add_board_views(blueprint: Blueprint, site: Site) -> None:
    """The board and the part of it that is fetched again and again."""

    @blueprint.get("/")
    def start() -> ResponseReturnValue:
        return board_page()

    @blueprint.get("/board")
    def board_page() -> ResponseReturnValue:
        pickers = Pickers(site.host)
        return render_template(
            "board.html",
            columns=_section(_columns(site)),
            wanted=_wanted(),
            customers=pickers.relations(),
            employees=pickers.employees(),
            months=months_with_orders(site.host.store),
        )

    @blueprint.get("/board/columns")
    def board_columns() -> ResponseReturnValue:
        columns = _columns(site)
        # 204 leaves the page as it is, so that nothing moves under a person's hands while nothing has changed.
        return ("", 204) if _digest(columns) == request.args.get("seen") else _section(columns)


def _wanted() -> OrderFilter:
    names = ("customer", "employee", "month")
    return OrderFilter(**{name: request.args.get(name, "") for name in names})


def _columns(site: Site) -> str:
    wanted = _wanted()
    most = min(_MOST_SHOWN, max(_SHOWN_AT_FIRST, request.args.get("most", 0, type=int)))
    return render_template(
        "board_columns.html",
        columns=orders_by_status(site.host.store, wanted, most),
        most=most,
        wanted=wanted,
        may_show_more=most < _MOST_SHOWN,
    )


def _section(columns: str) -> Markup:
    """The columns in the frame that fetches them again, and says what was seen."""
    address = f"/board/columns?{urlencode({**request.args.to_dict(), 'seen': _digest(columns)})}"
    return Markup(render_template("board_section.html", columns=Markup(columns), address=address))  # noqa: S704 - drawn by a template, which escapes


def _digest(columns: str) -> str:
    return hashlib.sha256(columns.encode()).hexdigest()
