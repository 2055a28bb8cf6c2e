"""The pages of a new contract and of one that is changed, and the preview beside both."""

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.pages.blueprint import Pages
from powerup.pages.edit.filling import Filling, Fillings
from powerup.pages.edit.pressing import Pressing
from powerup.pages.visitor import Visitor

_METHODS = ("GET", "POST")


def add_edit(pages: Pages) -> None:
    """New, edit, and what a form would come to."""
    fillings = Fillings(pages.parts)
    pressing = Pressing(pages.parts, fillings)

    @pages.page("/contract-new", role=Role.PLANNER, methods=_METHODS)
    def contract_new(visitor: Visitor) -> Response:
        if request.method == "POST":
            return pressing.sent(_there(fillings.go_on(visitor, request)))
        return pressing.show(_there(fillings.begin(visitor, request)))

    @pages.page("/contract-edit/<path:number>", role=Role.PLANNER, methods=_METHODS)
    def contract_edit(visitor: Visitor, number: str) -> Response:
        if request.method == "POST":
            return pressing.sent(_there(fillings.go_on(visitor, request, number)))
        return pressing.show(_there(fillings.begin(visitor, request, number)))

    @pages.page("/contract-preview", role=Role.PLANNER, methods=("POST",))
    def contract_preview(visitor: Visitor) -> Response:
        return pressing.preview(_there(fillings.go_on(visitor, request, request.form.get("number", ""))))


def _there(filling: Filling | None) -> Filling:
    if filling is None:
        abort(404)
    return filling
