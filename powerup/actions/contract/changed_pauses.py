"""What other pauses do to a contract, to its end and to its visits (rules: Actions)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from powerup.actions.kit.change import Change
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import Written, as_if_done, brought_back, with_rows
from powerup.contracts.contract import Contract, Pause
from powerup.contracts.days import A_DAY
from powerup.contracts.effects import EffectKind
from powerup.contracts.effects_of_change import effects_of, of_existing
from powerup.contracts.every_year import comes_back, times_meet
from powerup.contracts.situation import ContractSituation
from powerup.contracts.transitions import given_up
from powerup.contracts.visit import Reason, VisitState
from powerup.texts import Text, text


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
        effects_of(before, resulting, scene.today, given.effects, since, to_show=True),
        contract=contract,
        ledger=(*given.ledger, *written.ledger),
        at_host=given.at_host,
        resulting=resulting,
    )


def in_order(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Pauses as a contract keeps them: by their first days."""
    return tuple(sorted(pauses, key=lambda pause: (pause.start, pause.until or date.max, pause.every_year)))


def overlap(one: Pause, other: Pause) -> bool:
    """Whether one of two pauses is refused because of the other: they have days in common, and both come back every
    year, or neither does. A contract may be paused once while it would be paused that year anyway."""
    if one.every_year != other.every_year:
        return False
    if one.every_year and one.until is not None and other.until is not None:
        return times_meet((one.start, one.until), (other.start, other.until))
    return one.start <= (other.until or date.max) and other.start <= (one.until or date.max)


def why_not_every_year(pause: Pause) -> tuple[str, str, Text] | None:
    """What is wrong with a pause that is to come back every year, as member, code and sentence; None where nothing."""
    if not pause.every_year:
        return None
    if pause.until is None:
        return "until", "required", text("A pause that comes back every year needs its last day.")
    if pause.extends_end:
        return "extend_end", "not_every_year", text("A pause that comes back every year does not extend the end.")
    if not comes_back(pause.start, pause.until):
        message = text("A pause that comes back every year lasts less than a year, and does not begin on 29 February.")
        return "until", "too_long", message
    return None


def with_end(contract: Contract, end: date) -> Contract:
    """A changed end starts the count of renewals anew (rules: Terms)."""
    return replace(contract, end=end, renewals=0, end_counts_from=end + A_DAY if contract.terms else None)
