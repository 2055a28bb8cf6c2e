"""A press is done once, however often it is sent, and goes on in the background where its host is slow.

It is known by its tenant, the entrance it came by, who pressed and its intent (webhooks page, section 4). Answers that
did nothing do not end it; once it has ended, whoever pressed gets its answer again.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.answer import Answer, AnswerStatus, Refusal
from powerup.actions.kit.answer_document import answer_document
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.host_questions import HostQuestions, HostReadings
from powerup.actions.kit.host_reading import LONGER_SECONDS, HostSlow, read_at_host
from powerup.actions.kit.request import Request
from powerup.actions.perform import Decision, decide, perform, prepare, refused
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.readers import HostReaders, TooManyWait
from powerup.presses.deferring import defer
from powerup.presses.entrance import press_by_press
from powerup.presses.known_choices import KnownChoices
from powerup.store.database import Database
from powerup.store.presses import EndedPress, EndedPresses, PressKey
from powerup.store.tenants import Tenant, Tenants
from powerup.store.turns import take_turn
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

READ_WITHIN_SECONDS = 0.6
"""For all that is read at the host: what is left of the 800 ms for an answer goes to the database and the way."""

Document = dict[str, Any]

OpenHost = Callable[[Tenant, float], OutsmartClient]
"""Opens a client for a tenant's host whose calls together have so many seconds; to be closed."""

_ENDING = (AnswerStatus.SUCCEEDED, AnswerStatus.ACCEPTED, AnswerStatus.FAILED)


@dataclass(frozen=True, slots=True)
class PreparedPress:
    """What was decided on a press with what was read at the host for it, or why that need not or could not be."""

    decided: Decision | Refusal

    @property
    def refusal(self) -> Refusal | None:
        """Why nothing was decided."""
        return self.decided if isinstance(self.decided, Refusal) else None


@dataclass(frozen=True, slots=True)
class Presses:
    """What every entrance has its presses done by; readers read hosts for all of them."""

    database: Database
    open_host: OpenHost
    confirmations: Confirmations
    readers: HostReaders = field(default_factory=HostReaders)

    def press(self, tenant_id: str, request: Request, now: datetime) -> Document:
        """The whole way of a press, for entrances that write nothing beside it; now is aware.

        Of two that come at the same moment one is done, and the other waits and gets its answer. A request without an
        intent is a press of its own each time. A preview waits for nobody and keeps nobody waiting.
        """
        prepared = self.prepare(tenant_id, request, now)
        if request.preview and not isinstance(prepared.refusal, HostSlow):
            with self.database.read() as connection:
                return self.carry_out(connection, tenant_id, request, prepared, now)
        with self.database.write() as connection:
            take_turn(connection, press_by_press(tenant_id, request))
            return self.carry_out(connection, tenant_id, request, prepared, now)

    def look(self, tenant_id: str, request: Request, now: datetime) -> Document | None:
        """What the press would do, for who has not pressed yet: nothing is written. None where the host is too slow.

        now is aware.
        """
        shown = replace(request, preview=True)
        prepared = self.prepare(tenant_id, shown, now)
        if isinstance(prepared.refusal, HostSlow):
            return None
        with self.database.read() as connection:
            return self.carry_out(connection, tenant_id, shown, prepared, now)

    def prepare(
        self,
        tenant_id: str,
        request: Request,
        now: datetime,
        within_seconds: float | None = None,
        known: KnownChoices | None = None,
    ) -> PreparedPress:
        """Read at the host what the press needs, and work out what comes of it, outside every transaction that writes.
        now is aware.

        within_seconds is what all of it may take, where nobody waits for the answer. Where too many wait for hosts
        already, the host counts as slow. known is what the host said a moment ago, where presses follow each other.
        """
        within = READ_WITHIN_SECONDS if within_seconds is None else within_seconds
        try:
            with self.database.read() as connection:
                _, around = tenant_in_circumstances(connection, tenant_id, now, open_tokens=False)
                prepared = prepare(connection, around, request, now)
                questions, known = prepared.questions, known or KnownChoices()
                left_open = known.left_open(questions)
                asked = Tenants(connection).get(tenant_id) if left_open != HostQuestions() else None
            readings = self._readings(asked, left_open, within) if asked else HostReadings()
            return PreparedPress(decide(prepared, known.with_known(questions, readings)))
        except Refusal as refusal:
            return PreparedPress(refusal)

    def _readings(self, tenant: Tenant, questions: HostQuestions, within_seconds: float) -> HostReadings:
        try:
            with (
                self.readers.waiting(tenant.id),
                self.open_host(tenant, within_seconds + LONGER_SECONDS) as host,
            ):
                return read_at_host(host, questions, within_seconds, self.readers, tenant.id)
        except TooManyWait:
            raise HostSlow from None

    def carry_out(
        self, connection: Connection, tenant_id: str, request: Request, prepared: PreparedPress, now: datetime
    ) -> Document:
        """The answer to a press: what it was given before, or what is done now, with all of it on this connection.

        Nobody else may carry out the same press beside it: whoever calls has a turn that sees to it. now is aware.
        """
        ended, key = EndedPresses(connection, tenant_id), key_of(request)
        if key is not None and (earlier := ended.find(key)) is not None:
            return dict(earlier.answer) if earlier.asked == _asked(request) else _another(request)
        answer = self._done(connection, tenant_id, request, prepared, now)
        document = answer_document(answer, Reader(request.locale))
        if key is not None and answer.status in _ENDING and not request.preview:
            ended.add(key, EndedPress(_asked(request), document), now)
        return document

    def _done(
        self, connection: Connection, tenant_id: str, request: Request, prepared: PreparedPress, now: datetime
    ) -> Answer:
        decided = prepared.decided
        if isinstance(decided, HostSlow):
            return defer(connection, tenant_id, request, now)
        if isinstance(decided, Refusal):
            return refused(decided)
        _, around = tenant_in_circumstances(connection, tenant_id, now, open_tokens=False)
        return perform(connection, around, request, decided, self.confirmations, now)


def key_of(request: Request) -> PressKey | None:
    """What the press is known by; None for one without an intent."""
    actor = request.actor
    return PressKey(actor.source, actor.id, request.intent_id) if request.intent_id else None


def _another(request: Request) -> Document:
    told = text("This press of the button was used before, for something else. Nothing was changed; press it again.")
    return {"status": AnswerStatus.CONFLICT.value, "message": Reader(request.locale).say(told)}


def _asked(request: Request) -> str:
    """What a press asks for, as a hash; the same however its members are ordered, and whatever version was seen."""
    target = request.target
    asked = json.dumps([request.action, target.type, target.id, request.input], sort_keys=True)
    return sha256(asked.encode()).hexdigest()
