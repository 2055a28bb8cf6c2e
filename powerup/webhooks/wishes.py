"""Wishes whose host was slow: accepted, kept with a run, and carried out in the background (webhooks page, 2 and 4)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.answer import Answer, AnswerStatus, NotPossible, Refusal
from powerup.actions.kit.answer_document import answer_document
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.host_reading import LONGER_SECONDS, HostSilent, HostSlow, read_at_host
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.actions.perform import perform, prepare, refused
from powerup.store.database import Database
from powerup.store.identifiers import new_id
from powerup.store.installations import Installation, Installations, InstallationState
from powerup.store.runs import Run, Runs, RunState, due_wishes
from powerup.store.tenants import Environment, Tenants
from powerup.store.turns import take_turn
from powerup.tenants.circumstances import circumstances_of
from powerup.tenants.tell_host import tell_host
from powerup.texts import Reader, text
from powerup.timing import Clock, ListedWaits
from powerup.webhooks.entrance import OpenHost

GIVEN_UP_AFTER = timedelta(minutes=2)
"""From when a wish was accepted; a person who waits for its end has other things to do by then."""

WAITS = ListedWaits(tuple(timedelta(seconds=seconds) for seconds in (5, 15, 30)))
"""Before the second try, the third and those that follow."""

_READ_WITHIN_SECONDS = 30.0
"""For all that one try reads: twice the time-out of one call, as it is unless somebody sets another."""

_HELD = timedelta(seconds=90)
"""How long a wish that is being carried out is nobody else's; a process that died leaves it for the next after that."""

_CANDIDATES = 10
"""So many are looked at to find one that nobody else takes at the same moment."""


class _Overtaken(Refusal):
    """The power-up was installed anew, or removed, after the button was pressed."""

    status = AnswerStatus.IGNORED

    def __init__(self) -> None:
        super().__init__(text("The power-up was removed or installed anew meanwhile; nothing was done."))


def keep_wish(connection: Connection, tenant_id: str, request: Request, now: datetime) -> Answer:
    """The answer that a wish is accepted, which is kept on the connection to be carried out at once; now is aware."""
    run_id = new_id("run")
    answer = Answer(
        AnswerStatus.ACCEPTED,
        text("The host is slow at the moment. This goes on in the background; its outcome follows."),
        target=request.target,
        run_id=run_id,
    )
    run = Run(
        id=run_id,
        action=request.action,
        contract=None,
        locale=request.locale,
        answer=answer_document(answer, Reader(request.locale)),
        created_at=now,
        state=RunState.WISHED,
        wish=_document(request),
        next_attempt_at=now,
    )
    Runs(connection, tenant_id).add(run)
    return answer


@dataclass(frozen=True, slots=True)
class Wishes:
    """What carries out the wishes of all tenants of its environment. clock gives aware moments."""

    database: Database
    open_host: OpenHost
    confirmations: Confirmations
    environment: Environment
    clock: Clock

    def carry_out_next(self) -> bool:
        """Try one wish whose time has come; says whether there was one. For the timer.

        Several at once do no harm: each wish is taken by one of them before the host is read, and is done and ended in
        one transaction, by whoever has it then.
        """
        now = self.clock()
        with self.database.read() as connection:
            due = due_wishes(connection, now, self.environment, _CANDIDATES)
        for tenant_id, run in due:
            with self.database.write() as connection:
                is_ours = Runs(connection, tenant_id).hold(run, now + _HELD)
            if is_ours:
                self._try(tenant_id, replace(run, attempts=run.attempts + 1))
                return True
        return False

    def _try(self, tenant_id: str, run: Run) -> None:
        request = _request(run)
        try:
            readings = self._readings(tenant_id, run, request)
        except (HostSlow, HostSilent) as failure:
            again_at = self.clock() + WAITS.after(run.attempts)
            if again_at <= _given_up_at(run, request):
                with self.database.write() as connection:
                    Runs(connection, tenant_id).put_off(run, again_at)
            else:
                self._end(tenant_id, run, request, failure)
        except Refusal as refusal:
            self._end(tenant_id, run, request, refusal)
        else:
            self._end(tenant_id, run, request, readings)

    def _readings(self, tenant_id: str, run: Run, request: Request) -> HostReadings:
        now = self.clock()
        with self.database.read() as connection:
            if not _is_of_today(connection, tenant_id, request):
                raise _Overtaken
            tenant = Tenants(connection).get(tenant_id)
            questions = prepare(connection, circumstances_of(connection, tenant, now), request, now)
        if now > run.created_at + GIVEN_UP_AFTER:
            raise NotPossible(text("This could not be done in time, and was given up. Nothing was changed; try again."))
        with self.open_host(tenant, _READ_WITHIN_SECONDS + LONGER_SECONDS) as host:
            return read_at_host(host, questions, _READ_WITHIN_SECONDS)

    def _end(self, tenant_id: str, run: Run, request: Request, came: HostReadings | Refusal) -> None:
        """Do it and end its run, or go on as a run of the sync, in one transaction."""
        now = self.clock()
        with self.database.write() as connection:
            installation = _installation(connection, tenant_id)
            if installation is not None:
                take_turn(connection, installation.id)
            runs = Runs(connection, tenant_id)
            if not runs.begin(run):
                return  # another process has it, as this one was too slow; or the tenant was erased
            answer = self._answer(connection, tenant_id, request, came, now)
            if answer.status is not AnswerStatus.ACCEPTED:
                document = answer_document(replace(answer, run_id=run.id), Reader(run.locale))
                runs.finish(run.id, document, now)
                tell_host(connection, tenant_id, "run.finished", document, now)

    def _answer(
        self, connection: Connection, tenant_id: str, request: Request, came: HostReadings | Refusal, now: datetime
    ) -> Answer:
        if not _is_of_today(connection, tenant_id, request):
            return refused(_Overtaken())
        if isinstance(came, Refusal):
            return refused(came)
        around = circumstances_of(connection, Tenants(connection).get(tenant_id), now)
        return perform(connection, around, request, came, self.confirmations, now)


def binding_of(installation_id: str, generation: int) -> str:
    """What a confirmation is bound to, beside the wish itself: one installing."""
    return f"{installation_id}:{generation}"


def _is_of_today(connection: Connection, tenant_id: str, request: Request) -> bool:
    """Whether the installing in which the button was pressed still is the present one."""
    present = _installation(connection, tenant_id)
    if present is None or present.state is InstallationState.UNINSTALLED:
        return False
    return request.binding == binding_of(present.id, present.generation)


def _installation(connection: Connection, tenant_id: str) -> Installation | None:
    return next(iter(Installations(connection).of_tenant(tenant_id)), None)


def _given_up_at(run: Run, request: Request) -> datetime:
    given_up_at = run.created_at + GIVEN_UP_AFTER
    return min(given_up_at, request.not_after) if request.not_after else given_up_at


def _document(request: Request) -> dict[str, Any]:
    not_after = request.not_after.isoformat() if request.not_after else None
    return asdict(request) | {"not_after": not_after}


def _request(run: Run) -> Request:
    """The wish of a run, to be carried out in it."""
    wish: Mapping[str, Any] = run.wish or {}
    target, actor, not_after = wish["target"], wish["actor"], wish["not_after"]
    return Request(
        **{
            **wish,
            "target": Target(TargetType(target["type"]), target["id"], target["version"]),
            "actor": Actor(actor["id"], actor["name"], Role(actor["role"]), actor["source"]),
            "not_after": datetime.fromisoformat(not_after) if not_after else None,
            "run_id": run.id,
        }
    )
