"""A contract under other terms than it was agreed on (rules: Terms)."""

from dataclasses import replace

from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.terms import Renewal, Terms, agreed_end


def under_terms(contract: Contract, terms: Terms | None) -> Contract:
    """The contract with these terms from now on; without terms it ends as it does now.

    An end that the first period gave is computed anew. One that a person gave, or that came by renewals, stays, and
    renewals are counted from it; where the lengths are the same, the count goes on. One that goes on without an end, by
    terms that were indefinite, does so still, unless the new terms renew for a period each time.
    """
    if terms is None:
        return replace(contract, terms=None, renewals=0, end_counts_from=None)
    if contract.terms is not None and _lengths(contract.terms) == _lengths(terms):
        return replace(contract, terms=terms)
    if has_gone_on(contract) and terms.renewal is not Renewal.AUTOMATIC:
        return replace(contract, terms=terms, renewals=0, end_counts_from=None)
    if contract.end is not None and _is_own_end(contract):
        return replace(contract, terms=terms, renewals=0, end_counts_from=contract.end + A_DAY)
    return replace(contract, terms=terms, end=agreed_end(contract.start, terms), renewals=0, end_counts_from=None)


def has_gone_on(contract: Contract) -> bool:
    """Whether it has passed its first end by indefinite terms, so that it has no end any more (rules: Terms)."""
    indefinite = contract.terms is not None and contract.terms.renewal is Renewal.INDEFINITE
    return indefinite and contract.end is None and contract.renewals > 0


def _is_own_end(contract: Contract) -> bool:
    """Whether the end is not that of the first period under the contract's terms."""
    return contract.terms is None or contract.renewals > 0 or contract.end_counts_from is not None


def _lengths(terms: Terms) -> tuple[object, ...]:
    return terms.duration, terms.renewal_period, terms.renewal is Renewal.INDEFINITE
