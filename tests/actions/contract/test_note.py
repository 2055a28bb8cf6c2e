"""A note of a planner in a contract's history (rules: Actions)."""

import pytest

from powerup.actions.kit.answer import InvalidInput
from powerup.contracts.effects import Effects
from tests.actions.scenes import TODAY, decide, ordered, scene, situation, the_contract


def test_a_note_changes_nothing_of_the_contract_and_its_visits() -> None:
    change = decide("contract.note", scene(ordered(the_contract())), {"text": "Sleutel bij de buren"})
    assert (change.contract, change.ledger, change.at_host, change.effects) == (None, (), False, Effects())


def test_a_note_is_added_to_a_deleted_contract_too() -> None:
    assert decide("contract.note", scene(situation(the_contract(deleted_on=TODAY))), {"text": "ruilt nog"})


@pytest.mark.parametrize(
    ("entered", "code"),
    [({}, "required"), ({"text": " \n"}, "blank"), ({"text": ""}, "blank"), ({"text": "x" * 4001}, "too_long")],
)
def test_a_note_says_something_and_is_no_book(entered: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decide("contract.note", scene(ordered(the_contract())), entered)
    assert [(problem.pointer, problem.code) for problem in refusal.value.problems] == [("/input/text", code)]
