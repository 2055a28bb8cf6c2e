"""What people are told of a press is what comes, for made-up contracts and presses (rules: Actions).

Each press is carried out: cycles go on day by day without it and with it, and the orders of both are compared.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.contract import Contract, Pause, Termination
from powerup.contracts.effects import EffectKind, Effects
from powerup.contracts.effects_of_change import LISTED_AHEAD, effects_of
from powerup.contracts.shown_schedule import shown_schedule
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import VisitKey, VisitState
from tests.contracts.cycles import run
from tests.contracts.generated_contracts import FIRST_DAY, situations

_SHIFTS_AT_MOST = timedelta(days=20)


@st.composite
def _pressed(draw: st.DrawFn, contract: Contract, today: date) -> tuple[Contract, date]:
    """The contract after a press, and the day from which that counts."""
    day = today + timedelta(days=draw(st.integers(0, 200)))
    match draw(st.sampled_from(["terminate", "pause", "end", "no end"])):
        case "terminate":
            return replace(contract, termination=Termination(day, "MOVED")), day + timedelta(days=1)
        case "pause":
            until = draw(st.none() | st.integers(0, 100).map(lambda days: day + timedelta(days=days)))
            return replace(contract, pauses=(*contract.pauses, Pause(day, until))), day
        case "end":
            return replace(contract, terms=None, end=max(day, contract.start)), today
        case _:
            return replace(contract, terms=None, end=None), today


def _orders(of: ContractSituation) -> dict[VisitKey, date]:
    return {key: row.planned_date for key, row in of.ledger.items() if row.state is VisitState.ORDERING}


def _differences(
    without: Mapping[VisitKey, date], with_it: Mapping[VisitKey, date]
) -> dict[EffectKind, dict[VisitKey, date]]:
    """What is not the same in both, each with the first of its planned dates."""
    found: dict[EffectKind, dict[VisitKey, date]] = {
        EffectKind.CREATED: {},
        EffectKind.WITHHELD: {},
        EffectKind.MOVED: {},
    }
    for key in {**without, **with_it}:
        was, will = without.get(key), with_it.get(key)
        if was != will:
            kind = EffectKind.CREATED if was is None else EffectKind.WITHHELD if will is None else EffectKind.MOVED
            found[kind][key] = min(day for day in (was, will) if day is not None)
    return found


def _told(effects: Effects) -> dict[EffectKind, int]:
    """How many of each kind people are told."""
    totals = Counter(effect.kind for effect in effects.listed)
    for (kind, _), number in effects.beyond.items():
        totals[kind] += number
    return dict(totals)


@settings(max_examples=40)
@given(situations(), st.integers(0, 120), st.data())
def test_the_effects_of_a_press_are_what_comes_otherwise_than_without_it(
    made_up: ContractSituation, days: int, data: st.DataObject
) -> None:
    today = max(FIRST_DAY + timedelta(days=days), made_up.contract.start)
    before = run(made_up, FIRST_DAY, today, sleeping=True)
    contract, since = data.draw(_pressed(before.contract, today))
    after = replace(before, contract=contract)
    effects = effects_of(before, after, today, since=since, to_show=True)
    assert shown_schedule(after, today, effects.coming) == shown_schedule(after, today)
    until = effects.counted_until
    assert until is not None
    last = max(until, today + LISTED_AHEAD) + _SHIFTS_AT_MOST
    without = run(before, today, last, sleeping=True)
    with_it = run(after, today, last, sleeping=True)
    came = _differences(_orders(without), _orders(with_it))
    named = {(effect.kind, effect.key) for effect in effects.listed}
    assert named <= {(kind, key) for kind, keys in came.items() for key in keys}
    counted = {
        kind: sum(first <= until or (kind, key) in named for key, first in keys.items()) for kind, keys in came.items()
    }
    assert _told(effects) == {kind: number for kind, number in counted.items() if number}
