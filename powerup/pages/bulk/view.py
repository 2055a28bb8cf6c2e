"""Many presses as one: `/bulk` begins it, `/bulk/<id>` shows it to who began it."""

from flask import Response

from powerup.actions.kit.request import Role
from powerup.pages.blueprint import Pages
from powerup.pages.bulk.desk import BulkDesk
from powerup.pages.visitor import Visitor


def add_bulk(pages: Pages) -> None:
    """What is entered for all, the list that is confirmed, and its progress."""
    desk = BulkDesk(pages.parts)

    @pages.page("/bulk", role=Role.PLANNER, methods=("POST",))
    def begin_bulk(visitor: Visitor) -> Response:
        return desk.asked(visitor)

    @pages.page("/bulk/<bulk_id>", role=Role.PLANNER)
    def bulk(visitor: Visitor, bulk_id: str) -> Response:
        return desk.how_far(visitor, desk.found(visitor, bulk_id))

    @pages.page("/bulk/<bulk_id>", role=Role.PLANNER, methods=("POST",))
    def press_bulk(visitor: Visitor, bulk_id: str) -> Response:
        return desk.pressed(visitor, desk.found(visitor, bulk_id))

    @pages.page("/bulk/<bulk_id>/<int:place>", role=Role.PLANNER)
    def one_of_bulk(visitor: Visitor, bulk_id: str, place: int) -> Response:
        return desk.one(visitor, desk.found(visitor, bulk_id), place)
