"""Why a contract has a visit on a day, or why it has none: every answer with its rule and its line, read without
changing anything (rules: The two ideas)."""

from datetime import date
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Pause
from powerup.contracts.why import Why, why
from powerup.readings.forecast import VISIT_MEMBERS, Forecast, visit_document
from powerup.readings.why_line import rule_of, why_line
from powerup.texts import Reader


class WhyAnswers:
    """Answers about the contracts of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._forecast = Forecast(connection, around)
        self._around = around

    def about(self, number: str, day: date) -> list[Why]:
        """One answer for each visit whose nominal or planned date is the day, or one why there is none.

        Raises UnknownContractError.
        """
        return why(self._forecast.situation_of(number), day, self._around.today)


def why_document(answer: Why, contract: str, number_prefix: str, reader: Reader) -> dict[str, Any]:
    """An answer as JSON values. Every answer has the same members; those of a visit are null where there is none."""
    visit = visit_document(answer.visit, number_prefix) if answer.visit else dict.fromkeys(VISIT_MEMBERS)
    if answer.absence:
        visit |= {"contract": contract, "reason": answer.absence.value}
    lead, pause = answer.lead, answer.pause
    return visit | {
        "date": answer.day,
        "rule": reader.say(rule_of(answer)) if answer.visit else None,
        "schedule": answer.schedule,
        "shift": answer.shift,
        "window_before": answer.window_before,
        "window_after": answer.window_after,
        "days_in_advance": lead.days if lead else None,
        "days_in_advance_unit": lead.unit if lead else None,
        "moved": answer.moved,
        "covered_by": str(answer.covered_by) if answer.covered_by else None,
        "latest_date": answer.latest.day if answer.latest else None,
        "basis": (answer.latest.basis or None) if answer.latest else None,
        "pause": _pause_document(pause) if pause else None,
        "closed": {"by": answer.closed.by, "name": answer.closed.name} if answer.closed else None,
        "before": answer.before,
        "after": answer.after,
        "line": reader.say(why_line(answer)),
    }


def _pause_document(pause: Pause) -> dict[str, Any]:
    return {"from": pause.start, "until": pause.until, "every_year": pause.every_year}
