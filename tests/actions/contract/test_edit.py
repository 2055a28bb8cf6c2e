"""Editing a contract: settle, then change (rules: The two ideas; Actions)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.actions.contract.edit import EditForm
from powerup.actions.form.form_schema import form_schema
from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.change import Change
from powerup.actions.kit.request import Target, TargetType
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Lead, LeadUnit, Schedule, Shift, VisitPlan
from powerup.contracts.effects import EffectKind
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import due
from powerup.contracts.situation import ContractSituation
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import Reason, VisitState
from tests.actions.scenes import FORM, TODAY, at_host, decide, ordered, scene, situation, the_contract


def after(about: ContractSituation, change: Change) -> ContractSituation:
    """The situation once the change is written and the sync has taken back what it was asked to."""
    assert change.contract is not None
    rows = [
        replace(visit, state=VisitState.WITHHELD) if visit.state is VisitState.RETRACTING else visit
        for visit in change.ledger
    ]
    return replace(about, contract=change.contract, ledger={**about.ledger, **{row.key: row for row in rows}})


def nominal_dates(change: Change, kind: EffectKind = EffectKind.CREATED) -> list[date]:
    return sorted({effect.key.nominal_date for effect in change.effects.listed if effect.kind is kind})


@pytest.mark.parametrize("entered", [{}, {"name": "CV-ketel"}, {"from": "2027-06-01"}, {"plans": FORM["plans"]}])
def test_an_edit_that_enters_nothing_else_changes_nothing_and_says_so(entered: dict[str, Any]) -> None:
    change = decide("contract.edit", scene(ordered(the_contract())), entered)
    assert str(change.message) == "Nothing changes: contract 1042 is like this already."
    assert (change.contract, change.ledger, change.effects.listed, change.at_host) == (None, (), (), False)
    assert change.result == Target(TargetType.CONTRACT, "1042", the_contract().version)


def test_a_new_rule_counts_from_the_period_after_the_last_order() -> None:
    about = ordered(the_contract())  # 31 December and 31 January have their work orders
    change = decide("contract.edit", scene(about), {"plans": [{"name": "A", "month_day": 15}]})
    assert change.contract is not None
    assert change.contract.plans[0].counts_from == date(2027, 2, 1)
    assert nominal_dates(change) == [date(2027, 2, 15), date(2027, 3, 15), date(2027, 4, 15)]
    assert nominal_dates(change, EffectKind.KEPT) == [], "the rule of before has them"
    assert change.counts_from == {"A": date(2027, 2, 1)}


def test_an_edit_neither_reopens_the_past_nor_makes_two_visits_of_one_period() -> None:
    about = ordered(the_contract())
    changed = after(about, decide("contract.edit", scene(about), {"plans": [{"name": "A", "month_day": 1}]}))
    assert due(changed, TODAY) == [] or min(row.planned_date for row in due(changed, TODAY)) >= date(2027, 2, 1)


def test_a_person_may_choose_from_when_it_counts() -> None:
    about = ordered(the_contract())
    change = decide("contract.edit", scene(about), {"plans": [{"name": "A", "month_day": 15}], "from": "2027-03-16"})
    assert nominal_dates(change) == [date(2027, 4, 15)]
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.edit", scene(about), {"plans": [{"name": "A", "month_day": 15}], "from": "2026-12-01"})
    assert [str(problem.message) for problem in refusal.value.problems] == [
        "A changed rule counts from today or later."
    ]


def test_what_a_person_mistyped_is_corrected_before_any_order_exists() -> None:
    about = situation(the_contract())
    change = decide("contract.edit", scene(about, unseen=True), {"plans": [{"name": "A", "month_day": 29}]})
    assert nominal_dates(change)[0] == date(2026, 12, 29)
    assert all(visit.state is VisitState.WITHHELD for visit in change.ledger)


def test_what_is_due_by_the_old_rule_is_ordered_first_once_a_cycle_has_seen_it() -> None:
    about = situation(the_contract())
    change = decide("contract.edit", scene(about, unseen=False), {"plans": [{"name": "A", "month_day": 29}]})
    ordering = {visit.key.nominal_date for visit in change.ledger if visit.state is VisitState.ORDERING}
    assert ordering == {date(2026, 12, 31), date(2027, 1, 31)}


def test_editing_one_plan_leaves_the_others_alone() -> None:
    plan = the_contract().plans[0]
    about = ordered(the_contract(plans=(plan, replace(plan, name="B"))))
    change = decide("contract.edit", scene(about), {"plans": [{"name": "A"}, {"name": "B", "month_day": 15}]})
    assert change.contract is not None
    assert change.contract.plans[0] == plan
    assert change.contract.plans[1].counts_from == date(2027, 2, 1)


def test_a_change_of_the_days_in_advance_keeps_every_visit() -> None:
    about = ordered(the_contract())
    change = decide("contract.edit", scene(about), {"days_in_advance": 14})
    assert change.contract is not None
    assert change.contract.plans[0].counts_from is None


def test_a_visit_whose_nominal_date_has_come_keeps_its_day_when_another_shift_would_put_it_into_the_past() -> None:
    """31 January 2027 is a Sunday, and a contract that is edited on it shifts to the Monday until then."""
    monday = date(2027, 2, 1)
    after_the_weekend = replace(the_contract().plans[0], shift=Shift.NEXT_WORKING_DAY)
    today = date(2027, 1, 31)
    about = ordered(the_contract(plans=(after_the_weekend,), lead=Lead()), today - timedelta(days=1))
    entered = {"plans": [{"name": "A", "shift": "previous_working_day"}]}
    changed = after(about, decide("contract.edit", scene(about, today=today), entered))
    assert due(changed, today) == []
    orders = due(changed, monday)
    assert [(row.key.nominal_date, row.planned_date, row.state) for row in orders] == [
        (today, monday, VisitState.ORDERING)
    ] * 2
    unsettled = replace(changed, contract=replace(changed.contract, settled_through=None))
    assert due(unsettled, today) == []


def test_an_order_taken_back_keeps_its_day_when_another_shift_would_put_it_into_the_past() -> None:
    today, monday = date(2027, 1, 31), date(2027, 2, 1)
    after_the_weekend = replace(the_contract().plans[0], shift=Shift.NEXT_WORKING_DAY)
    about = ordered(the_contract(plans=(after_the_weekend,), lead=Lead(7)), today - timedelta(days=1))
    entered = {"plans": [{"name": "A", "shift": "previous_working_day"}], "retract_not_started": True}
    on_sunday = scene(about, today=today, readings=at_host(about))
    anew = due(after(about, decide("contract.edit", on_sunday, entered)), today)
    assert {(row.planned_date, row.workorder_no) for row in anew} == {
        (monday, "C1042-A-20270131-CV-1.r2"),
        (monday, "C1042-A-20270131-CV-2.r2"),
    }


def test_orders_not_started_are_taken_back_when_asked_and_ordered_anew() -> None:
    about = ordered(the_contract())
    readings = at_host(about, started=[1])
    change = decide(
        "contract.edit",
        scene(about, readings=readings),
        {"template": {"description": "Nieuw"}, "retract_not_started": True},
    )
    assert change.at_host
    kinds = [effect.kind for effect in change.effects.listed if effect.key.nominal_date <= date(2027, 1, 31)]
    assert kinds.count(EffectKind.RETRACTED) == 3
    assert kinds.count(EffectKind.KEPT) == 0, "the contract has what was started"
    anew = due(after(about, change), TODAY)
    assert {row.workorder_no for row in anew} == {
        "C1042-A-20261231-CV-2.r2",
        "C1042-A-20270131-CV-1.r2",
        "C1042-A-20270131-CV-2.r2",
    }


def test_an_order_taken_back_for_a_new_rule_is_no_visit_any_more() -> None:
    about = ordered(the_contract())
    change = decide(
        "contract.edit",
        scene(about, readings=at_host(about)),
        {"plans": [{"name": "A", "month_day": 15}], "retract_not_started": True},
    )
    anew = due(after(about, change), TODAY)
    assert {row.key.nominal_date for row in anew} == {date(2027, 1, 15), date(2027, 2, 15)}
    gone = [row for row in change.ledger if row.state is VisitState.RETRACTING]
    assert {row.reason for row in gone} == {Reason.CHANGED}


def test_one_order_for_all_objects_begins_with_the_next_period() -> None:
    about = ordered(the_contract())
    change = decide("contract.edit", scene(about), {"order_per_object": False})
    assert nominal_dates(change) == [date(2027, 2, 28), date(2027, 3, 31)]


def test_an_object_that_is_added_has_no_visits_before_that() -> None:
    about = ordered(the_contract(objects=("CV-1",), entered_on=date(2026, 1, 31)))
    changed = after(about, decide("contract.edit", scene(about), {"objects": ["CV-1", "CV-2"]}))
    unsettled = replace(changed, contract=replace(changed.contract, settled_through=None))
    added = [row.key.nominal_date for row in due(unsettled, TODAY) if row.key.object == "CV-2"]
    assert added == [date(2026, 12, 31), date(2027, 1, 31)]


def test_an_object_that_comes_back_has_no_second_visit_of_a_period() -> None:
    about = ordered(the_contract())  # 31 January has its work order for both
    gone = after(about, decide("contract.edit", scene(about), {"objects": ["CV-1"]}))
    back = after(gone, decide("contract.edit", scene(gone), {"objects": ["CV-1", "CV-2"]}))
    assert back.contract.plans[0].objects_from == (("CV-2", date(2027, 2, 1)),)


def test_a_floating_plan_begins_for_an_added_object_on_the_day_that_it_is_added() -> None:
    plan = replace(the_contract().plans[0], schedule=Schedule.FLOATING)
    about = ordered(the_contract(plans=(plan,), objects=("CV-1",), entered_on=date(2026, 1, 31)))
    changed = after(about, decide("contract.edit", scene(about), {"objects": ["CV-1", "CV-2"]}))
    assert [row.key.nominal_date for row in due(changed, TODAY) if row.key.object == "CV-2"] == [date(2026, 12, 31)]


def test_a_plan_does_not_begin_to_float_with_several_weekdays() -> None:
    weekly = VisitPlan("A", Recurrence(Unit.WEEK, 2, weekdays=(0, 3)))
    about = ordered(the_contract(plans=(weekly,)))
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.edit", scene(about), {"plans": [{"name": "A", "schedule": "floating"}]})
    assert [(problem.pointer, problem.code) for problem in refusal.value.problems] == [
        ("/input/plans/0/weekdays", "floating_counts_from_one")
    ]
    change = decide(
        "contract.edit", scene(about), {"plans": [{"name": "A", "schedule": "floating", "weekdays": ["thu"]}]}
    )
    assert change.contract is not None
    assert change.contract.plans[0].schedule is Schedule.FLOATING


def test_a_plan_that_floats_with_several_months_already_does_not_stand_in_the_way_of_another_change() -> None:
    twice_a_year = VisitPlan("A", Recurrence(Unit.YEAR, months=(4, 10)), schedule=Schedule.FLOATING)
    about = ordered(the_contract(plans=(twice_a_year,)))
    same = {"name": "A", "unit": "year", "every": 1, "months": [4, 10], "schedule": "floating"}
    change = decide("contract.edit", scene(about), {"name": "Another name", "plans": [same]})
    assert change.contract is not None
    assert change.contract.plans == about.contract.plans
    with pytest.raises(InvalidInput, match="cannot be changed"):
        decide("contract.edit", scene(about), {"plans": [same | {"every": 2}]})


def test_a_new_rule_counts_for_each_object_from_the_period_after_its_own_last_visit() -> None:
    """CV-1 had its visit of January ahead, CV-2 had not: it does not lose that of 31 January."""
    about = ordered(the_contract())
    ledger = {key: row for key, row in about.ledger.items() if key.object == "CV-1" or key.nominal_date < TODAY}
    about = replace(about, ledger=ledger)
    change = decide("contract.edit", scene(about, unseen=True), {"plans": [{"name": "A", "month_day": 30}]})
    assert change.contract is not None
    assert change.contract.plans[0].counts_from == date(2027, 2, 1)
    assert dict(change.contract.plans[0].objects_from) == {"CV-2": TODAY}


def test_a_plan_that_is_not_named_any_more_is_gone() -> None:
    plan = the_contract().plans[0]
    about = ordered(the_contract(plans=(plan, replace(plan, name="B"))))
    change = decide("contract.edit", scene(about), {"plans": [{"name": "A"}]})
    withheld = [effect for effect in change.effects.listed if effect.kind is EffectKind.WITHHELD]
    assert {(effect.key.plan, effect.reason) for effect in withheld} == {("B", "changed")}


def test_a_contract_that_had_ended_gets_the_visits_behind_its_old_end_when_it_goes_on() -> None:
    about = ordered(the_contract(end=date(2027, 1, 15), lead=Lead()), date(2027, 2, 5))
    changed = after(about, decide("contract.edit", scene(about, today=date(2027, 2, 5)), {"end": "2027-12-31"}))
    assert {row.key.nominal_date for row in due(changed, date(2027, 2, 5))} == {date(2027, 1, 31)}


def test_a_later_end_is_kept_as_a_persons_own() -> None:
    about = ordered(the_contract(end=date(2027, 6, 30)))
    change = decide("contract.edit", scene(about), {"end": "2027-12-31"})
    assert change.contract is not None
    assert change.contract.end == date(2027, 12, 31)


YEAR = Period(1, PeriodUnit.YEAR)
AGREED = Terms("STD", "Standaard", duration=YEAR, renewal=Renewal.AUTOMATIC, renewal_period=YEAR)


def test_terms_that_the_contract_has_stay_as_they_were_agreed() -> None:
    listed = TenantConfiguration(terms=(replace(AGREED, duration=Period(5, PeriodUnit.YEAR)),))
    about = ordered(the_contract(terms=AGREED, end=date(2029, 1, 30), renewals=2))
    change = decide("contract.edit", scene(about, configuration=listed), {"terms": "STD", "name": "Ketel"})
    assert change.contract is not None
    assert (change.contract.terms, change.contract.end, change.contract.renewals) == (AGREED, date(2029, 1, 30), 2)


def test_other_terms_leave_an_end_that_came_by_renewals() -> None:
    other = replace(AGREED, code="TWO", duration=Period(2, PeriodUnit.YEAR))
    about = ordered(the_contract(terms=AGREED, end=date(2029, 1, 30), renewals=2))
    change = decide("contract.edit", scene(about, configuration=TenantConfiguration(terms=(other,))), {"terms": "TWO"})
    assert change.contract is not None
    assert (change.contract.terms, change.contract.end) == (other, date(2029, 1, 30))


def test_all_that_is_wrong_with_a_change_is_said_at_once() -> None:
    entered = {"days_in_advance": -3, "end": "2026-01-30", "from": "2026-12-27"}
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.edit", scene(ordered(the_contract())), entered)
    assert sorted((problem.pointer, problem.code) for problem in refusal.value.problems) == [
        ("/input/days_in_advance", "out_of_range"),
        ("/input/end", "before_start"),
        ("/input/from", "in_the_past"),
    ]


def test_the_form_of_an_edit_marks_what_may_not_be_emptied() -> None:
    members = form_schema(EditForm)["properties"]
    marked = [name for name, member in members.items() if member.get("needed") and "when" not in member]
    assert marked == ["name", "type", "customer", "start", "template"]
    assert "required" not in form_schema(EditForm)


def test_days_in_advance_that_are_emptied_are_the_tenants_and_a_description_that_is_emptied_stays_empty() -> None:
    about = ordered(the_contract())
    entered = {"days_in_advance": None, "template": {"description": ""}}
    change = decide("contract.edit", scene(about), entered)
    assert change.contract is not None
    assert (change.contract.lead, change.contract.template.description) == (None, "")


def test_only_the_unit_of_the_days_in_advance_can_be_changed() -> None:
    change = decide("contract.edit", scene(ordered(the_contract())), {"days_in_advance_unit": "working"})
    assert change.contract is not None
    assert change.contract.lead == Lead(60, LeadUnit.WORKING)


def test_a_day_that_lies_in_a_period_with_its_visit_is_said() -> None:
    about = ordered(the_contract())
    entered = {"plans": [{"name": "A", "month_day": 15}], "from": "2027-01-10"}
    warnings = [str(warning) for warning in decide("contract.edit", scene(about), entered).warnings]
    assert warnings == [
        "Plan A: January 10, 2027 lies in a period that has its visit, of January 31, 2027: it may get a second one."
    ]


def test_a_yearly_visit_that_is_moved_to_november_says_how_long_there_is_none() -> None:
    yearly = VisitPlan("A", Recurrence(Unit.YEAR, month_day=15, months=(1,)), lead=Lead(14))
    contract = the_contract(start=date(2026, 1, 1), entered_on=date(2026, 1, 1), plans=(yearly,), objects=())
    today = date(2027, 1, 20)
    on = scene(ordered(contract, today), today=today)
    change = decide("contract.edit", on, {"plans": [{"name": "A", "months": [11], "month_day": 1}]})
    assert change.counts_from == {"A": date(2028, 1, 1)}
    (warning,) = change.warnings
    assert str(warning) == (
        "Plan A: last visit January 15, 2027, next one November 1, 2028; without this change January 15, 2028."
    )
    assert change.effects.counts() == {"created": 1, "withheld": {"changed": 1}}


def test_a_text_that_was_stored_with_an_unknown_name_stays_with_a_warning_until_it_is_changed() -> None:
    contract = the_contract()
    stored = replace(contract, template=replace(contract.template, description="Beurt {objekt}"))
    change = decide("contract.edit", scene(ordered(stored)), {"name": "Ketel"})
    assert [str(warning).split(";")[0] for warning in change.warnings] == [
        "{objekt} in a description is no placeholder and is printed as it stands"
    ]
    with pytest.raises(InvalidInput):
        decide("contract.edit", scene(ordered(stored)), {"template": {"description": "Beurt  {objekt}"}})


def test_an_edit_warns_only_of_contracts_that_do_the_same_work_from_then_on() -> None:
    about = ordered(the_contract(objects=("CV-1",)))
    related = (the_contract(number="900", objects=("CV-1",)), the_contract(number="901", objects=("CV-2",)))
    renamed = decide("contract.edit", scene(about, related=related), {"name": "Ketel"})
    assert not renamed.warnings
    wider = decide("contract.edit", scene(about, related=related), {"objects": ["CV-1", "CV-2"]})
    assert [str(warning) for warning in wider.warnings] == ["Contract 901 already does the same kind of work there."]


PARK_CLOSED = {"from": "2027-01-25", "until": "2027-02-14", "name": "Park dicht"}


def test_a_closed_range_tells_which_visits_and_orders_stay_on_it() -> None:
    about = ordered(the_contract())  # 31 December and 31 January have their work orders
    change = decide("contract.edit", scene(about), {"closed_ranges": [PARK_CLOSED]})
    assert change.contract is not None
    assert [each.day for each in change.contract.closed_ranges] == [date(2027, 1, 25)]
    (told,) = change.warnings
    assert str(told).startswith("2 visits stay on closed days")
    assert "A (CV-1) on January 31, 2027 (work order C1042-A-20270131-CV-1)" in str(told)
    again = decide("contract.edit", scene(after(about, change)), {"name": "Park", "closed_ranges": [PARK_CLOSED]})
    assert again.warnings == (), "it is told once"


def test_a_next_visit_named_by_its_shifted_day_stays_that_visit_when_a_range_moves_it() -> None:
    plan = replace(the_contract().plans[0], shift=Shift.NEXT_WORKING_DAY, next_visit=date(2027, 3, 1))
    about = situation(the_contract(plans=(plan,)))  # 28 February 2027 is a Sunday
    closed = {"from": "2027-03-01", "until": "2027-03-05", "name": "Park dicht"}
    change = decide("contract.edit", scene(about), {"closed_ranges": [closed]})
    assert change.contract is not None
    assert change.contract.plans[0].next_visit_named("CV-1") == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("entered", "flaw"),
    [
        ({"until": "2027-01-24"}, ("/input/closed_ranges/0/until", "until_out_of_range")),
        ({"until": "2028-01-26"}, ("/input/closed_ranges/0/until", "until_out_of_range")),
        ({"until": "2028-01-24", "every_year": True}, ("/input/closed_ranges/0/every_year", "not_every_year")),
        ({"name": "Park; dicht"}, ("/input/closed_ranges/0/name", "semicolon")),
    ],
)
def test_a_closed_range_lasts_a_year_at_most_and_has_a_name_that_a_file_can_hold(
    entered: dict[str, Any], flaw: tuple[str, str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide("contract.edit", scene(situation(the_contract())), {"closed_ranges": [PARK_CLOSED | entered]})
    assert [(each.pointer, each.code) for each in refused.value.problems] == [flaw]
