"""What an action decides: plain values, nothing done yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from powerup.actions.kit.answer import PriceChange
from powerup.actions.kit.request import Target
from powerup.contracts.contract import Contract
from powerup.contracts.effects import Effects
from powerup.contracts.situation import ContractSituation
from powerup.contracts.sla_order import WorkOrderLink
from powerup.contracts.visit import LedgerVisit
from powerup.texts import Text


@dataclass(frozen=True, slots=True)
class Change:
    """What an action decided. contract is the target's new state; added are contracts that it makes.

    ledger holds visits to write. at_host: the sync has something to do for it, so a run is kept until that is done.
    link is a person's word on the contract of a work order. released are the numbers of contracts whose orders wait no
    longer. question is what a person is asked to confirm, where that says more than the list of effects. resulting is
    what the contract is like then, where its schedule is to be shown. counts_from has, of an edit, the day from which a
    changed rule counts, by the plan's name; prices are those that change. reminds_of is the notice date of which a
    task is sent to the host.
    """

    message: Text
    effects: Effects = field(default_factory=Effects)
    contract: Contract | None = None
    added: tuple[Contract, ...] = ()
    ledger: tuple[LedgerVisit, ...] = ()
    at_host: bool = False
    warnings: tuple[Text, ...] = ()
    result: Target | None = None
    link: WorkOrderLink | None = None
    released: tuple[str, ...] = ()
    question: Text | None = None
    resulting: ContractSituation | None = None
    counts_from: Mapping[str, date] | None = None
    prices: tuple[PriceChange, ...] = ()
    reminds_of: date | None = None
