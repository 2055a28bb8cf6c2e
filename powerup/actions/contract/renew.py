"""contract.renew: the agreed end moves on, because a person wants it (rules: Actions, renew; Terms)."""

from dataclasses import dataclass, replace
from datetime import date

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import with_rows
from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.notice import renews_on
from powerup.contracts.settling import settled
from powerup.contracts.terms import Renewal, Terms, renewed_end
from powerup.documents.schema import Day, DocumentSchema
from powerup.texts import text


@dataclass(frozen=True, slots=True)
class RenewInput:
    """until is the new end, inclusive, at most one renewal period further; without it that period counts."""

    until: date | None = None


class RenewSchema(DocumentSchema):
    """Input of contract.renew."""

    makes = RenewInput

    until = Day(
        allow_none=True,
        metadata={
            "label": text("New end"),
            "hint": text("Empty: one renewal period further, and never more than that."),
        },
    )


def possible(scene: ActionScene) -> None:
    """Only a contract with an end that stands, and whose terms renew by hand, can be renewed (rules: Actions)."""
    contract = scene.contract_situation.contract
    if contract.deleted_on is not None or contract.termination is not None:
        raise NotPossible(text("Contract {number} has been ended; restart it instead.", number=contract.number))
    if contract.end is None:
        raise NotPossible(text("Contract {number} has no end, so there is nothing to renew.", number=contract.number))
    _renewing_terms(contract)


def decide(scene: ActionScene, wanted: RenewInput) -> Change:
    """Moves the end, once what the old one left is written; visits after it are planned again."""
    before = scene.contract_situation
    contract = before.contract
    possible(scene)
    renewed = _by_terms(contract)
    if wanted.until and wanted.until != renewed.end:
        renewed = _until(contract, wanted.until, renewed.end)
    rows = settled(before, scene.today, unseen=scene.unseen)
    settled_through = min(scene.today - A_DAY, contract.end) if contract.end else scene.today - A_DAY
    renewed = replace(renewed, version=contract.version + 1, settled_through=settled_through)
    after = replace(before, contract=renewed, ledger=with_rows(before.ledger, rows))
    return Change(
        text("Contract {number} runs until {end}.", number=contract.number, end=renewed.end),
        effects_of(before, after, scene.today, to_show=True),
        contract=renewed,
        ledger=tuple(rows),
        resulting=after,
    )


ACTION = Action("contract.renew", text("Renew"), decide, RenewSchema, possible=possible)


def _until(contract: Contract, until: date, furthest: date | None) -> Contract:
    """With an end that a person gave, from which the next renewal counts. furthest is that of the terms."""
    if contract.end and until <= contract.end:
        raise invalid(
            "/input/until",
            "not_after_end",
            text("The new end must lie after the present one, {end}.", end=contract.end),
        )
    if furthest and until > furthest:
        raise invalid(
            "/input/until",
            "more_than_one_period",
            text("At most one renewal period further, so on {furthest} or earlier.", furthest=furthest),
        )
    return replace(contract, end=until, renewals=0, end_counts_from=until + A_DAY)


def _renewing_terms(contract: Contract) -> Terms:
    """The contract's terms, when they renew by hand; else raises NotPossible, which says why not."""
    terms, number = contract.terms, contract.number
    if terms is None:
        raise NotPossible(
            text("Contract {number} has no contract terms by which to renew: change its end.", number=number)
        )
    match terms.renewal:
        case Renewal.BY_HAND:
            return terms
        case Renewal.AUTOMATIC:
            day = renews_on(contract)
            raise NotPossible(text("Contract {number} renews by itself, on {day}.", number=number, day=day))
        case Renewal.INDEFINITE:
            raise NotPossible(
                text(
                    "Contract {number} goes on without an end after {end}: there is nothing to renew.",
                    number=number,
                    end=contract.end,
                )
            )
        case Renewal.NONE:
            raise NotPossible(text("The terms of contract {number} do not renew: change its end.", number=number))


def _by_terms(contract: Contract) -> Contract:
    """The contract one renewal period further."""
    renewals = contract.renewals + 1
    end = renewed_end(contract.start, _renewing_terms(contract), renewals, contract.end_counts_from)
    return replace(contract, end=end, renewals=renewals)
