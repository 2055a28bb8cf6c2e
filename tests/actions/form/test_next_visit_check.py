"""Naming next visits in create and edit: what is refused, what is said, what comes (rules: Generation, Next visit)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.change import Change
from powerup.contracts.contract import Termination
from powerup.contracts.effects import EffectKind
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.succession import restarted
from powerup.documents.contract import contract_document
from tests.actions.contract.test_edit import after
from tests.actions.scenes import CALENDAR, FORM, TODAY, decide, ordered, scene, the_contract

PLAN: dict[str, Any] = {"name": "A", "unit": "month", "every": 3}


def form(**fields: Any) -> dict[str, Any]:
    """A contract by the quarter from 14 March 2018, with these fields in its plan."""
    return {**FORM, "start": "2018-03-14", "days_in_advance": 14, "plans": [{**PLAN, **fields}]}


def made(entered: dict[str, Any]) -> Change:
    return decide("contract.create", scene(), entered)


def said(change: Change) -> list[str]:
    return [str(warning) for warning in change.warnings]


def refused(entered: dict[str, Any], on: ContractSituation | None = None) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.edit" if on else "contract.create", scene(on), entered)
    return [(problem.pointer, problem.code) for problem in refusal.value.problems]


def coming(about: ContractSituation, until: date, object_code: str = "CV-1") -> list[date]:
    """The planned dates of one object's visits that come."""
    found = visits(about, TODAY, until, TODAY)
    return [each.planned_date for each in found if each.reason is None and each.key.object == object_code]


class TestCreate:
    """What a person is told, and what is refused."""

    def test_a_date_of_the_rule_needs_no_word(self) -> None:
        assert said(made(form(next_visit="2027-03-14"))) == []

    def test_one_of_its_own_is_said_to_be_no_date_of_the_rule(self) -> None:
        assert said(made(form(next_visit="2027-02-25"))) == [
            (
                "Plan A: February 25, 2027 is no date of its rule; it is a visit of its own, and the plan counts on "
                "from there."
            )
        ]

    def test_one_in_the_place_of_another_names_that_and_a_day_that_is_not_worked(self) -> None:
        assert said(made(form(next_visit="2027-02-27", month_day=15, shift="next_working_day"))) == [
            (
                "Plan A: February 27, 2027 is no date of its rule; it is a visit of its own, in the place of "
                "February 15, 2027."
            ),
            "Plan A: February 27, 2027 is not a working day.",
        ]

    def test_a_day_that_the_plan_leaves_out_brings_no_order_and_says_so(self) -> None:
        assert said(made(form(next_visit="2027-03-14", shift="skip"))) == [
            "Plan A: March 14, 2027 is not a working day, and the plan leaves such days out: no order comes of it."
        ]

    def test_each_object_with_another_one_is_named(self) -> None:
        change = made(form(next_visit="2027-03-14", next_visits={"CV-2": "2027-04-02"}))
        assert said(change) == [
            (
                "Plan A (CV-2): April 2, 2027 is no date of its rule; it is a visit of its own, and the plan counts on "
                "from there."
            )
        ]
        about = ContractSituation(change.added[0], CALENDAR, scene().configuration.settings)
        assert coming(about, date(2027, 7, 31)) == [date(2027, 3, 14), date(2027, 6, 14)]
        assert coming(about, date(2027, 7, 31), "CV-2") == [date(2027, 4, 2), date(2027, 7, 2)]

    def test_a_floating_plan_is_said_to_begin_with_it(self) -> None:
        assert said(made(form(next_visit="2027-02-25", schedule="floating"))) == [
            "Plan A: February 25, 2027 is no date of its rule; the plan begins with it."
        ]

    def test_next_visits_of_objects_need_an_order_for_each(self) -> None:
        change = made({**form(next_visits={"CV-2": "2027-03-14"}), "order_per_object": False})
        assert said(change) == ["Plan A: next visits of single objects need a work order per object."]

    def test_what_is_planned_before_it_is_counted_and_named(self) -> None:
        change = made({**form(next_visit="2027-03-20", every=1), "start": "2026-12-14"})
        withheld = [effect.key.nominal_date for effect in change.effects.listed if effect.reason == "before_next_visit"]
        assert sorted(set(withheld)) == [date(2027, 1, 14), date(2027, 2, 14)]

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"next_visit": "2018-03-13"}, ("next_visit", "before_start")),
            ({"next_visits": {"CV-1": "2018-03-13"}}, ("next_visits", "before_start")),
            ({"next_visit": "2028-01-01"}, ("next_visit", "after_end")),
            ({"next_visits": {"CV-9": "2027-03-14"}}, ("next_visits", "not_in_contract")),
            ({"next_visit": "2027-07-20", "every": 12, "months": [3]}, ("next_visit", "never_again")),
        ],
    )
    def test_outside_of_the_agreed_period_or_without_a_use_it_is_refused(
        self, fields: dict[str, Any], expected: tuple[str, str]
    ) -> None:
        member, code = expected
        assert refused({**form(**fields), "end": "2027-12-31"}) == [(f"/input/plans/0/{member}", code)]

    @pytest.mark.parametrize("spread", ["at_start", "call_off"])
    def test_orders_at_the_start_or_on_request_have_none(self, spread: str) -> None:
        entered = {**form(next_visit="2027-03-14"), "type": "yearly", "orders_per_year": 4, "spread": spread}
        assert refused(entered) == [("/input/plans/0/next_visit", "no_next_visit")]

    def test_the_document_of_the_contract_has_both(self) -> None:
        (contract,) = made(form(next_visit="2027-03-14", next_visits={"CV-2": "2027-04-02"})).added
        (plan,) = contract_document(contract)["plans"]
        assert (plan["next_visit"], plan["next_visits"]) == ("2027-03-14", {"CV-2": "2027-04-02"})


class TestEdit:
    """An edit that names another one counts from that day, for that plan."""

    def test_the_plan_counts_from_it_and_what_the_rule_has_till_then_is_before_it(self) -> None:
        about = ordered(the_contract())  # 31 December and 31 January have their work orders
        change = decide("contract.edit", scene(about), {"plans": [{"name": "A", "next_visit": "2027-03-19"}]})
        assert change.contract is not None
        assert change.contract.plans[0].counts_from == date(2027, 3, 19)
        assert said(change) == [
            "Plan A: March 19, 2027 is no date of its rule; it is a visit of its own, in the place of March 31, 2027."
        ]
        withheld = {effect.key.nominal_date: effect.reason for effect in change.effects.listed
                    if effect.kind is EffectKind.WITHHELD}  # fmt: skip
        assert withheld == {date(2027, 2, 28): "before_next_visit", date(2027, 3, 31): "changed"}
        assert coming(after(about, change), date(2027, 4, 30))[2:] == [date(2027, 3, 19), date(2027, 4, 30)]

    def test_it_comes_also_in_a_period_that_has_its_visit(self) -> None:
        about = ordered(the_contract())
        change = decide("contract.edit", scene(about), {"plans": [{"name": "A", "next_visit": "2027-01-15"}]})
        found = coming(after(about, change), date(2027, 3, 31))
        assert found == [date(2026, 12, 31), date(2027, 1, 15), date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]

    def test_only_the_object_that_it_names_counts_anew(self) -> None:
        about = ordered(the_contract())
        entered = {"plans": [{"name": "A", "next_visits": {"CV-2": "2027-03-19"}}]}
        change = decide("contract.edit", scene(about), entered)
        assert change.contract is not None
        (plan,) = change.contract.plans
        assert (plan.counts_from, plan.objects_from) == (None, (("CV-2", date(2027, 3, 19)),))
        now = after(about, change)
        assert coming(now, date(2027, 3, 31))[2:] == [date(2027, 2, 28), date(2027, 3, 31)]
        assert coming(now, date(2027, 4, 30), "CV-2")[2:] == [date(2027, 3, 19), date(2027, 4, 30)]

    @pytest.mark.parametrize(
        ("member", "value"), [("next_visit", "2026-12-27"), ("next_visits", {"CV-2": "2026-12-27"})]
    )
    def test_it_lies_on_today_or_later(self, member: str, value: Any) -> None:
        entered = {"plans": [{"name": "A", member: value}]}
        assert refused(entered, ordered(the_contract())) == [(f"/input/plans/0/{member}", "in_the_past")]

    def test_one_that_stood_already_is_not_asked_about_again(self) -> None:
        (contract,) = made({**form(next_visit="2026-12-15"), "start": "2026-03-14"}).added
        about = ordered(contract)
        same = {"plans": [{"name": "A", "next_visit": "2026-12-15", "window_after": 3}]}
        change = decide("contract.edit", scene(about), same)
        assert said(change) == []
        assert change.contract is not None
        assert change.contract.plans[0].counts_from is None

    def test_another_rule_leaves_one_that_is_to_come_in_its_place(self) -> None:
        (contract,) = made(form(next_visit="2027-02-25")).added
        about = ordered(contract)
        change = decide("contract.edit", scene(about), {"plans": [{"name": "A", "every": 2}]})
        assert coming(after(about, change), date(2027, 7, 1)) == [
            date(2027, 2, 25), date(2027, 4, 25), date(2027, 6, 25),
        ]  # fmt: skip

    def test_taken_back_the_plan_counts_as_without_it(self) -> None:
        (contract,) = made(form(next_visit="2027-02-25")).added
        about = ordered(contract)
        change = decide("contract.edit", scene(about), {"plans": [{"name": "A", "next_visit": None}]})
        assert coming(after(about, change), date(2027, 6, 30)) == [date(2027, 3, 14), date(2027, 6, 14)]

    def test_of_an_object_that_leaves_the_contract_nothing_stays(self) -> None:
        (contract,) = made(form(next_visits={"CV-2": "2027-04-02"})).added
        change = decide("contract.edit", scene(ordered(contract)), {"objects": ["CV-1"]})
        assert change.contract is not None
        assert change.contract.plans[0].next_visits == ()

    def test_an_end_before_it_is_refused(self) -> None:
        (contract,) = made(form(next_visit="2027-02-25")).added
        assert refused({"end": "2027-02-20"}, ordered(contract)) == [("/input/plans/0/next_visit", "after_end")]


class TestGoingOn:
    """A restart without a gap carries on from it."""

    def _planned(self, entered: dict[str, Any], last_day: date, until: date) -> tuple[list[date], list[date]]:
        """The dates behind the last day as they would have been, and as the contract that goes on has them."""
        (contract,) = made(entered).added
        start = last_day + timedelta(days=1)
        new = restarted(replace(contract, termination=Termination(last_day, "MOVED")), "1043", start, None, start)
        told = []
        for which in (contract, new):
            found = visits(ContractSituation(which, CALENDAR, scene().configuration.settings), start, until, start)
            told.append([each.planned_date for each in found if each.reason is None and each.key.object == "CV-1"])
        return told[0], told[1]

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"anchor": "2019-01-20"},
            {"anchors": {"CV-1": "2019-01-20"}},
            {"next_visit": "2027-02-25"},
            {"next_visit": "2027-02-25", "anchor": "2019-01-20"},
            {"next_visit": "2027-02-14", "month_day": 20, "shift": "next_working_day"},
            {"next_visits": {"CV-1": "2027-02-25"}, "month_day": 31},
            {"next_visit": "2027-06-25"},
            {"next_visit": "2027-06-25", "month_day": 1},
            {"next_visit": "2027-06-14"},
            {"unit": "week", "every": 2, "weekdays": ["mon", "thu"], "next_visit": "2027-02-24"},
        ],
    )
    @pytest.mark.parametrize("last_day", [date(2027, 2, 25), date(2027, 3, 31)])
    def test_it_goes_on_as_if_there_were_no_new_contract(self, fields: dict[str, Any], last_day: date) -> None:
        was, is_now = self._planned(form(**fields), last_day, date(2028, 12, 31))
        assert is_now == was
        assert was != []
