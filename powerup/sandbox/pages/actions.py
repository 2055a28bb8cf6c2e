"""The buttons of the power-up: their form, the list of their effects, their answer (webhooks page 4)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from powerup.sandbox.buttons import Press, confirm_answer, press
from powerup.sandbox.delivery_log import Attempt
from powerup.sandbox.errors import NotFoundError, SandboxError
from powerup.sandbox.installation import Actor
from powerup.sandbox.pages import tour
from powerup.sandbox.pages.addresses import back, with_query
from powerup.sandbox.pages.cards import Cards, ask_cards
from powerup.sandbox.pages.days import read_day
from powerup.sandbox.pages.form_entries import carried, of_form, with_place_added, with_place_removed
from powerup.sandbox.pages.form_reading import Entries, Unread, changed_members, flaws_of, read_form, without_flaws
from powerup.sandbox.pages.form_schema import (
    Schema,
    holds_groups,
    properties,
    with_choices,
    with_hints,
    with_needed,
)
from powerup.sandbox.pages.forms import Flaw, FormDrawing
from powerup.sandbox.pages.manifest import Button, find_button
from powerup.sandbox.pages.outcome import Outcome, outcome_of, problems_of
from powerup.sandbox.pages.pickers import Pickers
from powerup.sandbox.pages.site import Site
from powerup.sandbox.pages.visitor import Visitor, current_visitor

_FINAL = ("succeeded", "accepted")


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One button about one record, as its page shows it.

    Args:
        target: `{type, id}` and, where one is known, `version`.
        customer: debtor number of the customer it is about, empty when that is not known.
        schema: of the form, with what this firm can choose from.
        before: values that the power-up gave to fill the form with; None when it gave none.
        draft: by which the form is found again as it was left; empty where there is no form.
    """

    button: Button
    target: Mapping[str, Any]
    title: str
    customer: str
    schema: Schema
    before: Mapping[str, Any] | None = None
    draft: str = ""

    @property
    def address(self) -> str:
        """Where its form is, as it was left when it is a draft."""
        about = {name: str(value) for name, value in self.target.items()}
        return with_query(f"/actions/{self.button.id}", **about, customer=self.customer, back=back(), draft=self.draft)

    def first_values(self, today: str) -> dict[str, Any]:
        """What the form holds when it is opened: what is there already, or what is likely."""
        if self.before is not None:
            return dict(self.before)
        members = properties(self.schema)
        known = {"customer": self.customer, "start": today, "from": today, "on": today}
        # What may stay empty has a better value of its own, such as the day after the old contract's last one.
        required = self.schema.get("required", ())
        likely = {name: value for name, value in known.items() if value and name in members and name in required}
        # One is begun of what stands in sight, such as plans; of the rest who wants one adds one.
        begun: dict[str, Any] = {
            name: [{}] for name, member in members.items() if holds_groups(member) and not member.get("advanced")
        }
        return likely | begun

    def values_of(self, button: Press) -> dict[str, Any]:
        """What the form held when this was pressed."""
        return {**(self.before or {}), **button.input}

    def input_from(self, entered: Mapping[str, Any]) -> dict[str, Any]:
        """What is sent: everything, or what was changed in a form that came filled."""
        return dict(entered) if self.before is None else changed_members(self.schema, self.before, entered)


def add_action_views(blueprint: Blueprint, site: Site) -> None:
    """The pages of a button, and what becomes of a press."""

    @blueprint.get("/actions/<action>")
    def action_form(action: str) -> ResponseReturnValue:
        if "draft" not in request.args:
            # So the browser's own "back" comes to the address under which the form is kept.
            return redirect(with_query(request.full_path, draft=site.drafts.begin()), 302)
        page = _page(site, action)
        left = site.drafts.find(page.draft)
        if left is not None:
            return _form(site, page, left)
        return _form(site, page, values=page.first_values(site.host.calendar.today().isoformat()))

    @blueprint.post("/actions/<action>")
    def press_action(action: str) -> ResponseReturnValue:
        return _pressed(site, action)

    @blueprint.get("/read-day")
    def day_said_back() -> ResponseReturnValue:
        """How days were understood that were typed just now."""
        texts, today = current_visitor().texts, site.host.calendar.today()
        words = [part for part in re.split(r"[,;\n]", next(iter(request.args.values()), "")) if part.strip()]
        days = [(word.strip(), read_day(word.rpartition("=")[2].strip(), today)) for word in words]
        wrong = next((word for word, day in days if day is None), None)
        said = "; ".join(texts.long_day(day) for _, day in days if day)
        return render_template("day_said_back.html", wrong=wrong, said=said)

    _add_press_views(blueprint, site)


def _pressed(site: Site, action: str) -> ResponseReturnValue:
    """What a form was sent for: another drawing of it, the effects, or the work itself."""
    page = _page(site, action)
    entries = _with_places(of_form(request.form))
    if page.draft:
        site.drafts.keep(page.draft, entries)
    if any(name in request.form for name in ("add", "remove", "redraw")):
        return _form(site, page, entries)
    entered = read_form(page.schema, entries, site.host.calendar.today())
    visitor = current_visitor()
    button = Press(
        action=action,
        target=page.target,
        input=page.input_from(without_flaws(entered)),
        actor=visitor.actor,
        locale=visitor.texts.language,
        preview="preview" in request.form,
    )
    if flaws := list(flaws_of(entered)):
        # Nothing is done with what cannot be read; what else is wrong is told at the same time.
        attempt = press(site.marketplace, replace(button, preview=True))
        return _form(site, page, entries, outcome=_unread(flaws, attempt))
    return _after_press(site, page, entries, press(site.marketplace, button))


def _add_press_views(blueprint: Blueprint, site: Site) -> None:
    """What comes of a press after it: its confirmation, the end of its run, the effects or the form once more."""

    @blueprint.post("/confirmations/<int:attempt_number>")
    def confirm_action(attempt_number: int) -> ResponseReturnValue:
        shown = site.marketplace.deliveries.log.attempt(attempt_number)
        button = _press_of(site.attempt_data(shown), current_visitor())
        attempt = confirm_answer(site.marketplace, button, site.last_answer(shown) or {})
        page = _page(site, button.action, button.target)
        return _after_press(site, page, site.drafts.find(page.draft), attempt, button)

    @blueprint.get("/runs/<run_id>")
    def run(run_id: str) -> ResponseReturnValue:
        answer = site.callbacks.run(run_id)
        number = request.args.get("press", 0, type=int)
        if answer is None:
            going_on = Outcome("accepted", run_id=run_id, press=number)
            return render_template("outcome.html", outcome=going_on, back=back())
        # Cards that are on the page ask anew: the run has changed them.
        outcome = outcome_of(answer, number)
        return render_template("outcome.html", outcome=outcome, back=back()), {"HX-Trigger": "run-finished"}

    @blueprint.get("/presses/<int:attempt_number>")
    def go_on(attempt_number: int) -> ResponseReturnValue:
        """Where a person goes on with a press whose answer came later: the effects, or the form as it was filled."""
        attempt = site.marketplace.deliveries.log.attempt(attempt_number)
        button = _press_of(site.attempt_data(attempt), current_visitor())
        page = _page(site, button.action, button.target)
        outcome = outcome_of(site.last_answer(attempt) or {})
        if "form" in request.args:
            return _form(site, page, values=page.values_of(button))
        if outcome.status == "needs_confirmation":
            return render_template(
                "effects.html",
                page=page,
                outcome=outcome,
                attempt=attempt,
                back=back(),
                form_address=_form_address(page, attempt),
            )
        return _form(site, page, values=page.values_of(button), outcome=outcome)


def _page(site: Site, action: str, target: Mapping[str, Any] | None = None) -> ActionPage:
    button = find_button(site.listed.manifest(), action)
    if button is None:
        raise NotFoundError(f"the power-up has no action {action}")
    if target is None:
        target = {"type": request.values.get("type", button.target), "id": request.values.get("id", "")}
        if request.values.get("version", "").isdigit():
            target["version"] = int(request.values["version"])
    customer = request.values.get("customer", target["id"] if target["type"] == "relation" else "")
    draft = request.values.get("draft", "")
    return _with_card(site, ActionPage(button, target, _title(site, target), customer, button.input, draft=draft))


def _form_address(page: ActionPage, attempt: Attempt) -> str:
    """Where the form is as it was filled in; empty where the button has none."""
    if not page.button.needs_form:
        return ""
    return page.address if page.draft else with_query(f"/presses/{attempt.number}", form="1", back=back())


def _title(site: Site, target: Mapping[str, Any]) -> str:
    if target["type"] == "work_order" and str(target["id"]).isdigit():
        return site.host.orders.find(int(target["id"])).workorder_no
    if target["type"] == "tenant":
        return site.marketplace.book.firm().name
    record = {"relation": ("relations", "name"), "object": ("objects", "obj_description")}.get(target["type"])
    found = site.host.masterdata.find(record[0], target["id"]) if record else None
    return f"{target['id']} {found[record[1]]}" if found and record else str(target["id"])


def _with_card(site: Site, page: ActionPage) -> ActionPage:
    """The page with what the power-up says of this button here: the values to begin with, and what to choose from."""
    found = ask_cards(site, current_visitor(), page.target)
    title = _title_by_card(found, page.target) or page.title
    shown = found.button(page.button.id)
    if shown is None:
        return replace(page, title=title)
    schema = with_hints(with_needed(with_choices(page.schema, shown.choices), shown.needed), shown.hints)
    return replace(page, title=title, before=shown.values, schema=schema)


def _title_by_card(found: Cards, target: Mapping[str, Any]) -> str:
    """The contract by name, and of a visit its day; empty where the cards are about something else."""
    if not found.cards or target["type"] not in ("contract", "visit"):
        return ""
    card = found.cards[0]
    row = next((row for row in (*card.visits, *card.work_orders) if row.get("id") == target["id"]), None)
    if row is None:
        return card.name
    texts = current_visitor().texts
    number = row.get("workorder_no") if row in card.work_orders else None  # a coming visit has none yet
    about = " · ".join(filter(None, (row.get("plan"), row.get("object"), number)))
    return texts.say(
        "{contract}: visit of {day} ({about})", contract=card.name, day=texts.day(row["planned_date"]), about=about
    )


def _with_places(entries: Entries) -> Entries:
    """What was entered, with one place more or less in a repeated group where that was asked for."""
    if group := request.form.get("add"):
        return with_place_added(entries, group)
    group, _, place = request.form.get("remove", "").rpartition("/")
    return with_place_removed(entries, group, int(place)) if group and place.isdigit() else entries


def _form(
    site: Site,
    page: ActionPage,
    entries: Entries | None = None,
    values: Mapping[str, Any] | None = None,
    outcome: Outcome | None = None,
) -> ResponseReturnValue:
    """The form as a person left it, or filled with these values."""
    entries = entries if entries is not None else MultiDict()
    if values is None:
        values = read_form(page.schema, entries, site.host.calendar.today())
    drawing = FormDrawing(current_visitor().texts, Pickers(site.host, page.customer))
    form = drawing.draw(page.schema, values)
    problems = problems_of(outcome, form.pointers)
    if problems:
        form = replace(drawing, problems=problems).draw(page.schema, values)
    flaws = [*form.wrong(), *(Flaw("", "", words) for words in problems.get("", ()))]
    answer = render_template(
        "action.html",
        page=page,
        form=form,
        carried=carried(entries, form.names),
        outcome=outcome,
        flaws=flaws,
        back=back(),
    )
    return answer, 422 if outcome and outcome.status == "invalid" else 200


def _unread(flaws: Sequence[tuple[str, Unread]], attempt: Attempt | None) -> Outcome:
    """What cannot be read, and what the power-up says of the rest."""
    texts = current_visitor().texts
    said = outcome_of((attempt.answer if attempt else None) or {})
    ours = {pointer for pointer, _ in flaws}
    theirs = [error for error in said.errors if error.get("pointer") not in ours] if said.status == "invalid" else []
    errors = [{"pointer": pointer, "message": texts.unread(text, text.what)} for pointer, text in flaws]
    return Outcome("invalid", errors=[*errors, *theirs])


def _after_press(
    site: Site, page: ActionPage, entries: Entries | None, attempt: Attempt | None, button: Press | None = None
) -> ResponseReturnValue:
    """The next page: back to the record when it is done, the effects to be confirmed, or the form and what is wrong.

    Args:
        entries: the form as it was left; where there are none, it is filled from the button.
    """
    if attempt is None:
        return redirect(with_query(back(), held="1"), 303)
    tour.notice_press(site.host, page.button.id, attempt, page.customer)
    outcome = outcome_of(attempt.answer) if attempt.answer else Outcome("no_answer")
    if outcome.status == "needs_confirmation":
        about = {"customer": page.customer, "back": back(), "draft": page.draft}
        return redirect(with_query(f"/presses/{attempt.number}", **about), 303)
    if outcome.status in _FINAL:
        site.drafts.drop(page.draft)
        return redirect(with_query(back(), done=str(attempt.number)), 303)
    values = page.values_of(button) if button and entries is None else None
    return _form(site, page, entries, values, outcome)


def _press_of(data: Mapping[str, Any], visitor: Visitor) -> Press:
    if data["actor"]["id"] != visitor.actor.id:
        name = data["actor"]["name"]
        words = f"{name} was shown these effects; only the same person can confirm them"
        raise SandboxError(words, "another_person", name=name)
    return Press(
        action=data["action"],
        target=data["target"],
        input=data["input"],
        actor=Actor(**data["actor"]),
        locale=data["locale"],
        intent_id=data["intent_id"],
    )
