"""Levelling the weeks of many contracts: a proposal, begun as one run of edits (rules: Planning, Spread)."""

from powerup.actions.kit.request import Actor
from powerup.presses.bulk import Bulks
from powerup.presses.bulk_actions import SPREAD
from powerup.readings.spread import SpreadProposal
from powerup.store.bulk_runs import BulkPress


def begin_spread(
    bulks: Bulks, tenant_id: str, actor: Actor, proposal: SpreadProposal, *, locale: str, intent_id: str | None = None
) -> str:
    """Begin to find out exactly what the proposal does to each contract, to be confirmed then; gives the id of the bulk
    run. Raises InvalidInput where no contract moves by it."""
    moved = [proposal.contracts[number] for number in proposal.moved_of]
    presses = [
        BulkPress(
            place, each.number, each.version, called=f"{each.number} {each.name}", input=proposal.edit_of(each.number)
        )
        for place, each in enumerate(moved)
    ]
    entered = {"tolerance_days": proposal.tolerance}
    return bulks.begin_presses(tenant_id, actor, SPREAD, entered, presses, locale=locale, intent_id=intent_id)
