"""The page of every action: `/actions/contract.terminate/1042`."""

from flask import Response

from powerup.actions.contract import create, edit
from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.actions.desk import Desk
from powerup.pages.answers import go_on
from powerup.pages.blueprint import Pages
from powerup.pages.visitor import Visitor

_RULE = "/actions/<action_id>/<path:target_id>"


def add_actions(pages: Pages) -> None:
    """The page of an action's form, and what becomes of it when it is sent."""
    desk = Desk(pages.parts)

    @pages.page(_RULE, role=Role.PLANNER)
    def action_form(visitor: Visitor, action_id: str, target_id: str) -> Response:
        asked = desk.asked(visitor, action_id, target_id)
        if asked.action.id == create.ACTION.id:
            return go_on(visitor, addresses.contract_new(customer=target_id))
        if asked.action.id == edit.ACTION.id:
            return go_on(visitor, addresses.contract_edit(target_id))
        return desk.first_look(visitor, asked)

    @pages.page(_RULE, role=Role.PLANNER, methods=("POST",))
    def press_action(visitor: Visitor, action_id: str, target_id: str) -> Response:
        return desk.pressed(visitor, desk.asked(visitor, action_id, target_id))
