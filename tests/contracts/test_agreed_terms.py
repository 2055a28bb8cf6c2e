"""A contract under other terms than it was agreed on (rules: Terms)."""

from dataclasses import replace
from datetime import date
from typing import Any

from powerup.contracts.agreed_terms import under_terms
from powerup.contracts.contract import Contract, ContractType, Template
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms

YEAR, TWO_YEARS = Period(1, PeriodUnit.YEAR), Period(2, PeriodUnit.YEAR)
STANDARD = Terms("STD", "Standaard", duration=YEAR, renewal=Renewal.AUTOMATIC, renewal_period=YEAR)
LONGER = replace(STANDARD, duration=TWO_YEARS, renewal_period=TWO_YEARS)
NOTICE = replace(STANDARD, notice_before_end=Period(3, PeriodUnit.MONTH))


def contract(**fields: Any) -> Contract:
    plain = Contract(
        number="1001",
        name="CV-ketel",
        type=ContractType.PREVENTIVE,
        customer="1001",
        start=date(2026, 1, 1),
        entered_on=date(2026, 1, 1),
        template=Template("Onderhoud", "op rekening"),
        end=date(2026, 12, 31),
        terms=STANDARD,
    )
    return replace(plain, **fields)


def test_in_the_first_period_the_end_is_computed_anew() -> None:
    assert under_terms(contract(), LONGER) == contract(terms=LONGER, end=date(2027, 12, 31))


def test_an_end_that_came_by_renewals_stays_and_the_count_begins_anew_there() -> None:
    renewed = contract(end=date(2028, 12, 31), renewals=2)
    changed = under_terms(renewed, LONGER)
    assert (changed.end, changed.renewals, changed.end_counts_from) == (date(2028, 12, 31), 0, date(2029, 1, 1))


def test_an_end_that_a_person_gave_stays() -> None:
    chosen = contract(end=date(2027, 2, 14), end_counts_from=date(2027, 2, 15))
    assert under_terms(chosen, LONGER) == replace(chosen, terms=LONGER)
    without_terms = contract(terms=None, end=date(2027, 2, 14))
    assert under_terms(without_terms, LONGER).end == date(2027, 2, 14)


def test_another_notice_period_changes_no_end_and_no_count() -> None:
    renewed = contract(end=date(2028, 12, 31), renewals=2)
    assert under_terms(renewed, NOTICE) == replace(renewed, terms=NOTICE)


def test_without_terms_the_contract_ends_as_it_does_now() -> None:
    assert under_terms(contract(), None) == contract(terms=None)


def test_an_open_contract_gets_the_end_of_its_terms() -> None:
    assert under_terms(contract(terms=None, end=None), STANDARD).end == date(2026, 12, 31)
