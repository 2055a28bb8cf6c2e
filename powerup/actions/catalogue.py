"""The actions there are, in the order in which people see them (webhooks page, section 4)."""

from powerup.actions.contract import (
    call_off,
    create,
    delete,
    edit,
    index,
    note,
    pause,
    refresh,
    release,
    release_all,
    remind,
    renew,
    replace_object,
    restart,
    resume,
    terminate,
    undo_delete,
    undo_termination,
)
from powerup.actions.kit.action import Action, WaitsFor
from powerup.actions.visit import assign, move, order_now, retry, skip, unskip
from powerup.actions.work_order import attach, detach

ACTIONS: tuple[Action, ...] = (
    create.ACTION,
    edit.ACTION,
    terminate.ACTION,
    undo_termination.ACTION,
    restart.ACTION,
    delete.ACTION,
    undo_delete.ACTION,
    refresh.ACTION,
    note.ACTION,
    pause.ACTION,
    resume.ACTION,
    renew.ACTION,
    index.ACTION,
    remind.ACTION,
    call_off.ACTION,
    replace_object.ACTION,
    release.ACTION,
    release_all.ACTION,
    skip.ACTION,
    unskip.ACTION,
    move.ACTION,
    assign.ACTION,
    order_now.ACTION,
    retry.ACTION,
    attach.ACTION,
    detach.ACTION,
)

ON_VISITS: tuple[Action, ...] = (retry.ACTION, move.ACTION, assign.ACTION, skip.ACTION, order_now.ACTION, unskip.ACTION)
"""Those on a visit, in the order of the buttons beside one on a card."""

_BY_ID = {action.id: action for action in ACTIONS}


def find_action(action_id: str) -> Action | None:
    """The action of that id, or None."""
    return _BY_ID.get(action_id)


def waits_for(action_id: str) -> WaitsFor:
    """What a run of the action of that id waits for at the host; also one of a file, which is no action."""
    action = find_action(action_id)
    return action.waits_for if action else WaitsFor.ORDERS
