"""What a press lets pass of latest dates: found by comparing before and after, and said (rules: Recurrence, latest)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from powerup.actions.kit.change import Change
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import as_if_done, with_rows
from powerup.contracts.latest import LatestDate, newly_passed
from powerup.texts import Text, first_of, text

MOST_SAID = 5
"""Sentences of one press; of what is more it is said how many they are."""


def passed_by(scene: ActionScene, change: Change) -> tuple[LatestDate, ...]:
    """The latest dates that a change lets visits pass, and that they did not pass without it."""
    if change.added:
        made = change.resulting
        return newly_passed(None, made, scene.today) if made is not None else ()
    before = scene.situation
    if before is None:
        return ()
    contract = change.contract or before.contract
    after = change.resulting or replace(before, contract=contract, ledger=with_rows(before.ledger, change.ledger))
    return newly_passed(as_if_done(before), as_if_done(after), scene.today)


def passed_in_words(passed: Iterable[LatestDate]) -> Iterator[Text]:
    """A sentence for each plan and day, its objects together, with the day and the basis."""
    together: dict[tuple[str, date, date | None, str], list[str]] = {}
    for each in passed:
        objects = together.setdefault((each.plan, each.day, each.comes_on, each.basis), [])
        if each.object:
            objects.append(each.object)
    sentences = [_sentence(*named, objects) for named, objects in together.items()]
    yield from sentences[:MOST_SAID]
    if len(sentences) > MOST_SAID:
        yield text("and {more} more", more=len(sentences) - MOST_SAID)


def plan_in_words(plan: str, objects: Iterable[str]) -> Text:
    """A plan with the objects that it is about."""
    codes = list(objects)
    if not codes:
        return text("Visit plan {plan}", plan=plan)
    return text("Visit plan {plan}, {objects}", plan=plan, objects=first_of(codes))


def by_in_words(day: date, basis: str) -> Text | date:
    """A latest date with its basis, where it names one."""
    return text("{day} ({basis})", day=day, basis=basis) if basis else day


def _sentence(plan: str, day: date, comes_on: date | None, basis: str, objects: Iterable[str]) -> Text:
    called, by = plan_in_words(plan, objects), by_in_words(day, basis)
    if comes_on is None:
        return text(
            "{plan}: has to be done by {latest} at the latest, and no visit comes by then.", plan=called, latest=by
        )
    return text(
        "{plan}: has to be done by {latest} at the latest, and comes on {day}.", plan=called, latest=by, day=comes_on
    )
