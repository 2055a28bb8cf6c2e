"""The catalogue has what the modules of actions declare (recipes: An action)."""

from importlib import import_module
from pkgutil import walk_packages

from powerup import actions
from powerup.actions.catalogue import ACTIONS, ON_VISITS, find_action, waits_for
from powerup.actions.contract import apply_terms
from powerup.actions.kit.action import Action, WaitsFor
from powerup.actions.kit.request import TargetType

NO_BUTTON = {apply_terms.ACTION.id}
"""Declared, and done otherwise than by a button."""


def declared() -> dict[str, Action]:
    modules = (import_module(each.name) for each in walk_packages(actions.__path__, f"{actions.__name__}."))
    return {each.ACTION.id: each.ACTION for each in modules if hasattr(each, "ACTION")}


def test_every_action_that_declares_itself_is_in_the_catalogue_once() -> None:
    ids = [action.id for action in ACTIONS]
    assert sorted(ids) == sorted(set(declared()) - NO_BUTTON)


def test_an_action_is_found_by_its_id_and_another_id_by_none() -> None:
    assert all(find_action(action.id) is action for action in ACTIONS)
    assert find_action("contract.unheard_of") is None


def test_an_action_has_the_name_of_its_target_but_for_a_contract_that_is_new() -> None:
    elsewhere = {action.id for action in ACTIONS if action.id.partition(".")[0] != action.target.value}
    assert elsewhere == {"contract.create"}


def test_an_action_on_a_visit_says_beside_which_visits_it_is_offered_and_no_other_does() -> None:
    on_visits = sorted(action.id for action in ACTIONS if action.target is TargetType.VISIT)
    assert sorted(action.id for action in ACTIONS if action.beside_visits) == on_visits
    assert sorted(action.id for action in ON_VISITS) == on_visits


def test_a_run_of_a_file_waits_for_its_work_orders() -> None:
    assert waits_for("contract.import") is WaitsFor.ORDERS
    assert waits_for("visit.move") is WaitsFor.NEW_DATE
