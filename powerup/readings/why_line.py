"""The one line that answers why: rule, nominal date, shift, window, lead, state, reason (rules: The two ideas)."""

from collections.abc import Mapping
from datetime import timedelta

from powerup.actions.kit.day_words import lead_in_words
from powerup.actions.kit.latest_words import by_in_words
from powerup.actions.kit.object_words import object_words
from powerup.contracts.closed_days import Closed, ClosedFor
from powerup.contracts.contract import Lead, LeadUnit, Pause, Schedule, Shift, YearlyOrders
from powerup.contracts.recurrence import Recurrence
from powerup.contracts.visit import Reason, Visit, VisitState
from powerup.contracts.why import Absence, Why
from powerup.readings.rule_words import rule_in_words, yearly_in_words
from powerup.texts import Text, text

_ABSENCES: Mapping[Absence, Text] = {
    Absence.NOT_STARTED: text("the contract has not started then"),
    Absence.ENDED: text("the contract has ended by then"),
    Absence.TERMINATED: text("the contract was terminated before that"),
    Absence.ONLY_ON_REQUEST: text("this contract has visits on request only"),
    Absence.NEXT_VISIT_INSTEAD: text("the next visit that the plan names, on {next_visit}, stands in its place"),
    Absence.BEFORE_NEXT_VISIT: text("the plan begins with the next visit that it names, on {next_visit}"),
    Absence.OLDER_RULE: text("an earlier rule of the plan held then"),
    Absence.EXCLUDED: text("the date is excluded in the plan"),
    Absence.OUT_OF_SEASON: text("the month is not in the plan's season"),
    Absence.BEFORE_ANCHOR: text("the plan begins to count later"),
    Absence.NOT_IN_SERIES: text("no plan has a visit on that date"),
}

_SHIFTS: Mapping[Shift, Text] = {
    Shift.PREVIOUS_WORKING_DAY: text("the working day before"),
    Shift.NEXT_WORKING_DAY: text("the working day after"),
    Shift.NEAREST: text("the nearest working day"),
}


def why_line(answer: Why) -> Text:
    """The answer as one line, in the language of whoever reads it."""
    if answer.visit is None:
        return _no_visit(answer)
    visit = answer.visit
    return text(
        "Plan {plan}: {rule}; nominal date {nominal_date}; {shift}; {window}; {lead}; {state}.",
        plan=", ".join(filter(None, (visit.key.plan, object_words(visit)))),
        rule=rule_of(answer),
        nominal_date=visit.key.nominal_date,
        shift=_with_closed(answer.closed, _shift(answer, visit)),
        window=_latest(answer, _window(answer, visit)),
        lead=_lead(answer.lead or Lead(), visit),
        state=_state(answer, visit),
    )


def _state(answer: Why, visit: Visit) -> Text:
    """What became of it, and whom a person gave it to."""
    row = visit.written
    if row is None or row.employee is None:
        return _standing(answer, visit)
    if row.start_time is None:
        given = text("given by a person to employee {employee}", employee=row.employee)
    else:
        at = f"{row.start_time:%H:%M}"
        given = text("given by a person to employee {employee} at {time}", employee=row.employee, time=at)
    return text("{given}; {state}", given=given, state=_standing(answer, visit))


def rule_of(answer: Why) -> Text:
    """The rule that gave the visit its nominal date, in words."""
    rule = _rule(answer)
    named = answer.next_visit
    if named is None or not named.own or _is_before_it(answer):
        return rule
    if named.in_place_of is None:
        return text("a next visit of its own, beside {rule}", rule=rule)
    return text("a next visit of its own, in the place of {day}, beside {rule}", day=named.in_place_of, rule=rule)


def _rule(answer: Why) -> Text:
    match answer.rule:
        case YearlyOrders():
            return yearly_in_words(answer.rule)
        case Recurrence():
            rule = rule_in_words(answer.rule)
            if answer.visit and answer.visit.key.nominal_date in answer.rule.extra_dates:
                return text("an extra date beside {rule}", rule=rule)
            if answer.schedule is Schedule.FLOATING:
                return text("{rule}, counted from the last completion", rule=rule)
            return rule
        case None:
            return text("by an earlier rule of the plan")


def _is_before_it(answer: Why) -> bool:
    return answer.visit is not None and answer.visit.reason is Reason.BEFORE_NEXT_VISIT


def _no_visit(answer: Why) -> Text:
    reason = _absence(answer)
    if answer.before and answer.after:
        return text(
            "No visit on {day}: {reason}; the one before it is on {before}, the one after it on {after}.",
            day=answer.day,
            reason=reason,
            before=answer.before,
            after=answer.after,
        )
    if answer.before:
        return text(
            "No visit on {day}: {reason}; the last is on {before}.", day=answer.day, reason=reason, before=answer.before
        )
    if answer.after:
        return text(
            "No visit on {day}: {reason}; the first is on {after}.", day=answer.day, reason=reason, after=answer.after
        )
    return text("No visit on {day}: {reason}.", day=answer.day, reason=reason)


def _absence(answer: Why) -> Text:
    reason = _ABSENCES[answer.absence or Absence.NOT_IN_SERIES]
    return Text(reason.template, {"next_visit": answer.next_visit.day}) if answer.next_visit else reason


def _shift(answer: Why, visit: Visit) -> Text:
    if visit.moved_from is not None:
        return text(
            "moved by a person from {moved_from} to {planned_date}",
            moved_from=visit.moved_from,
            planned_date=visit.planned_date,
        )
    if visit.planned_date == visit.key.nominal_date:
        return text("not shifted")
    policy = _SHIFTS.get(answer.shift) if answer.shift else None
    if policy is None:
        return text("shifted to {planned_date}", planned_date=visit.planned_date)
    return text("shifted to {planned_date}, {policy}", planned_date=visit.planned_date, policy=policy)


def _with_closed(closed: Closed | None, words: Text) -> Text:
    """Why it is not on its day, or that nobody is to come on the day that it has."""
    if closed is None:
        return words
    match closed.by:
        case ClosedFor.CUSTOMER:
            return text("{shift}, closed for this customer: {name}", shift=words, name=closed.name)
        case ClosedFor.CONTRACT:
            return text("{shift}, closed for this contract: {name}", shift=words, name=closed.name)
        case ClosedFor.ALL:
            return text("{shift}, a day off: {name}", shift=words, name=closed.name)


def _window(answer: Why, visit: Visit) -> Text:
    first = visit.planned_date - timedelta(days=answer.window_before)
    if first == visit.deadline:
        return text("no window")
    if first == visit.planned_date:
        return text("to be done by {deadline}", deadline=visit.deadline)
    return text("to be done from {first} to {deadline}", first=first, deadline=visit.deadline)


def _latest(answer: Why, window: Text) -> Text:
    if answer.latest is None:
        return window
    by = by_in_words(answer.latest.day, answer.latest.basis)
    if answer.latest.is_passed:
        return text("{window}, past its latest date {latest}", window=window, latest=by)
    return text("{window}, latest date {latest}", window=window, latest=by)


def _lead(lead: Lead, visit: Visit) -> Text:
    day = visit.generation_date
    if lead.days == 0:
        return text("order on the day itself") if day == visit.planned_date else text("order from {day}", day=day)
    if lead.unit is LeadUnit.WORKING:
        return text("order from {day}, {lead} in advance", day=day, lead=lead_in_words(lead))
    if day != visit.planned_date - timedelta(days=lead.days) and visit.written and visit.written.pinned:
        return text("order from {day}", day=day)
    if day != visit.planned_date - timedelta(days=lead.days):
        return text("order from {day}, when the contract starts", day=day)
    return text("order from {day}, {lead} in advance", day=day, lead=lead_in_words(lead))


def _standing(answer: Why, visit: Visit) -> Text:
    if visit.state is VisitState.FAILED and visit.written and visit.written.refusal:
        return text("{state}: {reason}", state=visit.state, reason=visit.written.refusal)
    if answer.covered_by and answer.covered_by.contract != visit.key.contract:
        return text(
            "{state}: the work order of contract {number} stands for it",
            state=visit.state,
            number=answer.covered_by.contract,
        )
    if answer.covered_by:
        return text(
            "{state}: replaced by plan {plan} of {day}",
            state=visit.state,
            plan=answer.covered_by.plan,
            day=answer.covered_by.nominal_date,
        )
    if answer.next_visit and _is_before_it(answer):
        return text(
            "{state}: {reason} of {day}", state=visit.state, reason=Reason.BEFORE_NEXT_VISIT, day=answer.next_visit.day
        )
    if answer.pause:
        return _paused(answer.pause, visit)
    if visit.written and visit.written.attempted_at and visit.state is VisitState.ORDERING:
        return text(
            "{state}, work order {number}: whether the host has it is not known yet, and is looked up",
            state=visit.state,
            number=visit.written.workorder_no or "",
        )
    if visit.reason:
        return text("{state}: {reason}", state=visit.state, reason=visit.reason)
    if visit.written and visit.written.workorder_no:
        return text("{state}, work order {number}", state=visit.state, number=visit.written.workorder_no)
    return text("{state}", state=visit.state)


def _paused(pause: Pause, visit: Visit) -> Text:
    if pause.until is None:
        return text("{state}: {reason} from {start}", state=visit.state, reason=Reason.PAUSED, start=pause.start)
    said = text(
        "{state}: {reason} from {start} to {until}",
        state=visit.state,
        reason=Reason.PAUSED,
        start=pause.start,
        until=pause.until,
    )
    return text("{paused}, every year", paused=said) if pause.every_year else said
