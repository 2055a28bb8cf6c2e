"""What can be done to many contracts or visits as one: actions of the catalogue, and edits of one member.

Each press of a bulk run is one of the catalogue's; what is entered for all of them becomes the input of each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from marshmallow import Schema
from sqlalchemy import Connection

from powerup.actions.contract import (
    create,
    edit,
    index,
    pause,
    release,
    remind,
    renew,
    resume,
    terminate,
    undo_termination,
)
from powerup.actions.form.contract_form import FormSchema
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import Refusal
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.visit import assign, move, order_now, retry, skip, unskip
from powerup.contracts.contract import LeadUnit
from powerup.documents.schema import DAYS, Choice, Code, Whole, from_to
from powerup.presses.many_contracts import ManyForm, against_doubles
from powerup.readings.action_subjects import ActionSubject
from powerup.texts import Text, text

Entered = Mapping[str, Any]

_MOST_DAYS_MOVED = 366


class DaysInAdvanceForm(FormSchema):
    """How long before each visit its work order is made."""

    days_in_advance = Whole(
        required=True, validate=DAYS, metadata={"label": text("Days in advance that an order is made")}
    )
    days_in_advance_unit = Choice(
        LeadUnit,
        metadata={"label": text("Days in advance are counted in"), "empty": text("as each contract has it")},
    )


class EmployeeForm(FormSchema):
    """Who gets the work orders that are made from now on."""

    employee = Code(required=True, metadata={"label": text("Employee"), "format": "host:employee"})


class TermsForm(FormSchema):
    """By which terms the contracts run and renew."""

    terms = Code(required=True, metadata={"label": text("Contract terms"), "choices": "terms"})


class MoveByDaysForm(FormSchema):
    """How many days later each visit is, earlier where the number is below zero."""

    days = Whole(
        required=True,
        validate=from_to(-_MOST_DAYS_MOVED, _MOST_DAYS_MOVED),
        metadata={"label": text("Days later"), "hint": text("With a minus before it: so many days earlier.")},
    )


class NoInputForm(FormSchema):
    """Nothing is entered for all: each has its own."""


Against = Callable[[Connection, TenantCircumstances, Entered, Entered], Refusal | None]


@dataclass(frozen=True, slots=True)
class BulkAction:
    """One thing that can be done to many. of_each is the action of each press, input what is entered for all of them,
    and input_of makes of that what is entered for one. undone_by is what takes it back for all, where something does.
    brings_input: each press has its own input from the beginning, since what it is about is not there yet. against says
    why one is not to be done, by what was entered for all and for it; it only reads. shows_in_a_year: a year is another
    one by it, so that it can be a step of a what if.
    """

    id: str
    of_each: Action
    label: Text
    input: type[Schema]
    input_of: Callable[[Entered, ActionSubject], Entered] = lambda entered, _: entered
    undone_by: str = ""
    brings_input: bool = False
    against: Against | None = None
    shows_in_a_year: bool = True

    @property
    def form(self) -> Action:
        """What its form and its button are made from, as those of any action."""
        return replace(self.of_each, id=self.id, label=self.label, input=self.input, prefilled=None)


def _of_catalogue(action: Action, undone_by: str = "", *, shows_in_a_year: bool = True) -> BulkAction:
    return BulkAction(
        action.id, action, action.label, action.input, undone_by=undone_by, shows_in_a_year=shows_in_a_year
    )


def _employee(entered: Entered, _: ActionSubject) -> Entered:
    return {"template": {"employee": entered["employee"]}}


def _days_later(entered: Entered, subject: ActionSubject) -> Entered:
    if subject.visit_day is None:
        return {}
    return {"to": (subject.visit_day + timedelta(days=entered["days"])).isoformat()}


MANY_CONTRACTS = BulkAction(
    "contract.create.many",
    create.ACTION,
    text("New contracts for many"),
    ManyForm,
    brings_input=True,
    against=against_doubles,
)

SPREAD = BulkAction("contract.edit.spread", edit.ACTION, text("Level the weeks"), NoInputForm, brings_input=True)

BULK_ACTIONS: tuple[BulkAction, ...] = (
    _of_catalogue(pause.ACTION, "contract.resume"),
    _of_catalogue(resume.ACTION),
    _of_catalogue(terminate.ACTION, "contract.undo_termination"),
    _of_catalogue(undo_termination.ACTION),
    _of_catalogue(renew.ACTION),
    _of_catalogue(index.ACTION),
    _of_catalogue(remind.ACTION, shows_in_a_year=False),
    BulkAction("contract.edit.days_in_advance", edit.ACTION, text("Change the days in advance"), DaysInAdvanceForm),
    BulkAction("contract.edit.employee", edit.ACTION, text("Give to an employee"), EmployeeForm, _employee),
    BulkAction("contract.edit.terms", edit.ACTION, text("Change the terms"), TermsForm),
    _of_catalogue(release.ACTION, shows_in_a_year=False),
    _of_catalogue(retry.ACTION, shows_in_a_year=False),
    _of_catalogue(move.ACTION),
    BulkAction("visit.move.by_days", move.ACTION, text("Move by days"), MoveByDaysForm, _days_later),
    _of_catalogue(assign.ACTION),
    _of_catalogue(skip.ACTION, "visit.unskip"),
    _of_catalogue(unskip.ACTION),
    _of_catalogue(order_now.ACTION, shows_in_a_year=False),
    MANY_CONTRACTS,
    SPREAD,
)
"""In the order in which people see them: of contracts, then of visits."""

_BY_ID = {bulk.id: bulk for bulk in BULK_ACTIONS}


def find_bulk_action(bulk_id: str) -> BulkAction | None:
    """The one of that id, or None."""
    return _BY_ID.get(bulk_id)
