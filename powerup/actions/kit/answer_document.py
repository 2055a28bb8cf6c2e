"""An answer as JSON, in the reader's language (webhooks page, section 4)."""

from datetime import UTC
from typing import Any

from powerup.actions.kit.answer import Answer
from powerup.actions.kit.request import Target
from powerup.contracts.effects import Effect
from powerup.texts import Reader


def answer_document(answer: Answer, reader: Reader) -> dict[str, Any]:
    """The members of the answer that have something to say; status and message always."""
    document: dict[str, Any] = {"status": answer.status.value, "message": reader.say(answer.message)}
    if answer.target:
        document["target"] = target_document(answer.target)
    if answer.effects.listed or answer.effects.beyond:
        document["effects"] = [effect_document(effect) for effect in answer.effects.listed]
        document["counts"] = answer.effects.counts()
    if answer.problems:
        document["errors"] = [
            {"pointer": problem.pointer, "code": problem.code, "message": reader.say(problem.message)}
            for problem in answer.problems
        ]
    if answer.warnings:
        document["warnings"] = [reader.say(warning) for warning in answer.warnings]
    if answer.confirmation:
        expires_at = answer.confirmation.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        document["confirmation"] = {"token": answer.confirmation.token, "expires_at": expires_at}
    if answer.run_id:
        document["run"] = {"id": answer.run_id}
    if answer.refresh:
        document["refresh"] = [{"type": target.type.value, "id": target.id} for target in answer.refresh]
    return document


def target_document(target: Target) -> dict[str, Any]:
    """A target; its version where it has one."""
    document: dict[str, Any] = {"type": target.type.value, "id": target.id}
    return document if target.version is None else document | {"version": target.version}


def effect_document(effect: Effect) -> dict[str, Any]:
    """One line of the list of effects; null where unknown."""
    return {
        "effect": effect.kind.value,
        "contract": effect.key.contract,
        "plan": effect.key.plan,
        "object": effect.key.object or None,
        "nominal_date": effect.key.nominal_date.isoformat(),
        "planned_date": effect.planned_date.isoformat() if effect.planned_date else None,
        "workorder_no": effect.workorder_no,
        "state": effect.state.value if effect.state else None,
        "reason": effect.reason,
    }
