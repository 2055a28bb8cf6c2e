"""Where many presses are asked for as one, confirmed, and watched."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, request

from powerup.actions.contract import index
from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.request import Target, TargetType
from powerup.pages import addresses
from powerup.pages.actions.outcome import TONES, outcome_of, totals_of
from powerup.pages.answers import answer, go_on
from powerup.pages.forms.drawn import Forms
from powerup.pages.forms.entries import Entries, entries_by_names, entries_in, redraws
from powerup.pages.forms.reading import Complaints
from powerup.pages.forms.schema import Schema, members_of, schema_of
from powerup.pages.news import News
from powerup.pages.page_parts import PageParts
from powerup.pages.visitor import Visitor
from powerup.presses.bulk import Bulks
from powerup.presses.bulk_actions import BulkAction, find_bulk_action
from powerup.presses.what_if import WhatIfs
from powerup.readings.card_buttons import CardButtons
from powerup.store.bulk_runs import AT_WORK, BulkPress, BulkPressState, BulkRun, BulkRuns, BulkState
from powerup.store.identifiers import new_id
from powerup.store.what_ifs import KeptWhatIfs, WhatIf
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, Text, counted, text

ROWS = 100
"""So many of its presses stand on one page."""

_FIRST_DAYS = 3
"""So many days of a new contract stand in its row."""

_FEW = 2
"""Up to so many effects of a press stand in its row."""

_OVER = (BulkState.DONE, BulkState.STOPPED)

_WELL = (BulkPressState.SHOWN, BulkPressState.DONE, BulkPressState.WAITING)

_TROUBLE = (BulkPressState.FAILED, BulkPressState.LEFT_OUT)


@dataclass(frozen=True, slots=True)
class BulkDesk:
    """Takes what visitors ask for many, and draws what comes of it."""

    parts: PageParts

    @property
    def bulks(self) -> Bulks:
        """What bulk runs are begun and confirmed by."""
        return Bulks(self.parts.presses, self.parts.clock)

    @property
    def forms(self) -> Forms:
        """What draws and reads the form."""
        return Forms(self.parts)

    def found(self, visitor: Visitor, bulk_id: str) -> BulkRun:
        """The visitor's own bulk run; 404 where it is not there."""
        bulk = self.bulks.find(visitor.tenant_id, visitor.actor, bulk_id)
        if bulk is None or find_bulk_action(bulk.action) is None:
            abort(404)
        return bulk

    def asked(self, visitor: Visitor) -> Response:
        """The form of what is entered for all, or the way to what all of it will do."""
        action = find_bulk_action(request.form.get("action", ""))
        if action is None:
            abort(404)
        targets = [_target(action, given) for given in request.form.getlist("target")]
        button = self._button(visitor, action)
        why_not = None if targets else text("Nothing was selected.")
        if not button["enabled"]:
            why_not = text("{words}", words=button["reason"])
        if why_not is not None:
            return go_on(visitor, addresses.back(request), News(why_not, failed=True))
        schema = schema_of(action.form, button)
        if "asked" not in request.form and members_of(schema):
            named = entries_by_names(schema, request.form.to_dict(), Reader(visitor.locale).language)
            return self._form(visitor, action, schema, named, targets)
        entries = entries_in(request.form)
        if redraws(request.form):
            return self._form(visitor, action, schema, entries, targets)
        read = self.forms.read(visitor, schema, entries)
        try:
            bulk_id = self.bulks.begin(
                visitor.tenant_id,
                visitor.actor,
                action,
                read.input,
                targets,
                locale=visitor.locale,
                intent_id=request.form.get("intent_id"),
            )
        except InvalidInput as refusal:
            return self._form(visitor, action, schema, entries, targets, refusal, read.complaints)
        return go_on(visitor, addresses.bulk(bulk_id, back=addresses.back(request)))

    def how_far(self, visitor: Visitor, bulk: BulkRun) -> Response:
        """The list that is to be confirmed, or how far it is."""
        behind = request.args.get("behind", -1, type=int)
        with self.parts.database.read() as connection:
            runs = BulkRuns(connection, visitor.tenant_id)
            numbers = runs.how_many(bulk.id)
            rows = [] if bulk.state in AT_WORK else runs.presses(bulk.id, _WELL, behind=behind, limit=ROWS + 1)
            trouble = [] if bulk.state in AT_WORK else runs.presses(bulk.id, _TROUBLE, limit=ROWS)
            counts = runs.counts(bulk.id, _of_totals(bulk)) if rows else []
            collected = KeptWhatIfs(connection, visitor.tenant_id).of_run(bulk.id)
        if collected is not None and bulk.state is BulkState.LOOKING:
            return go_on(visitor, addresses.what_if(collected))
        action = _action_of(bulk)
        return answer(
            "bulk/page.html",
            visitor,
            bulk=bulk,
            action=action,
            heading=_heading(action, sum(numbers.values())),
            numbers={state.value: numbers.get(state, 0) for state in BulkPressState},
            in_all=sum(numbers.values()),
            rows=[_row(press) for press in rows[:ROWS]],
            next_behind=rows[ROWS - 1].place if len(rows) > ROWS else None,
            trouble=[_row(press) for press in trouble],
            totals=_totals(counts),
            tones=TONES,
            back=addresses.back(request),
            address=addresses.bulk(bulk.id, back=addresses.back(request)),
            at_work=bulk.state in AT_WORK,
            collected=collected is not None,
            what_ifs=self._open_what_ifs(visitor),
            letters=letters_of(bulk),
            undo=find_bulk_action(action.undone_by),
            undoable=self.bulks.done(visitor.tenant_id, bulk) if bulk.state in _OVER and action.undone_by else (),
        )

    def one(self, visitor: Visitor, bulk: BulkRun, place: int) -> Response:
        """What one of its presses will do or has done."""
        with self.parts.database.read() as connection:
            press = BulkRuns(connection, visitor.tenant_id).press(bulk.id, place)
        if press is None:
            abort(404)
        back = addresses.bulk(bulk.id, back=addresses.back(request))
        outcome = outcome_of(press.answer) if press.answer else None
        label = _action_of(bulk).label
        return answer("bulk/one.html", visitor, label=label, press=press, outcome=outcome, tones=TONES, back=back)

    def pressed(self, visitor: Visitor, bulk: BulkRun) -> Response:
        """What a button of its page does: confirm, stop, again for what failed, or undo."""
        back = addresses.back(request)
        address = addresses.bulk(bulk.id, back=back)
        with self.parts.database.read() as connection:
            collected = KeptWhatIfs(connection, visitor.tenant_id).of_run(bulk.id)
        if collected is not None and bulk.state not in _OVER:
            return go_on(visitor, addresses.what_if(collected))
        if "confirm" in request.form and bulk.state is BulkState.SHOWN:
            if self.bulks.confirm(visitor.tenant_id, bulk):
                return go_on(visitor, address)
            late = text("This was shown too long ago. It is looked at anew; confirm it then.")
            return go_on(visitor, address, News(late, failed=True))
        if "stop" in request.form:
            self.bulks.stop(visitor.tenant_id, bulk)
        if "again" in request.form:
            again = self.bulks.again(visitor.tenant_id, visitor.actor, bulk, locale=visitor.locale)
            return go_on(visitor, addresses.bulk(again, back=back) if again else address)
        return go_on(visitor, address)

    def _form(
        self,
        visitor: Visitor,
        action: BulkAction,
        schema: Schema,
        entries: Entries,
        targets: Sequence[Target],
        refusal: InvalidInput | None = None,
        complaints: Complaints | None = None,
    ) -> Response:
        form = self.forms.draw_refused(visitor, schema, entries, refusal, complaints)
        return answer(
            "bulk/form.html",
            visitor,
            status=422 if refusal else 200,
            address=addresses.bulk(),
            action=action,
            heading=_heading(action, len(targets)),
            form=form,
            results=self.forms.found(visitor, form, entries, request.form.get("find")),
            targets=[_given(target) for target in targets],
            intent_id=request.form.get("intent_id") or new_id("int"),
            back=addresses.back(request),
        )

    def _open_what_ifs(self, visitor: Visitor) -> Sequence[WhatIf]:
        return WhatIfs(self.parts.presses, self.parts.clock).open_of(visitor.tenant_id, visitor.actor)

    def _button(self, visitor: Visitor, action: BulkAction) -> Mapping[str, Any]:
        with self.parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, self.parts.clock(), open_tokens=False)
        return CardButtons(around, visitor.actor, Reader(visitor.locale)).of_row([action.form])[0]


def _action_of(bulk: BulkRun) -> BulkAction:
    action = find_bulk_action(bulk.action)
    if action is None:
        raise ValueError(f"There is no {bulk.action} for many")
    return action


def letters_of(bulk: BulkRun) -> str:
    """Where those stand who are to be told of prices that were indexed; empty for other actions."""
    if bulk.action != index.ACTION.id or bulk.state not in _OVER:
        return ""
    return addresses.letters(date.fromisoformat(bulk.input["from"]))


def _target(action: BulkAction, given: str) -> Target:
    """A target as forms send it: its id, and the version that was seen behind the last `@`."""
    found, _, version = given.rpartition("@")
    if found and version.isascii() and version.isdigit():
        return Target(action.of_each.target, found, int(version))
    return Target(action.of_each.target, given)


def _given(target: Target) -> str:
    return target.id if target.version is None else f"{target.id}@{target.version}"


def _heading(action: BulkAction, number: int) -> Text:
    many = (
        counted("{number} visit", "{number} visits", number)
        if action.of_each.target is TargetType.VISIT
        else counted("{number} contract", "{number} contracts", number)
    )
    return text("{action}: {many}", action=action.label, many=many)


def _of_totals(bulk: BulkRun) -> BulkPressState:
    """Of which presses the totals are told: of those that would be done, or were."""
    return BulkPressState.SHOWN if bulk.state is BulkState.SHOWN else BulkPressState.DONE


def _totals(counts: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    found: Counter[str] = Counter()
    for each in counts:
        found.update(dict(totals_of(each)))
    return totals_of(found)


def _row(press: BulkPress) -> dict[str, Any]:
    outcome = outcome_of(press.answer) if press.answer else None
    few = outcome.effects if outcome and len(outcome.effects) <= _FEW else ()
    return {
        "place": press.place,
        "state": press.state.value,
        "called": press.called or press.target_id,
        "message": outcome.message if outcome else "",
        "why": [problem["message"] for problem in outcome.problems] if outcome else [],
        "few": few,
        "totals": outcome.totals if outcome else (),
        "warnings": outcome.warnings if outcome else (),
        "run_id": outcome.run_id if outcome else "",
        "first_days": _first_days(press.answer or {}),
        "made": _made(press),
    }


def _first_days(document: Mapping[str, Any]) -> list[date]:
    """The days on which the first visits of a contract come that is to be made."""
    rows = (document.get("schedule") or {}).get("rows", ())
    days = sorted({row["planned_date"] for row in rows if row["state"] == "planned"})
    return [date.fromisoformat(day) for day in days[:_FIRST_DAYS]]


def _made(press: BulkPress) -> str:
    """The number of the contract that the press has left there; empty where it left none."""
    target = (press.answer or {}).get("target") or {}
    made = press.state is BulkPressState.DONE and target.get("type") == TargetType.CONTRACT.value
    return str(target["id"]) if made else ""
