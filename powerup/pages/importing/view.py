"""Importing contracts from a file: `/importing` takes it, `/importing/<id>` shows what it does and how far it is."""

from flask import Response, request

from powerup.actions.kit.request import Role
from powerup.pages.blueprint import Pages
from powerup.pages.importing.desk import ImportDesk
from powerup.pages.visitor import Visitor


def add_importing(pages: Pages) -> None:
    """The pages and their buttons."""
    desk = ImportDesk(pages.parts)

    @pages.page("/importing", role=Role.ADMIN)
    def importing(visitor: Visitor) -> Response:
        return desk.begin_page(visitor)

    @pages.page("/importing", role=Role.ADMIN, methods=("POST",))
    def begin_import(visitor: Visitor) -> Response:
        return desk.begun(visitor)

    @pages.page("/importing/<import_id>", role=Role.ADMIN)
    def one_import(visitor: Visitor, import_id: str) -> Response:
        return desk.page(visitor, desk.found(visitor, import_id))

    @pages.page("/importing/<import_id>", role=Role.ADMIN, methods=("POST",))
    def press_import(visitor: Visitor, import_id: str) -> Response:
        return desk.pressed(visitor, desk.found(visitor, import_id), request.form)
