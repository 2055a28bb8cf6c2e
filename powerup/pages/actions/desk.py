"""Where actions are asked for: what a visitor's request means, what is pressed by it, and the page that follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from powerup.actions.catalogue import find_action
from powerup.actions.kit.action import Action, Style
from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Request, TargetType
from powerup.actions.visit import move
from powerup.contracts.best_days import SuggestedDay
from powerup.contracts.visit import visit_key
from powerup.pages import addresses
from powerup.pages.actions.outcome import TONES, outcome_of, what_is_shown
from powerup.pages.actions.words import DONE_AT_ONCE, page_of, undo_of
from powerup.pages.answers import answer, go_on
from powerup.pages.forms.drawn import Forms
from powerup.pages.forms.entries import Entries, entries_by_names, entries_in, entries_of, redraws
from powerup.pages.forms.reading import Complaints
from powerup.pages.forms.schema import ROOT, Schema, is_needed, members_of, schema_of
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.readings.action_subjects import ActionSubject, ActionSubjects, subject_name
from powerup.readings.best_days import days_for_visit, why_in_words
from powerup.readings.contract_history import (
    TrailNames,
    action_in_words,
    changes_in_words,
    through_in_words,
    trail_names,
)
from powerup.store.audit_trail import AuditLine
from powerup.store.identifiers import new_id
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

STATUS_CODES: Mapping[AnswerStatus, int] = {
    AnswerStatus.SUCCEEDED: 200,
    AnswerStatus.ACCEPTED: 200,
    AnswerStatus.NEEDS_CONFIRMATION: 200,
    AnswerStatus.INVALID: 422,
    AnswerStatus.CONFLICT: 409,
    AnswerStatus.DENIED: 403,
    AnswerStatus.FAILED: 409,
    AnswerStatus.EXPIRED: 409,
    AnswerStatus.IGNORED: 409,
}
"""The HTTP status of each answer, the same as by every other entrance."""

_USED_UP = (AnswerStatus.FAILED, AnswerStatus.EXPIRED, AnswerStatus.IGNORED)
"""After these the form is that of another press: the one that was is over."""

_NOT_POSSIBLE = (AnswerStatus.FAILED.value, AnswerStatus.DENIED.value)
"""What a look is answered where the button could as well be grey."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An action on a target, as a visitor asks for it. version is the one they have seen; today is the tenant's."""

    action: Action
    subject: ActionSubject
    schema: Schema
    version: int | None
    intent_id: str
    back: str
    today: date

    @property
    def address(self) -> str:
        """Where its form is sent."""
        return addresses.action(self.action.id, self.subject.target.id)

    @property
    def has_form(self) -> bool:
        """Whether there is anything to fill in."""
        return bool(members_of(self.schema))

    def press(self, visitor: Visitor, entered: Mapping[str, Any]) -> Request:
        """The press, not confirmed yet."""
        return Request(
            self.action.id,
            replace(self.subject.target, version=self.version),
            visitor.actor,
            entered,
            intent_id=self.intent_id,
            locale=visitor.locale,
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes what visitors ask for, and draws what comes of it."""

    parts: PageParts

    @property
    def forms(self) -> Forms:
        """What draws and reads its forms."""
        return Forms(self.parts)

    def asked(self, visitor: Visitor, action_id: str, target_id: str) -> Asked:
        """What a request asks for; 404 where the action or its target is not there."""
        asked = self.find(visitor, action_id, target_id)
        if asked is None:
            abort(404)
        return asked

    def find(self, visitor: Visitor, action_id: str, target_id: str) -> Asked | None:
        """The same, or None."""
        action = find_action(action_id)
        if action is None:
            return None
        with self.parts.database.read() as connection:
            around = self._around(connection, visitor, self.parts.clock())
            subject = ActionSubjects(connection, around).find(action, target_id, visitor.actor, Reader(visitor.locale))
        if subject is None:
            return None
        return Asked(
            action,
            subject,
            schema_of(action, subject.button),
            version=_number(request.values.get("version")) or subject.target.version,
            intent_id=request.form.get("intent_id") or new_id("int"),
            back=addresses.back(request, page_of(subject)),
            today=around.today,
        )

    def first_look(self, visitor: Visitor, asked: Asked) -> Response:
        """The page before anything was pressed, with what will happen where nothing has to be filled in for that."""
        entries = self._first_entries(visitor, asked)
        if not asked.subject.button["enabled"]:
            return self.page(visitor, asked, entries, grey=asked.subject.button["reason"])
        if asked.action.id in DONE_AT_ONCE or not _is_complete(asked, entries):
            return self.page(visitor, asked, entries)
        press = asked.press(visitor, self.forms.read(visitor, asked.schema, entries).input)
        document = self.parts.presses.look(visitor.tenant_id, press, self.parts.clock())
        grey = document["message"] if document and document["status"] in _NOT_POSSIBLE else ""
        return self.page(visitor, asked, entries, document, status=200, grey=grey)

    def pressed(self, visitor: Visitor, asked: Asked) -> Response:
        """What came of a form that was sent: the form drawn anew, what will happen, or the way on."""
        entries = entries_in(request.form)
        if redraws(request.form):
            return self.page(visitor, asked, entries)
        read = self.forms.read(visitor, asked.schema, entries)
        press = replace(
            asked.press(visitor, read.input),
            preview="preview" in request.form or bool(read.complaints),
            confirmation=request.form.get("confirmation") or None,
        )
        document = self.parts.presses.press(visitor.tenant_id, press, self.parts.clock())
        seen = request.form.get("shown")
        if seen and not press.preview and seen == what_is_shown(document):
            # Only what changes nothing of it, such as a remark, was filled in after it was shown.
            press = replace(press, confirmation=outcome_of(document).token)
            document = self.parts.presses.press(visitor.tenant_id, press, self.parts.clock())
        match AnswerStatus(document["status"]):
            case AnswerStatus.SUCCEEDED:
                return self._done(visitor, asked, press, document)
            case AnswerStatus.ACCEPTED:
                undo = undo_of(asked.subject, asked.action.id, press.input, asked.back, asked.today)
                return go_on(visitor, addresses.run(document["run"]["id"], back=asked.back, undo=undo))
            case (
                AnswerStatus.NEEDS_CONFIRMATION
                | AnswerStatus.INVALID
                | AnswerStatus.CONFLICT
                | AnswerStatus.DENIED
                | AnswerStatus.FAILED
                | AnswerStatus.EXPIRED
                | AnswerStatus.IGNORED
            ):
                return self.page(visitor, asked, entries, document, read.complaints)

    def page(
        self,
        visitor: Visitor,
        asked: Asked,
        entries: Entries,
        document: Mapping[str, Any] | None = None,
        complaints: Complaints | None = None,
        *,
        status: int | None = None,
        grey: str = "",
    ) -> Response:
        """The action's page with what stands in its form, and with an answer.

        status is that of the answer unless another one is given; grey says why nothing can be pressed.
        """
        outcome = outcome_of(document) if document else None
        answered = AnswerStatus(outcome.status) if outcome else None
        if answered in _USED_UP:
            asked = replace(asked, intent_id=new_id("int"))
        since: list[dict[str, Any]] = []
        if answered is AnswerStatus.CONFLICT and document and "version" in document.get("target", {}):
            since = self._since(visitor, asked)
            asked = replace(asked, version=document["target"]["version"])
        problems = outcome.problems if outcome else ()
        form = self.forms.draw(visitor, asked.schema, entries, problems=problems, complaints=complaints)
        return answer(
            "actions/page.html",
            visitor,
            status=status or (STATUS_CODES[answered] if answered else 200),
            asked=asked,
            form=form,
            results=self.forms.found(visitor, form, entries, request.form.get("find")),
            grey=grey,
            outcome=outcome,
            tones=TONES,
            shown=what_is_shown(document) if document else "",
            name=subject_name(asked.subject, visitor.tenant_name),
            danger=asked.action.style is Style.DANGER or (outcome is not None and outcome.takes_back),
            shows_first=asked.action.id not in DONE_AT_ONCE,
            shown_anew="confirmation" in request.form and "preview" not in request.form,
            since=since,
            suggested=() if grey else self._best_days(visitor, asked),
            why_in_words=why_in_words,
        )

    def _best_days(self, visitor: Visitor, asked: Asked) -> Sequence[SuggestedDay]:
        """For a visit that is moved."""
        key = visit_key(asked.subject.target.id) if asked.action.id == move.ACTION.id else None
        if key is None:
            return ()
        with self.parts.database.read() as connection:
            found = days_for_visit(connection, self._around(connection, visitor, self.parts.clock()), key)
        return found.days if found else ()

    def _done(self, visitor: Visitor, asked: Asked, press: Request, document: Mapping[str, Any]) -> Response:
        made = document.get("target") or {}
        back = asked.back
        if made.get("type") == TargetType.CONTRACT.value and made["id"] != asked.subject.target.id:
            back = addresses.contract_page(made["id"])  # the contract that was made
        undo = undo_of(asked.subject, asked.action.id, press.input, back, asked.today)
        told = [News(text("{words}", words=words)) for words in document.get("warnings") or ()]
        return go_on(visitor, back, News(text("{words}", words=document["message"]), undo), *told)

    def _first_entries(self, visitor: Visitor, asked: Asked) -> Entries:
        """What stands in the form at first: what the button knows, and what the address says."""
        language = Reader(visitor.locale).language
        known = entries_of(asked.schema, asked.subject.button.get("input") or {}, language)
        said = entries_by_names(asked.schema, {name: request.args[name] for name in request.args}, language)
        return MultiDict([*((name, typed) for name, typed in known.items(multi=True) if name not in said),
                          *said.items(multi=True)])  # fmt: skip

    def _since(self, visitor: Visitor, asked: Asked) -> list[dict[str, Any]]:
        """What others changed meanwhile, in words."""
        with self.parts.database.read() as connection:
            around = self._around(connection, visitor, self.parts.clock())
            changes = ActionSubjects(connection, around).changes_since(asked.subject.contract, asked.version or 0)
            names = trail_names(connection, around.tenant_id, around.configuration)
            return [_told(line, names) for line in changes]

    @staticmethod
    def _around(connection: Any, visitor: Visitor, now: datetime) -> TenantCircumstances:
        _, around = tenant_in_circumstances(connection, visitor.tenant_id, now, open_tokens=False)
        return around


def _told(line: AuditLine, names: TrailNames) -> dict[str, Any]:
    return {
        "at": line.at,
        "by": line.actor_name,
        "through": through_in_words(line),
        "action": action_in_words(line),
        "changes": list(changes_in_words(line, names)),
    }


def _is_complete(asked: Asked, entries: Entries) -> bool:
    """Whether nothing has to be filled in before it can be said what will happen."""
    needed = [name for name in members_of(asked.schema) if is_needed(asked.schema, name)]
    return all(entries.get(f"{ROOT}/{name}") for name in needed)


def _number(given: str | None) -> int | None:
    return int(given) if given and given.isascii() and given.isdigit() else None
