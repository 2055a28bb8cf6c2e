"""The terms and the end of a contract as somebody entered them (rules: Terms)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from powerup.actions.kit.answer import FieldProblem, InvalidInput
from powerup.contracts.agreed_terms import has_gone_on, under_terms
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.terms import Terms, agreed_end
from powerup.texts import text


def with_terms_and_end(
    old: Contract, contract: Contract, entered: Mapping[str, Any], configuration: TenantConfiguration
) -> Contract:
    """A given end wins and starts the count of renewals anew; with terms an empty one is computed, but for a contract
    that has passed its first end and goes on without one (rules: Terms)."""
    terms = _terms(entered["terms"], old.terms, configuration) if "terms" in entered else contract.terms
    if entered.get("end") is not None:
        contract = replace(contract, terms=terms)
        if entered["end"] == contract.end:
            return contract
        counts_from = entered["end"] + A_DAY if terms else None
        return replace(contract, end=entered["end"], renewals=0, end_counts_from=counts_from)
    if terms == old.terms and contract.start == old.start and has_gone_on(old):
        return contract
    if "end" not in entered and contract.start == old.start:
        return under_terms(contract, terms) if terms != old.terms else contract
    if contract.end_counts_from and "end" not in entered:
        return replace(contract, terms=terms)
    end = agreed_end(contract.start, terms) if terms else None if "end" in entered else contract.end
    return replace(contract, terms=terms, end=end, renewals=0, end_counts_from=None)


def _terms(code: str | None, agreed: Terms | None, configuration: TenantConfiguration) -> Terms | None:
    """The terms of that code: as they were agreed where the contract has them, else as the tenant has them now."""
    if code is None:
        return None
    if agreed is not None and agreed.code == code:
        return agreed
    for terms in configuration.terms:
        if terms.code == code:
            return terms
    known = [terms.code for terms in configuration.terms]
    problem = FieldProblem(
        "/input/terms",
        "unknown_terms",
        text("There are no terms {code}; known are: {known}.", code=code, known=known or "-"),
    )
    raise InvalidInput(problem.message, (problem,))
