"""The example contracts are entries that the power-up's own form takes."""

from datetime import date

from jsonschema import Draft202012Validator

from powerup.sandbox.example import example_records
from powerup.sandbox.example_contracts import example_contracts
from powerup.webhooks.manifest.manifest_document import manifest

PRESSES = example_contracts(date(2026, 11, 23))


def test_there_are_a_dozen_and_each_is_taken_by_the_form() -> None:
    actions = {action["id"]: action for action in manifest("https://contracts.example/")["actions"]}
    form = Draft202012Validator(actions["contract.create"]["input"])
    assert len(PRESSES) == 12
    assert {press.input["name"]: [flaw.message for flaw in form.iter_errors(press.input)] for press in PRESSES} == {
        press.input["name"]: [] for press in PRESSES
    }


def test_each_is_about_a_customer_and_objects_of_the_example_firm() -> None:
    owners = {one["obj_code"]: one["obj_debiteur_nummer"] for one in example_records()["objects"]}
    for press in PRESSES:
        assert {owners[code] for code in press.input["objects"]} <= {press.input["customer"]}
