"""Renewing by itself when its day has come (rules: Terms)."""

from datetime import date

import pytest

from powerup.actions.contract.renewal_by_itself import renewed_by_itself
from powerup.contracts.agreed_terms import under_terms
from powerup.contracts.terms import Renewal
from tests.actions.scenes import decide, scene, situation, terms_of_a_year, the_contract


def test_a_contract_renews_by_itself_once_notice_is_too_late() -> None:
    contract = the_contract(terms=terms_of_a_year(Renewal.AUTOMATIC), end=date(2027, 1, 30))
    assert renewed_by_itself(contract, date(2026, 10, 29)) is None
    renewed = renewed_by_itself(contract, date(2026, 10, 31))
    assert renewed is not None
    assert (renewed.end, renewed.renewals, renewed.version) == (date(2028, 1, 30), 1, 2)


def test_indefinite_terms_leave_no_end_once_notice_is_too_late_and_renew_once() -> None:
    contract = the_contract(terms=terms_of_a_year(Renewal.INDEFINITE), end=date(2027, 1, 30))
    assert renewed_by_itself(contract, date(2026, 10, 30)) is None
    gone_on = renewed_by_itself(contract, date(2026, 10, 31))
    assert gone_on is not None
    assert (gone_on.end, gone_on.renewals, gone_on.last_day) == (None, 1, None)
    assert renewed_by_itself(gone_on, date(2040, 1, 1)) is None


def test_a_contract_that_has_gone_on_keeps_that_in_an_edit_of_something_else() -> None:
    contract = the_contract(terms=terms_of_a_year(Renewal.INDEFINITE), end=date(2027, 1, 30))
    gone_on = renewed_by_itself(contract, date(2026, 12, 28))
    assert gone_on is not None
    as_shown = {"terms": "STD", "end": None, "start": "2026-01-31"}
    change = decide("contract.edit", scene(situation(gone_on)), as_shown)
    assert change.contract is None
    renamed = decide("contract.edit", scene(situation(gone_on)), as_shown | {"name": "Ketel"})
    assert renamed.contract is not None
    assert (renamed.contract.end, renamed.contract.renewals) == (None, 1)


@pytest.mark.parametrize(
    ("renewal", "end"),
    [(Renewal.NONE, None), (Renewal.BY_HAND, None), (Renewal.INDEFINITE, None), (Renewal.AUTOMATIC, date(2027, 1, 30))],
)
def test_what_goes_on_without_an_end_does_so_under_other_terms_unless_those_renew_for_a_period(
    renewal: Renewal, end: date | None
) -> None:
    contract = the_contract(terms=terms_of_a_year(Renewal.INDEFINITE), end=date(2027, 1, 30))
    gone_on = renewed_by_itself(contract, date(2026, 12, 28))
    assert gone_on is not None
    assert under_terms(gone_on, terms_of_a_year(renewal)).end == end
