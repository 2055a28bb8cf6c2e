"""contract.remind: a task about the notice date when a person wants one (rules: Actions, remind)."""

from datetime import date

import pytest

from powerup.actions.kit.answer import NotPossible
from powerup.contracts.contract import Contract, Termination
from powerup.contracts.terms import Renewal
from tests.actions.scenes import TODAY, decide, scene, situation, terms_of_a_year, the_contract

END = date(2027, 12, 30)


def renewing(**more: object) -> Contract:
    return the_contract(**{"end": END, "terms": terms_of_a_year(Renewal.BY_HAND), **more})


def test_it_changes_nothing_of_the_contract_and_names_the_notice_date() -> None:
    change = decide("contract.remind", scene(situation(renewing())))
    assert (change.contract, change.effects.counts()) == (None, {})
    assert change.reminds_of is not None
    assert TODAY <= change.reminds_of <= END


@pytest.mark.parametrize(
    "contract",
    [
        the_contract(),
        renewing(end=date(2026, 12, 20)),
        renewing(termination=Termination(date(2027, 1, 20), "MOVED")),
        renewing(deleted_on=TODAY),
    ],
)
def test_there_has_to_be_a_notice_date_to_come(contract: Contract) -> None:
    with pytest.raises(NotPossible, match="has no notice date to come"):
        decide("contract.remind", scene(situation(contract)))
