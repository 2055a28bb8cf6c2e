"""What a person asks for: one press of a button, from whichever entrance (webhooks page, section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_MOST_DIGITS = 18
"""Of a row id; a longer number fits in no column."""


class Role(StrEnum):
    """What a person may do: a viewer reads, a planner acts, an admin also deletes, imports and configures."""

    VIEWER = "viewer"
    PLANNER = "planner"
    ADMIN = "admin"

    def may(self, needed: "Role") -> bool:
        """Whether this role includes the one that is needed."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class TargetType(StrEnum):
    """What a button stands beside."""

    RELATION = "relation"
    OBJECT = "object"
    CONTRACT = "contract"
    VISIT = "visit"
    WORK_ORDER = "work_order"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. source names the entrance, for the audit trail: webhook, command, api, panel or timer."""

    id: str
    name: str
    role: Role
    source: str


@dataclass(frozen=True, slots=True)
class Target:
    """What the action is about; version as the person last saw it, None where that is not known or has none."""

    type: TargetType
    id: str
    version: int | None = None

    @property
    def row_id(self) -> int | None:
        """The id as the host's own row id of a work order; None where it can be none."""
        is_number = self.id.isascii() and self.id.isdigit() and len(self.id) <= _MOST_DIGITS
        return int(self.id) if is_number else None


@dataclass(frozen=True, slots=True)
class Request:
    """One press. intent_id is one per press; binding is what else a confirmation is bound to, such as the
    installation and its generation. not_after (aware) is the moment past which the person has given up; locale is the
    language of a run's texts. run_id is the run in which it goes on, where it was accepted before anything was done."""

    action: str
    target: Target
    actor: Actor
    input: Mapping[str, object] = field(default_factory=dict)
    preview: bool = False
    confirmation: str | None = None
    intent_id: str | None = None
    not_after: datetime | None = None
    binding: str = ""
    locale: str = "nl"
    run_id: str | None = None
