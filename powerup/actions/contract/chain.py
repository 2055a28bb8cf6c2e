"""Contracts that are linked by restarts: one of them runs at a time, and together they use the balance of a year."""

from collections.abc import Iterable

from powerup.actions.kit.scene import ActionScene
from powerup.contracts.contract import Contract, Status
from powerup.texts import Text, text


def running_in_chain(scene: ActionScene) -> Contract | None:
    """A contract of the chain that runs or is to begin, besides the scene's own."""
    running = (
        other
        for other in scene.chain
        if other.deleted_on is None and other.status(scene.today) in (Status.ACTIVE, Status.NOT_STARTED)
    )
    return next(running, None)


def runs_on_as(contract: Contract, other: Contract) -> Text:
    """Why what has ended does not run again: the contract of its chain that runs."""
    number = contract.number
    return text("Contract {number} goes on as contract {other}, which runs.", number=number, other=other.number)


def gone_before(contract: Contract, chain: Iterable[Contract]) -> frozenset[str]:
    """The numbers of the contracts that this one goes on from without a gap."""
    known = {each.number: each for each in chain}
    found = set()
    while contract.goes_on_from is not None and contract.restarted_from in known:
        contract = known[contract.restarted_from]
        found.add(contract.number)
    return frozenset(found)
