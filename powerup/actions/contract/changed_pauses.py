"""What other pauses do to a contract, to its end and to its visits (rules: Actions)."""

from dataclasses import replace
from datetime import date

from powerup.actions.kit.change import Change
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import Written, as_if_done, brought_back, with_rows
from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.effects import EffectKind
from powerup.contracts.effects_of_change import effects_of, of_existing
from powerup.contracts.situation import ContractSituation
from powerup.contracts.transitions import given_up
from powerup.contracts.visit import Reason, VisitState
from powerup.texts import Text


def with_pauses(before: ContractSituation, contract: Contract, today: date) -> Written:
    """What other pauses do to visits that are written: intents inside one that never left are withheld; what was
    withheld for one that no longer holds is planned again."""
    never_left = [
        given_up(visit, Reason.PAUSED)
        for visit in before.ledger.values()
        if visit.state is VisitState.ORDERING and visit.attempted_at is None and contract.pause_on(visit.planned_date)
    ]
    paused_no_more = [
        visit
        for visit in brought_back(before.ledger.values(), Reason.PAUSED, today)
        if not contract.pause_on(visit.planned_date)
    ]
    effects = (of_existing(visit, EffectKind.WITHHELD, Reason.PAUSED) for visit in never_left)
    return Written((*never_left, *paused_no_more), tuple(effects))


def pauses_changed(
    scene: ActionScene,
    before: ContractSituation,
    contract: Contract,
    message: Text,
    given: Written,
    since: date | None = None,
) -> Change:
    """The change that gives the contract its other pauses; given is what became of the work orders in a new one, which
    begins on the day since."""
    held = replace(before, ledger=with_rows(before.ledger, given.ledger))
    written = with_pauses(held, contract, scene.today)
    contract = replace(contract, version=contract.version + 1)
    after = replace(held, contract=contract, ledger=with_rows(held.ledger, written.ledger))
    resulting = as_if_done(after)
    return Change(
        message,
        effects_of(before, resulting, scene.today, given.effects, since),
        contract=contract,
        ledger=(*given.ledger, *written.ledger),
        at_host=given.at_host,
        resulting=resulting,
    )


def with_end(contract: Contract, end: date) -> Contract:
    """A changed end starts the count of renewals anew (rules: Terms)."""
    return replace(contract, end=end, renewals=0, end_counts_from=end + A_DAY if contract.terms else None)
