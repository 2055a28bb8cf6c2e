"""Deferring a press whose host is slow: it is accepted, and kept with a run that carries it out (webhooks page, 4)."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.kit.answer import Answer, AnswerStatus
from powerup.actions.kit.answer_document import answer_document
from powerup.actions.kit.request import Request, Target, TargetType
from powerup.presses.press_document import press_document
from powerup.store.contracts import Contracts
from powerup.store.identifiers import new_id
from powerup.store.runs import Run, Runs, RunState
from powerup.texts import Reader, text


def defer(connection: Connection, tenant_id: str, request: Request, now: datetime) -> Answer:
    """The answer that a press is accepted, which is kept on the connection to be carried out at once; now is aware."""
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
        state=RunState.DEFERRED,
        press=press_document(replace(request, target=_as_pressed(connection, tenant_id, request.target))),
        next_attempt_at=now,
        entrance=request.actor.source,
        actor_id=request.actor.id,
    )
    Runs(connection, tenant_id).add(run)
    return answer


def _as_pressed(connection: Connection, tenant_id: str, target: Target) -> Target:
    """The target in the version of this moment, where the press named none: what others change from now on, whoever
    pressed has not seen."""
    if target.type is not TargetType.CONTRACT or target.version is not None:
        return target
    contract = Contracts(connection, tenant_id).get(target.id)
    return replace(target, version=contract.version) if contract else target
