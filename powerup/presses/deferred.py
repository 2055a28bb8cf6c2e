"""Carrying out in the background the presses that were deferred, each once and to its end (webhooks page, 2 and 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from powerup.actions.kit.answer import Answer, AnswerStatus, NotPossible, Refusal
from powerup.actions.kit.answer_document import answer_document
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.host_reading import LONGER_SECONDS, HostSilent, HostSlow, read_at_host
from powerup.actions.kit.request import Request
from powerup.actions.perform import Decision, decide, perform, prepare, refused
from powerup.outsmart.readers import HostReaders
from powerup.presses.entrance import Entrance
from powerup.presses.holding import first_held
from powerup.presses.press import OpenHost, key_of
from powerup.presses.press_document import PressOfNewerVersion, UnreadablePress, press_from_document
from powerup.store.database import Database
from powerup.store.presses import EndedPresses
from powerup.store.runs import Run, Runs, due_presses
from powerup.store.tenants import Environment
from powerup.store.turns import take_turn
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.tenants.tell_host import tell_host
from powerup.texts import Reader, text
from powerup.timing import Clock, ListedWaits

GIVEN_UP_AFTER = timedelta(minutes=2)
"""From when a press was accepted; a person who waits for its end has other things to do by then."""

WAITS = ListedWaits(tuple(timedelta(seconds=seconds) for seconds in (5, 15, 30)))
"""Before the second try, the third and those that follow."""

_READ_WITHIN_SECONDS = 30.0
"""For all that one try reads: twice the time-out of one call, as it is unless somebody sets another."""

_HELD = timedelta(seconds=90)
"""How long a press that is carried out is nobody else's; a process that died leaves it for the next after that.

It is longer than any wait before another try, and stays so while a try lasts: by that a tenant is known whose press is
being carried out.
"""

_CANDIDATES = 10
"""So many are looked at to find one that nobody else takes at the same moment."""

_DID_SOMETHING = (AnswerStatus.SUCCEEDED, AnswerStatus.FAILED)
"""What a press ends with that has ended; after all else it is decided anew when it is sent again."""


@dataclass(frozen=True, slots=True)
class DeferredPresses:
    """What carries out the deferred presses of all tenants of its environment. clock gives aware moments.

    entrances are all ways in that this version knows, by name; a press of another one is that of a newer version.
    """

    database: Database
    open_host: OpenHost
    confirmations: Confirmations
    environment: Environment
    clock: Clock
    entrances: Mapping[str, Entrance]
    readers: HostReaders = field(default_factory=HostReaders)

    def carry_out_next(self) -> bool:
        """Try one press whose time has come; says whether there was one. For the timer.

        Several at once do no harm: each press is taken by one of them before the host is read, and is done and ended
        in one transaction, by whoever has it then. A tenant has one of them at a time, so that many presses at a host
        that hangs keep nobody else's waiting.
        """
        now = self.clock()
        held = first_held(
            self.database,
            lambda connection: due_presses(connection, now, now + max(WAITS.waits), self.environment, _CANDIDATES),
            lambda connection, tenant_id, run: Runs(connection, tenant_id).hold(run, now + _HELD),
        )
        if held is None:
            return False
        tenant_id, run = held
        self._try(tenant_id, replace(run, attempts=run.attempts + 1))
        return True

    def _try(self, tenant_id: str, run: Run) -> None:
        try:
            request = self._request(run)
        except PressOfNewerVersion as failure:
            if not self._put_off(tenant_id, run, run.created_at + GIVEN_UP_AFTER):
                self._fail(tenant_id, run, failure)
        except UnreadablePress as failure:
            self._fail(tenant_id, run, failure)
        else:
            self._carry_out(tenant_id, run, request)

    def _request(self, run: Run) -> Request:
        """The press of a run, to be carried out in it. Raises PressOfNewerVersion, UnreadablePress."""
        request = press_from_document(run.press)
        if request.actor.source not in self.entrances:
            raise PressOfNewerVersion
        return replace(request, run_id=run.id)

    def _carry_out(self, tenant_id: str, run: Run, request: Request) -> None:
        try:
            decided = self._decided(tenant_id, run, request)
        except (HostSlow, HostSilent) as failure:
            if not self._put_off(tenant_id, run, _given_up_at(run, request)):
                self._end(tenant_id, run, request, failure)
        except Refusal as refusal:
            self._end(tenant_id, run, request, refusal)
        else:
            self._end(tenant_id, run, request, decided)

    def _put_off(self, tenant_id: str, run: Run, given_up_at: datetime) -> bool:
        """Have it tried again; says whether there still is time for that."""
        again_at = self.clock() + WAITS.after(run.attempts)
        if again_at > given_up_at:
            return False
        with self.database.write() as connection:
            Runs(connection, tenant_id).put_off(run, again_at)
        return True

    def _decided(self, tenant_id: str, run: Run, request: Request) -> Decision:
        now = self.clock()
        with self.database.read() as connection:
            if (hindrance := self._hindrance(connection, tenant_id, request)) is not None:
                raise hindrance
            if now > run.created_at + GIVEN_UP_AFTER and not _is_too_late(request, now):
                raise NotPossible(
                    text("This could not be done in time, and was given up. Nothing was changed; try again.")
                )
            tenant, around = tenant_in_circumstances(connection, tenant_id, now)
            prepared = prepare(connection, around, request, now)
        with self.open_host(tenant, _READ_WITHIN_SECONDS + LONGER_SECONDS) as host:
            return decide(
                prepared, read_at_host(host, prepared.questions, _READ_WITHIN_SECONDS, self.readers, tenant_id)
            )

    def _end(self, tenant_id: str, run: Run, request: Request, came: Decision | Refusal) -> None:
        """Do it and end its run, or go on as a run of the sync, in one transaction."""
        now = self.clock()
        with self.database.write() as connection:
            take_turn(connection, self.entrances[request.actor.source].turn(tenant_id, request))
            if not Runs(connection, tenant_id).begin(run):
                return  # another process has it, as this one was too slow; or the tenant was erased
            answer = self._answer(connection, tenant_id, request, came, now)
            if answer.status is AnswerStatus.ACCEPTED:
                return
            if answer.status not in _DID_SOMETHING and (key := key_of(request)) is not None:
                EndedPresses(connection, tenant_id).open_again(key)
            _finish(connection, tenant_id, run, answer, now)

    def _fail(self, tenant_id: str, run: Run, failure: Refusal) -> None:
        """End the run of a press that could not be read."""
        now = self.clock()
        with self.database.write() as connection:
            if Runs(connection, tenant_id).begin(run):
                _finish(connection, tenant_id, run, refused(failure), now)

    def _answer(
        self, connection: Connection, tenant_id: str, request: Request, came: Decision | Refusal, now: datetime
    ) -> Answer:
        if (hindrance := self._hindrance(connection, tenant_id, request)) is not None:
            return refused(hindrance)
        if isinstance(came, Refusal):
            return refused(came)
        _, around = tenant_in_circumstances(connection, tenant_id, now, open_tokens=False)
        return perform(connection, around, request, came, self.confirmations, now)

    def _hindrance(self, connection: Connection, tenant_id: str, request: Request) -> Refusal | None:
        return self.entrances[request.actor.source].hindrance(connection, tenant_id, request)


def _finish(connection: Connection, tenant_id: str, run: Run, answer: Answer, now: datetime) -> None:
    document = answer_document(replace(answer, run_id=run.id), Reader(run.locale))
    Runs(connection, tenant_id).finish(run.id, document, now)
    tell_host(connection, tenant_id, "run.finished", document, now)


def _is_too_late(request: Request, now: datetime) -> bool:
    return request.not_after is not None and now > request.not_after


def _given_up_at(run: Run, request: Request) -> datetime:
    given_up_at = run.created_at + GIVEN_UP_AFTER
    return min(given_up_at, request.not_after) if request.not_after else given_up_at
