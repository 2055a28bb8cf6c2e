"""What the pages of actions say of their target, and which action takes one back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from powerup.pages import addresses
from powerup.readings.action_subjects import ActionSubject

_UNDONE_BY = {
    "visit.skip": "visit.unskip",
    "contract.terminate": "contract.undo_termination",
    "contract.delete": "contract.undo_delete",
    "contract.pause": "contract.resume",
    "visit.move": "visit.move",
}

DONE_AT_ONCE = frozenset({"contract.note", "contract.refresh"})
"""Actions that change no work order by what is entered: nothing is to be shown before they are done."""


def page_of(subject: ActionSubject) -> str:
    """Where the target has a page of its own."""
    if subject.contract:
        return addresses.contract_page(subject.contract)
    return addresses.customer_page(subject.customer) if subject.customer else addresses.today()


def undo_of(subject: ActionSubject, action_id: str, entered: Mapping[str, Any], back: str, today: date) -> str:
    """Where what was just done is taken back; empty where nothing does that."""
    undone_by = _UNDONE_BY.get(action_id)
    members: dict[str, addresses.Given] = {}
    if undone_by is None:
        return ""
    if action_id == "contract.pause":
        members = {"on": str(entered.get("from") or ""), "take_off": "true" if entered.get("every_year") else None}
    if action_id == "visit.move":
        if subject.visit_day is None or subject.visit_day < today:
            return ""
        members = {"to": subject.visit_day.isoformat()}
    return addresses.action(undone_by, subject.target.id, version=None, back=back, **members)
