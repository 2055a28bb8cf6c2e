"""The actions there are, in the order in which people see them (webhooks page, section 4)."""

from powerup.actions import (
    create,
    delete,
    edit,
    order_now,
    pause,
    refresh,
    renew,
    restart,
    skip,
    terminate,
    undo_termination,
)
from powerup.actions.contract_form import ContractForm
from powerup.actions.input import NoInputSchema
from powerup.actions.one_visit import its_order
from powerup.actions.registry import Action, Style
from powerup.actions.request import Role, TargetType
from powerup.texts import text

ACTIONS: tuple[Action, ...] = (
    Action(
        "contract.create",
        text("New contract"),
        TargetType.RELATION,
        Role.PLANNER,
        Style.DEFAULT,
        ContractForm,
        create.plan,
        create.questions,
    ),
    Action(
        "contract.edit",
        text("Edit"),
        TargetType.CONTRACT,
        Role.PLANNER,
        Style.DEFAULT,
        edit.EditForm,
        edit.plan,
        edit.questions,
    ),
    Action(
        "contract.terminate",
        text("Terminate early"),
        TargetType.CONTRACT,
        Role.PLANNER,
        Style.DANGER,
        terminate.TerminateSchema,
        terminate.plan,
        terminate.questions,
    ),
    Action(
        "contract.undo_termination",
        text("Undo termination"),
        TargetType.CONTRACT,
        Role.PLANNER,
        Style.DEFAULT,
        NoInputSchema,
        undo_termination.plan,
    ),
    Action(
        "contract.restart",
        text("Restart"),
        TargetType.CONTRACT,
        Role.PLANNER,
        Style.DEFAULT,
        restart.RestartSchema,
        restart.plan,
    ),
    Action(
        "contract.delete",
        text("Delete"),
        TargetType.CONTRACT,
        Role.ADMIN,
        Style.DANGER,
        NoInputSchema,
        delete.plan,
        delete.questions,
        whole_ledger=True,
    ),
    Action(
        "contract.undo_delete",
        text("Undo delete"),
        TargetType.CONTRACT,
        Role.ADMIN,
        Style.DEFAULT,
        NoInputSchema,
        delete.plan_undo,
        whole_ledger=True,
    ),
    Action(
        "contract.refresh",
        text("Refresh"),
        TargetType.CONTRACT,
        Role.PLANNER,
        Style.DEFAULT,
        NoInputSchema,
        refresh.plan,
    ),
    Action(
        "contract.pause",
        text("Pause"),
        TargetType.CONTRACT,
        Role.PLANNER,
        Style.DEFAULT,
        pause.PauseSchema,
        pause.plan,
    ),
    Action(
        "contract.resume",
        text("Resume"),
        TargetType.CONTRACT,
        Role.PLANNER,
        Style.DEFAULT,
        pause.ResumeSchema,
        pause.plan_resume,
    ),
    Action(
        "contract.renew",
        text("Renew"),
        TargetType.CONTRACT,
        Role.PLANNER,
        Style.DEFAULT,
        renew.RenewSchema,
        renew.plan,
    ),
    Action(
        "visit.skip",
        text("Skip"),
        TargetType.VISIT,
        Role.PLANNER,
        Style.DEFAULT,
        skip.SkipSchema,
        skip.plan,
        its_order,
        whole_ledger=True,
    ),
    Action(
        "visit.unskip",
        text("Undo skip"),
        TargetType.VISIT,
        Role.PLANNER,
        Style.DEFAULT,
        NoInputSchema,
        skip.plan_undo,
        whole_ledger=True,
    ),
    Action(
        "visit.order_now",
        text("Order now"),
        TargetType.VISIT,
        Role.PLANNER,
        Style.DEFAULT,
        NoInputSchema,
        order_now.plan,
        whole_ledger=True,
    ),
    Action(
        "visit.retry",
        text("Try again"),
        TargetType.VISIT,
        Role.PLANNER,
        Style.DEFAULT,
        NoInputSchema,
        order_now.plan_retry,
        whole_ledger=True,
    ),
)

_BY_ID = {action.id: action for action in ACTIONS}


def find_action(action_id: str) -> Action | None:
    """The action of that id, or None."""
    return _BY_ID.get(action_id)
