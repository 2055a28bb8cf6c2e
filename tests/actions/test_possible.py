"""A press on a button that should be grey is refused with the words that stand beside the grey one (rules: Actions)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.actions.catalogue import ACTIONS
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.request import TargetType
from powerup.contracts.contract import ContractType, Pause, Termination
from powerup.contracts.situation import ContractSituation
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from tests.actions.scenes import TODAY, decide, ordered, scene, situation, the_contract

YEAR = Period(1, PeriodUnit.YEAR)
BY_HAND = Terms("HAND", "Met de hand", duration=YEAR, renewal=Renewal.BY_HAND, renewal_period=YEAR)

CONTRACTS: dict[str, ContractSituation] = {
    "running": ordered(the_contract()),
    "with an end": ordered(the_contract(end=date(2027, 6, 30))),
    "renewed by hand": ordered(the_contract(end=date(2027, 1, 30), terms=BY_HAND)),
    "ended": situation(the_contract(end=date(2026, 11, 30))),
    "ended early": situation(the_contract(termination=Termination(date(2026, 12, 20), "MOVED"))),
    "renewed by hand, ended early": situation(
        the_contract(end=date(2027, 1, 30), terms=BY_HAND, termination=Termination(date(2026, 12, 20), "MOVED"))
    ),
    "to end early": ordered(the_contract(termination=Termination(date(2027, 6, 30), "MOVED"))),
    "deleted": situation(the_contract(deleted_on=TODAY)),
    "renewed by hand, deleted": situation(the_contract(end=date(2027, 1, 30), terms=BY_HAND, deleted_on=TODAY)),
    "deleted long ago": situation(the_contract(deleted_on=date(2026, 10, 1))),
    "paused": ordered(the_contract(pauses=(Pause(date(2026, 12, 1), None),))),
    "corrective": situation(replace(the_contract(), type=ContractType.CORRECTIVE, plans=())),
    "waiting": replace(situation(the_contract()), awaiting_release=True),
}
ENTERED: dict[str, dict[str, Any]] = {
    "contract.terminate": {"last_day": "2027-01-31", "reason": "MOVED"},
    "contract.pause": {"from": "2027-03-01"},
    "contract.call_off": {"date": "2027-03-01"},
    "contract.index": {"from": "2028-01-01", "percentage": "2.5", "reason": "Wages"},
    "contract.replace_object": {"old": "CV-1", "new": "CV-9", "from": "2027-01-15"},
    "contract.resume": {"on": "2027-01-15"},
}
GREY_OR_NOT = [each for each in ACTIONS if each.possible and each.target is TargetType.CONTRACT]


def _why_grey(action: Action, about: ContractSituation) -> str | None:
    assert action.possible is not None
    try:
        action.possible(scene(about))
    except NotPossible as grey:
        return str(grey)
    return None


@pytest.mark.parametrize("contract", CONTRACTS)
@pytest.mark.parametrize("action", GREY_OR_NOT, ids=lambda action: action.id)
def test_a_press_is_refused_with_the_words_of_the_grey_button(action: Action, contract: str) -> None:
    why = _why_grey(action, CONTRACTS[contract])
    if why is None:
        return
    with pytest.raises(NotPossible) as refusal:
        decide(action.id, scene(CONTRACTS[contract]), ENTERED.get(action.id))
    assert str(refusal.value) == why


@pytest.mark.parametrize("action", GREY_OR_NOT, ids=lambda action: action.id)
def test_every_such_button_is_grey_beside_some_of_these_contracts(action: Action) -> None:
    assert any(_why_grey(action, about) for about in CONTRACTS.values())
