"""An answer as JSON, in the reader's language (webhooks page, section 4)."""

from datetime import UTC, date
from typing import Any

from powerup.actions.kit.answer import Answer, AnswerStatus, PriceChange
from powerup.actions.kit.request import Target
from powerup.contracts.effects import Effect, Effects
from powerup.contracts.latest import LatestDate
from powerup.contracts.shown_schedule import ShownSchedule
from powerup.documents.price import plain
from powerup.documents.words import WEEKDAYS
from powerup.texts import Reader

WITH_EFFECTS = (AnswerStatus.SUCCEEDED, AnswerStatus.ACCEPTED, AnswerStatus.NEEDS_CONFIRMATION)
"""Answers that say what was, is or would be done, also where that is nothing."""


def answer_document(answer: Answer, reader: Reader) -> dict[str, Any]:
    """The members of the answer that have something to say; status and message always."""
    document: dict[str, Any] = {"status": answer.status.value, "message": reader.say(answer.message)}
    if answer.target:
        document["target"] = target_document(answer.target)
    if answer.status in WITH_EFFECTS:
        document |= effects_document(answer.effects)
    if answer.counts_from is not None:
        document["counts_from"] = {plan: day.isoformat() for plan, day in answer.counts_from.items()}
    if answer.prices:
        document["prices"] = [_price_document(change, reader) for change in answer.prices]
    if answer.schedule is not None:
        document["schedule"] = _schedule_document(answer.schedule)
    if answer.problems:
        document["errors"] = [
            {"pointer": problem.pointer, "code": problem.code, "message": reader.say(problem.message)}
            for problem in answer.problems
        ]
    document |= _warned(answer, reader)
    if answer.confirmation:
        expires_at = answer.confirmation.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        document["confirmation"] = {"token": answer.confirmation.token, "expires_at": expires_at}
    if answer.run_id:
        document["run"] = {"id": answer.run_id}
    if answer.refresh:
        document["refresh"] = [{"type": target.type.value, "id": target.id} for target in answer.refresh]
    return document


def _warned(answer: Answer, reader: Reader) -> dict[str, Any]:
    """What a person should know: sentences, and of the latest dates that visits pass the days themselves."""
    warnings = [reader.say(warning) for warning in answer.warnings]
    passed = [latest_date_document(each) for each in answer.latest_dates]
    return ({"warnings": warnings} if warnings else {}) | ({"latest_dates": passed} if passed else {})


def latest_date_document(latest: LatestDate) -> dict[str, Any]:
    """A latest date and the day of the visit that comes next; object null where one order carries all."""
    return {
        "plan": latest.plan,
        "object": latest.object or None,
        "latest_date": latest.day.isoformat(),
        "basis": latest.basis or None,
        "comes_on": _day(latest.comes_on),
    }


def target_document(target: Target) -> dict[str, Any]:
    """A target; its version where it has one."""
    document: dict[str, Any] = {"type": target.type.value, "id": target.id}
    return document if target.version is None else document | {"version": target.version}


def effects_document(effects: Effects) -> dict[str, Any]:
    """The list of effects, the totals with those beyond it, and the last day whose visits are counted."""
    return {
        "effects": [effect_document(effect) for effect in effects.listed],
        "counts": effects.counts(),
        "counted_until": _day(effects.counted_until),
    }


def _price_document(change: PriceChange, reader: Reader) -> dict[str, str]:
    return {
        "contract": change.contract,
        "old": plain(change.old),
        "new": plain(change.new),
        "from": change.since.isoformat(),
        "why": change.why if isinstance(change.why, str) else reader.say(change.why),
    }


def _schedule_document(schedule: ShownSchedule) -> dict[str, Any]:
    rows = [
        {
            "plan": row.plan,
            "objects": list(row.objects),
            "nominal_date": row.nominal_date.isoformat(),
            "planned_date": row.planned_date.isoformat(),
            "weekday": WEEKDAYS[row.planned_date.weekday()],
            "holiday": row.holiday,
            "shifted_by": row.shifted_by.value if row.shifted_by else None,
            "moved_from": _day(row.moved_from),
            "generation_date": row.generation_date.isoformat(),
            "state": row.state.value,
            "reason": row.reason.value if row.reason else None,
        }
        for row in schedule.rows
    ]
    return {"rows": rows, "total": schedule.total, "until": schedule.until.isoformat()}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def effect_document(effect: Effect) -> dict[str, Any]:
    """One line of the list of effects; null where unknown."""
    return {
        "effect": effect.kind.value,
        "contract": effect.key.contract,
        "plan": effect.key.plan,
        "object": effect.key.object or None,
        "nominal_date": effect.key.nominal_date.isoformat(),
        "planned_date": _day(effect.planned_date),
        "moved_from": _day(effect.moved_from),
        "workorder_no": effect.workorder_no,
        "state": effect.state.value if effect.state else None,
        "reason": effect.reason,
    }
