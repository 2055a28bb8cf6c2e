"""A way in for presses, as far as they have to know it when they are carried out later."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from powerup.actions.kit.answer import Refusal
from powerup.actions.kit.request import Request

Hindrance = Callable[[Connection, str, Request], Refusal | None]
"""Why a press of this tenant is not to be carried out any more, or None; only reads."""

Turn = Callable[[str, Request], str]
"""The name of the turn that a press of this tenant takes."""


def press_by_press(tenant_id: str, request: Request) -> str:
    """One at a time of the same press, and presses beside each other."""
    actor = request.actor
    return f"press {tenant_id} {actor.source} {actor.id} {request.intent_id}"


def _nothing_against(_: Connection, __: str, ___: Request) -> Refusal | None:
    return None


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way in. name is what the actors who come by it have as their source.

    hindrance tells what became of whoever pressed since then: who has no access any more changes nothing more. turn
    keeps apart, in the moment in which a deferred press is carried out, what the entrance lets nobody do beside it.
    """

    name: str
    hindrance: Hindrance = _nothing_against
    turn: Turn = press_by_press


COMMAND = Entrance("command")
"""The command line; whoever may use it may do anything."""
