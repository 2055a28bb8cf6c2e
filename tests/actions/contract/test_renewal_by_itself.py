"""Renewing by itself when its day has come (rules: Terms)."""

from datetime import date

from powerup.actions.contract.renewal_by_itself import renewed_by_itself
from powerup.contracts.terms import Renewal
from tests.actions.scenes import terms_of_a_year, the_contract


def test_a_contract_renews_by_itself_once_notice_is_too_late() -> None:
    contract = the_contract(terms=terms_of_a_year(Renewal.AUTOMATIC), end=date(2027, 1, 30))
    assert renewed_by_itself(contract, date(2026, 10, 29)) is None
    renewed = renewed_by_itself(contract, date(2026, 10, 31))
    assert renewed is not None
    assert (renewed.end, renewed.renewals, renewed.version) == (date(2028, 1, 30), 1, 2)
