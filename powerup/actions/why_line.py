"""The one line that answers why: rule, nominal date, shift, window, lead, state, reason (rules: The two ideas)."""

from collections.abc import Mapping

from powerup.actions.labels import ORDINAL_LABELS, VALUE_LABELS
from powerup.contracts.contract import LeadUnit, YearlyOrders
from powerup.contracts.recurrence import Moment, Recurrence, Unit
from powerup.contracts.visit import Visit, VisitState
from powerup.contracts.why import Absence, Why
from powerup.documents.words import WEEKDAYS, moment_text
from powerup.texts import Text, text

_EVERY: Mapping[Unit, Text] = {
    Unit.DAY: text("every day"),
    Unit.WORKDAY: text("every working day"),
    Unit.WEEK: text("every week"),
    Unit.MONTH: text("every month"),
    Unit.YEAR: text("every year"),
}

_EVERY_SO_MANY: Mapping[Unit, Text] = {
    Unit.DAY: text("every {number} days"),
    Unit.WORKDAY: text("every {number} working days"),
    Unit.WEEK: text("every {number} weeks"),
    Unit.MONTH: text("every {number} months"),
    Unit.YEAR: text("every {number} years"),
}

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
        case YearlyOrders(number, spread):
            return text("{number} orders a year ({spread})", number=number, spread=VALUE_LABELS[spread.value])
        case Recurrence():
            return _recurrence(answer.rule)
    return text("by an earlier rule of the plan")


def _recurrence(rule: Recurrence) -> Text:
    every = _EVERY[rule.unit] if rule.every == 1 else Text(_EVERY_SO_MANY[rule.unit].template, {"number": rule.every})
    details: list[Text] = []
    if rule.weekdays:
        days = [VALUE_LABELS[WEEKDAYS[day]] for day in sorted(rule.weekdays)]
        details.append(text("on {days}", days=days))
    if rule.month_day:
        details.append(text("on day {day}", day=rule.month_day))
    if rule.moment:
        details.append(_moment(rule.moment))
    if rule.months:
        details.append(text("in months {months}", months=sorted(rule.months)))
    return text("{every} ({details})", every=every, details=details) if details else every


def _moment(moment: Moment) -> Text:
    ordinal, _, day = moment_text(moment).partition(" ")
    return Text(ORDINAL_LABELS[ordinal].template, {"day": VALUE_LABELS[day]})


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
