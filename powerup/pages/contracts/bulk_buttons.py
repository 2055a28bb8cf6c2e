"""The buttons below a list: what can be done to all contracts that are selected, each by a press of its own."""

from dataclasses import dataclass

from powerup.actions.kit.request import Role
from powerup.pages.visitor import Visitor
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class BulkButton:
    """What a button sends as `action`, and what it says."""

    action: str
    label: Text


_BUTTONS = (
    BulkButton("contract.pause", text("Pause")),
    BulkButton("contract.resume", text("Resume")),
    BulkButton("contract.terminate", text("Terminate")),
    BulkButton("contract.renew", text("Renew")),
    BulkButton("contract.edit.days_in_advance", text("Days in advance")),
    BulkButton("contract.edit.employee", text("Employee")),
    BulkButton("contract.edit.terms", text("Contract terms")),
    BulkButton("contract.release", text("Let through")),
)


def bulk_buttons(visitor: Visitor) -> tuple[BulkButton, ...]:
    """Those that the visitor may use: none for who only reads."""
    return _BUTTONS if visitor.may(Role.PLANNER) else ()
