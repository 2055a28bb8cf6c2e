"""The one line that answers why: rule, nominal date, shift, window, lead, state, reason (rules: The two ideas)."""

from collections.abc import Mapping

from powerup.actions.rule_words import rule_in_words, yearly_in_words
from powerup.contracts.contract import LeadUnit, YearlyOrders
from powerup.contracts.recurrence import Recurrence
from powerup.contracts.visit import Visit, VisitState
from powerup.contracts.why import Absence, Why
from powerup.texts import Text, text

_ABSENCES: Mapping[Absence, Text] = {
    Absence.NOT_STARTED: text("the contract has not started then"),
    Absence.ENDED: text("the contract has ended by then"),
    Absence.TERMINATED: text("the contract was terminated before that"),
    Absence.ONLY_ON_REQUEST: text("this contract has visits on request only"),
    Absence.OLDER_RULE: text("an earlier rule of the plan held then"),
    Absence.EXCLUDED: text("the date is excluded in the plan"),
    Absence.OUT_OF_SEASON: text("the month is not in the plan's season"),
    Absence.BEFORE_ANCHOR: text("the plan begins to count later"),
    Absence.NOT_IN_SERIES: text("no plan has a visit on that date"),
}


def why_line(answer: Why) -> Text:
    """The answer as one line, in the language of whoever reads it."""
    if answer.visit is None:
        return _no_visit(answer)
    visit = answer.visit
    return text(
        "Plan {plan}: {rule}; nominal date {nominal_date}; {shift}; {window}; {lead}; {state}.",
        plan=f"{visit.key.plan}, {visit.key.object}" if visit.key.object else visit.key.plan,
        rule=_rule(answer),
        nominal_date=visit.key.nominal_date,
        shift=_shift(answer, visit),
        window=text("deadline {deadline}", deadline=visit.deadline),
        lead=_lead(answer, visit),
        state=_state(answer, visit),
    )


def _no_visit(answer: Why) -> Text:
    reason = _ABSENCES[answer.absence or Absence.NOT_IN_SERIES]
    if answer.before and answer.after:
        return text(
            "No visit on {day}: {reason}; the one before it is on {before}, the one after it on {after}.",
            day=answer.day,
            reason=reason,
            before=answer.before,
            after=answer.after,
        )
    if answer.before or answer.after:
        near = answer.before or answer.after
        return text("No visit on {day}: {reason}; the nearest is on {near}.", day=answer.day, reason=reason, near=near)
    return text("No visit on {day}: {reason}.", day=answer.day, reason=reason)


def _rule(answer: Why) -> Text:
    match answer.rule:
        case YearlyOrders():
            return yearly_in_words(answer.rule)
        case Recurrence():
            return rule_in_words(answer.rule)
    return text("by an earlier rule of the plan")


def _shift(answer: Why, visit: Visit) -> Text:
    if answer.moved:
        return text("moved by a person to {planned_date}", planned_date=visit.planned_date)
    if visit.planned_date == visit.key.nominal_date:
        return text("not shifted")
    return text("shifted to {planned_date}", planned_date=visit.planned_date)


def _lead(answer: Why, visit: Visit) -> Text:
    days = answer.lead.days if answer.lead else 0
    if answer.lead and answer.lead.unit is LeadUnit.WORKING:
        return text(
            "order from {generation_date}, {days} working days in advance",
            generation_date=visit.generation_date,
            days=days,
        )
    return text(
        "order from {generation_date}, {days} days in advance", generation_date=visit.generation_date, days=days
    )


def _state(answer: Why, visit: Visit) -> Text:
    if visit.state is VisitState.FAILED and visit.written and visit.written.refusal:
        return text("{state}: {reason}", state=visit.state, reason=visit.written.refusal)
    if answer.covered_by:
        return text("{state}: replaced by {covered_by}", state=visit.state, covered_by=str(answer.covered_by))
    if visit.reason:
        return text("{state}: {reason}", state=visit.state, reason=visit.reason)
    return Text(visit.state.value, {})
