"""Carrying out one press: check who and what, decide, show or do, and write it all in one transaction.

What must be known of the host is read before, outside the transaction (`prepare`, `read_at_host`), and what comes of
the press is worked out there, too (`decide`), since that can take long and a writing transaction keeps others waiting.
`perform` then writes it on the connection it is given, where all that was looked at still is as it was, else it decides
anew. It commits nothing itself (webhooks page: one delivery is one transaction).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.catalogue import find_action
from powerup.actions.kit.action import Action, Style
from powerup.actions.kit.answer import Answer, AnswerStatus, Refusal, invalid
from powerup.actions.kit.answer_document import answer_document
from powerup.actions.kit.at_once_warnings import at_once_warnings
from powerup.actions.kit.change import Change
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Confirmations, Shown
from powerup.actions.kit.host_questions import HostQuestions, HostReadings
from powerup.actions.kit.latest_words import passed_by, passed_in_words
from powerup.actions.kit.load_scene import is_still_so, load_scene
from powerup.actions.kit.request import Request, Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.writing import keep_names, write_change
from powerup.contracts.shown_schedule import ShownSchedule, shown_schedule
from powerup.store.runs import Run, Runs
from powerup.texts import Reader, Text, text


class Denied(Refusal):
    """The role does not allow it."""

    status = AnswerStatus.DENIED


class Conflict(Refusal):
    """The target changed since the person saw it."""

    status = AnswerStatus.CONFLICT

    def __init__(self, current: Target) -> None:
        super().__init__(
            text("Contract {number} was changed meanwhile; look at it again before changing it.", number=current.id)
        )
        self.current = current


class Expired(Refusal):
    """The person has given up."""

    status = AnswerStatus.EXPIRED


@dataclass(frozen=True, slots=True)
class Prepared:
    """A press as it was looked at first; questions are what must be read at the host before it is decided."""

    request: Request
    action: Action
    scene: ActionScene
    questions: HostQuestions


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a press: the change, what of it a person confirms, and the schedule that results."""

    change: Change
    shown: Shown
    schedule: ShownSchedule | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a scene, or why nothing comes of it."""

    scene: ActionScene
    came: Outcome | Refusal


def prepare(connection: Connection, around: TenantCircumstances, request: Request, now: datetime) -> Prepared:
    """What the press is about, and what must be read at the host. Raises a Refusal when that is enough to say no."""
    action = _allowed(around, request, now)
    scene = load_scene(connection, around, action, request, HostReadings())
    _check_version(scene)
    questions = action.questions(scene, action.wanted(scene, request.input)) if action.questions else HostQuestions()
    return Prepared(request, action, scene, questions)


def decide(prepared: Prepared, readings: HostReadings) -> Decision:
    """What comes of the press, if nothing changes meanwhile; no transaction is needed for it."""
    return _decided(prepared.action, replace(prepared.scene, readings=readings), prepared.request)


def perform(
    connection: Connection,
    around: TenantCircumstances,
    request: Request,
    decision: Decision,
    confirmations: Confirmations,
    now: datetime,
) -> Answer:
    """Writes what the press changes on the connection; a refused one and a preview write nothing.

    A preview keeps nobody from changing the contract meanwhile: it shows, and its confirmation is for, what it has
    seen.
    """
    try:
        action = _allowed(around, request, now)
        if not request.preview:
            decision = _still_so(connection, around, action, request, decision)
    except Refusal as refusal:
        return refused(refusal)
    scene, came = decision.scene, decision.came
    if isinstance(came, Refusal):
        return refused(came)
    change, shown = came.change, came.shown
    if not _may_be_done(action, scene, shown, request, confirmations, now):
        return _to_confirm(scene, came, request, confirmations, now)
    run_id = write_change(connection, around, request, scene, change, now)
    keep_names(connection, around.tenant_id, scene.readings)
    answer = Answer(
        AnswerStatus.ACCEPTED if run_id else AnswerStatus.SUCCEEDED,
        change.message,
        target=_target_after(request, change),
        effects=change.effects,
        warnings=_warnings(scene, change, shown),
        latest_dates=shown.passed,
        run_id=run_id,
        refresh=_to_draw_anew(scene, change),
        schedule=came.schedule,
        counts_from=change.counts_from,
        prices=change.prices,
    )
    if run_id:
        _begin_run(connection, around, request, scene, answer, run_id, now)
    return answer


def _decided(action: Action, scene: ActionScene, request: Request) -> Decision:
    try:
        change = action.decide(scene, action.wanted(scene, request.input))
    except Refusal as refusal:
        return Decision(scene, refusal)
    schedule = None
    if change.resulting is not None:
        schedule = shown_schedule(change.resulting, scene.today, change.effects.coming)
    return Decision(scene, Outcome(change, Shown(change.effects, passed_by(scene, change), change.prices), schedule))


def _still_so(
    connection: Connection, around: TenantCircumstances, action: Action, request: Request, decision: Decision
) -> Decision:
    """The decision, if all that it was made on is so still, now that nobody can change it; else what is decided now.

    Raises a Refusal when the target is gone, or is not as the person saw it any more.
    """
    if is_still_so(connection, around, action, decision.scene):
        return decision
    scene = load_scene(connection, around, action, request, decision.scene.readings, lock=True)
    _check_version(scene)
    return decision if scene == decision.scene else _decided(action, scene, request)


def _begin_run(
    connection: Connection,
    around: TenantCircumstances,
    request: Request,
    scene: ActionScene,
    answer: Answer,
    run_id: str,
    now: datetime,
) -> None:
    contract = scene.situation.contract.number if scene.situation else None
    promised = answer_document(answer, Reader(request.locale))
    runs = Runs(connection, around.tenant_id)
    if request.run_id:
        runs.go_on(run_id, contract, promised)
    else:
        actor = request.actor
        run = Run(run_id, request.action, contract, request.locale, promised, now)
        runs.add(replace(run, entrance=actor.source, actor_id=actor.id))


def refused(refusal: Refusal) -> Answer:
    """The answer that a refusal becomes."""
    target = refusal.current if isinstance(refusal, Conflict) else None
    return Answer(refusal.status, refusal.message, target=target, problems=refusal.problems)


def _allowed(around: TenantCircumstances, request: Request, now: datetime) -> Action:
    """The action, when this person may have it done to this tenant now; the role is checked before all else."""
    action = find_action(request.action)
    if action is None:
        raise invalid("/action", "unknown_action", text("There is no action {action}.", action=request.action))
    if not request.actor.role.may(action.role):
        raise Denied(text("This needs the role {role}; you have {given}.", role=action.role, given=request.actor.role))
    if request.not_after is not None and now > request.not_after:
        raise Expired(text("This came too late and was not done."))
    if around.suspended and not request.preview:
        raise Refusal(text("The power-up is suspended: contracts can be looked at, not changed."))
    return action


def _check_version(scene: ActionScene) -> None:
    if scene.situation is None or scene.target.type is not TargetType.CONTRACT or scene.target.version is None:
        return
    current = scene.situation.contract.version
    if scene.target.version != current:
        raise Conflict(replace(scene.target, version=current))


def _may_be_done(
    action: Action, scene: ActionScene, shown: Shown, request: Request, confirmations: Confirmations, now: datetime
) -> bool:
    """Whether nothing is left to ask: a danger, whatever takes back a work order, and what lets a visit pass its latest
    date need what is shown confirmed."""
    if request.preview:
        return False
    if request.confirmation is None:
        return action.style is not Style.DANGER and not shown.effects.retracted_keys() and not shown.passed
    return confirmations.confirms(request, _version(scene), shown, now)


def _to_confirm(
    scene: ActionScene, came: Outcome, request: Request, confirmations: Confirmations, now: datetime
) -> Answer:
    change, shown = came.change, came.shown
    return Answer(
        AnswerStatus.NEEDS_CONFIRMATION,
        change.question or text("Please confirm what will be done."),
        target=replace(request.target, version=_version(scene)),
        effects=change.effects,
        warnings=_warnings(scene, change, shown),
        latest_dates=shown.passed,
        confirmation=confirmations.issue(request, _version(scene), shown, now),
        schedule=came.schedule,
        counts_from=change.counts_from,
        prices=change.prices,
    )


def _warnings(scene: ActionScene, change: Change, shown: Shown) -> tuple[Text, ...]:
    cap = scene.configuration.settings.change_cap
    return (*passed_in_words(shown.passed), *change.warnings, *at_once_warnings(change.effects, cap))


def _version(scene: ActionScene) -> int | None:
    return scene.situation.contract.version if scene.situation else None


def _target_after(request: Request, change: Change) -> Target:
    if change.result is not None:
        return change.result
    if change.contract is not None and request.target.type is TargetType.CONTRACT:
        return replace(request.target, version=change.contract.version)
    if request.target.type is TargetType.TENANT:
        return replace(request.target, version=None)
    return request.target


def _to_draw_anew(scene: ActionScene, change: Change) -> tuple[Target, ...]:
    """What the host has to draw anew: all that is shown beside the contract's customer."""
    if scene.target.type is TargetType.TENANT:
        return (replace(scene.target, version=None),)
    contracts = [scene.situation.contract] if scene.situation else list(change.added)
    if not contracts:
        return ()
    return (Target(TargetType.RELATION, contracts[0].customer),)
