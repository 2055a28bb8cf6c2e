"""The visit that a button stands beside."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.actions.kit.answer import InvalidInput
from tests.actions.scenes import ordered, the_contract
from tests.actions.visit.visit_scenes import FEBRUARY, decide


def test_a_visit_that_the_contract_does_not_have_is_unknown() -> None:
    about = ordered(the_contract())
    with pytest.raises(InvalidInput, match="has no visit"):
        decide("visit.skip", about, replace(FEBRUARY, nominal_date=date(2027, 2, 27)))
