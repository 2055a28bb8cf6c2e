"""Bulk runs: what many presses would do is found out, shown as one, and done once a person has said yes.

Each contract or visit is a press of its own, with its own intent and version, so that it is refused by itself where
somebody changed it meanwhile, and is done once however often the work is begun anew. The work is done in turns of a few
seconds, each press in a short transaction of its own (decision 0013).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from time import monotonic
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.answer import AnswerStatus, Refusal, invalid
from powerup.actions.kit.answer_document import answer_document
from powerup.actions.kit.input import load_input
from powerup.actions.kit.request import Actor, Request, Role, Target
from powerup.actions.perform import refused
from powerup.presses.bulk_actions import BulkAction, find_bulk_action
from powerup.presses.entrance import Entrance, press_by_press
from powerup.presses.holding import first_held
from powerup.presses.known_choices import KnownChoices
from powerup.presses.press import Document, Presses
from powerup.readings.action_subjects import ActionSubject, ActionSubjects, subject_name
from powerup.store.bulk_runs import BulkPress, BulkPressState, BulkRun, BulkRuns, BulkState, due_bulk_runs
from powerup.store.database import Database
from powerup.store.identifiers import new_id
from powerup.store.tenants import Environment
from powerup.store.turns import take_turn
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text
from powerup.timing import Clock, Stopwatch

SHOWN_FOR = timedelta(hours=1)
"""How long what was shown can be confirmed; after that it is found out anew."""

MOST_PRESSES = 5_000
"""Of one bulk run: more than a person can oversee, and few enough to be counted on every look."""

_HELD = timedelta(seconds=120)
"""How long a turn is nobody else's; a process that died leaves it for the next after that."""

_TURN_SECONDS = 2.0
_PRESSES_PER_TURN = 50
_CANDIDATES = 10

_READ_WITHIN_SECONDS = 30.0
"""For all that one press reads at the host: nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Bulks:
    """What takes and answers for bulk runs, by one entrance. clock gives aware moments in UTC."""

    presses: Presses
    clock: Clock

    def begin(
        self, tenant_id: str, actor: Actor, action: BulkAction, entered: Mapping[str, Any], targets: Sequence[Target],
        *, locale: str, intent_id: str | None = None,
    ) -> str:  # fmt: skip
        """Begin to find out what the action would do to each of the targets; gives the id of the bulk run.

        intent_id is one per press of the button: of two that come with the same one, the first begins it. Raises
        InvalidInput for what was entered, and for no targets or too many.
        """
        load_input(action.input, entered)
        once = list(dict.fromkeys(targets))
        presses = [BulkPress(place, target.id, target.version) for place, target in enumerate(once)]
        return self.begin_presses(tenant_id, actor, action, entered, presses, locale=locale, intent_id=intent_id)

    def begin_presses(
        self, tenant_id: str, actor: Actor, action: BulkAction, entered: Mapping[str, Any],
        presses: Sequence[BulkPress], *, locale: str, intent_id: str | None = None,
    ) -> str:  # fmt: skip
        """As `begin`, with presses that have their own input where the action says that they bring it."""
        if not 0 < len(presses) <= MOST_PRESSES:
            raise invalid("/targets", "number_of_targets", text("Choose from 1 to {most}.", most=MOST_PRESSES))
        now = self.clock()
        bulk = BulkRun(
            id=_id_of(actor, intent_id) if intent_id else new_id("bulk"),
            action=action.id,
            input=entered,
            actor_id=actor.id,
            actor_name=actor.name,
            role=actor.role.value,
            entrance=actor.source,
            locale=locale,
            created_at=now,
            next_turn_at=now,
        )
        with self.presses.database.write() as connection:
            take_turn(connection, f"bulk {tenant_id} {bulk.id}")
            BulkRuns(connection, tenant_id).add(bulk, presses)
        return bulk.id

    def find(self, tenant_id: str, asker: Actor, bulk_id: str) -> BulkRun | None:
        """The bulk run, for who began it by the same entrance; nobody sees or confirms another one's."""
        with self.presses.database.read() as connection:
            bulk = BulkRuns(connection, tenant_id).get(bulk_id)
        return bulk if bulk and (bulk.entrance, bulk.actor_id) == (asker.source, asker.id) else None

    def confirm(self, tenant_id: str, bulk: BulkRun) -> bool:
        """Have what was shown done. What was shown too long ago is found out anew first, to be confirmed then; says
        whether it was in time."""
        now = self.clock()
        in_time = bulk.shown_at is not None and now <= bulk.shown_at + SHOWN_FOR
        with self.presses.database.write() as connection:
            runs = BulkRuns(connection, tenant_id)
            if in_time:
                runs.confirm(bulk, now)
            else:
                runs.look_again(bulk, now)
        return in_time

    def stop(self, tenant_id: str, bulk: BulkRun) -> None:
        """Begin none of its presses any more; what was done stays."""
        with self.presses.database.write() as connection:
            BulkRuns(connection, tenant_id).stop(bulk.id, self.clock())

    def again(self, tenant_id: str, actor: Actor, bulk: BulkRun, *, locale: str) -> str | None:
        """Begin anew with those that failed or were left out, as they are now; gives the id of that bulk run, None
        where there is none of them."""
        action = find_bulk_action(bulk.action)
        missed = self._of(tenant_id, bulk, (BulkPressState.FAILED, BulkPressState.LEFT_OUT))
        if action is None or not missed:
            return None
        intent_id = f"again {bulk.id}"
        presses = [
            BulkPress(place, press.target_id, called=press.called, input=press.input)
            if action.brings_input
            else BulkPress(place, press.target_id)
            for place, press in enumerate(missed)
        ]
        return self.begin_presses(tenant_id, actor, action, bulk.input, presses, locale=locale, intent_id=intent_id)

    def done(self, tenant_id: str, bulk: BulkRun) -> list[Target]:
        """The targets for which it was done, as they are now."""
        action = find_bulk_action(bulk.action)
        presses = self._of(tenant_id, bulk, (BulkPressState.DONE,)) if action else []
        return [Target(action.of_each.target, press.target_id) for press in presses] if action else []

    def _of(self, tenant_id: str, bulk: BulkRun, states: Sequence[BulkPressState]) -> list[BulkPress]:
        with self.presses.database.read() as connection:
            return BulkRuns(connection, tenant_id).presses(bulk.id, states, limit=MOST_PRESSES)


@dataclass(frozen=True, slots=True)
class BulkWork:
    """What works on the bulk runs of all tenants of its environment. clock gives aware moments in UTC.

    entrances are all ways in that this version knows, by name.
    """

    presses: Presses
    environment: Environment
    clock: Clock
    entrances: Mapping[str, Entrance]
    stopwatch: Stopwatch = monotonic

    def take_turn(self) -> bool:
        """Work a few seconds on the bulk run that waits longest; says whether there was one. For the timer.

        Several at once do no harm: a turn is one process's, and a tenant has one at a time.
        """
        now = self.clock()
        held = first_held(
            self.presses.database,
            lambda connection: due_bulk_runs(connection, now, self.environment, _CANDIDATES),
            lambda connection, tenant_id, bulk: BulkRuns(connection, tenant_id).hold(bulk, now + _HELD),
        )
        if held is None:
            return False
        tenant_id, bulk = held
        _Turn(self, tenant_id, replace(bulk, turns=bulk.turns + 1)).work()
        return True


@dataclass(slots=True)
class _Turn:
    """One turn on one bulk run."""

    work_of: BulkWork
    tenant_id: str
    bulk: BulkRun
    known: KnownChoices = field(default_factory=KnownChoices)

    def work(self) -> None:
        action, entrance = find_bulk_action(self.bulk.action), self.work_of.entrances.get(self.bulk.entrance)
        if action is None or entrance is None:
            return  # one of a newer version, which takes it up when this turn is over
        if self.bulk.state is BulkState.LOOKING:
            self._look_at_some(action)
        else:
            self._do_some(action, entrance)

    def _look_at_some(self, action: BulkAction) -> None:
        waiting = self._next(BulkPressState.WAITING)
        until = self.work_of.stopwatch() + _TURN_SECONDS
        looked: list[BulkPress] = []
        for press in waiting:
            looked.append(self._looked(action, press))
            if self.work_of.stopwatch() > until:
                break
        now = self.work_of.clock()
        with self._database.write() as connection:
            runs = BulkRuns(connection, self.tenant_id)
            if not runs.is_held(self.bulk):
                return  # it was stopped, or another process has it, as this one was too slow
            for press in looked:
                runs.write(self.bulk.id, press, BulkPressState.WAITING)
            if runs.presses(self.bulk.id, (BulkPressState.WAITING,), limit=1):
                runs.put_back(self.bulk, now)
            else:
                runs.show(self.bulk, now)

    def _do_some(self, action: BulkAction, entrance: Entrance) -> None:
        until = self.work_of.stopwatch() + _TURN_SECONDS
        for press in self._next(BulkPressState.SHOWN):
            if not self._done(action, entrance, press):
                return
            if self.work_of.stopwatch() > until:
                break
        now = self.work_of.clock()
        with self._database.write() as connection:
            runs = BulkRuns(connection, self.tenant_id)
            if runs.presses(self.bulk.id, (BulkPressState.SHOWN,), limit=1):
                runs.put_back(self.bulk, now)
            else:
                runs.end(self.bulk, now)

    def _looked(self, action: BulkAction, press: BulkPress) -> BulkPress:
        """The press with what it would do."""
        if action.brings_input:
            entered, called = press.input or {}, press.called
        elif (subject := self._subject(action, press)) is not None:
            entered = action.input_of(self.bulk.input, subject)
            called = self._reader.say(subject_name(subject))
        else:
            gone = refused(Refusal(text("It is not there any more.")))
            return replace(press, state=BulkPressState.FAILED, answer=answer_document(gone, self._reader))
        request = replace(self._request(action, press, entered), preview=True)
        return _answered(replace(press, called=called, input=entered), self._shown(action, request))

    def _shown(self, action: BulkAction, request: Request) -> Document:
        """What a press would do, or why it is not to be done; the host is not asked about the latter."""
        presses, now = self.work_of.presses, self.work_of.clock()
        with self._database.read() as connection:
            refusal = self._against(connection, action, request.input)
        if refusal is None:
            prepared = presses.prepare(self.tenant_id, request, now, _READ_WITHIN_SECONDS, self.known)
            refusal = prepared.refusal
        if refusal is not None:
            return answer_document(refused(refusal), self._reader)
        with self._database.read() as connection:
            return presses.carry_out(connection, self.tenant_id, request, prepared, now)

    def _done(self, action: BulkAction, entrance: Entrance, press: BulkPress) -> bool:
        """Do one press and write what came of it, in one transaction; says whether the turn goes on."""
        work, now = self.work_of, self.work_of.clock()
        request = self._request(action, press, press.input or {})
        prepared = work.presses.prepare(self.tenant_id, request, now, _READ_WITHIN_SECONDS, self.known)
        with self._database.write() as connection:
            take_turn(connection, press_by_press(self.tenant_id, request))
            runs = BulkRuns(connection, self.tenant_id)
            if not runs.is_held(self.bulk):
                return False
            refusal = entrance.hindrance(connection, self.tenant_id, request) or prepared.refusal
            refusal = refusal or self._against(connection, action, press.input or {})
            if refusal is not None:
                document = answer_document(refused(refusal), self._reader)
            else:
                confirmed = work.presses.confirmations.prolonged(_token(press), now)
                request = replace(request, confirmation=confirmed)
                document = work.presses.carry_out(connection, self.tenant_id, request, prepared, now)
            runs.write(self.bulk.id, _answered(press, document), BulkPressState.SHOWN)
        return True

    def _against(self, connection: Connection, action: BulkAction, entered: Mapping[str, Any]) -> Refusal | None:
        if action.against is None:
            return None
        _, around = tenant_in_circumstances(connection, self.tenant_id, self.work_of.clock(), open_tokens=False)
        return action.against(connection, around, self.bulk.input, entered)

    def _request(self, action: BulkAction, press: BulkPress, entered: Mapping[str, Any]) -> Request:
        bulk = self.bulk
        return Request(
            action.of_each.id,
            Target(action.of_each.target, press.target_id, press.version),
            Actor(bulk.actor_id, bulk.actor_name, Role(bulk.role), bulk.entrance),
            entered,
            intent_id=f"{bulk.id}.{press.place}",
            locale=bulk.locale,
        )

    def _subject(self, action: BulkAction, press: BulkPress) -> ActionSubject | None:
        actor = self._request(action, press, {}).actor
        with self._database.read() as connection:
            _, around = tenant_in_circumstances(connection, self.tenant_id, self.work_of.clock(), open_tokens=False)
            return ActionSubjects(connection, around).find(action.of_each, press.target_id, actor, self._reader)

    def _next(self, state: BulkPressState) -> list[BulkPress]:
        with self._database.read() as connection:
            return BulkRuns(connection, self.tenant_id).presses(self.bulk.id, (state,), limit=_PRESSES_PER_TURN)

    @property
    def _database(self) -> Database:
        return self.work_of.presses.database

    @property
    def _reader(self) -> Reader:
        return Reader(self.bulk.locale)


def _answered(press: BulkPress, document: Document) -> BulkPress:
    """The press with an answer to it, and in the version that was shown."""
    target = document.get("target") or {}
    before = press.state
    match AnswerStatus(document["status"]):
        case AnswerStatus.SUCCEEDED | AnswerStatus.ACCEPTED:
            state = BulkPressState.DONE
        case AnswerStatus.NEEDS_CONFIRMATION if before is BulkPressState.WAITING:
            state = BulkPressState.SHOWN
        case AnswerStatus.NEEDS_CONFIRMATION | AnswerStatus.CONFLICT:
            state = BulkPressState.LEFT_OUT
        case (
            AnswerStatus.INVALID
            | AnswerStatus.DENIED
            | AnswerStatus.FAILED
            | AnswerStatus.EXPIRED
            | AnswerStatus.IGNORED
        ):
            state = BulkPressState.FAILED
    seen = press.version if press.version is not None else target.get("version")
    version = seen if state is BulkPressState.SHOWN else press.version
    return replace(press, state=state, version=version, answer=document, counts=document.get("counts"))


def _token(press: BulkPress) -> str:
    return str(((press.answer or {}).get("confirmation") or {}).get("token", ""))


def _id_of(actor: Actor, intent_id: str) -> str:
    """The same whenever the same person sends the same press of the button."""
    return f"bulk_{sha256(f'{actor.source} {actor.id} {intent_id}'.encode()).hexdigest()[:24]}"
