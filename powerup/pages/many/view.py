"""`/contract-many`: from a template or a contract, one contract for each of a list."""

from flask import Response, request

from powerup.actions.kit.request import Role
from powerup.pages.blueprint import Pages
from powerup.pages.many.desk import ManyDesk
from powerup.pages.visitor import Visitor


def add_many(pages: Pages) -> None:
    """The form, and what is sent by it."""
    desk = ManyDesk(pages.parts)

    @pages.page("/contract-many", role=Role.PLANNER)
    def many_contracts(visitor: Visitor) -> Response:
        return desk.opened(visitor, request.args.to_dict())

    @pages.page("/contract-many", role=Role.PLANNER, methods=("POST",))
    def make_many_contracts(visitor: Visitor) -> Response:
        return desk.sent(visitor)
