"""What ifs: `/what-ifs` lists them and takes steps, `/what-ifs/<id>` shows a year without and with them."""

from flask import Response, request

from powerup.actions.kit.request import Role
from powerup.pages.blueprint import Pages
from powerup.pages.visitor import Visitor
from powerup.pages.what_if.desk import WhatIfDesk


def add_what_ifs(pages: Pages) -> None:
    """The pages, their buttons, and their files."""
    desk = WhatIfDesk(pages.parts)

    @pages.page("/what-ifs", role=Role.VIEWER)
    def what_ifs(visitor: Visitor) -> Response:
        return desk.listed(visitor)

    @pages.page("/what-ifs", role=Role.PLANNER, methods=("POST",))
    def add_step(visitor: Visitor) -> Response:
        return desk.added(visitor, request.form)

    @pages.page("/what-ifs/<what_if_id>", role=Role.VIEWER)
    def one_what_if(visitor: Visitor, what_if_id: str) -> Response:
        return desk.page(visitor, desk.found(visitor, what_if_id))

    @pages.page("/what-ifs/<what_if_id>", role=Role.PLANNER, methods=("POST",))
    def press_what_if(visitor: Visitor, what_if_id: str) -> Response:
        return desk.pressed(visitor, desk.own(visitor, what_if_id), request.form)

    @pages.page("/what-ifs/<what_if_id>/export.<kind>", role=Role.VIEWER)
    def what_if_export(visitor: Visitor, what_if_id: str, kind: str) -> Response:
        return desk.file(visitor, desk.found(visitor, what_if_id), kind)
