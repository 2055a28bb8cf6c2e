"""What comes of a press that goes on in the background: `/runs/<id>`, for who pressed."""

from dataclasses import replace

from flask import Response, abort, request

from powerup.actions.catalogue import find_action
from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.request import Request, Role
from powerup.pages import addresses
from powerup.pages.actions.desk import Asked, Desk
from powerup.pages.actions.outcome import TONES, outcome_of
from powerup.pages.actions.words import page_of
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.forms.entries import entries_of
from powerup.pages.visitor import Visitor
from powerup.presses.press_document import UnreadablePress, press_from_document
from powerup.presses.result import run_of
from powerup.readings.action_subjects import subject_name
from powerup.store.runs import Run, RunState
from powerup.texts import Reader, text

_TO_GO_ON_WITH = (AnswerStatus.NEEDS_CONFIRMATION, AnswerStatus.INVALID, AnswerStatus.CONFLICT)
"""Answers after which a person goes on with the form as they left it."""


def add_runs(pages: Pages) -> None:
    """The page of a run."""
    desk = Desk(pages.parts)

    @pages.page("/runs/<run_id>", role=Role.VIEWER)
    def run(visitor: Visitor, run_id: str) -> Response:
        with pages.parts.database.read() as connection:
            found = run_of(connection, visitor.tenant_id, visitor.actor, run_id)
        if found is None:
            abort(404)
        asked = desk.find(visitor, found.action, str(found.answer.get("target", {}).get("id", "")))
        press = _press_left(found)
        if asked is not None and press is not None:
            return _form_again(desk, visitor, asked, found, press)
        return _how_far(visitor, asked, found)


def _press_left(run: Run) -> Request | None:
    """The press of a run that ended with something that a person goes on with."""
    if run.state is not RunState.FINISHED or AnswerStatus(run.answer["status"]) not in _TO_GO_ON_WITH:
        return None
    try:
        return press_from_document(run.press)
    except UnreadablePress:
        return None


def _form_again(desk: Desk, visitor: Visitor, asked: Asked, run: Run, press: Request) -> Response:
    """The form as it was sent, with the answer; it still is the same press, which has done nothing yet."""
    asked = replace(asked, version=press.target.version, intent_id=press.intent_id or asked.intent_id)
    entries = entries_of(asked.schema, press.input, Reader(visitor.locale).language)
    return desk.page(visitor, asked, entries, run.answer, status=200)


def _how_far(visitor: Visitor, asked: Asked | None, run: Run) -> Response:
    action = find_action(run.action)
    undo = request.args.get("undo", "")
    return answer(
        "runs/page.html",
        visitor,
        label=action.label if action else text("{words}", words=run.action),
        name=subject_name(asked.subject, visitor.tenant_name) if asked else None,
        outcome=outcome_of(run.answer),
        goes_on=run.state is not RunState.FINISHED,
        tones=TONES,
        back=addresses.back(request, page_of(asked.subject) if asked else addresses.HOME),
        undo=undo if addresses.is_own_path(undo) else "",
        address=request.full_path,
    )
